from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import Costs
from pipelines.postal.costs import Arrivals, loss

PAYDAY = date(2026, 11, 25)
COSTS = Costs(early=1, late=40, later=10)


def days(n: int) -> date:
    return PAYDAY + timedelta(days=n)


@pytest.mark.parametrize(
    ("comes", "costs"),
    [(-8, 8), (-2, 2), (-1, 1), (0, 0), (1, 40), (2, 50), (3, 60), (6, 90), (7, 90), (30, 90)],
)
def test_early_costs_a_little_each_day_and_late_much_at_once(comes: int, costs: float) -> None:
    assert loss(days(comes), PAYDAY, COSTS) == costs


def test_the_days_that_count_are_those_of_the_calendar() -> None:
    # From Friday to Monday a letter lies three days.
    assert loss(date(2027, 1, 22), date(2027, 1, 25), COSTS) == 3


def test_transit_times_that_end_on_one_delivery_day_are_one_arrival() -> None:
    # Sorted after 2 or 3 working days, on the doormat on the same day.
    arrivals = Arrivals.of([(days(0), 0.3), (days(0), 0.55), (days(2), 0.15)])
    assert arrivals.days == (days(0), days(2))
    assert arrivals.shares == pytest.approx((0.85, 0.15))


def test_the_expectation_is_the_sum_over_the_arrival_days() -> None:
    arrivals = Arrivals.of([(days(-2), 0.2), (days(0), 0.7), (days(2), 0.1)])
    assert arrivals.on_time(PAYDAY) == pytest.approx(0.9)
    assert arrivals.loss(PAYDAY, COSTS) == pytest.approx(0.2 * 2 + 0.1 * 50)


def test_a_letter_that_surely_comes_on_payday_costs_nothing() -> None:
    arrivals = Arrivals.of([(PAYDAY, 0.4), (PAYDAY, 0.6)])
    assert arrivals.on_time(PAYDAY) == 1
    assert arrivals.loss(PAYDAY, COSTS) == 0


def test_the_order_of_the_chances_does_not_matter() -> None:
    chances = [(days(0), 0.1), (days(0), 0.2), (days(0), 0.3), (days(1), 0.4)]
    assert len({Arrivals.of(order) for order in permutations(chances)}) == 1


distributions = st.lists(st.tuples(st.integers(-10, 10), st.integers(1, 100)), min_size=1, max_size=8).map(
    lambda rows: Arrivals.of((days(n), weight / sum(w for _, w in rows)) for n, weight in rows)
)


@given(distributions, st.integers(-15, 15))
def test_a_later_payday_is_met_at_least_as_often(arrivals: Arrivals, n: int) -> None:
    assert 0 <= arrivals.on_time(days(n)) <= arrivals.on_time(days(n + 1)) <= 1


@given(distributions, st.integers(-15, 15), st.floats(0, 5), st.floats(0, 100), st.floats(0, 20))
def test_a_loss_is_never_a_gain_and_never_above_the_worst_day(
    arrivals: Arrivals, n: int, early: float, late: float, later: float
) -> None:
    costs = Costs(early=early, late=late, later=later)
    worst = max(loss(day, days(n), costs) for day in arrivals.days)
    assert 0 <= arrivals.loss(days(n), costs) <= worst * (1 + 1e-9)
