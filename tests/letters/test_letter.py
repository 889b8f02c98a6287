import pickle
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import assets
from pipelines.letters.letter import Rejected, write_letter
from pipelines.letters.references.fi import read_barcode, read_epc
from pipelines.letters.references.se import read_code_line, read_swish
from pipelines.model import Instalment, Letter, Offer, WayToPay
from pipelines.money import money
from pipelines.reasons import Reason
from tests.letters.desk import CONFIG, DAYS, FINLAND, SWEDEN, draft


def written(*changes: dict[str, Any], base: Any = SWEDEN) -> Letter:
    letter = write_letter(draft(*changes, base=base), DAYS[base["country"]], CONFIG)
    assert isinstance(letter, Letter)
    return letter


def test_a_swedish_demand_says_who_what_and_when() -> None:
    context = written({}, {"creditor_id": "K2", "creditor_name": "Bok AB", "step": 3}).context
    assert context["amount_due"] == context["totals"]["amount"] == Decimal("2301.00")
    assert [creditor["name"] for creditor in context["creditors"]] == ["Bok AB", "Norrsken Mobil AB"]
    assert [claim["running"] for claim in context["claims"]] == [Decimal("1150.50"), Decimal("2301.00")]
    assert context["step"] == 3
    assert (context["letter_date"], context["due_date"]) == (date(2026, 12, 18), date(2027, 1, 8))
    assert context["recipient"]["address_lines"][-1] == "413 03  GÖTEBORG"
    assert context["rules"]["supervisor"] == "Finansinspektionen"
    assert context["sender"]["legal_name"] == "Lindvall Inkasso AB"
    assert context["claim_count"] == 2


def test_every_payload_asks_for_the_amount_on_the_page() -> None:
    letter = written({}, {})
    ways = letter.context["way"]
    amount = letter.context["amount_due"]
    assert letter.amount_text == money(amount, "SEK", "sv", "SE")
    assert read_swish(ways["swish"].payload).amount == amount
    assert read_code_line(ways["bankgiro"].payload).amount == amount
    letter = written({}, {}, base=FINLAND)
    ways = letter.context["way"]
    assert read_epc(ways["epc"].payload)[0] == amount
    assert read_barcode(ways["barcode"].payload).amount == amount


def test_codes_are_the_symbols_in_the_order_of_the_ways() -> None:
    swedish, finnish = written({}), written({}, base=FINLAND)
    assert [code[:5] for code in swedish.codes] == ["C1237", "https"]
    assert swedish.context["slip"].symbol == "ocr-b"
    assert [code[:3] for code in finnish.codes] == ["BCD", "479", "htt"]
    assert finnish.context["slip"] is None
    assert swedish.context["portal_url"] == swedish.codes[-1]


def test_the_reference_text_is_what_stands_on_the_slip() -> None:
    letter = written({"payment_reference": "12345678903"})
    assert letter.reference_text == letter.context["slip"].reference == "1234 5678 903"


def test_the_portal_address_tells_nothing_but_a_token_and_the_channel() -> None:
    letter = written({})
    assert letter.piece_id not in letter.context["portal_url"]
    assert "D1" not in letter.context["portal_url"].removeprefix("https://")
    assert letter.context["portal_url"].endswith("?k=A3")


def test_the_time_to_object_is_never_shorter_than_the_time_to_pay() -> None:
    days = DAYS["SE"]
    soon = replace(days, due_date=days.delivery_date)
    letter = write_letter(draft({}), soon, CONFIG)
    assert isinstance(letter, Letter)
    assert letter.context["rules"]["object_by"] == date(2027, 1, 2)
    assert written({}).context["rules"]["object_by"] == days.due_date


def test_the_lowest_capacity_bounds_the_offers() -> None:
    offers = written(
        {"monthly_capacity": Decimal("900.00")}, {"monthly_capacity": Decimal("500.00")}, {}
    ).context["offers"]
    assert offers[0].monthly <= Decimal("500.00")
    assert offers[0].parts[0].due_date == DAYS["SE"].due_date


def test_a_capacity_too_small_for_an_offer_asks_for_a_call() -> None:
    context = written({"monthly_capacity": Decimal("10.00")}).context
    assert (context["offers"], context["offer_note"]) == ((), "contact")


def test_small_sums_and_invoices_have_no_offer_and_no_call() -> None:
    small = written({"principal": Decimal("100.00"), "fees": Decimal("0.00")}).context
    invoice = written({"kind": "invoice"}).context
    for context in (small, invoice):
        assert (context["offers"], context["offer_note"]) == ((), "")


def test_extra_columns_reach_the_layout_under_their_names() -> None:
    context = written(
        {"extras": '{"creditor_offer": "10 % rabatt", "points": 2.5, "tags": ["a"]}'}, {}
    ).context
    assert context["claims"][0]["extras"] == {
        "creditor_offer": "10 % rabatt",
        "points": Decimal("2.5"),
        "tags": ("a",),
    }
    assert context["creditors"][0]["offer"] == "10 % rabatt"
    assert context["extras"]["points"] == Decimal("2.5")
    assert context["claims"][1]["extras"] == {}


@pytest.mark.parametrize("value", ["10", "0.5", "true"])
def test_an_offer_or_address_of_a_creditor_that_is_no_text_is_not_set(value: str) -> None:
    extras = f'{{"creditor_address": {value}, "creditor_offer": {value}}}'
    [creditor] = written({"extras": extras}).context["creditors"]
    assert (creditor["address"], creditor["offer"]) == (None, None)


@pytest.mark.parametrize(
    ("extras", "day"),
    [
        ('{"interest_to": "2026-12-01"}', date(2026, 12, 1)),
        ('{"interest_to": "snart"}', None),
        ('{"interest_to": 20261201}', None),
        ('{"interest_to": null}', None),
        (None, None),
    ],
)
def test_the_last_day_of_the_interest_is_known_when_the_creditor_says_it(
    extras: str | None, day: date | None
) -> None:
    [claim] = written({"extras": extras}).context["claims"]
    assert claim["interest_to"] == day


def test_a_claim_without_a_creditor_reference_shows_its_id() -> None:
    assert written({"creditor_reference": None}).context["claims"][0]["reference"] == "C1"


def test_a_person_among_the_claims_brings_the_rules_for_persons() -> None:
    assert written({"debtor_kind": "company"}, {}).context["debtor_kind"] == "person"


ALLOWED = (str, int, bool, Decimal, date, type(None), Offer, Instalment, WayToPay)


def _leaves(value: Any) -> list[Any]:
    match value:
        case dict():
            return [leaf for part in value.values() for leaf in _leaves(part)]
        case tuple():
            return [leaf for part in value for leaf in _leaves(part)]
        case _:
            return [value]


@pytest.mark.parametrize("base", [SWEDEN, FINLAND])
def test_a_letter_pickles_and_holds_plain_values_only(base: Any) -> None:
    letter = written({"extras": '{"a": [1, {"b": null}], "c": true}'}, base=base)
    assert pickle.loads(pickle.dumps(letter)) == letter
    assert {type(leaf) for leaf in _leaves(letter.context)} <= set(ALLOWED)


def test_a_draft_whose_claims_do_not_add_up_is_not_set() -> None:
    row = draft({})
    row["amount_due"] += Decimal("0.01")
    assert write_letter(row, DAYS["SE"], CONFIG) == Rejected(Reason.COMPOSITION_FAILED, "amount_due")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"payment_reference": "12345678904"}, "payment_reference"),
        ({"amount_due": Decimal("1e9")}, "payment_reference"),
    ],
)
def test_a_payload_that_does_not_read_back_is_not_set(change: dict[str, Any], field: str) -> None:
    assert write_letter(draft({}) | change, DAYS["SE"], CONFIG) == Rejected(Reason.COMPOSITION_FAILED, field)


def test_a_part_that_the_rules_demand_and_the_letter_lacks_is_named(tmp_path: Path) -> None:
    text = assets.table("rules/se.toml").read_text(encoding="utf-8")
    own = tmp_path / "se.toml"
    own.write_text(text.replace('"creditors.*.name"', '"creditors.*.address"'), encoding="utf-8")
    schedule = CONFIG.schedule.model_copy(update={"tables": {"rules/se": own}})
    config = CONFIG.model_copy(update={"schedule": schedule})
    row = draft({"extras": '{"creditor_address": "Box 1, Umeå"}'}, {"creditor_id": "K2"})
    assert write_letter(row, DAYS["SE"], config) == Rejected(Reason.LAYOUT_INCOMPLETE, "creditors.*.address")
    complete = draft({"extras": '{"creditor_address": "Box 1, Umeå"}'})
    assert isinstance(write_letter(complete, DAYS["SE"], config), Letter)


@settings(max_examples=40)
@given(
    st.lists(st.decimals(Decimal("0.01"), Decimal("999999.99"), places=2), min_size=1, max_size=9),
    st.sampled_from([SWEDEN, FINLAND]),
)
def test_whatever_the_amounts_the_letter_is_one(principals: list[Decimal], base: Any) -> None:
    letter = written(*({"principal": principal} for principal in principals), base=base)
    context = letter.context
    assert sum(c["amount"] for c in context["creditors"]) == context["amount_due"]
    assert context["claims"][-1]["running"] == context["totals"]["amount"] == context["amount_due"]
    for offer in context["offers"]:
        assert sum(part.amount for part in offer.parts) == context["amount_due"]
