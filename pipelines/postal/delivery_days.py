"""When letters of a delivery group come, and the worst case where the group is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.errors import TableError
from pipelines.postal.rounds import Round

LONGEST_GAP = 60
"""Days without a delivery, after which a pattern is taken for broken."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """Where an address belongs from a day on: in one group, or in one of several."""

    first: date
    rounds: tuple[Round, ...]
    """One round; or all that it could be, when group or region are not known."""
    known: bool
    """The group is known: every round has to be valid on every day that is asked. Else those
    that are valid count: groups come and go where a country changes its days."""


class DeliveryDays:
    """The delivery days of a group. Answers are remembered, so keep it and ask it often.

    Where it is one of several groups (or regions), a letter is counted as delivered on the
    *latest* day that any of them would give, and a target is the *earliest*. Every method
    raises TableError, naming country, group and day, for a day beyond the table or beyond an
    imported calendar.
    """

    def __init__(self, title: str, stays: Sequence[Stay]) -> None:
        """`stays` in the order of their first days; the first begins with the calendar."""
        self._title = title
        self._stays = tuple(stays)
        self._after: dict[date, date] = {}
        self._before: dict[date, date] = {}

    def is_delivery(self, day: date) -> bool:
        """Whether letters come on `day`, whichever group it is."""
        return all(one.comes(day) for one in self._rounds(self._stay(day), day))

    def on_or_after(self, day: date) -> date:
        """The first delivery day on or after `day`; of several groups, the last of their days."""
        if (found := self._after.get(day)) is None:
            found = self._after[day] = max(self._each(day, _DAY))
        return found

    def on_or_before(self, day: date) -> date:
        """The last delivery day on or before `day`; of several groups, the first of their days."""
        if (found := self._before.get(day)) is None:
            found = self._before[day] = min(self._each(day, -_DAY))
        return found

    def _each(self, day: date, step: timedelta) -> list[date]:
        stay = self._stay(day)
        return [self._walk(stay, one, day, step) for one in self._rounds(stay, day)]

    def _walk(self, stay: Stay, one: Round, day: date, step: timedelta) -> date:
        for n in range(LONGEST_GAP):
            found = day + n * step
            if n and (self._stay(found) is not stay or not (stay.known or one.is_valid(found))):
                # The group ends before its carrier comes again: then it is another group.
                return self.on_or_after(found) if step > timedelta() else self.on_or_before(found)
            if one.comes(found):
                return found
        raise TableError(f"{one.title}: no delivery in {LONGEST_GAP} days from {day}", "see docs/tables.md")

    def _stay(self, day: date) -> Stay:
        return next(stay for stay in reversed(self._stays) if stay.first <= day)

    def _rounds(self, stay: Stay, day: date) -> tuple[Round, ...]:
        if stay.known:
            return stay.rounds
        if not (valid := tuple(one for one in stay.rounds if one.is_valid(day))):
            raise TableError(
                f"{self._title}: no group is valid on {day}", "bring in a newer table, see docs/tables.md"
            )
        return valid
