"""Instalment offers: what the recipient can pay a month, on the days the wage comes in.

An offer has neither interest nor fee. Its parts are equal but for the last, which takes the
rest and is never larger: a part above what somebody can pay is no offer.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from pipelines.letters.rules import Terms
from pipelines.model import Instalment, Offer

MOST_OFFERS = 3
CENT = Decimal("0.01")


def make_offers(
    total: Decimal,
    capacity: Decimal | None,
    first_due: date,
    paydays: Sequence[date],
    terms: Terms,
) -> tuple[Offer, ...]:
    """None to three offers, the shortest first: it is the one to show big.

    With a capacity the first offer has as few parts as the capacity allows, and the others
    take the next longer times of `terms.months`; without one the offers are `terms.months`.

    Args:
        total: the amount due.
        capacity: what the recipient can pay a month; None when nothing is known.
        first_due: the letter's due date, on which the first part is due.
        paydays: the recipient's wages after the one that the letter aims at; later parts are
            due on them. A time that they do not cover is not offered.
        terms: the longest time, the smallest part and so on.

    Returns:
        An empty tuple when the total is below `terms.smallest_total`, or when the capacity
        would take more than `terms.longest` parts: then the letter asks for a call.
    """
    if total < terms.smallest_total or (capacity is not None and capacity < terms.smallest_part):
        return ()
    wanted = list(terms.months)
    if capacity is not None:
        shortest = _parts(total, capacity)
        wanted = [shortest, *(months for months in terms.months if months > shortest)]
    found: dict[int, Offer] = {}
    for months in wanted:
        monthly = _monthly(total, months, capacity, terms)
        parts = _parts(total, monthly)
        days = due_dates(parts, first_due, paydays)
        if 2 <= parts <= terms.longest and len(days) == parts and len(found) < MOST_OFFERS:
            found.setdefault(parts, _offer(total, monthly, days))
    return tuple(found.values())


def due_dates(count: int, first_due: date, paydays: Sequence[date]) -> tuple[date, ...]:
    """`count` days, strictly rising: the due date, then the paydays that follow it.

    The first part is paid from the wage that the letter aims at, so the second waits for the
    next wage. Fewer days come back when `paydays` does not reach that far.
    """
    later = [day for day in paydays if day > first_due]
    return (first_due, *later[: count - 1])


def _offer(total: Decimal, monthly: Decimal, days: tuple[date, ...]) -> Offer:
    last = total - monthly * (len(days) - 1)
    amounts = [monthly] * (len(days) - 1) + [last]
    parts = tuple(map(Instalment, range(1, len(days) + 1), days, amounts))
    return Offer(len(parts), monthly, last, parts)


def _parts(total: Decimal, monthly: Decimal) -> int:
    """How many months it takes."""
    return int((total / monthly).to_integral_value(ROUND_CEILING))


def _monthly(total: Decimal, months: int, capacity: Decimal | None, terms: Terms) -> Decimal:
    """A part for at most `months` parts: a round amount, or to the cent where that is too much."""
    exact = total / months
    even = (exact / terms.step).to_integral_value(ROUND_CEILING) * terms.step
    if capacity is not None and even > capacity:
        even = exact
    return max(even, terms.smallest_part).quantize(CENT, ROUND_CEILING)
