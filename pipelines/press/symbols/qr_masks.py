"""Which of the eight masks makes a QR code easiest to read, judged for many symbols at once.

The lines of a symbol, rows and columns, are machine words of 64 modules, the first module in the
highest bit; a penalty is then a few shifts and ANDs over all lines of all symbols.

Source: ISO/IEC 18004:2015, 7.8.3 and table 11. Judged is the whole symbol as it is printed, its
format information included, and the quiet zone is light area beside a finder-like pattern.
"""

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]

WORD = 64
_N1, _N2, _N3, _N4 = 3, 3, 40, 10


def word_count(side: int) -> int:
    """How many words a line of that many modules takes."""
    return -(-side // WORD)


def penalties(lines: Words, side: int) -> Integers:
    """The penalty of each symbol.

    `lines` has the axes …, rows and then columns (2 · `side`), words; bits behind the last
    module must be 0, light.
    """
    rows = lines[..., :side, :]
    # Bit i: module i and the next one are alike; nothing lies beyond the last pair.
    alike = ~(lines ^ _ahead(lines, 1))
    alike &= _first(side - 1)
    twice = alike & _ahead(alike, 1)
    five = twice & _ahead(twice, 2)
    # A run of 5 + i modules has i + 1 windows of five and counts 3 + i.
    runs = _count(five) + (_N1 - 1) * _count(five & ~_behind(five, 1))
    squares = ~(rows[..., :-1, :] ^ rows[..., 1:, :])
    squares &= alike[..., : side - 1, :]
    squares &= alike[..., 1:side, :]
    dark = _count(rows)
    whole = side * side
    steps: Integers = np.abs(20 * dark - 10 * whole) // whole
    return runs + _N2 * _count(squares) + _N3 * _count(_finder_like(lines)) + _N4 * steps


def _finder_like(lines: Words) -> Words:
    """Bit i: dark-light-dark-dark-dark-light-dark starts there, four light modules before or behind it."""
    fourth = _ahead(lines, 4)
    both, either = lines & fourth, lines | fourth
    found = both & _ahead(both, 2)
    found &= _ahead(lines, 3)
    found &= ~_ahead(either, 1)
    dark_before = lines | _behind(lines, 1)
    dark_before |= _behind(dark_before, 2)
    dark_behind = lines | _ahead(lines, 1)
    dark_behind |= _ahead(dark_behind, 2)
    found &= ~(_behind(dark_before, 1) & _ahead(dark_behind, 7))
    return found


def _ahead(lines: Words, places: int) -> Words:
    """Each module's place filled with the module that many places later, light beyond the end."""
    moved = lines << np.uint64(places)
    if lines.shape[-1] > 1:
        moved[..., :-1] |= lines[..., 1:] >> np.uint64(WORD - places)
    return moved


def _behind(lines: Words, places: int) -> Words:
    """Each module's place filled with the module that many places before, light before the start."""
    moved = lines >> np.uint64(places)
    if lines.shape[-1] > 1:
        moved[..., 1:] |= lines[..., :-1] << np.uint64(WORD - places)
    return moved


def _first(modules: int) -> Words:
    """A line whose first modules are set."""
    bits = np.arange(WORD * word_count(modules + 1)) < modules
    return np.packbits(bits).view(">u8").astype(np.uint64)


def _count(lines: Words) -> Integers:
    """How many bits are set in each symbol."""
    count: Integers = np.bitwise_count(lines).sum(axis=(-2, -1), dtype=np.int64)
    return count
