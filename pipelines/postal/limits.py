"""What a print site can make for each day, what more of it would give, and what a small lot costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.config import Vendor
from pipelines.postal.assign import Assignment, Demand, Limit, Lot, Minimum, Place, Price, assign

SHIFT = 0.5
"""A further shift makes this share of what the site makes on an ordinary day: two shifts are usual."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change of the plan would give."""

    change: Literal["day", "shift"]
    """One more day: the run a working day sooner. One more shift: on the tightest day."""
    vendor: str
    """Of the shift; empty for a day, which all have."""
    day: date | None
    """Of the shift; None for a day."""
    saves: float
    """Cost, ≥ 0."""
    serves: int
    """Pieces that would not wait; below 0 when it is cheaper that more do."""


def daily(vendors: Mapping[str, Vendor], places: Iterable[Place]) -> dict[Place, Limit]:
    """The capacity of each place that has one: that of the day, else the vendor's of every day."""
    found = {}
    for name, day in sorted(set(places)):
        vendor = vendors[name]
        capacity = vendor.capacity_on.get(day, vendor.capacity)
        if capacity.pieces is not None or capacity.sheets is not None:
            found[name, day] = Limit(capacity.pieces, capacity.sheets)
    return found


def tightest(prices: Iterable[Price]) -> Place | None:
    """The place whose capacity is worth most: a piece first, then a sheet, then the earliest day.

    None when more capacity would save nothing anywhere.
    """
    dear = [p for p in prices if p.piece > 0 or p.sheet > 0]
    if not dear:
        return None
    found = min(dear, key=lambda p: (-max(p.piece, p.sheet), p.day, p.vendor))
    return found.vendor, found.day


def one_more_shift(
    demands: Sequence[Demand],
    limits: Mapping[Place, Limit],
    minima: Mapping[Lot, Minimum],
    now: Assignment,
    vendors: Mapping[str, Vendor],
) -> Gain | None:
    """What a further shift on the tightest day would give; None when no day is tight.

    Asks the solver again and does not multiply the price, which holds for the first piece only.
    """
    place = tightest(now.prices)
    if place is None:
        return None
    ordinary, today = vendors[place[0]].capacity, limits[place]
    wider = Limit(_more(today.pieces, ordinary.pieces), _more(today.sheets, ordinary.sheets))
    return gain("shift", now, assign(demands, {**limits, place: wider}, minima), place)


def gain(
    change: Literal["day", "shift"], now: Assignment, then: Assignment, place: Place | None = None
) -> Gain:
    """The difference between two assignments of the same pieces."""
    # A solver's gap must not look like a loss.
    saves = max(0.0, round(now.cost - then.cost, 4))
    vendor, day = place or ("", None)
    return Gain(change, vendor, day, saves, sum(now.unserved) - sum(then.unserved))


def _more(today: int | None, ordinary: int | None) -> int | None:
    if today is None:
        return None
    return today + int(SHIFT * (today if ordinary is None else ordinary))
