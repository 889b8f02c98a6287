"""When the wage is paid: the recipient's own day of the month, else a rule of the country.

A rule is an anchor in the month (a day, or a bank day counted from its begin or its end) and
the way it rolls when banks are closed. Both differ between payers, so they are dated data:
`preceding` is usual for wages, the Swedish state pays on the `nearest` bank day, Finnish
earnings-related pensions on the `following`.

Rules of one family, say the pensions, are told apart by selectors: some payers pay by the
day of birth, others by the surname.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.errors import TableError, UsageError
from pipelines.model import TableVersion
from pipelines.postal.calendars import Calendar
from pipelines.postal.dated import Entry, entries, only_one, table

SALARY = "salary"
"""The cohort, and the family, of everyone whose payday we do not know better."""

DayOfMonth = Annotated[int, Field(ge=1, le=31)]
BankDays = Annotated[int, Field(ge=1, le=15)]
"""No month has fewer."""
_MonthOfYear = Annotated[str, Field(pattern="^(0[1-9]|1[0-2])$")]

_DAY = timedelta(days=1)
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


class Selector(BaseModel):
    """Which recipients of a family an entry is for: by day of birth or by surname."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    birth_day: tuple[DayOfMonth, DayOfMonth] | None = None
    """First and last day of the month."""
    surname: tuple[str, str] | None = None
    """First and last initial, in the order of the country's alphabet."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.birth_day is None) == (self.surname is None):
            raise ValueError("say either birth_day or surname")
        return self


class Rule(Entry):
    """An entry `[[payday]]`: when one cohort of a country gets its money."""

    cohort: str
    family: str
    """What the export's column `payday_cohort` says; without it the name of the cohort."""
    selector: Selector | None = None
    """Without one the entry is for everyone of the family whom no selector takes."""
    anchor: Literal["day", "first_bank_day", "nth_bank_day", "last_bank_day"]
    day: DayOfMonth | None = None
    day_in: Mapping[_MonthOfYear, DayOfMonth] = {}
    """Months that have another day every year."""
    roll: Literal["preceding", "following", "nearest"] | None = None
    n: BankDays | None = None
    """Which bank day of the month, for `nth_bank_day`."""
    back: Annotated[int, Field(ge=0, le=15)] = 0
    """Bank days before the last one, for `last_bank_day`."""
    overrides: Mapping[Annotated[str, Field(pattern=_MONTH.pattern)], date] = {}
    """Months in which the payer has announced another day."""

    @model_validator(mode="before")
    @classmethod
    def _family_is_the_cohort(cls, entry: Any) -> Any:
        return {"family": entry.get("cohort"), **entry} if isinstance(entry, dict) else entry

    @model_validator(mode="after")
    def _keys_belong_to_the_anchor(self) -> Self:
        wanted = self.anchor == "day"
        if (self.day is not None) != wanted or (self.roll is not None) != wanted:
            raise ValueError("anchor 'day' needs day and roll; a bank day has neither")
        if self.day_in and not wanted:
            raise ValueError("day_in belongs to anchor 'day'")
        if (self.n is not None) != (self.anchor == "nth_bank_day"):
            raise ValueError("anchor 'nth_bank_day' needs n; no other has it")
        if self.back and self.anchor != "last_bank_day":
            raise ValueError("back belongs to anchor 'last_bank_day'")
        return self

    def on(self, month: Month, bank: Calendar) -> date:
        """The payday of `month`."""
        if (announced := self.overrides.get(str(month))) is not None:
            return announced
        match self.anchor:
            case "first_bank_day":
                return bank.following(month.day(1))
            case "nth_bank_day":
                assert self.n is not None
                return bank.add(bank.following(month.day(1)), self.n - 1)
            case "last_bank_day":
                found = bank.preceding(month.day(31))
                for _ in range(self.back):
                    found = bank.preceding(found - _DAY)
                return found
            case "day":
                assert self.day is not None
                assert self.roll is not None
                day = self.day_in.get(f"{month.month:02}", self.day)
                return roll(month.day(day), self.roll, bank)


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
    """All rules of the table `paydays`, and the alphabets by which it reads surnames."""

    version: TableVersion
    rules: tuple[Rule, ...]
    alphabets: Mapping[str, str] = field(default_factory=dict)
    """Country → its capital letters in their order."""

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table. Raises TableError."""
        source = table("paydays", own)
        alphabets = source.data.get("alphabet", {})
        if not isinstance(alphabets, dict) or not all(isinstance(a, str) for a in alphabets.values()):
            raise TableError("paydays: [alphabet] is no list of letters by country", "see docs/tables.md")
        rules = entries(source, "payday", Rule)
        for rule in rules:
            if rule.selector and (letters := rule.selector.surname):
                known = alphabets.get(rule.country, "")
                if not all(len(letter) == 1 and letter in known for letter in letters):
                    raise TableError(
                        f"paydays: {rule.cohort} of {rule.country}: {'–'.join(letters)} not in its alphabet",
                        "write capital letters, and add the country to [alphabet]",
                    )
        return cls(source.version, rules, alphabets)

    def rule(self, country: str, cohort: str, month: Month) -> Rule:
        """The rule of a cohort in `month`. Raises TableError."""
        known = (r for r in self.rules if r.country == country and r.cohort == cohort)
        return only_one(known, month.day(1), f"paydays: {cohort} of {country}")

    def knows(self, country: str, family: str) -> bool:
        """Whether the country has the family, on whatever day."""
        return any(r.country == country and r.family == family for r in self.rules)

    def cohort(self, country: str, family: str, birth_day: int, initial: str, day: date) -> str:
        """The cohort of a recipient as the table stands on `day`.

        `birth_day` is the day of the month, 0 when it is not known; `initial` that of the surname,
        `""` when there is none. It is the one cohort of the family whose selector takes the
        recipient, else the family's cohort without a selector, else the country's `salary`, which
        an unknown family has as well. Raises TableError when the family has ended, when two
        selectors take the same recipient, and when there is no `salary`.
        """
        what = f"paydays: {family} of {country}"
        of_family = [r for r in self.rules if r.country == country and r.family == family]
        valid = [r for r in of_family if r.valid_from <= day <= r.valid_to]
        letters = self.alphabets.get(country, "")
        taken = [r for r in valid if r.selector and _takes(r.selector, birth_day, initial, letters)]
        if len(taken) > 1:
            raise TableError(
                f"{what}: on {day} a recipient can be in {' and in '.join(sorted(r.cohort for r in taken))}",
                "let their selectors not overlap",
            )
        if taken:
            return taken[0].cohort
        if general := [r for r in valid if r.selector is None]:
            return only_one(general, day, what).cohort
        if family == SALARY or (of_family and not valid):
            # Nobody may be left over: raises, since it is unknown or not valid on the day.
            return only_one([] if valid else of_family, day, what).cohort
        return self.cohort(country, SALARY, birth_day, initial, day)


def _takes(selector: Selector, birth_day: int, initial: str, letters: str) -> bool:
    if selector.birth_day is not None:
        first, last = selector.birth_day
        return first <= birth_day <= last
    assert selector.surname is not None
    lowest, highest = (letters.find(letter) for letter in selector.surname)
    place = _place(initial, letters)
    return place >= 0 and lowest <= place <= highest


def _place(initial: str, letters: str) -> int:
    """The letter's place in the alphabet, -1 when it has none.

    É stands with E where it is no letter of its own.
    """
    letter = unicodedata.normalize("NFC", initial).upper()
    if letter and letter not in letters:
        letter = unicodedata.normalize("NFD", letter)[0]
    return letters.find(letter) if letter else -1


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
