from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.postal.calendars import KINDS, Calendar, Calendars, Closures

CALENDARS = Calendars.load({})
SE = CALENDARS.of("bank", "SE")
FI = CALENDARS.of("bank", "FI")

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
DAY = timedelta(days=1)


def calendar(**entry: object) -> Calendar:
    base: dict[str, object] = {
        "country": "SE",
        "kind": "bank",
        "closed_weekdays": {"sat", "sun"},
        "categories": (),
        "verified": True,
        "source": "made up",
    }
    found = Closures.model_validate(base | entry)
    return Calendar("bank", found.country, (found,))


@pytest.mark.parametrize("country", ["SE", "FI"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_country_has_all_four_calendars(country: str, kind: str) -> None:
    assert CALENDARS.of(kind, country).is_open(date(2026, 11, 23))  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 6, 25)])
def test_swedish_banks_are_closed_on_the_eves(day: date) -> None:
    assert not SE.is_open(day)


@pytest.mark.parametrize("day", [date(2027, 3, 25), date(2026, 4, 2), date(2026, 4, 30), date(2027, 1, 5)])
def test_half_days_do_not_close_a_swedish_bank(day: date) -> None:
    assert SE.is_open(day)


def test_finnish_banks_are_closed_on_christmas_eve_and_open_on_new_years_eve() -> None:
    assert not FI.is_open(date(2026, 12, 24))
    assert FI.is_open(date(2026, 12, 31))


def test_working_days_are_counted_over_a_long_weekend() -> None:
    christmas = date(2026, 12, 23)
    assert SE.add(christmas, 1) == date(2026, 12, 28)
    assert SE.add(christmas, 4) == date(2027, 1, 4)
    assert SE.add(date(2026, 12, 26), 1) == date(2026, 12, 28)


def test_no_working_day_later_is_the_day_itself_or_the_next_open_one() -> None:
    assert SE.add(date(2026, 12, 23), 0) == date(2026, 12, 23)
    assert SE.add(date(2026, 12, 24), 0) == date(2026, 12, 28)


def test_the_nearest_bank_day_of_a_sunday_is_monday_and_of_two_equally_near_the_earlier() -> None:
    assert SE.nearest(date(2027, 4, 25)) == date(2027, 4, 26)
    # Saturday; closed from Friday the 24th to Sunday the 26th.
    assert SE.nearest(date(2027, 12, 25)) == date(2027, 12, 23)


@settings(deadline=None)
@given(day=days, n=st.integers(0, 12))
def test_adding_working_days_passes_exactly_that_many_open_days(day: date, n: int) -> None:
    end = SE.add(day, n)
    passed = [day + k * DAY for k in range(1, (end - day).days + 1) if SE.is_open(day + k * DAY)]
    assert SE.is_open(end)
    assert len(passed) == n or (n == 0 and not SE.is_open(day))


@settings(deadline=None)
@given(day=days)
def test_a_roll_ends_on_the_next_open_day_in_its_direction(day: date) -> None:
    before, after = FI.preceding(day), FI.following(day)
    assert before <= day <= after
    assert FI.is_open(before)
    assert FI.is_open(after)
    between = ((before + k * DAY) for k in range(1, (after - before).days))
    assert not any(FI.is_open(d) for d in between)
    assert FI.nearest(day) in (before, after)


def test_dates_of_the_table_go_before_the_library_and_the_weekday() -> None:
    own = calendar(
        categories=("public",), closed={date(2026, 11, 23)}, open={date(2026, 12, 25), date(2026, 11, 28)}
    )
    assert not own.is_open(date(2026, 11, 23))
    assert own.is_open(date(2026, 12, 25))
    assert own.is_open(date(2026, 11, 28))


def test_a_working_saturday_of_the_library_is_open() -> None:
    assert calendar(country="HU", categories=("public",)).is_open(date(2026, 8, 8))


def test_a_calendar_can_change_on_a_day() -> None:
    old = calendar(valid_to=date(2026, 11, 30)).entries
    new = calendar(valid_from=date(2026, 12, 1), closed_weekdays={"sun"}).entries
    both = Calendar("bank", "SE", old + new)
    assert not both.is_open(date(2026, 11, 28))
    assert both.is_open(date(2026, 12, 5))


def test_closures_tell_what_a_plain_week_does_not() -> None:
    assert SE.closures(date(2026, 12, 21), date(2027, 1, 1)) == (
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 31),
        date(2027, 1, 1),
    )
    worked = calendar(open={date(2026, 11, 28)})
    assert worked.closures(date(2026, 11, 23), date(2026, 11, 29)) == (date(2026, 11, 28),)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"categories": ("nope",)}, "SE: Category is not supported"),
        ({"country": "ZZ", "categories": ("public",)}, "ZZ: Country ZZ not available"),
        ({"country": "DE", "subdivision": "XX", "categories": ("public",)}, "DE: Entity `DE` does not have"),
        ({"valid_to": date(2026, 1, 1)}, "bank of SE: not valid on 2026-11-23"),
    ],
)
def test_a_calendar_that_cannot_say_is_refused(entry: dict[str, object], message: str) -> None:
    with pytest.raises(TableError, match=message):
        calendar(**entry).is_open(date(2026, 11, 23))


def test_a_calendar_without_open_days_is_refused_and_not_searched_for_ever() -> None:
    shut = calendar(closed_weekdays={"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
    with pytest.raises(TableError, match="no open day in 60 days from 2026-11-23"):
        shut.following(date(2026, 11, 23))


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(TableError, match="calendars: bank of NO: unknown"):
        CALENDARS.of("bank", "NO")
