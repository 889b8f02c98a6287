from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines import tables
from pipelines.sample.creditors import creditors
from tests.sample.conftest import Written

TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def good(parquet: Written) -> pa.Table:
    return parquet.claims().filter(parquet.summary.truth["reason"].is_null())


def share(claims: pa.Table, column: str, value: object) -> float:
    return claims[column].to_pylist().count(value) / claims.num_rows


def filled(claims: pa.Table, column: str) -> float:
    return 1 - claims[column].null_count / claims.num_rows


def test_interest_is_simple_interest_on_the_principal_at_the_rate_from_the_due_date(good):
    bearing = good.filter(pc.greater(good["interest"], Decimal(0))).to_pylist()
    assert len(bearing) > good.num_rows / 2
    for row in bearing:
        assert row["interest_to"] == TODAY.isoformat()
        days = (date.fromisoformat(row["interest_to"]) - row["interest_from"]).days
        exact = row["principal"] * row["interest_rate"] / 100 * days / 365
        assert row["interest"] == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert row["interest_from"] == row["due_date"]
        assert 9 <= row["interest_rate"] <= 13


def test_claims_without_interest_have_neither_rate_nor_days(good):
    free = good.filter(pc.equal(good["interest"], Decimal(0)))
    assert free.num_rows
    for name in ("interest_rate", "interest_from", "interest_to"):
        assert free[name].null_count == free.num_rows


def test_demands_are_overdue_the_longer_the_later_their_step_and_invoices_are_not_due(good):
    ages: dict[int, list[int]] = {1: [], 2: [], 3: [], 4: []}
    for row in good.to_pylist():
        days = (TODAY - row["due_date"]).days
        assert (days < 0) == (row["kind"] == "invoice")
        assert row["invoice_date"] is None or row["invoice_date"] <= min(TODAY, row["due_date"])
        if row["kind"] == "demand":
            ages[row["step"]].append(days)
    means = [sum(days) / len(days) for days in ages.values()]
    assert means == sorted(means)


def test_fees_are_those_of_the_acts(good):
    found = {country: set() for country in ("SE", "FI")}
    for row in good.to_pylist():
        if row["kind"] == "invoice":
            assert row["fees"] == 0
        else:
            found[row["country"]].add(row["fees"])
            if row["country"] == "FI":
                demand = 14 if row["principal"] <= 100 else 24 if row["principal"] <= 1000 else 50
                assert row["fees"] in {reminder + demand * min(row["step"], 2) for reminder in (0, 5)}
    assert found["SE"] == {180, 240}


def test_principals_lie_in_their_trades_range_and_are_mostly_small(good):
    for country in ("SE", "FI"):
        book = creditors(country)
        rank = {creditor: place for place, creditor in enumerate(book.ids)}
        claims = good.filter(pc.equal(good["country"], country)).to_pylist()
        for row in claims:
            place = rank[row["creditor_id"]]
            assert int(book.low[place]) <= row["principal"] * 100 <= int(book.high[place])
            assert int(row["principal"] * 100) % int(book.grain[place]) == 0
            assert row["creditor_name"] == book.names[place]
        principals = sorted(row["principal"] for row in claims)
        assert principals[len(principals) // 2] < sum(principals) / len(principals)


def test_the_mix_is_that_of_an_agency(many):
    claims = many.claims().filter(many.summary.truth["reason"].is_null())
    assert share(claims, "kind", "demand") == pytest.approx(0.85, abs=0.02)
    assert share(claims, "language", "en") == pytest.approx(0.08, abs=0.01)
    assert share(claims, "debtor_kind", "company") == pytest.approx(0.06, abs=0.01)
    assert filled(claims, "payday") == pytest.approx(0.3, abs=0.02)
    assert filled(claims, "monthly_capacity") == pytest.approx(0.4, abs=0.02)
    assert filled(claims, "payment_reference") == pytest.approx(0.25, abs=0.02)
    assert filled(claims, "care_of") == pytest.approx(0.04, abs=0.01)
    assert 0.1 < filled(claims, "creditor_offer") < 0.5
    assert set(claims["step"].to_pylist()) == {1, 2, 3, 4}


def test_finnish_letters_are_in_finnish_and_swedish_only(good):
    finnish = good.filter(pc.equal(good["country"], "FI"))
    assert set(finnish["language"].to_pylist()) == {"fi", "sv", None}
    assert share(finnish, "language", "fi") == pytest.approx(0.86, abs=0.04)


def test_some_goods_have_names_that_look_like_markup(many):
    claims = many.claims().filter(many.summary.truth["reason"].is_null())
    texts = tables.load("sample/subjects").data["literal"]
    found = set(claims["subject"].to_pylist())
    assert 'Skor <b>&"' in texts["sv"]
    assert {*texts["sv"], *texts["en"]} <= found


def test_some_recipients_have_one_given_reference_for_all_their_claims(good):
    by_debtor: dict[str, list[str | None]] = {}
    for row in good.to_pylist():
        by_debtor.setdefault(row["debtor_id"], []).append(row["payment_reference"])
    several = [references for references in by_debtor.values() if len(references) > 2]
    shared = [r for r in several if len(set(r)) == 1 and r[0] is not None]
    assert 0.01 < len(shared) / len(several) < 0.1


def test_an_offer_is_in_the_letters_language_and_the_same_creditors(good):
    offers = tables.load("sample/creditors").data["offers"]
    first_words = {tongue: {text.split("{")[0] for text in texts} for tongue, texts in offers.items()}
    home = {"SE": "sv", "FI": "fi"}
    with_offer = [row for row in good.to_pylist() if row["creditor_offer"]]
    assert with_offer
    for row in with_offer:
        tongue = row["language"] or home[row["country"]]
        heads = {head for head in first_words[tongue] if head}
        tails = {text.split("}")[1] for text in offers[tongue]}
        assert any(row["creditor_offer"].endswith(tail) for tail in tails)
        assert row["creditor_offer"][0].isdigit() or any(row["creditor_offer"].startswith(h) for h in heads)
        assert row["kind"] == "demand"
