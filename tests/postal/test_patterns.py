import hashlib
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.postal.calendars import Calendars
from pipelines.postal.patterns import BEYOND, UNKNOWN, Patterns
from tests.postal.rounds import HEAD, PRODUCT, area, calendars, loaded, pattern

DAY = date(2026, 11, 23)
CALENDARS = calendars()
SHIPPED = Patterns.load({})
WEEK = 'weekdays = ["mon", "tue", "wed", "thu", "fri"]'
FAST = 'products = ["express"]'
SLOW = 'products = ["letter"]'


@pytest.mark.parametrize("country", ["SE", "FI", "NO", "DK", "DE"])
def test_the_shipped_patterns_are_examples_with_a_source(country: str) -> None:
    for shipped in SHIPPED.of(country, PRODUCT):
        assert not shipped.verified
        assert "https://" in shipped.source


def test_no_register_of_postcodes_ships() -> None:
    assert [version.name for version in SHIPPED.versions] == ["patterns"]
    assert sum(len(a.prefixes) + len(a.ranges) for a in SHIPPED.areas) < 5
    assert not any(a.file for a in SHIPPED.areas)


def test_a_postcode_that_no_area_names_is_of_an_unknown_group_or_of_the_countrys_default() -> None:
    assert SHIPPED.groups("SE", PRODUCT, ["11122", "999 99"], DAY) == ("A", UNKNOWN)
    assert SHIPPED.groups("DK", PRODUCT, ["1050"], DAY) == ("daily",)
    assert SHIPPED.groups("DE", PRODUCT, ["80331"], DAY) == ("daily",)


def test_files_are_read_beside_the_table_and_stand_in_the_versions(tmp_path: Path) -> None:
    register = "\ufeffpostal_code,city,group\n111 22,Stockholm,A\n41101,Göteborg,B\n"
    table = loaded(
        tmp_path,
        *(pattern("SE", group, WEEK) for group in "AB"),
        area("SE", 'file = "areas.csv"'),
        areas=register,
    )
    assert table.groups("SE", PRODUCT, ["11122", "41101", "10000"], DAY) == ("A", "B", UNKNOWN)
    first, second = table.versions
    assert (first.name, second.name, second.version) == ("patterns", "patterns/areas.csv", "1")
    assert second.sha256 == hashlib.sha256(register.encode()).hexdigest()


def test_a_group_can_hold_for_one_product_and_not_for_another(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        pattern("CH", "daily", FAST, "default = true", WEEK),
        pattern("CH", "X", SLOW, 'weekdays = ["mon", "wed"]'),
        area("CH", SLOW, 'group = "X"', 'prefixes = ["8"]'),
    )
    assert table.groups("CH", "express", ["8001"], DAY) == ("daily",)
    assert table.groups("CH", "letter", ["8001", "3000"], DAY) == ("X", UNKNOWN)
    swiss = calendars("CH")
    assert table.days("CH", "express", "daily", swiss).is_delivery(date(2026, 11, 24))
    assert not table.days("CH", "letter", UNKNOWN, swiss).is_delivery(date(2026, 11, 24))
    with pytest.raises(TableError, match="patterns: parcel of CH: unknown"):
        table.groups("CH", "parcel", ["8001"], DAY)


GERMAN = """name = "calendars"
version = "1"
[[calendar]]
country = "DE"
region = "BY"
kind = "post_delivery"
closed_weekdays = ["sun"]
categories = ["public"]
subdivision = "BY"
verified = true
source = "made up"
[[calendar]]
country = "DE"
region = "HH"
kind = "post_delivery"
closed_weekdays = ["sun"]
categories = ["public"]
subdivision = "HH"
verified = true
source = "made up"
"""


def german(folder: Path) -> tuple[Patterns, Calendars]:
    path = folder / "calendars.toml"
    path.write_text(GERMAN, encoding="utf-8")
    table = loaded(
        folder,
        pattern(
            "DE",
            "daily",
            "default = true",
            'regions = ["BY", "HH"]',
            'weekdays = ["mon", "tue", "wed", "thu", "fri", "sat"]',
        ),
        area("DE", 'group = "daily"', 'region = "HH"', 'ranges = ["20000-21149", "22000-22799"]'),
        area("DE", 'file = "areas.csv"'),
        areas="postal_code,group,region\n80331,daily,BY\n",
    )
    return table, Calendars.load({"calendars": path})


def test_a_state_has_its_own_calendar_and_where_the_state_is_not_told_a_day_is_open_in_all(
    tmp_path: Path,
) -> None:
    table, states = german(tmp_path)
    groups = table.groups("DE", PRODUCT, ["80331", "20095", "10115"], DAY)
    assert groups == ("daily/BY", "daily/HH", "daily")
    bavaria, hamburg, anywhere = (table.days("DE", PRODUCT, group, states) for group in groups)
    epiphany, next_day = date(2027, 1, 6), date(2027, 1, 7)
    assert bavaria.on_or_after(epiphany) == next_day
    assert hamburg.on_or_after(epiphany) == epiphany
    assert anywhere.on_or_after(epiphany) == next_day
    assert anywhere.on_or_before(epiphany) == date(2027, 1, 5)
    assert hamburg.is_delivery(date(2026, 11, 28))  # a Saturday


def test_a_region_that_no_pattern_names_is_refused(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        pattern("DE", "daily", 'regions = ["HH"]', WEEK),
        area("DE", 'group = "daily"', 'region = "BY"', 'prefixes = ["8"]'),
    )
    with pytest.raises(TableError, match="patterns: group daily of DE in region BY: unknown"):
        table.groups("DE", PRODUCT, ["80331"], DAY)


def test_an_area_of_a_group_without_a_pattern_is_refused(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("SE", "A", WEEK), area("SE", 'group = "B"', 'prefixes = ["1"]'))
    with pytest.raises(TableError, match="patterns: group B of SE: unknown: name it in an entry"):
        table.groups("SE", PRODUCT, ["20000"], DAY)


@pytest.mark.parametrize("group", ["C", "A/BY", "A>2027-01-01:C"])
def test_the_days_of_a_group_that_is_not_in_the_table_are_refused(group: str) -> None:
    with pytest.raises(TableError, match=r"patterns: group . of SE.*: unknown"):
        SHIPPED.days("SE", PRODUCT, group, CALENDARS)


def test_a_country_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(TableError, match="patterns: letter of PL: unknown") as refused:
        SHIPPED.groups("PL", PRODUCT, ["00950"], DAY)
    assert refused.value.exit_code == 2
    with pytest.raises(TableError, match="patterns: letter of PL: unknown"):
        SHIPPED.days("PL", PRODUCT, UNKNOWN, CALENDARS)


def test_areas_that_have_expired_are_an_error_and_not_an_unknown_group(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        pattern("SE", "A", WEEK),
        area("SE", 'group = "A"', 'prefixes = ["1"]', "valid_to = 2026-11-30"),
    )
    assert table.groups("SE", PRODUCT, ["11122"], date(2026, 11, 30)) == ("A",)
    with pytest.raises(TableError, match="patterns: areas of SE: not valid on 2026-12-01"):
        table.groups("SE", PRODUCT, ["11122"], date(2026, 12, 1))


def test_a_table_reaches_as_far_as_it_is_asked_and_days_beyond_it_are_refused(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        pattern("SE", "A", WEEK),
        area("SE", 'group = "A"', 'prefixes = ["1"]', "valid_from = 2026-11-16", "valid_to = 2026-12-04"),
    )
    groups = table.groups("SE", PRODUCT, ["11122", "99999"], date(2026, 11, 1), date(2027, 2, 14))
    assert groups == (
        f"{BEYOND}>2026-11-16:A>2026-12-05:{BEYOND}",
        f"{BEYOND}>2026-11-16:{UNKNOWN}>2026-12-05:{BEYOND}",
    )
    for group in groups:
        found = table.days("SE", PRODUCT, group, CALENDARS)
        assert found.on_or_after(date(2026, 11, 16)) == date(2026, 11, 16)
        assert found.on_or_before(date(2026, 12, 4)) == date(2026, 12, 4)
        for day in (date(2026, 11, 13), date(2026, 12, 7)):
            with pytest.raises(TableError, match=f"patterns: group .* of SE: no group is valid on {day}"):
                found.is_delivery(day)
        with pytest.raises(TableError, match="of SE: no group is valid on 2026-11-15"):
            found.on_or_before(date(2026, 11, 15))
        with pytest.raises(TableError, match="of SE: no group is valid on 2026-12-05"):
            found.on_or_after(date(2026, 12, 5))


def test_no_day_is_taken_from_beyond_the_table(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        pattern("SE", "A", 'weekdays = ["mon"]'),
        area("SE", 'group = "A"', 'prefixes = ["1"]', "valid_to = 2026-12-04"),
    )
    (group,) = table.groups("SE", PRODUCT, ["11122"], DAY, date(2027, 2, 14))
    with pytest.raises(TableError, match="of SE: no group is valid on 2026-12-05"):
        table.days("SE", PRODUCT, group, CALENDARS).on_or_after(date(2026, 12, 1))


def test_where_no_pattern_is_valid_a_default_is_not_an_unknown_group(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("DK", "daily", "default = true", WEEK, "valid_from = 2026-12-01"))
    groups = table.groups("DK", PRODUCT, ["1050"], DAY, date(2026, 12, 31))
    assert groups == (f"{BEYOND}>2026-12-01:daily",)


def test_a_default_can_end_and_another_begin(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        pattern("DK", "daily", "default = true", WEEK, "valid_to = 2026-12-31"),
        pattern("DK", "weekly", "default = true", 'weekdays = ["wed"]', "valid_from = 2027-01-01"),
    )
    assert table.groups("DK", PRODUCT, ["1050"], date(2026, 12, 31)) == ("daily",)
    (group,) = table.groups("DK", PRODUCT, ["1050"], DAY, date(2027, 2, 1))
    found = table.days("DK", PRODUCT, group, CALENDARS)
    assert found.on_or_after(date(2026, 12, 30)) == date(2026, 12, 30)
    assert found.on_or_after(date(2026, 12, 31)) == date(2027, 1, 13)  # the 6th is closed


def test_two_defaults_on_a_day_are_an_error(tmp_path: Path) -> None:
    table = loaded(tmp_path, *(pattern("DK", group, "default = true", WEEK) for group in "AB"))
    with pytest.raises(TableError, match="letter of DK: two default groups on 2026-11-23"):
        table.groups("DK", PRODUCT, ["1050"], DAY)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "one of weekdays, weeks and dates is wanted"),
        (
            [WEEK, 'weeks = [["mon"], ["tue"]]', "anchor = 2026-07-06"],
            "one of weekdays, weeks and dates is wanted",
        ),
        (['weeks = [["mon"], ["tue"]]'], "weeks needs an anchor"),
        (['weeks = [["mon"], ["tue"]]', "anchor = 2026-07-07"], "the anchor 2026-07-07 is no Monday"),
        (['weeks = [["mon"]]', "anchor = 2026-07-06"], "at least 2 items"),
        ([WEEK, "anchor = 2026-07-06"], "weeks needs an anchor, and nothing else has one"),
        ([WEEK, 'served_on = ["X"]'], "dates needs served_on"),
        ([WEEK, 'not_served_on = ["X"]'], "dates needs served_on"),
        (['dates = "dates.csv"'], "dates needs served_on"),
        (['dates = "dates.csv"', 'served_on = ["X"]', 'not_served_on = ["X"]'], "X is both"),
        (["weekdays = []"], "at least 1 item"),
        (['weekdays = ["monday"]'], "weekdays"),
        (["weekday = 1"], "weekday: Extra inputs"),
    ],
)
def test_a_pattern_that_does_not_say_its_days_is_refused(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    with pytest.raises(TableError, match=f"patterns: pattern 1: .*{message}"):
        loaded(tmp_path, pattern("SE", "A", *lines))


BY_DATE = pattern("SE", "X", 'dates = "dates.csv"', 'served_on = ["X"]', 'not_served_on = ["H"]')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "date,pattern\n2026-11-23,x\n",
            r"group X of SE: patterns/dates\.csv has 'x', which is in neither list",
        ),
        (
            "date,pattern\n23.11.2026,X\n",
            r"patterns/dates\.csv: row 1: '23\.11\.2026' is no date: write it as",
        ),
        ("date,pattern\n2026-11-23,X\n2026-11-23,H\n", r"patterns/dates\.csv: 2026-11-23 has no one pattern"),
        ("date,pattern\n2026-11-23,\n", "2026-11-23 has no one pattern"),
        ("date,pattern\n2026-11-23\n", "line 2 has 1 cells, wanted 2"),
        ("day,pattern\n", "no column 'date'"),
        ("", "no column 'date'"),
        ('date,pattern\n"2026', "no CSV in UTF-8"),
    ],
)
def test_a_published_calendar_that_cannot_be_read_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        loaded(tmp_path, BY_DATE, dates=text)


@pytest.mark.parametrize("row", ["11122,", "11122,A/B", ",A", "11122,A\n111 22,B"])
def test_a_register_that_cannot_be_read_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(TableError, match=r"patterns/areas\.csv: row [12]: "):
        loaded(
            tmp_path,
            pattern("SE", "A", WEEK),
            area("SE", 'file = "areas.csv"'),
            areas=f"postal_code,group\n{row}\n",
        )


def test_a_file_that_is_not_there_is_named_without_the_machines_folders(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"^patterns/dates\.csv: no such file"):
        loaded(tmp_path, BY_DATE)


codes = st.lists(st.sampled_from(["11122", "41101", "10100", "99999"]), max_size=20)


@given(asked=codes, data=st.data())
def test_the_order_of_postcodes_changes_nothing(asked: list[str], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(asked))
    alone = {code: SHIPPED.groups("SE", PRODUCT, [code], DAY)[0] for code in asked}
    assert SHIPPED.groups("SE", PRODUCT, mixed, DAY) == tuple(alone[code] for code in mixed)


def test_the_order_of_entries_changes_nothing(tmp_path: Path) -> None:
    entries = [
        *(pattern("SE", group, WEEK) for group in "ABC"),
        *(area("SE", f'group = "{group}"', f'prefixes = ["{n}"]') for n, group in enumerate("ABC", start=1)),
    ]
    asked = ["11122", "22222", "33333", "44444"]
    there = loaded(tmp_path, *entries).groups("SE", PRODUCT, asked, DAY)
    back = loaded(tmp_path, *reversed(entries)).groups("SE", PRODUCT, asked, DAY)
    assert there == back == ("A", "B", "C", UNKNOWN)


def test_all_postcodes_of_a_country_are_grouped_at_once(tmp_path: Path) -> None:
    asked = [f"{10000 + 5 * n}" for n in range(17_000)]
    register = "postal_code,group\n" + "".join(
        f"{code},{'AB'[n % 2]}\n" for n, code in enumerate(asked[:9000])
    )
    table = loaded(
        tmp_path,
        *(pattern("SE", group, WEEK) for group in "AB"),
        area("SE", 'file = "areas.csv"'),
        area("SE", 'group = "A"', 'prefixes = ["5", "61", "612"]', 'ranges = ["70000-74999", "80000-89999"]'),
        areas=register,
    )
    table.groups("SE", PRODUCT, asked[:1], DAY)
    began = process_time()
    found = table.groups("SE", PRODUCT, asked, DAY)
    spent = process_time() - began
    assert len(found) == 17_000
    assert found[0] == "A"
    assert found[1] == "B"
    # Some 15 ms; the bound leaves room for a slow machine.
    assert spent < 0.25


def test_days_are_asked_ten_thousand_times_in_no_time() -> None:
    days = [date.fromordinal(DAY.toordinal() + n % 60) for n in range(10_000)]
    began = process_time()
    for day in days:
        SHIPPED.days("SE", PRODUCT, UNKNOWN, CALENDARS).on_or_after(day)
    assert process_time() - began < 0.25


def test_an_entry_without_dates_has_those_of_the_table(tmp_path: Path) -> None:
    table = loaded(tmp_path, pattern("SE", "A", WEEK), head=HEAD)
    with pytest.raises(TableError, match=r"only 2026-01-01\.\.2027-12-31"):
        table.days("SE", PRODUCT, "A", CALENDARS).is_delivery(date(2028, 1, 3))


def test_the_example_in_the_docs_can_be_used(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs/tables.md").read_text(encoding="utf-8")
    example = docs.partition("## `patterns`")[2].partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "zones-2027-07.csv").write_text("postal_code,group\n0150,wed\n", encoding="utf-8")
    table = loaded(tmp_path, example)
    (group,) = table.groups("NO", PRODUCT, ["0150"], date(2027, 6, 1), date(2027, 7, 31))
    assert group == "A>2027-07-01:wed"
    assert table.days("NO", PRODUCT, group, CALENDARS).on_or_after(date(2027, 7, 1)) == date(2027, 7, 7)
    assert table.versions[1].name == "patterns/zones-2027-07.csv"


def test_epiphany_closes_some_german_states_and_so_a_postcode_of_no_told_state() -> None:
    shipped = Calendars.load({})
    days = {g: SHIPPED.days("DE", PRODUCT, g, shipped) for g in ("daily", "daily/BY", "daily/HH")}
    open_on = {group for group, found in days.items() if found.is_delivery(date(2027, 1, 6))}
    assert open_on == {"daily/HH"}
    assert days["daily"].on_or_after(date(2027, 1, 6)) == date(2027, 1, 7)
