"""Chance that repeats: seeded streams, weighted picks and the Arrow columns made from them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.model import MONEY, RATE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]


def stream(seed: int, *path: int) -> np.random.Generator:
    """The stream of chance of one part of the sample: the same for the same seed and path."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *path])))


def word(text: str) -> int:
    """A number for a short ASCII word, the same in every process: for paths of `stream`."""
    return int.from_bytes(text.encode("ascii"))


def weighted(rng: np.random.Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """`count` indices into `weights`, each as often as its weight says."""
    heap = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Ints = np.searchsorted(heap, rng.random(count) * heap[-1], side="right").astype(np.int64)
    return found


def happens(rng: np.random.Generator, chance: float, count: int) -> Bools:
    """`count` times yes or no, yes with the probability `chance`."""
    return rng.random(count) < chance


def early(rng: np.random.Generator, sizes: Ints) -> Ints:
    """For each size n an index 0…n−1; the first ones come more often, as common names do."""
    return (rng.random(len(sizes)) ** 1.6 * sizes).astype(np.int64)


def take(words: Sequence[str | None], index: Ints) -> Any:
    """The words at `index` as an Arrow string column."""
    return pa.array(words, pa.string()).take(pa.array(index))


def digits(numbers: Ints, width: int) -> Any:
    """The numbers as strings of at least `width` digits, zeros in front."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")


def _decimal(scaled: Ints, kind: Any) -> Any:
    words = np.empty((len(scaled), 2), dtype="<i8")
    words[:, 0] = scaled
    words[:, 1] = scaled >> 63  # the sign fills the upper half of the 128 bits
    return pa.Array.from_buffers(kind, len(scaled), [None, pa.py_buffer(words.tobytes())])


def money(cents: Ints) -> Any:
    """Whole cents as a decimal(12,2) column."""
    return _decimal(cents, MONEY)


def rate(thousandths: Ints) -> Any:
    """Thousandths of a per cent as a decimal(6,3) column."""
    return _decimal(thousandths, RATE)
