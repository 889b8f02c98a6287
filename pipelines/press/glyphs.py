"""Which glyph of one page is which of another: pairs by place, whatever order they were set in."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from pipelines.press.traces import Look, Trace

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.float64]

_CELL = 0.5
"""Points: the pages are divided into squares of this size to find pairs in bulk."""
_CELLS = 1 << 13
_FAR = 60.0
"""Points: a glyph that is farther away than this was not moved, it is another one."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """All glyphs of a page in columns."""

    numbers: Numbers
    faces: Numbers
    looks: Numbers
    runs: Numbers
    xs: Places
    ys: Places
    kinds: tuple[Look, ...]
    """What the numbers in `looks` stand for."""

    @classmethod
    def of(cls, trace: Trace) -> Self:
        """The glyphs of a traced page."""
        kinds = tuple(trace.looks)
        starts = [run.start for run in trace.runs]
        edges = np.array([*starts, len(trace.glyphs)], dtype=np.int64)
        counts = edges[1:] - edges[:-1]
        looks = np.repeat(np.array([run.look for run in trace.runs], dtype=np.int64), counts)
        faces = np.array([kind.face for kind in kinds], dtype=np.int64)
        return cls(
            np.array(trace.glyphs, dtype=np.int64),
            faces[looks],
            looks,
            np.repeat(np.arange(len(starts)), counts),
            np.array(trace.xs, dtype=np.float64),
            np.array(trace.ys, dtype=np.float64),
            kinds,
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places in the columns of two pages: the same thing on both, or alone on one of them."""

    same: Numbers
    """Pairs (n × 2) of the same glyph of the same face in the same place."""
    changed: list[tuple[int, int]]
    """Another glyph, or one of another face, in the same place."""
    moved: list[tuple[int, int]]
    """The same glyph of the same face in another place near by."""
    extra: list[int]
    """On the first page only."""
    missing: list[int]
    """On the second page only."""


def pair(one: Glyphs, other: Glyphs, tolerance: float) -> Pairs:
    """Which glyph is which. A place is the same within `tolerance` points on both axes."""
    keys = one.faces << 16 | one.numbers, other.faces << 16 | other.numbers
    left, right = np.arange(one.numbers.size), np.arange(other.numbers.size)
    found: list[Numbers] = []
    for shift in (0.0, _CELL / 2):  # the second time for those on the edge of a square
        pairs = _in_cells(one, other, keys, left, right, shift)
        near = np.abs(one.xs[pairs[:, 0]] - other.xs[pairs[:, 1]]) <= tolerance
        near &= np.abs(one.ys[pairs[:, 0]] - other.ys[pairs[:, 1]]) <= tolerance
        found.append(pairs[near])
        left = np.setdiff1d(left, pairs[near, 0], assume_unique=True)
        right = np.setdiff1d(right, pairs[near, 1], assume_unique=True)
        if not left.size and not right.size:
            break
    same, ours, theirs = _one_by_one(one, other, keys, left.tolist(), right.tolist(), tolerance)
    found.append(np.array(same, dtype=np.int64).reshape(-1, 2))
    changed, ours, theirs = _one_by_one(one, other, None, ours, theirs, tolerance)
    moved, ours, theirs = _one_by_one(one, other, keys, ours, theirs, _FAR)
    return Pairs(np.concatenate(found), changed, moved, ours, theirs)


def _in_cells(
    one: Glyphs, other: Glyphs, keys: tuple[Numbers, Numbers], left: Numbers, right: Numbers, shift: float
) -> Numbers:
    """Pairs of the same glyph that are alone of their kind in a square."""
    columns = []
    for glyphs, key, chosen in ((one, keys[0], left), (other, keys[1], right)):
        x = np.floor((glyphs.xs[chosen] + shift) / _CELL).astype(np.int64) % _CELLS
        y = np.floor((glyphs.ys[chosen] + shift) / _CELL).astype(np.int64) % _CELLS
        cells, first, count = np.unique(
            (key[chosen] * _CELLS + x) * _CELLS + y, return_index=True, return_counts=True
        )
        columns.append((cells[count == 1], chosen[first[count == 1]]))
    (ours, mine), (theirs, yours) = columns
    _, at, there = np.intersect1d(ours, theirs, assume_unique=True, return_indices=True)
    return np.stack((mine[at], yours[there]), axis=1)


def _one_by_one(
    one: Glyphs,
    other: Glyphs,
    keys: tuple[Numbers, Numbers] | None,
    left: list[int],
    right: list[int],
    reach: float,
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """The nearest partner within reach on both axes for each glyph, and who stays alone."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for j in right:
        waiting[int(keys[1][j]) if keys else 0].append(j)
    pairs, alone = [], []
    for i in left:
        candidates = waiting[int(keys[0][i]) if keys else 0]
        x, y = one.xs[i], one.ys[i]
        if candidates:
            away = np.maximum(np.abs(other.xs[candidates] - x), np.abs(other.ys[candidates] - y))
            nearest = int(away.argmin())
            if away[nearest] <= reach:
                pairs.append((i, candidates.pop(nearest)))
                continue
        alone.append(i)
    return pairs, alone, sorted(j for group in waiting.values() for j in group)
