"""The strings of a font as the scan asks for them: many at once, few of them in full.

A TJ operand of a stamped page is strings with adjustments between them, `<0012>-8(ab)]`. Its pieces
are `<0012>`, `-8(ab)` and `]`, and since kerning cuts words at the same places, the pieces of many
letters are few. Each is read once.
"""

import re
from collections.abc import Sequence

from pipelines.press.drawing import Ink, Painted, Style
from pipelines.press.geometry import Box
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_stamps import one_style

# 1 adjustment, 2 digits, 3 plain bytes of a string, 4 the end
_PIECE = re.compile(
    rb"(?>(-?(?:\d++\.?\d*+|\.\d++))?)(?:<((?>(?:[0-9a-fA-F]{4})*))>|\(((?>(?:[^()\\\r][^()\\\r])*))\)|(\]))",
    re.DOTALL,
)
_WIDEST = 1_000_000.0
"""Thousandths of an em; what is wider is no text. One that runs back from its start is for the full
reader as well, so that no text of the scan reaches left of it."""
_MOST_PIECES = 20_000
_MOST_TEXTS = 20_000


class Glyphs:
    """The texts in one font: whether their glyphs are known, what they say, how wide they run."""

    def __init__(self, font: PrintedFont) -> None:
        self.ascent = font.ascent
        self.descent = font.descent
        self._font = font
        self._codes: dict[bytes, tuple[str, float] | None] = {}
        self._pieces: dict[bytes, tuple[str, float]] = {}
        self._widths: dict[bytes, float] = {}
        self._blank: set[bytes] = set()

    def inked(self, operands: Sequence[bytes]) -> bool | None:
        """Whether any of the texts leaves ink; None when one is not plain or shows an unknown glyph.

        `operands` are what stands behind the opening brackets of TJ, the closing one with them.
        """
        if len(self._widths) > _MOST_TEXTS or len(self._pieces) > _MOST_PIECES:
            for kept in (self._pieces, self._widths, self._blank):
                kept.clear()
        texts = set(operands)
        for text in texts.difference(self._widths):
            if not self._learn(text):
                return None
        return not texts <= self._blank

    def width(self, operand: bytes) -> float:
        """How wide an operand runs that `inked` has accepted, in thousandths of an em."""
        return self._widths[operand]

    def text(self, operand: bytes) -> str:
        """What an operand says that `inked` has accepted."""
        return "".join([self._pieces[match[0]][0] for match in _PIECE.finditer(operand)])

    def _learn(self, operand: bytes) -> bool:
        """Read a text; False when it is not plain."""
        width = 0.0
        blank = True
        end = 0
        ended = False
        while not ended:
            if (match := _PIECE.match(operand, end)) is None:
                return False
            if (read := self._pieces.get(match[0]) or self._read(match)) is None:
                return False
            width += read[1]
            blank = blank and (not read[0] or read[0].isspace())
            end, ended = match.end(), match[4] is not None
        if end != len(operand) or not 0 <= width <= _WIDEST:
            return False
        self._widths[operand] = width
        if blank:
            self._blank.add(operand)
        return True

    def _read(self, match: re.Match[bytes]) -> tuple[str, float] | None:
        """Text and width of a piece; None when it is not plain."""
        if not self._font.composite:
            return None
        before, digits, plain, _ = match.groups(b"")
        width, text = -float(before or 0), ""
        codes = plain or bytes.fromhex(digits.decode("ascii"))
        for at in range(0, len(codes), 2):
            if (glyph := self._glyph(codes[at : at + 2])) is None:
                return None
            text += glyph[0]
            width += glyph[1]
        self._pieces[match[0]] = text, width
        return self._pieces[match[0]]

    def _glyph(self, code: bytes) -> tuple[str, float] | None:
        """Character and width of a code; None when it shows nothing that is known."""
        if code not in self._codes:
            run = self._font.run(b"<%b>" % code.hex().encode("ascii"))
            self._codes[code] = None if run.missing else (run.text, run.width)
        return self._codes[code]


class Setting:
    """A font at a size, and how near to a guarded zone its baseline may come."""

    __slots__ = ("_styles", "glyphs", "near", "size")

    def __init__(self, glyphs: Glyphs, size: float, zones: Sequence[Box]) -> None:
        if size <= 0:
            raise ValueError("a font without size")
        self.glyphs = glyphs
        self.size = size
        self.near = [(z.bottom - glyphs.ascent * size, z.top - glyphs.descent * size, z.right) for z in zones]
        """Lowest and highest baseline, and the furthest start, of a text that may reach into a zone."""
        self._styles: dict[Ink, Style] = {}

    def style(self, ink: Ink) -> Style:
        """The style of a text in that ink."""
        if (known := self._styles.get(ink)) is None:
            known = self._styles[ink] = one_style(Style("text", ink, round(self.size, 2)))
        return known

    def box(self, x: float, y: float, operand: bytes) -> Box:
        """Where a text stands whose baseline starts at `x`, `y`: from there as wide as it runs."""
        size, glyphs = self.size, self.glyphs
        right = x + glyphs.width(operand) / 1000 * size
        return Box(x, y + glyphs.descent * size, right, y + glyphs.ascent * size)

    def placed(self, x: float, y: float, operand: bytes, box: Box) -> Painted | None:
        """A text in its box; None when it leaves no ink."""
        text = self.glyphs.text(operand)
        return Painted("text", box, text, (x, y), round(self.size, 2)) if text.strip() else None
