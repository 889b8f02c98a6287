"""Counts as the planner wants them: cohorts with their pieces, and how a cohort is cut into parts.

The pieces of a cohort stand in the order of postcode and piece id, so a part is a range in it.
Only a cell (cohort and postcode) in which a cut falls has to be told apart piece by piece.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.model import PostalArea
from pipelines.postal.filling import Ints
from pipelines.postal.patterns import Patterns
from pipelines.postal.terms import Cohort, Route

SUMS = pa.schema(
    [
        pa.field("stack", pa.int64()),
        pa.field("postal_code", pa.string()),
        pa.field("sheets", pa.int32()),
        pa.field("pieces", pa.int64()),
    ]
)
"""Pieces of each stack by postcode and sheets, sorted by them."""


def areas_of(
    counts: pa.Table, routes: Iterable[Route], patterns: Patterns, first: date, last: date
) -> tuple[PostalArea, ...]:
    """The postcodes of `counts` (SORTED_COHORTS) by delivery groups, as they are on `first`..`last`.

    Sorted by country and groups. Raises TableError when patterns or areas are unknown or expired.
    """
    found = []
    for route in sorted(routes, key=lambda r: r.country):
        codes = counts.filter(pc.equal(counts["country"], route.country))["postal_code"].unique()
        ordered: list[str] = sorted(codes.to_pylist())
        columns = [patterns.groups(route.country, p, ordered, first, last) for p in route.products]
        of: dict[tuple[str, ...], list[str]] = {}
        for code, groups in zip(ordered, zip(*columns, strict=True), strict=True):
            of.setdefault(groups, []).append(code)
        found += [PostalArea(route.country, groups, tuple(of[groups])) for groups in sorted(of)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a cohort's pieces: where it begins, how many there are and what becomes of them."""

    cohort: int
    pieces: int
    stack: int
    """Pieces with the same delivery, weight step and lot; -1: they wait."""


class Cells:
    """The counts by cohort and postcode, in the order in which cohorts are cut."""

    def __init__(self, cohorts: Sequence[tuple[Cohort, int]], cohort: Ints, code: Ints, pieces: Ints,
                 codes: Sequence[str]) -> None:  # fmt: skip
        self.cohorts = tuple(cohorts)
        """With their pieces, ascending."""
        self._cohort, self._code, self._pieces, self._codes = cohort, code, pieces, codes
        self._starts = np.cumsum(pieces) - pieces

    @classmethod
    def of(cls, counts: pa.Table, areas: Sequence[PostalArea]) -> Self:
        """From SORTED_COHORTS in any order; a postcode stands in one area of its country."""
        counts = counts.filter(pc.greater(counts["pieces"], 0))
        countries = sorted({area.country for area in areas})
        codes = sorted({code for area in areas for code in area.postal_codes})
        number = {code: n for n, code in enumerate(codes)}
        area_of = np.full((len(countries), max(1, len(codes))), -1, np.int64)
        for n, area in enumerate(areas):
            area_of[countries.index(area.country), [number[c] for c in area.postal_codes]] = n
        country = _coded(counts["country"], countries)
        code = _coded(counts["postal_code"], codes)
        rules, kinds = (sorted(set(counts[n].unique().to_pylist())) for n in ("cohort", "kind"))
        own, sheets = (np.asarray(counts[n].fill_null(0), np.int64) for n in ("payday", "sheets"))
        columns = (
            area_of[country, code] if len(code) else code,
            own,
            _coded(counts["cohort"], rules),
            _coded(counts["kind"], kinds),
            sheets,
        )
        shape = tuple(int(c.max(initial=0)) + 1 for c in columns)
        distinct, which = np.unique(np.ravel_multi_index(columns, shape), return_inverse=True)
        found = [
            Cohort(areas[a].country, o, rules[r], kinds[k], s, areas[a].groups)
            for a, o, r, k, s in zip(*(n.tolist() for n in np.unravel_index(distinct, shape)), strict=True)
        ]
        order = sorted(range(len(found)), key=found.__getitem__)
        place = np.empty(len(found), np.int64)
        place[order] = np.arange(len(found))
        # Several rows of the same cell are one.
        width = max(1, len(codes))
        key, at = np.unique(place[which] * width + code, return_inverse=True)
        pieces = np.zeros(len(key), np.int64)
        np.add.at(pieces, at, np.asarray(counts["pieces"], np.int64))
        sums = np.zeros(len(found), np.int64)
        np.add.at(sums, key // width, pieces)
        cohorts = [(found[n], int(sums[place[n]])) for n in order]
        return cls(cohorts, key // width, key % width, pieces, codes)

    def begins(self, parts: Sequence[Part]) -> list[tuple[str, int]]:
        """(postcode, pieces of it before) where each part begins; parts in the order of the cohorts,
        together all of them."""
        starts = _starts(parts)
        at = np.searchsorted(self._starts, starts, side="right") - 1
        ranks = starts - self._starts[at]
        return [(self._codes[c], r) for c, r in zip(self._code[at].tolist(), ranks.tolist(), strict=True)]

    def sums(self, parts: Sequence[Part]) -> pa.Table:
        """SUMS of all parts that do not wait; parts as for `begins`."""
        first = _starts(parts)
        total = int(self._pieces.sum())
        cuts = np.unique(np.concatenate([self._starts, first]))
        cell = np.searchsorted(self._starts, cuts, side="right") - 1
        part = np.searchsorted(first, cuts, side="right") - 1
        stack = np.array([p.stack for p in parts], np.int64)[part] if parts else cuts
        sheets = np.array([c.sheets for c, _ in self.cohorts], np.int32)
        table = pa.table(
            {
                "stack": stack,
                "postal_code": pa.array(self._codes, pa.string()).take(pa.array(self._code[cell])),
                "sheets": sheets[self._cohort[cell]] if len(cell) else pa.array([], pa.int32()),
                "pieces": np.diff(np.append(cuts, total)),
            },
            schema=SUMS,
        )
        table = table.filter(pc.greater_equal(table["stack"], 0))
        keys = SUMS.names[:3]
        table = table.group_by(keys).aggregate([("pieces", "sum")]).rename_columns(SUMS.names)
        return table.cast(SUMS).sort_by([(key, "ascending") for key in keys]).combine_chunks()


def _starts(parts: Sequence[Part]) -> Ints:
    pieces = np.array([part.pieces for part in parts], np.int64)
    return np.cumsum(pieces) - pieces


def _coded(column: pa.ChunkedArray, values: Sequence[str]) -> Ints:
    """The place of each row's value among the sorted `values`."""
    return np.asarray(pc.index_in(column, value_set=pa.array(values, pa.string())), np.int64)
