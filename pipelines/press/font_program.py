"""Whether an embedded font program is what the font around it says: kind, glyphs, widths.

Sources: ISO 32000-2, 9.7.4.3 (widths), 9.9 (embedded programs); ISO 15930-7, 6.5.
"""

import io
from collections.abc import Mapping
from functools import lru_cache

import pikepdf
from fontTools.ttLib import TTFont, TTLibError

_TRUETYPE = (b"\0\1\0\0", b"true")
_WIDTH_SLACK = 1.0  # thousandths of an em: both sides round
_MOST_KEPT = 32


def faults(font: pikepdf.Object, widths: Mapping[int, float]) -> tuple[str, ...]:
    """What does not fit a font with these widths by code; nothing when it is not a composite TrueType font
    with a program.
    """
    if str(font.get("/Subtype", "")) != "/Type0":
        return ()
    inner = font["/DescendantFonts"][0]
    descriptor = inner.get("/FontDescriptor", pikepdf.Dictionary())
    if "/FontFile2" not in descriptor:
        return ()
    data = descriptor["/FontFile2"].read_bytes()
    if str(inner.get("/Subtype", "")) != "/CIDFontType2" or data[:4] not in _TRUETYPE:
        return ("a program of another kind than the font's",)
    advances = _advances(data)
    if advances is None:
        return ("a program that cannot be read",)
    found = []
    if any(code >= len(advances) for code in widths):
        found.append("a width for a glyph that the program has not")
    map_ = inner.get("/CIDToGIDMap", pikepdf.Name.Identity)
    if isinstance(map_, pikepdf.Name) and any(
        abs(width - advances[code]) > _WIDTH_SLACK for code, width in widths.items() if code < len(advances)
    ):
        found.append("a width other than the program's")
    return tuple(found)


@lru_cache(_MOST_KEPT)
def _advances(data: bytes) -> tuple[float, ...] | None:
    """The widths of all glyphs in thousandths of an em; None for a broken program."""
    try:
        font = TTFont(io.BytesIO(data), lazy=True)
        scale = 1000 / font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return tuple(metrics[name][0] * scale for name in font.getGlyphOrder())
    except (TTLibError, KeyError, ValueError, ZeroDivisionError, OSError, AssertionError):
        return None
