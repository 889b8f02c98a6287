"""Objects that are written alike, read together: what they say as columns of numbers and strings.

Pages and records of a print file differ in their numbers and strings alone. So an object is compared
with the others without those, and arrays read all numbers at once. What a kind says and where is asked
of `Kinds` for one object of each group; an object that is not in all else the same as that one is
left to others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.press.written_kinds import Kind, Kinds

Numbers = npt.NDArray[np.int64]
_ZERO = ord("0")
_FEWEST = 4
"""Objects of a group: fewer are read one by one."""
_MOST_DIGITS = 15
_UNREADABLE = np.zeros(256, np.bool_)
"""Signs that may make more, or less, of a string than it seems."""
_UNREADABLE[[0, ord("\\")]] = True
_REFERENCE, _COUNT, _STRING = range(3)


class _Tokens(NamedTuple):
    """The numbers of a text outside of its strings, and the strings."""

    starts: Numbers
    lengths: Numbers
    values: Numbers
    opens: Numbers
    """Where the bracket of each string stands."""
    closes: Numbers


class _Value(NamedTuple):
    sort: int
    token: int
    """Which number, or string, of the object it is."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Objects of a kind."""

    kind: Kind
    numbers: list[int]
    """Their own."""
    _values: Sequence[_Value]
    _integers: Numbers
    """Of each object, one a row, all numbers."""
    _strings: Sequence[Sequence[bytes]]
    """By string of an object those of all."""

    def references(self, place: int | None) -> list[int] | None:
        """The objects that a value of each refers to; None when it is no reference."""
        return self._column(place, _REFERENCE)

    def counts(self, place: int) -> list[int] | None:
        """What a value of each counts; None when it is no count."""
        return self._column(place, _COUNT)

    def strings(self, place: int) -> list[str] | None:
        """What a string of each says; None when the value is none."""
        value = self._values[place]
        if value.sort != _STRING:
            return None
        return [text.decode("latin-1") for text in self._strings[value.token]]

    def _column(self, place: int | None, sort: int) -> list[int] | None:
        if place is None or self._values[place].sort != sort:
            return None
        column: list[int] = self._integers[:, self._values[place].token].tolist()
        return column


def columns(text: bytes, numbers: Numbers, starts: Numbers, ends: Numbers, kinds: Kinds) -> Iterator[Columns]:
    """Groups of objects that are written alike, each from a start to an end in `text`.

    Objects follow each other in their order. Not all of them are in a group.
    """
    data = np.frombuffer(text, np.uint8)
    opens, closes, plain = _strings(data, starts)
    starts, ends, numbers = starts[plain], ends[plain], numbers[plain]
    if not len(starts):
        return
    inside = np.zeros(len(data), np.int8)
    inside[opens + 1] += 1
    inside[closes] -= 1
    outside = np.cumsum(inside, dtype=np.int8) == 0
    digits = (data - np.uint8(_ZERO) < 10) & outside
    if digits[starts[starts > 0] - 1].any():
        return  # a number that may run on into the next object
    begins = digits.copy()
    begins[1:] &= ~digits[:-1]
    tokens = _tokens(data, digits, begins, opens, closes)
    kept = outside & (begins | ~digits)
    bare = np.where(digits, np.uint8(_ZERO), data)[kept]
    behind = np.zeros(len(data) + 1, np.int32)
    np.cumsum(kept, out=behind[1:])
    first_tokens = np.searchsorted(tokens.starts, starts)
    first_strings = np.searchsorted(opens, starts)
    for rows in _alike(bare, behind[starts], behind[ends]):
        group = _group(text, tokens, starts[rows], int(ends[rows[0]]), kinds, first_tokens[rows])
        if group is not None:
            kind, values, right, integers = group
            some = rows[right]
            strings = _texts(text, tokens, first_strings[some], values)
            yield Columns(kind, numbers[some].tolist(), values, integers, strings)


def _alike(
    bare: npt.NDArray[np.uint8], begins: npt.NDArray[np.int32], ends: npt.NDArray[np.int32]
) -> Iterator[Numbers]:
    """Groups of objects that are the same in `bare`."""
    lengths = ends - begins
    order = np.argsort(lengths, kind="stable")
    for same in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        left = same
        while len(left) >= _FEWEST:
            words = bare[begins[left][:, np.newaxis] + np.arange(lengths[left[0]])]
            like = (words == words[0]).all(axis=1)
            if np.count_nonzero(like) >= _FEWEST:
                yield left[like]
            left = left[~like]


def _strings(data: npt.NDArray[np.uint8], starts: Numbers) -> tuple[Numbers, Numbers, npt.NDArray[np.bool_]]:
    """Where strings open and close, and which objects have none but such as are what they seem."""
    brackets = np.flatnonzero(data - np.uint8(ord("(")) < 2)
    opening = data[brackets] == ord("(")
    owners = np.searchsorted(starts, brackets, side="right") - 1
    first = np.diff(owners, prepend=-1) > 0
    plain = np.ones(len(starts), np.bool_)
    if len(brackets):
        # Each opens behind one that has closed, or is the first; and the last one closes.
        turned = opening != np.concatenate(([False], opening[:-1]))
        plain[owners[np.where(first, ~opening, ~turned)]] = False
        plain[owners[np.append(first[1:], True) & opening]] = False
    signs = np.flatnonzero(_UNREADABLE[data])
    plain[np.searchsorted(starts, signs, side="right") - 1] = False
    kept = plain[owners]
    return brackets[kept & opening], brackets[kept & ~opening], plain


def _tokens(
    data: npt.NDArray[np.uint8],
    digits: npt.NDArray[np.bool_],
    begins: npt.NDArray[np.bool_],
    opens: Numbers,
    closes: Numbers,
) -> _Tokens:
    last = digits.copy()
    last[:-1] &= ~digits[1:]
    starts = np.flatnonzero(begins)
    lengths = np.flatnonzero(last) + 1 - starts
    values = np.zeros(len(starts), np.int64)
    for place in range(min(int(lengths.max(initial=0)), _MOST_DIGITS)):
        longer = np.flatnonzero(lengths > place)
        values[longer] = values[longer] * 10 + (data[starts[longer] + place] - _ZERO)
    return _Tokens(starts, lengths, values, opens, closes)


def _group(
    text: bytes, tokens: _Tokens, starts: Numbers, end: int, kinds: Kinds, first_tokens: Numbers
) -> tuple[Kind, list[_Value], npt.NDArray[np.bool_], Numbers] | None:
    """Kind and values of a group, which of its objects are of it, and all their numbers."""
    begin = int(starts[0])
    first, after = int(first_tokens[0]), int(np.searchsorted(tokens.starts, end))
    entries = kinds.of(text[begin:end].rstrip())
    values = _values(entries.kind, entries.values, (tokens.starts[first:after] - begin).tolist())
    if values is None or not entries.kind.places:
        return None
    which = first_tokens[:, np.newaxis] + np.arange(after - first)
    integers, lengths = tokens.values[which], tokens.lengths[which]
    fixed = np.ones(after - first, np.bool_)
    fixed[[value.token for value in values if value.sort != _STRING]] = False
    right = (lengths <= _MOST_DIGITS).all(axis=1)
    right &= (integers[:, fixed] == integers[0, fixed]).all(axis=1)
    right &= (lengths[:, fixed] == lengths[0, fixed]).all(axis=1)
    return entries.kind, values, right, integers[right]


def _values(kind: Kind, values: Sequence[bytes], tokens: Sequence[int]) -> list[_Value] | None:
    """Which numbers and strings of an object are its values; None when there are others."""
    parts = kind.text.split(b"\x00")
    if len(parts) != len(values) + 1:
        return None
    at, strings = 0, 0
    found: list[_Value] = []
    places = {start: token for token, start in enumerate(tokens)}
    for part, value in zip(parts, values, strict=False):
        at += len(part)
        if value[:1] == b"(":
            found.append(_Value(_STRING, strings))
            strings += 1
        elif at in places and (value.isdigit() or value[-4:] == b" 0 R"):
            found.append(_Value(_COUNT if value.isdigit() else _REFERENCE, places[at]))
        else:
            return None
        at += len(value)
    return found


def _texts(
    text: bytes, tokens: _Tokens, first_strings: Numbers, values: Sequence[_Value]
) -> list[list[bytes]]:
    """By string of an object those of all of a group."""
    count = sum(value.sort == _STRING for value in values)
    found = []
    for string in range(count):
        at = first_strings + string
        spans = zip((tokens.opens[at] + 1).tolist(), tokens.closes[at].tolist(), strict=True)
        found.append([text[begin:end] for begin, end in spans])
    return found
