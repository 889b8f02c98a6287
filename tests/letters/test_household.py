import re
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.letters import references
from pipelines.letters.household import LONGEST_LINE, make_pieces
from pipelines.model import CLAIMS, DRAFTS, QUARANTINE
from tests.letters.desk import CONFIG, FINLAND, RUN, claims, condemned

Fault = tuple[str, str, str]


def pieces(
    table: pa.Table, doomed: pa.Table | None = None, **options: Any
) -> tuple[list[dict[str, Any]], list[Fault]]:
    drafts, rejected = make_pieces(table, condemned() if doomed is None else doomed, RUN, CONFIG, **options)
    assert drafts.schema == DRAFTS
    assert rejected.schema == QUARANTINE
    drafts.validate(full=True)
    faults = [(row["claim_id"], row["reason"], row["field"]) for row in rejected.to_pylist()]
    return drafts.to_pylist(), faults


def claim_ids(draft: dict[str, Any]) -> list[str]:
    return [claim["claim_id"] for claim in draft["claims"]]


def test_claims_of_one_debtor_travel_in_one_piece() -> None:
    [draft], faults = pieces(claims({}, {}, {}))
    assert faults == []
    assert claim_ids(draft) == ["C1", "C2", "C3"]
    assert draft["amount_due"] == 3 * Decimal("1150.50")
    assert draft["layout"] == "se/demand"
    assert (draft["postal_code"], draft["language"], draft["variant"]) == ("41303", "sv", "A")
    assert re.fullmatch(r"P[A-Z2-7]{20}", draft["piece_id"])


@pytest.mark.parametrize("change", [{"kind": "invoice"}, {"debtor_id": "D2"}])
def test_another_debtor_or_kind_is_another_piece(change: dict[str, Any]) -> None:
    drafts, _ = pieces(claims({}, change, {}))
    assert sorted(claim_ids(draft) for draft in drafts) == [["C1", "C3"], ["C2"]]


def test_claims_inside_stand_by_creditor_then_invoice_date_then_id() -> None:
    table = claims(
        {"creditor_name": "B", "invoice_date": date(2026, 1, 1)},
        {"creditor_name": "A", "invoice_date": None},
        {"creditor_name": "A", "invoice_date": date(2026, 2, 1)},
        {"creditor_name": "A", "invoice_date": date(2026, 1, 1), "claim_id": "Z"},
        {"creditor_name": "A", "invoice_date": date(2026, 1, 1)},
    )
    [draft], _ = pieces(table)
    assert claim_ids(draft) == ["C5", "Z", "C3", "C2", "C1"]


def test_pieces_stand_by_their_ids() -> None:
    drafts, _ = pieces(claims(*({"debtor_id": f"D{n}"} for n in range(50))))
    ids = [draft["piece_id"] for draft in drafts]
    assert ids == sorted(set(ids))
    assert len(ids) == 50


def test_the_first_payday_that_is_given_counts() -> None:
    drafts, _ = pieces(claims({}, {"payday": 27}, {"payday": 25}, {"debtor_id": "D2"}))
    assert {draft["debtor_id"]: draft["payday"] for draft in drafts} == {"D1": 27, "D2": None}


@pytest.mark.parametrize("reason", ["protected", "deceased", "minor"])
def test_a_condemned_recipient_gets_nothing(reason: str) -> None:
    table = claims({}, {}, {"debtor_id": "D2"})
    drafts, faults = pieces(table, condemned(("D1", reason, "birth_date"), ("D9", reason, "birth_date")))
    assert [draft["debtor_id"] for draft in drafts] == ["D2"]
    assert faults == [("C1", reason, "birth_date"), ("C2", reason, "birth_date")]


def test_of_several_reasons_the_weightiest_counts() -> None:
    table = claims({"name": "x" * 60}, {"name": "y" * 60})
    doomed = condemned(("D1", "bad_postcode", "postal_code"), ("D1", "protected", "protected"))
    assert pieces(table, doomed)[1] == [("C1", "protected", "protected"), ("C2", "protected", "protected")]
    assert {fault[1] for fault in pieces(table)[1]} == {"address_conflict"}


@pytest.mark.parametrize("field", ["name", "care_of", "street", "postal_code", "city"])
def test_two_addresses_of_one_debtor_are_a_conflict(field: str) -> None:
    table = claims({}, {"debtor_id": "D2"}, {field: "99999", "kind": "invoice"})
    drafts, faults = pieces(table)
    assert [draft["debtor_id"] for draft in drafts] == ["D2"]
    assert faults == [("C1", "address_conflict", field), ("C3", "address_conflict", field)]


def test_case_blanks_and_unicode_forms_are_no_conflict() -> None:
    table = claims(
        {}, {"name": "MAJA ÖBERG "}, {"name": "Maja O\u0308berg", "city": "GÖTEBORG"}, {"care_of": ""}
    )
    [draft], faults = pieces(table)
    assert faults == []
    assert len(draft["claims"]) == 4


@pytest.mark.parametrize(
    ("change", "field", "line"),
    [
        ({"name": "N" * 46}, "name", "N" * 46),
        ({"care_of": "C" * 42}, "care_of", "c/o " + "C" * 42),
        ({"street": "S" * 46}, "street", "S" * 46),
        ({"city": "T" * 38}, "city", "413 03  " + "T" * 38),
    ],
)
def test_a_line_that_does_not_fit_condemns_the_recipient(
    change: dict[str, Any], field: str, line: str
) -> None:
    asked: list[str] = []

    def fits(text: str) -> bool:
        asked.append(text)
        return len(text) <= LONGEST_LINE

    drafts, faults = pieces(claims(change, change, {"debtor_id": "D2"}), fits=fits)
    assert [draft["debtor_id"] for draft in drafts] == ["D2"]
    assert faults == [("C1", "address_too_long", field), ("C2", "address_too_long", field)]
    assert asked == [line]


def test_short_lines_are_not_measured() -> None:
    def refuse(_: str) -> bool:
        return False

    assert len(pieces(claims({"name": "N" * 28, "street": "S" * 28, "city": "T" * 20}), fits=refuse)[0]) == 1
    assert len(pieces(claims({"street": "S" * 29}), fits=refuse)[1]) == 1


@pytest.mark.parametrize(
    ("given", "used"), [("12345678903", "12345678903"), ("1234 5678 903", "12345678903")]
)
def test_a_shared_reference_is_used_as_given(given: str, used: str) -> None:
    [draft], _ = pieces(claims({"payment_reference": given}, {"payment_reference": used}))
    assert draft["payment_reference"] == used


@pytest.mark.parametrize("second", [None, "", "12351"])
def test_a_reference_that_not_all_claims_share_is_replaced(second: str | None) -> None:
    [draft], _ = pieces(claims({"payment_reference": "12345678903"}, {"payment_reference": second}))
    assert draft["payment_reference"] not in ("12345678903", "12351")
    assert references.of("SE").is_valid(draft["payment_reference"])


def test_made_references_hold_in_their_countries() -> None:
    table = pa.concat_tables([claims({}), claims({"claim_id": "F"}, base=FINLAND)])
    drafts, _ = pieces(table)
    assert {draft["layout"] for draft in drafts} == {"se/demand", "fi/demand"}
    for draft in drafts:
        assert references.of(draft["country"]).is_valid(draft["payment_reference"])


def test_a_sum_beyond_every_way_to_pay_stops_the_piece_only() -> None:
    most = {"principal": Decimal("99999999.99"), "interest": Decimal(0), "fees": Decimal(0)}
    table = claims(
        most, {**most, "debtor_id": "D2"}, {"debtor_id": "D2"}, {"debtor_id": "D2", "kind": "invoice"}
    )
    drafts, faults = pieces(table)
    assert sorted(claim_ids(draft) for draft in drafts) == [["C1"], ["C4"]]
    assert faults == [("C2", "amount_not_payable", "amount_due"), ("C3", "amount_not_payable", "amount_due")]


def test_a_currency_that_no_way_carries_is_not_payable() -> None:
    assert pieces(claims({"currency": "NOK"}))[1] == [("C1", "amount_not_payable", "amount_due")]


def test_no_claims_are_no_pieces() -> None:
    assert pieces(CLAIMS.empty_table()) == ([], [])


CLAIM = st.fixed_dictionaries(
    {
        "debtor_id": st.sampled_from(["D1", "D2", "D3", "D|4"]),
        "kind": st.sampled_from(["demand", "invoice"]),
        "creditor_name": st.sampled_from(["Åkeri", "Bok", "bok"]),
        "invoice_date": st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3)),
        "principal": st.decimals(Decimal("0.01"), Decimal("60000000"), places=2),
        "street": st.sampled_from(["Långgatan 14"] * 9 + ["Storgatan 1"]),
        "payday": st.none() | st.integers(1, 31),
    }
)


@settings(max_examples=60)
@given(
    st.lists(CLAIM, max_size=30), st.sets(st.sampled_from(["D1", "D2"])), st.randoms(use_true_random=False)
)
def test_every_claim_is_printed_or_quarantined_once_whatever_the_order(
    changes: list[dict[str, Any]], doomed: set[str], order: Any
) -> None:
    table = claims(*changes)
    faults_of = condemned(*((debtor, "deceased", "deceased") for debtor in sorted(doomed)))
    drafts, rejected = make_pieces(table, faults_of, RUN, CONFIG)
    printed = [claim for row in drafts["claims"].to_pylist() for claim in row]
    booked = [claim["claim_id"] for claim in printed] + rejected["claim_id"].to_pylist()
    assert sorted(booked) == sorted(table["claim_id"].to_pylist())
    for draft in drafts.to_pylist():
        own = draft["claims"]
        assert draft["amount_due"] == sum(c["principal"] + c["interest"] + c["fees"] for c in own)
        assert {(c["debtor_id"], c["kind"]) for c in own} == {(draft["debtor_id"], draft["kind"])}
        keys = [(c["creditor_name"].encode(), c["invoice_date"] or date.max, c["claim_id"]) for c in own]
        assert keys == sorted(keys)
    shuffled = list(range(table.num_rows))
    order.shuffle(shuffled)
    again, also = make_pieces(table.take(pa.array(shuffled, pa.int64())), faults_of, RUN, CONFIG)
    assert again.drop_columns("payday").equals(drafts.drop_columns("payday"))
    assert again["payday"].equals(drafts["payday"])
    assert also.sort_by("claim_id").equals(rejected.sort_by("claim_id"))
    assert pc.sum(pc.list_value_length(drafts["claims"])).as_py() in (len(printed), None)
