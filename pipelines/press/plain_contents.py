"""The streams of pages' content in a plain file: thousands in the same words, read together.

`12 0 obj<</Filter/FlateDecode/Length 345>>stream` and what ends it differ in two numbers, so that arrays
compare the words of all of them and read the numbers. A stream in other words is left to others.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
STREAM = b"stream\n"
_OBJECT = b" 0 obj"
_HEAD = np.frombuffer(_OBJECT + b"<</Filter/FlateDecode/Length ", np.uint8)
_STREAM = np.frombuffer(b">>" + STREAM, np.uint8)
_END = np.frombuffer(b"\nendstream endobj\n", np.uint8)
_MOST_DIGITS = 9
_ROOM = 2 * _MOST_DIGITS + len(_HEAD) + len(_STREAM)


class Contents(NamedTuple):
    """Streams whose only filter is deflate, and that say nothing else of themselves."""

    numbers: Numbers
    """Of the objects."""
    heads: Numbers
    """Where the dictionary of each stands in the file."""
    starts: Numbers
    """Where its data begin."""
    ends: Numbers


def contents(data: bytes, numbers: Numbers, places: Numbers) -> tuple[Contents, Numbers]:
    """Those of the objects at these places that are such streams, and the numbers of the others."""
    all_of = np.frombuffer(data, np.uint8)
    found = [
        _alike(all_of, numbers[some], places[some], digits)
        for digits in range(1, _MOST_DIGITS + 1)
        if len(some := np.flatnonzero((numbers >= 10 ** (digits - 1)) & (numbers < 10**digits)))
    ]
    if not found:
        return Contents(*[np.zeros(0, np.int64)] * 4), numbers
    columns = Contents(*map(np.concatenate, zip(*found, strict=True)))
    return columns, np.setdiff1d(numbers, columns.numbers)


def _alike(data: Bytes, numbers: Numbers, places: Numbers, digits: int) -> Contents:
    """Of objects whose numbers have so many digits those that are such streams."""
    here = places + _ROOM <= len(data)
    numbers, places = numbers[here], places[here]
    rows = data[places[:, np.newaxis] + np.arange(_ROOM)]
    behind = digits + len(_HEAD)
    right = (rows[:, digits:behind] == _HEAD).all(axis=1) & (_number(rows[:, :digits]) == numbers)
    rest = rows[:, behind:]
    long = (rest == _STREAM[0]).argmax(axis=1)  # digits of the length
    starts, ends = np.zeros_like(places), np.zeros_like(places)
    for length in np.unique(long[right]).tolist():
        some = np.flatnonzero(right & (long == length))
        size = _number(rest[some, :length])
        good = (rest[some, length : length + len(_STREAM)] == _STREAM).all(axis=1)
        good &= (size >= 0) & (0 < length <= _MOST_DIGITS)
        start = places[some] + behind + length + len(_STREAM)
        good &= start + size + len(_END) <= len(data)
        some, start, size = some[good], start[good], size[good]
        ended = (data[(start + size)[:, np.newaxis] + np.arange(len(_END))] == _END).all(axis=1)
        starts[some[ended]], ends[some[ended]] = start[ended], (start + size)[ended]
    which = np.flatnonzero(ends)
    heads = places[which] + digits + len(_OBJECT)
    return Contents(numbers[which], heads, starts[which], ends[which])


def _number(digits: Bytes) -> Numbers:
    """The numbers whose digits stand in the rows; -1 for a row with anything else in it."""
    values = np.zeros(len(digits), np.int64)
    for column in digits.T:
        values = values * 10 + (column - np.uint8(ord("0")))
    values[(digits - np.uint8(ord("0")) > 9).any(axis=1)] = -1
    return values
