from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.model import TableVersion
from pipelines.postal.calendars import KINDS, Calendar, Calendars, Closures

CALENDARS = Calendars.load({})
SE, FI, NO, DK, DE = (CALENDARS.of("bank", country) for country in ("SE", "FI", "NO", "DK", "DE"))

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


@pytest.mark.parametrize("country", ["SE", "FI", "NO", "DK", "DE"])
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


@pytest.mark.parametrize(
    ("wage_day", "last"),
    [
        (date(2026, 12, 25), date(2026, 12, 23)),
        (date(2027, 3, 25), date(2027, 3, 25)),
        (date(2027, 6, 25), date(2027, 6, 24)),
        (date(2027, 12, 25), date(2027, 12, 23)),
    ],
)
def test_the_librarys_bank_days_of_sweden_are_wrong_and_public_with_de_facto_right(
    wage_day: date, last: date
) -> None:
    assert SE.preceding(wage_day) == last
    assert calendar(categories=("public", "bank")).preceding(wage_day) != last
    # Public alone is right only where no eve is in play.
    assert (calendar(categories=("public",)).preceding(wage_day) == last) == (last.month == 3)


@pytest.mark.parametrize(
    "day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 5, 7), date(2026, 5, 15), date(2029, 6, 5)]
)
def test_danish_banks_are_closed_on_days_that_the_library_lacks(day: date) -> None:
    assert calendar(country="DK", categories=("public",)).is_open(day)
    assert not DK.is_open(day)


def test_danish_banks_are_open_on_the_first_of_may_and_their_year_ends_on_the_30th_of_december() -> None:
    assert DK.is_open(date(2026, 5, 1))
    assert DK.preceding(date(2026, 12, 31)) == date(2026, 12, 30)
    assert DK.preceding(date(2027, 12, 31)) == date(2027, 12, 30)


def test_the_danish_days_end_where_the_fridays_after_ascension_do() -> None:
    with pytest.raises(TableError, match="bank of DK: not valid on 2031-01-01"):
        DK.is_open(date(2031, 1, 1))


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31)])
def test_norwegian_houses_are_closed_on_the_eves_that_the_library_lacks(day: date) -> None:
    assert calendar(country="NO", categories=("public",)).is_open(day)
    assert not NO.is_open(day)


def test_german_banks_keep_the_days_of_frankfurt_and_so_all_of_target() -> None:
    assert not DE.is_open(date(2027, 5, 27))  # Corpus Christi, a holiday in Hesse
    assert DE.is_open(date(2028, 11, 1))  # All Saints' Day, one in other states
    target = [date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2028, 5, 1), date(2028, 12, 26)]
    assert not any(DE.is_open(day) for day in target)


def test_germany_is_delivered_by_state_on_six_days() -> None:
    corpus_christi = date(2027, 5, 27)
    states = {"BW", "BY", "HE", "NW", "RP", "SL"}
    every = {e.region for e in CALENDARS.entries if e.country == "DE" and e.region}
    closed = {s for s in every if not CALENDARS.of("post_delivery", "DE", s).is_open(corpus_christi)}
    assert len(every) == 16
    assert closed == states
    assert CALENDARS.of("post_delivery", "DE").is_open(corpus_christi)
    assert CALENDARS.of("post_delivery", "DE", "BE").is_open(date(2026, 11, 28))


@pytest.mark.parametrize("country", ["DE", "CH", "ES", "GB"])
def test_a_country_whose_own_days_hold_nowhere_needs_a_part_or_a_word_that_all_share_is_meant(
    country: str,
) -> None:
    with pytest.raises(TableError, match=f"{country}: no part of it .* add subdivision"):
        calendar(country=country, categories=("public",)).is_open(date(2026, 11, 23))
    assert calendar(country=country, categories=("public",), subdivision="").is_open(date(2026, 11, 23))


def test_a_canton_has_days_that_the_country_lacks() -> None:
    zurich = calendar(country="CH", categories=("public",), subdivision="ZH")
    assert not zurich.is_open(date(2026, 5, 1))
    assert calendar(country="CH", categories=("public",), subdivision="").is_open(date(2026, 5, 1))


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


@pytest.mark.parametrize("saturday", [date(2026, 1, 10), date(2026, 8, 8)])
def test_a_working_saturday_of_hungary_is_open(saturday: date) -> None:
    hungary = calendar(country="HU", categories=("public",))
    assert hungary.is_open(saturday)
    assert saturday in hungary.closures(saturday, saturday)
    assert not hungary.is_open(date(2026, 8, 15))


def test_days_are_counted_by_dates_and_not_by_weeks_of_which_2026_has_53() -> None:
    # Parity of week numbers breaks here: the odd week 53 is followed by the odd week 1.
    assert date(2026, 12, 31).isocalendar().week == 53
    assert date(2027, 1, 4).isocalendar().week == 1
    assert NO.add(date(2026, 12, 30), 1) == date(2027, 1, 4)


def test_a_day_that_closes_every_year_gives_way_to_a_date_that_is_open() -> None:
    own = calendar(closed_yearly={"12-24"}, open={date(2026, 12, 24)})
    assert own.is_open(date(2026, 12, 24))
    assert not own.is_open(date(2027, 12, 24))
    working = calendar(country="HU", categories=("public",), closed_yearly={"08-08"})
    assert not working.is_open(date(2026, 8, 8))


@pytest.mark.parametrize("day", ["12-32", "13-01", "1-1", "24-12"])
def test_a_yearly_day_is_month_and_day(day: str) -> None:
    with pytest.raises(ValueError, match="closed_yearly"):
        calendar(closed_yearly={day})


def regional(*regions: str) -> Calendars:
    """A table with one calendar for each region, closed on Mondays in the first one."""
    entries = [
        calendar(region=region, closed_weekdays={"mon"} if n == 0 else {"sun"}).entries[0]
        for n, region in enumerate(regions)
    ]
    return Calendars(TableVersion("calendars", "1", "0"), tuple(entries))


def test_a_region_has_its_own_calendar_beside_that_of_the_country() -> None:
    table, monday = regional("A", "B", ""), date(2026, 11, 23)
    assert not table.of("bank", "SE", "A").is_open(monday)
    assert table.of("bank", "SE", "B").is_open(monday)
    assert table.of("bank", "SE").is_open(monday)


def test_where_a_country_has_no_regions_all_keep_its_calendar() -> None:
    monday = date(2026, 11, 23)
    assert not regional("").of("bank", "SE", "A").is_open(monday)
    assert CALENDARS.of("post_delivery", "SE", "M").is_open(monday)
    assert CALENDARS.of("bank", "DE", "BY").is_open(monday)


@pytest.mark.parametrize(
    ("regions", "asked", "message"),
    [
        (("A", "B", ""), "C", r"bank of SE \(C\): unknown \(only A, B\)"),
        (("B", "A"), "", r"bank of SE: unknown \(only A, B\)"),
    ],
)
def test_a_region_is_never_guessed(regions: tuple[str, ...], asked: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        regional(*regions).of("bank", "SE", asked)


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
    with pytest.raises(TableError, match="calendars: bank of PL: unknown"):
        CALENDARS.of("bank", "PL")
