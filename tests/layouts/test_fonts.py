"""The shipped fonts: what `fonts.toml` says of them, and what they can set."""

import hashlib
import tomllib

import pytest
from fontTools.ttLib import TTFont

from pipelines import assets
from tests.layouts import desk

ROOT = assets.folder("fonts")
FONTS = tomllib.loads((ROOT / "fonts.toml").read_text(encoding="utf-8"))["font"]
TEXT = [font["file"] for font in FONTS if font["css_family"] == "Letter"]
MM_PER_PT = 25.4 / 72

NORTHERN_SAMI = "ÁáČčĐđŊŋŠšŦŧŽž"
INARI_AND_SKOLT_SAMI = "ÂâÄäǤǥǦǧǨǩǮǯƷʒÕõÖö"
POLISH, TURKISH = "ĄąĆćĘęŁłŃńÓóŚśŹźŻż", "ÇçĞğİıÖöŞşÜü"
NORDIC_AND_BALTIC = "ÅåÄäÖöÆæØøÐðÞþÕõĀāĒēĢģĪīĶķĻļŅņŪūĖėĮįŲų"
SIGNS = "€–—’”«»…−×%§& \u00a0\u202f"


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font["file"])
def test_every_font_is_the_one_that_is_written_down_with_its_licence(font: dict[str, str]) -> None:
    assert hashlib.sha256((ROOT / font["file"]).read_bytes()).hexdigest() == font["sha256"]
    assert (ROOT / font["licence_file"]).stat().st_size > 200
    assert all(font[key] for key in ("family", "css_family", "weight", "style", "source", "role"))
    assert "glyf" in TTFont(ROOT / font["file"], lazy=True)


def test_the_folder_holds_no_other_font_and_less_than_three_megabytes() -> None:
    fonts = {path.name for path in ROOT.iterdir() if path.suffix in (".ttf", ".otf")}
    assert fonts == {font["file"] for font in FONTS}
    assert sum(path.stat().st_size for path in ROOT.iterdir()) < 3_000_000


@pytest.mark.parametrize("file", TEXT)
def test_names_of_the_north_and_of_its_newcomers_can_be_set(file: str) -> None:
    cmap = TTFont(ROOT / file, lazy=True).getBestCmap()
    wanted = NORTHERN_SAMI + INARI_AND_SKOLT_SAMI + POLISH + TURKISH + NORDIC_AND_BALTIC + SIGNS
    assert [c for c in wanted if ord(c) not in cmap] == []


def test_small_letters_of_the_body_are_two_millimetres_high() -> None:
    os2, head = (TTFont(ROOT / "Inter-Regular.ttf", lazy=True)[table] for table in ("OS/2", "head"))
    made = desk.laid_out("se/demand", "sv", "six-claims")
    [size] = [
        box.style["font_size"] * desk.PT_PER_PX
        for box in desk.runs(made.document, 0)
        if box.text.startswith("Du har 6 obetalda")
    ]
    assert os2.sxHeight / head.unitsPerEm * size * MM_PER_PT >= 2.0


def test_ocr_b_advances_a_tenth_of_an_inch_at_the_size_of_the_code_line() -> None:
    font = TTFont(ROOT / "OCRB.ttf", lazy=True)
    cmap = font.getBestCmap()
    [advance] = {font["hmtx"][cmap[ord(c)]][0] for c in "0123456789#>H "}
    size = desk.environment._geometry("SE")["reading_zone"]["font_pt"]
    assert advance / font["head"].unitsPerEm * size == pytest.approx(7.2, abs=0.001)
