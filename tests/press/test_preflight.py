"""Preflight as a whole: good files have no breach, and no file makes it raise."""

import gc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Name

from pipelines import assets, config
from pipelines.errors import AssetError, ConfigError
from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from pipelines.press.rules import Rule
from tests.press import stamped_files
from tests.press.print_files import (
    Broken,
    catalog,
    form,
    good,
    image,
    nothing,
    sheet,
    with_resource,
    writing,
)

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "preflight.md"
RGB_PIXEL = image(b"\xff\x00\x00", Name.DeviceRGB)
DRAW_PIXEL = b"5 0 0 5 100 300 cm /X Do\n"


class TestGoodFiles:
    def test_a_good_file_has_no_breach(self, sound: tuple[Path, Expected]) -> None:
        assert preflight(*sound) == ()

    def test_a_copy_that_changes_nothing_has_none_either(self, broken: Broken) -> None:
        assert broken(nothing) == set()

    def test_a_simplex_file_has_a_mark_on_every_page(self, tmp_path: Path) -> None:
        path = tmp_path / "simplex.pdf"
        expect = good(path, config.Vendor(duplex=False))
        assert expect.pieces[2].sheets == 3
        assert preflight(path, expect) == ()

    def test_plain_x4_needs_no_document_parts(self, tmp_path: Path) -> None:
        path = tmp_path / "plain.pdf"
        expect = good(path, config.Vendor(standards=("PDF/X-4",)))
        assert preflight(path, expect) == ()
        variable = replace(expect, vendor=config.Vendor())
        assert {b.rule for b in preflight(path, variable)} == {Rule.META_PDFVT, Rule.DPART_TREE}

    def test_an_accent_is_allowed_in_text_when_the_caller_names_it(self, broken: Broken) -> None:
        change = writing(1, "Erbjudande", 20, 150, ink=b"1 .4 .45 .3 k\n")
        assert broken(change) == {(Rule.INK_TEXT, 1)}
        assert broken(change, lambda e: replace(e, accents=((1.0, 0.4, 0.45, 0.3),))) == set()

    def test_white_text_and_tints_are_allowed(self, broken: Broken) -> None:
        assert broken(writing(1, "1", 20, 150, ink=b"1 0 0 0 k 50 390 30 30 re f 0 0 0 0 k\n")) == set()

    def test_a_form_that_pages_share_may_hold_what_a_page_may(self, broken: Broken) -> None:
        assert (
            broken(with_resource(1, "/XObject", "X", form(b"0 0 0 .2 k 60 60 9 9 re f\n"), b"/X Do\n"))
            == set()
        )

    def test_a_cmyk_picture_within_the_limit_is_allowed(self, broken: Broken) -> None:
        make = image(bytes([200, 100, 0, 0]), Name.DeviceCMYK)
        assert broken(with_resource(1, "/XObject", "X", make, DRAW_PIXEL)) == set()


class TestUnreadableFiles:
    @pytest.mark.parametrize("data", [b"", b"not a PDF", b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"])
    def test_a_file_that_is_no_pdf(self, sound: tuple[Path, Expected], tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "broken.pdf"
        path.write_bytes(data)
        assert Rule.FILE_UNREADABLE in {b.rule for b in preflight(path, sound[1])}

    def test_a_missing_file(self, sound: tuple[Path, Expected], tmp_path: Path) -> None:
        assert [b.rule for b in preflight(tmp_path / "none.pdf", sound[1])] == [Rule.FILE_UNREADABLE]

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
    def test_a_file_cut_short(self, sound: tuple[Path, Expected], tmp_path: Path, share: float) -> None:
        whole = sound[0].read_bytes()
        path = tmp_path / "short.pdf"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert preflight(path, sound[1])

    @given(
        st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=40)
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_damage_makes_it_raise(
        self, sound: tuple[Path, Expected], tmp_path: Path, damage: list[tuple[float, int]]
    ) -> None:
        data = bytearray(sound[0].read_bytes())
        for share, byte in damage:
            data[int(share * len(data))] = byte
        path = tmp_path / "damaged.pdf"
        path.write_bytes(data)
        for breach in preflight(path, sound[1]):
            assert breach.rule in set(Rule)

    def test_a_structure_of_the_wrong_types_is_a_breach_not_an_error(self, broken: Broken) -> None:
        assert (Rule.FILE_UNREADABLE, 0) in broken(catalog("/OutputIntents", 7))
        assert (Rule.FILE_UNREADABLE, 0) in broken(sheet(1, "/Contents", 7))

    def test_a_country_without_a_window_is_the_callers_error(self, sound: tuple[Path, Expected]) -> None:
        with pytest.raises(AssetError, match=r"geometry\.toml: no window for XX"):
            preflight(sound[0], replace(sound[1], country="XX"))

    def test_a_wrong_mark_template_is_the_callers_error(self, sound: tuple[Path, Expected]) -> None:
        vendor = config.Vendor(mark=config.Mark(payload="{nonsense:3}"))
        with pytest.raises(ConfigError, match=r"mark\.payload"):
            preflight(sound[0], replace(sound[1], vendor=vendor))


def test_the_documentation_lists_every_rule_with_its_source() -> None:
    text, _, _ = DOCUMENTATION.read_text(encoding="utf-8").partition("## Limits")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{rule}` | {rule.standard} | {rule.meaning} |" for rule in Rule]


def test_the_shipped_profile_is_the_one_the_vendor_defaults_name() -> None:
    assert (assets.folder("layouts") / "shared" / config.Vendor().output_profile).is_file()


def test_a_file_leaves_no_circles_behind(sound: tuple[Path, Expected], tmp_path: Path) -> None:
    stamped = stamped_files.good(tmp_path / "print-0002.pdf")
    for path, expect in (sound, (tmp_path / "print-0002.pdf", stamped)):
        gc.collect()
        assert preflight(path, expect) == ()
        assert gc.collect() == 0
        assert gc.isenabled()
