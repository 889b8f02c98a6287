"""Long texts of a wording, word by word: what is fixed in them is split and measured once.

A letter then costs the words that its values are in. Those stand as one word among the others,
blanks and all, until a line ends in them.
"""

import functools
import re
from itertools import accumulate, groupby
from typing import NamedTuple

from pipelines.press.setting.opportunities import HYPHEN, plain, plain_inside
from pipelines.press.setting.phrases import LETTER
from pipelines.press.setting.words import Word, Words, split

SIGN = re.compile("[\ue000-\uf8ff]")
"""Signs that stand for values; they are nobody's letters."""
FIRST_SIGN = 0xE000
_KEPT = 4_000
"""Words with values of one shaper, some 0.5 kB each."""
_SHAPERS = 200


class Stretch(NamedTuple):
    """Words that stand one behind the other in all letters."""

    text: str
    shown: str
    """Its operators."""
    ends: list[int]
    """Where each word begins, and the last one ends, in Pango units."""
    bare: list[int]
    """`ends`, but those behind hyphens are further by a blank, as those behind blanks are."""
    texts: list[int]
    """Where each word begins in `text`, and the last one ends."""
    operators: list[int]
    """The same in `shown`."""
    last: list[tuple[str, int]]
    """The operators and advance of each word without its blank, as the last one of a line."""

    @classmethod
    def of(cls, words: Words, said: list[str]) -> "Stretch":
        """The stretch of these words."""
        keys, texts = parted(said)
        shown = [words.shown[key] for key in keys]
        ends = list(accumulate([words.advances[key] for key in keys], initial=0))
        bare = [text.rstrip(" ") for text in texts]
        return cls(
            "".join(texts),
            "".join(shown),
            ends,
            spread(ends, hyphens(keys), words.blank),
            list(accumulate(map(len, texts), initial=0)),
            list(accumulate(map(len, shown), initial=0)),
            [(words.shown[text], words.advances[text]) for text in bare],
        )

    def word(self, number: int) -> str:
        """One word."""
        return self.text[self.texts[number] : self.texts[number + 1]]

    def part(self, one: int, end: int) -> tuple[str, str]:
        """The words from `one` to before `end`, and their operators."""
        text = self.text[self.texts[one] : self.texts[end]]
        return text, self.shown[self.operators[one] : self.operators[end]]

    def closing(self, one: int, end: int) -> tuple[str, str, int]:
        """The same words and operators as the last ones of a line, and how wide they are."""
        operators, advance = self.last[end - 1]
        return (
            self.text[self.texts[one] : self.texts[end]].rstrip(" "),
            self.shown[self.operators[one] : self.operators[end - 1]] + operators,
            self.ends[end - 1] - self.ends[one] + advance,
        )


class Spelt(NamedTuple):
    """The parts of a text: single words with the blank behind them, parts of such, or stretches."""

    texts: list[str]
    shown: list[str]
    """Their operators."""
    ends: list[int]
    """Where each begins, and the last one ends, in Pango units."""
    bare: list[int]
    """`ends`, but those behind hyphens are further by a blank, as those behind blanks are."""
    within: list[tuple[Stretch, int, int] | None]
    """Which words of a stretch each is."""


class Told(NamedTuple):
    """A text with values: `pattern` with those of `part` in it."""

    pattern: str
    part: slice

    @classmethod
    def of(cls, text: str) -> "Told | None":
        """What a text with signs tells; None when it has none."""
        signs = SIGN.findall(text)
        if not signs:
            return None
        part = slice(ord(signs[0]) - FIRST_SIGN, ord(signs[-1]) - FIRST_SIGN + 1)
        return cls(SIGN.sub("%s", text.replace("%", "%%")), part)


class Spelling:
    """Spells one text of a wording, whose letters are Latin whatever its values."""

    def __init__(self, words: Words, said: list[str]) -> None:
        """`said` are its words, with signs for values."""
        self._told: list[tuple[int, str, slice]] = []
        self._texts: list[str] = []
        self._shown: list[str] = []
        self._advances: list[int] = []
        self._within: list[tuple[Stretch, int, int] | None] = []
        self._values = _values(words)
        for varies, some in groupby(filter(None, said), lambda word: SIGN.search(word) is not None):
            if varies:
                for word in some:
                    told = Told.of(word)
                    assert told is not None
                    self._told.append((len(self._texts), *told))
                    self._add("", "", 0, None)
            else:
                made = Stretch.of(words, list(some))
                self._add(made.text, made.shown, made.ends[-1], (made, 0, len(made.last)))

    def _add(self, text: str, shown: str, advance: int, within: tuple[Stretch, int, int] | None) -> None:
        self._texts.append(text)
        self._shown.append(shown)
        self._advances.append(advance)
        self._within.append(within)

    @classmethod
    def of(cls, words: Words, text: str) -> "Spelling | None":
        """The spelling of a text with signs for its values; None when it must be looked at as a whole."""
        said = split(text)
        if len(said) < 2 or not any(LETTER.search(word) for word in said if not SIGN.search(word)):
            return None
        if not plain(["x" if SIGN.search(word) else word for word in said]):
            return None
        return cls(words, said)

    def __call__(self, values: tuple[str, ...]) -> Spelt | None:
        """The words with these values; None when these have words that are not plain."""
        texts, shown, advances = self._texts.copy(), self._shown.copy(), self._advances.copy()
        kept = self._values
        for at, pattern, part in self._told:
            text = pattern % values[part]
            operators, units = kept[text]
            if not operators:
                return None
            texts[at], shown[at], advances[at] = text, operators, units
        ends = list(accumulate(advances, initial=0))
        # The words of a stretch end in blanks, as do those with values, but for a text's last one.
        return Spelt(texts, shown, ends, ends, self._within.copy())


def spread(ends: list[int], hyphens: list[int], blank: int) -> list[int]:
    """Where words end, those of numbers `hyphens` further by a blank; counted from 1."""
    if not hyphens:
        return ends
    bare = ends.copy()
    for at in hyphens:
        bare[at] += blank
    return bare


def several(text: str) -> bool:
    """Whether a line may end within this word of a `Spelt`."""
    return text.find(" ", 0, -1) >= 0 or ("-" in text and HYPHEN.search(text) is not None)


def parted(words: list[str]) -> tuple[list[Word], list[str]]:
    """The words parted behind their hyphens, as keys of `Words` and as texts."""
    keys: list[Word] = []
    texts: list[str] = []
    for word in words:
        at = 0
        if "-" in word:
            for match in HYPHEN.finditer(word):
                texts.append(word[at : match.end()])
                at = match.end()
                keys.append((texts[-1], word[at]))
        texts.append(word[at:])
        keys.append(word[at:])
    return keys, texts


def hyphens(keys: list[Word]) -> list[int]:
    """Which of these parts of words end in hyphens after which a line may end, counted from 1."""
    return [at for at, key in enumerate(keys, 1) if isinstance(key, tuple)]


class _Values(dict[str, tuple[str, int]]):
    """Operators and advances of words with values; no operators for those that are not plain."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._whole = words.whole

    def __missing__(self, text: str) -> tuple[str, int]:
        if len(self) >= _KEPT:
            self.clear()
        said = split(text)
        if not said[-1]:
            del said[-1]
        found = self[text] = self._whole(text) if plain_inside(said) else ("", 0)
        return found


@functools.lru_cache(_SHAPERS)
def _values(words: Words) -> _Values:
    return _Values(words)
