"""The truth against the exported rows: each reason has its own look at the data."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest
from stdnum import iso11649, luhn

from pipelines.model import CONTRACT
from pipelines.reasons import Reason, Scope
from pipelines.sample.summary import TRUTH
from tests.sample.conftest import Written
from tests.sample.test_export import read_csv

TODAY = date(2026, 11, 1)
RECIPIENT = ("debtor_kind", "name", "street", "postal_code", "city", "protected", "deceased")
"""Needed columns whose lack is the recipient's defect."""
Row = dict[str, Any]


def odd(text: str | None) -> bool:
    """Whether a text has a control, a symbol beyond the BMP or a CJK letter."""
    return any(unicodedata.category(c) in ("Cc", "So") or ord(c) > 0x2FFF for c in text or "")


def valid_reference(row: Row) -> bool:
    reference = row["payment_reference"]
    if reference is None or row["country"] not in ("SE", "FI"):
        return True
    if row["country"] == "SE":
        length_digit = int(reference[-2])
        return luhn.is_valid(reference) and length_digit == len(reference) % 10
    if reference.startswith("RF"):
        return iso11649.is_valid(reference) and valid_731(reference[4:])
    return valid_731(reference)


def valid_731(reference: str) -> bool:
    total = sum(int(d) * (7, 3, 1)[place % 3] for place, d in enumerate(reversed(reference[:-1])))
    return 4 <= len(reference) <= 20 and int(reference[-1]) == -total % 10


def age(row: Row) -> float:
    return (TODAY - row["birth_date"]).days / 365.25 if row["birth_date"] else 40.0


NEEDED = [f.name for f in CONTRACT if not f.nullable and f.name not in RECIPIENT]

CURRENCY = {"SE": "SEK", "FI": "EUR"}
LANGUAGES = {"SE": ("sv", "en", None), "FI": ("fi", "sv", None)}

LOOKS: dict[Reason, Callable[[Row], bool]] = {
    Reason.MISSING_FIELD: lambda r: any(r[c] is None for c in NEEDED),
    Reason.BAD_VALUE: lambda r: r["step"] == 0 or r["payday"] not in (None, *range(1, 32)),
    Reason.UNKNOWN_COUNTRY: lambda r: r["country"] not in ("SE", "FI", None),
    Reason.UNKNOWN_KIND: lambda r: r["kind"] not in ("demand", "invoice", None),
    Reason.UNKNOWN_CURRENCY: lambda r: (
        r["country"] in CURRENCY and r["currency"] not in (CURRENCY[r["country"]], None)
    ),
    Reason.UNKNOWN_LANGUAGE: lambda r: (
        r["country"] in LANGUAGES and r["language"] not in LANGUAGES[r["country"]]
    ),
    Reason.AMOUNT_NOT_POSITIVE: lambda r: (
        None not in (r["principal"], r["interest"], r["fees"])
        and (
            min(r["principal"], r["interest"], r["fees"]) < 0
            or r["principal"] + r["interest"] + r["fees"] == 0
        )
    ),
    Reason.IMPOSSIBLE_DATE: lambda r: (
        (
            r["due_date"] is not None
            and (
                r["due_date"] < date(1900, 1, 1)
                or (r["invoice_date"] or r["due_date"]) > r["due_date"]
                or (r["kind"] == "demand" and r["due_date"] >= TODAY)
            )
        )
        or (r["interest_from"] or TODAY) > TODAY
    ),
    Reason.REFERENCE_CHECK_FAILED: lambda r: not valid_reference(r),
    Reason.LEGAL_FIELD_MISSING: lambda r: (r["interest"] or 0) > 0 and r["interest_rate"] is None,
    Reason.TEXT_NOT_SETTABLE: lambda r: any(
        odd(r[c]) for c in ("subject", "claim_id", "creditor_name", "creditor_reference", "creditor_offer")
    ),
    Reason.PAID: lambda r: r["paid"] is True,
    Reason.DISPUTED: lambda r: r["disputed"] is True,
    Reason.PROTECTED: lambda r: r["protected"] is True,
    Reason.DECEASED: lambda r: r["deceased"] is True,
    Reason.MINOR: lambda r: 0 <= age(r) < 18,
    Reason.RECIPIENT_INCOMPLETE: lambda r: (
        any(r[c] is None for c in RECIPIENT) or r["debtor_kind"] not in ("person", "company")
    ),
    Reason.BAD_POSTCODE: lambda r: (
        r["postal_code"] is not None
        and not (r["postal_code"].replace(" ", "").isdigit() and len(r["postal_code"].replace(" ", "")) == 5)
    ),
    Reason.IMPOSSIBLE_BIRTH_DATE: lambda r: not 0 <= age(r) < 120,
    Reason.ADDRESS_NOT_SETTABLE: lambda r: any(odd(r[c]) for c in ("name", "care_of", "street", "city")),
    Reason.ADDRESS_TOO_LONG: lambda r: max(len(r[c] or "") for c in ("name", "street")) > 80,
}
"""Whether one exported row shows the defect, written from the contract. Two more are seen in
several rows only: doubles and conflicts."""


def shown(rows: list[Row]) -> list[set[Reason]]:
    """By row the reasons that it shows itself, or that its recipient's rows show."""
    ids = Counter(row["claim_id"] for row in rows if row["claim_id"])
    by_debtor: dict[str, list[Row]] = {}
    for row in rows:
        if row["debtor_id"]:
            by_debtor.setdefault(row["debtor_id"], []).append(row)
    condemned = {debtor: recipient_reasons(theirs) for debtor, theirs in by_debtor.items()}
    return [
        {reason for reason in LOOKS if reason.scope is Scope.CLAIM and LOOKS[reason](row)}
        | ({Reason.DUPLICATE_CLAIM} if ids[row["claim_id"]] > 1 else set())
        | condemned.get(row["debtor_id"], set())
        for row in rows
    ]


def recipient_reasons(rows: Iterable[Row]) -> set[Reason]:
    rows = list(rows)
    found = {r for r in LOOKS if r.scope is Scope.RECIPIENT and any(LOOKS[r](row) for row in rows)}
    addresses = {
        (r["name"], r["care_of"], r["street"], (r["postal_code"] or "").replace(" ", ""), r["city"])
        for r in rows
    }
    return found | ({Reason.ADDRESS_CONFLICT} if len(addresses) > 1 else set())


def test_every_row_shows_the_reason_that_the_truth_names_and_no_other(parquet: Written) -> None:
    rows = parquet.claims().to_pylist()
    truth = parquet.summary.truth.to_pylist()
    expected = [{Reason(t["reason"])} if t["reason"] else set() for t in truth]
    assert shown(rows) == expected


def test_the_truth_names_every_row_by_file_and_place(parquet: Written) -> None:
    truth = parquet.summary.truth
    assert truth.schema.equals(TRUTH)
    assert truth.num_rows == parquet.summary.rows
    assert truth["claim_id"].equals(parquet.claims()["claim_id"])
    places = [(part.name, row) for part in parquet.summary.parts for row in range(part.rows)]
    assert list(zip(truth["source_file"].to_pylist(), truth["source_row"].to_pylist(), strict=True)) == places


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_every_reason_that_an_export_can_contain_is_there(request: pytest.FixtureRequest, kind: str) -> None:
    written: Written = request.getfixturevalue(kind)
    reasons = set(written.summary.truth["reason"].drop_null().to_pylist())
    assert reasons == {r.value for r in Reason if r.scope is not Scope.PIECE}


def test_about_four_rows_in_a_hundred_have_a_defect(many: Written) -> None:
    truth = many.summary.truth
    share = 1 - truth["reason"].null_count / truth.num_rows
    assert share == pytest.approx(0.04, abs=0.003)


def test_a_csv_has_words_where_numbers_and_dates_should_be(csv: Written) -> None:
    truth = csv.summary.truth.to_pylist()
    rows = [row for file in csv.files for row in read_csv(file)]
    unread = {row[t["field"]] for row, t in zip(rows, truth, strict=True) if t["reason"] == Reason.BAD_VALUE}
    assert "abc" in unread
    assert "45" in unread
    assert csv.summary.truth["claim_id"].to_pylist() == [row["claim_id"] for row in rows]
