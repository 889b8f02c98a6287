"""QR codes for a whole batch of payloads, in array operations.

Symbols of one version are encoded together: check codewords by look-up and XOR, all bits spread
over the symbol by one ready index, then the eight masked symbols judged side by side. A mask with
its format information is a ready picture too, so masking is one XOR.

Source: ISO/IEC 18004:2015, 7.5 to 7.10. Every version and level is made; the tests hold symbols
against another encoder's, module for module, and have them read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from pipelines.press.symbols import qr_masks
from pipelines.press.symbols.field import QR_FIELD, Bytes, contributions
from pipelines.press.symbols.modules import Matrix, Modules
from pipelines.press.symbols.qr_masks import WORD, Words
from pipelines.press.symbols.qr_segments import codewords
from pipelines.press.symbols.qr_sizes import Level, blocks, checked, data_places, function_patterns, side

_LEVEL_BITS: dict[Level, int] = {"L": 0b01, "M": 0b00, "Q": 0b11, "H": 0b10}
_FORMAT_GENERATOR = 0x537
_FORMAT_MASK = 0x5412
_ARRAY_BYTES = 100_000
"""How large the arrays may be that are worked on at once: memory of glibc's allocator, which hands it
out again, ends at 128 KiB, and beyond it every operation costs twice as much."""


def encode(payloads: Sequence[str], level: Level = "M") -> list[Modules]:
    """The symbols of the payloads, in their order, each of the smallest version that holds it.

    Raises ValueError when a payload is empty or longer than a QR code can hold.
    """
    sizes: dict[int, list[tuple[int, bytes]]] = {}
    for place, payload in enumerate(payloads):
        version, data = codewords(payload, level)
        sizes.setdefault(version, []).append((place, data))
    made: dict[int, Modules] = {}
    for version, batch in sizes.items():
        at_once = max(1, _ARRAY_BYTES // _plan(version, level).masks.nbytes)
        for start in range(0, len(batch), at_once):
            part = batch[start : start + at_once]
            symbols = _symbols(version, level, b"".join([data for _, data in part]))
            made.update(zip([place for place, _ in part], symbols, strict=True))
    return [made[place] for place in range(len(payloads))]


def _symbols(version: int, level: Level, joined: bytes) -> list[Modules]:
    """The symbols of data codewords that lie one symbol's behind the other's."""
    plan, size = _plan(version, level), side(version)
    data = np.frombuffer(joined, np.uint8).reshape(-1, len(plan.rows_of))
    masked = _packed(_bits(plan, data).take(plan.bits, axis=1))[:, None] ^ plan.masks
    best = qr_masks.penalties(masked, size).argmin(axis=1)
    chosen = masked[np.arange(len(best)), best, :size].astype(">u8").view(np.uint8)
    rows = chosen[:, :, : -(-size // 8)].tobytes()
    length = len(rows) // len(best)
    return [Modules(size, size, rows[i : i + length]) for i in range(0, len(rows), length)]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all symbols of a version and level have in common."""

    starts: npt.NDArray[np.intp]
    """The first data codeword of each block."""
    checks: int
    """Check codewords of a block."""
    summands: Words
    """What a codeword adds to its block's checks: a row for each place in a block and value."""
    rows_of: npt.NDArray[np.intp]
    """For each data codeword the first row of its summands."""
    bits: npt.NDArray[np.intp]
    """For each place in rows and columns the bit that stands there, or the one bit that is 0."""
    masks: Words
    """8 × lines × words: mask, format information and function patterns of each masked symbol."""


def _bits(plan: _Plan, data: Bytes) -> Bytes:
    """One bit an element: data codewords, the blocks' check codewords, and a codeword of zeros."""
    summands = plan.summands.take(data + plan.rows_of, axis=0)
    sums = np.bitwise_xor.reduceat(summands, plan.starts, axis=1).view(np.uint8)
    checks = sums[:, :, : plan.checks].reshape(len(data), -1)
    return np.unpackbits(np.concatenate((data, checks, np.zeros((len(data), 1), np.uint8)), axis=1), axis=1)


@cache
def _plan(version: int, level: Level) -> _Plan:
    division = blocks(version, level)
    lengths, checks = division.lengths, division.checks
    starts = np.cumsum((0, *lengths[:-1]))
    table = contributions(QR_FIELD, 0, lengths[-1], checks)
    summands = np.pad(table, ((0, 0), (0, 0), (0, -checks % 8))).view(np.uint64)
    # Shorter blocks lack the first places of the longest.
    rows_of = np.concatenate([256 * np.arange(lengths[-1] - length, lengths[-1]) for length in lengths])
    in_order = [
        starts[i] + place for place in range(lengths[-1]) for i in range(len(lengths)) if place < lengths[i]
    ]
    in_order += [division.data + i * checks + place for place in range(checks) for i in range(len(lengths))]
    size = side(version)
    # Up to seven places of a symbol are left over: they take the zero behind the codewords.
    zero = 8 * len(in_order)
    square = np.full(size * size, zero)
    square[data_places(version)[:zero]] = (8 * np.array(in_order)[:, None] + np.arange(8)).ravel()
    bits = np.full((2 * size, WORD * qr_masks.word_count(size)), zero)
    bits[:, :size] = np.concatenate((square.reshape(size, size), square.reshape(size, size).T))
    frames = np.stack([_frame(version, level, mask) for mask in range(8)])
    lines = np.concatenate((frames, frames.swapaxes(1, 2)), axis=1)
    masks = _packed(np.pad(lines, ((0, 0), (0, 0), (0, -size % WORD))))
    return _Plan(starts, checks, summands.reshape(-1, summands.shape[-1]), rows_of, bits, masks)


def _packed(lines: npt.NDArray[np.uint8] | Matrix) -> Words:
    """Lines of one module an element as words, the first module in the highest bit."""
    return np.packbits(lines, axis=-1).view(">u8").astype(np.uint64)


def _frame(version: int, level: Level, mask: int) -> Matrix:
    """The symbol whose data are all 0 under a mask, function patterns and format information included."""
    dark, taken = function_patterns(version)
    return _with_format(np.where(taken, dark, _mask(len(dark), mask)), level, mask)


def _mask(size: int, mask: int) -> Matrix:
    """Which modules a mask turns over."""
    y, x = np.indices((size, size))
    sums = (
        y + x,
        y,
        x,
        y + x,
        y // 2 + x // 3,
        y * x % 2 + y * x % 3,
        y * x % 2 + y * x % 3,
        (y + x) % 2 + y * x % 3,
    )[mask]
    turned: Matrix = sums % (2, 2, 3, 3, 2, 6, 2, 2)[mask] == 0
    return turned


def _with_format(frame: Matrix, level: Level, mask: int) -> Matrix:
    """The frame with both copies of its format information, 15 bits each, lowest bit first."""
    value = _LEVEL_BITS[level] << 3 | mask
    information = (value << 10 | checked(value, 10, _FORMAT_GENERATOR)) ^ _FORMAT_MASK
    bits = [bool(information >> i & 1) for i in range(15)]
    around = [*range(6), 7, 8]  # past the timing pattern
    for i, bit in enumerate(bits):
        if i < 8:
            frame[around[i], 8] = frame[8, -1 - i] = bit
        else:
            frame[8, around[14 - i]] = frame[i - 15, 8] = bit
    return frame
