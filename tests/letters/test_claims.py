from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import TableError
from pipelines.letters import claims as letter_claims
from pipelines.letters.claims import cents, check
from pipelines.model import CLAIMS, QUARANTINE
from tests.letters.desk import FINLAND, SWEDEN, TODAY, claims


def faults(table: pa.Table) -> list[tuple[str, str, str]]:
    rejected = check(table, TODAY).rejected
    assert rejected.schema == QUARANTINE
    return [(row["claim_id"], row["reason"], row["field"]) for row in rejected.to_pylist()]


def test_lawful_claims_go_on_unchanged() -> None:
    table = pa.concat_tables([claims({}, {}), claims({"claim_id": "F"}, base=FINLAND)])
    sifted = check(table, TODAY)
    assert sifted.accepted.equals(table)
    assert sifted.rejected.num_rows == 0


@pytest.mark.parametrize(
    ("base", "given", "wrong"),
    [(SWEDEN, "12345678903", "12345678904"), (FINLAND, "RF98 1111 2", "RF9911112")],
)
def test_a_given_reference_must_hold(base: dict[str, Any], given: str, wrong: str) -> None:
    table = claims(
        {"payment_reference": given}, {"payment_reference": wrong}, {"payment_reference": ""}, base=base
    )
    assert faults(table) == [("C2", "reference_check_failed", "payment_reference")]
    assert check(table, TODAY).accepted["claim_id"].to_pylist() == ["C1", "C3"]


@pytest.mark.parametrize("base", [SWEDEN, FINLAND])
@pytest.mark.parametrize("field", ["interest_rate", "interest_from"])
def test_interest_without_its_rate_or_first_day_is_named(base: dict[str, Any], field: str) -> None:
    table = claims({field: None}, {field: None, "interest": Decimal("0.00")}, {}, base=base)
    assert faults(table) == [("C1", "legal_field_missing", field)]


def test_an_invoice_needs_no_rate() -> None:
    assert faults(claims({"kind": "invoice", "interest_rate": None})) == []


@pytest.mark.parametrize("blank", [None, "", "  \u00a0"])
def test_a_claim_must_say_what_it_is_for(blank: str | None) -> None:
    assert faults(claims({"subject": blank})) == [("C1", "legal_field_missing", "subject")]


def test_of_two_faults_the_weightier_counts() -> None:
    table = claims(
        {"subject": "", "payment_reference": "1", "interest_rate": None},
        {"subject": "", "interest_rate": None},
    )
    assert [fault[1:] for fault in faults(table)] == [
        ("reference_check_failed", "payment_reference"),
        ("legal_field_missing", "subject"),
    ]


def test_a_country_without_payments_is_quarantined() -> None:
    assert faults(claims({"country": "NO"})) == [("C1", "unknown_country", "country")]


def test_a_claim_keeps_its_place_in_the_export_in_quarantine() -> None:
    rejected = check(claims({}, {"subject": None}), TODAY).rejected.to_pylist()
    assert [(row["source_file"], row["source_row"], row["detail"]) for row in rejected] == [
        ("claims.parquet", 1, None)
    ]


def test_an_empty_table_has_no_faults() -> None:
    sifted = check(CLAIMS.empty_table(), TODAY)
    assert (sifted.accepted.num_rows, sifted.rejected.num_rows) == (0, 0)


def test_a_day_without_rules_stops_the_run() -> None:
    with pytest.raises(TableError):
        check(claims({}), date(1999, 1, 1))


def test_fees_above_the_caps_are_counted_and_go_on() -> None:
    table = pa.concat_tables(
        [
            claims({"fees": Decimal("240.00")}, {"fees": Decimal("240.01")}),
            claims({"fees": Decimal("690.00"), "debtor_kind": "company"}),
            claims({"fees": Decimal("999.00"), "kind": "invoice"}),
            claims(
                {"fees": Decimal("33.00"), "principal": Decimal("100.00")},
                {"fees": Decimal("33.01"), "principal": Decimal("100.00")},
                {"fees": Decimal("53.00"), "principal": Decimal("100.01")},
                {"fees": Decimal("105.01"), "principal": Decimal("1000.01")},
                base=FINLAND,
            ),
        ]
    )
    above = letter_claims.fees_above_cap(table, TODAY)
    assert above.tolist() == [False, True, False, False, False, True, False, True]
    assert check(table, TODAY).rejected.num_rows == 0


@given(st.lists(st.none() | st.decimals(0, Decimal("9999999999.99"), places=2)))
def test_cents_are_exact(amounts: list[Decimal | None]) -> None:
    expected = [0 if amount is None else int(amount * 100) for amount in amounts]
    assert np.array_equal(cents(pa.array(amounts, pa.decimal128(12, 2))), np.array(expected, np.int64))
