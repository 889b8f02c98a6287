"""Letter and word spacing, as Pango spreads it round the glyphs of a text.

Pango shapes each stretch of equal spacing by itself, gives half of the spacing to each side of
every glyph, and takes the outer halves away at both ends of the line.
"""

from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import NamedTuple

from pipelines.press.setting.shaping import Shaper
from pipelines.press.setting.style import PANGO_SCALE, CannotFollow, TextStyle

BLANKS = " \u00a0"


class _Placed(NamedTuple):
    glyph: int
    cluster: int
    advance: int
    offset: int


@dataclass(frozen=True, slots=True)
class Spacing:
    """Spacing of a style, of a justified line too."""

    letters: int
    """Pango units behind each letter."""
    words: float
    """px at each blank, beside those of letters."""

    @classmethod
    def of(cls, style: TextStyle) -> "Spacing | None":
        """The style's own spacing; None when it has none."""
        letters = int(style.letter_spacing * PANGO_SCALE)
        if not letters and not style.word_spacing:
            return None
        return cls(letters, style.word_spacing)

    def wider(self, words: float) -> "Spacing":
        """The same with more space at each blank, px."""
        return replace(self, words=self.words + words)

    def advance(self, shaper: Shaper, text: str) -> int:
        """The width of the text set alone, in Pango units."""
        return sum(glyph.advance for glyph in self._placed(shaper, text))

    def positions(self, shaper: Shaper, text: str) -> list[int]:
        """Where each character begins and the last one ends; at the text's ends not to the unit."""
        starts = [0] * (len(text) + 1)
        for glyph in self._placed(shaper, text):
            starts[glyph.cluster + 1] += glyph.advance
        return list(accumulate(starts))

    def shown(self, shaper: Shaper, text: str) -> str:
        """The text as glyphs and numbers, to stand between `[(` and `)]TJ`; a character for each byte."""
        return "".join(shaper.piece(*glyph) for glyph in self._placed(shaper, text))

    def _placed(self, shaper: Shaper, text: str) -> list[_Placed]:
        placed: list[_Placed] = []
        spacings = self._spacings(text)
        at = 0
        for spacing, run in groupby(spacings):
            length = len(list(run))
            left, right = _halves(spacing or 0)
            for glyph, cluster, advance, offset in shaper.glyphs(text[at : at + length]):
                placed.append(_Placed(glyph, cluster + at, advance + left + right, offset + left))
            at += length
        if placed:
            left, _ = _halves(spacings[0] or 0)
            glyph, cluster, advance, offset = placed[0]
            placed[0] = _Placed(glyph, cluster, advance - left, offset - left)
            _, right = _halves(spacings[-1] or 0)
            glyph, cluster, advance, offset = placed[-1]
            placed[-1] = _Placed(glyph, cluster, advance - right, offset)
        return placed

    def _spacings(self, text: str) -> list[int | None]:
        """The spacing of each character, None where none is asked for."""
        spacings: list[int | None] = [self.letters or None] * len(text)
        if self.words and text == " ":
            raise CannotFollow("a lone blank with word spacing")
        if self.words:
            blank = int(self.words * PANGO_SCALE + self.letters)
            for at, character in enumerate(text):
                if character in BLANKS:
                    # Blanks at an end would lose half; WeasyPrint doubles them, if they are one byte.
                    outer = at == 0 or (at == len(text) - 1 and character == " ")
                    spacings[at] = blank * (1 + outer)
        return spacings


def _halves(spacing: int) -> tuple[int, int]:
    left = int(spacing / 2)
    if not spacing % PANGO_SCALE:
        left = (left + PANGO_SCALE // 2) // PANGO_SCALE * PANGO_SCALE
    return left, spacing - left
