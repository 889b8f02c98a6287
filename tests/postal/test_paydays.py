from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TableError, UsageError
from pipelines.postal.calendars import Calendars
from pipelines.postal.paydays import Month, Paydays, Rule, payday, roll

PAYDAYS = Paydays.load({})
COUNTRIES = ("SE", "FI", "NO", "DK", "DE")
BANK = {country: Calendars.load({}).of("bank", country) for country in COUNTRIES}

ROLLS: tuple[Literal["preceding", "following", "nearest"], ...] = ("preceding", "following", "nearest")

months = st.builds(Month, st.integers(2026, 2029), st.integers(1, 12))


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


@pytest.mark.parametrize(
    ("country", "cohort", "month", "day"),
    [
        ("SE", "pension-born-1-15", "2026-12", date(2026, 12, 18)),
        ("SE", "pension-born-16-31", "2026-12", date(2026, 12, 18)),  # the 19th is a Saturday
        ("SE", "pension-born-1-15", "2027-04", date(2027, 4, 19)),  # the 18th is a Sunday
        ("FI", "pension-municipal", "2026-12", date(2026, 12, 3)),
        ("FI", "pension-state", "2026-12", date(2026, 12, 18)),
        ("FI", "pension-national", "2026-12", date(2026, 12, 7)),
        ("FI", "pension-guarantee", "2026-12", date(2026, 12, 22)),
        ("FI", "benefit-to-k", "2026-12", date(2026, 12, 4)),
        ("FI", "benefit-l-r", "2026-12", date(2026, 12, 14)),
        ("FI", "benefit-from-s", "2026-12", date(2026, 12, 22)),
        ("NO", "salary", "2026-11", date(2026, 11, 13)),
        ("NO", "pension", "2026-11", date(2026, 11, 20)),
        ("NO", "pension", "2026-12", date(2026, 12, 11)),
        ("NO", "pension", "2027-05", date(2027, 5, 14)),
        ("NO", "benefit", "2028-12", date(2028, 12, 12)),
        ("DK", "salary", "2026-12", date(2026, 12, 30)),
        ("DK", "pension", "2027-12", date(2027, 12, 30)),
        ("DK", "salary", "2026-11", date(2026, 11, 30)),
        ("DE", "salary", "2026-12", date(2026, 12, 30)),
        ("DE", "pension", "2027-02", date(2027, 2, 26)),
        ("DE", "benefit", "2027-01", date(2026, 12, 30)),
    ],
)
def test_wages_pensions_and_benefits_of_the_shipped_table(
    country: str, cohort: str, month: str, day: date
) -> None:
    assert paid(country, month, cohort=cohort) == day


def test_the_recipients_own_day_goes_before_the_countrys_rule() -> None:
    assert paid("SE", "2026-11", own=27) == date(2026, 11, 27)


def test_an_own_day_that_the_month_lacks_is_its_last_day() -> None:
    assert paid("SE", "2026-11", own=31) == date(2026, 11, 30)
    assert paid("FI", "2028-02", own=30) == date(2028, 2, 29)


def test_an_own_day_on_new_years_day_is_paid_in_december() -> None:
    assert paid("SE", "2027-01", own=1) == date(2026, 12, 30)
    assert paid("FI", "2027-01", own=1) == date(2026, 12, 31)


@settings(deadline=None)
@given(country=st.sampled_from(COUNTRIES), own=st.integers(1, 31), month=months)
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


def test_a_bank_day_is_counted_from_the_begin_or_from_the_end_of_the_month() -> None:
    december = Month(2026, 12)
    assert rule(anchor="nth_bank_day", n=1).on(december, BANK["SE"]) == date(2026, 12, 1)
    assert rule(anchor="nth_bank_day", n=5).on(december, BANK["SE"]) == date(2026, 12, 7)
    assert rule(anchor="nth_bank_day", n=2).on(Month(2027, 1), BANK["SE"]) == date(2027, 1, 5)
    assert rule(anchor="last_bank_day").on(december, BANK["SE"]) == date(2026, 12, 30)
    assert rule(anchor="last_bank_day", back=2).on(december, BANK["SE"]) == date(2026, 12, 28)
    assert rule(anchor="last_bank_day", back=3).on(december, BANK["SE"]) == date(2026, 12, 23)


def test_a_month_can_have_another_day_every_year() -> None:
    own = rule(anchor="day", day=20, roll="preceding", day_in={"12": 12})
    assert own.on(Month(2028, 12), BANK["SE"]) == date(2028, 12, 12)
    assert own.on(Month(2026, 11), BANK["SE"]) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"anchor": "day", "day": 25}, "anchor 'day' needs day and roll"),
        ({"anchor": "last_bank_day", "day": 25}, "anchor 'day' needs day and roll"),
        ({"anchor": "last_bank_day", "day_in": {"12": 12}}, "day_in belongs to anchor 'day'"),
        ({"anchor": "nth_bank_day"}, "anchor 'nth_bank_day' needs n"),
        ({"anchor": "first_bank_day", "n": 2}, "anchor 'nth_bank_day' needs n"),
        ({"anchor": "first_bank_day", "back": 2}, "back belongs to anchor 'last_bank_day'"),
        ({"anchor": "nth_bank_day", "n": 16}, "less than or equal to 15"),
        ({"anchor": "day", "day": 20, "roll": "preceding", "day_in": {"13": 1}}, "day_in"),
        ({"anchor": "first_bank_day", "selector": {}}, "either birth_day or surname"),
        (
            {"anchor": "first_bank_day", "selector": {"birth_day": [1, 15], "surname": ["A", "K"]}},
            "either birth_day or surname",
        ),
        ({"anchor": "first_bank_day", "selector": {"birth_day": [0, 15]}}, "greater than or equal to 1"),
    ],
)
def test_a_rule_that_lacks_or_contradicts_its_anchor_is_refused(
    entry: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rule(**entry)


@settings(deadline=None)
@given(country=st.sampled_from(COUNTRIES), month=months, number=st.integers(1, 31))
def test_a_roll_ends_on_a_bank_day_on_its_side_of_the_day(country: str, month: Month, number: int) -> None:
    bank, named = BANK[country], month.day(number)
    rolled = {how: roll(named, how, bank) for how in ROLLS}
    assert rolled["preceding"] <= named <= rolled["following"]
    assert rolled["nearest"] in (rolled["preceding"], rolled["following"])
    assert all(bank.is_open(day) for day in rolled.values())


@settings(deadline=None)
@given(country=st.sampled_from(COUNTRIES), month=months)
def test_bank_days_of_a_month_rise_from_its_first_to_its_last(country: str, month: Month) -> None:
    bank = BANK[country]
    counted = [rule(anchor="nth_bank_day", n=n).on(month, bank) for n in range(1, 16)]
    back = [rule(anchor="last_bank_day", back=k).on(month, bank) for k in range(16)]
    assert all(bank.is_open(day) and month.day(1) <= day <= month.day(31) for day in counted + back)
    assert counted == sorted(set(counted))
    assert back == sorted(set(back), reverse=True)
    assert counted[0] == rule(anchor="first_bank_day").on(month, bank)
    assert not any(bank.is_open(day) for day in span(back[0], month.day(31)))


def span(after: date, to: date) -> list[date]:
    return [after + timedelta(days=k) for k in range(1, (to - after).days + 1)]


@settings(deadline=None)
@given(month=months, shipped=st.sampled_from(PAYDAYS.rules))
def test_every_shipped_rule_pays_on_a_bank_day(month: Month, shipped: Rule) -> None:
    assert BANK[shipped.country].is_open(shipped.on(month, BANK[shipped.country]))


def family(*selected: dict[str, object]) -> Paydays:
    """A table whose family `pension` has a rule a selector: pension-0, pension-1, …"""
    rules = [rule(anchor="first_bank_day")] + [
        rule(anchor="first_bank_day", cohort=f"pension-{n}", family="pension", **entry)
        for n, entry in enumerate(selected)
    ]
    return Paydays(PAYDAYS.version, tuple(rules), {"SE": "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"})


BY_BIRTH = {"selector": {"birth_day": [1, 15]}}
BY_NAME = {"selector": {"surname": ["X", "Å"]}}
TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("birth_day", "cohort"), [(0, "salary"), (1, "pension-0"), (15, "pension-0"), (16, "salary")]
)
def test_a_selector_takes_its_days_of_birth(birth_day: int, cohort: str) -> None:
    assert family(BY_BIRTH).cohort("SE", "pension", birth_day, "", TODAY) == cohort


@pytest.mark.parametrize("initial", ["X", "z", "Å", "å", "A\u030a"])
def test_a_selector_takes_the_surnames_between_its_letters(initial: str) -> None:
    assert family(BY_NAME).cohort("SE", "pension", 0, initial, TODAY) == "pension-0"


@pytest.mark.parametrize("initial", ["", "A", "Ä", "Ö", "W", "Á", "Ø", "Я", "-", "7"])
def test_and_no_others(initial: str) -> None:
    assert family(BY_NAME).cohort("SE", "pension", 0, initial, TODAY) == "salary"


def test_danish_and_norwegian_å_comes_last_and_german_umlauts_stand_with_their_letter() -> None:
    assert PAYDAYS.alphabets["DK"].index("Å") > PAYDAYS.alphabets["DK"].index("Ø")
    german = rule(
        country="DE",
        cohort="late",
        family="benefit",
        anchor="first_bank_day",
        selector={"surname": ["U", "Z"]},
    )
    table = Paydays(PAYDAYS.version, (german, rule(country="DE", anchor="first_bank_day")), PAYDAYS.alphabets)
    assert table.cohort("DE", "benefit", 0, "Ü", TODAY) == "late"
    assert table.cohort("DE", "benefit", 0, "ß", TODAY) == "salary"


def test_a_rule_without_a_selector_takes_the_rest_of_the_family() -> None:
    with_rest = family(BY_BIRTH, {})
    assert with_rest.cohort("SE", "pension", 3, "", TODAY) == "pension-0"
    assert with_rest.cohort("SE", "pension", 0, "", TODAY) == "pension-1"
    assert with_rest.cohort("SE", "lottery", 0, "", TODAY) == "salary"


def test_a_family_is_known_by_its_name_and_a_rule_is_a_family_of_its_own_without_one() -> None:
    assert family(BY_BIRTH).knows("SE", "pension")
    assert not family(BY_BIRTH).knows("SE", "pension-0")
    assert not family(BY_BIRTH).knows("FI", "pension")
    assert PAYDAYS.knows("FI", "salary-last")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            (BY_BIRTH, {"selector": {"birth_day": [10, 20]}}),
            "a recipient can be in pension-0 and in pension-1",
        ),
        (({}, {}), "2 entries are valid on 2026-12-01"),
        (({"valid_to": date(2026, 11, 30)},), "pension of SE: not valid on 2026-12-01"),
    ],
)
def test_a_family_that_does_not_say_one_rule_is_refused(
    entries: tuple[dict[str, object], ...], message: str
) -> None:
    with pytest.raises(TableError, match=message):
        family(*entries).cohort("SE", "pension", 12, "", TODAY)


def test_a_country_whose_salary_leaves_someone_over_is_refused() -> None:
    only = Paydays(PAYDAYS.version, (rule(anchor="first_bank_day", **BY_BIRTH),))
    assert only.cohort("SE", "salary", 3, "", TODAY) == "salary"
    with pytest.raises(TableError, match="paydays: salary of SE: unknown"):
        only.cohort("SE", "pension", 20, "", TODAY)


@pytest.mark.parametrize(
    ("alphabet", "message"),
    [
        ("", "salary of SE: A–K not in its alphabet"),
        ('[alphabet]\nSE = "abc"', "salary of SE: A–K not in its alphabet"),
        ("alphabet = 5", "no list of letters"),
    ],
)
def test_a_surname_needs_the_alphabet_of_the_country(tmp_path: Path, alphabet: str, message: str) -> None:
    path = tmp_path / "paydays.toml"
    entry = 'country = "SE"\ncohort = "salary"\nanchor = "first_bank_day"\nverified = true\nsource = "x"\n'
    selector = 'selector = { surname = ["A", "K"] }\n'
    path.write_text(f'name = "paydays"\nversion = "2"\n{alphabet}\n[[payday]]\n{entry}{selector}')
    with pytest.raises(TableError, match=message):
        Paydays.load({"paydays": path})


def test_a_country_without_a_rule_is_refused() -> None:
    with pytest.raises(TableError, match="paydays: salary of PL: unknown"):
        payday("PL", None, Month(2026, 12), PAYDAYS, BANK["SE"])


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
