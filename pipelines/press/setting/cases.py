"""Type cases: the pairs of characters that styles set, in tables, so that many texts are set at once.

One array has all texts of a batch behind each other; numpy looks each pair up and adds up the
advances. What comes out is what `Words.whole` gives for each text alone. A text is left out when
one of its pairs is not always set as it is set alone, cannot be set at all, or has no room in the
tables; it has to be set the other way.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.press.setting.phrases import LETTER as _LATIN
from pipelines.press.setting.style import CannotFollow
from pipelines.press.setting.words import Words

_CHARACTERS = 160
"""Different characters that cases tell apart; letters of two countries have some hundred."""
_CASES = 200
"""Styles and scripts whose cases are kept, 0.1 MB each; layouts have some dozens."""
_PAIRS = 60_000
"""Pairs kept in all cases; those of one style are a few hundred."""
_CELL = 8
"""Bytes that a pair's operators may take: a glyph and a kerning of three digits."""
_NONE, _END = 0, 1
"""The numbers of a character that has none, and of the newline that ends each text."""
_UNKNOWN, NEVER, BETWEEN, NOTHING = 0, 1, 2, 3
"""The numbers of a pair that was not met yet, that is not set so, of a text's end and the next one, and of
what is left out."""
_SEPARATOR = b"\1"
_SEAM = b"]TJ\n\1[("
_BLANK, _NEWLINE = 0x20, 0x0A
_FIGURES = "0123456789"
LETTER, _FIGURE = 1, 2
"""What characters may be."""
_INK, _TWO_BLANKS, _STRANGE = 1, 2, 4
"""What pairs may be."""
_CHUNK = 1 << 14
"""Pairs that are cast together: few enough that they stay near the processor."""
_SINGLE = re.compile("[^\n\U00010000-\U0010ffff]*")

Numbers = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int32]
Advances = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


class Composed(NamedTuple):
    """Texts as their pairs set them, behind each other, with a newline after each."""

    said: str
    blanks: Numbers
    """Where blanks are."""
    starts: Numbers
    """Where each text begins."""
    ends: Numbers
    """Where its newline is."""
    cases: Numbers
    """Where the case of each text begins among all pairs."""
    numbers: Bytes
    """Those of its characters."""
    pairs: Pairs
    """The number of each character's pair with the one behind it."""
    advances: Advances
    """Those of the pairs, in Pango units."""
    letters: Bytes
    """Of each character, whether it is a Latin letter; of figures something else."""
    sound: Flags
    """Whether this is how a text is set: it has ink, and only known pairs."""
    two_blanks: Flags
    """Whether two blanks stand side by side in it."""
    blank_first: Flags
    """Whether it begins with a blank."""
    blank_last: Flags


class Cases:
    """The cases of all styles that a worker has met. They hold no texts, and are filled as pairs come."""

    def __init__(self) -> None:
        self._rows = np.arange(_CHARACTERS) * _CHARACTERS
        self._forget()

    def _forget(self) -> None:
        self._numbers = np.zeros(1 << 16, np.uint8)
        self._numbers[_NEWLINE] = _END
        self._characters = ["", "\n"]
        self._traits = np.zeros(_CHARACTERS, np.uint8)
        self._words: list[Words] = []
        self._case_of: dict[int, int] = {}
        self._pairs = np.zeros((0, _CHARACTERS, _CHARACTERS), np.int32)
        self._count = NOTHING + 1
        self._advances = np.zeros(1024, np.int32)
        self._told = np.zeros(1024, np.uint8)
        self._told[NEVER] = _STRANGE
        self._operators = np.zeros(1024, f"S{_CELL}")
        self._operators[BETWEEN] = _SEAM

    def make_room(self) -> None:
        """Forgets all cases when there are too many; then their numbers are no longer theirs."""
        if len(self._words) > _CASES or self._count > _PAIRS:
            self._forget()

    def case(self, words: Words) -> int:
        """The number of the case of these words."""
        number = self._case_of.get(id(words))
        if number is None:
            number = self._case_of[id(words)] = len(self._words)
            self._words.append(words)  # Kept, so that nothing else gets its number.
            if number == len(self._pairs):
                more = np.zeros((max(8, number), _CHARACTERS, _CHARACTERS), np.int32)
                more[:, _NONE, :] = more[:, :, _NONE] = NEVER
                more[:, _END, :] = BETWEEN
                self._pairs = np.concatenate([self._pairs, more])
        return number

    def composed(self, texts: Sequence[str], letters: Numbers, figures: Numbers) -> Composed:
        """The texts, each from its case of `letters`, or of `figures` when it has no letters."""
        said, codes, ends = _joined(texts)
        if len(ends) != len(texts) or len(said) != len(codes):
            # A newline, or a character that takes two, would be taken for something else.
            said, codes, ends = _joined([text if _SINGLE.fullmatch(text) else "" for text in texts])
        sizes = np.diff(ends, prepend=-1)
        starts = ends - sizes + 1
        numbers = self._numbers.take(codes)
        if not numbers.all():
            self._number(np.unique(codes[numbers == _NONE]).tolist())
            numbers = self._numbers.take(codes)
        traits = self._traits.take(numbers)
        lettered = np.bitwise_or.reduceat(traits, starts) & LETTER > 0
        cases = np.where(lettered, letters, figures) * (_CHARACTERS * _CHARACTERS)
        where = np.repeat(cases, sizes)
        where += self._rows.take(numbers)
        where[:-1] += numbers[1:]
        where[-1] += _END
        pairs = self._pairs_at(where)
        told = np.bitwise_or.reduceat(self._told.take(pairs), starts)
        return Composed(
            said,
            np.flatnonzero(codes == _BLANK),
            starts,
            ends,
            cases,
            numbers,
            pairs,
            self._advances.take(pairs),
            traits,
            told & (_INK | _STRANGE) == _INK,
            told & _TWO_BLANKS > 0,
            codes[starts] == _BLANK,
            codes[ends - 1] == _BLANK,
        )

    def closing(self, texts: Composed, places: Numbers, owners: Numbers) -> Pairs:
        """The number of the characters' pairs if nothing stood behind them; `NEVER` for what has none.

        `owners` are the texts that they are of.
        """
        return self._pairs_at(texts.cases[owners] + self._rows[texts.numbers[places]] + _END)

    def advances(self, pairs: Pairs) -> Advances:
        """The advances of pairs, in Pango units."""
        return self._advances.take(pairs)

    def cast(self, pairs: Pairs) -> list[bytes]:
        """The texts of pairs, of which each ends with `BETWEEN`: `[(…)]TJ` and a newline."""
        chunks = [pairs[at : at + _CHUNK] for at in range(0, len(pairs), _CHUNK)]
        shown = [self._operators.take(some).tobytes().translate(None, b"\0") for some in chunks]
        return b"".join([b"[(", *shown]).split(_SEPARATOR)[:-1]

    def _pairs_at(self, where: Numbers) -> Pairs:
        flat = self._pairs.reshape(-1)
        pairs: Pairs = flat.take(where)
        if not pairs.all():
            for place in np.unique(where[pairs == _UNKNOWN]).tolist():
                flat[place] = self._learnt(*divmod(place, _CHARACTERS))
            pairs = flat.take(where)
        return pairs

    def _number(self, codes: Sequence[int]) -> None:
        """Gives characters their numbers, as long as there are some."""
        for code in codes[: _CHARACTERS - len(self._characters)]:
            self._numbers[code] = len(self._characters)
            # Half of a surrogate pair stands for no character: it cannot be set.
            self._characters.append(character := chr(code))
            self._traits[self._numbers[code]] = (
                LETTER if _LATIN.match(character) else _FIGURE if character in _FIGURES else 0
            )

    def _learnt(self, case_and_first: int, second: int) -> int:
        """The number of a pair that was not met before."""
        case, first = divmod(case_and_first, _CHARACTERS)
        if self._count >= 2 * _PAIRS:
            return NEVER
        pair = self._characters[first] + (self._characters[second] if second != _END else "")
        try:
            shown, advance = self._words[case].pair(pair)
        except CannotFollow:
            return NEVER
        if second == _END:
            shown = f"{shown})".replace("()", " ")
        if len(shown) > _CELL or shown[0] == ")" or advance < 0:
            return NEVER
        number = self._count
        if number == len(self._advances):
            self._advances = np.concatenate([self._advances, np.zeros_like(self._advances)])
            self._operators = np.concatenate([self._operators, np.zeros_like(self._operators)])
            self._told = np.concatenate([self._told, np.zeros_like(self._told)])
        self._told[number] = _TWO_BLANKS if pair == "  " else 0 if pair[0].isspace() else _INK
        self._advances[number], self._operators[number] = advance, shown.encode("latin-1")
        self._count += 1
        return number


def _joined(texts: Sequence[str]) -> tuple[str, npt.NDArray[np.uint16], Numbers]:
    """Texts with a newline behind each, their characters, and where newlines are."""
    said = "\n".join([*texts, ""])
    codes = np.frombuffer(said.encode("utf-16-le", "surrogatepass"), np.uint16)
    return said, codes, np.flatnonzero(codes == _NEWLINE)
