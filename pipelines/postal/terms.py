"""What the rooms of the planner hand to each other: who is planned, and what may be done with them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Cohort:
    """Recipients that the planner need not tell apart. Sorts by its fields in their order."""

    country: str
    own_payday: int
    """The recipient's own day of the month, 1..31; 0: none, then `rule` says when."""
    rule: str
    """Cohort name of a rule of the table `paydays`; empty when there is an own payday."""
    kind: str
    """`demand` or `invoice`, as in the export: decides which products may carry it."""
    sheets: int
    """Sheets in the envelope, as forecast."""
    groups: tuple[str, ...]
    """Delivery group for each product of the country's route, in the route's order; `""`: unknown."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where the letters of one country go through."""

    country: str
    vendor: str
    """The print site: its capacity is shared by all countries that it prints."""
    products: tuple[str, ...]
    """Products that may be chosen, the usual one first."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be done with a cohort: hand it in on this day as this product."""

    product: str
    hand_in: date
    delivery: date
    """Planned: the group's first delivery day on or after hand-in ⊕ the product's promised days."""
    on_time: float
    """Probability that the letter comes no later than the payday, 0..1."""
    cost: float
    """Expected cost of one piece: too early, too late, and the product's price."""


def group_on(group: str, day: date) -> str:
    """The delivery group on `day` of postcodes that move to another: `A>2027-07-01:wed`."""
    first, *moves = group.split(">")
    for move in moves:
        since, _, name = move.partition(":")
        if date.fromisoformat(since) <= day:
            first = name
    return first
