"""Data Matrix symbols, ECC 200: each is the sum of ready pictures, one for each codeword.

A codeword turns over its own modules and those of the check codewords it has a share in, so a
symbol is an XOR of as many pictures as it has codewords, each a Python integer of one bit a
module. The pictures of a size, one for each place and value, are drawn when it is first used.

Data are in ASCII encodation: two digits a codeword, any other character one. For digits nothing is
denser; for long runs of capitals C40 would be.

Source: ISO/IEC 16022:2006, 5.2 (encodation), annex F (placement).
"""

import re
from dataclasses import dataclass
from functools import cache

from pipelines.press.symbols.field import DATA_MATRIX_FIELD, contributions
from pipelines.press.symbols.modules import Modules


@dataclass(frozen=True, slots=True)
class Size:
    """A square symbol whose codewords form one block."""

    side: int
    """Modules along an edge, finder included."""
    data: int
    """Data codewords."""
    checks: int
    """Check codewords."""
    regions: int = 1
    """Data regions along an edge, each with a finder of its own."""


SIZES = (
    Size(10, 3, 5),
    Size(12, 5, 7),
    Size(14, 8, 10),
    Size(16, 12, 12),
    Size(18, 18, 14),
    Size(20, 22, 18),
    Size(22, 30, 20),
    Size(24, 36, 24),
    Size(26, 44, 28),
    Size(32, 62, 36, 2),
    Size(36, 86, 42, 2),
    Size(40, 114, 48, 2),
)
"""The squares that can be made, the smallest first."""

_UNITS = re.compile(r"[0-9]{2}|[\x00-\x7f]")
_CODEWORDS = {f"{i:02}": 130 + i for i in range(100)} | {chr(i): i + 1 for i in range(128)}
_PAIRS = bytes([_CODEWORDS.get(f"{byte:02x}", 0) for byte in range(256)])
"""The codeword of two digits, by the byte that they are in hexadecimal."""
_FIRST_PAD = 129


def codeword_count(text: str) -> int:
    """How many data codewords a text of ASCII characters takes."""
    return len(_UNITS.findall(text))


def smallest(codewords: int) -> Size | None:
    """The smallest square that holds so many data codewords; None when none of ours does."""
    return next((size for size in SIZES if size.data >= codewords), None)


def encode(text: str, size: Size) -> Modules:
    """The text as a symbol of that size.

    Raises ValueError when the text is not ASCII or does not fit.
    """
    codewords = _codewords(text) if text.isascii() else None
    if codewords is None or len(codewords) > size.data:
        raise ValueError(f"not ASCII, or more than {size.data} Data Matrix codewords")
    blank, pictures = _pictures(size)
    symbol = blank[len(codewords)]
    for picture, codeword in zip(pictures, codewords, strict=False):
        symbol ^= picture[codeword]
    return Modules(size.side, size.side, symbol.to_bytes(size.side * _row_bytes(size)))


def _codewords(text: str) -> bytes:
    """The codewords of an ASCII text."""
    if text.isdigit() and not len(text) % 2:
        # As a mark says it: two digits read as hexadecimal are a byte, which stands for its codeword.
        return bytes.fromhex(text).translate(_PAIRS)
    return bytes([_CODEWORDS[unit] for unit in _UNITS.findall(text)])


@cache
def _pictures(size: Size) -> tuple[list[int], list[list[int]]]:
    """Frame and padding by the number of codewords in use, and at each place the picture of each value."""
    modules = _codeword_modules(size)
    shares = contributions(DATA_MATRIX_FIELD, 1, size.data, size.checks)
    pictures = []
    for place in range(size.data):
        values = [0]
        for bit in range(8):
            picture = modules[place][bit]
            for check, share in enumerate(shares[place, 1 << bit].tolist(), start=size.data):
                for i in range(8):
                    picture ^= modules[check][i] if share >> i & 1 else 0
            values += [value ^ picture for value in values]
        pictures.append(values)
    blank = [padding := _frame(size)]
    for place in range(size.data - 1, -1, -1):
        blank.append(padding ^ pictures[place][_FIRST_PAD])
        padding ^= pictures[place][_pad(place)]
    return blank[::-1], pictures


def _pad(place: int) -> int:
    """The padding codeword at a place behind the first one: they change from place to place."""
    value = _FIRST_PAD + 149 * (place + 1) % 253 + 1
    return value if value <= 254 else value - 254


def _row_bytes(size: Size) -> int:
    return -(-size.side // 8)


def _bit(size: Size, y: int, x: int) -> int:
    """The module as a bit of a picture."""
    row = 8 * _row_bytes(size)
    return 1 << (size.side - 1 - y) * row + row - 1 - x


def _frame(size: Size) -> int:
    """The finders of all regions, and the corner that no codeword takes."""
    region = size.side // size.regions
    dark = [
        (y, x)
        for y in range(size.side)
        for x in range(size.side)
        if x % region == 0
        or y % region == region - 1
        or (y % region == 0 and x % 2 == 0)
        or (x % region == region - 1 and y % 2)
    ]
    inner = size.side - 2 * size.regions
    if len(_placement(inner)) * 8 < inner * inner:
        dark += [_in_symbol(size, inner - 1 - i, inner - 1 - i) for i in range(2)]
    return sum(_bit(size, y, x) for y, x in dark)


def _in_symbol(size: Size, y: int, x: int) -> tuple[int, int]:
    """A place of the joined data regions as a place of the symbol."""
    region = size.side // size.regions - 2
    return y + 1 + y // region * 2, x + 1 + x // region * 2


def _codeword_modules(size: Size) -> list[list[int]]:
    """For each codeword its modules as bits of a picture, the lowest bit of the codeword first."""
    placement = _placement(size.side - 2 * size.regions)
    return [[_bit(size, *_in_symbol(size, y, x)) for y, x in reversed(shape)] for shape in placement]


# The shape of a codeword: its highest bit first, from the module of its lowest.
_SHAPE = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
# Four codewords are broken over opposite corners; negative places count from the far edge.
_CORNER_1 = ((-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))
_CORNER_2 = ((-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1))
_CORNER_3 = ((-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))
_CORNER_4 = ((-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1))


def _placement(edge: int) -> list[list[tuple[int, int]]]:
    """The eight places of each codeword, highest bit first, in joined data regions of that edge.

    Codewords lie on diagonals, up and down in turn; what leaves the field at the top or left
    comes in again on the other side, shifted so that the shapes stay together.
    """
    shift = 4 - (edge + 4) % 8
    taken: set[tuple[int, int]] = set()
    codewords: list[list[tuple[int, int]]] = []

    def wrapped(y: int, x: int) -> tuple[int, int]:
        if y < 0:
            y, x = y + edge, x + shift
        if x < 0:
            y, x = y + shift, x + edge
        return y, x

    def take(places: list[tuple[int, int]]) -> None:
        codewords.append(places)
        taken.update(places)

    def step(y: int, x: int) -> None:
        if 0 <= y < edge and 0 <= x < edge and (y, x) not in taken:
            take([wrapped(y + dy, x + dx) for dy, dx in _SHAPE])

    y, x = 4, 0
    while y < edge or x < edge:
        corner = {
            (edge, 0): _CORNER_1,
            (edge - 2, 0): _CORNER_2 if edge % 4 else _CORNER_3 if edge % 8 else (),
            (edge + 4, 2): () if edge % 8 else _CORNER_4,
        }.get((y, x), ())
        if corner:
            take([(dy % edge, dx % edge) for dy, dx in corner])
        while y >= 0 and x < edge:
            step(y, x)
            y, x = y - 2, x + 2
        y, x = y + 1, x + 3
        while y < edge and x >= 0:
            step(y, x)
            y, x = y + 2, x - 2
        y, x = y + 3, x + 1
    return codewords
