from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from pipelines.errors import ContractError
from pipelines.letters.letter import write_letter
from pipelines.letters.proof import from_record
from pipelines.model import DRAFTS, Letter
from tests.letters.desk import CONFIG, DAYS, FINLAND, SWEDEN, TODAY


def record(base: Mapping[str, Any] = SWEDEN, **changes: Any) -> dict[str, Any]:
    plain = {key: value for key, value in base.items() if key != "source_file"}
    texts = {key: value if isinstance(value, int) else str(value) for key, value in plain.items()}
    return {"claim_id": "C1", **texts, **changes}


@pytest.mark.parametrize("base", [SWEDEN, FINLAND])
def test_a_record_becomes_a_letter(base: Mapping[str, Any]) -> None:
    row = from_record([record(base), record(base, claim_id="C2")], CONFIG, TODAY)
    assert list(row) == DRAFTS.names
    assert row["amount_due"] == Decimal("2301.00")
    assert isinstance(write_letter(row, DAYS[base["country"]], CONFIG), Letter)


def test_a_record_may_leave_out_flags_and_language() -> None:
    short = {key: value for key, value in record().items() if key not in ("paid", "protected", "language")}
    row = from_record([short], CONFIG, TODAY)
    assert row["language"] == "sv"
    assert row["claims"][0]["paid"] is False


def test_other_keys_are_extra_columns() -> None:
    row = from_record([record(creditor_offer="Välkommen åter", b=1)], CONFIG, TODAY)
    assert row["claims"][0]["extras"] == '{"b": 1, "creditor_offer": "Välkommen åter"}'


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"subject": ""}, "claim 1: subject: missing"),
        ({"principal": 900.0}, "claim 1: principal: not a decimal"),
        ({"principal": "900.001"}, "claim 1: principal: not a decimal"),
        ({"principal": "NaN"}, "claim 1: principal: not a decimal"),
        ({"principal": "10000000000"}, "claim 1: principal: not a decimal"),
        ({"due_date": "31.8.2026"}, "claim 1: due_date: not a date"),
        ({"due_date": 20260831}, "claim 1: due_date: not a date"),
        ({"step": True}, "claim 1: step: not a int"),
        ({"step": 1.5}, "claim 1: step: not a int"),
        ({"name": 7}, "claim 1: name: not a string"),
        ({"paid": "maybe"}, "claim 1: paid: not a bool"),
        ({"protected": "true"}, "claim 1: protected is true"),
        ({"country": "XX"}, "claim 1: country: unknown"),
        ({"payment_reference": "123"}, "claim 1: reference_check_failed"),
        ({"name": "N" * 60}, "claim 1: address_too_long"),
    ],
)
def test_a_wrong_record_is_one_line_that_names_row_and_column(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ContractError, match=complaint):
        from_record([record(**changes)], CONFIG, TODAY)


def test_a_complaint_never_shows_the_value() -> None:
    with pytest.raises(ContractError) as complaint:
        from_record([record(birth_date="secret")], CONFIG, TODAY)
    assert "secret" not in str(complaint.value)
    assert complaint.value.__cause__ is None


def test_claims_of_two_pieces_are_no_record() -> None:
    with pytest.raises(ContractError, match="makes 2 mail pieces"):
        from_record([record(), record(claim_id="C2", kind="invoice")], CONFIG, TODAY)
    with pytest.raises(ContractError, match="no claim"):
        from_record([], CONFIG, TODAY)
