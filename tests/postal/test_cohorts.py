import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.model import CLAIMS, DRAFTS, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.postal.cohorts import count, sort_out
from pipelines.postal.forecast import Forecast
from pipelines.postal.paydays import Paydays

PAYDAYS = Paydays.load({})
FORECAST = Forecast.load({}, {})
DAY = date(2026, 12, 1)


def piece(country: str = "SE", payday: int | None = None, claims: int = 1, **said: Any) -> dict[str, Any]:
    """A mail piece; what is said of its claims is a column of the contract or an extra one.

    A list gives the claims different values.
    """
    rows = []
    for n in range(claims):
        values = {key: value[n] if isinstance(value, list) else value for key, value in said.items()}
        extras = {k: v for k, v in values.items() if k not in CLAIMS.names and v is not None}
        own = {k: v for k, v in values.items() if k in CLAIMS.names}
        row = {"debtor_kind": "person", "name": "Karin Ek", "extras": json.dumps(extras) if extras else None}
        rows.append(dict.fromkeys(CLAIMS.names) | row | own)
    return dict.fromkeys(DRAFTS.names) | {
        "country": country,
        "kind": "demand",
        "layout": f"{country.lower()}/demand",
        "postal_code": "41101",
        "payday": payday,
        "claims": rows,
    }


def sorted_out(pieces: Iterable[dict[str, Any]], paydays: Paydays = PAYDAYS) -> list[dict[str, Any]]:
    drafts = pa.Table.from_pylist(list(pieces), schema=DRAFTS)
    found = sort_out(drafts, paydays, FORECAST, DAY)
    assert found.schema == SORTED_DRAFTS
    rows: list[dict[str, Any]] = found.select(["cohort", "sheets", "unknown_family"]).to_pylist()
    return rows


def cohort(**said: Any) -> str:
    found: str = sorted_out([piece(**said)])[0]["cohort"]
    return found


def test_a_recipient_of_whom_nothing_is_said_is_paid_as_salaries_are() -> None:
    assert cohort() == "salary"
    assert cohort(sector="public") == "salary"


def test_an_own_payday_needs_no_rule() -> None:
    assert cohort(payday=27) == ""
    assert cohort(payday=27, payday_cohort="pension") == ""
    assert cohort(country="SE", payday=1, payday_cohort="no such family") == ""


def test_the_export_names_the_family() -> None:
    assert cohort(payday_cohort="state") == "salary-state"


@pytest.mark.parametrize(
    ("born", "name"),
    [
        (date(1950, 3, 1), "pension-born-1-15"),
        (date(1950, 3, 15), "pension-born-1-15"),
        (date(1950, 3, 16), "pension-born-16-31"),
        (date(1948, 12, 31), "pension-born-16-31"),
        (None, "pension"),
    ],
)
def test_a_swedish_pension_goes_by_the_day_of_birth(born: date | None, name: str) -> None:
    assert cohort(payday_cohort="pension", birth_date=born) == name


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Aino Aalto", "benefit-to-k"),
        ("Matti Korhonen", "benefit-to-k"),
        ("Liisa Laine", "benefit-l-r"),
        ("Eero Rinne", "benefit-l-r"),
        ("Kaisa Salo", "benefit-from-s"),
        ("Per Åberg", "benefit-from-s"),
        ("Siv Öhman", "benefit-from-s"),
        ("eva öhman ", "benefit-from-s"),
        ("Juhani Virtanen-Aho", "benefit-from-s"),
        ("Per A\u030aberg", "benefit-from-s"),
        ("Anne-Marie Émond", "benefit-to-k"),
        ("Lars Østerby", "salary"),
        ("7", "salary"),
        ("", "salary"),
    ],
)
def test_a_finnish_benefit_goes_by_the_surname_in_the_order_of_the_alphabet(name: str, group: str) -> None:
    assert cohort(country="FI", payday_cohort="benefit", name=name) == group


def test_a_company_matches_no_selector() -> None:
    company = {"debtor_kind": "company", "name": "Aalto Oy", "birth_date": date(1990, 1, 3)}
    assert cohort(country="FI", payday_cohort="benefit", **company) == "salary"
    assert cohort(payday_cohort="pension", **company) == "pension"


def test_the_first_claim_says_who_it_is_and_the_first_that_names_a_family_names_it() -> None:
    said = {
        "payday_cohort": [None, "pension", "state"],
        "birth_date": [date(1950, 1, 20), date(1950, 1, 3), None],
    }
    assert cohort(claims=3, **said) == "pension-born-16-31"


def test_only_the_column_itself_names_a_family() -> None:
    assert cohort(note="payday_cohort") == "salary"
    assert cohort(note='"payday_cohort": "pension"') == "salary"
    assert cohort(payday_cohort="  state ", z="last") == "salary-state"
    assert cohort(note='a \\" b', payday_cohort="state") == "salary-state"


@pytest.mark.parametrize("family", ['pen"sion', "pen\\sion", "pen,s}ion", "Rentner:innen", 5, 2.5, True])
def test_a_strange_family_is_unknown_and_no_crash(family: object) -> None:
    found = sorted_out([piece(payday_cohort=family, z="last")])
    assert found == [{"cohort": "salary", "sheets": 2, "unknown_family": True}]


def test_an_unknown_family_is_paid_as_salaries_are_and_counted() -> None:
    pieces = [
        piece(payday_cohort="lottery"),
        piece(payday_cohort="pension-guarantee"),  # Finland has it, Sweden does not
        piece(country="FI", payday_cohort="pension-guarantee"),
        piece(),
    ]
    found = sorted_out(pieces)
    assert [row["cohort"] for row in found] == ["salary", "salary", "pension-guarantee", "salary"]
    assert [row["unknown_family"] for row in found] == [True, True, False, False]
    drafts = pa.Table.from_pylist(pieces, schema=DRAFTS)
    counted = count(sort_out(drafts, PAYDAYS, FORECAST, DAY)).to_pylist()
    assert [(row["country"], row["cohort"], row["pieces"], row["unknown_family"]) for row in counted] == [
        ("FI", "pension-guarantee", 1, 0),
        ("SE", "salary", 3, 2),
    ]


def test_a_country_without_rules_is_refused_only_when_it_needs_one() -> None:
    few = Paydays(PAYDAYS.version, tuple(r for r in PAYDAYS.rules if r.country == "FI"))
    assert sorted_out([piece(payday=25)], few)[0]["cohort"] == ""
    with pytest.raises(TableError, match="paydays: salary of SE: unknown"):
        sorted_out([piece()], few)


@pytest.mark.parametrize(("claims", "sheets"), [(1, 2), (16, 2), (17, 3), (45, 4)])
def test_sheets_are_forecast_from_the_number_of_claims(claims: int, sheets: int) -> None:
    assert sorted_out([piece(claims=claims)])[0]["sheets"] == sheets


def test_no_pieces_are_no_cohorts() -> None:
    nothing = sort_out(DRAFTS.empty_table(), PAYDAYS, FORECAST, DAY)
    assert nothing.schema == SORTED_DRAFTS
    assert count(nothing) == SORTED_COHORTS.empty_table()


def test_a_slice_of_pieces_is_sorted_out_as_the_whole() -> None:
    pieces = [piece(claims=n, payday_cohort=f, birth_date=date(1950, 1, 10 + n)) for n, f in VARIED]
    whole = pa.Table.from_pylist(pieces, schema=DRAFTS)
    parts = pa.concat_tables([whole.slice(0, 2), whole.slice(3, 2)])
    expected = sort_out(whole, PAYDAYS, FORECAST, DAY).take([0, 1, 3, 4])
    assert sort_out(parts, PAYDAYS, FORECAST, DAY).to_pylist() == expected.to_pylist()
    assert sort_out(whole.slice(3), PAYDAYS, FORECAST, DAY).to_pylist() == expected.to_pylist()[2:]


VARIED = [(1, "pension"), (3, None), (2, "state"), (9, "pension"), (1, "lottery")]

pieces = st.builds(
    piece,
    country=st.sampled_from(["SE", "FI"]),
    payday=st.none() | st.integers(1, 31),
    claims=st.integers(1, 3),
    payday_cohort=st.sampled_from([None, "", "salary", "pension", "benefit", "state", "lottery"]),
    name=st.sampled_from(["Karin Ek", "Siv Öhman", "Matti Laine", ""]),
    birth_date=st.none() | st.dates(date(1930, 1, 1), date(2008, 12, 31)),
    debtor_kind=st.sampled_from(["person", "company"]),
)


@settings(deadline=None, max_examples=30)
@given(data=st.data(), chosen=st.lists(pieces, min_size=1, max_size=12))
def test_the_order_of_the_pieces_changes_nothing(data: st.DataObject, chosen: list[dict[str, Any]]) -> None:
    order = data.draw(st.permutations(range(len(chosen))))
    found = sorted_out(chosen)
    assert sorted_out(chosen[n] for n in order) == [found[n] for n in order]
    drafts = pa.Table.from_pylist(chosen, schema=DRAFTS)
    counted = count(sort_out(drafts, PAYDAYS, FORECAST, DAY))
    assert count(sort_out(drafts.take(order), PAYDAYS, FORECAST, DAY)) == counted
    assert counted.schema == SORTED_COHORTS
    assert sum(counted["pieces"].to_pylist()) == len(chosen)
    assert sum(counted["unknown_family"].to_pylist()) == sum(row["unknown_family"] for row in found)


@settings(deadline=None)
@given(one=pieces)
def test_every_cohort_has_a_rule_and_none_only_with_an_own_payday(one: dict[str, Any]) -> None:
    name = sorted_out([one])[0]["cohort"]
    assert (name == "") == (one["payday"] is not None)
    if name:
        assert [r for r in PAYDAYS.rules if r.country == one["country"] and r.cohort == name]
