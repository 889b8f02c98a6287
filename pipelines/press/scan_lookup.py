"""Finds thousands of short byte strings among the known ones at a time.

Strings of four or eight bytes are whole numbers to an array. A product with the right odd number sends
each known one to a place of its own in a table, where its index stands; there it is compared. So a
string is found exactly, or not at all.
"""

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int16]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
MOST = 1 << 14
"""Numbers that are known at most."""
_ATTEMPTS = 64
_LEAST_BITS, _MOST_BITS = 6, 20
STEP = 0x9E3779B97F4A7C15
"""Successive multiples of it are spread evenly (the golden ratio of 64 bits)."""


class Lookup:
    """Known numbers of so many bits (32 or 64), each with an index; 0 is for those that are not known."""

    __slots__ = ("_factor", "_indices", "_known", "_shift")

    def __init__(self, keys: Words) -> None:
        """`keys` have index 1 and so on."""
        kind, bits = keys.dtype.type, 8 * keys.dtype.itemsize
        place_bits = max(_LEAST_BITS, 2 * len(keys).bit_length() - 2)
        factor, places = kind(1), keys
        for attempt in range(1, 2 * _ATTEMPTS):
            place_bits = min(_MOST_BITS, place_bits + (attempt == _ATTEMPTS))
            factor = kind((attempt * STEP | 1) & ((1 << bits) - 1))
            places = (keys * factor) >> kind(bits - place_bits)
            if len(np.unique(places)) == len(keys):
                break  # otherwise some are not found, and what they stand in is read in another way
        self._factor = factor
        self._shift = kind(bits - place_bits)
        self._indices = np.zeros(1 << place_bits, np.int16)
        self._indices[places] = np.arange(1, len(keys) + 1)
        self._known = np.concatenate((np.zeros(1, kind), keys))

    def find(self, keys: Words) -> tuple[Indices, Flags]:
        """The index of each key, if it is one of the known, and whether it is."""
        indices = self._indices[(keys * self._factor) >> self._shift]
        return indices, (self._known[indices] == keys) & (indices > 0)


def ranges(starts: Places, counts: Places, step: int = 1) -> tuple[Places, Places]:
    """So many numbers, a step apart, from each start on; and where in the row of them each start stands.

    Each count is at least 1.
    """
    behind = np.cumsum(counts)
    firsts: Places = behind - counts
    steps = np.full(behind[-1] if len(behind) else 0, step)
    if len(starts):
        steps[0] = starts[0]
        steps[firsts[1:]] = starts[1:] - starts[:-1] - step * (counts[:-1] - 1)
    return np.cumsum(steps), firsts


def word_masks(length: int, words: int) -> list[int]:
    """Of so many words of eight bytes what the first bytes, so many, take up."""
    return [(1 << 8 * min(8, max(0, length - 8 * i))) - 1 for i in range(words)]
