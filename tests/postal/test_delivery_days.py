from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.postal.delivery_days import DeliveryDays
from pipelines.postal.patterns import UNKNOWN, Patterns
from tests.postal.rounds import HEAD, PRODUCT, area, calendars, loaded, pattern

DAY = timedelta(days=1)
CALENDARS = calendars()
SHIPPED = Patterns.load({})

WEEK = 'weekdays = ["mon", "tue", "wed", "thu", "fri"]'
CYCLE = 'weeks = [["mon", "wed", "fri"], ["tue", "thu"]]'
SWAPPED = 'weeks = [["tue", "thu"], ["mon", "wed", "fri"]]'
ANCHOR = "anchor = 2026-07-06"


def shipped(country: str, group: str) -> DeliveryDays:
    return SHIPPED.days(country, PRODUCT, group, CALENDARS)


def days_of(found: DeliveryDays, first: date, last: date) -> list[date]:
    return [d for n in range((last - first).days + 1) if found.is_delivery(d := first + n * DAY)]


def dates(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def test_the_postcode_11122_had_letters_on_monday_6_and_wednesday_8_july_2026() -> None:
    (group,) = SHIPPED.groups("SE", PRODUCT, ["111 22"], date(2026, 7, 6))
    found = days_of(shipped("SE", group), date(2026, 7, 6), date(2026, 7, 19))
    assert found[:2] == dates("2026-07-06", "2026-07-08")
    assert found[2:] == dates("2026-07-10", "2026-07-14", "2026-07-16")


def test_both_halves_of_sweden_share_the_working_days_between_them() -> None:
    first, last = date(2026, 9, 7), date(2026, 9, 20)
    a, b, box = (days_of(shipped("SE", group), first, last) for group in ("A", "B", "box"))
    assert sorted(a + b) == box
    assert not set(a) & set(b)


def test_the_cycle_goes_on_over_new_year_2027_where_odd_and_even_iso_weeks_turn_over() -> None:
    a = shipped("SE", "A")
    weeks = [date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]
    assert [week.isocalendar().week for week in weeks] == [52, 53, 1, 2]
    # Anchor 6 July: 24, 25, 26 and 27 weeks later; so full, thin, full, thin, without the holidays.
    assert [days_of(a, week, week + 6 * DAY) for week in weeks] == [
        dates("2026-12-21", "2026-12-23"),
        dates("2026-12-29"),
        dates("2027-01-04", "2027-01-08"),
        dates("2027-01-12", "2027-01-14"),
    ]
    # By odd and even numbers, week 1 would be like week 53, and the letters would come on Tuesday.
    assert a.is_delivery(date(2027, 1, 4))
    assert not a.is_delivery(date(2027, 1, 5))


def test_the_cycle_holds_before_its_anchor_too() -> None:
    a = shipped("SE", "A")
    assert days_of(a, date(2026, 6, 29), date(2026, 7, 5)) == dates("2026-06-30", "2026-07-02")


def test_finnish_letters_never_come_on_a_tuesday_and_the_halves_swap_each_week() -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 15)
    for group in ("week", "light", "A", "B", UNKNOWN):
        assert all(day.weekday() != 1 for day in days_of(shipped("FI", group), first, last))
    a, b = (days_of(shipped("FI", group), first, last) for group in "AB")
    assert [day + 7 * DAY for day in a if day < date(2026, 11, 9)] == [d for d in b if d >= date(2026, 11, 9)]
    light = days_of(shipped("FI", "light"), first, date(2026, 11, 8))
    assert [day.weekday() for day in light] == [0, 2, 4]


def test_norway_alternates_and_its_boxes_have_letters_every_working_day() -> None:
    a = days_of(shipped("NO", "A"), date(2026, 11, 23), date(2026, 12, 6))
    assert [day.weekday() for day in a] in ([0, 2, 4, 1, 3], [1, 3, 0, 2, 4])
    assert len(days_of(shipped("NO", "box"), date(2026, 11, 23), date(2026, 12, 6))) == 10


def test_a_week_from_tuesday_to_saturday(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("NL", "daily", 'weekdays = ["tue", "wed", "thu", "fri", "sat"]'))
    found = table.days("NL", PRODUCT, "daily", calendars("NL", weekend=("sun",)))
    assert found.on_or_after(date(2026, 11, 22)) == date(2026, 11, 24)
    assert found.on_or_before(date(2026, 11, 23)) == date(2026, 11, 21)


def test_one_weekday_a_zone_takes_a_week_and_two_over_a_holiday(tmp_path: Path) -> None:
    names = ("mon", "tue", "wed", "thu", "fri")
    table = loaded(tmp_path, *(pattern("CZ", f"zone-{n}", f'weekdays = ["{n}"]') for n in names))
    thursday = table.days("CZ", PRODUCT, "zone-thu", CALENDARS)
    assert thursday.on_or_after(date(2026, 11, 20)) == date(2026, 11, 26)
    # 24 and 31 December are Thursdays and closed.
    assert thursday.on_or_after(date(2026, 12, 18)) == date(2027, 1, 7)
    assert thursday.on_or_before(date(2027, 1, 6)) == date(2026, 12, 17)
    unknown = table.days("CZ", PRODUCT, UNKNOWN, CALENDARS)
    assert unknown.on_or_after(date(2026, 11, 20)) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("payday", "a", "b"),
    [
        (date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 24)),
        (date(2026, 12, 23), date(2026, 12, 23), date(2026, 12, 22)),
        (date(2027, 1, 25), date(2027, 1, 22), date(2027, 1, 25)),
    ],
)
def test_one_half_of_sweden_has_letters_on_payday_and_the_other_the_working_day_before(
    payday: date, a: date, b: date
) -> None:
    assert shipped("SE", "A").on_or_before(payday) == a
    assert shipped("SE", "B").on_or_before(payday) == b
    assert shipped("SE", UNKNOWN).on_or_before(payday) == min(a, b)


def test_of_an_unknown_group_letters_come_on_its_latest_day_and_the_target_is_its_earliest() -> None:
    unknown = shipped("SE", UNKNOWN)
    # Group A has the Monday, group B the Tuesday.
    assert unknown.on_or_after(date(2027, 1, 4)) == date(2027, 1, 5)
    assert unknown.on_or_before(date(2027, 1, 5)) == date(2027, 1, 4)
    assert not unknown.is_delivery(date(2027, 1, 4))


asked = st.dates(date(2026, 1, 1), date(2027, 11, 30))


@settings(deadline=None)
@given(day=asked, country=st.sampled_from(["SE", "FI", "NO", "DK"]))
def test_the_unknown_group_is_never_better_than_any_group(day: date, country: str) -> None:
    unknown = shipped(country, UNKNOWN)
    groups = [shipped(country, p.group) for p in SHIPPED.patterns if p.country == country]
    after, before = [g.on_or_after(day) for g in groups], [g.on_or_before(day) for g in groups]
    assert unknown.on_or_after(day) == max(after)
    assert unknown.on_or_before(day) == min(before)
    assert unknown.is_delivery(day) == all(g.is_delivery(day) for g in groups)


@settings(deadline=None)
@given(day=asked, country=st.sampled_from(["SE", "FI", "NO", "DK"]), data=st.data())
def test_a_delivery_day_is_found_and_none_is_passed(day: date, country: str, data: st.DataObject) -> None:
    groups = sorted({p.group for p in SHIPPED.patterns if p.country == country})
    found = shipped(country, data.draw(st.sampled_from(groups)))
    after, before = found.on_or_after(day), found.on_or_before(day)
    assert days_of(found, day, after) == [after]
    assert days_of(found, before, day) == [before]
    assert CALENDARS.of("post_delivery", country).is_open(after)


@settings(deadline=None)
@given(day=asked, later=st.integers(0, 40))
def test_who_hands_in_later_is_not_delivered_earlier(day: date, later: int) -> None:
    for group in ("A", "B", UNKNOWN):
        found = shipped("SE", group)
        assert found.on_or_after(day) <= found.on_or_after(day + later * DAY)
        assert found.on_or_before(day) <= found.on_or_before(day + later * DAY)


X_Y_S = [
    pattern("SE", "X", 'dates = "dates.csv"', 'served_on = ["X"]', 'not_served_on = ["Y", "H"]'),
    pattern("SE", "Y", 'dates = "dates.csv"', 'served_on = ["Y"]', 'not_served_on = ["X", "H"]'),
    pattern("SE", "S", 'dates = "dates.csv"', 'served_on = ["X", "Y"]', 'not_served_on = ["H"]'),
]
PUBLISHED = """date,pattern
2026-11-23,X
2026-11-24,Y
2026-11-25,X
2026-11-26,H
2026-11-27,X
"""


def test_class_x_is_served_on_dates_x_class_s_on_all_but_h(tmp_path: Path) -> None:
    table = loaded(tmp_path, *X_Y_S, dates=PUBLISHED)
    first, last = date(2026, 11, 23), date(2026, 11, 27)
    x, y, s = (days_of(table.days("SE", PRODUCT, c, CALENDARS), first, last) for c in "XYS")
    assert x == dates("2026-11-23", "2026-11-25", "2026-11-27")
    assert y == dates("2026-11-24")
    assert s == dates("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27")


def test_a_day_beyond_the_published_calendar_is_an_error_and_not_a_guess(tmp_path: Path) -> None:
    found = loaded(tmp_path, *X_Y_S, dates=PUBLISHED).days("SE", PRODUCT, "Y", CALENDARS)
    message = r"patterns: group Y of SE: patterns/dates\.csv does not tell of 2026-11-30: import a newer"
    with pytest.raises(TableError, match=message):
        found.on_or_after(date(2026, 11, 25))
    with pytest.raises(TableError, match="does not tell of 2026-11-20"):
        found.on_or_before(date(2026, 11, 23))


def test_the_published_calendar_need_not_tell_of_days_on_which_the_post_is_closed(tmp_path: Path) -> None:
    more = PUBLISHED + "2026-11-30,Y\n2026-12-24,X\n"
    found = loaded(tmp_path, *X_Y_S, dates=more).days("SE", PRODUCT, "Y", CALENDARS)
    assert found.on_or_after(date(2026, 11, 27)) == date(2026, 11, 30)
    # The calendar of the country goes before the dates.
    assert not found.is_delivery(date(2026, 12, 24))


def test_a_gap_in_the_published_calendar_is_an_error(tmp_path: Path) -> None:
    found = loaded(tmp_path, *X_Y_S, dates=PUBLISHED.replace("2026-11-25,X\n", ""))
    with pytest.raises(TableError, match="does not tell of 2026-11-25"):
        found.days("SE", PRODUCT, "X", CALENDARS).on_or_after(date(2026, 11, 24))


def test_the_shipped_example_of_classes_can_be_used() -> None:
    path = Path(__file__).parents[2] / "pipelines/tables/patterns/se-classes.toml"
    table = Patterns.load({"patterns": path})
    assert table.groups("SE", PRODUCT, ["11122", "11123", "10101", "99999"], date(2026, 12, 1)) == (
        "X",
        "Y",
        "S",
        UNKNOWN,
    )
    found = {c: table.days("SE", PRODUCT, c, CALENDARS) for c in ("X", "Y", "S")}
    christmas = date(2026, 12, 24)
    # H on Christmas Eve and Christmas Day: nobody has letters.
    assert min(f.on_or_after(christmas) for f in found.values()) == date(2026, 12, 28)
    # These dates roll over working days: after Epiphany they part from a cycle of weeks.
    assert [c for c in "XY" if found[c].is_delivery(date(2027, 1, 7))] == ["X"]
    assert not shipped("SE", "A").is_delivery(date(2027, 1, 7))


UNTIL = "valid_to = 2027-06-30"
FROM = "valid_from = 2027-07-01"


def weekly(tmp_path: Path) -> Patterns:
    """Norway goes from every other day to one day a week on 1 July 2027, a Thursday."""
    return loaded(
        tmp_path,
        pattern("NO", "A", CYCLE, ANCHOR, UNTIL),
        pattern("NO", "B", SWAPPED, ANCHOR, UNTIL),
        pattern("NO", "A", 'weekdays = ["mon"]', FROM),
        pattern("NO", "B", 'weekdays = ["thu"]', FROM),
    )


@settings(deadline=None)
@given(day=st.dates(date(2026, 1, 10), date(2027, 6, 20)), group=st.sampled_from(["A", "B", UNKNOWN]))
def test_a_table_that_switches_on_a_day_changes_nothing_before_it(
    tmp_path_factory: pytest.TempPathFactory, day: date, group: str
) -> None:
    old = loaded(
        tmp_path_factory.mktemp("old"), pattern("NO", "A", CYCLE, ANCHOR), pattern("NO", "B", SWAPPED, ANCHOR)
    )
    new = weekly(tmp_path_factory.mktemp("new"))
    before, after = (table.days("NO", PRODUCT, group, CALENDARS) for table in (old, new))
    assert before.on_or_before(day) == after.on_or_before(day)
    assert before.on_or_after(day) == after.on_or_after(day)


def test_what_counts_is_the_pattern_of_the_day_of_delivery(tmp_path: Path) -> None:
    table = weekly(tmp_path)
    a, b = (table.days("NO", PRODUCT, group, CALENDARS) for group in "AB")
    # Week 51 after the anchor is a thin one for A and a full one for B.
    assert days_of(a, date(2027, 6, 28), date(2027, 7, 16)) == dates("2027-06-29", "2027-07-05", "2027-07-12")
    assert days_of(b, date(2027, 6, 28), date(2027, 7, 9)) == dates(
        "2027-06-28", "2027-06-30", "2027-07-01", "2027-07-08"
    )
    # Asked on the old table's last day, answered by the new one.
    assert a.on_or_after(date(2027, 6, 30)) == date(2027, 7, 5)
    assert a.on_or_before(date(2027, 7, 4)) == date(2027, 6, 29)


def moved(tmp_path: Path) -> Patterns:
    """Two halves become five zones, so a postcode moves from one group to another."""
    return loaded(
        tmp_path,
        pattern("NO", "A", CYCLE, ANCHOR, UNTIL),
        pattern("NO", "B", SWAPPED, ANCHOR, UNTIL),
        *(
            pattern("NO", name, f'weekdays = ["{name}"]', FROM)
            for name in ("mon", "tue", "wed", "thu", "fri")
        ),
        area("NO", 'group = "A"', 'prefixes = ["0"]', UNTIL),
        area("NO", 'group = "B"', 'prefixes = ["1"]', UNTIL),
        area("NO", 'group = "wed"', 'ranges = ["0000-0999"]', FROM),
    )


def test_a_postcode_that_moves_to_another_group_is_followed(tmp_path: Path) -> None:
    table = moved(tmp_path)
    codes = ["0150", "1601", "0001", "9999"]
    assert table.groups("NO", PRODUCT, codes, date(2027, 6, 1)) == ("A", "B", "A", UNKNOWN)
    assert table.groups("NO", PRODUCT, codes, date(2027, 7, 1)) == ("wed", UNKNOWN, "wed", UNKNOWN)
    both = table.groups("NO", PRODUCT, codes, date(2027, 6, 1), date(2027, 7, 31))
    assert both == ("A>2027-07-01:wed", "B>2027-07-01:", "A>2027-07-01:wed", UNKNOWN)
    found = table.days("NO", PRODUCT, both[0], CALENDARS)
    assert days_of(found, date(2027, 6, 28), date(2027, 7, 9)) == dates("2027-06-29", "2027-07-07")
    assert found.on_or_before(date(2027, 7, 6)) == date(2027, 6, 29)
    lost = table.days("NO", PRODUCT, both[1], CALENDARS)
    assert lost.on_or_before(date(2027, 6, 30)) == date(2027, 6, 30)
    assert lost.on_or_after(date(2027, 7, 1)) == date(2027, 7, 7)


def test_the_worst_case_passes_a_switch_of_all_groups(tmp_path: Path) -> None:
    unknown = moved(tmp_path).days("NO", PRODUCT, UNKNOWN, CALENDARS)
    # A has its last letters on Tuesday; then it can be any of the five weekdays.
    assert unknown.on_or_after(date(2027, 6, 30)) == date(2027, 7, 7)
    assert unknown.on_or_before(date(2027, 7, 1)) == date(2027, 6, 29)


def test_a_group_that_has_expired_is_an_error_and_not_a_guess(tmp_path: Path) -> None:
    table = loaded(
        tmp_path, pattern("NO", "A", CYCLE, ANCHOR, UNTIL), pattern("NO", "B", 'weekdays = ["mon"]')
    )
    a = table.days("NO", PRODUCT, "A", CALENDARS)
    assert a.on_or_before(date(2027, 6, 30)) == date(2027, 6, 29)
    message = r"patterns: group A of NO: not valid on 2027-07-01 \(only 2026-01-01\.\.2027-06-30\)"
    with pytest.raises(TableError, match=message) as refused:
        a.on_or_after(date(2027, 6, 30))
    assert refused.value.exit_code == 2
    with pytest.raises(TableError, match="group A of NO: not valid on 2027-07-05"):
        a.is_delivery(date(2027, 7, 5))


def test_after_the_last_group_nothing_is_known(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("NO", "A", CYCLE, ANCHOR, UNTIL))
    with pytest.raises(TableError, match="patterns: group '' of NO: no group is valid on 2027-07-01"):
        table.days("NO", PRODUCT, UNKNOWN, CALENDARS).on_or_after(date(2027, 6, 30))


def test_a_group_that_never_has_letters_is_refused_and_not_searched_for_ever(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("SE", "A", 'weekdays = ["sun"]'))
    with pytest.raises(TableError, match="group A of SE: no delivery in 60 days from 2026-11-23"):
        table.days("SE", PRODUCT, "A", CALENDARS).on_or_after(date(2026, 11, 23))


def test_two_patterns_of_one_group_on_one_day_are_an_error(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("SE", "A", WEEK), pattern("SE", "A", CYCLE, ANCHOR))
    with pytest.raises(TableError, match="group A of SE: 2 entries are valid on 2026-11-23"):
        table.days("SE", PRODUCT, "A", CALENDARS).is_delivery(date(2026, 11, 23))


def test_answers_are_remembered(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("SE", "A", WEEK), head=HEAD)
    found = table.days("SE", PRODUCT, "A", CALENDARS)
    assert table.days("SE", PRODUCT, "A", CALENDARS) is found
    assert table.days("SE", PRODUCT, "A", calendars()) is not found
