"""Numbers for postcodes and cohorts, so that whole tables of mail pieces can be matched to a plan."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.errors import BrevpressError
from pipelines.model import Days, PostalArea, Waiting

Rows = NDArray[np.int64]

_PAYDAYS = 32
"""Own paydays 1..31, and 0 for none."""


class Crowd:
    """The postcodes and cohorts of a plan, numbered from 0."""

    def __init__(self, days: Sequence[Days], waiting: Sequence[Waiting], areas: Sequence[PostalArea]) -> None:
        codes = sorted({code for area in areas for code in area.postal_codes})
        self._codes = pa.array(codes, pa.string())
        self.width = len(codes) + 1
        """Postcodes, and one number for those that are unknown."""
        self._countries = pa.array(sorted({area.country for area in areas}), pa.string())
        self._area_of = np.full((len(self._countries) + 1) * self.width, -1, np.int64)
        for n, area in enumerate(areas):
            self._area_of[self.country(area.country) * self.width + self.codes_of(area.postal_codes)] = n
        self._areas = {(area.country, area.groups): n for n, area in enumerate(areas)}
        every: list[Days | Waiting] = [*days, *waiting]
        self._rules = pa.array(sorted({one.rule for one in every}), pa.string())
        self._kinds = pa.array(sorted({one.kind for one in every}), pa.string())
        self._most_sheets = max((one.sheets for one in every), default=0)
        self._keys = np.unique(self._keys_of(every))

    def country(self, name: str) -> int:
        """The number of a country of the plan."""
        found: int = self._countries.index(name).as_py()
        return found

    def codes_of(self, postal_codes: Sequence[str]) -> Rows:
        """The numbers of postcodes, in the order of the postcodes; the last number: unknown."""
        return self._places(pa.array(postal_codes, pa.string()), self._codes)

    def postcodes(self, drafts: pa.Table) -> Rows:
        """A number for (country, postcode) of every draft; the postcode's is the rest by `width`.

        Raises BrevpressError for postcodes that the plan lacks.
        """
        country = self._places(drafts["country"], self._countries)
        found = country * self.width + self._places(drafts["postal_code"], self._codes)
        if missing := int(np.count_nonzero(self._area_of[found] < 0)):
            raise BrevpressError(f"{missing} of {len(found)} mail pieces have a postcode that the plan lacks")
        return found

    def cohorts(self, drafts: pa.Table, where: Rows) -> Rows:
        """The number of every draft's cohort; `where` is what `postcodes` says of them.

        Raises BrevpressError for cohorts that the plan lacks.
        """
        own, sheets = (np.asarray(drafts[n].fill_null(0), np.int64) for n in ("payday", "sheets"))
        rule, kind = self._places(drafts["cohort"], self._rules), self._places(drafts["kind"], self._kinds)
        known = (own >= 0) & (own < _PAYDAYS) & (sheets >= 0) & (sheets <= self._most_sheets)
        key = np.where(known, self._key(self._area_of[where], own, rule, kind, sheets), -1)
        at = np.minimum(np.searchsorted(self._keys, key), max(len(self._keys) - 1, 0))
        wrong = len(key) if not len(self._keys) else int(np.count_nonzero(self._keys[at] != key))
        if wrong:
            raise BrevpressError(f"{wrong} of {len(key)} mail pieces are of a cohort that the plan lacks")
        return at

    def members(self, every: Sequence[Days | Waiting]) -> tuple[Rows, Rows]:
        """The number of the cohort, and that of the postcode where it begins, of each part of one."""
        cohorts = np.searchsorted(self._keys, self._keys_of(every))
        return cohorts, self.codes_of([one.first_postal_code for one in every])

    def codes_in(self, cut: tuple[Rows, Rows]) -> NDArray[np.bool_]:
        """For each number of (country, postcode) whether a cohort is cut in it: `cut` are the
        cohorts and the postcodes of the cuts."""
        found = np.zeros(len(self._area_of), np.bool_)
        cohorts, codes = cut
        block = _PAYDAYS * (len(self._rules) + 1) * (len(self._kinds) + 1) * (self._most_sheets + 1)
        names = [country for country, _ in self._areas]
        for area, code in zip((self._keys[cohorts] // block).tolist(), codes.tolist(), strict=True):
            found[self.country(names[area]) * self.width + code] = True
        return found

    def _keys_of(self, every: Sequence[Days | Waiting]) -> Rows:
        columns = (
            np.array([self._areas[one.country, one.groups] for one in every], np.int64),
            np.array([one.own_payday or 0 for one in every], np.int64),
            self._places(pa.array([one.rule for one in every], pa.string()), self._rules),
            self._places(pa.array([one.kind for one in every], pa.string()), self._kinds),
            np.array([one.sheets for one in every], np.int64),
        )
        return self._key(*columns)

    def _key(self, area: Rows, own: Rows, rule: Rows, kind: Rows, sheets: Rows) -> Rows:
        key = (area * _PAYDAYS + own) * (len(self._rules) + 1) + rule
        return (key * (len(self._kinds) + 1) + kind) * (self._most_sheets + 1) + sheets

    @staticmethod
    def _places(column: pa.Array | pa.ChunkedArray, values: pa.Array) -> Rows:
        return np.asarray(pc.index_in(column, value_set=values).fill_null(len(values)), np.int64)
