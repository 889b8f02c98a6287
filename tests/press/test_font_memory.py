"""Fonts of one file after the other: a font is known again only when it says the same."""

from collections.abc import Iterator

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipelines.press.font_memory import FontMemory


@pytest.fixture
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.new() as new:
        yield new


def simple(pdf: pikepdf.Pdf) -> pikepdf.Object:
    descriptor = Dictionary(FontName=Name("/AAAAAA+Sans"), FontFile2=pdf.make_stream(b"program"))
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/AAAAAA+Sans"),
            FirstChar=65,
            Widths=Array([500, 600]),
            FontDescriptor=descriptor,
        )
    )


def composite(widths: pikepdf.Object) -> pikepdf.Object:
    inner = Dictionary(Subtype=Name.CIDFontType2, BaseFont=Name("/AAAAAA+Sans"), W=Array([1, widths]))
    return Dictionary(Subtype=Name.Type0, DescendantFonts=Array([inner]))


def test_the_same_font_is_read_once(pdf: pikepdf.Pdf) -> None:
    memory = FontMemory()
    first, second = memory.read(simple(pdf)), memory.read(simple(pdf))
    assert first.characters is second.characters
    assert memory.glyphs(first) is memory.glyphs(second)


def test_widths_that_are_objects_of_their_own_are_those_of_the_file() -> None:
    memory = FontMemory()
    widths = []
    for width in (500, 700):
        with pikepdf.new() as pdf:
            font = memory.read(composite(pdf.make_indirect(Array([width]))))
            widths.append(font.widths)
    assert widths == [{1: 500}, {1: 700}]


@pytest.mark.parametrize("empty_first", [False, True])
def test_a_map_that_is_empty_is_another_than_none(pdf: pikepdf.Pdf, empty_first: bool) -> None:
    memory = FontMemory()
    without, empty = simple(pdf), simple(pdf)
    empty.ToUnicode = pdf.make_stream(b"")
    for font in (empty, without) if empty_first else (without, empty):
        memory.read(font)
    assert memory.read(without).faults == ("no ToUnicode",)
    assert memory.read(empty).faults == ()
    assert memory.read(empty).run(b"(A)").missing
    assert not memory.read(without).run(b"(A)").missing
