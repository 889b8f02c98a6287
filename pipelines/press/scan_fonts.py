"""The fonts of pages as tables: thousands of glyphs are looked up in them at a time.

Texts are looked through two glyphs at a time, since pairs come again as words do: one that was found
before needs no more than a comparison.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from pipelines.press.drawing import BLACK, Ink, Style
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_gaps import GAPS
from pipelines.press.scan_lookup import MOST, STEP, Flags, Indices, Lookup, Places, ranges
from pipelines.press.scan_stamps import one_style

MOST_FONTS = 16
"""Fonts of one page; in what others show the full reader finds its way."""
SMALLEST, LARGEST = 6.0, 200.0
"""Sizes of texts that are read in bulk, in points."""
Words = npt.NDArray[np.uint64]
_PAIR_BITS = 14
"""Pairs that are kept: some five times as many as the letters of a layout show."""
_PAIR_FACTOR, _PAIR_SHIFT = np.uint64(STEP | 1), np.uint64(64 - _PAIR_BITS)
_NO_SALT = np.uint32(0x7F7F7F7F)


class FontTables:
    """What the glyphs of some fonts say, by their place in the tables."""

    def __init__(self, fonts: Mapping[str, PrintedFont]) -> None:
        composite = [(name, font) for name, font in sorted(fonts.items()) if font.composite][:MOST_FONTS]
        self.names = {name.encode("latin-1"): index for index, (name, _) in enumerate(composite)}
        self.fonts = [font for _, font in composite]
        # Digits are ASCII: the high bits of four of them have room for the number of the font.
        self.salts = [sum((index >> i & 1) << 8 * i + 7 for i in range(4)) for index in range(len(composite))]
        words: list[npt.NDArray[np.uint32]] = [np.zeros(0, np.uint32)]
        self._characters = [""]
        widths = [0.0]
        for salt, font in zip(self.salts, self.fonts, strict=True):
            shown = {code: text for code, text in font.characters.items() if 0 < code < 1 << 16}
            if len(widths) + len(shown) <= MOST:  # else its texts show glyphs that nobody knows
                words.append(_digits(shown) ^ np.uint32(salt))
                self._characters += shown.values()
                widths += [font.widths.get(code, font.default_width) for code in shown]
        self._lookup = Lookup(np.concatenate(words))
        self.widths = np.array(widths)
        """In thousandths of an em."""
        single = [ord(text) if len(text) == 1 else 0 for text in self._characters]
        self._signs = np.array(single, np.dtype("<u4"))
        """What glyphs say that say one character, else 0."""
        self.inked = np.array([not (not text or text.isspace()) for text in self._characters])
        self._pairs = np.zeros(1 << _PAIR_BITS, np.uint64)
        """Pairs that were found, each at its place; the last one stays."""

    def find(self, digits: npt.NDArray[np.uint32], salts: npt.NDArray[np.uint32]) -> tuple[Indices, Flags]:
        """The glyphs, each four ASCII characters, by their place in the tables; whether fonts have them."""
        return self._lookup.find(digits ^ salts)

    def unknown(self, pairs: Words, salts: Words) -> Places:
        """Which of the pairs have a glyph that the font does not have; those of one glyph end with zeros.

        `salts` are those of their fonts for both glyphs.
        """
        salted = pairs ^ salts
        places = ((salted * _PAIR_FACTOR) >> _PAIR_SHIFT).view(np.int64)
        new = np.flatnonzero(self._pairs.take(places) != salted)
        if len(new):
            glyphs = salted[new].view(np.uint32)
            _, known = self._lookup.find(glyphs)
            known[1::2] |= glyphs[1::2] & _NO_SALT == 0
            good = known[::2] & known[1::2]
            self._pairs[places[new[good]]] = salted[new[good]]
            new = new[~good]
        return new

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
        self.salts = np.array([self._fonts.salts[at] if at >= 0 else 0 for at in index], np.uint32)
        self.pair_salts = self.salts.astype(np.uint64) * np.uint64((1 << 32) + 1)


def _digits(codes: Iterable[int]) -> npt.NDArray[np.uint32]:
    """The four hexadecimal digits of codes, as arrays read them."""
    numbers = np.array(list(codes), np.uint32)
    words = np.zeros(len(numbers), np.uint32)
    for i in range(4):
        digit = numbers >> np.uint32(12 - 4 * i) & np.uint32(15)
        sign = digit + np.where(digit < 10, ord("0"), ord("a") - 10).astype(np.uint32)
        words |= sign << np.uint32(8 * i)
    return words
