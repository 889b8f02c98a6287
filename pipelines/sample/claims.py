"""The claims of a slice of rows, before anything is spoiled: columns of the contract."""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import tables
from pipelines.model import CONTRACT
from pipelines.sample import dice, references
from pipelines.sample.cohort import Cohort
from pipelines.sample.creditors import LANGUAGES, Creditors, creditors
from pipelines.sample.dice import Bools, Days, Floats, Ints

EXTRAS = ("creditor_offer", "interest_to")
"""Columns besides the contract's, both texts: the creditor's offer in the recipient's language, and
the day up to which the interest is counted (ISO 8601; the day of the export)."""

EXPORT = pa.schema(
    [*(f.with_nullable(True) for f in CONTRACT), *(pa.field(name, pa.string()) for name in EXTRAS)]
)
"""What the sample's files hold. Needed columns may be empty here, since some rows are defective
on purpose."""

STEP_WEIGHTS = {"demand": (52, 25, 14, 9), "invoice": (80, 10, 6, 4)}
GIVEN_REFERENCE_SHARE = 0.21
SHARED_REFERENCE_SHARE = 0.05
"""Of the recipients: those whose claims all have one and the same given reference."""
RF_SHARE = 0.15
"""Of the given Finnish references."""
LITERAL_SHARE = 0.01
"""Of the goods: those whose name looks like markup."""
NO_INVOICE_DATE_SHARE = 0.03
NO_CREDITOR_REFERENCE_SHARE = 0.05
OFFER_STEPS = 2
"""Creditors make offers in the first letters only."""

SE_REMINDER, SE_DEMAND = 6_000, 18_000
"""Öre; the caps of the Swedish act (1981:739)."""
FI_REMINDER = 500
FI_DEMAND = ((10_000, 1_400), (100_000, 2_400), (10**12, 5_000))
"""Cents: principal up to, fee of a payment demand (Finnish act 513/1999)."""


def claims(seed: int, cohort: Cohort, recipients: Any, start: int, stop: int, today: date) -> Any:
    """The rows `start`…`stop` of the cohort as a table of the schema EXPORT, all of them good."""
    rng = dice.stream(seed, dice.word("claims"), dice.word(cohort.country), cohort.number, start)
    owner, ordinal = cohort.owner[start:stop], cohort.ordinal[start:stop]
    count, country = len(owner), cohort.country
    whose = recipients.take(pa.array(owner))
    tongue = whose["tongue"].to_numpy()
    book = creditors(country)

    who = dice.weighted(rng, book.weights, count)
    invoice = cohort.invoice[owner] ^ (cohort.mixed[owner] & (ordinal == 0))
    step_of_demand = 1 + dice.weighted(rng, STEP_WEIGHTS["demand"], count)
    step = np.where(invoice, 1 + dice.weighted(rng, STEP_WEIGHTS["invoice"], count), step_of_demand)
    invoiced, due = _dates(rng, invoice, step, np.datetime64(today, "D"))
    principal = _principals(rng, book, who)
    overdue = np.maximum((np.datetime64(today, "D") - due).astype(np.int64), 0)
    rate = book.interest_rate[who]
    interest = np.where(invoice, 0, (principal * rate * overdue + 18_250_000) // 36_500_000)
    bears = interest > 0

    columns = {
        "claim_id": claim_ids(country, cohort.claim_number[start:stop]),
        "kind": dice.take(["demand", "invoice"], invoice.astype(np.int64)),
        "step": pa.array(step, pa.int32()),
        "country": pa.repeat(country, count),
        "creditor_id": dice.take(book.ids, who),
        "creditor_name": dice.take(book.names, who),
        "creditor_reference": _own_numbers(rng, book, who),
        "subject": _subjects(rng, book, who, tongue, invoiced),
        "invoice_date": pa.array(invoiced, pa.date32(), mask=dice.happens(rng, NO_INVOICE_DATE_SHARE, count)),
        "due_date": pa.array(due, pa.date32()),
        "currency": pa.repeat(book.currency, count),
        "principal": dice.money(principal),
        "interest": dice.money(interest),
        "fees": dice.money(_fees(country, book, who, principal, invoice, step)),
        "interest_rate": _some(dice.rate(rate), bears),
        "interest_from": pa.array(due, pa.date32(), mask=~bears),
        "payment_reference": _references(rng, cohort, owner),
        "postal_code": pc.if_else(
            pa.array(dice.happens(rng, 0.6, count)), whose["postal_code_spaced"], whose["postal_code"]
        ),
        "creditor_offer": _some(
            dice.take(book.offers, who * len(LANGUAGES) + tongue), ~invoice & (step <= OFFER_STEPS)
        ),
        "interest_to": _some(pa.repeat(today.isoformat(), count), bears),
        **{flag: pa.repeat(False, count) for flag in ("protected", "deceased", "disputed", "paid")},
    }
    return pa.table([columns[name] if name in columns else whose[name] for name in EXPORT.names], EXPORT)


def claim_ids(country: str, numbers: Ints) -> Any:
    """The claim_ids of the claims with these numbers: scattered, and no two alike."""
    return pc.binary_join_element_wise(country, dice.digits((numbers + 1) * 387_420_489 % 10**9, 9), "")


def _some(column: Any, there: Bools) -> Any:
    return pc.if_else(pa.array(there), column, pa.scalar(None, column.type))


def _dates(rng: np.random.Generator, invoice: Bools, step: Ints, today: np.datetime64) -> tuple[Days, Days]:
    """Invoice date and due date: demands are the longer overdue the later their step, and
    invoices fall due after the letter."""
    terms = rng.choice(np.array([14, 20, 30, 30]), len(step))
    late = 12 + 26 * step + np.minimum(rng.gamma(1.2, 45, len(step)), 900).astype(np.int64)
    fresh = rng.integers(0, 12, len(step))
    invoiced = today - np.where(invoice, fresh, late + terms)
    return invoiced, invoiced + np.where(invoice, np.maximum(terms, 20), terms)


def _principals(rng: np.random.Generator, book: Creditors, who: Ints) -> Ints:
    """Cents: many small sums and few large ones within the trade's range."""
    low, high, grain = book.low[who], book.high[who], book.grain[who]
    skewed: Floats = low * (high / low) ** rng.beta(1.3, 2.2, len(who))
    rounded: Ints = np.rint(skewed / grain).astype(np.int64) * grain
    clipped: Ints = np.clip(rounded, low, high)
    return clipped


def _fees(country: str, book: Creditors, who: Ints, principal: Ints, invoice: Bools, step: Ints) -> Ints:
    """Cents: what the steps so far may cost by the country's act; invoices cost nothing."""
    reminded = book.reminded[who]
    if country == "SE":
        fees = SE_DEMAND + SE_REMINDER * (reminded | (step > 1))
    else:
        caps, amounts = (np.array(part) for part in zip(*FI_DEMAND, strict=True))
        a_demand = amounts[np.searchsorted(caps, principal)]
        fees = FI_REMINDER * reminded + a_demand * np.minimum(step, 2)  # two demands cost at most
    return np.where(invoice, 0, fees)


def _references(rng: np.random.Generator, cohort: Cohort, owner: Ints) -> Any:
    """Given references: of single claims, or one for all claims of a recipient with one piece."""
    number = cohort.first_debtor + owner
    shared = (number % round(1 / SHARED_REFERENCE_SHARE) == 7) & ~cohort.mixed[owner]
    size = 10 ** rng.integers(6, 11, len(owner))
    own = size + (rng.random(len(owner)) * 9 * size).astype(np.int64)
    body = np.where(shared, 7_000_000_000 + number * 131, own)
    international = np.where(shared, number % 2 == 0, dice.happens(rng, RF_SHARE, len(owner)))
    there = shared | dice.happens(rng, GIVEN_REFERENCE_SHARE, len(owner))
    return _some(references.given(cohort.country, body, international), there)


def _own_numbers(rng: np.random.Generator, book: Creditors, who: Ints) -> Any:
    number = dice.digits(rng.integers(10_000, 99_999_999, len(who)), 5)
    whole = pc.binary_join_element_wise(dice.take(book.reference_heads, who), number, "")
    return _some(whole, ~dice.happens(rng, NO_CREDITOR_REFERENCE_SHARE, len(who)))


@cache
def _texts(trades: tuple[str, ...]) -> tuple[list[str], Ints, Ints, Bools, list[str]]:
    """All subjects in one list; start and size by (trade or literal) × language; which trades
    are monthly; the months by language."""
    data = tables.load("sample/subjects").data
    parts = [data[key][tongue] for key in (*trades, "literal") for tongue in LANGUAGES]
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    monthly = np.array([*(t in data["monthly"] for t in trades), False])
    months = [month for tongue in LANGUAGES for month in data["months"][tongue]]
    return [text for part in parts for text in part], np.cumsum(sizes) - sizes, sizes, monthly, months


def _subjects(rng: np.random.Generator, book: Creditors, who: Ints, tongue: Ints, invoiced: Days) -> Any:
    texts, starts, sizes, monthly, months = _texts(tuple(book.trades))
    literal = dice.happens(rng, LITERAL_SHARE, len(who)) & (book.trade[who] == book.trades.index("shop"))
    chapter = np.where(literal, len(book.trades), book.trade[who])
    group = chapter * len(LANGUAGES) + tongue
    text = dice.take(texts, starts[group] + (rng.random(len(who)) * sizes[group]).astype(np.int64))
    month = invoiced.astype("datetime64[M]").astype(np.int64)  # since January 1970
    year = dice.digits(1970 + month // 12, 4)
    when = pc.binary_join_element_wise(dice.take(months, tongue * 12 + month % 12), year, " ")
    dated = pc.binary_join_element_wise(text, when, ", ")
    return pc.if_else(pa.array(monthly[chapter]), dated, text)
