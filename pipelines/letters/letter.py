"""What one letter says: from a placed draft to the context that its layout's template sees.

Everything that stands on the page and in its codes is decided here. The last act is to read
every payload back: an amount or a reference that differs stops the piece, not the run.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pipelines.config import Config, Sender
from pipelines.letters import address, references, rules
from pipelines.letters.deadline import deadline
from pipelines.letters.offers import make_offers
from pipelines.letters.opaque import Ids
from pipelines.letters.references.country import Bill, in_fours
from pipelines.model import Days, Letter, Offer, WayToPay
from pipelines.money import money
from pipelines.reasons import Reason

CREDITOR_OFFER = "creditor_offer"
"""Extra column: the creditor's own offer, in the recipient's language."""
CREDITOR_ADDRESS = "creditor_address"
"""Extra column: the creditor's address in one line, where the law wants it (Finland)."""
INTEREST_TO = "interest_to"
"""Extra column: the last day that the creditor's interest is for, as ISO 8601 writes it."""

Row = Mapping[str, Any]

_NOTHING = Decimal("0.00")
_KEPT = 4096
"""Extra columns that are kept as they were read: creditors say the same of many claims."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a piece cannot become a letter; takes all its claims into quarantine."""

    reason: Reason
    field: str


def write_letter(draft: Row, days: Days, config: Config) -> Letter | Rejected:
    """The letter of a mail piece, ready for the press, or why it must not be printed.

    Args:
        draft: one row of DRAFTS as a dict.
        days: of the piece's cohort, from the plan.
        config: its country's sender and accounts, its privacy key, its own tables.

    Returns:
        `layout_incomplete` names the part that the rule set demands and the letter lacks;
        `composition_failed` names the way to pay (or `amount_due`) that does not agree with
        the amount and reference of the letter.
    """
    country, amount = draft["country"], draft["amount_due"]
    latest = max(claim["due_date"] for claim in draft["claims"])
    due_date = deadline(draft["kind"], days.due_date, latest)
    if due_date != days.due_date:
        days = replace(days, due_date=due_date)
    payments = references.of(country)
    ids = _ids(config.privacy.key)
    bill = Bill(
        reference=draft["payment_reference"],
        amount=amount,
        due_date=days.due_date,
        variant=draft["variant"],
        token=ids.token(draft["piece_id"]),
    )
    try:
        ways = payments.ways(bill, config.countries[country].accounts)
        disagreeing = _disagreeing(payments, bill, ways)
    except ValueError:
        return Rejected(Reason.COMPOSITION_FAILED, "payment_reference")
    if disagreeing:
        return Rejected(Reason.COMPOSITION_FAILED, disagreeing)
    rule_set = _rule_set(draft, days, config)
    context = _context(draft, days, config, rule_set, ids, ways)
    if context["totals"]["amount"] != amount:
        return Rejected(Reason.COMPOSITION_FAILED, "amount_due")
    for path in rule_set.context_parts:
        if not _has(context, _steps(path)):
            return Rejected(Reason.LAYOUT_INCOMPLETE, path)
    return Letter(
        piece_id=draft["piece_id"],
        layout=draft["layout"],
        language=draft["language"],
        context=context,
        address_lines=context["recipient"]["address_lines"],
        codes=tuple(way.payload for way in ways if way.symbol != "ocr-b"),
        amount_text=money(amount, draft["currency"], draft["language"], country),
        reference_text=payments.shown(bill.reference),
    )


def _disagreeing(payments: references.PaymentCountry, bill: Bill, ways: Iterable[WayToPay]) -> str | None:
    """The first way whose payload, read back, asks for something else than the bill."""
    for way in ways:
        reading = payments.read(way)
        if reading.amount not in (None, bill.amount):
            return way.method
        if reading.reference not in (None, payments.core(bill.reference)):
            return way.method
    return None


def _context(
    draft: Row, days: Days, config: Config, rule_set: rules.RuleSet, ids: Ids, ways: tuple[WayToPay, ...]
) -> dict[str, Any]:
    claims = _claims(draft["claims"])
    offers, contact = _offers(draft, days, rule_set)
    by_method = {way.method: way for way in ways}
    head = draft["claims"][0]
    lines = address.lines(
        draft["country"], head["name"], head["care_of"], head["street"], head["postal_code"], head["city"]
    )
    object_by = max(days.due_date, days.delivery_date + timedelta(days=rule_set.objection_days))
    return {
        "kind": draft["kind"],
        "country": draft["country"],
        "language": draft["language"],
        "step": max(claim["step"] for claim in claims),
        "variant": draft["variant"],
        "piece_number": in_fours(str(ids.piece_number(draft["piece_id"]))),
        "debtor_kind": _debtor_kind(draft),
        "letter_date": days.hand_in_date,
        "delivery_date": days.delivery_date,
        "payday": days.payday,
        "due_date": days.due_date,
        "currency": draft["currency"],
        "amount_due": draft["amount_due"],
        "sender": _sender(config.countries[draft["country"]].sender),
        "recipient": {"name": head["name"], "address_lines": lines},
        "creditors": _creditors(claims),
        "claims": claims,
        "claim_count": len(claims),
        "oldest_due_date": min(claim["due_date"] for claim in claims),
        "totals": {
            name: _total([claim[name] for claim in claims])
            for name in ("principal", "interest", "fees", "amount")
        },
        "offers": offers,
        "offer_note": "contact" if contact else "",
        "ways": ways,
        "way": by_method,
        "slip": next((way for way in ways if way.symbol == "ocr-b"), None),
        "portal_url": by_method["portal"].payload,
        "minimum_days": rule_set.minimum_days,
        "rules": {
            **rule_set.words(draft["language"]),
            "object_by": object_by,
            "objection_days": rule_set.objection_days,
        },
        "extras": _first_values(claim["extras"] for claim in claims),
    }


def _claims(rows: Iterable[Row]) -> tuple[dict[str, Any], ...]:
    claims = []
    running = _NOTHING
    for number, row in enumerate(rows, start=1):
        amount = row["principal"] + row["interest"] + row["fees"]
        running += amount
        extras = _extras(row["extras"] or "")
        claims.append(
            {
                "number": number,
                "creditor_id": row["creditor_id"],
                "creditor_name": row["creditor_name"],
                "reference": row["creditor_reference"] or row["claim_id"],
                "subject": row["subject"],
                "invoice_date": row["invoice_date"],
                "due_date": row["due_date"],
                "principal": row["principal"],
                "interest": row["interest"],
                "fees": row["fees"],
                "amount": amount,
                "interest_rate": row["interest_rate"],
                "interest_from": row["interest_from"],
                "interest_to": _day(extras.get(INTEREST_TO)),
                "step": row["step"],
                "extras": extras,
                "running": running,
            }
        )
    return tuple(claims)


def _creditors(claims: Iterable[Row]) -> tuple[dict[str, Any], ...]:
    """The creditors in the order of their first claims."""
    grouped: dict[str, list[Row]] = {}
    for claim in claims:
        grouped.setdefault(claim["creditor_id"], []).append(claim)
    creditors = []
    for creditor_id, own in grouped.items():
        extras = _first_values(claim["extras"] for claim in own)
        creditors.append(
            {
                "id": creditor_id,
                "name": own[0]["creditor_name"],
                "address": _text(extras.get(CREDITOR_ADDRESS)),
                "count": len(own),
                "amount": _total([claim["amount"] for claim in own]),
                "principal": _total([claim["principal"] for claim in own]),
                "interest": _total([claim["interest"] for claim in own]),
                "fees": _total([claim["fees"] for claim in own]),
                "subjects": tuple(dict.fromkeys(claim["subject"] for claim in own)),
                "offer": _text(extras.get(CREDITOR_OFFER)),
            }
        )
    return tuple(creditors)


def _offers(draft: Row, days: Days, rule_set: rules.RuleSet) -> tuple[tuple[Offer, ...], bool]:
    """The offers, and whether the letter should ask for a call instead: the recipient can pay
    something, but too little for an offer of ours."""
    terms = rule_set.terms
    if terms is None:
        return (), False
    known = [row["monthly_capacity"] for row in draft["claims"] if row["monthly_capacity"] is not None]
    capacity = min(known) if known else None
    total = draft["amount_due"]
    offers = make_offers(total, capacity, days.due_date, days.later_paydays, terms)
    return offers, not offers and total >= terms.smallest_total


def _rule_set(draft: Row, days: Days, config: Config) -> rules.RuleSet:
    return rules.rule_set(
        draft["country"], draft["kind"], _debtor_kind(draft), days.hand_in_date, config.schedule.tables
    )


def _debtor_kind(draft: Row) -> str:
    """`person` when any claim says so: the stricter rules."""
    return "person" if any(row["debtor_kind"] == "person" for row in draft["claims"]) else "company"


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, _NOTHING)


@lru_cache(maxsize=_KEPT)
def _extras(text: str) -> dict[str, Any]:
    """Nobody changes what it gives, since many letters have it."""
    return _frozen(json.loads(text, parse_float=Decimal)) if text else {}


def _day(value: Any) -> date | None:
    """The day that an extra column says; None when it says nothing that can be read."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _frozen(value: Any) -> Any:
    """JSON as a context may hold it: lists are tuples."""
    match value:
        case dict():
            return {key: _frozen(part) for key, part in value.items()}
        case list():
            return tuple(_frozen(part) for part in value)
        case _:
            return value


def _first_values(extras: Iterable[Row]) -> dict[str, Any]:
    """For each name the first value that is not empty."""
    found: dict[str, Any] = {}
    for row in extras:
        for name, value in row.items():
            if value not in (None, "") and name not in found:
                found[name] = value
    return found


def _text(value: Any) -> str | None:
    """The value when it is a text; a number or a flag is no sentence of the creditor's."""
    return value if isinstance(value, str) else None


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _has(value: Any, path: tuple[str, ...]) -> bool:
    """Whether the dotted path leads to something: zero counts, None and empty things do not."""
    for at, name in enumerate(path, start=1):
        if name == "*":
            rest = path[at:]
            for part in value or ():
                if not _has(part, rest):
                    return False
            return bool(value)
        if type(value) is not dict:
            return False
        value = value.get(name)
    return value is not None and (type(value) not in (str, tuple) or len(value) > 0)


@lru_cache(maxsize=16)
def _ids(key: str) -> Ids:
    return Ids(key)


@lru_cache(maxsize=64)
def _sender(sender: Sender) -> dict[str, Any]:
    return sender.model_dump()
