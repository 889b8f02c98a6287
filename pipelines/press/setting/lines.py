"""One line of one text: how much of it fits, as WeasyPrint's `split_first_line` decides with Pango.

All decisions are whole numbers of Pango units. Where what fits depends on how a pair across the
break is kerned, or on spacing that Pango rounds on its own way, the engine does not follow.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import NamedTuple

from pipelines.press.setting.content import Leaf
from pipelines.press.setting.opportunities import opportunities
from pipelines.press.setting.shaping import Shaper
from pipelines.press.setting.spacing import Spacing
from pipelines.press.setting.style import PANGO_SCALE, WIDEST, CannotFollow, TextStyle

_LONG = 40
"""Characters of a text that may well take several lines."""
_HAIR = 4
"""Pango units by which a line with letter or word spacing must fit or not, to be sure."""


class Cut(NamedTuple):
    """What a line takes of a text: characters `start:end`, `width` px; `resume` is where to go on."""

    start: int
    end: int
    resume: int | None
    width: float
    forced: bool
    """Whether a newline ended it."""


class Measured:
    """A text with its style's shaper; positions and opportunities of it, found when first asked for."""

    def __init__(self, leaf: Leaf, shaper: Callable[[TextStyle, str], Shaper]) -> None:
        self.style: TextStyle = leaf.style
        self.text = leaf.text
        self._shaper = shaper
        self.spacing = Spacing.of(leaf.style)
        self._tipping = False
        self._last_ends: tuple[tuple[int, int], list[int]] = (-1, -1), []
        self._positions: dict[int, list[int]] = {}
        self._whole: dict[int, Shaper] = {}
        self._breaks: dict[int, list[int]] = {}

    def width(self, start: int, end: int) -> int:
        """The width of a part set alone, in Pango units."""
        text = self.text[start:end]
        # Pango tells the script anew for each line, since WeasyPrint lays each out by itself.
        shaper = self._shaper(self.style, text)
        if self.spacing is not None:
            return self.spacing.advance(shaper, text)
        home = self._home(start)
        if text and self._whole.get(home) is shaper:
            # Pair by pair, a part is as wide in its text as alone but for its last character.
            positions = self._positions[home]
            return positions[end - 1 - home] - positions[start - home] + shaper.advances[text[-1]]
        return shaper.advance(text)

    def pixels(self, start: int, end: int) -> float:
        """The width of a part set alone, as layout takes it: letter spacing follows the last letter too."""
        return self.width(start, end) / PANGO_SCALE + self.style.letter_spacing

    def breaks(self, start: int) -> list[int]:
        """Opportunities of the paragraph that begins at `start`, counted from the text's begin."""
        if start not in self._breaks:
            inside = opportunities(self.text[start : self.paragraph(start)], self.style.language)
            self._breaks[start] = [at + start for at in inside]
        return self._breaks[start]

    def inside(self, start: int, end: int) -> bool:
        """Whether the part `start:end` may be broken anywhere in it."""
        breaks = self.breaks(self._home(start))
        return bisect_left(breaks, end) > bisect_right(breaks, start)

    def paragraph(self, start: int) -> int:
        """Where the paragraph at `start` ends: its newline, or the text's end."""
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def cut(self, start: int, room: float | None, at_line_start: bool | None) -> Cut | None:
        """One line of the text from `start`, at most `room` px wide; None when nothing is left to set."""
        style = self.style
        if start >= len(self.text):
            return None
        end = self.paragraph(start)
        after = end + 1 if end < len(self.text) else None
        if room is None or not style.wraps:
            return self._taken(start, end, after)
        if room >= WIDEST or end == start:
            return self._taken(start, end, after)
        if end - start > _LONG:
            self._places(start, end)
        whole = self.width(start, end)
        limit = int(max(0.0, room) * PANGO_SCALE)
        # Positions in WeasyPrint's floats may tip a limit that is all but the next whole number.
        self._tipping = max(0.0, room) * PANGO_SCALE - limit > 1 - 1e-5
        if not self._over(whole, room, limit):
            return self._taken(start, end, after)
        if not style.collapses and at_line_start is not True:
            raise CannotFollow("kept blanks where a line is broken inside an element")
        return self._wrapped(start, end, limit, room, at_line_start)

    def _over(self, width: int, room: float, limit: int) -> bool:
        if room < 0:
            return True
        if self._near(width, limit):
            raise CannotFollow("a line that fits by a hair")
        return width / PANGO_SCALE + self.style.letter_spacing > room if self.spacing else width > limit

    def _wrapped(
        self, start: int, end: int, limit: int, room: float, at_line_start: bool | None
    ) -> Cut | None:
        """The line of a paragraph that does not fit whole, blanks at its end counted."""
        text, style = self.text, self.style
        after = end + 1 if end < len(text) else None
        line_end = self._filled(start, end, limit)
        resume = after if line_end == end else line_end
        # Pango gives the blank at a wrapped line's end no width, but not at a paragraph's end.
        if line_end == end:
            width = self.width(start, end)
        else:
            width = self.width(start, line_end - (text[line_end - 1] == " "))
        shown = (start, line_end, resume)
        if self._over(width, room, limit):
            shown, width = self._first_word(start, end, line_end, resume, width)
        elif line_end < end:
            shown = self._one_more_word(start, end, line_end, limit)
        if style.breaks_words and at_line_start is not False and self._over(width, room, limit):
            if at_line_start is None:
                raise CannotFollow("a word to be broken inside an element")
            # To Pango a width below nothing is none at all, and the text stays whole.
            shown = self._broken_word(start, end, limit) if room > -1 / PANGO_SCALE else (start, end, after)
        return self._taken(*shown)

    def _filled(self, start: int, end: int, limit: int) -> int:
        """Where Pango ends the line: the last opportunity that fits, or else the first there is."""
        breaks = self._ends(start, end)
        taken = breaks[0]
        # The last that may fit is found by the positions in the whole text, then looked at closely.
        positions = self._places(start, end)
        guess = bisect_right(breaks, limit, key=lambda at: self._bare(positions, start, at))
        for at in breaks[max(0, guess - 1) : guess + 1]:
            kerned = self._bare(positions, start, at)
            alone = self.width(start, at - (self.text[at - 1] == " "))
            if self._near(kerned, limit) or (kerned <= limit) != (alone <= limit):
                raise CannotFollow("a line that fits by a hair")
            if alone <= limit:
                taken = at
        return taken

    def _ends(self, start: int, end: int) -> list[int]:
        """The opportunities between `start` and `end`, and `end`."""
        if self._last_ends[0] != (start, end):
            breaks = self.breaks(self._home(start))
            self._last_ends = (start, end), [*breaks[bisect_right(breaks, start) :], end]
        return self._last_ends[1]

    def _home(self, start: int) -> int:
        """The begin of the paragraph that `start` is in, whose breaks and positions are kept."""
        return self.text.rfind("\n", 0, start) + 1

    def _places(self, start: int, end: int) -> list[int]:
        home = self._home(start)
        if home not in self._positions:
            line = self.text[home:end]
            shaper = self._shaper(self.style, line)
            if self.spacing is not None:
                self._positions[home] = self.spacing.positions(shaper, line)
            else:
                self._positions[home] = shaper.positions(line)
                if shaper.pairwise(line):
                    self._whole[home] = shaper
        return self._positions[home]

    def _bare(self, positions: list[int], start: int, at: int) -> int:
        home = self._home(start)
        return positions[at - home - (self.text[at - 1] == " ")] - positions[start - home]

    def _near(self, width: int, limit: int) -> bool:
        if self.spacing is not None:
            return abs(width - limit) <= _HAIR + round(2 * abs(self.spacing.letters))
        return self._tipping and width == limit + 1

    def _first_word(
        self, start: int, end: int, line_end: int, resume: int | None, width: int
    ) -> tuple[tuple[int, int, int | None], int]:
        """What is set when not even the first word fits, or all but the blank at the text's end.

        WeasyPrint then tries the first word alone, if a blank follows it.
        """
        text = self.text
        following = self._next_break(start, start, end)
        if following is None:
            word, blank = text[start:].rstrip(" "), text[-1] == " "
        else:
            # Pango's places are counted one further than WeasyPrint's slice of them.
            word, blank = text[start : following - 1].rstrip(" "), text[following - 1] == " "
        if word and blank and self.style.collapses:
            went = start + len(word) + 1
            shown = (start, start + len(word), went if went < len(text) else None)
            return shown, self.width(start, start + len(word))
        return (start, line_end, resume), width

    def _one_more_word(self, start: int, end: int, line_end: int, limit: int) -> tuple[int, int, int | None]:
        """The line with the next word, should that fit without its blank, which Pango may not see."""
        following = self._next_break(line_end, line_end, end)
        if following is not None and self.text[following - 1] == " " and self.style.collapses:
            word_end = line_end + len(self.text[line_end : following - 1].rstrip(" "))
            if word_end > line_end and self.width(start, word_end) <= limit:
                raise CannotFollow("a line that fits by a hair")
        return start, line_end, line_end

    def _next_break(self, start: int, at: int, end: int) -> int | None:
        """The first opportunity more than one character behind `at`, the text's end left out."""
        breaks = self._ends(start, end)[:-1]
        if end < len(self.text):
            breaks.append(end + 1)
        return next((place for place in breaks if place > at and place < len(self.text)), None)

    def _broken_word(self, start: int, end: int, limit: int) -> tuple[int, int, int | None]:
        """As many characters as fit, at least one, of a word that is too long for the line."""
        positions = self._places(start, end)
        home = self._home(start)
        taken = start + 1
        for at in range(start + 1, end + 1):
            kerned = self._bare(positions, start, at)
            alone = self.width(start, at - (self.text[at - 1] == " "))
            if self._near(kerned, limit) or (kerned <= limit) != (alone <= limit):
                raise CannotFollow("a line that fits by a hair")
            if at > start + 1 and positions[at - home - 1] - positions[start - home] > limit:
                break
            if alone <= limit:
                taken = at
        if taken == end:
            return start, end, end + 1 if end < len(self.text) else None
        return start, taken, taken

    def _taken(self, start: int, end: int, resume: int | None) -> Cut:
        if resume is not None and self.style.collapses:
            while end > start and self.text[end - 1] == " ":
                end -= 1
        forced = resume is not None and "\n" in self.text[end:resume]
        return Cut(start, end, resume, self.pixels(start, end) if end > start else 0.0, forced)
