"""A press font inside a print file: one composite font for all letters, whole and always the same.

What is embedded is the repertoire's subset without its layout tables, so the font objects are
the same bytes in every print file, and a press can keep them from one file to the next.
Sources: ISO 32000-2, 9.7.4 (CIDFont), 9.8 (descriptor), 9.10.3 (ToUnicode).
"""

import functools
import hashlib
import io
import zlib
from collections.abc import Iterable
from itertools import groupby

from fontTools.ttLib import TTFont

from pipelines.press.typefaces import Typeface
from pipelines.press.writer import SHARED_LEVEL, PdfWriter, text

_SYMBOLIC = 1 << 2  # glyphs are asked for by number, not by a standard encoding
_FIXED_PITCH = 1 << 0
_ITALIC = 1 << 6
_REGULAR_STEM = 88  # thousandths of an em at weight 400; readers use it only to imitate a font
_CMAP_BATCH = 100  # mappings in one bfchar block, the limit of ISO 32000-2, 9.10.3
# All that a reader needs of a font whose glyphs are asked for by number.
_TABLES = frozenset(("GlyphOrder", "head", "hhea", "hmtx", "maxp", "loca", "glyf"))


def embed(file: PdfWriter, face: Typeface) -> int:
    """The number of the font dictionary of `face` in `file`, with all that hangs on it."""
    program, length, box, ascent, descent, cap_height = _program(face)
    name = f"{_tag(face)}+{face.name}".encode()
    stream = file.add_stream(program, b"/Length1 %d/Filter/FlateDecode" % length)
    descriptor = file.add(
        b"<</Type/FontDescriptor/FontName/%b/FontFamily%b/FontWeight %d/Flags %d/FontBBox[%b]/ItalicAngle %d"
        b"/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>"
        % (
            name,
            text(face.family),
            face.weight,
            _flags(face),
            _numbers(box),
            0 if face.style == "normal" else -10,
            ascent,
            descent,
            cap_height,
            _REGULAR_STEM * face.weight // 400,
            stream,
        )
    )
    descendant = file.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/CIDToGIDMap/Identity/DW 0/W[%b]/FontDescriptor %d 0 R>>" % (name, _widths(face), descriptor)
    )
    return file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H"
        b"/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (name, descendant, file.add_stream(_to_unicode(face)))
    )


@functools.cache
def _program(face: Typeface) -> tuple[bytes, int, tuple[int, ...], int, int, int]:
    """The font file to embed, deflated, with its length, and its measures in thousandths of an em.

    These are bounding box, ascent, descent and height of capitals.
    """
    font = TTFont(io.BytesIO(face.data), recalcTimestamp=False, lazy=True)

    def scaled(units: float) -> int:
        return round(units * 1000 / face.units_per_em)

    head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]
    box = tuple(scaled(edge) for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
    capitals = getattr(os2, "sCapHeight", 0) or hhea.ascent
    measures = scaled(hhea.ascent), scaled(hhea.descent), scaled(capitals)
    for table in set(font.keys()) - _TABLES:
        del font[table]
    made = io.BytesIO()
    font.save(made)
    return zlib.compress(made.getvalue(), SHARED_LEVEL), len(made.getvalue()), box, *measures


@functools.cache
def _tag(face: Typeface) -> str:
    """Six capitals that mark a subset; the same for the same font data."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(face.data).digest()[:6])


@functools.cache
def _flags(face: Typeface) -> int:
    pitch = _FIXED_PITCH if len(set(face.advances) - {0}) == 1 else 0
    return _SYMBOLIC | pitch | (0 if face.style == "normal" else _ITALIC)


@functools.cache
def _widths(face: Typeface) -> bytes:
    """The widths of all glyphs that have one, each row of them behind its first glyph."""
    rows = groupby(enumerate(face.widths), key=lambda glyph: glyph[1] != 0)
    wide = [list(row) for has_width, row in rows if has_width]
    return b"".join([b"%d[%b]" % (row[0][0], _numbers(width for _, width in row)) for row in wide])


@functools.cache
def _to_unicode(face: Typeface) -> bytes:
    """Which characters the glyphs stand for, as a deflated CMap."""
    lines = [f"<{glyph:04x}> <{said.encode('utf-16-be').hex()}>" for glyph, said in face.texts.items()]
    blocks = [lines[i : i + _CMAP_BATCH] for i in range(0, len(lines), _CMAP_BATCH)]
    cmap = "\n".join(
        (
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <ffff>",
            "endcodespacerange",
            *(line for b in blocks for line in (f"{len(b)} beginbfchar", *b, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        )
    )
    return zlib.compress(cmap.encode(), SHARED_LEVEL)


def _numbers(values: Iterable[int]) -> bytes:
    return " ".join(map(str, values)).encode()
