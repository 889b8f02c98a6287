"""The assignment keeps every promise: whole, complete, within limits, cheapest, and the same every time."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.postal.assign import (
    STEP,
    Assignment,
    Choice,
    Demand,
    Limit,
    Lot,
    Minimum,
    Place,
    assign,
)

MONDAY = date(2026, 11, 16)
WAITING = 60.0


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def lot(n: int, product: str = "brev", vendor: str = "strand") -> Lot:
    return Lot(vendor, "SE", product, day(n))


def demand(
    rank: int, pieces: int, costs: dict[int, float], sheets: int = 1, unserved: float = WAITING
) -> Demand:
    """Choices as {day: cost}."""
    return Demand(rank, pieces, sheets, tuple(Choice(lot(n), c) for n, c in costs.items()), unserved)


def on_days(demands: list[Demand], found: Assignment) -> list[dict[int, int]]:
    """Of each demand {day: pieces}, without the days that get none."""
    return [
        {(c.lot.hand_in - MONDAY).days: n for c, n in zip(d.choices, counts, strict=True) if n}
        for d, counts in zip(demands, found.counts, strict=True)
    ]


def loads(demands: list[Demand], found: Assignment) -> tuple[Counter[Lot], Counter[Place], Counter[Place]]:
    """Pieces by lot, pieces by place, sheets by place."""
    by_lot: Counter[Lot] = Counter()
    pieces: Counter[Place] = Counter()
    sheets: Counter[Place] = Counter()
    for d, counts in zip(demands, found.counts, strict=True):
        for c, n in zip(d.choices, counts, strict=True):
            by_lot[c.lot] += n
            pieces[c.lot.vendor, c.lot.hand_in] += n
            sheets[c.lot.vendor, c.lot.hand_in] += n * d.sheets
    return by_lot, pieces, sheets


# Without limits


def test_without_limits_everybody_takes_the_cheapest_day() -> None:
    demands = [demand(0, 10, {0: 2.0, 1: 1.0}), demand(1, 5, {0: 0.5, 1: 1.0})]
    found = assign(demands)
    assert on_days(demands, found) == [{1: 10}, {0: 5}]
    assert found.cost == pytest.approx(12.5)
    assert found.status == "free"


def test_who_has_no_choice_is_not_served() -> None:
    demands = [demand(0, 7, {})]
    found = assign(demands)
    assert (found.counts, found.unserved, found.cost) == (((),), (7,), 7 * WAITING)


def test_no_demand_is_no_plan() -> None:
    assert assign([]).counts == ()


def test_a_day_that_costs_more_than_waiting_is_not_taken() -> None:
    assert assign([demand(0, 7, {0: 61.0})]).unserved == (7,)


# Capacities


def test_what_a_day_cannot_take_goes_to_the_next_cheapest() -> None:
    demands = [demand(0, 10, {0: 2.0, 1: 1.0})]
    found = assign(demands, {("strand", day(1)): Limit(pieces=4)})
    assert on_days(demands, found) == [{0: 6, 1: 4}]
    assert found.cost == pytest.approx(16)
    assert found.status == "limited"


def test_the_price_of_capacity_is_what_one_piece_more_would_save() -> None:
    limits = {("strand", day(1)): Limit(pieces=4), ("strand", day(0)): Limit(pieces=100)}
    demands = [demand(0, 10, {0: 2.0, 1: 1.0})]
    found = assign(demands, limits)
    assert [(p.day, p.piece) for p in found.prices] == [(day(0), 0.0), (day(1), 1.0)]
    more = assign(demands, limits | {("strand", day(1)): Limit(pieces=5)})
    assert found.cost - more.cost == pytest.approx(1.0)


def test_who_loses_least_gives_way() -> None:
    demands = [demand(0, 4, {0: 5.0, 1: 1.0}), demand(1, 4, {0: 1.5, 1: 1.0})]
    found = assign(demands, {("strand", day(1)): Limit(pieces=4)})
    assert on_days(demands, found) == [{1: 4}, {0: 4}]


def test_what_fits_nowhere_waits() -> None:
    demands = [demand(0, 10, {0: 1.0}), demand(1, 10, {0: 1.0}, unserved=50.0)]
    found = assign(demands, {("strand", day(0)): Limit(pieces=12)})
    assert found.unserved == (0, 8)


def test_a_site_shares_its_day_among_all_lots_that_it_prints() -> None:
    demands = [
        Demand(0, 6, 1, (Choice(lot(0), 1.0), Choice(lot(1), 3.0)), WAITING),
        Demand(1, 6, 1, (Choice(lot(0, "kirje"), 1.0), Choice(lot(1, "kirje"), 2.0)), WAITING),
        Demand(2, 6, 1, (Choice(lot(0, vendor="other"), 1.0),), WAITING),
    ]
    found = assign(demands, {("strand", day(0)): Limit(pieces=6)})
    assert found.counts == ((6, 0), (0, 6), (6,))


def test_a_limit_in_sheets_counts_sheets() -> None:
    demands = [demand(0, 10, {0: 1.0, 1: 4.0}, sheets=3), demand(1, 10, {0: 1.0, 1: 2.0})]
    found = assign(demands, {("strand", day(0)): Limit(sheets=31)})
    # Three sheets that move cost 3, one sheet 1 a piece: the same a sheet, so the plan fills the day.
    assert loads(demands, found)[2]["strand", day(0)] == 31
    assert found.cost == pytest.approx(20 + 9)


def test_what_limits_in_sheets_leave_is_whole() -> None:
    found = assign([demand(0, 10, {0: 1.0, 1: 4.0}, sheets=3)], {("strand", day(0)): Limit(sheets=8)})
    assert found.counts == ((2, 8),)


# Minima


def test_a_lot_below_its_minimum_is_not_taken() -> None:
    demands = [demand(0, 10, {0: 2.0, 1: 1.0}), demand(1, 30, {0: 1.0})]
    found = assign(demands, minima={lot(1): Minimum(11)})
    assert on_days(demands, found) == [{0: 10}, {0: 30}]


def test_pieces_join_a_lot_to_bring_it_to_its_minimum_when_that_pays() -> None:
    demands = [demand(0, 10, {0: 9.0, 1: 1.0}), demand(1, 30, {0: 1.0, 1: 1.5})]
    found = assign(demands, minima={lot(1): Minimum(15)})
    assert on_days(demands, found) == [{1: 10}, {0: 25, 1: 5}]


def test_a_lot_that_is_paid_up_is_taken_when_that_is_cheapest() -> None:
    demands = [demand(0, 10, {0: 9.0, 1: 1.0})]
    found = assign(demands, minima={lot(1): Minimum(15, pay_up=2.0)})
    assert found.counts == ((0, 10),)
    assert found.paid_up == {lot(1): 5}
    assert found.cost == pytest.approx(10 + 10)
    dearer = assign(demands, minima={lot(1): Minimum(15, pay_up=20.0)})
    assert dearer.counts == ((10, 0),)
    assert dearer.paid_up == {}


def test_a_minimum_and_a_capacity_that_cannot_both_be_kept_leave_the_day_empty() -> None:
    demands = [demand(0, 30, {0: 1.0})]
    found = assign(demands, {("strand", day(0)): Limit(pieces=10)}, {lot(0): Minimum(20)})
    assert found.unserved == (30,)


def test_where_all_lots_reach_their_minimum_it_changes_nothing() -> None:
    demands = [demand(0, 10, {0: 2.0, 1: 1.0})]
    assert assign(demands, minima={lot(1): Minimum(10)}).counts == ((0, 10),)


# Ties


def test_of_equal_costs_fewer_lots_are_taken() -> None:
    demands = [demand(0, 5, {0: 1.0, 1: 1.0}), demand(1, 5, {1: 1.0})]
    assert on_days(demands, assign(demands)) == [{1: 5}, {1: 5}]
    limited = assign(demands, {("strand", day(0)): Limit(pieces=9)} | {("strand", day(1)): Limit(pieces=12)})
    assert on_days(demands, limited) == [{1: 5}, {1: 5}]


def test_of_equal_costs_and_lots_the_earlier_day_is_taken() -> None:
    demands = [demand(0, 5, {1: 1.0, 0: 1.0})]
    assert on_days(demands, assign(demands)) == [{0: 5}]
    assert on_days(demands, assign(demands, {("strand", day(1)): Limit(pieces=4)})) == [{0: 5}]
    crowded = assign(demands, {("strand", day(n)): Limit(pieces=4) for n in range(2)})
    assert on_days(demands, crowded) == [{0: 4, 1: 1}]


def test_of_equal_demands_the_first_by_rank_goes_first() -> None:
    demands = [demand(7, 5, {0: 1.0, 1: 1.0}), demand(3, 5, {0: 1.0, 1: 1.0}), demand(9, 5, {0: 1.0, 1: 1.0})]
    found = assign(demands, {("strand", day(n)): Limit(pieces=6) for n in range(2)})
    assert on_days(demands, found) == [{0: 1, 1: 4}, {0: 5}, {1: 2}]
    assert found.unserved == (0, 0, 3)
    unlike = [replace(d, unserved=WAITING + d.rank) for d in demands]
    found = assign(unlike, {("strand", day(n)): Limit(pieces=8) for n in range(2)})
    assert on_days(unlike, found) == [{0: 3, 1: 2}, {0: 5}, {1: 5}]


def test_with_limits_in_sheets_the_first_by_rank_goes_first_too() -> None:
    demands = [demand(n, 5, {0: 1.0, 1: 1.0}, sheets=2, unserved=WAITING + n) for n in (2, 1)]
    found = assign(demands, {("strand", day(n)): Limit(sheets=11) for n in range(2)})
    assert on_days(demands, found) == [{1: 5}, {0: 5}]


def test_a_wrong_demand_is_refused() -> None:
    with pytest.raises(ValueError, match="same rank"):
        assign([demand(1, 1, {}), demand(1, 2, {})])
    with pytest.raises(ValueError, match="two choices into the same lot"):
        assign([Demand(0, 1, 1, (Choice(lot(0), 1.0), Choice(lot(0), 2.0)), 1.0)])
    with pytest.raises(ValueError, match="demand 4 has a negative number"):
        assign([demand(4, -1, {})])


# What holds for all inputs

COSTS = st.integers(0, 12).map(lambda n: n / 4)
LOTS = [lot(n, product) for n in range(3) for product in ("a", "b")] + [lot(0, "a", "other")]


@st.composite
def problems(draw: st.DrawFn, with_sheets: bool = True, with_minima: bool = True, most: int = 40):
    n = draw(st.integers(1, 5))
    demands = [
        Demand(
            rank,
            draw(st.integers(0, most)),
            draw(st.integers(1, 3)),
            tuple(
                Choice(which, draw(COSTS))
                for which in draw(st.lists(st.sampled_from(LOTS), max_size=4, unique=True))
            ),
            draw(st.sampled_from([2.5, 4.5, 6.5, 1e4])),
        )
        for rank in draw(st.permutations(range(n)))
    ]
    places = sorted({(x.vendor, x.hand_in) for x in LOTS})
    limits = {
        place: Limit(
            pieces=draw(st.none() | st.integers(0, 2 * most)),
            sheets=draw(st.none() | st.integers(0, 3 * most)) if with_sheets else None,
        )
        for place in draw(st.lists(st.sampled_from(places), unique=True))
    }
    minima = {
        which: Minimum(draw(st.integers(0, 2 * most)), draw(st.none() | COSTS))
        for which in (draw(st.lists(st.sampled_from(LOTS), unique=True)) if with_minima else [])
    }
    return demands, limits, minima


@settings(deadline=None, max_examples=40)
@given(problems())
def test_every_piece_is_placed_once_or_unserved_and_no_limit_breaks(problem) -> None:
    demands, limits, minima = problem
    found = assign(demands, limits, minima)
    for d, counts, unserved in zip(demands, found.counts, found.unserved, strict=True):
        assert all(isinstance(n, int) and n >= 0 for n in (*counts, unserved))
        assert sum(counts) + unserved == d.pieces
    by_lot, pieces, sheets = loads(demands, found)
    for place, limit in limits.items():
        assert limit.pieces is None or pieces[place] <= limit.pieces
        assert limit.sheets is None or sheets[place] <= limit.sheets
    lacking = {
        which: least.pieces - by_lot[which]
        for which, least in minima.items()
        if 0 < by_lot[which] < least.pieces
    }
    assert found.paid_up == lacking
    assert all(minima[which].pay_up is not None for which in lacking)
    cost = sum(
        n * c.cost
        for d, counts in zip(demands, found.counts, strict=True)
        for c, n in zip(d.choices, counts, strict=True)
    )
    cost += sum(n * d.unserved for d, n in zip(demands, found.unserved, strict=True))
    cost += sum(n * (minima[which].pay_up or 0) for which, n in lacking.items())
    assert found.cost == pytest.approx(cost, abs=STEP / 2)


@settings(deadline=None, max_examples=40)
@given(problems(), st.data())
def test_more_capacity_never_costs_more(problem, data: st.DataObject) -> None:
    demands, limits, minima = problem
    cost = assign(demands, limits, minima).cost
    wider = {
        place: Limit(
            None if limit.pieces is None else limit.pieces + data.draw(st.integers(0, 20)),
            None if limit.sheets is None else limit.sheets + data.draw(st.integers(0, 20)),
        )
        for place, limit in limits.items()
    }
    assert assign(demands, wider, minima).cost <= cost + STEP / 2


@settings(deadline=None, max_examples=40)
@given(problems(), st.data())
def test_the_order_of_the_input_changes_nothing(problem, data: st.DataObject) -> None:
    demands, limits, minima = problem
    found = assign(demands, limits, minima)
    shuffled = [
        replace(d, choices=tuple(data.draw(st.permutations(d.choices))))
        for d in data.draw(st.permutations(demands))
    ]
    again = assign(shuffled, dict(reversed(limits.items())), dict(reversed(minima.items())))

    def told(demands: list[Demand], found: Assignment) -> dict[int, tuple[dict[Lot, int], int]]:
        return {
            d.rank: ({c.lot: n for c, n in zip(d.choices, counts, strict=True)}, unserved)
            for d, counts, unserved in zip(demands, found.counts, found.unserved, strict=True)
        }

    assert told(shuffled, again) == told(demands, found)
    assert (again.cost, again.prices, again.paid_up) == (found.cost, found.prices, found.paid_up)


@settings(deadline=None, max_examples=40)
@given(problems(most=2))
def test_nothing_is_cheaper(problem) -> None:
    demands, limits, minima = problem
    demands = demands[:3]
    found = assign(demands, limits, minima)
    assert found.cost == pytest.approx(_by_trying_all(demands, limits, minima), abs=STEP / 2)


@settings(deadline=None, max_examples=40)
@given(problems(), st.data())
def test_a_demand_told_in_two_parts_costs_the_same(problem, data: st.DataObject) -> None:
    demands, limits, minima = problem
    first, rest = demands[0], [replace(d, rank=2 * d.rank) for d in demands[1:]]
    cut = data.draw(st.integers(0, first.pieces))
    parts = [
        replace(first, rank=2 * first.rank, pieces=cut),
        replace(first, rank=2 * first.rank + 1, pieces=first.pieces - cut),
    ]
    whole = assign(demands, limits, minima)
    parted = assign([*parts, *rest], limits, minima)
    assert parted.cost == whole.cost
    assert [a + b for a, b in zip(*parted.counts[:2], strict=True)] == list(whole.counts[0])


def _by_trying_all(demands: list[Demand], limits: dict[Place, Limit], minima: dict[Lot, Minimum]) -> float:
    one_by_one = [d for d in demands for _ in range(d.pieces)]
    cheapest = float("inf")
    for taken in itertools.product(*([None, *d.choices] for d in one_by_one)):
        by_lot = Counter(c.lot for c in taken if c)
        pieces: Counter[Place] = Counter()
        sheets: Counter[Place] = Counter()
        for d, c in zip(one_by_one, taken, strict=True):
            if c:
                pieces[c.lot.vendor, c.lot.hand_in] += 1
                sheets[c.lot.vendor, c.lot.hand_in] += d.sheets
        if any(
            (limit.pieces is not None and pieces[place] > limit.pieces)
            or (limit.sheets is not None and sheets[place] > limit.sheets)
            for place, limit in limits.items()
        ):
            continue
        cost = sum(c.cost if c else d.unserved for d, c in zip(one_by_one, taken, strict=True))
        for which, n in by_lot.items():
            least = minima.get(which, Minimum(0))
            if n < least.pieces:
                cost += float("inf") if least.pay_up is None else least.pay_up * (least.pieces - n)
        cheapest = min(cheapest, cost)
    return cheapest
