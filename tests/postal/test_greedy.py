from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.postal.assign import Choice, Demand, Limit, Lot, Minimum, assign
from pipelines.postal.greedy import greedy

DAYS = [date(2026, 11, n) for n in (16, 17, 18)]
LOTS = [Lot("strand", "SE", "brev", day) for day in DAYS]
LATEST_FIRST = (2, 1, 0)


def demand(rank: int, pieces: int, *costs: float, sheets: int = 1) -> Demand:
    choices = tuple(Choice(lot, cost) for lot, cost in zip(LOTS, costs, strict=True))
    return Demand(rank, pieces, sheets, choices, 60.0)


def test_everybody_takes_the_latest_day_whatever_it_costs() -> None:
    found = greedy([demand(0, 5, 1.0, 2.0, 3.0)], [LATEST_FIRST])
    assert (found.counts, found.unserved, found.cost) == (((0, 0, 5),), (0,), 15.0)


def test_overflow_goes_to_earlier_days_then_waits() -> None:
    limits = {("strand", day): Limit(pieces=3) for day in DAYS}
    found = greedy([demand(1, 5, 1, 1, 1), demand(0, 5, 1, 1, 1)], [LATEST_FIRST] * 2, limits)
    assert found.counts == ((3, 1, 0), (0, 2, 3))
    assert found.unserved == (1, 0)


def test_sheets_fill_a_day_too() -> None:
    found = greedy([demand(0, 5, 1, 1, 1, sheets=2)], [(2,)], {("strand", DAYS[2]): Limit(sheets=7)})
    assert (found.counts, found.unserved) == (((0, 0, 3),), (2,))


def test_small_lots_are_paid_up_or_not_taken() -> None:
    asked = [demand(0, 5, 1.0, 1.0, 1.0)]
    paid = greedy(asked, [LATEST_FIRST], minima={LOTS[2]: Minimum(8, pay_up=2.0)})
    assert paid.cost == 5 + 3 * 2
    refused = greedy(asked, [LATEST_FIRST], minima={LOTS[2]: Minimum(8)})
    assert (refused.counts, refused.unserved) == (((0, 0, 0),), (5,))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 9), min_size=3, max_size=3)), max_size=4),
    st.lists(st.none() | st.integers(0, 12), min_size=3, max_size=3),
    st.integers(0, 12),
)
def test_the_planner_is_never_dearer(
    asked: list[tuple[int, list[int]]], capacity: list[int | None], least: int
) -> None:
    demands = [demand(n, pieces, *map(float, costs)) for n, (pieces, costs) in enumerate(asked)]
    limits = {("strand", day): Limit(pieces=most) for day, most in zip(DAYS, capacity, strict=True)}
    minima = {LOTS[1]: Minimum(least, pay_up=1.0), LOTS[2]: Minimum(least)}
    usual = greedy(demands, [LATEST_FIRST] * len(demands), limits, minima)
    assert assign(demands, limits, minima).cost <= usual.cost + 1e-6
