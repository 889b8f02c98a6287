"""What a QR code's bits are: the payload cut into segments so that they take the fewest bits.

Digits take 10 bits for three, capitals and some signs 11 for two, everything else 8 bits a byte;
each change costs a header of 11 to 20 bits. Which cut is best depends only on the kinds of the
characters, so it is found once for each pattern of kinds and kept: payloads of a batch look alike.
Source: ISO/IEC 18004:2015, 7.3 and 7.4.
"""

import re
from bisect import bisect_left
from functools import cache, lru_cache

from pipelines.press.symbols.qr_sizes import LARGEST_VERSION, Level, blocks

_NUMERIC, _ALPHANUMERIC, _BYTE = range(3)
_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PAIRS = {bytes((a, b)): 45 * i + j for i, a in enumerate(_ALPHABET) for j, b in enumerate(_ALPHABET)}
_SINGLES = {bytes((a,)): i for i, a in enumerate(_ALPHABET)}
_INDICATORS = (0b0001, 0b0010, 0b0100)
_COUNT_BITS = ((10, 9, 8), (12, 11, 16), (14, 13, 16))
"""Bits of a segment's count, by range of versions and mode."""
_LAST_VERSIONS = (9, 26, LARGEST_VERSION)
_SIXTHS = (20, 33, 48)
"""Bits a character takes, in sixths, by mode."""
_UTF_8 = 0b0111 << 8 | 26
"""The header that declares UTF-8 (ECI 26)."""
_UTF_8_BITS = 12
_PADDING = b"\xec\x11"
_MOST_BYTES = 7089  # digits that the largest symbol holds: more characters fit in no mode
_KEPT_CUTS = 4096

# The kinds of the bytes: d digit, a other alphanumeric, b anything else.
KINDS = bytes(
    ord("d") if chr(i).isdigit() and i < 128 else ord("a") if i in _ALPHABET else ord("b") for i in range(256)
)
_FEW_DIGITS = re.compile(rb"(?<!d)d{1,3}(?!d)")
_FEW_LETTERS = re.compile(rb"ba{1,5}(?![ad])")
_RUNS = re.compile(rb"d+|a+|b+")

Cut = tuple[tuple[int, int, int], ...]
"""Mode, first and one past the last byte of each segment."""


def codewords(payload: str, level: Level) -> tuple[int, bytes]:
    """The smallest version that holds the payload at that level, and its data codewords.

    Text beyond ASCII is UTF-8 and declared as such (ECI 26), so that no reader has to guess.
    Raises ValueError when the payload is empty or longer than a QR code can hold.
    """
    data = payload.encode()
    if not 0 < len(data) <= _MOST_BYTES:
        raise ValueError("a QR payload must have 1 to 7089 characters")
    kinds = data.translate(KINDS)
    header, header_bits = (0, 0) if payload.isascii() else (_UTF_8, _UTF_8_BITS)
    capacities = _capacities(level)
    for span, last in enumerate(_LAST_VERSIONS):
        pieces, bits = cut(kinds, span)
        bits += header_bits
        if bits <= capacities[last - 1]:
            version = bisect_left(capacities, bits, _LAST_VERSIONS[span - 1] if span else 0) + 1
            return version, _filled(_stream(data, pieces, span, header), bits, capacities[version - 1])
    raise ValueError("a QR payload that is longer than a symbol can hold")


@cache
def _capacities(level: Level) -> tuple[int, ...]:
    """Data bits of each version."""
    return tuple(8 * blocks(version, level).data for version in range(1, LARGEST_VERSION + 1))


@lru_cache(maxsize=_KEPT_CUTS)
def cut(kinds: bytes, span: int) -> tuple[Cut, int]:
    """The cut of a pattern of kinds that takes the fewest bits, with how many, in a range of versions."""
    # Runs too short to pay for a header take the kind around them, so payloads that differ only in
    # such runs share a cut, and it is not searched again.
    if kinds.strip(b"d"):
        kinds = _FEW_DIGITS.sub(_as_letters, kinds) if b"dddd" in kinds else kinds.replace(b"d", b"a")
    if b"b" in kinds:
        kinds = _FEW_LETTERS.sub(_as_bytes, b"b" + kinds)[1:]
    return _best_cut(kinds, span)


def _as_letters(run: re.Match[bytes]) -> bytes:
    return b"a" * len(run[0])


def _as_bytes(run: re.Match[bytes]) -> bytes:
    return b"b" * len(run[0])


@lru_cache(maxsize=_KEPT_CUTS)
def _best_cut(kinds: bytes, span: int) -> tuple[Cut, int]:
    """The cheapest way through the runs; of equal ones that with fewer changes.

    Costs are counted in sixths of a bit, as a digit takes 10/3 and a letter 11/2.
    """
    # Best way so far to end in each mode: cost, changes, cut.
    ways: dict[int, tuple[int, int, Cut]] = {}
    for run in _RUNS.finditer(kinds):
        start, end = run.span()
        kind = b"dab".index(run[0][:1])
        following: dict[int, tuple[int, int, Cut]] = {}
        for mode in range(kind, 3):
            header = 6 * (4 + _COUNT_BITS[span][mode])
            options = [
                (cost, changes, (*way[:-1], (mode, way[-1][1], end)))
                if before == mode
                else (-cost // 6 * -6 + header, changes + 1, (*way, (mode, start, end)))
                for before, (cost, changes, way) in ways.items()
            ] or [(header, 1, ((mode, start, end),))]
            cost, changes, way = min(options)
            following[mode] = cost + _SIXTHS[mode] * (end - start), changes, way
        ways = following
    cost, _, way = min(ways.values())
    return way, -(-cost // 6)


def _stream(data: bytes, pieces: Cut, span: int, stream: int) -> int:
    """The segments' bits behind those of `stream`."""
    for mode, start, end in pieces:
        part, length = data[start:end], end - start
        stream = (stream << 4 | _INDICATORS[mode]) << _COUNT_BITS[span][mode] | length
        if mode == _BYTE:
            stream = stream << 8 * length | int.from_bytes(part)
        elif mode == _ALPHANUMERIC:
            stream = stream << length // 2 * 11 + length % 2 * 6 | _letters(part)
        else:
            stream = stream << (10 * length + 2) // 3 | _digits(part)
    return stream


def _letters(part: bytes) -> int:
    bits = 0
    for i in range(0, len(part) - 1, 2):
        bits = bits << 11 | _PAIRS[part[i : i + 2]]
    return bits << 6 | _SINGLES[part[-1:]] if len(part) % 2 else bits


def _digits(part: bytes) -> int:
    bits = 0
    whole = len(part) // 3 * 3
    for i in range(0, whole, 3):
        bits = bits << 10 | int(part[i : i + 3])
    rest = part[whole:]
    return bits << 3 * len(rest) + 1 | int(rest) if rest else bits


def _filled(stream: int, bits: int, capacity: int) -> bytes:
    """The stream with terminator and padding, as codewords; `bits` and `capacity` are in bits."""
    length = (min(bits + 4, capacity) + 7) // 8
    padding = _PADDING * (capacity // 16 + 1)
    return (stream << 8 * length - bits).to_bytes(length) + padding[: capacity // 8 - length]
