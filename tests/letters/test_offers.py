from calendar import monthrange
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.letters import rules
from pipelines.letters.offers import due_dates, make_offers
from pipelines.letters.rules import Terms
from pipelines.model import Offer
from tests.letters.desk import TODAY

DUE = date(2026, 12, 7)


def wages(first: date) -> tuple[date, ...]:
    """Forty wages after the month of `first`, each on its day of the month or the last before it."""
    months = [divmod(first.year * 12 + first.month + n, 12) for n in range(40)]
    return tuple(date(y, m + 1, min(first.day, monthrange(y, m + 1)[1])) for y, m in months)


PAYDAYS = wages(date(2026, 11, 25))
SWEDISH = rules.rule_set("SE", "demand", "person", TODAY).terms
FINNISH = rules.rule_set("FI", "demand", "person", TODAY).terms
assert SWEDISH is not None
assert FINNISH is not None
TERMS: Terms = SWEDISH
MONEY = st.decimals(Decimal("0.01"), Decimal("200000"), places=2)


def offers(total: str, capacity: str | None, terms: Terms = TERMS) -> tuple[Offer, ...]:
    return make_offers(Decimal(total), Decimal(capacity) if capacity else None, DUE, PAYDAYS, terms)


@given(
    MONEY,
    st.none() | MONEY,
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.integers(0, 60),
    st.sampled_from([SWEDISH, FINNISH]),
)
def test_parts_add_up_are_positive_within_capacity_and_on_rising_days(
    total: Decimal, capacity: Decimal | None, payday: date, wait: int, terms: Terms
) -> None:
    first_due = date.fromordinal(payday.toordinal() + wait)
    made = make_offers(total, capacity, first_due, wages(payday), terms)
    assert len(made) <= 3
    for offer in made:
        amounts = [part.amount for part in offer.parts]
        assert sum(amounts) == total
        assert min(amounts) > 0
        assert amounts[:-1] == [offer.monthly] * (offer.months - 1)
        assert offer.last == amounts[-1] <= offer.monthly
        assert capacity is None or offer.monthly <= capacity
        assert offer.monthly >= terms.smallest_part
        assert 2 <= offer.months == len(amounts) <= terms.longest
        days = [part.due_date for part in offer.parts]
        assert days[0] == first_due
        assert all(a < b for a, b in pairwise(days))
        assert [part.number for part in offer.parts] == list(range(1, offer.months + 1))
    assert [offer.months for offer in made] == sorted({offer.months for offer in made})


@given(MONEY, MONEY)
def test_there_is_an_offer_whenever_capacity_allows_one(total: Decimal, capacity: Decimal) -> None:
    possible = (
        total >= TERMS.smallest_total
        and capacity >= TERMS.smallest_part
        and capacity * TERMS.longest >= total
    )
    assert bool(make_offers(total, capacity, DUE, PAYDAYS, TERMS)) == possible


def test_the_best_offer_is_the_shortest_that_the_capacity_allows() -> None:
    first, second, third = offers("9412.75", "1900.00")
    assert (first.months, first.monthly, first.last) == (5, Decimal("1890.00"), Decimal("1852.75"))
    assert (second.months, third.months) == (6, 12)


def test_without_a_capacity_there_are_three_six_and_twelve_months() -> None:
    assert [(offer.months, offer.monthly) for offer in offers("3000.00", None)] == [
        (3, Decimal("1000.00")),
        (6, Decimal("500.00")),
        (12, Decimal("250.00")),
    ]


def test_a_part_is_exact_to_the_cent_where_a_round_one_is_too_much() -> None:
    [first, *_] = offers("1000.00", "333.34")
    assert [part.amount for part in first.parts] == [Decimal("333.34"), Decimal("333.34"), Decimal("333.32")]


def test_who_can_pay_all_at_once_is_still_offered_time() -> None:
    assert [offer.months for offer in offers("3000.00", "50000.00")] == [3, 6, 12]


@pytest.mark.parametrize(("total", "capacity"), [("499.99", None), ("499.99", "100.00")])
def test_small_sums_have_no_offer(total: str, capacity: str | None) -> None:
    assert offers(total, capacity) == ()


@pytest.mark.parametrize("capacity", ["99.99", "416.66"])
def test_a_capacity_that_takes_too_long_has_no_offer(capacity: str) -> None:
    assert offers("10000.00", capacity) == ()


def test_the_longest_time_can_be_set() -> None:
    [offer] = offers("10000.00", "300.00", replace(TERMS, longest=36))
    assert offer.months == 34


def test_one_wage_pays_one_part() -> None:
    assert due_dates(3, date(2026, 12, 7), PAYDAYS) == (
        date(2026, 12, 7),
        date(2026, 12, 25),
        date(2027, 1, 25),
    )


def test_a_wage_before_the_first_part_is_due_waits_for_the_next() -> None:
    assert due_dates(2, date(2026, 12, 25), PAYDAYS) == (date(2026, 12, 25), date(2027, 1, 25))


def test_a_time_that_the_known_paydays_do_not_cover_is_not_offered() -> None:
    total = Decimal("3000.00")
    made = make_offers(total, None, DUE, PAYDAYS[:5], TERMS)
    assert [offer.months for offer in made] == [3, 6]
    assert make_offers(total, None, DUE, (), TERMS) == ()
