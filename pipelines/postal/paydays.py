"""When the wage is paid: the recipient's own day of the month, else the country's rule.

A rule is an anchor in the month (a day, the first or the last bank day) and the way it rolls
when banks are closed. Both differ between payers, so they are dated data: `preceding` is
usual for wages, the Swedish state pays on the `nearest` bank day, Finnish earnings-related
pensions on the `following`.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipelines.errors import UsageError
from pipelines.model import TableVersion
from pipelines.postal.calendars import Calendar
from pipelines.postal.dated import Entry, entries, only_one, table

SALARY = "salary"
"""The cohort that holds for everyone whose payday we do not know better."""

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year: `Month.parse("2026-12")`, which prints as it is read."""

    year: int
    month: int

    @classmethod
    def parse(cls, period: str) -> Self:
        """The month `YYYY-MM`. Raises UsageError."""
        if not (found := _MONTH.fullmatch(period)) or found[1] == "0000":
            raise UsageError(f"period {period!r} is no month", "write it as YYYY-MM")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def next(self) -> "Month":
        """The month after this one."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def day(self, number: int) -> date:
        """Day `number` of the month, or its last day when it is shorter."""
        return date(self.year, self.month, min(number, monthrange(self.year, self.month)[1]))


class Rule(Entry):
    """An entry `[[payday]]`: when one cohort of a country gets its money."""

    cohort: str
    anchor: Literal["day", "first_bank_day", "last_bank_day"]
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    roll: Literal["preceding", "following", "nearest"] | None = None
    overrides: Mapping[Annotated[str, Field(pattern=_MONTH.pattern)], date] = {}
    """Months in which the payer has announced another day."""

    @model_validator(mode="after")
    def _day_and_roll_belong_to_the_anchor(self) -> Self:
        wanted = self.anchor == "day"
        if (self.day is not None) != wanted or (self.roll is not None) != wanted:
            raise ValueError("anchor 'day' needs day and roll; a bank day has neither")
        return self

    def on(self, month: Month, bank: Calendar) -> date:
        """The payday of `month`."""
        if (announced := self.overrides.get(str(month))) is not None:
            return announced
        if self.anchor == "first_bank_day":
            return bank.following(month.day(1))
        if self.anchor == "last_bank_day":
            return bank.preceding(month.day(31))
        assert self.day is not None
        assert self.roll is not None
        return roll(month.day(self.day), self.roll, bank)


def roll(day: date, how: Literal["preceding", "following", "nearest"], bank: Calendar) -> date:
    """`day`, or the bank day in its place when banks are closed."""
    match how:
        case "preceding":
            return bank.preceding(day)
        case "following":
            return bank.following(day)
        case "nearest":
            return bank.nearest(day)


@dataclass(frozen=True, slots=True)
class Paydays:
    """All rules of the table `paydays`."""

    version: TableVersion
    rules: tuple[Rule, ...]

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table. Raises TableError."""
        source = table("paydays", own)
        return cls(source.version, entries(source, "payday", Rule))

    def rule(self, country: str, cohort: str, month: Month) -> Rule:
        """The rule of a cohort in `month`. Raises TableError."""
        known = (r for r in self.rules if r.country == country and r.cohort == cohort)
        return only_one(known, month.day(1), f"paydays: {cohort} of {country}")


def payday(
    country: str, own: int | None, month: Month, paydays: Paydays, bank: Calendar, cohort: str = SALARY
) -> date:
    """The day in `month` on which the recipient gets money.

    `own` is the recipient's own day 1..31 and goes first: the last day of a shorter month, and
    the bank day before when banks are closed. So own day 1 of January is paid in December.
    Raises TableError when the country has no rule, ValueError when `own` is no day.
    """
    if own is None:
        return paydays.rule(country, cohort, month).on(month, bank)
    if not 1 <= own <= 31:
        raise ValueError(f"payday {own} is not a day of a month")
    return bank.preceding(month.day(own))
