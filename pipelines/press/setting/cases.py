"""Type cases: the pairs of characters that styles set, in tables, so that many texts are set at once.

One array has all texts of a batch behind each other; numpy looks each pair up and adds up the
advances. What comes out is what `Words.whole` gives for each text alone. A text is left out when
one of its pairs is not always set as it is set alone, cannot be set at all, or has no room in the
tables; it has to be set the other way.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.press.setting.phrases import LETTER
from pipelines.press.setting.style import CannotFollow
from pipelines.press.setting.words import Words

_CHARACTERS = 160
"""Different characters that cases tell apart; letters of two countries have some hundred."""
_CASES = 200
"""Styles and scripts whose cases are kept, 0.1 MB each; layouts have some dozens."""
_PAIRS = 60_000
"""Pairs kept in all cases; those of one style are a few hundred."""
_CELL = 12
"""Bytes that a pair's operators may take: a glyph and a kerning of three digits."""
_NONE, _END = 0, 1
"""The numbers of a character that has none, and of the newline that ends each text."""
_UNKNOWN, _NEVER, _BETWEEN = 0, 1, 2
"""The numbers of a pair that was not met yet, that is not set so, and of a text's end and the next one."""
_SEPARATOR = b"\1"
_SEAM = b"]TJ\n\1[<"
_BLANK, _NEWLINE = 0x20, 0x0A
_LETTER, _INK, _TWO_BLANKS = 1, 2, 4

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Lettered(NamedTuple):
    """Texts as their pairs set them, in their order."""

    shown: list[bytes]
    """`[<…>]TJ` and a newline."""
    units: Numbers
    """Advances in Pango units."""
    sound: Flags
    """Whether this is how the text is set: it has ink, and only known pairs."""
    two_blanks: Flags
    """Whether two blanks stand side by side in it."""
    blank_first: Flags
    """Whether it begins with a blank."""
    blank_last: Flags


class Cases:
    """The cases of all styles that a worker has met. They hold no texts, and are filled as pairs come."""

    def __init__(self) -> None:
        self._traits = _traits()
        self._forget()

    def _forget(self) -> None:
        self._numbers = np.zeros(1 << 16, np.int32)
        self._numbers[_NEWLINE] = _END
        self._characters = ["", "\n"]
        self._words: list[Words] = []
        self._case_of: dict[int, int] = {}
        self._pairs = np.zeros((0, _CHARACTERS, _CHARACTERS), np.int32)
        self._count = _BETWEEN + 1
        self._advances = np.zeros(1024, np.int64)
        self._operators = np.zeros(1024, f"S{_CELL}")
        self._operators[_BETWEEN] = _SEAM

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
                more[:, _NONE, :] = more[:, :, _NONE] = _NEVER
                more[:, _END, :] = _BETWEEN
                self._pairs = np.concatenate([self._pairs, more])
        return number

    def set(self, texts: Sequence[str], letters: Numbers, figures: Numbers) -> Lettered:
        """The texts, each from its case of `letters`, or of `figures` when it has no letters."""
        codes, ends = _joined(texts)
        if len(ends) != len(texts):
            codes, ends = _joined(["" if "\n" in text else text for text in texts])
        starts = np.empty_like(ends)
        starts[0] = 0
        starts[1:] = ends[:-1] + 1
        traits = self._traits[codes]
        blank = codes == _BLANK
        traits[:-1][blank[:-1] & blank[1:]] |= _TWO_BLANKS
        traits = np.bitwise_or.reduceat(traits, starts)
        case = np.where(traits & _LETTER, letters, figures)
        pairs = self._looked_up(codes, np.repeat(case, ends - starts + 1))
        sound = np.minimum.reduceat(pairs, starts) > _NEVER
        sound &= traits & _INK > 0
        shown = b"[<" + self._operators.take(pairs).tobytes().translate(None, b"\0")
        return Lettered(
            shown.split(_SEPARATOR)[:-1],
            np.add.reduceat(self._advances[pairs], starts),
            sound,
            traits & _TWO_BLANKS > 0,
            blank[starts],
            blank[ends - 1],
        )

    def _looked_up(self, codes: npt.NDArray[np.uint16], case: Numbers) -> npt.NDArray[np.int32]:
        """The number of each character's pair with the one behind it."""
        numbers = self._numbers[codes]
        if not numbers.all():
            self._number(np.unique(codes[numbers == _NONE]).tolist())
            numbers = self._numbers[codes]
        following = np.empty_like(numbers)
        following[:-1] = numbers[1:]
        following[-1] = _END
        where = (case * _CHARACTERS + numbers) * _CHARACTERS + following
        flat = self._pairs.reshape(-1)
        pairs: npt.NDArray[np.int32] = flat[where]
        if not pairs.all():
            for place in np.unique(where[pairs == _UNKNOWN]).tolist():
                flat[place] = self._learnt(*divmod(place, _CHARACTERS))
            pairs = flat[where]
        return pairs

    def _number(self, codes: Sequence[int]) -> None:
        """Gives characters their numbers, as long as there are some."""
        for code in codes[: _CHARACTERS - len(self._characters)]:
            self._numbers[code] = len(self._characters)
            # Half of a surrogate pair stands for no character: it cannot be set.
            self._characters.append(chr(code))

    def _learnt(self, case_and_first: int, second: int) -> int:
        """The number of a pair that was not met before."""
        case, first = divmod(case_and_first, _CHARACTERS)
        if self._count >= 2 * _PAIRS:
            return _NEVER
        pair = self._characters[first] + (self._characters[second] if second != _END else "")
        try:
            shown, advance = self._words[case].pair(pair)
        except CannotFollow:
            return _NEVER
        if second == _END:
            shown = f"{shown}>".replace("<>", " ")
        if len(shown) > _CELL or shown[0] == ">":
            return _NEVER
        number = self._count
        if number == len(self._advances):
            self._advances = np.concatenate([self._advances, np.zeros_like(self._advances)])
            self._operators = np.concatenate([self._operators, np.zeros_like(self._operators)])
        self._advances[number], self._operators[number] = advance, shown.encode("ascii")
        self._count += 1
        return number


def _joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint16], Numbers]:
    """The characters of texts, a newline behind each, and where newlines are."""
    joined = "\n".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)
    return codes, np.flatnonzero(codes == _NEWLINE)


def _traits() -> npt.NDArray[np.uint8]:
    """What is to be known of each character: whether it is a Latin letter, and whether it leaves ink."""
    characters = [chr(code) for code in range(1 << 16)]
    letters = [_LETTER if LETTER.match(character) else 0 for character in characters]
    ink = [0 if character.isspace() else _INK for character in characters]
    return np.array(letters, np.uint8) | np.array(ink, np.uint8)
