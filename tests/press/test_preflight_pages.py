"""What preflight says of pages: boxes, order, the mark, the window."""

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipelines import config
from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Rule
from tests.press.print_files import (
    Broken,
    Change,
    form,
    image,
    nothing,
    other_address,
    painting,
    sheet,
    spoiled,
    with_resource,
    writing,
)

RGB_PIXEL = image(b"\xff\x00\x00", Name.DeviceRGB)
DRAW_PIXEL = b"5 0 0 5 100 300 cm /X Do\n"


class TestPages:
    def test_annotations(self, broken: Broken) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        assert broken(sheet(2, "/Annots", Array([link]))) == {(Rule.PAGE_ANNOTATION, 2)}

    @pytest.mark.parametrize(
        "change",
        [
            sheet(2, "/MediaBox", Array([0, 0, 612, 792])),
            sheet(2, "/TrimBox", Array([-5, 0, 595, 841])),
            lambda pdf: pdf.pages[1].obj.__delitem__("/TrimBox"),
            sheet(2, "/BleedBox", Array([10, 10, 500, 500])),
            sheet(2, "/CropBox", Array([0, 0, 500, 500])),
            sheet(2, "/ArtBox", Array([0, 0, 500, 500])),
            sheet(2, "/Rotate", 90),
            sheet(2, "/UserUnit", 2),
            sheet(2, "/TrimBox", Array([0, 0, 420, 595])),
        ],
    )
    def test_boxes(self, broken: Broken, change: Change) -> None:
        assert broken(change) == {(Rule.PAGE_BOX, 2)}

    def test_boxes_that_the_page_tree_hands_down(self, broken: Broken) -> None:
        assert broken(lambda pdf: pdf.Root.Pages.__setitem__("/Rotate", 90)) == {
            (Rule.PAGE_BOX, number) for number in range(1, 9)
        }

    def test_boxes_that_one_node_hands_down_to_pages_written_alike(
        self, sound: tuple[Path, Expected], tmp_path: Path
    ) -> None:
        def turned(pdf: pikepdf.Pdf) -> None:
            kids = list(pdf.Root.Pages.Kids)
            nodes = [
                pdf.make_indirect(Dictionary(Type=Name.Pages, Count=4, Kids=Array(some)))
                for some in (kids[:4], kids[4:])
            ]
            for page, node in zip(kids, [nodes[0]] * 4 + [nodes[1]] * 4, strict=True):
                page.Parent, node.Parent = node, pdf.Root.Pages
            pdf.Root.Pages.Kids = Array(nodes)
            nodes[1].Rotate = 90

        path = spoiled(sound[0], tmp_path / "spoiled.pdf", turned)
        with pikepdf.open(path, inherit_page_attributes=False) as pdf:
            assert [node.get("/Rotate", 0) for node in pdf.Root.Pages.Kids] == [0, 90]
        assert {(b.rule, b.page) for b in preflight(path, sound[1])} == {
            (Rule.PAGE_BOX, number) for number in range(5, 9)
        }

    def test_a_trim_box_is_not_handed_down(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.Root.Pages.TrimBox = pdf.pages[1].obj.TrimBox
            del pdf.pages[1].obj["/TrimBox"]

        assert broken(change) == {(Rule.PAGE_BOX, 2)}

    def test_a_transparency_group_in_rgb(self, broken: Broken) -> None:
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
        assert broken(sheet(3, "/Group", group)) == {(Rule.PAGE_GROUP, 3)}
        shape = form(b"0 0 0 1 k 60 60 9 9 re f\n", Group=group)
        assert broken(with_resource(3, "/XObject", "X", shape, b"/X Do\n")) == {(Rule.PAGE_GROUP, 3)}

    def test_a_page_too_many(self, broken: Broken) -> None:
        blank = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, 595.276, 841.89]), TrimBox=Array([0, 0, 595.276, 841.89])
        )
        rules = broken(lambda pdf: pdf.pages.append(pikepdf.Page(pdf.make_indirect(blank))))
        assert rules == {(Rule.COUNT_PAGES, 0), (Rule.DPART_RANGE, 0)}

    def test_a_piece_that_starts_on_a_back(self, sound: tuple[Path, Expected]) -> None:
        path, expect = sound
        first, second, third = expect.pieces
        moved = replace(
            expect, pieces=(replace(first, pages=1), replace(second, first_page=2, pages=3), third)
        )
        rules = {(b.rule, b.page) for b in preflight(path, moved)}
        assert (Rule.PIECE_START, 2) in rules
        assert (Rule.COUNT_PAGES, 1) in rules

    def test_a_gap_between_pieces(self, sound: tuple[Path, Expected]) -> None:
        path, expect = sound
        without = replace(expect, pieces=(expect.pieces[0], expect.pieces[2]))
        assert (Rule.PIECE_START, 5) in {(b.rule, b.page) for b in preflight(path, without)}

    def test_a_blank_back_that_is_not_blank(self, broken: Broken) -> None:
        assert broken(painting(2, b"0 0 0 .1 k 100 100 50 50 re f\n")) == {(Rule.PAGE_BLANK, 2)}

    def test_a_front_without_text(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            front = pdf.pages[6].obj
            front.Contents = Array([pdf.make_stream(b""), front.Contents[1]])

        assert broken(change) == {(Rule.PAGE_BLANK, 7)}


class TestTheMark:
    def test_a_mark_that_is_missing(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            del pdf.pages[6].obj.Contents[1]

        assert broken(change) == {(Rule.MARK_MISSING, 7)}

    def test_a_mark_at_another_place_than_the_vendors(self, broken: Broken) -> None:
        vendor = config.Vendor(mark=config.Mark(y_mm=121))
        assert {(Rule.MARK_MISSING, n) for n in (1, 3, 5, 7)} <= broken(
            nothing, lambda e: replace(e, vendor=vendor)
        )

    def test_a_mark_moved_by_the_space_it_is_drawn_in(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            contents = pdf.pages[0].obj.Contents
            pdf.pages[0].obj.Contents = Array(
                [pdf.make_stream(b"1 0 0 1 0 9 cm\n"), contents[1], contents[0]]
            )

        assert (Rule.MARK_MISSING, 1) in broken(change)

    def test_the_mark_of_another_sheet(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[6].obj.Contents[1] = pdf.pages[4].obj.Contents[1]

        assert broken(change) == {(Rule.MARK_MISSING, 7), (Rule.MARK_QUIET, 7)}

    def test_a_mark_twice(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].obj.Contents.append(pdf.pages[0].obj.Contents[1])

        assert broken(change) == {(Rule.MARK_MISSING, 1)}

    def test_a_mark_on_a_back(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[3].obj.Contents.append(pdf.pages[2].obj.Contents[1])

        assert broken(change) == {(Rule.MARK_QUIET, 4)}

    def test_a_payload_that_the_books_have_otherwise(self, broken: Broken) -> None:
        def other(expect: Expected) -> Expected:
            first = replace(expect.pieces[0], mark=expect.pieces[1].mark)
            return replace(expect, pieces=(first, *expect.pieces[1:]))

        assert broken(nothing, other) == {(Rule.MARK_PAYLOAD, 1)}

    @pytest.mark.parametrize("ops", [b"0 0 0 1 k 9 480 2 2 re f\n", b"0 0 0 1 K 0 510 m 50 400 l S\n"])
    def test_print_in_its_quiet_zone(self, broken: Broken, ops: bytes) -> None:
        assert broken(painting(1, ops)) == {(Rule.MARK_QUIET, 1)}

    def test_a_path_round_the_quiet_zone_is_not_in_it(self, broken: Broken) -> None:
        assert broken(painting(1, b"0 0 0 1 k 1 300 5 300 re 60 300 5 300 re f\n")) == set()

    def test_print_behind_it(self, broken: Broken) -> None:
        behind = painting(6, b"0 0 0 1 k 570 490 5 5 re f\n")
        assert broken(behind) == {(Rule.MARK_BACK, 6)}
        assert broken(painting(6, b"0 0 0 1 k 90 490 5 5 re f\n")) == set()

    def test_the_content_without_it_is_known_again_when_the_mark_is_a_stream_of_its_own(
        self, sound: tuple[Path, Expected]
    ) -> None:
        path, _ = sound
        with pikepdf.open(path) as pdf:
            file = PrintedFile(pdf, path.read_bytes())
            fronts = [page.obj for page in pdf.pages if len(page.obj.Contents) == 2]
            backs = [page.obj for page in pdf.pages if len(page.obj.Contents) == 1]
            assert fronts
            assert backs
            for page in fronts:
                number, (content, _mark) = page.objgen[0], page.Contents
                before = len(content.read_bytes()) + 1
                assert file.shared_stream(number, before) == content.objgen[0]
                assert file.shared_stream(number, before - 1) is None
                assert file.shared_stream(number, None) is None
            for page in backs:
                assert file.shared_stream(page.objgen[0], None) == page.Contents[0].objgen[0]
                assert file.shared_stream(page.objgen[0], 0) is None


class TestTheWindow:
    @pytest.mark.parametrize(("x", "y"), [(116, 70), (101, 32), (190, 84)])
    def test_text_in_the_window_or_its_drift(self, broken: Broken, x: float, y: float) -> None:
        assert broken(writing(1, "Belopp", x, y)) >= {(Rule.WINDOW_TEXT, 1)}

    @pytest.mark.parametrize(("x", "y"), [(60, 60), (116, 95), (116, 27)])
    def test_text_outside_the_drift(self, broken: Broken, x: float, y: float) -> None:
        assert broken(writing(1, "Belopp", x, y)) == set()

    def test_text_on_other_pages_does_not_matter(self, broken: Broken) -> None:
        assert broken(writing(7, "Belopp", 116, 60)) == set()

    def test_a_text_that_begins_outside_and_runs_in(self, broken: Broken) -> None:
        assert (Rule.WINDOW_TEXT, 1) in broken(writing(1, "Inkassokrav", 90, 60))

    @pytest.mark.parametrize(
        "ops", [b"0 0 0 .1 k 400 700 50 20 re f\n", b"0 0 0 1 K 290 600 m 290 800 l S\n"]
    )
    def test_a_line_or_a_tint(self, broken: Broken, ops: bytes) -> None:
        assert broken(painting(1, ops)) == {(Rule.WINDOW_FOREIGN, 1)}

    def test_a_picture_and_a_form(self, broken: Broken) -> None:
        pixel = image(b"\x00", Name.DeviceGray)
        place = b"9 0 0 9 400 700 cm /X Do\n"
        assert broken(with_resource(1, "/XObject", "X", pixel, place)) == {(Rule.WINDOW_FOREIGN, 1)}
        shape = form(b"0 0 0 .1 k 0 0 1 1 re f\n")
        assert broken(with_resource(1, "/XObject", "X", shape, place)) == {(Rule.WINDOW_FOREIGN, 1)}

    def test_what_a_clip_keeps_out_is_not_there(self, broken: Broken) -> None:
        assert broken(painting(1, b"60 60 9 9 re W n 0 0 0 .1 k 0 0 600 800 re f\n")) == set()

    @pytest.mark.parametrize(
        "lines",
        [
            ("Siri Ålund", "Åvägen 3"),
            ("Siri Ålund", "Åvägen 5", "413 01  GÖTEBORG"),
            ("Åvägen 3", "Siri Ålund", "413 01  GÖTEBORG"),
            (),
        ],
    )
    def test_another_address(self, broken: Broken, lines: tuple[str, ...]) -> None:
        assert broken(nothing, lambda e: other_address(e, *lines)) == {(Rule.WINDOW_TEXT, 1)}

    def test_blanks_do_not_make_another_address(self, broken: Broken) -> None:
        lines = ("Siri\N{NO-BREAK SPACE}A\N{COMBINING RING ABOVE}lund", "Åvägen 3", "413 01 GÖTEBORG")
        assert broken(nothing, lambda e: other_address(e, *lines)) == set()

    @pytest.mark.parametrize(("x", "y"), [(111, 68), (105, 68), (116, 76)])
    def test_an_address_line_beyond_the_window(self, broken: Broken, x: float, y: float) -> None:
        lines = ("Siri Ålund", "Åvägen 3", "413 01  GÖTEBORG", "Sverige")
        assert broken(writing(1, "Sverige", x, y), lambda e: other_address(e, *lines)) == {
            (Rule.WINDOW_OUTSIDE, 1)
        }

    def test_no_fact_quotes_the_letter(self, sound: tuple[Path, Expected], tmp_path: Path) -> None:
        path = spoiled(sound[0], tmp_path / "spoiled.pdf", writing(1, "Hemlig", 116, 70))
        (breach,) = preflight(path, sound[1])
        assert breach.fact == "4 lines for an address of 3"
