"""A press font inside a print file: one composite font for all letters, whole and always the same.

What is embedded is the repertoire's subset without its layout tables, so the font objects are
the same bytes in every print file, and a press can keep them from one file to the next.
Sources: ISO 32000-2, 9.7.4 (CIDFont), 9.8 (descriptor), 9.10.3 (ToUnicode).
"""

import functools
import hashlib
import io
import zlib

from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipelines.press.typefaces import Typeface

_SYMBOLIC = 1 << 2  # glyphs are asked for by number, not by a standard encoding
_FIXED_PITCH = 1 << 0
_ITALIC = 1 << 6
_REGULAR_STEM = 88  # thousandths of an em at weight 400; readers use it only to imitate a font
_CMAP_BATCH = 100  # mappings in one bfchar block, the limit of ISO 32000-2, 9.10.3
# All that a reader needs of a font whose glyphs are asked for by number.
_TABLES = frozenset(("GlyphOrder", "head", "hhea", "hmtx", "maxp", "loca", "glyf"))


def embed(pdf: Pdf, face: Typeface) -> Object:
    """The indirect font dictionary of `face` in `pdf`, with all that hangs on it."""
    program, box, ascent, descent, cap_height = _program(face)
    name = Name(f"/{_tag(face)}+{face.name}")
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            FontFamily=String(face.family),
            FontWeight=face.weight,
            Flags=_flags(face),
            FontBBox=Array(list(box)),
            ItalicAngle=0 if face.style == "normal" else -10,
            Ascent=ascent,
            Descent=descent,
            CapHeight=cap_height,
            StemV=_REGULAR_STEM * face.weight // 400,
            FontFile2=_stream(pdf, program, Length1=len(program)),
        )
    )
    descendant = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            CIDToGIDMap=Name.Identity,
            DW=0,
            W=Array([0, Array(list(face.widths))]),
            FontDescriptor=descriptor,
        )
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([descendant]),
            ToUnicode=_stream(pdf, _to_unicode(face)),
        )
    )


@functools.cache
def _program(face: Typeface) -> tuple[bytes, tuple[int, ...], int, int, int]:
    """The font file to embed, with bounding box, ascent, descent and capitals in thousandths of an em."""
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
    return made.getvalue(), box, *measures


def _tag(face: Typeface) -> str:
    """Six capitals that mark a subset; the same for the same font data."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(face.data).digest()[:6])


def _flags(face: Typeface) -> int:
    pitch = _FIXED_PITCH if len(set(face.advances) - {0}) == 1 else 0
    return _SYMBOLIC | pitch | (0 if face.style == "normal" else _ITALIC)


def _to_unicode(face: Typeface) -> bytes:
    lines = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in face.texts.items()]
    blocks = [lines[i : i + _CMAP_BATCH] for i in range(0, len(lines), _CMAP_BATCH)]
    return "\n".join(
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
    ).encode()


def _stream(pdf: Pdf, data: bytes, **entries: int) -> Object:
    stream = pdf.make_stream(b"", **entries)
    stream.write(zlib.compress(data, 9), filter=Name.FlateDecode)
    return stream
