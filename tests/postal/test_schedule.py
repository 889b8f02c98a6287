from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import assets
from pipelines.errors import ConfigError, TableError
from pipelines.model import Days, Waiting
from pipelines.postal.dated import WEEKDAYS
from pipelines.postal.paydays import Month
from pipelines.postal.products import Products
from pipelines.postal.schedule import Rules, days
from tests.postal.desk import TODAY, conf, rules

CONFIG = conf()
RULES = rules()


def without_spare(**changed: object) -> Rules:
    """The post's promise to the letter, as the worked examples of the trade count."""
    products = tuple(p.model_copy(update={"spare_days": 0} | changed) for p in RULES.products.products)
    return replace(RULES, products=Products(RULES.products.version, products))


def planned(country: str, own: int | None, month: str, today: date = TODAY, by: Rules = RULES) -> Days:
    found = days(country, own, Month.parse(month), today, CONFIG, by)
    assert isinstance(found, Days)
    return found


@pytest.mark.parametrize(
    ("month", "hand_in", "payday"),
    [
        ("2026-11", date(2026, 11, 20), date(2026, 11, 25)),
        ("2026-12", date(2026, 12, 18), date(2026, 12, 23)),
        ("2027-01", date(2027, 1, 20), date(2027, 1, 25)),
    ],
)
def test_three_working_days_in_sweden_are_counted_back_from_payday(
    month: str, hand_in: date, payday: date
) -> None:
    found = planned("SE", None, month, by=without_spare())
    assert (found.hand_in_date, found.delivery_date, found.payday) == (hand_in, payday, payday)


@pytest.mark.parametrize(
    ("month", "hand_in"),
    [("2026-11", date(2026, 11, 19)), ("2026-12", date(2026, 12, 17)), ("2027-01", date(2027, 1, 19))],
)
def test_the_shipped_swedish_product_suits_both_groups_of_every_other_day(month: str, hand_in: date) -> None:
    # The one hand-in day on which both groups are served by payday: on it, or the day before.
    assert planned("SE", None, month).hand_in_date == hand_in


def test_a_finnish_payday_on_a_tuesday_is_reached_on_the_monday() -> None:
    found = planned("FI", None, "2026-12", by=without_spare())
    assert found.payday == date(2026, 12, 15)
    assert found.delivery_date == date(2026, 12, 14)
    # Handed in on the 8th it would be sorted by the 14th; on the 9th it would come on Wednesday.
    assert found.hand_in_date == date(2026, 12, 8)


def test_the_deadline_is_the_bank_day_on_or_after_the_laws_minimum() -> None:
    assert planned("SE", None, "2026-11").due_date == date(2026, 12, 7)
    assert planned("SE", None, "2026-12").due_date == date(2027, 1, 4)
    assert planned("FI", None, "2026-12").due_date == date(2026, 12, 28)


def test_the_deadline_is_after_payday_even_where_the_law_asks_for_nothing() -> None:
    free = replace(RULES, minimum_days=lambda country, day: 0)
    assert planned("SE", None, "2026-11", by=free).due_date == date(2026, 11, 26)


def test_the_law_is_asked_for_the_day_of_delivery() -> None:
    asked: list[tuple[str, date]] = []

    def minimum(country: str, day: date) -> int:
        asked.append((country, day))
        return 10

    found = planned("SE", None, "2026-11", by=replace(RULES, minimum_days=minimum))
    assert set(asked) == {("SE", found.delivery_date)}


def test_why_says_all_days_in_one_line() -> None:
    assert planned("SE", 27, "2026-11").why == (
        "the recipient's own payday of 2026-11 is Fri 2026-11-27; se-brev needs 3 working days "
        "and 1 to spare, so hand in Mon 2026-11-23 by 17:00 for delivery on Fri 2026-11-27; "
        "due on Mon 2026-12-07, at least 10 days after delivery"
    )


def test_production_takes_its_working_days_before_the_first_hand_in() -> None:
    # One working day of production: handed in on Thursday the 19th at the earliest.
    assert planned("SE", None, "2026-11", today=date(2026, 11, 18)).hand_in_date == date(2026, 11, 19)
    late = days("SE", None, Month(2026, 11), date(2026, 11, 19), CONFIG, RULES)
    assert late == Waiting("SE", None, "payday_too_near", date(2026, 12, 17))


def test_who_waits_waits_for_the_first_payday_that_can_be_reached() -> None:
    waits = days("SE", 3, Month(2026, 9), date(2026, 11, 27), CONFIG, RULES)
    assert waits == Waiting("SE", 3, "payday_too_near", planned("SE", 3, "2027-01").hand_in_date)


@settings(deadline=None)
@given(
    country=st.sampled_from(["SE", "FI"]),
    own=st.one_of(st.none(), st.integers(1, 31)),
    month=st.builds(Month, st.integers(2026, 2028), st.integers(3, 12)),
    today=st.dates(date(2026, 3, 1), date(2028, 12, 31)),
    least=st.integers(0, 30),
)
def test_hand_in_delivery_payday_and_deadline_follow_one_another(
    country: str, own: int | None, month: Month, today: date, least: int
) -> None:
    by = replace(RULES, minimum_days=lambda country, day: least)
    calendars = by.calendars
    earliest = calendars.of("print_site", country).add(today, CONFIG.schedule.production_days)
    found = days(country, own, month, today, CONFIG, by)
    if isinstance(found, Waiting):
        assert found.until >= earliest
        return
    assert earliest <= found.hand_in_date < found.delivery_date <= found.payday < found.due_date
    assert found.due_date >= found.delivery_date + timedelta(days=least)
    assert calendars.of("post_processing", country).is_open(found.hand_in_date)
    assert calendars.of("print_site", country).is_open(found.hand_in_date)
    assert calendars.of("post_delivery", country).is_open(found.delivery_date)
    assert calendars.of("bank", country).is_open(found.due_date)
    product = by.products.of(found.product, country, found.hand_in_date)
    assert WEEKDAYS[found.delivery_date.weekday()] in product.delivery_weekdays
    # No later hand-in reaches the payday.
    processing, delivery = (calendars.of(kind, country) for kind in ("post_processing", "post_delivery"))
    following = processing.add(found.hand_in_date, 1)
    later = product.delivered(following, processing, delivery)
    assert later is not None
    assert later > found.payday


@settings(deadline=None)
@given(today=st.dates(date(2026, 11, 1), date(2026, 12, 31)), own=st.integers(1, 31))
def test_a_later_run_never_hands_in_earlier(today: date, own: int) -> None:
    first = days("SE", own, Month(2026, 12), today, CONFIG, RULES)
    second = days("SE", own, Month(2026, 12), today + timedelta(days=1), CONFIG, RULES)
    if isinstance(second, Days):
        assert second == first


def test_a_country_without_a_section_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"countries\.NO: no such section"):
        days("NO", None, Month(2026, 12), TODAY, CONFIG, RULES)


def test_a_product_that_reaches_nobody_is_refused() -> None:
    never = without_spare(delivery_weekdays=frozenset({"sun"}))
    with pytest.raises(TableError, match="se-brev of SE: no delivery day after 2026-11-25"):
        days("SE", None, Month(2026, 11), TODAY, CONFIG, never)


def test_a_table_that_ends_before_the_payday_stops_the_run() -> None:
    ends = without_spare(valid_to=date(2026, 11, 24))
    with pytest.raises(TableError, match="not valid on 2026-11-25"):
        days("SE", None, Month(2026, 11), TODAY, CONFIG, ends)


def test_the_users_own_tables_are_used_and_named(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    text = assets.table("products.toml").read_text(encoding="utf-8")
    own.write_text(text.replace("spare_days = 1", "spare_days = 2"), encoding="utf-8")
    schedule = CONFIG.schedule.model_copy(update={"tables": {"products": own}})
    mine = Rules.load(CONFIG.model_copy(update={"schedule": schedule}), RULES.minimum_days)
    assert planned("SE", None, "2026-11", by=mine).hand_in_date == date(2026, 11, 18)
    assert [v.name for v in mine.versions] == ["calendars", "paydays", "products"]
    assert mine.versions[2].sha256 != RULES.versions[2].sha256
