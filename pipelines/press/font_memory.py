"""Fonts that one print file after the other has alike: their maps and widths are read once.

What a font says depends on some of its entries alone, so it is known by those. Nothing else of a
file is kept.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

import pikepdf

from pipelines.press import printed_font
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_fonts import FontTables
from pipelines.press.scan_text import Glyphs

MOST_FONTS = 32
"""Faces of some layouts; a process that meets more forgets the first."""
_INNER_REFERENCE = re.compile(rb"\d R(?![^\s/\[\]<>])")
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


class FontMemory:
    """The fonts that this process has read."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[PrintedFont, Glyphs]] = {}
        self._glyphs: dict[int, Glyphs] = {}
        self._tables: dict[tuple[tuple[str, int], ...], FontTables] = {}

    def read(self, font: pikepdf.Object) -> PrintedFont:
        """The font of a font dictionary, with the programs of its own file."""
        key = _told(font)
        if key is None:
            return printed_font.read(font)
        if key not in self._kept:
            if len(self._kept) >= MOST_FONTS:
                first, _ = self._kept.pop(next(iter(self._kept)))
                del self._glyphs[id(first.characters)]
                self._tables.clear()
            read = replace(printed_font.read(font), programs=())
            self._kept[key] = read, Glyphs(read)
            self._glyphs[id(read.characters)] = self._kept[key][1]
        inner = _inner(font).get("/FontDescriptor", pikepdf.Dictionary())
        return replace(self._kept[key][0], programs=tuple(inner[k] for k in _PROGRAMS if k in inner))

    def glyphs(self, font: PrintedFont) -> Glyphs:
        """The glyphs of a font, as the scan knows them."""
        return self._glyphs.get(id(font.characters)) or Glyphs(font)

    def tables(self, fonts: Mapping[str, PrintedFont]) -> FontTables:
        """The fonts of pages as tables: the same each time for the same fonts with the same names."""
        key = tuple([(name, id(font.characters)) for name, font in sorted(fonts.items())])
        if (known := self._tables.get(key)) is not None:
            return known
        made = FontTables(fonts)
        if all(index in self._glyphs for _, index in key):  # else another font may come to have that id
            if len(self._tables) >= MOST_FONTS:
                self._tables.clear()
            self._tables[key] = made
        return made


FONTS = FontMemory()
"""The one of this process."""


def _inner(font: pikepdf.Object) -> pikepdf.Object:
    return font["/DescendantFonts"][0] if str(font.get("/Subtype", "")) == "/Type0" else font


def _told(font: pikepdf.Object) -> bytes | None:
    """A hash of all entries that `printed_font.read` looks at; None when other objects say parts of them."""
    inner = _inner(font)
    descriptor = inner.get("/FontDescriptor", pikepdf.Dictionary())
    told = hashlib.sha256()
    for owner, keys in (
        (font, ("/Subtype", "/Encoding")),
        (inner, ("/Subtype", "/BaseFont", "/DW", "/W", "/FirstChar", "/Widths")),
        (descriptor, ("/Ascent", "/Descent", "/MissingWidth")),
    ):
        for key in keys:
            entry = owner.get(key)
            text = entry.unparse(resolved=True) if isinstance(entry, pikepdf.Object) else repr(entry).encode()
            if _INNER_REFERENCE.search(text) is not None:
                return None
            told.update(text + b"\n")
    has = ["/ToUnicode" in font, "/CIDToGIDMap" in inner, *(key in descriptor for key in _PROGRAMS)]
    told.update(repr(has).encode())
    told.update(font["/ToUnicode"].read_bytes() if "/ToUnicode" in font else b"")
    return told.digest()
