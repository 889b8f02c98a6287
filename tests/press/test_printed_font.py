"""Fonts as they stand in a PDF."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipelines.press import printed_font

CMAP = b"""begincmap
2 beginbfchar
<0001> <0041>
<0002> <00660069>
endbfchar
2 beginbfrange
<0010> <0012> <0061>
<0020> <0021> [<00C4> <D83DDE00>]
endbfrange
endcmap"""

COMPOSITE = {"Subtype": Name.Type0, "DescendantFonts": Array([Dictionary(Subtype=Name.CIDFontType2)])}


@pytest.fixture
def font() -> printed_font.PrintedFont:
    with pikepdf.new() as pdf:
        descriptor = Dictionary(Ascent=900, Descent=-250, FontFile2=pdf.make_stream(b"program"))
        inner = Dictionary(
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/ABCDEF+Sans-Bold"),
            CIDToGIDMap=Name.Identity,
            DW=1000,
            W=Array([1, Array([500, 600]), 16, 18, 250]),
            FontDescriptor=descriptor,
        )
        outer = Dictionary(
            Subtype=Name.Type0,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([inner]),
            ToUnicode=pdf.make_stream(CMAP),
        )
        return printed_font.read(outer)


class TestCompositeFonts:
    def test_a_text_reaches_from_the_lower_to_the_upper_of_its_edges(self) -> None:
        inner = Dictionary(Subtype=Name.CIDFontType2, FontDescriptor=Dictionary(Ascent=-300, Descent=900))
        font = printed_font.read(Dictionary(Subtype=Name.Type0, DescendantFonts=Array([inner])))
        assert (font.ascent, font.descent) == (0.9, -0.3)

    def test_name_measures_and_program(self, font: printed_font.PrintedFont) -> None:
        assert (font.name, font.ascent, font.descent, len(font.programs)) == ("Sans-Bold", 0.9, -0.25, 1)
        assert font.faults == ()

    @pytest.mark.parametrize(
        ("operand", "text", "width"),
        [
            (b"<00010002>", "Afi", 1100),
            (b"[<0001>0<0002>0]", "Afi", 1100),
            (b"[<0001>-100.5<0002>]", "Afi", 1200.5),
            (b"<001000110012>", "abc", 750),
            (b"<00200021>", "Ä😀", 2000),
            (b"(\\000\\001\\000\\002)", "Afi", 1100),
            (b"[]", "", 0),
        ],
    )
    def test_runs(self, font: printed_font.PrintedFont, operand: bytes, text: str, width: float) -> None:
        run = font.run(operand)
        assert (run.text, run.width, run.missing) == (text, pytest.approx(width), False)

    @pytest.mark.parametrize("operand", [b"<0000>", b"<0999>", b"[<0001><0000>]"])
    def test_glyphs_that_say_nothing_are_missing(
        self, font: printed_font.PrintedFont, operand: bytes
    ) -> None:
        assert font.run(operand).missing

    def test_ten_thousand_texts_do_not_fill_the_memory(self, font: printed_font.PrintedFont) -> None:
        for number in range(10_000):
            font.run(b"[<0001>%d]" % number)
        assert len(font._runs) <= 5000


class TestFaults:
    @pytest.mark.parametrize(
        ("entries", "fault"),
        [
            ({"Subtype": Name.Type3}, "a Type 3 font"),
            ({"Subtype": Name.TrueType}, "not embedded"),
            ({"Subtype": Name.TrueType}, "no ToUnicode"),
            (
                {"Subtype": Name.Type0, "DescendantFonts": Array([Dictionary(Subtype=Name.CIDFontType2)])},
                "no CIDToGIDMap",
            ),
            (
                {"Subtype": Name.Type0, "DescendantFonts": Array([Dictionary()])},
                "an encoding other than Identity",
            ),
        ],
    )
    def test_what_a_font_lacks(self, entries: dict[str, object], fault: str) -> None:
        assert fault in printed_font.read(Dictionary(**entries)).faults

    def test_a_simple_font_counts_bytes_and_blanks(self) -> None:
        run = printed_font.read(
            Dictionary(Subtype=Name.TrueType, FirstChar=32, Widths=Array([250, 300, 400]))
        ).run(b'(!\\041 ")')
        assert (run.text, run.characters, run.blanks, run.width) == ('!! "', 4, 1, 300 + 300 + 250 + 400)
