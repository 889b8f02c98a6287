"""What the reader says is painted, held against PDFium's view of the same page."""

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from pipelines.press import printed_font
from pipelines.press.content import IDENTITY
from pipelines.press.drawing import NOTHING, Finding, Form, Memory, Resources, Style
from pipelines.press.geometry import A4, Box
from pipelines.press.page_reader import Reader
from pipelines.press.preflight_resources import ResourceReader
from pipelines.press.printed_font import PrintedFont
from pipelines.press.rules import Findings
from tests.press.print_files import face, good

BLACK = (0.0, 0.0, 0.0, 1.0)


def read(data: bytes, zone: Box = A4, resources: Resources = NOTHING) -> Reader:
    reader = Reader(resources, (zone,), Memory())
    reader.read(data)
    return reader


def boxes(data: bytes) -> list[Box]:
    return [thing.box for thing in read(data).drawing.zones[0]]


class TestPaths:
    def test_a_filled_rectangle_under_a_matrix(self) -> None:
        assert boxes(b"q 2 0 0 2 10 10 cm 1 1 5 5 re f Q") == [Box(12, 12, 22, 22)]

    def test_a_stroke_is_as_wide_as_its_line(self) -> None:
        assert boxes(b"4 w 50 50 m 90 50 l S") == [Box(48, 48, 92, 52)]

    def test_a_clip_cuts_and_q_ends_it(self) -> None:
        assert boxes(b"q 0 0 10 10 re W n 5 5 20 20 re f Q 30 30 5 5 re f") == [
            Box(5, 5, 10, 10),
            Box(30, 30, 35, 35),
        ]

    def test_a_path_that_only_clips_paints_nothing(self) -> None:
        assert read(b"0 0 10 10 re W n").drawing.blank

    def test_only_the_pieces_within_a_zone_are_listed(self) -> None:
        found = read(b"0 0 5 5 re 100 100 5 5 re 200 0 5 5 re f", Box(90, 90, 110, 110)).drawing.zones[0]
        assert [thing.box for thing in found] == [Box(100, 100, 105, 105)]

    def test_styles_are_kept_once(self) -> None:
        drawing = read(
            b"0 0 0 .5 k 0 0 5 5 re f 9 9 5 5 re f 0.2 g 9 0 5 5 re f 0 0 0 1 K 1 w 0 0 m 9 9 l S"
        ).drawing
        assert drawing.styles == {
            Style("path", (0, 0, 0, 0.5)),
            Style("path", (0, 0, 0, 0.8)),
            Style("path", BLACK, 1.0),
        }

    def test_colour_spaces_by_name(self) -> None:
        drawing = read(
            b"/DeviceCMYK cs .1 .2 .3 .4 scn 0 0 5 5 re f /DeviceGray CS 0 SC 0 0 m 9 9 l S"
        ).drawing
        assert drawing.styles == {Style("path", (0.1, 0.2, 0.3, 0.4)), Style("path", BLACK, 1.0)}
        assert drawing.findings == set()


class TestInlineImages:
    def test_a_mask_is_painted_in_the_ink_of_fills(self) -> None:
        reader = read(b"0 0 0 .5 k q 20 0 0 10 5 5 cm BI /W 8 /H 1 /IM true ID \xaa\nEI Q")
        assert [(thing.kind, thing.box) for thing in reader.drawing.zones[0]] == [
            ("image", Box(5, 5, 25, 15))
        ]
        assert reader.drawing.styles == {Style("image", (0, 0, 0, 0.5))}
        assert reader.drawing.findings == set()

    @pytest.mark.parametrize(
        ("image", "why"),
        [
            (b"/W 1 /H 1 /BPC 8 /CS /G ID a", "an inline image that is no mask"),
            (b"/W 8 /H 1 /IM true /F /LZW ID a", "an inline image: filter LZWDecode"),
            (b"/W 8 /H 9 /IM true /F /AHx ID 00>", "an inline image: too few samples"),
        ],
    )
    def test_others_are_found(self, image: bytes, why: str) -> None:
        assert read(b"BI " + image + b"\nEI").drawing.findings == {Finding("syntax", why)}


class TestForms:
    def form(self, ops: bytes, box: tuple[float, float, float, float] = (0, 0, 50, 50)) -> Resources:
        shape = Form(lambda: ops, (1, 0, 0, 1, 5, 0), box, lambda: NOTHING)
        return Resources({}, {}, {"X": shape}, frozenset(), frozenset(), frozenset())

    def test_a_form_is_drawn_in_its_place_and_clipped_to_its_box(self) -> None:
        reader = read(b"1 0 0 1 100 100 cm /X Do", resources=self.form(b"10 10 90 5 re f"))
        assert [thing.box for thing in reader.drawing.zones[0]] == [Box(115, 110, 155, 115)]

    def test_it_inherits_the_ink(self) -> None:
        reader = read(b".2 0 0 0 k /X Do 0 g /X Do", resources=self.form(b"10 10 9 5 re f"))
        assert {style.ink for style in reader.drawing.styles} == {(0.2, 0, 0, 0), BLACK}

    def test_it_is_read_once_for_one_place(self) -> None:
        times = []
        shape = Form(lambda: times.append(1) or b"10 10 9 5 re f", IDENTITY, (0, 0, 50, 50), lambda: NOTHING)
        resources = Resources({}, {}, {"X": shape}, frozenset(), frozenset(), frozenset())
        memory = Memory()
        for _ in range(3):
            reader = Reader(resources, (A4,), memory)
            reader.read(b"/X Do")
            assert len(reader.drawing.zones[0]) == 1
        assert len(times) == 1

    @pytest.mark.parametrize(
        ("shape", "first", "second"),
        [
            (b"10 10 m 40 10 l S", b"4 w", b"1 w"),
            (b".5 scn 10 10 9 5 re f", b"0 g", b"0 0 0 1 k"),
            (b".5 SCN 10 10 m 40 10 l S", b"0 G", b"0 0 0 1 K"),
        ],
        ids=["the width of lines", "the space of fills", "the space of lines"],
    )
    def test_it_is_read_again_in_another_state(self, shape: bytes, first: bytes, second: bytes) -> None:
        shared, seen = Memory(), []
        resources = self.form(shape)
        for memory, states in ((shared, (first, second)), (Memory(), (second,))):
            for state in states:
                reader = Reader(resources, (A4,), memory)
                reader.read(state + b" /X Do")
                seen.append((reader.drawing.styles, reader.drawing.findings))
        before, after, alone = seen
        assert before != alone
        assert after == alone

    def test_a_form_that_draws_itself_ends(self) -> None:
        resources: Resources
        shape = Form(lambda: b"/X Do", IDENTITY, (0, 0, 9, 9), lambda: resources)
        resources = Resources({}, {}, {"X": shape}, frozenset(), frozenset(), frozenset())
        assert (
            Finding("syntax", "forms nested too deep") in read(b"/X Do", resources=resources).drawing.findings
        )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with text in the states that move it."""
    path = tmp_path_factory.mktemp("text") / "text.pdf"
    good(path)
    cmap = face().cmap
    ops = b"""
        BT /F1 20 Tf 1 0 0 1 100 700 Tm <%04x%04x> Tj ET
        BT /F1 20 Tf 2 Tc 0 5 TD 100 600 Td [<%04x>-500<%04x>] TJ 14 TL T* <%04x%04x> Tj ET
        BT /F1 10 Tf 1 0 .2 1 100 500 Tm 150 Tz 3 Ts <%04x%04x> Tj ET
    """ % tuple(cmap[ord(character)] for character in "AÄAÄÃÀÁÂ")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        sheet = pdf.pages[1].obj
        sheet.Contents = pdf.make_stream(ops)
        pdf.save(path)
    return path


class TestText:
    def test_every_text_stands_where_pdfium_sees_it(self, page: Path) -> None:
        with pikepdf.open(page) as pdf:
            resources = ResourceReader(Findings()).read(pdf.pages[1].obj.Resources, 2)
            reader = read(pdf.pages[1].obj.Contents.read_bytes(), resources=resources)
        ours = reader.drawing.zones[0]
        document = pypdfium2.PdfDocument(page)
        sheet = document[1]
        text = sheet.get_textpage()
        origins = [text.get_charbox(i, loose=True) for i in range(text.count_chars())]
        seen = text.get_text_range().split()
        text.close()
        sheet.close()
        document.close()
        assert "".join(thing.text for thing in ours) == "".join(seen)
        hull = (min(b[0] for b in origins), max(b[2] for b in origins))
        assert min(thing.box.left for thing in ours) == pytest.approx(hull[0], abs=1)
        assert max(thing.box.right for thing in ours) == pytest.approx(hull[1], abs=3)

    def test_spacing_scale_and_kerning_move_the_next_text(self) -> None:
        resources = Resources({"F1": _fixed_font()}, {}, {}, frozenset(), frozenset(), frozenset())
        reader = read(b"BT /F1 10 Tf 1 Tc 50 Tz 20 30 Td [(ab)-1000(c)] TJ (d) Tj ET", resources=resources)
        first, second = reader.drawing.zones[0]
        # (3 × 5 + 10 for the adjustment + 3 × 1 spacing) × 50 %
        assert first.box.right == pytest.approx(20 + (15 + 10 + 3) / 2)
        assert (second.text, second.origin) == ("d", (pytest.approx(first.box.right), 30))


def _fixed_font() -> PrintedFont:
    return printed_font.read(
        Dictionary(
            Subtype=Name.TrueType,
            BaseFont=Name("/ABCDEF+Test"),
            FirstChar=32,
            Widths=Array([500] * 224),
            FontDescriptor=Dictionary(Ascent=800, Descent=-200),
        )
    )
