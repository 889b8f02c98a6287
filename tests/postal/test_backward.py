from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import Config, Costs
from pipelines.errors import ConfigError, TableError
from pipelines.postal.backward import Backward, Refusal, hand_ins, robust
from pipelines.postal.calendars import Calendar, Calendars
from pipelines.postal.patterns import Patterns
from pipelines.postal.products import Product, Products
from pipelines.postal.promises import DeliveryDays, target
from pipelines.postal.terms import Cohort, Option, Route
from tests.postal.desk import conf
from tests.postal.test_products import product

CALENDARS = Calendars.load({})
PRODUCTS = Products.load({})
PATTERNS = Patterns.load({})
DAY = timedelta(days=1)
MONDAY = date(2026, 7, 6)
"""The first day of a two-week round."""

NOVEMBER = date(2026, 11, 25)
EARLIEST = date(2026, 11, 3)


@dataclass(frozen=True)
class Round:
    """Delivery on these days of a two-week round, 0..13, when the carrier works."""

    days: frozenset[int]
    carrier: Calendar

    def is_delivery(self, day: date) -> bool:
        return (day - MONDAY).days % 14 in self.days and self.carrier.is_open(day)

    def on_or_after(self, day: date) -> date:
        return self._walk(day, DAY)

    def on_or_before(self, day: date) -> date:
        return self._walk(day, -DAY)

    def _walk(self, day: date, step: timedelta) -> date:
        return next(d for d in (day + n * step for n in range(60)) if self.is_delivery(d))


@dataclass(frozen=True)
class Rounds:
    """One round for every country, product and group."""

    days_of_round: frozenset[int]

    def days(self, country: str, product: str, group: str, calendars: Calendars) -> DeliveryDays:
        return Round(self.days_of_round, calendars.of("post_delivery", country))


def sold(*products: Product) -> Products:
    return Products(PRODUCTS.version, products)


def scheduled(**schedule: object) -> Config:
    base = conf()
    return base.model_copy(update={"schedule": base.schedule.model_copy(update=schedule)})


def cohort(*groups: str, country: str = "SE", kind: str = "demand", sheets: int = 1) -> Cohort:
    return Cohort(country, 0, "salary", kind, sheets, groups)


def route(*products: str, country: str = "SE") -> Route:
    return Route(country, "strand", products)


def asked(
    group: str,
    payday: date = NOVEMBER,
    earliest: date = EARLIEST,
    *,
    config: Config | None = None,
    products: Products = PRODUCTS,
    ready: time = time.min,
    kind: str = "demand",
    sheets: int = 1,
) -> tuple[Option, ...] | Refusal:
    """What the shipped patterns give for se-brev."""
    desk = Backward(products, CALENDARS, PATTERNS, config or conf())
    return desk.options(cohort(group, kind=kind, sheets=sheets), payday, route("se-brev"), earliest, ready)


def options(found: tuple[Option, ...] | Refusal) -> tuple[Option, ...]:
    assert not isinstance(found, Refusal)
    return found


def days(month: int, *numbers: int) -> tuple[date, ...]:
    return tuple(date(2027 if month == 1 else 2026, month, n) for n in numbers)


# The worked examples: three working days, every other day in two groups.

EXAMPLES = [
    ("A", date(2026, 11, 25), date(2026, 11, 25), days(11, 19, 20)),
    ("B", date(2026, 11, 25), date(2026, 11, 24), days(11, 18, 19)),
    ("A", date(2026, 12, 23), date(2026, 12, 23), days(12, 17, 18)),
    ("B", date(2026, 12, 23), date(2026, 12, 22), days(12, 16, 17)),
    ("B", date(2027, 1, 25), date(2027, 1, 25), days(1, 19, 20)),
    ("A", date(2027, 1, 25), date(2027, 1, 22), days(1, 18, 19)),
]


@pytest.mark.parametrize(("group", "payday", "aim", "hand_in"), EXAMPLES)
def test_swedish_letters_are_handed_in_on_two_days_for_one_delivery_day(
    group: str, payday: date, aim: date, hand_in: tuple[date, ...]
) -> None:
    group_days = PATTERNS.days("SE", "se-brev", group, CALENDARS)
    processing = CALENDARS.of("post_processing", "SE")
    assert target(payday, group_days) == aim
    assert hand_ins(aim, 3, group_days, processing) == hand_in


@pytest.mark.parametrize(("group", "payday", "aim", "hand_in"), EXAMPLES)
def test_the_options_that_aim_at_the_last_delivery_day_are_those_two(
    group: str, payday: date, aim: date, hand_in: tuple[date, ...]
) -> None:
    found = options(asked(group, payday))
    assert tuple(o.hand_in for o in found if o.delivery == aim) == hand_in
    assert max(o.delivery for o in found) == aim


def test_the_swedish_payday_of_december_is_the_23rd() -> None:
    bank = CALENDARS.of("bank", "SE")
    assert bank.preceding(date(2026, 12, 25)) == date(2026, 12, 23)


def test_danish_letters_aim_at_the_30th_of_december() -> None:
    payday = CALENDARS.of("bank", "DK").preceding(date(2026, 12, 31))
    assert payday == date(2026, 12, 30)
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    group = PATTERNS.groups("DK", "dk-brev", ["8000"], payday)[0]
    found = options(
        desk.options(cohort(group, country="DK"), payday, route("dk-brev", country="DK"), EARLIEST)
    )
    assert max(o.delivery for o in found) == payday
    # 24, 25 and 26 December are closed: five working days before Wednesday the 30th.
    assert max(o.hand_in for o in found) == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("month", "payday", "aim"),
    [
        (date(2026, 12, 1), date(2026, 12, 1), date(2026, 11, 30)),  # a Tuesday: no letters
        (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 4)),
    ],
)
def test_finnish_letters_aim_at_the_pension_of_the_first_bank_day(
    month: date, payday: date, aim: date
) -> None:
    assert CALENDARS.of("bank", "FI").following(month) == payday
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    found = options(
        desk.options(cohort("week", country="FI"), payday, route("fi-kirje", country="FI"), date(2026, 11, 9))
    )
    assert max(o.delivery for o in found) == aim


def test_a_group_that_is_served_every_day_has_one_hand_in_day() -> None:
    box = PATTERNS.days("SE", "se-brev", "box", CALENDARS)
    assert hand_ins(NOVEMBER, 3, box, CALENDARS.of("post_processing", "SE")) == days(11, 20)


def test_a_group_that_is_served_once_a_week_has_five() -> None:
    wednesdays = Round(frozenset({2, 9}), CALENDARS.of("post_delivery", "SE"))
    found = hand_ins(NOVEMBER, 3, wednesdays, CALENDARS.of("post_processing", "SE"))
    assert found == days(11, 16, 17, 18, 19, 20)


def test_nothing_is_handed_in_for_a_day_without_delivery() -> None:
    b = PATTERNS.days("SE", "se-brev", "B", CALENDARS)
    assert hand_ins(NOVEMBER, 3, b, CALENDARS.of("post_processing", "SE")) == ()


@pytest.mark.parametrize(
    ("share", "hand_in"),
    [(0.30, date(2026, 11, 23)), (0.85, date(2026, 11, 20)), (0.97, date(2026, 11, 18))],
)
def test_the_robust_hand_in_leaves_the_working_days_of_a_quantile(share: float, hand_in: date) -> None:
    se_brev = PRODUCTS.of("se-brev", "SE", NOVEMBER)
    assert robust(NOVEMBER, se_brev, share, CALENDARS.of("post_processing", "SE")) == hand_in


# What an option says.


def test_the_first_hand_in_for_a_delivery_day_is_the_surer_one() -> None:
    thursday, friday = [o for o in options(asked("A")) if o.delivery == NOVEMBER]
    # Handed in on Friday the 20th, 2 or 3 working days do; on Thursday, 4 do as well.
    assert friday.on_time == pytest.approx(0.85)
    assert thursday.on_time == pytest.approx(0.93)


def test_the_cost_is_early_and_late_over_the_transit_and_the_price() -> None:
    friday = options(asked("A"))[-1]
    assert friday.hand_in == date(2026, 11, 20)
    # 2, 3 working days: payday. 4, 5: Friday the 27th. 6: Tuesday 1 December.
    assert friday.cost == pytest.approx(0.12 * 50 + 0.03 * 90 + 8.40)


def test_the_example_of_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    found = [o for o in options(asked("A")) if o.hand_in >= date(2026, 11, 17)]
    assert min(options(asked("A")), key=lambda o: o.cost).hand_in == date(2026, 11, 19)
    names = ("Mon", "Tue", "Wed", "Thu", "Fri")
    for o in found:
        came, went = (f"{names[day.weekday()]} {day.day} Nov" for day in (o.hand_in, o.delivery))
        assert f"| {came} | {went} | {o.on_time:.0%}".replace("%", " %") in text
        assert f"| {o.cost - 8.40:.2f} |" in text


def test_a_price_counts_at_the_rate_of_its_currency() -> None:
    free = scheduled(costs=Costs(early=0, late=0, later=0, rates={"SEK": 0.5}))
    assert {o.cost for o in options(asked("A", config=free))} == {4.2}


def test_more_sheets_pay_a_higher_step() -> None:
    # Three sheets of 5.6 g in an envelope of 7 g are over 20 g.
    one, three = (options(asked("A", sheets=n)) for n in (1, 3))
    assert [b.cost - a.cost for a, b in zip(one, three, strict=True)] == pytest.approx([1.5] * len(one))


def test_no_planned_delivery_is_earlier_than_the_days_that_count_as_near() -> None:
    near = options(asked("A", config=scheduled(earliest_days=5)))
    assert {o.delivery for o in near} == {date(2026, 11, 23), NOVEMBER}
    assert {o.delivery for o in options(asked("A", config=scheduled(earliest_days=0)))} == {NOVEMBER}


def test_an_unknown_group_is_planned_for_the_worst_of_the_groups() -> None:
    unknown, a, b = ({o.hand_in: o for o in options(asked(g))} for g in ("", "A", "B"))
    # Handed in on Friday, letters of group B would be planned for Thursday, after payday.
    assert max(unknown) == date(2026, 11, 19)
    for day, option in unknown.items():
        known = [g[day] for g in (a, b) if day in g]
        assert option.delivery >= max(o.delivery for o in known)
        assert option.on_time <= min(o.on_time for o in known) + 1e-9


def test_options_are_in_the_order_of_product_and_hand_in() -> None:
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    found = options(
        desk.options(
            cohort("week", "week", "week", country="FI"),
            date(2026, 12, 15),
            route("fi-kirje-vakio", "fi-kirje-nopea", "fi-kirje", country="FI"),
            EARLIEST,
        )
    )
    assert [(o.product, o.hand_in) for o in found] == sorted((o.product, o.hand_in) for o in found)
    assert {o.product for o in found} == {"fi-kirje", "fi-kirje-nopea", "fi-kirje-vakio"}
    # The faster product may be handed in later.
    last = {
        name: max(o.hand_in for o in found if o.product == name) for name in ("fi-kirje", "fi-kirje-nopea")
    }
    assert last["fi-kirje"] < last["fi-kirje-nopea"]


# What is refused, and why.


@pytest.mark.parametrize("kind", ["demand", "invoice"])
def test_german_advertising_mail_refuses_demands_and_invoices(kind: str) -> None:
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    payday = date(2026, 11, 30)
    letter = cohort("daily", country="DE", kind=kind)
    only = desk.options(letter, payday, route("de-dialogpost", country="DE"), EARLIEST)
    assert only is Refusal.CLASS_NOT_ALLOWED
    both = replace(letter, groups=("daily", "daily"))
    found = desk.options(both, payday, route("de-brief", "de-dialogpost", country="DE"), EARLIEST)
    assert {o.product for o in options(found)} == {"de-brief"}


def test_a_piece_above_the_last_step_is_refused() -> None:
    # 44 sheets: 254 g with the envelope.
    assert asked("A", sheets=44) is Refusal.PIECE_TOO_LARGE
    assert options(asked("A", sheets=43))


def test_a_payday_that_is_too_near_is_refused() -> None:
    assert asked("A", earliest=date(2026, 11, 23)) is Refusal.TOO_LATE
    assert asked("A", earliest=NOVEMBER + 5 * DAY) is Refusal.TOO_LATE
    assert [o.hand_in for o in options(asked("A", earliest=date(2026, 11, 20)))] == [date(2026, 11, 20)]


def test_a_counter_that_closes_before_the_pieces_are_ready_is_missed_on_the_first_day() -> None:
    friday = date(2026, 11, 20)
    assert options(asked("A", earliest=friday, ready=time(17)))
    assert asked("A", earliest=friday, ready=time(17, 1)) is Refusal.TOO_LATE
    thursday = options(asked("A", earliest=friday - DAY, ready=time(17, 1)))
    assert [o.hand_in for o in thursday] == [friday]


def test_a_group_without_a_delivery_day_that_is_near_is_refused() -> None:
    # Group B has Tuesday the 24th; payday itself it has not.
    assert asked("B", config=scheduled(earliest_days=0)) is Refusal.NO_DELIVERY_DAY
    soon = date(2026, 11, 23)
    assert asked("B", earliest=soon, config=scheduled(earliest_days=0)) is Refusal.NO_DELIVERY_DAY
    assert asked("B", earliest=soon, config=scheduled(earliest_days=1)) is Refusal.TOO_LATE


def test_days_under_embargo_are_left_out() -> None:
    found = options(asked("A", config=scheduled(embargo=(date(2026, 11, 19),))))
    assert date(2026, 11, 19) not in {o.hand_in for o in found}
    assert date(2026, 11, 20) in {o.hand_in for o in found}
    only = scheduled(embargo=(date(2026, 11, 20),))
    assert asked("A", earliest=date(2026, 11, 20), config=only) is Refusal.EMBARGO


def test_a_day_on_which_the_product_is_not_taken_is_left_out() -> None:
    weekdays = frozenset({"mon", "tue", "wed"})
    some = sold(PRODUCTS.of("se-brev", "SE", NOVEMBER).model_copy(update={"hand_in_weekdays": weekdays}))
    found = options(asked("A", products=some))
    assert {o.hand_in.weekday() for o in found} == {0, 1, 2}


@pytest.mark.parametrize(
    ("kind", "comes"), [("print_site", date(2026, 11, 23)), ("post_processing", date(2026, 11, 25))]
)
def test_nothing_is_handed_in_where_post_or_print_site_is_closed(kind: str, comes: date) -> None:
    thursday = date(2026, 11, 19)
    shut = tuple(
        e.model_copy(update={"closed": {thursday}}) if e.kind == kind else e for e in CALENDARS.entries
    )
    desk = Backward(PRODUCTS, replace(CALENDARS, entries=shut), PATTERNS, conf())
    found = options(desk.options(cohort("A"), NOVEMBER, route("se-brev"), EARLIEST))
    deliveries = {o.hand_in: o.delivery for o in found}
    assert thursday not in deliveries
    # What was handed in the day before is sorted on, unless it is the post that is closed.
    assert deliveries[date(2026, 11, 18)] == comes


def test_a_slower_entry_site_is_planned_with_its_days() -> None:
    site = PRODUCTS.of("se-brev", "SE", NOVEMBER).model_copy(update={"entry_days": 1})
    at_terminal, usual = (
        {o.hand_in: o for o in options(asked("A", products=p))} for p in (sold(site), PRODUCTS)
    )
    assert max(at_terminal) == date(2026, 11, 19)
    # A working day earlier the letters come on the same days as from the usual site.
    earlier, later = at_terminal[date(2026, 11, 19)], usual[date(2026, 11, 20)]
    assert (earlier.delivery, earlier.on_time, earlier.cost) == (later.delivery, later.on_time, later.cost)


def test_send_now_also_sends_late_and_says_what_that_costs() -> None:
    now = scheduled(too_late="send_now")
    in_time, both = options(asked("A")), options(asked("A", config=now))
    assert set(in_time) < set(both)
    late = [o for o in both if o not in in_time]
    assert all(o.delivery > NOVEMBER for o in late)
    assert min(o.cost for o in late) > max(o.cost for o in in_time)
    assert all(o.on_time < 0.85 for o in late)


def test_what_can_only_come_late_may_be_spread_over_a_week() -> None:
    found = options(asked("A", earliest=date(2026, 11, 24), config=scheduled(too_late="send_now")))
    assert [o.hand_in for o in found] == [*days(11, 24, 25, 26, 27, 30), date(2026, 12, 1)]
    assert all(o.on_time == 0 for o in found)


def test_the_product_of_the_hand_in_day_counts() -> None:
    old = PRODUCTS.of("se-brev", "SE", NOVEMBER)
    slow = old.model_copy(update={"promised_days": 5, "transit": {5: 1.0}, "valid_from": date(2026, 11, 19)})
    both = sold(old.model_copy(update={"valid_to": date(2026, 11, 18)}), slow)
    before = {o.hand_in: o for o in options(asked("A"))}
    after = {o.hand_in: o for o in options(asked("A", products=both))}
    # From the 19th on it takes five days, which is after payday; before it nothing changes.
    assert after == {day: o for day, o in before.items() if day <= date(2026, 11, 18)}


def test_a_table_that_ends_before_the_payday_stops_the_run() -> None:
    ends = PRODUCTS.of("se-brev", "SE", NOVEMBER).model_copy(update={"valid_to": date(2026, 11, 24)})
    with pytest.raises(TableError, match="se-brev of SE: not valid on 2026-11-25"):
        asked("A", products=sold(ends))


def ends(last: date) -> Calendars:
    """The shipped calendars of the post, which tell nothing after `last`."""
    post = ("post_processing", "post_delivery")
    entries = (e.model_copy(update={"valid_to": last} if e.kind in post else {}) for e in CALENDARS.entries)
    return replace(CALENDARS, entries=tuple(entries))


def until(last: date, config: Config | None = None) -> tuple[Option, ...]:
    """What can be done for group A when the calendars of the post end on `last`."""
    desk = Backward(PRODUCTS, ends(last), Patterns.load({}), config or conf())
    return options(desk.options(cohort("A"), NOVEMBER, route("se-brev"), EARLIEST))


def test_the_calendars_of_the_post_need_not_reach_beyond_payday() -> None:
    all_known = options(asked("A"))
    assert until(date(2026, 12, 31)) == all_known
    short = until(NOVEMBER)
    # The same days and the same share in time: only how late the late ones come is not known.
    assert [replace(o, cost=0) for o in short] == [replace(o, cost=0) for o in all_known]
    by_day = {o.hand_in: o.cost for o in short}
    # 4, 5, 6 days: all taken for as late as can be.
    costs = conf().schedule.costs
    worst = costs.late + 5 * costs.later
    assert by_day[date(2026, 11, 20)] == pytest.approx(0.15 * worst + 8.40)
    assert all(o.cost >= known.cost for o, known in zip(short, all_known, strict=True))


@pytest.mark.parametrize("last", [date(2026, 11, 24), date(2026, 11, 20)])
def test_a_calendar_that_ends_before_the_payday_stops_the_run(last: date) -> None:
    with pytest.raises(TableError, match="not valid on 2026-11-2"):
        until(last)


def test_letters_that_are_sent_late_need_the_days_on_which_they_are_planned() -> None:
    with pytest.raises(TableError, match="not valid on 2026-11-2"):
        until(NOVEMBER, scheduled(too_late="send_now"))


def test_a_tail_beyond_the_table_is_counted_anew_for_a_later_payday() -> None:
    desk = Backward(PRODUCTS, ends(date(2026, 11, 30)), Patterns.load({}), conf())
    friday = date(2026, 11, 20)
    found = options(desk.options(cohort("A"), NOVEMBER, route("se-brev"), friday))
    assert [o.hand_in for o in found] == [friday]
    with pytest.raises(TableError, match="not valid on 2026-12-01"):
        desk.options(cohort("A"), date(2026, 12, 1), route("se-brev"), friday)


def test_another_product_that_begins_or_ends_near_the_payday_is_no_option_on_other_days() -> None:
    usual = PRODUCTS.of("se-brev", "SE", NOVEMBER)
    quick = usual.model_copy(update={"id": "se-quick", "promised_days": 1, "transit": {1: 1.0}})

    def taken(**dates: date) -> tuple[Option, ...]:
        desk = Backward(sold(usual, quick.model_copy(update=dates)), CALENDARS, PATTERNS, conf())
        return options(
            desk.options(cohort("A", "A"), NOVEMBER, route("se-brev", "se-quick"), date(2026, 11, 16))
        )

    def days_of(found: tuple[Option, ...]) -> list[int]:
        return [o.hand_in.day for o in found if o.product == "se-quick"]

    always = taken()
    assert days_of(always) == [16, 17, 18, 19, 20, 23, 24]
    assert days_of(taken(valid_to=date(2026, 11, 19))) == [16, 17, 18, 19]
    assert days_of(taken(valid_from=date(2026, 11, 23))) == [23, 24]
    assert days_of(taken(valid_to=date(2026, 6, 30))) == []
    for found in (always, taken(valid_to=date(2026, 6, 30))):
        assert [o for o in found if o.product == "se-brev"] == [o for o in always if o.product == "se-brev"]


def test_a_product_that_no_entry_names_stops_the_run() -> None:
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    with pytest.raises(TableError, match="se-quikc of SE: unknown"):
        desk.options(cohort("A", "A"), NOVEMBER, route("se-brev", "se-quikc"), EARLIEST)


def test_a_print_site_abroad_keeps_its_own_holidays() -> None:
    payday = date(2027, 1, 25)
    desk = Backward(PRODUCTS, shut("FI", date(2027, 1, 19)), PATTERNS, conf(country="FI"))
    at_home = Backward(PRODUCTS, shut("FI", date(2027, 1, 19)), PATTERNS, conf())
    abroad, home = (
        {o.hand_in for o in options(d.options(cohort("B"), payday, route("se-brev"), date(2027, 1, 11)))}
        for d in (desk, at_home)
    )
    assert home - abroad == {date(2027, 1, 19)}
    assert abroad < home


def shut(country: str, day: date) -> Calendars:
    """The shipped calendars, and print sites in `country` are closed on `day`, too."""
    return replace(
        CALENDARS,
        entries=tuple(
            e.model_copy(update={"closed": e.closed | {day}})
            if (e.kind, e.country) == ("print_site", country)
            else e
            for e in CALENDARS.entries
        ),
    )


def test_a_group_that_no_table_knows_stops_the_run() -> None:
    with pytest.raises(TableError, match="unknown"):
        asked("Q")


def test_a_currency_without_a_rate_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"schedule\.costs\.rates: none for SEK: se-brev has its prices"):
        asked("A", config=scheduled(costs=Costs(rates={"EUR": 11.2})))


def test_a_vendor_without_a_section_is_refused() -> None:
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    with pytest.raises(ConfigError, match=r"vendors\.gone: no such section"):
        desk.options(cohort("A"), NOVEMBER, Route("SE", "gone", ("se-brev",)), EARLIEST)


def test_what_is_remembered_changes_nothing() -> None:
    desk = Backward(PRODUCTS, CALENDARS, PATTERNS, conf())
    for payday in (NOVEMBER, date(2026, 12, 23), NOVEMBER):
        for group in ("A", "B", "A", ""):
            found = desk.options(cohort(group), payday, route("se-brev"), EARLIEST)
            assert found == asked(group, payday)


# For every pattern, transit and payday.

rounds = st.frozensets(st.integers(0, 13).filter(lambda n: n % 7 < 5), min_size=1)
paydays = st.dates(date(2026, 9, 1), date(2027, 6, 30))


@st.composite
def letters(draw: st.DrawFn) -> Product:
    weights = draw(st.dictionaries(st.integers(1, 8), st.integers(1, 9), min_size=1, max_size=5))
    total = sum(weights.values())
    return product(transit={k: n / total for k, n in weights.items()}, promised_days=draw(st.integers(1, 8)))


def made(
    kept: frozenset[int], letter: Product, payday: date, config: Config, before: int = 40
) -> tuple[Option, ...] | Refusal:
    desk = Backward(sold(letter), CALENDARS, Rounds(kept), config)
    return desk.options(cohort("any"), payday, route("se-brev"), payday - before * DAY)


@settings(deadline=None, max_examples=60)
@given(rounds, letters(), paydays, st.booleans())
def test_every_option_keeps_what_it_promises(
    kept: frozenset[int], letter: Product, payday: date, send_now: bool
) -> None:
    config = scheduled(too_late="send_now" if send_now else "defer")
    found = made(kept, letter, payday, config)
    if isinstance(found, Refusal):
        assert found is Refusal.NO_DELIVERY_DAY
        return
    price = float(letter.steps[0].price)
    group_days = Round(kept, CALENDARS.of("post_delivery", "SE"))
    processing, site = (CALENDARS.of(kind, "SE") for kind in ("post_processing", "print_site"))
    for option in found:
        assert option.cost >= price
        assert 0 <= option.on_time <= 1
        assert payday - 40 * DAY <= option.hand_in < option.delivery
        assert option.delivery >= payday - config.schedule.earliest_days * DAY
        assert send_now or option.delivery <= payday
        assert processing.is_open(option.hand_in)
        assert site.is_open(option.hand_in)
        assert option.delivery == group_days.on_or_after(processing.add(option.hand_in, letter.transit_days))
        last = group_days.on_or_after(processing.add(option.hand_in, max(letter.transit)))
        assert (option.on_time == 1) == (last <= payday)
    order = [(o.product, o.hand_in) for o in found]
    assert order == sorted(set(order))


@settings(deadline=None, max_examples=60)
@given(rounds, st.integers(1, 8), paydays)
def test_a_letter_that_surely_comes_on_payday_costs_its_price(
    kept: frozenset[int], k: int, payday: date
) -> None:
    letter = product(transit={k: 1.0}, promised_days=k)
    found = made(kept, letter, payday, conf())
    for option in () if isinstance(found, Refusal) else found:
        early = (payday - option.delivery).days
        assert option.on_time == 1
        assert option.cost == pytest.approx(9.90 + conf().schedule.costs.early * early)


@settings(deadline=None, max_examples=60)
@given(rounds, letters(), paydays, st.integers(1, 10))
def test_a_later_payday_makes_no_option_later_than_before(
    kept: frozenset[int], letter: Product, payday: date, days_more: int
) -> None:
    # From the same first hand-in day on.
    near = made(kept, letter, payday, conf())
    far = made(kept, letter, payday + days_more * DAY, conf(), before=40 + days_more)
    if isinstance(near, Refusal) or isinstance(far, Refusal):
        return
    assert last_day(far) >= last_day(near)
    surer = {o.hand_in: o.on_time for o in far}
    assert all(surer.get(o.hand_in, 1) >= o.on_time for o in near)


@settings(deadline=None, max_examples=60)
@given(rounds, letters(), paydays)
def test_tables_that_end_with_the_payday_change_no_option_but_what_the_late_ones_cost(
    kept: frozenset[int], letter: Product, payday: date
) -> None:
    known = made(kept, letter, payday, conf())
    desk = Backward(sold(letter), ends(payday), Rounds(kept), conf())
    found = desk.options(cohort("any"), payday, route("se-brev"), payday - 40 * DAY)
    if isinstance(known, Refusal) or isinstance(found, Refusal):
        assert found == known
        return
    assert [replace(o, cost=0) for o in found] == [replace(o, cost=0) for o in known]
    assert all(o.cost >= k.cost - 1e-9 for o, k in zip(found, known, strict=True))
    assert all(o.cost == pytest.approx(k.cost) for o, k in zip(found, known, strict=True) if o.on_time == 1)


def last_day(found: Iterable[Option]) -> date:
    return max(option.hand_in for option in found)


@settings(deadline=None, max_examples=60)
@given(rounds, letters(), paydays)
def test_the_latest_hand_in_is_the_last_one_that_reaches_the_target(
    kept: frozenset[int], letter: Product, payday: date
) -> None:
    processing = CALENDARS.of("post_processing", "SE")
    group_days = Round(kept, CALENDARS.of("post_delivery", "SE"))
    aim = target(payday, group_days)
    reaching = hand_ins(aim, letter.transit_days, group_days, processing)
    # A carrier who calls every other week can be kept away for a month by holidays.
    found = made(kept, letter, payday, scheduled(earliest_days=31), before=130)
    if not reaching or isinstance(found, Refusal):
        return
    assert last_day(found) == reaching[-1]
    assert tuple(o.hand_in for o in found if o.delivery == aim) == reaching
