"""When the carrier calls on a delivery group: an entry of the table `patterns`, seen with a calendar.

A pattern is one of three: the same weekdays every week, a cycle of weeks counted from a Monday,
or a calendar of dates that the post has published. A cycle is never counted in ISO weeks: 2026
has 53 of them, so a rule of odd and even weeks turns over on 4 January 2027 and no carrier with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipelines.errors import TableError
from pipelines.postal.calendars import Calendar
from pipelines.postal.dated import WEEKDAYS, Entry, Weekday, only_one
from pipelines.postal.imported import Imported

GroupName = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,30}$")]
RegionName = Annotated[str, Field(pattern="^[A-Za-z0-9-]{0,30}$")]

Weekdays = Annotated[frozenset[Weekday], Field(min_length=1)]

_WEEK = 7


class Pattern(Entry):
    """An entry `[[pattern]]`: the days on which one delivery group gets letters."""

    group: GroupName
    products: tuple[str, ...] = ()
    """Products that come on these days; empty: all."""
    default: bool = False
    """Whether postcodes that stand in no area belong to this group."""
    regions: tuple[RegionName, ...] = Field(default=("",), min_length=1)
    """Regions of the country in which the group lives, each with a delivery calendar of its own."""

    weekdays: Weekdays | None = None
    """Every week the same."""
    weeks: Annotated[tuple[Weekdays, ...], Field(min_length=2)] | None = None
    """A cycle: the first week begins on `anchor`, the first follows the last."""
    anchor: date | None = None
    """A Monday."""
    dates: str | None = None
    """A CSV file with the columns `date` and `pattern`, beside the table."""
    served_on: frozenset[str] = frozenset()
    """Patterns of `dates` on which the group gets letters."""
    not_served_on: frozenset[str] = frozenset()
    """Patterns of `dates` on which it gets none."""

    @model_validator(mode="after")
    def _exactly_one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.weekdays, self.weeks, self.dates)) != 1:
            raise ValueError("one of weekdays, weeks and dates is wanted")
        if (self.anchor is None) != (self.weeks is None):
            raise ValueError("weeks needs an anchor, and nothing else has one")
        if self.anchor is not None and self.anchor.weekday() != 0:
            raise ValueError(f"the anchor {self.anchor} is no Monday")
        if bool(self.served_on) != (self.dates is not None) or (self.not_served_on and self.dates is None):
            raise ValueError("dates needs served_on, and nothing else has it")
        if both := sorted(self.served_on & self.not_served_on):
            raise ValueError(f"{both[0]} is both served_on and not_served_on")
        return self

    def is_for(self, country: str, product: str) -> bool:
        """Whether the entry tells of this product in this country."""
        return self.country == country and (not self.products or product in self.products)

    @property
    def title(self) -> str:
        """Which entry it is, for messages."""
        return title(self.country, self.group)


def title(country: str, group: str) -> str:
    """`patterns: group A of SE`, for messages."""
    return f"patterns: group {group} of {country}"


@dataclass(frozen=True, slots=True)
class Published:
    """A calendar of dates as the post published it: each date has a pattern such as X, Y or H."""

    name: str
    patterns: Mapping[date, str]

    @classmethod
    def of(cls, file: Imported) -> Self:
        """The calendar in a file. Raises TableError."""
        patterns: dict[date, str] = {}
        for number, (text, pattern) in enumerate(file.rows, start=1):
            try:
                day = date.fromisoformat(text)
            except ValueError as error:
                raise TableError(
                    f"{file.version.name}: row {number}: {text!r} is no date", "write it as YYYY-MM-DD"
                ) from error
            if not pattern or patterns.setdefault(day, pattern) != pattern:
                raise TableError(f"{file.version.name}: {day} has no one pattern", "see docs/tables.md")
        return cls(file.version.name, patterns)

    def check(self, pattern: Pattern) -> None:
        """Raises TableError when the file has a pattern of which the entry does not say what it means.

        A misspelt `x` would take a delivery day away and nobody would see it.
        """
        told = pattern.served_on | pattern.not_served_on
        if unknown := sorted(set(self.patterns.values()) - told):
            raise TableError(
                f"{pattern.title}: {self.name} has {unknown[0]!r}, which is in neither list",
                "name it in served_on or not_served_on",
            )


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """The carrier's days in one delivery group of one region."""

    title: str
    patterns: tuple[Pattern, ...]
    """All entries of the group, of which one is valid on a day."""
    published: Mapping[str, Published]
    calendar: Calendar
    """When the post of the region delivers at all."""

    def is_valid(self, day: date) -> bool:
        """Whether the table tells of the group on `day`."""
        return any(pattern.valid_from <= day <= pattern.valid_to for pattern in self.patterns)

    def comes(self, day: date) -> bool:
        """Whether the group gets letters on `day`.

        Raises TableError when no entry is valid on `day`, or the published calendar lacks it.
        """
        pattern = only_one(self.patterns, day, self.title)
        if not self.calendar.is_open(day):
            return False
        weekday = WEEKDAYS[day.weekday()]
        if pattern.weekdays is not None:
            return weekday in pattern.weekdays
        if pattern.weeks is not None:
            assert pattern.anchor is not None
            return weekday in pattern.weeks[(day - pattern.anchor).days // _WEEK % len(pattern.weeks)]
        assert pattern.dates is not None
        calendar = self.published[pattern.dates]
        if (found := calendar.patterns.get(day)) is None:
            raise TableError(
                f"{self.title}: {calendar.name} does not tell of {day}", "import a newer calendar"
            )
        return found in pattern.served_on
