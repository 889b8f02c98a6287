"""What lies on top where on a page: two painted pages compared as pictures made of rectangles.

A table may be one tinted box or a box a cell, a border one ring or four bars. So rectangles are
not compared one by one: both pages are painted, in their order, onto the grid of all edges that
either of them has, and the grids are compared. Edges that differ by less than the tolerance are
one edge.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.press.polygons import Rectangle

Grid = npt.NDArray[np.int32]
Edges = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Coat:
    """One painted rectangle."""

    paint: Hashable | None
    """What it is painted with: the same value looks the same. None looks like bare paper."""
    box: Rectangle
    solid: bool
    """Whether it hides what is below."""


def differences(one: Sequence[Coat], other: Sequence[Coat], tolerance: float) -> Iterator[Rectangle]:
    """The places where two pages, each painted in its order, show different things.

    Places are rectangles in points; what is thinner than `tolerance` points is passed over.
    """
    if not one and not other:
        return
    ours, theirs = (
        np.array([coat.box for coat in coats], dtype=np.float64).reshape(-1, 4) for coats in (one, other)
    )
    xs = _snapped(ours, theirs, (0, 2), tolerance)
    ys = _snapped(ours, theirs, (1, 3), tolerance)
    layers: dict[tuple[int, Hashable], int] = {}
    first, second = (
        _painted(coats, boxes, xs, ys, layers) for coats, boxes in ((one, ours), (other, theirs))
    )
    wrong = first != second
    if wrong.any():
        wrong &= _thick(wrong, np.diff(xs), tolerance) & _thick(wrong.T, np.diff(ys), tolerance).T
        for place in _places(wrong, xs, ys):
            # Where two slivers cross, each makes the other look thick.
            if min(place[2] - place[0], place[3] - place[1]) > tolerance:
                yield place


def _snapped(ours: Edges, theirs: Edges, sides: tuple[int, int], tolerance: float) -> Edges:
    """All edges in a direction, after the other page's were moved onto ours where they nearly are."""
    known = np.unique(ours[:, sides])
    if known.size and theirs.size:
        edges = theirs[:, sides]
        at = np.searchsorted(known, edges).clip(1, max(known.size - 1, 1))
        low, high = known[at - 1], known[at.clip(max=known.size - 1)]
        nearest = np.where(np.abs(edges - low) <= np.abs(high - edges), low, high)
        theirs[:, sides] = np.where(np.abs(nearest - edges) <= tolerance, nearest, edges)
    return np.unique(np.concatenate((known, theirs[:, sides].ravel())))


def _painted(
    coats: Sequence[Coat], boxes: Edges, xs: Edges, ys: Edges, layers: dict[tuple[int, Hashable], int]
) -> Grid:
    """The top of every cell of the grid: 0 for paper, else the number of what `layers` says."""
    grid = np.zeros((xs.size - 1, ys.size - 1), dtype=np.int32)
    lefts, rights = np.searchsorted(xs, boxes[:, 0]).tolist(), np.searchsorted(xs, boxes[:, 2]).tolist()
    lows, highs = np.searchsorted(ys, boxes[:, 1]).tolist(), np.searchsorted(ys, boxes[:, 3]).tolist()
    for coat, left, right, low, high in zip(coats, lefts, rights, lows, highs, strict=True):
        cells = grid[left:right, low:high]
        if coat.solid:
            cells[:] = 0 if coat.paint is None else layers.setdefault((0, coat.paint), len(layers) + 1)
            continue
        below = cells.copy()
        for number in np.unique(below).tolist():
            cells[below == number] = layers.setdefault((number, coat.paint), len(layers) + 1)
    return grid


def _thick(wrong: Flags, widths: Edges, tolerance: float) -> Flags:
    """Of the wrong cells, those that lie in a stretch along the first axis longer than the tolerance."""
    kept = np.zeros_like(wrong)
    for column in np.flatnonzero(wrong.any(axis=0)).tolist():
        ends = np.flatnonzero(np.diff(wrong[:, column], prepend=False, append=False))
        for start, stop in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
            kept[start:stop, column] = widths[start:stop].sum() > tolerance
    return kept


def _places(wrong: Flags, xs: Edges, ys: Edges) -> Iterator[Rectangle]:
    """The rectangles around wrong cells that touch each other."""
    left = {(int(i), int(j)) for i, j in np.argwhere(wrong)}
    while left:
        seen, fresh = set(), [min(left)]
        while fresh:
            i, j = fresh.pop()
            if (i, j) in left:
                left.remove((i, j))
                seen.add((i, j))
                fresh += [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
        columns, rows = [i for i, _ in seen], [j for _, j in seen]
        yield (
            float(xs[min(columns)]),
            float(ys[min(rows)]),
            float(xs[max(columns) + 1]),
            float(ys[max(rows) + 1]),
        )
