"""Defects of a claim: they take the claim, and the recipient's other claims go on."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest import extras
from pipelines.ingest.defects import Defect, marked
from pipelines.ingest.facts import CountryFacts
from pipelines.ingest.possible_dates import EARLIEST, years_after
from pipelines.ingest.read import UNREAD, WHOLE_ROW
from pipelines.ingest.settable import unsettable
from pipelines.model import CONTRACT
from pipelines.reasons import Reason

KINDS = ("demand", "invoice")
YEARS_AHEAD = 10
"""No debt falls due later than this many years after the run: a later date is a slip of the pen."""

TEXTS = ("claim_id", "creditor_name", "creditor_reference", "subject", "payment_reference")
"""The claim's own columns that a letter may show, besides the extras: `claim_id` stands in for a
reference that the creditor has not given."""

RECIPIENT = ("debtor_kind", "name", "street", "postal_code", "city", "protected", "deceased")
"""Needed columns whose lack is the recipient's defect, not the claim's."""

Columns = Mapping[str, pa.Array]


def duplicate_claim(claims: Columns, repeated: pa.Array) -> Iterator[Defect]:
    """Rows whose claim_id stands in `repeated`."""
    rows = marked(pc.is_in(claims["claim_id"], repeated))
    yield Defect(Reason.DUPLICATE_CLAIM, "claim_id", "stands in more than one row", rows)


def missing_field(claims: Columns) -> Iterator[Defect]:
    """Rows without a needed field; one that could not be read is not missing but bad."""
    read = claims[UNREAD].is_null()
    for field in CONTRACT:
        if not field.nullable and field.name not in RECIPIENT and claims[field.name].null_count:
            rows = marked(pc.and_(read, claims[field.name].is_null()))
            yield Defect(Reason.MISSING_FIELD, field.name, "empty", rows)


def bad_value(claims: Columns) -> Iterator[Defect]:
    """Rows with a field that could not be read, and fields outside their range."""
    unread = claims[UNREAD]
    for name in sorted(unread.unique().drop_null().to_pylist()):
        rows = marked(pc.equal(unread, name))
        if name == WHOLE_ROW:
            yield Defect(Reason.BAD_VALUE, None, "row with a wrong number of cells", rows)
        else:
            yield Defect(Reason.BAD_VALUE, name, "cannot be read", rows)
    payday = claims["payday"]
    yield _out_of_range("step", pc.less(claims["step"], 1))
    yield _out_of_range("interest_rate", _negative(claims["interest_rate"]))
    yield _out_of_range("payday", pc.or_(pc.less(payday, 1), pc.greater(payday, 31)))
    yield _out_of_range("monthly_capacity", _negative(claims["monthly_capacity"]))


def unknown(claims: Columns, countries: Mapping[str, CountryFacts]) -> Iterator[Defect]:
    """Rows of a country, kind, currency or language that nothing is made for.

    Expects `language` in normal form; currency and language are judged by the row's country.
    """
    country, kind = claims["country"], claims["kind"]
    yield Defect(
        Reason.UNKNOWN_COUNTRY, "country", "no such rule set", _not_among(country, sorted(countries))
    )
    yield Defect(Reason.UNKNOWN_KIND, "kind", "neither demand nor invoice", _not_among(kind, KINDS))
    for code in sorted(countries):
        facts = countries[code]
        here = marked(pc.equal(country, code))
        if here.any():
            currency = here & _not_among(claims["currency"], facts.currencies)
            language = here & _not_among(claims["language"], facts.languages)
            yield Defect(Reason.UNKNOWN_CURRENCY, "currency", "not paid in this country", currency)
            yield Defect(Reason.UNKNOWN_LANGUAGE, "language", "no texts for this country", language)


def amount_not_positive(claims: Columns) -> Iterator[Defect]:
    """Rows with a negative amount, or whose amounts come to nothing."""
    parts = ("principal", "interest", "fees")
    for name in parts:
        yield Defect(Reason.AMOUNT_NOT_POSITIVE, name, "negative", marked(_negative(claims[name])))
    principal, interest, fees = (claims[name] for name in parts)
    amount = pc.add(pc.add(principal, interest), fees)
    rows = marked(pc.less_equal(amount, Decimal(0)))
    yield Defect(Reason.AMOUNT_NOT_POSITIVE, "principal", "the amounts come to zero or less", rows)


def impossible_date(claims: Columns, day: date) -> Iterator[Defect]:
    """Rows with a date that cannot be on `day`, the day of the run."""
    latest = years_after(day, YEARS_AHEAD)
    for name in ("invoice_date", "due_date", "interest_from"):
        early, late = pc.less(claims[name], EARLIEST), pc.greater(claims[name], latest)
        yield Defect(Reason.IMPOSSIBLE_DATE, name, f"before {EARLIEST.year}", marked(early))
        yield Defect(Reason.IMPOSSIBLE_DATE, name, f"more than {YEARS_AHEAD} years ahead", marked(late))
    ahead = marked(pc.greater(claims["interest_from"], day))
    yield Defect(Reason.IMPOSSIBLE_DATE, "interest_from", "in the future", ahead)
    due = claims["due_date"]
    reversed_ = pc.greater(claims["invoice_date"], due)
    yield Defect(Reason.IMPOSSIBLE_DATE, "due_date", "before the invoice", marked(reversed_))
    not_due = pc.and_(pc.equal(claims["kind"], "demand"), pc.greater_equal(due, day))
    yield Defect(Reason.IMPOSSIBLE_DATE, "due_date", "demanded before it is overdue", marked(not_due))


def text_not_settable(claims: Columns, settable: str) -> Iterator[Defect]:
    """Rows with a text of the claim that cannot be set."""
    for name in TEXTS:
        rows = unsettable(claims[name], settable)
        yield Defect(Reason.TEXT_NOT_SETTABLE, name, "character that cannot be set", rows)
    if claims["extras"].null_count < len(claims["extras"]):
        rows = unsettable(extras.texts(claims["extras"]), settable)
        yield Defect(Reason.TEXT_NOT_SETTABLE, "extras", "character that cannot be set", rows)


def settled(claims: Columns) -> Iterator[Defect]:
    """Rows marked paid or disputed."""
    yield Defect(Reason.PAID, "paid", "marked", marked(claims["paid"]))
    yield Defect(Reason.DISPUTED, "disputed", "marked", marked(claims["disputed"]))


def _out_of_range(name: str, condition: pa.Array) -> Defect:
    return Defect(Reason.BAD_VALUE, name, "outside its range", marked(condition))


def _negative(amounts: pa.Array) -> pa.Array:
    return pc.less(amounts, Decimal(0))


def _not_among(values: pa.Array, known: tuple[str, ...] | list[str]) -> np.ndarray:
    return marked(pc.and_(values.is_valid(), pc.invert(pc.is_in(values, pa.array(known, pa.string())))))
