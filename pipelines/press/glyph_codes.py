"""The numbers of a press font's glyphs, chosen so that texts are short and plain in print files.

A text of a composite font is a string of two bytes a glyph. Written in brackets such a string is half as
long as in hexadecimal digits, but some bytes mean something there, and others end lines. So glyphs
get numbers of two bytes that mean nothing else anywhere in a content stream, and of which no program
takes one for a blank: a control character, then a byte beyond ASCII. The numbers between them are
glyphs without outline, which take a few bytes of the embedded font.
Source: ISO 32000-2, 7.3.4.2 (literal strings).
"""

from fontTools.ttLib import TTFont
from fontTools.ttLib.reorderGlyphs import reorderGlyphs
from fontTools.ttLib.tables._g_l_y_f import Glyph

ROWS = (*range(0x02, 0x09), *range(0x0E, 0x1C))
"""The first bytes. Two more are left for others to part texts with: 0 and 1."""
PLACES = (*range(0x80, 0x85), *range(0x86, 0xA0), *range(0xA1, 0x100))
"""The second bytes."""
OTHER = bytes(range(0x20, 0x80)) + b"\t\n\f\r"
"""All other bytes that content streams of print files have, if they have no pictures."""


def renumber(font: TTFont) -> None:
    """Give a font's glyphs such numbers, those of its characters first, as long as there are some.

    The last glyphs of a font with more of them come behind; `written` writes those in digits.
    """
    order = tuple(font.getGlyphOrder())
    first, *others = order
    characters = dict.fromkeys(name for _, name in sorted(font.getBestCmap().items()) if name != first)
    names = iter([*characters, *[name for name in others if name not in characters]])
    numbered = {0: first}
    codes = (row << 8 | place for row in ROWS for place in PLACES)
    numbered |= dict(zip(codes, names, strict=False))
    numbered |= enumerate(names, max(numbered) + 1)
    named = "spare"
    while any(name.startswith(named) for name in order):
        named += "-"
    spare = [f"{named}{number:05}" for number in range(max(numbered)) if number not in numbered]
    glyphs, metrics = font["glyf"], font["hmtx"]
    for name in order:
        glyphs[name].expand(glyphs)  # As it is read, a glyph of several names its parts by their numbers.
    for name in spare:
        glyphs[name] = Glyph()
        metrics[name] = (0, 0)
    font.setGlyphOrder([*order, *spare])
    left = iter(spare)
    reorderGlyphs(font, [numbered.get(number) or next(left) for number in range(max(numbered) + 1)])


def written(glyph: int) -> str:
    """A glyph as it stands between `(` and `)`, a character for each byte."""
    row, place = divmod(glyph, 256)
    return f"{row:c}{place:c}" if row in ROWS and place in PLACES else f")<{glyph:04x}>("
