"""From a mail piece to its days, lot and file: look-ups over whole slices, by range and rank.

A piece's cohort decides its lot, and its postcode and sheets the file in the lot. Most postcodes
lie whole in one part of a cohort and one file, so a slice says enough. Where a cut falls into a
postcode, a piece's rank among all pieces of that postcode decides: those pieces are brought
together first. All look-ups are arrays made once in a process, so that a slice of thousands of
pieces costs milliseconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.errors import BrevpressError
from pipelines.model import HELD, Days, PlannedFile, PlannedLot, PostalArea, Waiting
from pipelines.postal.crowd import Crowd

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Placed:
    """A slice of mail pieces after the plan has said where they go."""

    held: pa.Table
    """One row of HELD for every claim of the pieces that wait."""
    _files: Sequence[tuple[str, str, pa.Table]] = field(repr=False)
    _unranked: Sequence[tuple[str, str, pa.Table]] = field(repr=False, default=())

    def __iter__(self) -> Iterator[tuple[str, str, pa.Table]]:
        """(lot_id, file, its pieces in the order they came), by lot and file."""
        return iter(self._files)

    def unranked(self) -> Iterator[tuple[str, str, pa.Table]]:
        """(country, postcode, pieces) of the pieces that `place_whole` has to place."""
        return iter(self._unranked)


class Places:
    """Where every piece of a plan goes. Heavy: made once in a process, never pickled."""

    def __init__(
        self,
        days: Sequence[Days],
        waiting: Sequence[Waiting],
        areas: Sequence[PostalArea],
        lots: Sequence[PlannedLot],
    ) -> None:
        self._days, self._waiting = days, waiting
        self._crowd = crowd = Crowd(days, waiting, areas)
        self._lot_number = {lot.lot_id: n for n, lot in enumerate(lots)}
        self._files = [(lot.lot_id, file.name) for lot in lots for file in lot.files]
        self._find_parts()
        self._find_cells(lots)
        self._ranked = crowd.codes_in(self._cut_cohorts)
        for row in self._cut_cells:
            self._ranked[row] = True

    def place(self, drafts: pa.Table) -> Placed:
        """Where the drafts go. Raises BrevpressError for a draft that the plan does not know."""
        where = self._crowd.postcodes(drafts)
        ranked = self._ranked[where]
        left = drafts.filter(pa.array(ranked)) if ranked.any() else None
        if left is not None:
            drafts, where = drafts.filter(pa.array(~ranked)), where[~ranked]
        nothing = np.zeros(drafts.num_rows, np.int64)
        parts = self._parts_of(self._crowd.cohorts(drafts, where), where, nothing)
        held, files = self._sorted_out(drafts, parts, where, None)
        return Placed(held, files, [] if left is None else list(_by_postcode(left)))

    def place_whole(self, drafts: pa.Table) -> Placed:
        """Where the drafts go, when they are all the pieces of their postcodes."""
        where = self._crowd.postcodes(drafts)
        by_id = _ranks_of_ids(drafts)
        cohorts = self._crowd.cohorts(drafts, where)
        parts = self._parts_of(cohorts, where, _ranks((cohorts, where), by_id))
        return Placed(*self._sorted_out(drafts, parts, where, by_id))

    def days_in(self, lot_id: str, drafts: pa.Table) -> Rows:
        """The place in the plan's days of every draft, all of which are in the lot."""
        where = self._crowd.postcodes(drafts)
        cohorts = self._crowd.cohorts(drafts, where)
        keys = cohorts * (len(self._lot_number) + 1) + self._lot_number[lot_id]
        at = np.minimum(np.searchsorted(self._lot_keys, keys), max(len(self._lot_keys) - 1, 0))
        if not len(self._lot_keys) or (self._lot_keys[at] != keys).any():
            raise BrevpressError(f"lot {lot_id} has pieces of a cohort that the plan has not put into it")
        return self._lot_days[at]

    def _find_parts(self) -> None:
        """Parts of cohorts, as one ascending key of (cohort, postcode, rank)."""
        crowd = self._crowd
        every: list[Days | Waiting] = [*self._days, *self._waiting]
        cohort, code = crowd.members(every)
        rank = np.array([one.first_rank for one in every], np.int64)
        self._part_ranks = int(rank.max(initial=0)) + 1
        key = (cohort * crowd.width + code) * self._part_ranks + rank
        order = np.argsort(key)
        self._part_keys, self._part, self._part_cohort = key[order], order, cohort[order]
        cut = rank > 0
        self._cut_cohorts = (cohort[cut], code[cut])
        days = len(self._days)
        lots = np.array([self._lot_number[d.lot_id] for d in self._days], np.int64)
        key = cohort[:days] * (len(self._lot_number) + 1) + lots
        order = np.argsort(key)
        self._lot_keys, self._lot_days = key[order], order

    def _find_cells(self, lots: Sequence[PlannedLot]) -> None:
        """Cells of files, as ascending keys of (stack, postcode, sheets) and of that and the rank."""
        crowd = self._crowd
        stacks: dict[tuple[str, str, float], int] = {}
        columns: list[tuple[int, PlannedFile, str]] = []
        for lot in lots:
            for file in lot.files:
                key = (lot.lot_id, file.delivery_group, file.weight_step)
                columns.append((stacks.setdefault(key, len(stacks)), file, lot.country))
        self._stack_of = np.array(
            [stacks[d.lot_id, d.delivery_group, d.weight_step] for d in self._days], np.int64
        )
        sizes = [len(file.postal_codes) for _, file, _ in columns]
        number = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        stack = np.repeat(np.array([n for n, _, _ in columns], np.int64), sizes)
        code = crowd.codes_of([c for _, file, _ in columns for c in file.postal_codes])
        sheets, rank, pieces = (
            np.array([v for _, f, _ in columns for v in getattr(f, name)], np.int64)
            for name in ("sheets", "first_ranks", "cell_pieces")
        )
        self._kinds = int(sheets.max(initial=0)) + 1
        self._cell_ranks = int((rank + pieces).max(initial=0)) + 1
        cell = (stack * crowd.width + code) * self._kinds + sheets
        order = np.lexsort((rank, cell))
        self._cell_keys = cell[order] * self._cell_ranks + rank[order]
        self._cell_ends = self._cell_keys + pieces[order]
        self._cell_files = number[order]
        country = np.repeat(np.array([crowd.country(c) for _, _, c in columns], np.int64), sizes)[order]
        same = np.diff(cell[order], append=-1) == 0
        two = np.flatnonzero(same & (np.diff(number[order], append=-1) != 0))
        self._cut_cells = (country[two] * crowd.width + code[order][two]).tolist()

    def _parts_of(self, cohorts: Rows, where: Rows, ranks: Rows) -> Rows:
        """The part of each piece: a place in the plan's days, or behind them in `waiting`."""
        code = where % self._crowd.width
        keys = (cohorts * self._crowd.width + code) * self._part_ranks + np.minimum(
            ranks, self._part_ranks - 1
        )
        at = np.searchsorted(self._part_keys, keys, side="right") - 1
        missing = at < 0
        if len(self._part_keys):
            missing |= self._part_cohort[at] != cohorts
        _refuse(missing, "have a postcode that their cohort lacks")
        return self._part[at]

    def _sorted_out(
        self, drafts: pa.Table, parts: Rows, where: Rows, by_id: Rows | None
    ) -> tuple[pa.Table, list[tuple[str, str, pa.Table]]]:
        """The claims that wait, and the pieces of each file."""
        printed = parts < len(self._days)
        held = _held(drafts.filter(pa.array(~printed)), parts[~printed] - len(self._days), self._waiting)
        if not printed.all():
            drafts, parts, where = drafts.filter(pa.array(printed)), parts[printed], where[printed]
            by_id = None if by_id is None else by_id[printed]
        files = self._files_of(drafts, parts, where, by_id)
        order = np.argsort(files, kind="stable")
        by_file = drafts.take(pa.array(order)).combine_chunks()
        numbers, firsts, rows = np.unique(files[order], return_index=True, return_counts=True)
        return held, [
            (*self._files[n], by_file.slice(first, count))
            for n, first, count in zip(numbers.tolist(), firsts.tolist(), rows.tolist(), strict=True)
        ]

    def _files_of(self, drafts: pa.Table, parts: Rows, where: Rows, by_id: Rows | None) -> Rows:
        if not len(parts):
            return parts
        stack, sheets = self._stack_of[parts], np.asarray(drafts["sheets"], np.int64)
        code = where % self._crowd.width
        cell = (stack * self._crowd.width + code) * self._kinds + np.minimum(sheets, self._kinds - 1)
        ranks = np.zeros(len(parts), np.int64) if by_id is None else _ranks((cell,), by_id)
        keys = cell * self._cell_ranks + np.minimum(ranks, self._cell_ranks - 1)
        at = np.searchsorted(self._cell_keys, keys, side="right") - 1
        missing = (at < 0) | (keys >= self._cell_ends[at]) | (sheets >= self._kinds)
        _refuse(missing, "have a postcode that their lot lacks")
        return self._cell_files[at]


def in_order(file: PlannedFile, drafts: pa.Table) -> pa.Table:
    """The pieces of a print file (SORTED_DRAFTS, all of them) in the order of print.

    Raises BrevpressError when they are not those that were planned.
    """
    by_cell = drafts.sort_by([(name, "ascending") for name in ("postal_code", "sheets", "piece_id")])
    cells = sorted(
        range(len(file.postal_codes)),
        key=lambda n: (file.postal_codes[n], file.sheets[n], file.first_ranks[n]),
    )
    pieces = np.array(file.cell_pieces, np.int64)
    firsts = np.cumsum(pieces) - pieces
    owner = np.repeat(np.array(cells, np.int64), pieces[cells])
    told = zip(by_cell["postal_code"].to_pylist(), by_cell["sheets"].to_pylist(), strict=True)
    planned = [(file.postal_codes[n], file.sheets[n]) for n in owner.tolist()]
    if list(told) != planned:
        raise BrevpressError(f"{file.name}: other pieces came than were planned")
    # The pieces of a cell follow each other from its place on.
    sizes = pieces[cells]
    within = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    places = np.repeat(firsts[cells], sizes) + within
    order = np.empty(len(owner), np.int64)
    order[places] = np.arange(len(owner))
    return by_cell.take(pa.array(order)).combine_chunks()


def _by_postcode(drafts: pa.Table) -> Iterator[tuple[str, str, pa.Table]]:
    rows = drafts.sort_by([("country", "ascending"), ("postal_code", "ascending")]).combine_chunks()
    names = list(zip(rows["country"].to_pylist(), rows["postal_code"].to_pylist(), strict=True))
    first = 0
    for n, name in enumerate(names, start=1):
        if n == len(names) or names[n] != name:
            yield (*name, rows.slice(first, n - first))
            first = n


def _ranks_of_ids(drafts: pa.Table) -> Rows:
    order = np.asarray(pc.sort_indices(drafts["piece_id"]), np.int64)
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return found


def _ranks(groups: Sequence[Rows], by_id: Rows) -> Rows:
    """The place of each piece among those with the same `groups`, by piece id, from 0."""
    order = np.lexsort((by_id, *groups))
    changes = np.zeros(len(order), np.bool_)
    for group in groups:
        changes |= np.diff(group[order], prepend=-1) != 0
    firsts = np.maximum.accumulate(np.where(changes, np.arange(len(order)), 0))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - firsts
    return ranks


def _refuse(missing: Mask, why: str) -> None:
    if count := int(np.count_nonzero(missing)):
        raise BrevpressError(f"{count} of {len(missing)} mail pieces {why}")


def _held(drafts: pa.Table, waits: Rows, waiting: Sequence[Waiting]) -> pa.Table:
    claims = drafts["claims"].combine_chunks()
    structs = claims.flatten()
    wait = pa.array(waits).take(pc.list_parent_indices(claims))
    reasons = pa.array([w.reason for w in waiting], pa.string()).take(wait)
    until = pa.array([w.until for w in waiting], pa.date32()).take(wait)
    return pa.table([*(structs.field(name) for name in HELD.names[:3]), reasons, until], schema=HELD)
