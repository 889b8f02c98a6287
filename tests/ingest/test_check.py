from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest import check, facts
from pipelines.ingest.possible_dates import years_after
from pipelines.model import CLAIMS, CONTRACT, QUARANTINE
from pipelines.reasons import Reason, Scope
from tests.ingest.exports import FINNISH, SETTABLE, TODAY, checked, claim, table, why


def condemned(*rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(r["debtor_id"], r["reason"], r["field"]) for r in checked(*rows).condemned.to_pylist()]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        FINNISH,
        {"kind": "invoice", "due_date": date(2027, 1, 15)},
        {"debtor_kind": "company", "birth_date": None},
        {"due_date": date(2026, 11, 30)},
        {"kind": "invoice", "due_date": TODAY},
        {"interest_from": TODAY},
        {"invoice_date": None, "interest_rate": None, "interest_from": None, "payday": None, "score": None},
        {"principal": Decimal(0), "interest": Decimal(0)},
        {"payday": 31},
        {"monthly_capacity": Decimal(0)},
        {"extras": '{"creditor_offer": "Betala \\"hälften\\"\\\\", "meter": 7}'},
        {"birth_date": date(2008, 12, 1)},
    ],
)
def test_a_faultless_claim_is_accepted(changes: dict[str, Any]) -> None:
    assert why(**changes) is None


@pytest.mark.parametrize("name", [f.name for f in CONTRACT if not f.nullable])
def test_a_needed_field_that_is_empty_takes_the_claim_or_its_recipient(name: str) -> None:
    recipients = {"debtor_kind", "name", "street", "postal_code", "city", "protected", "deceased"}
    reason = "recipient_incomplete" if name in recipients else "missing_field"
    assert why(**{name: None}) == (reason, name)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"step": 0}, "bad_value", "step"),
        ({"payday": 0}, "bad_value", "payday"),
        ({"payday": 32}, "bad_value", "payday"),
        ({"monthly_capacity": Decimal("-0.01")}, "bad_value", "monthly_capacity"),
        ({"interest_rate": Decimal("-1")}, "bad_value", "interest_rate"),
        ({"unread": "score"}, "bad_value", "score"),
        ({"principal": None, "fees": None, "unread": "principal"}, "bad_value", "principal"),
        ({"unread": ""}, "bad_value", None),
        ({"paid": None, "unread": "paid"}, "bad_value", "paid"),
        ({"disputed": None, "unread": "disputed"}, "bad_value", "disputed"),
        ({"country": "IS"}, "unknown_country", "country"),
        ({"country": "se"}, "unknown_country", "country"),
        ({"kind": "reminder"}, "unknown_kind", "kind"),
        ({"currency": "EUR"}, "unknown_currency", "currency"),
        ({**FINNISH, "currency": "SEK"}, "unknown_currency", "currency"),
        ({"language": "fi"}, "unknown_language", "language"),
        ({"language": "-"}, "unknown_language", "language"),
        ({"principal": Decimal("-0.01")}, "amount_not_positive", "principal"),
        ({"interest": Decimal("-1")}, "amount_not_positive", "interest"),
        ({"fees": Decimal("-1")}, "amount_not_positive", "fees"),
        (
            {"principal": Decimal(0), "interest": Decimal(0), "fees": Decimal(0)},
            "amount_not_positive",
            "principal",
        ),
        ({"invoice_date": date(1899, 12, 31)}, "impossible_date", "invoice_date"),
        ({"due_date": date(1, 1, 1), "invoice_date": None}, "impossible_date", "due_date"),
        ({"kind": "invoice", "due_date": date(2036, 12, 2)}, "impossible_date", "due_date"),
        ({"interest_from": date(1899, 12, 31)}, "impossible_date", "interest_from"),
        ({"interest_from": date(2036, 12, 2)}, "impossible_date", "interest_from"),
        ({"interest_from": date(2026, 12, 2)}, "impossible_date", "interest_from"),
        ({"invoice_date": date(2026, 10, 2)}, "impossible_date", "due_date"),
        ({"due_date": date(2026, 12, 2)}, "impossible_date", "due_date"),
        ({"due_date": TODAY}, "impossible_date", "due_date"),
        ({"claim_id": "C\x1b[1m"}, "text_not_settable", "claim_id"),
        ({"claim_id": "C 🙂"}, "text_not_settable", "claim_id"),
        ({"creditor_name": "力行"}, "text_not_settable", "creditor_name"),
        ({"creditor_reference": "F\t1"}, "text_not_settable", "creditor_reference"),
        ({"subject": "El\nförra året"}, "text_not_settable", "subject"),
        ({"payment_reference": "1\u202e2"}, "text_not_settable", "payment_reference"),
        ({"extras": '{"offer": "rad\\nrad"}'}, "text_not_settable", "extras"),
        ({"extras": '{"offer": "力"}'}, "text_not_settable", "extras"),
        ({"paid": True}, "paid", "paid"),
        ({"disputed": True}, "disputed", "disputed"),
        ({"protected": True}, "protected", "protected"),
        ({"deceased": True}, "deceased", "deceased"),
        ({"birth_date": date(2008, 12, 2)}, "minor", "birth_date"),
        ({"birth_date": TODAY}, "minor", "birth_date"),
        ({"debtor_kind": "estate"}, "recipient_incomplete", "debtor_kind"),
        ({"protected": None, "unread_shield": "protected"}, "recipient_incomplete", "protected"),
        ({"birth_date": None, "unread_shield": "birth_date"}, "recipient_incomplete", "birth_date"),
        ({"postal_code": "4110"}, "bad_postcode", "postal_code"),
        ({**FINNISH, "postal_code": "411 011"}, "bad_postcode", "postal_code"),
        ({"birth_date": date(2026, 12, 2)}, "impossible_birth_date", "birth_date"),
        ({"birth_date": date(1899, 12, 31)}, "impossible_birth_date", "birth_date"),
        ({"name": "Åsa\u0007"}, "address_not_settable", "name"),
        ({"care_of": "力行"}, "address_not_settable", "care_of"),
        ({"street": "Gatan 1\u2028"}, "address_not_settable", "street"),
        ({"city": "\u2066Umeå"}, "address_not_settable", "city"),
    ],
)
def test_a_defect_has_its_reason_and_field(changes: dict[str, Any], reason: str, field: str | None) -> None:
    assert why(**changes) == (reason, field)


def test_a_company_is_never_a_minor() -> None:
    assert why(debtor_kind="company", birth_date=date(2020, 1, 1)) is None


def test_every_row_of_a_repeated_claim_id_is_rejected() -> None:
    found = checked(claim(), claim(claim_id="C2"), claim(debtor_id="D2"), repeated=["C1"])
    assert found.accepted["claim_id"].to_pylist() == ["C2"]
    assert found.rejected["source_row"].to_pylist() == [0, 2]
    assert set(found.rejected["reason"].to_pylist()) == {"duplicate_claim"}


def test_the_first_reason_in_the_order_of_precedence_counts() -> None:
    assert why(paid=True, principal=Decimal(-1), kind="x") == ("unknown_kind", "kind")
    assert why(protected=True, paid=True) == ("paid", "paid")
    assert why(city=None, deceased=True) == ("deceased", "deceased")


def test_a_recipients_defect_condemns_even_behind_a_defect_of_the_claim() -> None:
    assert condemned(claim(paid=True, protected=True)) == [("D1", "protected", "protected")]
    assert condemned(claim(unread="", name=None)) == [("D1", "recipient_incomplete", "name")]


@pytest.mark.parametrize("name", ["protected", "deceased"])
def test_a_recipient_of_whom_one_row_does_not_say_that_it_may_get_letters_gets_none(name: str) -> None:
    found = checked(claim(**{name: None}), claim(claim_id="C2"))
    assert condemned(claim(**{name: None})) == [("D1", "recipient_incomplete", name)]
    kept, taken = check.condemn(found.accepted, found.condemned)
    assert (kept.num_rows, taken["claim_id"].to_pylist(), taken["field"].to_pylist()) == (0, ["C2"], [name])


@pytest.mark.parametrize("name", ["birth_date", "protected", "deceased"])
def test_a_shield_that_cannot_be_read_condemns_behind_any_other_cell(name: str) -> None:
    row = claim(**{name: None}, step=None, unread="step", unread_shield=name)
    assert condemned(row) == [("D1", "recipient_incomplete", name)]
    assert checked(row).rejected["field"].to_pylist() == ["step"]


def test_an_empty_birth_date_condemns_nobody() -> None:
    assert condemned(claim(birth_date=None)) == []


def test_a_claims_defect_condemns_nobody() -> None:
    assert (
        condemned(
            claim(paid=None), claim(disputed=None), claim(subject=None), claim(country="IS", postal_code="x")
        )
        == []
    )


def test_a_recipient_is_condemned_once_with_the_reason_that_counts_first() -> None:
    rows = [claim(street=None), claim(protected=True), claim(city=None), claim(debtor_id="A", deceased=True)]
    assert condemned(*rows) == [("A", "deceased", "deceased"), ("D1", "protected", "protected")]


def test_a_row_without_debtor_condemns_nobody() -> None:
    assert condemned(claim(debtor_id=None, protected=True)) == []


def test_the_faultless_claim_of_a_condemned_recipient_is_taken_by_condemn() -> None:
    there = checked(claim(protected=True))
    here = checked(claim(claim_id="C2"), claim(claim_id="C3", debtor_id="D2")).accepted
    kept, taken = check.condemn(here, there.condemned)
    assert kept["claim_id"].to_pylist() == ["C3"]
    assert taken.to_pylist() == [
        {
            "claim_id": "C2",
            "source_file": "claims.parquet",
            "source_row": 0,
            "reason": "protected",
            "field": "protected",
            "detail": "recipient",
        }
    ]


def test_condemn_takes_the_reason_that_counts_first_of_several_files() -> None:
    sentences = pa.concat_tables(
        [checked(claim(street=None)).condemned, checked(claim(deceased=True)).condemned]
    )
    for order in ([0, 1], [1, 0]):
        _, taken = check.condemn(checked(claim()).accepted, sentences.take(order))
        assert taken["reason"].to_pylist() == ["deceased"]


def test_condemn_of_nothing_or_by_nothing_takes_nothing() -> None:
    accepted = checked(claim()).accepted
    nobody = check.CONDEMNED.empty_table()
    assert check.condemn(accepted, nobody)[0].equals(accepted)
    kept, taken = check.condemn(accepted.slice(0, 0), checked(claim(protected=True)).condemned)
    assert (kept.num_rows, taken.num_rows, taken.schema) == (0, 0, QUARANTINE)


def test_the_language_is_filled_and_reduced_to_one_that_has_texts() -> None:
    rows = [
        claim(language="sv-SE"),
        claim(language="EN"),
        claim(language=None),
        claim(**{**FINNISH, "language": None}),
        claim(**{**FINNISH, "language": "sv-FI"}),
    ]
    assert checked(*rows).accepted["language"].to_pylist() == ["sv", "en", "sv", "fi", "sv"]


def test_the_postcode_loses_its_blanks_and_its_country() -> None:
    rows = [
        claim(postal_code="411 01"),
        claim(postal_code="SE-411 01"),
        claim(**{**FINNISH, "postal_code": "FI-00100"}),
    ]
    assert checked(*rows).accepted["postal_code"].to_pylist() == ["41101", "41101", "00100"]


def test_a_table_of_the_contract_alone_can_be_checked() -> None:
    found = check.check(
        table(claim(), claim(paid=True)).select(CLAIMS.names),
        facts.all(),
        SETTABLE,
        TODAY,
        pa.array([], pa.string()),
    )
    assert (found.accepted.num_rows, found.rejected.num_rows) == (1, 1)


def test_an_empty_table_gives_empty_tables_of_the_same_schemas() -> None:
    found = checked()
    assert (found.accepted.schema, found.rejected.schema, found.condemned.schema) == (
        CLAIMS,
        QUARANTINE,
        check.CONDEMNED,
    )
    assert found.accepted.num_rows + found.rejected.num_rows + found.condemned.num_rows == 0


@pytest.mark.parametrize("character", ["\x00", "\t", "\n", "\x7f", "\x85", "\u2028", "\u202e", "\u061c"])
def test_what_steers_a_text_is_not_set_even_where_the_fonts_would(character: str) -> None:
    rows = table(claim(subject=f"a{character}b"), claim(extras='{"x": "a\\u0007"}'), claim())
    found = check.check(rows, facts.all(), r"^(?s:.)*$", TODAY, pa.array([], pa.string()))
    assert found.rejected["source_row"].to_pylist() == [0, 1]


@pytest.mark.parametrize(
    ("day", "years", "other"),
    [
        (date(2026, 12, 1), -18, date(2008, 12, 1)),
        (date(2028, 2, 29), -18, date(2010, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(9995, 1, 1), 10, date(9999, 1, 1)),
        (date(9, 1, 1), -18, date(1, 1, 1)),
    ],
)
def test_the_same_day_in_another_year(day: date, years: int, other: date) -> None:
    assert years_after(day, years) == other


@pytest.mark.parametrize(("day", "adult"), [(date(2026, 2, 28), False), (date(2026, 3, 1), True)])
def test_who_was_born_on_29_february_is_adult_on_the_first_of_march(day: date, adult: bool) -> None:
    dates = {"due_date": date(2026, 1, 1), "invoice_date": None, "interest_from": None}
    rows = table(claim(birth_date=date(2008, 2, 29), **dates))
    found = check.check(rows, facts.all(), SETTABLE, day, pa.array([], pa.string()))
    assert found.accepted.num_rows == adult


texts = (
    st.none()
    | st.text(max_size=6)
    | st.sampled_from(["sv", "SE", "FI", "demand", "person", "D1", "D2", "41101"])
)
amounts = st.none() | st.decimals(-100, 100, places=2)
dates = st.none() | st.dates(date(1890, 1, 1), date(2050, 1, 1))
SPOILERS: dict[pa.DataType, Callable[[], st.SearchStrategy[Any]]] = {
    pa.string(): lambda: texts,
    pa.int32(): lambda: st.none() | st.integers(-1, 40),
    pa.date32(): lambda: dates,
    pa.bool_(): lambda: st.sampled_from([None, False, True]),
    pa.float64(): lambda: st.none() | st.floats(0, 1),
}
spoilt_fields = st.sampled_from(CONTRACT.names).flatmap(
    lambda name: st.tuples(st.just(name), SPOILERS.get(CONTRACT.field(name).type, lambda: amounts)())
)
spoilt_claims = st.builds(
    lambda fields, debtor, unread, shield: claim(
        **{"debtor_id": debtor, "unread": unread, "unread_shield": shield, **dict(fields)}
    ),
    st.lists(spoilt_fields, max_size=3),
    st.sampled_from(["D1", "D2", "D3"]),
    st.sampled_from([None, None, None, "", "score"]),
    st.sampled_from([None, None, None, "birth_date", "deceased"]),
)
exports = st.lists(spoilt_claims, max_size=12)


@settings(max_examples=60, deadline=None)
@given(exports, st.sets(st.text(max_size=3) | st.just("C1")))
def test_every_row_ends_in_exactly_one_of_accepted_and_rejected(
    rows: list[dict[str, Any]], repeated: set[str]
) -> None:
    found = checked(*rows, repeated=sorted(repeated))
    kept, taken = check.condemn(found.accepted, found.condemned)
    places = [n for part in (kept, taken, found.rejected) for n in part["source_row"].to_pylist()]
    assert sorted(places) == list(range(len(rows)))


@settings(max_examples=50, deadline=None)
@given(exports.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))))
def test_the_order_of_the_rows_changes_nothing_but_the_order(
    case: tuple[list[dict[str, Any]], list[int]],
) -> None:
    rows, order = case
    nobody = pa.array([], pa.string())
    straight = checked(*rows)
    shuffled = check.check(
        table(*rows).take(pa.array(order, pa.int64())), facts.all(), SETTABLE, TODAY, nobody
    )
    for one, other in ((straight.accepted, shuffled.accepted), (straight.rejected, shuffled.rejected)):
        assert other.sort_by("source_row").equals(one)
    assert shuffled.condemned.equals(straight.condemned)


@settings(max_examples=50, deadline=None)
@given(exports)
def test_after_condemn_no_recipient_with_a_defect_has_a_claim_left(rows: list[dict[str, Any]]) -> None:
    found = checked(*rows)
    kept, _ = check.condemn(found.accepted, found.condemned)
    scopes = {reason.value: reason.scope for reason in Reason}
    guilty = {
        rows[r["source_row"]]["debtor_id"]
        for r in found.rejected.to_pylist()
        if scopes[r["reason"]] is Scope.RECIPIENT
    }
    assert not guilty & set(kept["debtor_id"].to_pylist())


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {f.name: st.none() | st.text(max_size=8) for f in CONTRACT if f.type == pa.string()}
    )
)
def test_any_text_in_any_field_is_checked_without_an_error(cells: dict[str, str | None]) -> None:
    found = checked(claim(**cells, extras=None))
    assert found.accepted.num_rows + found.rejected.num_rows == 1


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=8))
def test_no_value_of_a_row_stands_in_its_detail(text: str) -> None:
    secret = f"§{text}§"
    found = checked(*(claim(**{f.name: secret}) for f in CONTRACT if f.type == pa.string()))
    assert not any(secret in str(row["detail"]) for row in found.rejected.to_pylist())
