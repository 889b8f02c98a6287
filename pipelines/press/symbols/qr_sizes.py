"""How large a QR code is: versions, levels, blocks, and where its data may stand.

Source: ISO/IEC 18004:2015, 6.3 (function patterns), tables 3, 9 and E.1, 7.7.3 (placement).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipelines.press.symbols.modules import Matrix

Level = Literal["L", "M", "Q", "H"]
"""Error correction: about 7, 15, 25 and 30 % of the codewords may be lost."""
LARGEST_VERSION = 40
_VERSION_GENERATOR = 0x1F25

_LEVELS: tuple[Level, ...] = ("L", "M", "Q", "H")
# Check codewords of a block, and number of blocks: a row for each version, a column for each level.
_DIVISIONS = (
    ((7, 1), (10, 1), (13, 1), (17, 1)),
    ((10, 1), (16, 1), (22, 1), (28, 1)),
    ((15, 1), (26, 1), (18, 2), (22, 2)),
    ((20, 1), (18, 2), (26, 2), (16, 4)),
    ((26, 1), (24, 2), (18, 4), (22, 4)),
    ((18, 2), (16, 4), (24, 4), (28, 4)),
    ((20, 2), (18, 4), (18, 6), (26, 5)),
    ((24, 2), (22, 4), (22, 6), (26, 6)),
    ((30, 2), (22, 5), (20, 8), (24, 8)),
    ((18, 4), (26, 5), (24, 8), (28, 8)),
    ((20, 4), (30, 5), (28, 8), (24, 11)),
    ((24, 4), (22, 8), (26, 10), (28, 11)),
    ((26, 4), (22, 9), (24, 12), (22, 16)),
    ((30, 4), (24, 9), (20, 16), (24, 16)),
    ((22, 6), (24, 10), (30, 12), (24, 18)),
    ((24, 6), (28, 10), (24, 17), (30, 16)),
    ((28, 6), (28, 11), (28, 16), (28, 19)),
    ((30, 6), (26, 13), (28, 18), (28, 21)),
    ((28, 7), (26, 14), (26, 21), (26, 25)),
    ((28, 8), (26, 16), (30, 20), (28, 25)),
    ((28, 8), (26, 17), (28, 23), (30, 25)),
    ((28, 9), (28, 17), (30, 23), (24, 34)),
    ((30, 9), (28, 18), (30, 25), (30, 30)),
    ((30, 10), (28, 20), (30, 27), (30, 32)),
    ((26, 12), (28, 21), (30, 29), (30, 35)),
    ((28, 12), (28, 23), (28, 34), (30, 37)),
    ((30, 12), (28, 25), (30, 34), (30, 40)),
    ((30, 13), (28, 26), (30, 35), (30, 42)),
    ((30, 14), (28, 28), (30, 38), (30, 45)),
    ((30, 15), (28, 29), (30, 40), (30, 48)),
    ((30, 16), (28, 31), (30, 43), (30, 51)),
    ((30, 17), (28, 33), (30, 45), (30, 54)),
    ((30, 18), (28, 35), (30, 48), (30, 57)),
    ((30, 19), (28, 37), (30, 51), (30, 60)),
    ((30, 19), (28, 38), (30, 53), (30, 63)),
    ((30, 20), (28, 40), (30, 56), (30, 66)),
    ((30, 21), (28, 43), (30, 59), (30, 70)),
    ((30, 22), (28, 45), (30, 62), (30, 74)),
    ((30, 24), (28, 47), (30, 65), (30, 77)),
    ((30, 25), (28, 49), (30, 68), (30, 81)),
)


@dataclass(frozen=True, slots=True)
class Blocks:
    """How the codewords of a symbol are divided: all blocks have as many checks."""

    checks: int
    lengths: tuple[int, ...]
    """Data codewords of each block, the shorter ones first."""

    @property
    def data(self) -> int:
        """Data codewords of the symbol."""
        return sum(self.lengths)


def side(version: int) -> int:
    """Modules along an edge, without the quiet zone."""
    return 17 + 4 * version


@cache
def blocks(version: int, level: Level) -> Blocks:
    """The blocks of a version at a level."""
    checks, number = _DIVISIONS[version - 1][_LEVELS.index(level)]
    data = data_modules(version) // 8 - checks * number
    short, longer = divmod(data, number)
    return Blocks(checks, (short,) * (number - longer) + (short + 1,) * longer)


def alignment_centres(version: int) -> tuple[int, ...]:
    """Rows, and columns, in which alignment patterns have their middle."""
    if version == 1:
        return ()
    number = version // 7 + 2
    last = side(version) - 7
    # Even steps from the far end; what is left over comes between the first two.
    step = 26 if version == 32 else -((6 - last) // (number - 1) // 2) * 2
    return (6, *(last - step * i for i in range(number - 2, -1, -1)))


def data_modules(version: int) -> int:
    """Modules that are free for codewords."""
    size, centres = side(version), len(alignment_centres(version))
    # Three finders with separators, timing, format information with the module that is always dark.
    free = size * size - 3 * 64 - 2 * (size - 16) - 31
    if centres:
        # Alignment patterns, three corners less; those beside the top and left edge lie over timing.
        free -= 25 * (centres * centres - 3) - 2 * 5 * (centres - 2)
    return free - 36 if version >= 7 else free


@cache
def function_patterns(version: int) -> tuple[Matrix, Matrix]:
    """Which modules are dark whatever the data, and which are taken; format information is light."""
    size = side(version)
    dark, taken = np.zeros((2, size, size), np.bool_)
    dark[6, ::2] = dark[::2, 6] = taken[6] = taken[:, 6] = True
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        separated = slice(max(top - 1, 0), top + 8), slice(max(left - 1, 0), left + 8)
        dark[separated], taken[separated] = False, True
        dark[top : top + 7, left : left + 7] = _target(3, light=2)
    centres = alignment_centres(version)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for y, x in product(centres, centres):
        if (y, x) not in corners:
            place = slice(y - 2, y + 3), slice(x - 2, x + 3)
            dark[place], taken[place] = _target(2, light=1), True
    taken[8, :9] = taken[:9, 8] = taken[8, -8:] = taken[-8:, 8] = True
    dark[-8, 8] = True
    if version >= 7:
        information = version << 12 | checked(version, 12, _VERSION_GENERATOR)
        for bit in range(18):
            y, x = bit // 3, bit % 3 + size - 11
            dark[y, x] = dark[x, y] = information >> bit & 1
            taken[y, x] = taken[x, y] = True
    return dark, taken


@cache
def data_places(version: int) -> npt.NDArray[np.intp]:
    """Places of the data bits in the flattened symbol, in the order in which they are filled."""
    taken = function_patterns(version)[1].tolist()
    return np.array([y * len(taken) + x for y, x in _zigzag(len(taken)) if not taken[y][x]])


def checked(value: int, checks: int, generator: int) -> int:
    """The check bits of a value in a binary cyclic code: the remainder of `value` · x^`checks`."""
    remainder = value << checks
    for bit in range(remainder.bit_length() - 1, checks - 1, -1):
        if remainder >> bit & 1:
            remainder ^= generator << (bit - checks)
    return remainder


def _target(radius: int, light: int) -> Matrix:
    """Squares in squares, all dark but the one at that distance from the middle."""
    offset = np.abs(np.arange(-radius, radius + 1))
    target: Matrix = np.maximum(offset[:, None], offset) != light
    return target


def _zigzag(size: int) -> Iterator[tuple[int, int]]:
    """All places: up and down in pairs of columns from the right, the timing column left out."""
    for pair in range(size // 2):
        right = size - 1 - 2 * pair
        right -= right <= 6
        for step in range(size):
            y = step if pair % 2 else size - 1 - step
            yield y, right
            yield y, right - 1
