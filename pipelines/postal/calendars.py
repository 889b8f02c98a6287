"""Working days: of banks, of the post's sorting, of its letter carriers and of the print site.

They are four calendars and not one, since a letter is printed, sorted, delivered and paid by
different people. Each is a base from the library `holidays` with dates of the table
`calendars` on top. Which categories of the library count is data, too: for Sweden its category
`bank` holds half days on which payments are made, so the closures are `public` and `de_facto`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import holidays
from pydantic import Field

from pipelines.errors import TableError
from pipelines.model import TableVersion
from pipelines.postal.dated import WEEKDAYS, Entry, Weekday, entries, only_one, table

Kind = Literal["bank", "post_processing", "post_delivery", "print_site"]
KINDS: tuple[Kind, ...] = get_args(Kind)

DayOfYear = Annotated[str, Field(pattern="^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""`12-24`: the day that comes back every year."""

LONGEST_CLOSURE = 60
"""Days without an open one, after which a calendar is taken for broken."""

_DAY = timedelta(days=1)


class Closures(Entry):
    """An entry `[[calendar]]`: when one kind of house in one country or region is closed."""

    kind: Kind
    region: str = ""
    """For which part of the country it holds; empty: for the whole."""
    closed_weekdays: frozenset[Weekday]
    categories: tuple[str, ...]
    """Categories of the library `holidays`; empty: the table alone says what is closed."""
    subdivision: str | None = None
    """State or canton whose holidays count. Empty: only the days that all parts share, said on
    purpose. Without it a country whose own days hold in none of its parts is refused."""
    closed_yearly: frozenset[DayOfYear] = frozenset()
    """Closed against the library, year after year."""
    closed: frozenset[date] = frozenset()
    """Closed against the library."""
    open: frozenset[date] = frozenset()
    """Open against the library, the weekday and `closed_yearly`."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one kind of house in one country, or in one region of it.

    Every method raises TableError for a day on which no entry of the table is valid.
    """

    kind: Kind
    country: str
    entries: tuple[Closures, ...]
    region: str = ""

    def is_open(self, day: date) -> bool:
        """Whether `day` is a working day."""
        entry = only_one(self.entries, day, str(self))
        if day in entry.closed:
            return False
        closed, moved = _library(entry.country, entry.subdivision, entry.categories, day.year)
        if day in entry.open:
            return True
        if f"{day.month:02}-{day.day:02}" in entry.closed_yearly:
            return False
        if day in moved:
            return True
        return WEEKDAYS[day.weekday()] not in entry.closed_weekdays and day not in closed

    def following(self, day: date) -> date:
        """The first working day on or after `day`."""
        return self._walk(day, _DAY)

    def preceding(self, day: date) -> date:
        """The last working day on or before `day`."""
        return self._walk(day, -_DAY)

    def nearest(self, day: date) -> date:
        """The working day with the fewest days between it and `day`; the earlier of two."""
        before, after = self.preceding(day), self.following(day)
        return before if day - before <= after - day else after

    def add(self, day: date, working_days: int) -> date:
        """`day` ⊕ n: the n-th working day after `day`; for 0 the first one on or after it."""
        if working_days == 0:
            return self.following(day)
        for _ in range(working_days):
            day = self.following(day + _DAY)
        return day

    def closures(self, first: date, last: date) -> tuple[date, ...]:
        """The days of `first`..`last` that a plain week would not tell: closed Mondays to
        Fridays, open Saturdays and Sundays."""
        days = (first + n * _DAY for n in range((last - first).days + 1))
        return tuple(day for day in days if self.is_open(day) != (day.weekday() < 5))

    def _walk(self, day: date, step: timedelta) -> date:
        for n in range(LONGEST_CLOSURE):
            if self.is_open(found := day + n * step):
                return found
        raise TableError(
            f"{self}: no open day in {LONGEST_CLOSURE} days from {day}",
            "see docs/tables.md",
        )

    def __str__(self) -> str:
        return f"calendars: {self.kind} of {self.country}" + (f" ({self.region})" if self.region else "")


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of the table `calendars`."""

    version: TableVersion
    entries: tuple[Closures, ...]

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table. Raises TableError."""
        source = table("calendars", own)
        return cls(source.version, entries(source, "calendar", Closures))

    def of(self, kind: Kind, country: str, region: str = "") -> Calendar:
        """One calendar: of the region, or of the country where its regions do not differ.

        Raises TableError when the table has none, or has regions and this one not among them.
        """
        known = [e for e in self.entries if e.kind == kind and e.country == country]
        regions = sorted({e.region for e in known if e.region})
        wanted = region if regions else ""
        if found := tuple(e for e in known if e.region == wanted):
            return Calendar(kind, country, found, wanted)
        only = f" (only {', '.join(regions)})" if regions else ""
        raise TableError(f"{Calendar(kind, country, (), region)}: unknown{only}", "see docs/tables.md")


@cache
def _library(
    country: str, subdivision: str | None, categories: tuple[str, ...], year: int
) -> tuple[frozenset[date], frozenset[date]]:
    """The closed days of the year, and its weekend days on which work is done instead."""
    if not categories:
        return frozenset(), frozenset()
    try:
        found = _days(country, subdivision, categories, year)
    except (ValueError, NotImplementedError) as error:
        raise TableError(f"calendars: {country}: {error}", "mend categories or subdivision") from error
    if subdivision is None and found.subdivisions:
        parts = (_days(country, part, categories, year) for part in found.subdivisions)
        if not any(part.keys() == found.keys() for part in parts):
            raise TableError(
                f"calendars: {country}: no part of it has just the holidays that all have in common",
                'add subdivision, or subdivision = "" if those are meant',
            )
    return frozenset(found), frozenset(getattr(found, "weekend_workdays", ()))


def _days(
    country: str, subdivision: str | None, categories: tuple[str, ...], year: int
) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision or None, years=year, categories=categories)
