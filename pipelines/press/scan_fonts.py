"""The fonts of pages as tables: thousands of glyphs are looked up in them at a time."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from pipelines.press.drawing import BLACK, Ink, Style
from pipelines.press.glyph_codes import OTHER
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_gaps import GAPS
from pipelines.press.scan_lookup import MOST, Flags, Indices, Lookup, Places, ranges
from pipelines.press.scan_stamps import one_style

MOST_FONTS = 16
"""Fonts of one page; in what others show the full reader finds its way."""
SMALLEST, LARGEST = 6.0, 200.0
"""Sizes of texts that are read in bulk, in points."""
_ELSEWHERE = frozenset(OTHER + b"\0")
"""What content streams have outside of strings too, so that it is not looked up among glyphs."""
Codes = npt.NDArray[np.uint16]
"""Of glyphs, as two bytes of a string are read here: the first is the lower one."""


class FontTables:
    """What the glyphs of some fonts say, by their place in the tables."""

    def __init__(self, fonts: Mapping[str, PrintedFont]) -> None:
        composite = [(name, font) for name, font in sorted(fonts.items()) if font.composite][:MOST_FONTS]
        self.names = {name.encode("latin-1"): index for index, (name, _) in enumerate(composite)}
        self.fonts = [font for _, font in composite]
        words: list[npt.NDArray[np.uint32]] = [np.zeros(0, np.uint32)]
        self.having = np.zeros(1 << 16, np.uint16)
        """By code of a glyph which fonts have it, a bit for each."""
        self._characters = [""]
        widths = [0.0]
        for index, font in enumerate(self.fonts):
            shown = {_code(glyph): text for glyph, text in font.characters.items() if _only_in_strings(glyph)}
            if len(widths) + len(shown) <= MOST:  # else its texts show glyphs that nobody knows
                codes = np.array([*shown], np.uint32)
                words.append(codes | np.uint32(index << 16))
                self._characters += shown.values()
                widths += [font.widths.get(code, font.default_width) for code in map(_code, shown)]
        keys = np.concatenate(words)
        self._lookup = Lookup(keys)
        found = keys[self._lookup.find(keys)[1]]
        np.bitwise_or.at(self.having, found & np.uint32(0xFFFF), (1 << (found >> 16)).astype(np.uint16))
        self.widths = np.array(widths)
        """In thousandths of an em."""
        single = [ord(text) if len(text) == 1 else 0 for text in self._characters]
        self._signs = np.array(single, np.dtype("<u4"))
        """What glyphs say that say one character, else 0."""
        self.inked = np.array([not (not text or text.isspace()) for text in self._characters])

    def find(self, codes: Codes, fonts: npt.NDArray[np.uint32]) -> Indices:
        """Glyphs of so many fonts by their place in the tables; 0 for one that a font does not have."""
        slots, known = self._lookup.find(codes | fonts << np.uint32(16))
        return np.where(known, slots, np.int16(0))

    def texts(self, glyphs: Indices, starts: Places, counts: Places) -> list[str]:
        """What those glyphs, which were found, say from each start on, so many at a time."""
        which, firsts = ranges(starts, counts)
        glyphs = glyphs[which]
        signs = self._signs[glyphs]
        said: str | list[str] = (
            signs.tobytes().decode("utf-32-le", "surrogatepass")
            if signs.all()
            else [self._characters[glyph] for glyph in glyphs.tolist()]
        )
        stretches = zip(firsts.tolist(), (firsts + counts).tolist(), strict=True)
        return ["".join(said[begin:end]) for begin, end in stretches]


class Settings:
    """Fonts at their sizes, numbered as `GAPS` does it, in columns."""

    def __init__(self, fonts: FontTables, inks: Iterable[Ink]) -> None:
        self._fonts = fonts
        self._right = frozenset(inks)
        self._told: tuple[object, int, int] = (None, 0, 0)  # the list itself, since an address comes again
        self._styles: dict[int, frozenset[Style]] = {}
        self._renew()

    def of(self, gaps: Places, leaders: Places, places: Places) -> tuple[Places, Flags]:
        """The setting of every text, and which texts are not plain for what stands before them.

        `leaders` are the first texts of each object: they have to say place, font and ink themselves.
        """
        fonts_told, *counts = self._told
        if fonts_told is not GAPS.fonts or counts != [len(GAPS.fonts), len(GAPS.inks)]:
            self._renew()
        fonts, inks = GAPS.font[gaps], GAPS.ink[gaps]
        settings = fonts[np.maximum.accumulate(np.where(fonts > 0, places, 0))]
        bad = (gaps == 0) | ~self._known[settings] | ~self._inks[inks]
        bad[leaders] |= ~GAPS.starts[gaps[leaders]] | (fonts[leaders] == 0) | (inks[leaders] == 0)
        return settings, bad

    def style(self, setting: int) -> frozenset[Style]:
        """The style of a text in it."""
        if (known := self._styles.get(setting)) is None:
            size = float(self.rounded[setting])
            known = self._styles[setting] = frozenset((one_style(Style("text", BLACK, size)),))
        return known

    def _renew(self) -> None:
        names, fonts = self._fonts.names, self._fonts.fonts
        index = [names.get(name, -1) for name, _ in GAPS.fonts]
        sizes = [size for _, size in GAPS.fonts]
        self._told = (GAPS.fonts, len(GAPS.fonts), len(GAPS.inks))
        self._styles.clear()
        self._known = np.array(
            [at >= 0 and SMALLEST <= size <= LARGEST for at, size in zip(index, sizes, strict=True)]
        )
        self._inks = np.array([True, *[ink in self._right for ink in GAPS.inks[1:]]])
        self.sizes = np.array(sizes)
        """In points, as the three below."""
        self.rounded = np.array([round(size, 2) for size in sizes])
        self.ascents = self.sizes * np.array([fonts[at].ascent if at >= 0 else 0.0 for at in index])
        self.descents = self.sizes * np.array([fonts[at].descent if at >= 0 else 0.0 for at in index])
        self.fonts = np.array([max(at, 0) for at in index], np.uint32)
        self.bits = np.array([1 << at if at >= 0 else 0 for at in index], np.uint16)
        """In `FontTables.having`."""


def _code(number: int) -> int:
    """The code of a glyph's number, and the number of a code."""
    return (number & 0xFF) << 8 | number >> 8


def _only_in_strings(number: int) -> bool:
    return 0 < number < 1 << 16 and _ELSEWHERE.isdisjoint(number.to_bytes(2))
