"""Containers of one key: a row of letters is cut so that no limit is broken.

The row stands in postcode order. A container ends with a postcode; only a postcode that alone
is more than a container is cut. All sizes are whole numbers, so that a limit is exact.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

Span = tuple[int, int]
"""Pieces from (counted) and to (not counted), as positions in the row."""


@dataclass(frozen=True, slots=True)
class Load:
    """Pieces, milligrams and micrometres: of some letters, or the most that a container holds."""

    pieces: int
    milligrams: int
    micrometres: int

    def within(self, limit: "Load") -> bool:
        """Whether no part of it is over `limit`."""
        return (
            self.pieces <= limit.pieces
            and self.milligrams <= limit.milligrams
            and self.micrometres <= limit.micrometres
        )


class Row:
    """Letters in a row, as segments of equal letters of one postcode."""

    def __init__(
        self, pieces: Ints, milligrams: Ints, micrometres: Ints, postcodes: Ints, most: Load
    ) -> None:
        """`pieces` letters in each segment, each of that weight and thickness.

        `postcodes` is a number for each segment that changes where a postcode, or a key, ends.
        `most` is what a container holds; each single letter is within it.
        """
        self._starts = _sums(pieces)
        self._milligrams = _sums(pieces * milligrams)
        self._micrometres = _sums(pieces * micrometres)
        self._each_milligrams = [*milligrams.tolist(), 0]
        self._each_micrometres = [*micrometres.tolist(), 0]
        changes = np.flatnonzero(np.diff(postcodes)) + 1
        starts = np.asarray(self._starts, np.int64)
        self._ends: list[int] = [0, *starts[changes].tolist(), self._starts[-1]]
        self._most = most

    def load(self, first: int, end: int) -> Load:
        """What the letters of a span come to."""
        at, to = bisect_right(self._starts, first) - 1, bisect_right(self._starts, end) - 1
        before, after = first - self._starts[at], end - self._starts[to]
        return Load(
            end - first,
            self._milligrams[to]
            + after * self._each_milligrams[to]
            - self._milligrams[at]
            - before * self._each_milligrams[at],
            self._micrometres[to]
            + after * self._each_micrometres[to]
            - self._micrometres[at]
            - before * self._each_micrometres[at],
        )

    def fits(self, span: Span) -> bool:
        """Whether the letters of a span go into one container."""
        return self.load(*span).within(self._most)

    def next_fit(self, first: int, end: int) -> list[Span]:
        """The span in containers, each as full as whole postcodes allow."""
        spans = []
        while first < end:
            stop = self._stop(first, end)
            spans.append((first, stop))
            first = stop
        return spans

    def balanced(self, first: int, end: int, count: int) -> list[Span] | None:
        """The span in `count` containers of much the same number of pieces; None when that does
        not go with whole postcodes."""
        cuts = [self._near(first + (end - first) * k // count) for k in range(1, count)]
        spans = list(pairwise([first, *cuts, end]))
        return spans if all(a < b and self.fits((a, b)) for a, b in spans) else None

    def fewest_left(self, spans: Sequence[Span], enough: Callable[[Load], bool]) -> list[Span]:
        """Containers that are all enough and leave the fewest letters of the row in `spans`; of
        such those that are the fewest containers. They end where a postcode or a span does.

        What the letters up to each end can come to follows from the ends before it, so that one
        walk with a moving window is all it takes.
        """
        first, end = spans[0][0], spans[-1][1]
        inside = self._ends[bisect_right(self._ends, first) : bisect_left(self._ends, end)]
        ends = sorted({first, *inside, *(stop for _, stop in spans)})
        # Letters placed up to each end, and containers as a negative number.
        best = [(0, 0)]
        begins: list[int | None] = [None]
        window: deque[int] = deque()
        shortest = longest = 0
        for n in range(1, len(ends)):
            while shortest < n and enough(self.load(ends[shortest], ends[n])):
                while window and _worth(best, ends, window[-1]) <= _worth(best, ends, shortest):
                    window.pop()
                window.append(shortest)
                shortest += 1
            while not self.fits((ends[longest], ends[n])):
                longest += 1
            while window and window[0] < longest:
                window.popleft()
            best.append(best[-1])
            begins.append(None)
            if window:
                start = window[0]
                placed = best[start][0] + ends[n] - ends[start], best[start][1] - 1
                # When it is the same, the highest postcodes are left.
                if placed > best[n]:
                    best[n], begins[n] = placed, start
        found: list[Span] = []
        n = len(ends) - 1
        while n > 0:
            begin = begins[n]
            if begin is None:
                n -= 1
            else:
                found.append((ends[begin], ends[n]))
                n = begin
        return found[::-1]

    def _stop(self, first: int, end: int) -> int:
        most = self._most
        stop = min(
            end,
            first + most.pieces,
            self._reach(first, self._milligrams, self._each_milligrams, most.milligrams),
            self._reach(first, self._micrometres, self._each_micrometres, most.micrometres),
        )
        whole = self._ends[bisect_right(self._ends, stop) - 1]
        return whole if whole > first else stop

    def _reach(self, first: int, sums: Sequence[int], each: Sequence[int], most: int) -> int:
        """The end of the longest span from `first` whose sum is not over `most`."""
        at = bisect_right(self._starts, first) - 1
        limit = sums[at] + (first - self._starts[at]) * each[at] + most
        to = bisect_right(sums, limit) - 1
        if to == len(sums) - 1:
            return self._starts[-1]
        return self._starts[to] + (limit - sums[to]) // each[to]

    def _near(self, position: int) -> int:
        """Where a container may end near `position`: there, inside a postcode that is more than a
        container; else at the nearer end of its postcode."""
        at = bisect_right(self._ends, position) - 1
        if at == len(self._ends) - 1:
            return position
        before, after = self._ends[at], self._ends[at + 1]
        if not self.fits((before, after)):
            return position
        return before if position - before <= after - position else after


def filled(
    row: Row, span: Span, enough: Callable[[Load], bool], overflow: bool
) -> list[tuple[int, int, bool]]:
    """The containers of one key, (first, end, whether it is overflow); what is missing between
    them is left for a coarser level.

    First as full as possible; when one then has too little, balanced; else that one is overflow,
    where it is allowed, or the fewest letters are left.
    """
    spans = row.next_fit(*span)
    if not all(enough(row.load(*s)) for s in spans):
        even = row.balanced(*span, len(spans))
        if even and all(enough(row.load(*s)) for s in even):
            spans = even
        elif overflow:
            return [(a, b, not enough(row.load(a, b))) for a, b in spans]
        else:
            spans = row.fewest_left(spans, enough)
    return [(a, b, False) for a, b in spans]


def _worth(best: Sequence[tuple[int, int]], ends: Sequence[int], at: int) -> tuple[int, int]:
    """What a container that begins at an end has before it; more is better."""
    return best[at][0] - ends[at], best[at][1]


def _sums(values: Ints) -> list[int]:
    sums: list[int] = np.cumsum(values).tolist()
    return [0, *sums]
