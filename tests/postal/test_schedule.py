"""The schedule: the trade's worked examples, what capacities do, and why each piece goes on its day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import config as configs
from pipelines.config import Capacity, Config, Costs
from pipelines.errors import ConfigError
from pipelines.postal.paydays import Month
from pipelines.postal.products import Products
from pipelines.postal.schedule import Planned, Schedule, Waits, gains, schedule
from pipelines.postal.terms import Cohort
from pipelines.postal.timetable import LATER_PAYDAYS, Rules, route

NOVEMBER, DECEMBER, JANUARY = Month(2026, 11), Month(2026, 12), Month(2027, 1)
SITE = "strand"
TODAY = date(2026, 11, 2)
A, B = "A", "B"


def minimum_days(country: str, day: date) -> int:
    return {"SE": 10, "FI": 14}[country]


def scheduled(config: Config | None = None, **changed: object) -> Config:
    config = config or CONFIG
    return config.model_copy(update={"schedule": config.schedule.model_copy(update=changed)})


CONFIG = scheduled(configs.load(), costs=Costs(early=1, late=40, later=10, deferred=60), earliest_days=8)
SHIPPED = Rules.load(CONFIG, minimum_days)
LIKELY = {2: 0.30, 3: 0.55, 4: 0.08, 5: 0.04, 6: 0.03}
"""Of the Swedish examples; pinned, since the shipped shares are for users to change."""
RULES = replace(
    SHIPPED,
    products=Products(
        SHIPPED.products.version,
        tuple(
            p.model_copy(update={"transit": LIKELY} if p.id == "se-brev" else {})
            for p in SHIPPED.products.products
        ),
    ),
)


def limited(pieces: int | None = None, sheets: int | None = None, **on: Capacity) -> Config:
    """The configuration with a capacity of the print site; `on` by days: `d2026_11_19`."""
    days = {date.fromisoformat(name[1:].replace("_", "-")): c for name, c in on.items()}
    base = CONFIG.vendors[SITE]
    vendor = base.model_copy(update={"capacity": Capacity(pieces=pieces, sheets=sheets), "capacity_on": days})
    return CONFIG.model_copy(update={"vendors": {SITE: vendor}})


def with_products(**changed: object) -> Rules:
    products = tuple(p.model_copy(update=changed) for p in RULES.products.products)
    return replace(RULES, products=Products(RULES.products.version, products))


def swedes(group: str, own: int = 0, sheets: int = 1, kind: str = "demand") -> Cohort:
    return Cohort("SE", own, "" if own else "salary", kind, sheets, (group,))


def plan(
    *cohorts: tuple[Cohort, int],
    period: Month = NOVEMBER,
    today: date = TODAY,
    config: Config = CONFIG,
    rules: Rules = RULES,
) -> Schedule:
    return schedule(cohorts, period, today, config, rules)


def days(planned: Planned) -> dict[date, int]:
    return {a.option.hand_in: a.pieces for a in planned.allocations}


def only(made: Schedule) -> Planned:
    assert not made.waiting
    (planned,) = made.planned
    return planned


def of(cohort: Cohort, made: Schedule) -> Planned:
    return next(p for p in made.planned if p.cohort == cohort)


# The trade's worked examples: three working days in Sweden, no more and no less

CERTAIN = with_products(transit={3: 1.0})


@pytest.mark.parametrize(
    ("period", "group", "payday", "other", "other_delivery", "hand_in"),
    [
        (NOVEMBER, A, date(2026, 11, 25), B, date(2026, 11, 24), date(2026, 11, 19)),
        (DECEMBER, A, date(2026, 12, 23), B, date(2026, 12, 22), date(2026, 12, 17)),
        (JANUARY, B, date(2027, 1, 25), A, date(2027, 1, 22), date(2027, 1, 19)),
    ],
)
def test_one_group_of_every_other_day_is_served_on_payday_and_the_other_just_before(
    period: Month, group: str, payday: date, other: str, other_delivery: date, hand_in: date
) -> None:
    made = plan((swedes(group), 10), (swedes(other), 10), period=period, rules=CERTAIN)
    for asked, delivery in ((group, payday), (other, other_delivery)):
        found = of(swedes(asked), made)
        (allocation,) = found.allocations
        assert found.payday == payday
        assert allocation.option.delivery == delivery
        # Each group has two hand-in days that cost the same; both share one, so there is one lot.
        assert allocation.option.hand_in == hand_in


def test_with_chance_letters_are_handed_in_sooner_than_the_promise_asks() -> None:
    certain = only(plan((swedes(A), 10), rules=CERTAIN)).allocations[0].option
    likely = only(plan((swedes(A), 10))).allocations[0].option
    assert (certain.hand_in, certain.on_time) == (date(2026, 11, 19), 1.0)
    assert likely.hand_in == date(2026, 11, 17)


def test_an_unknown_group_is_planned_for_the_worst_of_them() -> None:
    unknown = only(plan((swedes(""), 10), rules=CERTAIN)).allocations[0].option
    assert unknown.delivery == date(2026, 11, 25)
    assert unknown.hand_in == date(2026, 11, 19)


def test_own_payday_rule_and_deadline() -> None:
    found = only(plan((swedes("box", own=27), 10)))
    assert found.payday == date(2026, 11, 27)
    assert found.vendor == SITE
    assert found.allocations[0].due == date(2026, 12, 4)
    assert len(found.later_paydays) == LATER_PAYDAYS
    assert found.later_paydays[0] == date(2026, 12, 23)


def test_the_deadline_is_after_payday_even_where_the_law_asks_for_nothing() -> None:
    free = replace(RULES, minimum_days=lambda country, day: 0)
    assert only(plan((swedes(A), 1), rules=free)).allocations[0].due == date(2026, 11, 26)


def test_tables_of_the_calendar_year_are_enough_for_november() -> None:
    ends = date(2026, 12, 31)
    ended = tuple(e.model_copy(update={"valid_to": ends}) for e in RULES.calendars.entries)
    year = replace(RULES, calendars=replace(RULES.calendars, entries=ended))
    known, found = (only(plan((swedes(A), 10), rules=rules)) for rules in (RULES, year))
    assert found == replace(known, later_paydays=(date(2026, 12, 23),))


# Capacity


def test_a_full_day_sends_the_rest_of_a_cohort_to_the_next_best() -> None:
    made = plan((swedes(B), 1000), config=limited(400))
    assert days(only(made)) == {date(2026, 11, 16): 400, date(2026, 11, 17): 200, date(2026, 11, 18): 400}


def test_a_day_can_have_another_capacity() -> None:
    made = plan((swedes(B), 1000), config=limited(400, d2026_11_18=Capacity(pieces=900)))
    assert days(only(made)) == {date(2026, 11, 16): 100, date(2026, 11, 18): 900}


def test_a_capacity_in_sheets() -> None:
    made = plan((swedes(B, sheets=3), 100), config=limited(sheets=100))
    assert all(n <= 33 for n in days(only(made)).values())
    assert sum(days(only(made)).values()) == 100


def test_what_no_day_can_take_waits_for_the_next_payday() -> None:
    made = plan((swedes(B), 1000), config=limited(100))
    (waits,) = made.waiting
    assert (waits.reason, waits.until) == ("capacity", date(2026, 12, 14))
    assert waits.pieces + sum(days(made.planned[0]).values()) == 1000


def test_the_report_says_load_price_and_what_more_would_give() -> None:
    made = plan((swedes(B), 1000), config=limited(400))
    loads = {load.day.day: load for load in made.load}
    assert [(d, load.pieces) for d, load in loads.items() if load.pieces] == [(16, 400), (17, 200), (18, 400)]
    assert loads[18].capacity_pieces == 400
    assert loads[18].price_piece == pytest.approx(0.64)
    assert loads[17].price_piece == 0
    assert made.worth.early == ((1, 400), (5, 600))
    assert 0 < made.worth.late_share < 0.1


def test_what_a_day_and_a_shift_more_would_give() -> None:
    day, shift = gains([(swedes(B), 1000)], NOVEMBER, TODAY, limited(400), RULES)
    assert (day.change, day.saves, day.serves) == ("day", 0.0, 0)
    assert (shift.change, shift.vendor, shift.day) == ("shift", SITE, date(2026, 11, 18))
    assert shift.saves == pytest.approx(200 * 0.64)
    # Without limits nothing is tight.
    assert len(gains([(swedes(B), 1000)], NOVEMBER, TODAY, CONFIG, RULES)) == 1


def test_a_run_a_day_sooner_reaches_more() -> None:
    made = plan((swedes(B), 1000), today=date(2026, 11, 17), config=limited(400))
    (waits,) = made.waiting
    day, _ = gains([(swedes(B), 1000)], NOVEMBER, date(2026, 11, 17), limited(400), RULES)
    assert (waits.reason, waits.pieces) == ("capacity", 200)
    assert (day.change, day.serves) == ("day", 200)
    assert day.saves > 0


def test_a_day_sooner_that_no_table_knows_is_left_out() -> None:
    # Sold from the first day on which the pieces can be handed in, so not on the day before.
    first = with_products(valid_from=date(2026, 11, 17))
    today = date(2026, 11, 16)
    assert plan((swedes(B), 1000), today=today, config=limited(400), rules=first).planned
    (shift,) = gains([(swedes(B), 1000)], NOVEMBER, today, limited(400), first)
    assert shift.change == "shift"
    assert gains([(swedes(B), 1000)], NOVEMBER, today, CONFIG, first) == ()


def test_a_plan_beats_the_latest_promised_day() -> None:
    worth = plan((swedes(A), 300), (swedes(B), 300), config=limited(400)).worth
    assert worth.cost < worth.greedy_cost
    assert worth.greedy_waiting == 0


# What cannot be done


def test_a_payday_too_near_waits_until_the_next_one() -> None:
    made = plan((swedes(A), 7), today=date(2026, 11, 20))
    assert made.planned == ()
    assert made.waiting == (Waits(swedes(A), 7, "payday_too_near", date(2026, 12, 15)),)


def test_send_now_sends_too_late_and_says_so() -> None:
    made = plan((swedes(A), 7), today=date(2026, 11, 20), config=scheduled(too_late="send_now"))
    (allocation,) = only(made).allocations
    assert allocation.option.delivery > date(2026, 11, 25)
    assert "too late for the payday and sent at once" in allocation.why
    assert made.worth.early[0][0] < 0


def test_a_letter_that_no_product_carries_never_goes() -> None:
    barred = with_products(content=frozenset({"advertising"}))
    (waits,) = plan((swedes(A), 7), rules=barred).waiting
    assert (waits.reason, waits.until) == ("class_not_allowed", None)


def test_days_on_which_nothing_is_handed_in() -> None:
    first = only(plan((swedes(B), 1))).allocations[0].option.hand_in
    made = plan((swedes(B), 1), config=scheduled(embargo=(first,)))
    assert only(made).allocations[0].option.hand_in != first


# Minima of lots


def test_a_small_lot_is_paid_up_or_joins_another() -> None:
    paying = with_products(min_pieces=100, below_minimum="pay_up")
    made = plan((swedes(A), 60), rules=paying)
    ((lot, lacking),) = made.paid_up
    assert (lot.product, lacking) == ("se-brev", 40)
    assert made.worth.cost == pytest.approx(60 * 11.46 + 40 * 8.4)
    both = plan((swedes(A), 60), (swedes(B), 60), rules=paying)
    assert both.paid_up == ()
    assert {a.option.hand_in for p in both.planned for a in p.allocations} == {date(2026, 11, 18)}
    assert (
        of(swedes(A), both)
        .allocations[0]
        .why.endswith("dearer than se-brev on Tue 2026-11-17, whose lot would be too small")
    )


def test_just_so_many_pieces_join_a_lot_as_bring_it_to_its_minimum() -> None:
    strict = with_products(min_pieces=100, below_minimum="refuse")
    made = plan((swedes(A), 300), (swedes("box"), 60), rules=strict)
    assert days(of(swedes(A), made)) == {date(2026, 11, 17): 260, date(2026, 11, 18): 40}
    assert days(of(swedes("box"), made)) == {date(2026, 11, 18): 60}
    assert (
        of(swedes(A), made)
        .allocations[1]
        .why.endswith("; 0.14 dearer than se-brev on Tue 2026-11-17, to bring a lot to its minimum")
    )


def test_a_small_lot_that_is_not_taken_waits() -> None:
    strict = with_products(min_pieces=100, below_minimum="refuse")
    (waits,) = plan((swedes(A), 60), rules=strict).waiting
    assert (waits.pieces, waits.reason) == (60, "lot_below_minimum")


def test_a_minimum_can_be_one_of_each_weight_step() -> None:
    light, heavy = swedes("box"), swedes("box", sheets=4)
    paying = with_products(min_pieces=100, below_minimum="pay_up", min_per="weight_step")
    made = plan((light, 90), (heavy, 90), rules=paying)
    assert {lot.product: n for lot, n in made.paid_up} == {"se-brev/20": 10, "se-brev/50": 10}


def test_a_small_lot_falls_back_to_the_products_other_product() -> None:
    base = CONFIG.countries["FI"].model_copy(update={"product": "fi-kirje-vakio"})
    config = CONFIG.model_copy(update={"countries": {**CONFIG.countries, "FI": base}})
    products = tuple(
        p.model_copy(update={"min_pieces": 0} if p.id == "fi-kirje" else {}) for p in RULES.products.products
    )
    rules = replace(RULES, products=Products(RULES.products.version, products))
    assert route("FI", config, rules.products).products == ("fi-kirje-vakio", "fi-kirje")
    cohort = Cohort("FI", 0, "salary", "demand", 1, ("week", "week"))
    few, many = (plan((cohort, n), config=config, rules=rules) for n in (99, 100))
    assert only(few).allocations[0].option.product == "fi-kirje"
    assert only(many).allocations[0].option.product == "fi-kirje-vakio"


# Why


def test_why_says_all_days_in_one_line() -> None:
    first = only(plan((swedes("box", own=27), 5))).allocations[0]
    assert first.why == (
        "the recipient's own payday of 2026-11 is Fri 2026-11-27; se-brev promises 3 working days, so "
        "hand in Thu 2026-11-19 by 17:00 for delivery on Tue 2026-11-24 to group box; due on Fri "
        "2026-12-04, at least 10 days after delivery"
    )


def test_why_says_what_a_full_day_costs() -> None:
    first = only(plan((swedes(B), 1000), config=limited(400))).allocations[0]
    assert first.why.endswith("; 0.39 dearer than se-brev on Wed 2026-11-18, when the print site is full")


def test_a_country_without_a_section_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"countries\.NO: no such section"):
        plan((Cohort("NO", 0, "salary", "demand", 1, (A,)), 1))


# What holds for all inputs

COHORTS = st.builds(
    swedes, st.sampled_from(["A", "B", "box", ""]), st.sampled_from([0, 24, 25, 27, 28]), st.integers(1, 3)
)


@settings(deadline=None, max_examples=25)
@given(
    cohorts=st.dictionaries(COHORTS, st.integers(0, 500), max_size=5),
    today=st.dates(date(2026, 11, 9), date(2026, 11, 21)),
    capacity=st.none() | st.integers(0, 400),
    least=st.sampled_from([0, 100]),
    data=st.data(),
)
def test_every_piece_has_its_days_or_a_reason_whatever_the_order(
    cohorts: dict[Cohort, int], today: date, capacity: int | None, least: int, data: st.DataObject
) -> None:
    config = limited(capacity)
    rules = with_products(min_pieces=least, below_minimum="pay_up")
    asked: Sequence[tuple[Cohort, int]] = list(cohorts.items())
    made = plan(*asked, today=today, config=config, rules=rules)
    placed: Counter[Cohort] = Counter()
    load: Counter[date] = Counter()
    for planned in made.planned:
        for a in planned.allocations:
            placed[planned.cohort] += a.pieces
            load[a.option.hand_in] += a.pieces
            assert today < a.option.hand_in < a.option.delivery <= planned.payday < a.due
            assert a.due >= a.option.delivery + timedelta(days=10)
        assert list(days(planned)) == sorted(days(planned))
    for waits in made.waiting:
        placed[waits.cohort] += waits.pieces
        assert waits.reason
        assert waits.until is not None
    assert placed == Counter(cohorts)
    assert capacity is None or all(n <= capacity for n in load.values())
    assert made.worth.cost <= made.worth.greedy_cost + 1e-3 * sum(cohorts.values())
    assert plan(*data.draw(st.permutations(asked)), today=today, config=config, rules=rules) == made
