from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TableError, UsageError
from pipelines.postal.calendars import Calendars
from pipelines.postal.paydays import Month, Paydays, Rule, payday

PAYDAYS = Paydays.load({})
BANK = {country: Calendars.load({}).of("bank", country) for country in ("SE", "FI")}

months = st.builds(Month, st.integers(2026, 2030), st.integers(1, 12))


def paid(country: str, month: str, own: int | None = None, cohort: str = "salary") -> date:
    return payday(country, own, Month.parse(month), PAYDAYS, BANK[country], cohort)


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ("2026-11", date(2026, 11, 25)),
        ("2026-12", date(2026, 12, 23)),
        ("2027-01", date(2027, 1, 25)),
        ("2027-03", date(2027, 3, 25)),
        ("2027-04", date(2027, 4, 23)),
        ("2027-06", date(2027, 6, 24)),
        ("2027-12", date(2027, 12, 23)),
    ],
)
def test_swedish_wages_are_paid_on_the_25th_or_the_bank_day_before(month: str, day: date) -> None:
    assert paid("SE", month) == day


@pytest.mark.parametrize(
    ("month", "day"),
    [("2026-12", date(2026, 12, 23)), ("2027-04", date(2027, 4, 26)), ("2027-09", date(2027, 9, 24))],
)
def test_the_swedish_state_moves_a_saturday_to_friday_and_a_sunday_to_monday(month: str, day: date) -> None:
    assert paid("SE", month, cohort="salary-state") == day


def test_finnish_wages_are_paid_on_the_15th_or_the_bank_day_before() -> None:
    assert paid("FI", "2026-12") == date(2026, 12, 15)
    assert paid("FI", "2026-11") == date(2026, 11, 13)


def test_a_last_bank_day_may_be_the_last_day_of_the_year_in_finland() -> None:
    assert paid("FI", "2026-12", cohort="salary-last") == date(2026, 12, 31)
    assert paid("FI", "2027-01", cohort="salary-last") == date(2027, 1, 29)


def test_a_finnish_pension_never_comes_in_the_month_before() -> None:
    assert paid("FI", "2027-01", cohort="pension-earnings") == date(2027, 1, 4)
    assert paid("FI", "2026-11", cohort="pension-earnings") == date(2026, 11, 2)


def test_the_recipients_own_day_goes_before_the_countrys_rule() -> None:
    assert paid("SE", "2026-11", own=27) == date(2026, 11, 27)


def test_an_own_day_that_the_month_lacks_is_its_last_day() -> None:
    assert paid("SE", "2026-11", own=31) == date(2026, 11, 30)
    assert paid("FI", "2028-02", own=30) == date(2028, 2, 29)


def test_an_own_day_on_new_years_day_is_paid_in_december() -> None:
    assert paid("SE", "2027-01", own=1) == date(2026, 12, 30)
    assert paid("FI", "2027-01", own=1) == date(2026, 12, 31)


@settings(deadline=None)
@given(country=st.sampled_from(["SE", "FI"]), own=st.integers(1, 31), month=months)
def test_an_own_payday_is_the_last_bank_day_up_to_the_day(country: str, own: int, month: Month) -> None:
    found = payday(country, own, month, PAYDAYS, BANK[country])
    named = month.day(own)
    assert found <= named
    assert BANK[country].is_open(found)
    skipped = [found + timedelta(days=k) for k in range(1, (named - found).days + 1)]
    assert not any(BANK[country].is_open(day) for day in skipped)


def rule(**entry: object) -> Rule:
    base: dict[str, object] = {"country": "SE", "cohort": "salary", "verified": True, "source": "made up"}
    return Rule.model_validate(base | entry)


def test_an_announced_day_goes_before_the_rule() -> None:
    own = rule(anchor="day", day=25, roll="preceding", overrides={"2026-12": date(2026, 12, 22)})
    assert own.on(Month(2026, 12), BANK["SE"]) == date(2026, 12, 22)
    assert own.on(Month(2026, 11), BANK["SE"]) == date(2026, 11, 25)


def test_a_rule_can_roll_forward() -> None:
    assert rule(anchor="day", day=25, roll="following").on(Month(2026, 12), BANK["SE"]) == date(2026, 12, 28)


@pytest.mark.parametrize("entry", [{"anchor": "day", "day": 25}, {"anchor": "last_bank_day", "day": 25}])
def test_a_rule_that_lacks_or_contradicts_its_anchor_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="anchor 'day' needs day and roll"):
        rule(**entry)


def test_a_country_without_a_rule_is_refused() -> None:
    with pytest.raises(TableError, match="paydays: salary of NO: unknown"):
        payday("NO", None, Month(2026, 12), PAYDAYS, BANK["SE"])


@pytest.mark.parametrize("own", [0, 32, -1])
def test_an_own_day_that_no_month_has_is_a_bug(own: int) -> None:
    with pytest.raises(ValueError, match="is not a day of a month"):
        paid("SE", "2026-12", own=own)


@pytest.mark.parametrize(
    "period", ["2026-13", "2026-1", "2026", "2026-12-01", "0000-01", " 2026-12", "２０２６-12"]
)
def test_a_period_that_is_no_month_is_refused(period: str) -> None:
    with pytest.raises(UsageError, match="is no month: write it as YYYY-MM"):
        Month.parse(period)


@settings(deadline=None)
@given(month=months)
def test_a_month_reads_as_it_prints_and_the_next_one_begins_the_day_after_its_last(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert month.next().day(1) == month.day(31) + timedelta(days=1)
