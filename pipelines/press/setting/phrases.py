"""Short texts of a line, measured once: names of companies and goods come again from letter to letter."""

import functools
import re

from pipelines.press.setting.words import Words, split

LETTER = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
"""What makes a text one of the Latin script, if it has no letters of another; `Words` know that."""
SHORT = 36
"""Characters below which a text is set by its pairs, not by its words."""
LONG = 60
"""Characters from which a text is hardly met again."""
_KEPT = 2_000
"""Phrases of a generation, some 0.5 kB each; half of those in letters are numbers that never come again."""
_SHAPERS = 200


class Phrases(dict[str, tuple[str, int]]):
    """Operators and advance (in Pango units) of texts set alone on a line, by the text.

    Two generations, as in `Recent`: what is asked for again stays. Looking up a text raises
    CannotFollow when it cannot be set so.
    """

    def __init__(self, letters: Words, figures: Words) -> None:
        super().__init__()
        self._letters, self._figures = letters, figures
        self._old: dict[str, tuple[str, int]] = {}

    def __missing__(self, text: str) -> tuple[str, int]:
        found = self._old.get(text)
        if found is None:
            words = self._letters if LETTER.search(text) else self._figures
            if len(text) < SHORT:
                found = words.whole(text)
            else:
                said = split(text)
                shown = "".join(map(words.shown.__getitem__, said))
                found = shown, sum(map(words.advances.__getitem__, said))
        if len(self) >= _KEPT:
            self._old = dict(self)
            self.clear()
        self[text] = found
        return found


@functools.lru_cache(_SHAPERS)
def phrases(letters: Words, figures: Words) -> Phrases:
    """The phrases of a style whose words these are; for texts without letters `figures`."""
    return Phrases(letters, figures)
