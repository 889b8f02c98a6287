"""One stack of letters on its way from counts to containers, level by level.

Each level groups what is left by its key and fills containers; what is too little waits for
the next coarser level. Arrays hold ranges of letters, so the cost goes by postcodes and
containers and not by letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.postal.filling import Ints, Load, Row, filled
from pipelines.postal.fullness import MICRO, Enough, letter_load
from pipelines.postal.rollup import Letters, Terms, given_up
from pipelines.postal.sorting import Level, Scheme
from pipelines.postal.weights import Measure

CELLS = pa.schema(
    [
        pa.field("postal_code", pa.string()),
        pa.field("sheets", pa.int32()),
        pa.field("pieces", pa.int64()),
    ]
)
"""How many letters of a stack have this postcode and number of sheets; rows in any order."""

NONE = 1 << 40
"""The place of a missing key: after all others, so that mixed containers follow the sorted ones."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A container before it has a number."""

    level: Level
    keys: Mapping[str, str]
    load: Load
    first_postal_code: str
    last_postal_code: str
    overflow: bool


@dataclass(frozen=True, slots=True)
class Order:
    """The containers of a stack in order, and the ranges of letters in the same order."""

    containers: list[Filled]
    container: Ints
    postal_codes: pa.Array
    sheets: Ints
    first_rank: Ints
    pieces: Ints


class _Segments:
    """Ranges of letters: of cell `cell` the ranks `rank`..`rank + pieces - 1`. By cell and rank."""

    def __init__(self, cell: Ints, rank: Ints, pieces: Ints) -> None:
        self.cell, self.rank, self.pieces = cell, rank, pieces

    def taken(self, order: Ints) -> "_Segments":
        return _Segments(self.cell[order], self.rank[order], self.pieces[order])

    def cut(self, positions: Ints) -> tuple["_Segments", Ints]:
        """The same letters, cut at these positions too; and where each part begins."""
        starts = np.cumsum(self.pieces) - self.pieces
        parts = np.unique(np.concatenate([starts, positions]))
        at = np.searchsorted(starts, parts, side="right") - 1
        ends = np.append(parts[1:], self.pieces.sum())
        return _Segments(self.cell[at], self.rank[at] + parts - starts[at], ends - parts), parts


class Sorter:
    """One stack on its way from counts to containers."""

    def __init__(
        self,
        scheme: Scheme,
        cells: pa.Table,
        sizes: Mapping[int, Measure],
        saves: Mapping[str, float],
    ) -> None:
        self._saves = saves
        self._levels = scheme.levels
        self._limits = scheme.limits
        counts = (
            cells.filter(pc.greater(cells["pieces"], 0))
            .group_by(["postal_code", "sheets"])
            .aggregate([("pieces", "sum")])
            .sort_by([("postal_code", "ascending"), ("sheets", "ascending")])
        )
        coded = counts["postal_code"].combine_chunks().dictionary_encode()
        # The rows are sorted, so the numbers of the postcodes ascend like the postcodes.
        self._postcode = np.asarray(coded.indices, np.int64)
        self._codes: pa.Array = coded.dictionary
        self._sheets = np.asarray(counts["sheets"], np.int64)
        self._pieces = np.asarray(counts["pieces_sum"], np.int64)
        self._most = Load(self._limits.max_pieces, self._limits.max_g * MICRO, self._limits.max_mm * MICRO)
        kinds, kind = np.unique(self._sheets, return_inverse=True)
        each = [letter_load(sheets, sizes, self._most) for sheets in kinds.tolist()]
        self._milligrams = np.array([e.milligrams for e in each], np.int64)[kind]
        self._micrometres = np.array([e.micrometres for e in each], np.int64)[kind]
        self._names = scheme.keys(self._codes)
        self._keys = [_numbers(keys) for keys in self._names]

    def sorted(self) -> Order:
        """All letters of the stack in containers, in the order of print."""
        left = _Segments(np.arange(len(self._pieces)), np.zeros(len(self._pieces), np.int64), self._pieces)
        segments, owners = [], []
        levels: list[int] = []
        overflow: list[bool] = []
        for number in range(len(self._levels)):
            done, owner, spilt, left = self._level(number, left)
            done, owner, left = self._repaired(number, done, owner, left)
            segments.append(done)
            owners.append(owner + len(levels))
            levels.extend([number] * len(spilt))
            overflow.extend(spilt)
        every = _Segments(
            *(np.concatenate([getattr(s, name) for s in segments]) for name in ("cell", "rank", "pieces"))
        )
        return self._ordered(every, np.concatenate(owners), np.array(levels, np.int64), overflow)

    def _repaired(
        self, number: int, done: _Segments, owner: Ints, left: _Segments
    ) -> tuple[_Segments, Ints, _Segments]:
        """The same after containers gave letters up, so that the next level has enough."""
        level, *coarser = self._levels[number:]
        if not coarser or not self._saves:
            return done, owner, left
        own, up, mixed = (self._saves.get(of.code, 0.0) for of in (level, coarser[0], coarser[-1]))
        enough = Enough(coarser[0], self._limits)
        terms = Terms(level.min, coarser[0].min, enough.of_key, self._most, gain=up - mixed, loss=own - up)
        moved = given_up(self._letters(number + 1, done), owner, self._letters(number + 1, left), terms, NONE)
        if not moved.any():
            return done, owner, left
        both = _Segments(
            *(np.concatenate([getattr(left, n), getattr(done, n)[moved]]) for n in ("cell", "rank", "pieces"))
        )
        kept = np.flatnonzero(~moved)
        return done.taken(kept), owner[kept], both.taken(np.lexsort((both.rank, both.cell)))

    def _letters(self, number: int, of: _Segments) -> Letters:
        return Letters(
            of.pieces,
            of.pieces * self._milligrams[of.cell],
            of.pieces * self._micrometres[of.cell],
            self._postcode[of.cell],
            self._keys[number][self._postcode[of.cell]],
        )

    def _level(self, number: int, left: _Segments) -> tuple[_Segments, Ints, list[bool], _Segments]:
        """What a level takes: its segments, the container of each, which containers are
        overflow; and what it leaves."""
        level = self._levels[number]
        key = self._keys[number][self._postcode[left.cell]]
        order = np.argsort(key, kind="stable")
        row, key = left.taken(order), key[order]
        if not len(key):
            return row, key, [], row
        enough = Enough(level, self._limits)
        firsts = np.flatnonzero(np.diff(key, prepend=-1))
        positions = np.append(np.cumsum(row.pieces) - row.pieces, row.pieces.sum())
        bounds = positions[np.append(firsts, len(key))]
        grams = np.add.reduceat(row.pieces * self._milligrams[row.cell], firsts)
        thick = np.add.reduceat(row.pieces * self._micrometres[row.cell], firsts)
        worth = enough.of_keys(np.diff(bounds), grams, thick) & (key[firsts] != NONE)
        letters = Row(
            row.pieces,
            self._milligrams[row.cell],
            self._micrometres[row.cell],
            # One number for each key and postcode: containers end with a postcode, and with a key.
            key * len(self._codes) + self._postcode[row.cell],
            self._most,
        )
        spans = [
            span
            for group in np.flatnonzero(worth).tolist()
            for span in filled(
                letters, (int(bounds[group]), int(bounds[group + 1])), enough.of_one, level.overflow
            )
        ]
        begins = np.array([a for a, _, _ in spans], np.int64)
        ends = np.array([b for _, b, _ in spans], np.int64)
        parts, at = row.cut(np.concatenate([begins, ends[ends < positions[-1]]]))
        owner = np.searchsorted(begins, at, side="right") - 1
        taken = owner >= 0
        taken[taken] = at[taken] < ends[owner[taken]]
        rest = parts.taken(np.flatnonzero(~taken))
        rest = rest.taken(np.lexsort((rest.rank, rest.cell)))
        return parts.taken(np.flatnonzero(taken)), owner[taken], [spilt for _, _, spilt in spans], rest

    def _ordered(self, every: _Segments, owner: Ints, levels: Ints, overflow: Sequence[bool]) -> Order:
        by_container = np.lexsort((every.rank, every.cell, owner))
        every, owner = every.taken(by_container), owner[by_container]
        firsts = np.flatnonzero(np.diff(owner, prepend=-1))
        first_cell = every.cell[firsts]
        columns: list[Ints] = [every.rank[firsts], first_cell, levels]
        for number in range(len(self._levels)):
            if self._levels[number].key:
                key = self._keys[number][self._postcode[first_cell]]
                columns.append(np.where(levels <= number, key, NONE))
        order = np.lexsort(columns)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        by_place = np.lexsort((every.rank, every.cell, place[owner]))
        every, container = every.taken(by_place), place[owner][by_place]
        return Order(
            containers=self._filled(every, container, levels[order], [overflow[n] for n in order.tolist()]),
            container=container,
            postal_codes=self._codes.take(pa.array(self._postcode[every.cell])),
            sheets=self._sheets[every.cell],
            first_rank=every.rank,
            pieces=every.pieces,
        )

    def _filled(
        self, every: _Segments, container: Ints, levels: Ints, overflow: Sequence[bool]
    ) -> list[Filled]:
        if not len(container):
            return []
        firsts = np.flatnonzero(np.diff(container, prepend=-1))
        lasts = np.append(firsts[1:], len(container)) - 1
        low, high = self._postcode[every.cell[firsts]], self._postcode[every.cell[lasts]]
        loads = zip(
            np.add.reduceat(every.pieces, firsts).tolist(),
            np.add.reduceat(every.pieces * self._milligrams[every.cell], firsts).tolist(),
            np.add.reduceat(every.pieces * self._micrometres[every.cell], firsts).tolist(),
            strict=True,
        )
        names = [keys.take(pa.array(low)).to_pylist() for keys in self._names]
        low_codes, high_codes = (self._codes.take(pa.array(n)).to_pylist() for n in (low, high))
        keyed = [n for n, level in enumerate(self._levels) if level.key]
        found = []
        for n, (level, load) in enumerate(zip(levels.tolist(), loads, strict=True)):
            keys = {"key": names[level][n] or "", "region": ""}
            if keyed and level <= keyed[-1]:
                keys["region"] = names[keyed[-1]][n] or ""
            for other in keyed:
                if column := self._levels[other].column:
                    keys[column] = (names[other][n] or "") if level <= other else ""
            found.append(
                Filled(self._levels[level], keys, Load(*load), low_codes[n], high_codes[n], overflow[n])
            )
        return found


def _numbers(keys: pa.Array) -> Ints:
    """A number for each key that sorts as the key does; missing ones are last."""
    distinct = keys.unique().drop_null()
    distinct = distinct.take(pc.sort_indices(distinct))
    numbers = np.asarray(pc.index_in(keys, distinct).fill_null(-1), np.int64)
    return np.where(numbers < 0, NONE, numbers)
