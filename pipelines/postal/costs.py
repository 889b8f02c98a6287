"""What a letter costs by the day on which it comes: a little too early, much too late.

Too early it lies at the bottom of the pile when the wage comes; the day after payday the
money is gone. When a letter comes is a matter of chance, so a cost is an expectation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Self

from pipelines.config import Costs

LATER_DAYS = 5
"""Days after the first late one that still make it worse."""

BEYOND = date.max
"""Some day after payday that no table reaches: as late as can be."""


def loss(arrival: date, payday: date, costs: Costs) -> float:
    """What a letter costs that comes on `arrival`, in units of `rates`; calendar days count.

    0 on payday, `early` for each day before it, `late` on the day after it and `later` for
    each further day up to five.
    """
    days = (arrival - payday).days
    if days <= 0:
        return costs.early * -days
    return costs.late + costs.later * min(days - 1, LATER_DAYS)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When the letters of one product, delivery group and hand-in day come.

    Made once and asked for many paydays: the days are few, since many transit times end on
    the same delivery day.
    """

    days: tuple[date, ...]
    """Rising."""
    shares: tuple[float, ...]
    """Of each day, above 0; they sum to 1."""

    @classmethod
    def of(cls, chances: Iterable[tuple[date, float]]) -> Self:
        """From (arrival day, share) in any order; equal days are added up."""
        found: dict[date, list[float]] = {}
        for day, share in chances:
            found.setdefault(day, []).append(share)
        days = tuple(sorted(found))
        return cls(days, tuple(fsum(found[day]) for day in days))

    def on_time(self, payday: date) -> float:
        """The share that comes no later than `payday`, 0..1."""
        if self.days[-1] <= payday:
            return 1.0
        return min(1.0, fsum(s for day, s in zip(self.days, self.shares, strict=True) if day <= payday))

    def loss(self, payday: date, costs: Costs) -> float:
        """The expected loss of one letter, in units of `rates`."""
        return fsum(s * loss(day, payday, costs) for day, s in zip(self.days, self.shares, strict=True))
