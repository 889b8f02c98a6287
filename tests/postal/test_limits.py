from datetime import date

from pipelines.config import Capacity, Vendor
from pipelines.postal.assign import Choice, Demand, Limit, Lot, Price, assign
from pipelines.postal.limits import Gain, daily, gain, one_more_shift, tightest

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
VENDORS = {
    "strand": Vendor(capacity=Capacity(pieces=10), capacity_on={TUESDAY: Capacity(pieces=4, sheets=9)}),
    "other": Vendor(),
}


def demand(pieces: int, **costs: float) -> Demand:
    days = {"monday": MONDAY, "tuesday": TUESDAY}
    choices = tuple(Choice(Lot("strand", "SE", "brev", days[day]), cost) for day, cost in costs.items())
    return Demand(0, pieces, 1, choices, 60.0)


def test_a_day_of_its_own_goes_before_the_vendors_every_day() -> None:
    places = [("strand", TUESDAY), ("strand", MONDAY), ("other", MONDAY)]
    assert daily(VENDORS, places) == {("strand", MONDAY): Limit(10), ("strand", TUESDAY): Limit(4, 9)}


def test_a_day_without_limit_between_limited_ones() -> None:
    vendor = Vendor(capacity=Capacity(pieces=10), capacity_on={TUESDAY: Capacity()})
    assert daily({"strand": vendor}, [("strand", TUESDAY)]) == {}


def test_the_tightest_day_is_the_dearest_then_the_earliest() -> None:
    prices = [Price("b", MONDAY, 0.0, 2.0), Price("a", TUESDAY, 2.0, 0.0), Price("a", MONDAY, 1.0, 0.0)]
    assert tightest(prices) == ("b", MONDAY)
    assert tightest([Price("a", MONDAY, 0.0, 0.0)]) is None
    assert tightest([]) is None


def test_one_more_shift_is_half_a_day_more_on_the_tightest_day() -> None:
    demands = [demand(14, monday=3.0, tuesday=1.0)]
    limits = {("strand", MONDAY): Limit(10), ("strand", TUESDAY): Limit(4)}
    now = assign(demands, limits)
    # Four more fit only until Tuesday has nine, half of ten more than its four: five pieces save 2.
    assert one_more_shift(demands, limits, {}, now, VENDORS) == Gain("shift", "strand", TUESDAY, 10.0, 0)


def test_one_more_shift_serves_what_waits() -> None:
    demands = [demand(20, tuesday=1.0)]
    limits = {("strand", TUESDAY): Limit(4)}
    found = one_more_shift(demands, limits, {}, assign(demands, limits), VENDORS)
    assert found == Gain("shift", "strand", TUESDAY, 5 * 59.0, 5)


def test_where_nothing_is_tight_a_shift_gives_nothing() -> None:
    demands = [demand(2, tuesday=1.0)]
    limits = {("strand", TUESDAY): Limit(4)}
    assert one_more_shift(demands, limits, {}, assign(demands, limits), VENDORS) is None


def test_a_gain_is_never_below_nothing() -> None:
    now, then = assign([demand(2, tuesday=1.0)]), assign([demand(2, monday=3.0)])
    assert gain("day", now, then) == Gain("day", "", None, 0.0, 0)
    assert gain("day", then, now) == Gain("day", "", None, 4.0, 0)
