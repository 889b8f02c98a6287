"""Words as a font sets them that sets text pair by pair: a word met before costs one look.

Where a blank is as wide before any character (`Shaper.words` proves it), a text is set as its
words are, each with the blank behind it; their advances add up and their operators follow on.
Short texts, mostly names, dates and sums that come once, are set by their pairs at once.
"""

from collections.abc import Callable, Mapping
from operator import add
from typing import TypeVar

from pipelines.press.setting.style import CannotFollow

Word = str | tuple[str, str]
"""A word with the blank behind it, or the last one of a line, or a part of a word and what follows that."""

_Value = TypeVar("_Value")
_WORDS_KEPT = 4_000
"""Words of one shaper, some 0.4 kB each; a month's letters have a few hundred that come again."""


class Awkward(CannotFollow):
    """A pair of characters that is not always set as it is set alone."""

    def __init__(self) -> None:
        super().__init__("a word that is not set pair by pair")


class Words:
    """Advances, in Pango units, and operators of words, learnt as they are met.

    Looking a word up raises Awkward, or CannotFollow when it cannot be set at all.
    """

    def __init__(self, advances: Mapping[str, int], operators: Mapping[str, str]) -> None:
        self._pair_advance = advances.__getitem__
        self._pair_operators = operators.__getitem__
        self.advances: _Known[int] = _Known(self._learn)
        self.shown: _Known[str] = _Known(self._learn)
        self.blank = advances[" "]
        """The advance of a blank."""

    def whole(self, text: str) -> tuple[str, int]:
        """The operators and the advance of a text, which is not kept in mind; it must not be empty."""
        pairs = list(map(add, text, text[1:]))
        pairs.append(text[-1])
        return "".join(map(self._pair_operators, pairs)), sum(map(self._pair_advance, pairs))

    def pair(self, pair: str) -> tuple[str, int]:
        """The operators and the advance of a character before another one, or of a last one alone."""
        return self._pair_operators(pair), self._pair_advance(pair)

    def _learn(self, word: Word) -> None:
        if len(self.advances) >= _WORDS_KEPT:
            self.advances.clear()
            self.shown.clear()
        text, following = (word, "") if isinstance(word, str) else word
        pairs = [*map(add, text, text[1:]), text[-1] + following] if text else []
        self.advances[word] = sum(map(self._pair_advance, pairs))
        self.shown[word] = "".join(map(self._pair_operators, pairs))


def split(text: str) -> list[str]:
    """The words of a text, each with the blank behind it. Raises CannotFollow for a control character."""
    if " " not in text:
        return [text]
    if "\0" in text:
        raise CannotFollow("a control character")
    return text.replace(" ", " \0").split("\0")


class _Known(dict[Word, _Value]):
    def __init__(self, learn: Callable[[Word], None]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, word: Word) -> _Value:
        self._learn(word)
        return self[word]
