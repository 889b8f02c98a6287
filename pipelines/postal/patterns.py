"""Delivery patterns: from postcode to delivery group, from group to the days on which letters come.

A letter is delivered on the next delivery day of its *address*, and addresses differ: every
other day in two groups, fixed weekdays, one day a week. Patterns and areas are dated entries
of one table, so a country that changes its days on a day is two entries.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import compress
from pathlib import Path
from typing import Self

from pipelines import assets
from pipelines.errors import TableError
from pipelines.model import TableVersion
from pipelines.postal import imported
from pipelines.postal.areas import Area, Index, Place, Register
from pipelines.postal.calendars import Calendars
from pipelines.postal.dated import entries, table
from pipelines.postal.delivery_days import DeliveryDays, Stay
from pipelines.postal.rounds import Pattern, Published, Round, title

UNKNOWN = ""
"""The group of a postcode that stands in no area: one of the country's groups, but which?"""

BEYOND = "?"
"""Stands for the group on days of which the table tells nothing: who asks for such a day is refused."""

_MOVE = re.compile(r">([0-9]{4}-[0-9]{2}-[0-9]{2}):")
_DAY = timedelta(days=1)


class Patterns:
    """The table `patterns` and the files that it names.

    A group is named as its entry names it, with the region where postcodes tell one:
    `A`, `daily/BY`. Where postcodes move to another group within the days that are asked for,
    the name tells that, too: `A>2027-07-01:wed`.
    """

    def __init__(
        self,
        version: TableVersion,
        patterns: Sequence[Pattern],
        areas: Sequence[Area] = (),
        published: Mapping[str, Published] | None = None,
        registers: Mapping[str, Register] | None = None,
        files: Sequence[TableVersion] = (),
    ) -> None:
        """`published` and `registers` by the file names in the entries; `files` are their versions."""
        self.versions = (version, *files)
        """The table and every file that it names, for the manifests."""
        self.patterns = tuple(patterns)
        self.areas = tuple(areas)
        self._published = published or {}
        self._registers = registers or {}
        self._indexes: dict[tuple[str, str, tuple[bool, ...]], Index] = {}
        self._days: dict[tuple[str, str, str], tuple[Calendars, DeliveryDays]] = {}
        for pattern in self.patterns:
            if pattern.dates is not None:
                self._published[pattern.dates].check(pattern)

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table, with its files. Raises TableError."""
        source = table("patterns", own)
        folder = (own["patterns"] if "patterns" in own else assets.table("patterns.toml")).parent
        patterns, areas = entries(source, "pattern", Pattern), entries(source, "area", Area)
        calendars = {
            file: imported.read(source, folder, file, ("date", "pattern"))
            for file in sorted({p.dates for p in patterns if p.dates is not None})
        }
        registers = {
            file: imported.read(source, folder, file, ("postal_code", "group"), ("region",))
            for file in sorted({a.file for a in areas if a.file is not None})
        }
        return cls(
            source.version,
            patterns,
            areas,
            {file: Published.of(rows) for file, rows in calendars.items()},
            {file: Register.of(rows) for file, rows in registers.items()},
            [rows.version for _, rows in sorted((calendars | registers).items())],
        )

    def of(self, country: str, product: str) -> tuple[Pattern, ...]:
        """The entries that tell of a product in a country, whenever they are valid.

        Raises TableError when there is none.
        """
        if not (found := tuple(p for p in self.patterns if p.is_for(country, product))):
            raise TableError(f"patterns: {product} of {country}: unknown", "see docs/tables.md")
        return found

    def groups(
        self, country: str, product: str, postal_codes: Sequence[str], day: date, until: date | None = None
    ) -> tuple[str, ...]:
        """The delivery group of each postcode, from `day` to `until` (else on `day` alone).

        A postcode that stands in no area has the default group of the product, or `UNKNOWN`.
        From a day on which no pattern or no area of the country is valid it has `BEYOND`, of which
        `days` tells nothing: a table has to reach as far as it is asked, and no farther.
        Raises TableError when the country or a group is unknown, or its areas are not valid on
        the only day.
        """
        known = self.of(country, product)
        areas = tuple(a for a in self.areas if a.is_for(country, product))
        # Days on which another set of entries begins to count, so that a postcode can move.
        ends = {e.valid_to + _DAY for e in (*known, *areas) if e.valid_to < date.max}
        starts = {e.valid_from for e in (*known, *areas)} | ends
        days = [day, *sorted(d for d in starts if day < d <= (until or day))]
        columns = [
            self._on(country, product, postal_codes, d, known, areas)
            if until is None or _tells(known, areas, d)
            else [BEYOND] * len(postal_codes)
            for d in days
        ]
        if len(columns) == 1:
            return tuple(columns[0])
        return tuple(_joined(days, names) for names in zip(*columns, strict=True))

    def days(self, country: str, product: str, group: str, calendars: Calendars) -> DeliveryDays:
        """When letters of a product come to a group, as `groups` names it.

        For `UNKNOWN` the worst case over all groups of the country that are valid on the day
        asked; for a group whose region is not told, over its regions. Raises TableError when
        country or group are unknown; what comes back raises it for days beyond the table, and
        so on all days of the part `BEYOND`.
        """
        kept = self._days.get((country, product, group))
        if kept is not None and kept[0] is calendars:
            return kept[1]
        known = self.of(country, product)
        stays = []
        first = date.min
        for n, part in enumerate(_MOVE.split(group)):
            if n % 2:
                first = date.fromisoformat(part)
            else:
                stays.append(self._stay(country, first, part, known, calendars))
        found = DeliveryDays(title(country, repr(group)), stays)
        self._days[country, product, group] = (calendars, found)
        return found

    def _on(
        self,
        country: str,
        product: str,
        postal_codes: Sequence[str],
        day: date,
        known: tuple[Pattern, ...],
        areas: tuple[Area, ...],
    ) -> list[str]:
        what = f"patterns: areas of {country}"
        counts = tuple(area.valid_from <= day <= area.valid_to for area in areas)
        if areas and not any(counts):
            raise TableError(f"{what}: not valid on {day}", "bring in a newer table, see docs/tables.md")
        key = (country, product, counts)
        if (index := self._indexes.get(key)) is None:
            index = self._indexes[key] = Index(what, compress(areas, counts), self._registers)
            for place in sorted(index.places()):
                _regions(country, place.group, place.region, known)
        default = {p.group for p in known if p.default and p.valid_from <= day <= p.valid_to}
        if len(default) > 1:
            raise TableError(
                f"patterns: {product} of {country}: two default groups on {day}", "let one be it"
            )
        names: dict[Place | None, str] = {p: "/".join(filter(None, p)) for p in index.places()}
        names[None] = min(default, default=UNKNOWN)
        return [names[place] for place in index.find(postal_codes)]

    def _stay(
        self, country: str, first: date, name: str, known: tuple[Pattern, ...], calendars: Calendars
    ) -> Stay:
        if name == BEYOND:
            return Stay(first, (), known=False)
        group, _, region = name.partition("/")
        wanted = [group] if group != UNKNOWN else sorted({p.group for p in known})
        rounds = tuple(
            Round(
                title(country, g),
                tuple(p for p in known if p.group == g),
                self._published,
                calendars.of("post_delivery", country, r),
            )
            for g in wanted
            for r in _regions(country, g, region, known)
        )
        return Stay(first, rounds, known=group != UNKNOWN)


def _tells(known: Sequence[Pattern], areas: Sequence[Area], day: date) -> bool:
    """Whether a pattern is valid on `day`, and an area where the country has any."""
    return all(
        not of or any(entry.valid_from <= day <= entry.valid_to for entry in of) for of in (known, areas)
    )


def _regions(country: str, group: str, region: str, known: tuple[Pattern, ...]) -> list[str]:
    """Where a group may live: in `region` if that is told. Raises TableError when there is no such group."""
    regions = {r for p in known if p.group == group for r in p.regions}
    if not regions or (region and region not in regions):
        where = f" in region {region}" if region else ""
        raise TableError(f"{title(country, group)}{where}: unknown", "name it in an entry [[pattern]]")
    return [region] if region else sorted(regions)


def _joined(days: Sequence[date], names: Sequence[str]) -> str:
    """The groups that a postcode passes through: `A>2027-07-01:wed`."""
    moves = (f">{d}:{new}" for d, old, new in zip(days[1:], names, names[1:], strict=False) if old != new)
    return names[0] + "".join(moves)
