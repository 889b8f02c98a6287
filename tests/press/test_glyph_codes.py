"""Glyph numbers of press fonts: two bytes that mean nothing else in a content stream."""

import io

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.otlLib.builder import buildMathTable
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from pipelines.press import foundry, typefaces
from pipelines.press.glyph_codes import OTHER, PLACES, ROWS, renumber, written
from pipelines.press.typefaces import Typeface

BLANKS = b"\0\t\n\f\r "
SIGNS = b"()<>[]{}/%\\"


@pytest.fixture(params=typefaces.load().faces, ids=lambda face: face.name)
def face(request: pytest.FixtureRequest) -> Typeface:
    found: Typeface = request.param
    return found


def test_every_glyph_of_a_press_font_that_says_something_is_two_plain_bytes(face: Typeface) -> None:
    for glyph in face.texts:
        shown = written(glyph).encode("latin-1")
        assert shown == glyph.to_bytes(2)
        assert not {*shown} & {*BLANKS, *SIGNS, *OTHER}


def test_neither_python_takes_a_glyph_for_a_blank_or_the_end_of_a_line() -> None:
    shown = "".join(written(row << 8 | place) for row in ROWS for place in PLACES)
    assert not any(character.isspace() for character in shown)
    assert len(shown.splitlines()) == 1


def built(letters: int) -> TTFont:
    """A font of so many letters, each of its own width, and two glyphs of no letter."""
    names = [".notdef", "part", *(f"u{0x4E00 + i:04X}" for i in range(letters)), "form"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x4E00 + i: f"u{0x4E00 + i:04X}" for i in range(letters)})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in names})
    builder.setupHorizontalMetrics({name: (100 + place, 0) for place, name in enumerate(names)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    return builder.font


@pytest.mark.parametrize("letters", [0, 1, 127, 128, 300, len(ROWS) * len(PLACES), 6000])
def test_all_glyphs_are_there_and_keep_their_widths(letters: int) -> None:
    font = built(letters)
    before = dict(font["hmtx"].metrics)
    cmap = dict(font.getBestCmap())
    renumber(font)
    assert font.getGlyphOrder()[0] == ".notdef"
    assert font.getBestCmap() == cmap
    assert {name: font["hmtx"][name] for name in before} == before
    assert {font["hmtx"][name] for name in {*font.getGlyphOrder()} - before.keys()} <= {(0, 0)}


def test_letters_come_before_all_others_and_those_that_have_no_room_are_written_in_digits() -> None:
    font = built(3000)
    renumber(font)
    number = font.getReverseGlyphMap()
    room = len(ROWS) * len(PLACES)
    assert written(number["u4E00"]) == "\x02\x80"
    assert written(number[f"u{0x4E00 + room - 1:04X}"]) == "\x1b\xff"
    assert written(number[f"u{0x4E00 + room:04X}"]) == ")<1c00>("
    assert written(number["form"]) == f")<{number['form']:04x}>("


def test_names_of_spare_glyphs_are_nobody_elses() -> None:
    font = built(2)
    names = [".notdef", "part", "u4E00", "spare00001", "form"]
    font["glyf"].glyphs = {name: font["glyf"].glyphs.get(name) or TTGlyphPen(None).glyph() for name in names}
    font["hmtx"].metrics = {name: (100 + place, 0) for place, name in enumerate(names)}
    font["cmap"].tables[0].cmap = font["cmap"].tables[1].cmap = {0x4E00: "u4E00", 0x4E01: "spare00001"}
    font.setGlyphOrder(names)
    renumber(font)
    assert font.getGlyphName(0x281) == "spare00001"
    assert font["hmtx"]["spare00001"] == (103, 0)


def test_a_font_for_formulas_and_lines_from_top_to_bottom_is_cut_to_what_letters_need() -> None:
    font = built(9)
    font["cmap"].tables[0].cmap = font["cmap"].tables[1].cmap = {65: "u4E00", 66: "u4E01"}
    glyphs = font.getGlyphOrder()
    builder = FontBuilder(font=font)
    builder.setupVerticalHeader(ascent=500, descent=-500)
    builder.setupVerticalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    buildMathTable(font, constants={}, italicsCorrections={"form": 5})  # of a glyph that is cut off
    whole = io.BytesIO()
    font.save(whole)
    cut = TTFont(io.BytesIO(foundry.cut(whole.getvalue())))
    assert not {"vhea", "vmtx", "MATH"} & {*cut.keys()}
    assert cut.getReverseGlyphMap()[cut.getBestCmap()[65]] == 0x280
