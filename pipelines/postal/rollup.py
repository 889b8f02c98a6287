"""Repair where it pays: a full container gives some postcodes up, so that its neighbours, too few
by a little, fill a container of the next level instead of being mixed with all others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.postal.filling import Ints, Load


@dataclass(frozen=True, slots=True)
class Letters:
    """Ranges of letters with what the repair asks of each: arrays of one length."""

    pieces: Ints
    milligrams: Ints
    """Of the whole range, as are the micrometres."""
    micrometres: Ints
    postcode: Ints
    parent: Ints
    """A number for the key of the next level."""

    def load(self, of: NDArray[np.bool_]) -> Load:
        """What the chosen ranges come to."""
        return Load(
            int(self.pieces[of].sum()), int(self.milligrams[of].sum()), int(self.micrometres[of].sum())
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """When a container gives letters up, and what for."""

    keeps: int
    """Pieces that the container keeps at least."""
    wanted: int
    """Pieces that a key of the next level needs."""
    enough: Callable[[Load], bool]
    """Whether letters fill a container of the next level as they are: thick ones do sooner."""
    most: Load
    gain: float
    """What a piece saves at the next level, against being mixed; a share of its price."""
    loss: float
    """What a piece loses that is given up to the next level."""


def given_up(taken: Letters, container: Ints, left: Letters, terms: Terms, none: int) -> NDArray[np.bool_]:
    """Which ranges of `taken` their containers give up to the next level.

    For each key of the next level that has too few letters left: whole postcodes from the end of
    the one container that has to give the fewest, when that saves more than it costs and all of
    them go into one container. `container` ascends over `taken`; `none` is the number of a
    missing key.
    """
    moved = np.zeros(len(container), np.bool_)
    if not len(container) or not len(left.pieces) or terms.gain <= 0:
        return moved
    parents, at = np.unique(left.parent, return_inverse=True)
    sums = [
        np.bincount(at, values).astype(np.int64)
        for values in (left.pieces, left.milligrams, left.micrometres)
    ]
    firsts = np.flatnonzero(np.diff(container, prepend=-1))
    ends = np.append(firsts[1:], len(container))
    spare = np.add.reduceat(taken.pieces, firsts) - max(terms.keeps, 1)
    last = taken.parent[ends - 1]
    for n in np.flatnonzero((sums[0] < terms.wanted) & (parents != none)).tolist():
        has = Load(*(int(s[n]) for s in sums))
        if terms.enough(has):
            continue
        lacks = terms.wanted - has.pieces
        best: tuple[int, int, int] | None = None
        for c in np.flatnonzero((last == parents[n]) & (spare >= lacks)).tolist():
            start = _start(taken, int(firsts[c]), int(ends[c]), lacks)
            count = int(taken.pieces[start : ends[c]].sum())
            alike = bool((taken.parent[start : ends[c]] == parents[n]).all())
            if lacks <= count <= spare[c] and alike and (best is None or count < best[0]):
                best = (count, start, int(ends[c]))
        if best is None or has.pieces * terms.gain <= best[0] * terms.loss:
            continue
        given = np.zeros(len(container), np.bool_)
        given[best[1] : best[2]] = True
        more = taken.load(given)
        both = Load(
            has.pieces + more.pieces,
            has.milligrams + more.milligrams,
            has.micrometres + more.micrometres,
        )
        if both.within(terms.most):
            moved |= given
    return moved


def _start(taken: Letters, first: int, end: int, lacks: int) -> int:
    """Where the fewest whole postcodes at the end of a container begin that are enough."""
    postcodes: Sequence[int] = taken.postcode[first:end].tolist()
    pieces: Sequence[int] = taken.pieces[first:end].tolist()
    count = 0
    for n in range(len(pieces) - 1, -1, -1):
        count += pieces[n]
        if count >= lacks and (n == 0 or postcodes[n - 1] != postcodes[n]):
            return first + n
    return first
