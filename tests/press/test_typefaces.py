import hashlib
import io
import os
import shutil
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from pipelines import assets
from pipelines.errors import AssetError
from pipelines.press import typefaces


def fonts_folder(tmp_path: Path) -> Path:
    """A copy of the code-line font alone, to be spoilt."""
    shipped = assets.folder("fonts")
    shutil.copy(shipped / "OCRB.ttf", tmp_path)
    digest = hashlib.sha256((shipped / "OCRB.ttf").read_bytes()).hexdigest()
    (tmp_path / "fonts.toml").write_text(
        f"""
        [[font]]
        file = "OCRB.ttf"
        family = "Letter Code"
        weight = 400
        style = "normal"
        sha256 = "{digest}"
        """,
        encoding="utf-8",
    )
    return tmp_path


def matches(texts: list[str]) -> list[bool]:
    return pc.match_substring_regex(pa.array(texts), typefaces.settable()).to_pylist()


def test_names_of_the_north_and_of_its_neighbours_are_settable() -> None:
    texts = ["Åsa Öhman-Æbelø", "Łukasz Wójcik", "Gülşen Şahin", "Đặng Thị Hồng", "100 € – 5 × 3", ""]
    assert matches(texts) == [True] * len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "日本",
        "Иван",
        "a\nb",
        "a\n",
        "tab\there",
        "\u202eabc",
        "\u200e",
        "e\u0301",
        "\x00",
        "\u2028",
        "soft\xadhyphen",
        "😀",
    ],
)
def test_controls_direction_marks_combining_marks_and_missing_characters_are_not(text: str) -> None:
    assert matches([text]) == [False]


def test_every_settable_character_has_a_glyph_in_every_weight_of_the_text_face() -> None:
    faces = typefaces.load()
    text_faces = [face for face in faces.faces if face.family == faces.text_family]
    every = [chr(c) for c in range(0x20, 0x10000) if not 0xD800 <= c < 0xE000]
    taken = [c for c, ok in zip(every, matches(every), strict=True) if ok]
    assert len(text_faces) == 4
    assert len(taken) > 700
    for face in text_faces:
        assert all(face.cmap[ord(c)] != 0 for c in taken)
    assert {unicodedata.category(c)[0] for c in taken} <= {"L", "N", "P", "S", "Z"}


def test_a_width_is_the_sum_of_the_glyphs_advances() -> None:
    source = TTFont(assets.folder("fonts") / "Inter-Regular.ttf")
    text = "Åsa 1 €"
    units = sum(source["hmtx"][source.getBestCmap()[ord(c)]][0] for c in text)
    expected = units / source["head"].unitsPerEm * 10 * 25.4 / 72
    assert typefaces.load().advance_mm(text, 10) == pytest.approx(expected)


def test_the_code_line_is_set_at_ten_characters_an_inch() -> None:
    assert typefaces.load().advance_mm("0" * 10, 9.9585, "Letter Code") == pytest.approx(25.4, abs=0.001)


def test_bold_is_wider_and_an_unknown_weight_is_refused() -> None:
    faces = typefaces.load()
    assert faces.advance_mm("Storgatan", 10, weight=700) > faces.advance_mm("Storgatan", 10)
    with pytest.raises(AssetError, match="no face Letter 900"):
        faces.advance_mm("x", 10, weight=900)


def test_an_address_line_fits_until_it_is_wider_than_the_narrowest_field() -> None:
    assert typefaces.fits_the_window("Tredje Långgatan 14 B lgh 1203")
    assert typefaces.fits_the_window("i" * 60)
    assert not typefaces.fits_the_window("W" * 30)


def test_a_font_made_before_is_taken_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREVPRESS_CACHE", str(tmp_path / "cache"))
    folder = fonts_folder(tmp_path)
    made = typefaces.load.__wrapped__(folder).faces[0]
    written = made.file.stat().st_mtime_ns
    assert made.file.parent == tmp_path / "cache"
    assert made.file.read_bytes() == made.data
    assert typefaces.load.__wrapped__(folder).faces[0].file.stat().st_mtime_ns == written
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [made.file.name]


def test_an_altered_font_is_refused_by_name(tmp_path: Path) -> None:
    folder = fonts_folder(tmp_path)
    data = bytearray((folder / "OCRB.ttf").read_bytes())
    data[-1] ^= 1
    (folder / "OCRB.ttf").write_bytes(data)
    with pytest.raises(AssetError, match=r"OCRB\.ttf"):
        typefaces.load.__wrapped__(folder)


def test_a_font_of_other_outlines_is_refused_by_name(tmp_path: Path) -> None:
    folder = fonts_folder(tmp_path)
    data = cubic()
    listed = (folder / "fonts.toml").read_text()
    before = hashlib.sha256((folder / "OCRB.ttf").read_bytes()).hexdigest()
    (folder / "fonts.toml").write_text(listed.replace(before, hashlib.sha256(data).hexdigest()))
    (folder / "OCRB.ttf").write_bytes(data)
    with pytest.raises(AssetError, match=r"OCRB\.ttf: no TrueType outlines"):
        typefaces.load(folder)


def cubic() -> bytes:
    """A font with outlines of PostScript's kind."""
    pen = T2CharStringPen(500, None)
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({65: "A"})
    builder.setupCFF("Cubic", {}, {".notdef": pen.getCharString(), "A": pen.getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    made = io.BytesIO()
    builder.font.save(made)
    return made.getvalue()


def test_a_missing_font_and_a_broken_list_are_refused(tmp_path: Path) -> None:
    folder = fonts_folder(tmp_path)
    (folder / "OCRB.ttf").unlink()
    with pytest.raises(AssetError, match=r"OCRB\.ttf"):
        typefaces.load.__wrapped__(folder)
    (folder / "fonts.toml").write_text("[[font]]\nfamily = 1", encoding="utf-8")
    with pytest.raises(AssetError, match=r"fonts\.toml"):
        typefaces.load.__wrapped__(folder)


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    typefaces.load().configuration()
    assert "FONTCONFIG_FILE" not in os.environ
    monkeypatch.setenv("FONTCONFIG_FILE", "/dev/null")
    typefaces.load().configuration()
    assert os.environ["FONTCONFIG_FILE"] == "/dev/null"
