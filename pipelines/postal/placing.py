"""From a mail piece to its days, lot and file: look-ups over whole slices.

A piece's cohort (country, own payday) decides its days and so its lot; lot and postcode decide
the file. Both look-ups are arrays made once in a process, so that a slice of thousands of
pieces costs milliseconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.errors import BrevpressError
from pipelines.model import HELD, Days, PlannedLot, Waiting

Rows = NDArray[np.int64]

_PAYDAYS = 32
"""Own paydays 1..31, and 0 for none."""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Numbers the cohorts (country, own payday) of a plan, so that tables can be matched to them."""

    _countries: pa.Array
    _numbers: Rows

    @classmethod
    def of(cls, keys: Sequence[tuple[str, int | None]]) -> "Cohorts":
        """The given (country, own payday), numbered from 0 in their order."""
        countries = sorted({country for country, _ in keys})
        numbers = np.full((len(countries) + 1) * _PAYDAYS, -1, np.int64)
        for number, (country, own) in enumerate(keys):
            numbers[countries.index(country) * _PAYDAYS + (own or 0)] = number
        return cls(pa.array(countries, pa.string()), numbers)

    def of_rows(self, table: pa.Table) -> Rows:
        """The cohort's number of every row of `table` (columns country, payday); -1: unknown."""
        country = pc.index_in(table["country"], value_set=self._countries)
        # An unknown country gets the last block, which is all -1.
        country = _ints(country.fill_null(len(self._countries)))
        own = _ints(table["payday"].fill_null(0))
        known = (own >= 0) & (own < _PAYDAYS)
        return np.where(known, self._numbers[country * _PAYDAYS + np.where(known, own, 0)], -1)


def keys(days: Sequence[Days], waiting: Sequence[Waiting]) -> list[tuple[str, int | None]]:
    """The cohorts of a plan in the order of their numbers: those with days, then those that wait."""
    return [(d.country, d.own_payday) for d in days] + [(w.country, w.own_payday) for w in waiting]


@dataclass(frozen=True, slots=True)
class Placed:
    """A slice of mail pieces after the plan has said where they go."""

    pieces: pa.Table
    """The pieces that are printed, in the order they came: their columns, then lot_id, file and
    day_index (the place in `Plan.days`)."""
    held: pa.Table
    """One row of HELD for every claim of the pieces that wait."""
    _groups: Sequence[tuple[str, str, int, int]] = field(repr=False)
    _by_file: pa.Table = field(repr=False)

    def __iter__(self) -> Iterator[tuple[str, str, pa.Table]]:
        """(lot_id, file, its pieces in the order they came), by lot and file."""
        for lot_id, file, first, rows in self._groups:
            yield lot_id, file, self._by_file.slice(first, rows)


class Places:
    """Where every piece of a plan goes. Heavy: made once in a process, never pickled."""

    def __init__(
        self,
        days: Sequence[Days],
        waiting: Sequence[Waiting],
        lots: Sequence[PlannedLot],
        lot_of_day: Sequence[int],
    ) -> None:
        self._cohorts = Cohorts.of(keys(days, waiting))
        self._days = len(days)
        self._waiting = waiting
        self._lot_of_day = np.array(lot_of_day, np.int64)
        files = [(lot.lot_id, file.name) for lot in lots for file in lot.files]
        self._lot_ids = pa.array([lot_id for lot_id, _ in files], pa.string())
        self._names = pa.array([name for _, name in files], pa.string())

        codes = sorted({code for lot in lots for file in lot.files for code in file.postal_codes})
        number = {code: n for n, code in enumerate(codes)}
        self._codes = pa.array(codes, pa.string())
        # One ascending key for (lot, postcode), since lots, files and postcodes are in order.
        places = [
            (n * len(codes) + number[code], len(file.postal_codes))
            for n, lot in enumerate(lots)
            for file in lot.files
            for code in file.postal_codes
        ]
        self._keys = np.array([key for key, _ in places], np.int64)
        sizes = [len(file.postal_codes) for lot in lots for file in lot.files]
        self._files = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)

    def cohorts(self, drafts: pa.Table) -> Rows:
        """The number of every draft's cohort: days first, then those that wait."""
        found = self._cohorts.of_rows(drafts)
        if missing := int(np.count_nonzero(found < 0)):
            raise BrevpressError(f"{missing} of {len(found)} mail pieces are of a cohort that the plan lacks")
        return found

    def place(self, drafts: pa.Table) -> Placed:
        """Every draft's place. Raises BrevpressError for a draft that the plan does not know."""
        cohorts = self.cohorts(drafts)
        printed = cohorts < self._days
        held = _held(drafts.filter(pa.array(~printed)), cohorts[~printed] - self._days, self._waiting)
        if held.num_rows:
            drafts, cohorts = drafts.filter(pa.array(printed)), cohorts[printed]
        files = self._file_of(drafts, cohorts)
        pieces = (
            drafts.append_column("lot_id", self._lot_ids.take(pa.array(files)))
            .append_column("file", self._names.take(pa.array(files)))
            .append_column("day_index", pa.array(cohorts))
        )
        order = np.argsort(files, kind="stable")
        by_file = pieces.take(pa.array(order)).combine_chunks()
        numbers, firsts, rows = np.unique(files[order], return_index=True, return_counts=True)
        groups = [
            (self._lot_ids[n].as_py(), self._names[n].as_py(), first, count)
            for n, first, count in zip(numbers.tolist(), firsts.tolist(), rows.tolist(), strict=True)
        ]
        return Placed(pieces, held, groups, by_file)

    def _file_of(self, drafts: pa.Table, days: Rows) -> Rows:
        code = _ints(pc.index_in(drafts["postal_code"], value_set=self._codes).fill_null(-1))
        keys = self._lot_of_day[days] * len(self._codes) + code
        at = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
        missing = (code < 0) | (self._keys[at] != keys)
        if count := int(np.count_nonzero(missing)):
            raise BrevpressError(f"{count} of {len(keys)} mail pieces have a postcode that their lot lacks")
        return self._files[at]


def _held(drafts: pa.Table, waits: Rows, waiting: Sequence[Waiting]) -> pa.Table:
    claims = drafts["claims"].combine_chunks()
    structs = claims.flatten()
    wait = pa.array(waits).take(pc.list_parent_indices(claims))
    reasons = pa.array([w.reason for w in waiting], pa.string()).take(wait)
    until = pa.array([w.until for w in waiting], pa.date32()).take(wait)
    return pa.table([*(structs.field(name) for name in HELD.names[:3]), reasons, until], schema=HELD)


def _ints(column: pa.Array | pa.ChunkedArray) -> Rows:
    return np.asarray(column, dtype=np.int64)
