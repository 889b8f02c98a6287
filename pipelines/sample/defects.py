"""The defects of the contract, planted on purpose: one on a recipient, each with its Reason.

How often a reason comes is a share of all rows (`SHARES`); which of its forms comes goes
round. Forms that a typed file cannot hold (the word `abc` as an amount) come in CSV only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from pipelines.reasons import Reason, Scope
from pipelines.sample.dice import Ints
from pipelines.sample.references import broken

Row = dict[str, Any]

MEAN_CLAIMS = 5
"""Claims that a recipient has in the mean: what a recipient's defect takes along."""

EVERY_REASON_FROM = 300
"""From so many letters on, every reason comes at least once."""

SHARES: Mapping[Reason, float] = {
    Reason.DUPLICATE_CLAIM: 0.002,
    Reason.MISSING_FIELD: 0.003,
    Reason.BAD_VALUE: 0.001,
    Reason.UNKNOWN_COUNTRY: 0.0005,
    Reason.UNKNOWN_KIND: 0.0005,
    Reason.UNKNOWN_CURRENCY: 0.0005,
    Reason.UNKNOWN_LANGUAGE: 0.0005,
    Reason.AMOUNT_NOT_POSITIVE: 0.001,
    Reason.IMPOSSIBLE_DATE: 0.0015,
    Reason.REFERENCE_CHECK_FAILED: 0.002,
    Reason.LEGAL_FIELD_MISSING: 0.0015,
    Reason.TEXT_NOT_SETTABLE: 0.001,
    Reason.PAID: 0.006,
    Reason.DISPUTED: 0.005,
    Reason.PROTECTED: 0.002,
    Reason.DECEASED: 0.002,
    Reason.MINOR: 0.0015,
    Reason.RECIPIENT_INCOMPLETE: 0.002,
    Reason.BAD_POSTCODE: 0.002,
    Reason.IMPOSSIBLE_BIRTH_DATE: 0.0005,
    Reason.ADDRESS_CONFLICT: 0.002,
    Reason.ADDRESS_NOT_SETTABLE: 0.001,
    Reason.ADDRESS_TOO_LONG: 0.001,
}
"""Rows with a reason, as a share of all rows: four per cent together. The reasons that only a
composed letter can have (piece scope) are not made."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One form of one reason."""

    reason: Reason
    field: str
    spoil: Callable[[Row, date], Row]
    """The columns to change in a good row, on the day of the export."""
    all_rows: bool = False
    """Whether the defect stands in all of the recipient's rows, or in one."""
    in_text: bool = False
    """Whether only a CSV can have it."""
    of_person: bool = False
    of_demand: bool = False
    """Whether it is a defect of persons, of demands only."""

    @property
    def claims_lost(self) -> int | None:
        """How many of the recipient's claims cannot be printed; None: all of them."""
        if self.reason.scope is not Scope.CLAIM:
            return None
        return 2 if self.reason is Reason.DUPLICATE_CLAIM else 1

    @property
    def claims_needed(self) -> int:
        """How many claims the recipient must have for the defect to be one."""
        return 2 if self.reason in (Reason.DUPLICATE_CLAIM, Reason.ADDRESS_CONFLICT) else 1


def _put(**columns: Any) -> Callable[[Row, date], Row]:
    return lambda row, today: columns


def _due_before_invoice(row: Row, today: date) -> Row:
    return {"invoice_date": row["due_date"], "due_date": row["due_date"] - timedelta(days=10)}


def _interest_without_rate(row: Row, today: date) -> Row:
    return {"interest": max(row["interest"], Decimal("12.34")), "interest_rate": None}


def _wrong_reference(row: Row, today: date) -> Row:
    return {"payment_reference": broken(row["payment_reference"], row["country"])}


def _put_behind(column: str, text: str) -> Callable[[Row, date], Row]:
    return lambda row, today: {column: f"{row[column] or ''}{text}"}


def _from_the_future(row: Row, today: date) -> Row:
    return {"invoice_date": today + timedelta(days=400), "due_date": today + timedelta(days=430)}


def _years_old(years: int) -> Callable[[Row, date], Row]:
    return lambda row, today: {"birth_date": today - timedelta(days=round(years * 365.25) + 40)}


def _missing(*columns: str) -> list[Defect]:
    return [Defect(Reason.MISSING_FIELD, c, _put(**{c: None})) for c in columns]


def _incomplete(*columns: str) -> list[Defect]:
    reason = Reason.RECIPIENT_INCOMPLETE
    return [Defect(reason, c, _put(**{c: None}), all_rows=True) for c in columns]


def _untold(*columns: str) -> list[Defect]:
    """In one row, nobody says whether the recipient may be written to."""
    return [Defect(Reason.RECIPIENT_INCOMPLETE, c, _put(**{c: None})) for c in columns]


def _untold_in_csv(**columns: str) -> list[Defect]:
    reason = Reason.RECIPIENT_INCOMPLETE
    return [Defect(reason, c, _put(**{c: text}), in_text=True) for c, text in columns.items()]


def _born(*days: date) -> list[Defect]:
    reason = Reason.IMPOSSIBLE_BIRTH_DATE
    spoils = [_put(birth_date=day) for day in days]
    return [Defect(reason, "birth_date", spoil, all_rows=True, of_person=True) for spoil in spoils]


def _in_csv(**columns: str) -> list[Defect]:
    return [Defect(Reason.BAD_VALUE, c, _put(**{c: text}), in_text=True) for c, text in columns.items()]


_LONG_NAME = "Anna-Karolina Vilhelmina Åkerström-Hakkarainen-Świątek af Stora Älvdalen och Södra Ängen"
_LONG_STREET = "Kungsträdgårdsmästarens Södra Parallellgata vid Gamla Järnvägsstationens Norra Vändplan 11"

DEFECTS: tuple[Defect, ...] = (
    # The double itself is in the claim_ids, see `cohort.gather`.
    Defect(Reason.DUPLICATE_CLAIM, "claim_id", _put()),
    *_missing("subject", "creditor_name", "due_date", "principal", "claim_id", "kind", "step", "country"),
    *_missing("creditor_id", "currency", "interest", "fees", "debtor_id", "paid", "disputed"),
    Defect(Reason.BAD_VALUE, "payday", _put(payday=45)),
    *_in_csv(principal="abc", due_date="2026-02-30", step="två", paid="kanske", interest_rate="8;5"),
    Defect(Reason.BAD_VALUE, "payday", _put(payday=0)),
    Defect(Reason.BAD_VALUE, "step", _put(step=0)),
    Defect(Reason.UNKNOWN_COUNTRY, "country", _put(country="XX")),
    Defect(Reason.UNKNOWN_COUNTRY, "country", _put(country="ZZ")),
    Defect(Reason.UNKNOWN_KIND, "kind", _put(kind="reminder")),
    Defect(Reason.UNKNOWN_KIND, "kind", _put(kind="krav")),
    Defect(Reason.UNKNOWN_CURRENCY, "currency", _put(currency="NOK")),
    Defect(Reason.UNKNOWN_CURRENCY, "currency", _put(currency="XXX")),
    Defect(Reason.UNKNOWN_LANGUAGE, "language", _put(language="tlh")),
    Defect(Reason.UNKNOWN_LANGUAGE, "language", _put(language="la")),
    Defect(Reason.AMOUNT_NOT_POSITIVE, "principal", _put(principal=Decimal("-50.00"))),
    Defect(
        Reason.AMOUNT_NOT_POSITIVE,
        "principal",
        _put(principal=Decimal("0.00"), interest=Decimal("0.00"), fees=Decimal("0.00")),
    ),
    Defect(Reason.AMOUNT_NOT_POSITIVE, "fees", _put(fees=Decimal("-1.00"))),
    Defect(Reason.IMPOSSIBLE_DATE, "due_date", _due_before_invoice),
    Defect(Reason.IMPOSSIBLE_DATE, "due_date", _put(due_date=date(1889, 5, 1), invoice_date=None)),
    Defect(Reason.IMPOSSIBLE_DATE, "due_date", _from_the_future, of_demand=True),
    Defect(Reason.REFERENCE_CHECK_FAILED, "payment_reference", _wrong_reference),
    Defect(Reason.LEGAL_FIELD_MISSING, "interest_rate", _interest_without_rate, of_demand=True),
    Defect(Reason.TEXT_NOT_SETTABLE, "subject", _put_behind("subject", "\x07")),
    Defect(Reason.TEXT_NOT_SETTABLE, "subject", _put_behind("subject", " 🙂")),
    Defect(Reason.TEXT_NOT_SETTABLE, "creditor_name", _put_behind("creditor_name", " 漢字")),
    Defect(Reason.TEXT_NOT_SETTABLE, "creditor_reference", _put_behind("creditor_reference", "\x1b[1m")),
    Defect(Reason.PAID, "paid", _put(paid=True)),
    Defect(Reason.DISPUTED, "disputed", _put(disputed=True)),
    Defect(Reason.PROTECTED, "protected", _put(protected=True), all_rows=True),
    Defect(Reason.PROTECTED, "protected", _put(protected=True)),
    Defect(Reason.DECEASED, "deceased", _put(deceased=True), all_rows=True),
    Defect(Reason.DECEASED, "deceased", _put(deceased=True)),
    Defect(Reason.MINOR, "birth_date", _years_old(9), all_rows=True, of_person=True),
    Defect(Reason.MINOR, "birth_date", _years_old(16), of_person=True),
    *_incomplete("name", "street", "postal_code", "city", "debtor_kind"),
    Defect(Reason.RECIPIENT_INCOMPLETE, "debtor_kind", _put(debtor_kind="firm"), all_rows=True),
    *_untold("protected", "deceased"),
    *_untold_in_csv(protected="kanske", deceased="?", birth_date="31.12.1980"),
    Defect(Reason.BAD_POSTCODE, "postal_code", _put(postal_code="1234"), all_rows=True),
    Defect(Reason.BAD_POSTCODE, "postal_code", _put(postal_code="123456"), all_rows=True),
    Defect(Reason.BAD_POSTCODE, "postal_code", _put(postal_code="12A45"), all_rows=True),
    *_born(date(1850, 1, 1), date(2190, 1, 1)),
    Defect(Reason.ADDRESS_CONFLICT, "street", _put(street="Annanstans 999")),
    Defect(Reason.ADDRESS_CONFLICT, "name", _put(name="Någon Annan")),
    Defect(Reason.ADDRESS_NOT_SETTABLE, "name", _put_behind("name", " 漢字"), all_rows=True),
    Defect(Reason.ADDRESS_NOT_SETTABLE, "street", _put_behind("street", "\x07"), all_rows=True),
    Defect(Reason.ADDRESS_NOT_SETTABLE, "name", _put_behind("name", " 🙂"), all_rows=True),
    Defect(Reason.ADDRESS_TOO_LONG, "name", _put(name=_LONG_NAME), all_rows=True),
    Defect(Reason.ADDRESS_TOO_LONG, "street", _put(street=_LONG_STREET), all_rows=True),
)


def recipients_hit(reason: Reason, letters: int) -> int:
    """How many recipients of a sample of `letters` get the defect `reason`."""
    rows = SHARES[reason] * letters * MEAN_CLAIMS
    rows_a_recipient = next(d.claims_lost or MEAN_CLAIMS for d in DEFECTS if d.reason is reason)
    return max(round(rows / rows_a_recipient), int(letters >= EVERY_REASON_FROM))


def portion(letters: int, start: int, stop: int, text: bool) -> Ints:
    """The defects of the part `start`…`stop` of a sample of `letters`: indices into DEFECTS.

    The parts of a sample have together what the whole has; `text` allows the CSV forms.
    """
    hits: list[int] = []
    for reason in SHARES:
        forms = [i for i, d in enumerate(DEFECTS) if d.reason is reason and (text or not d.in_text)]
        whole = recipients_hit(reason, letters)
        first, last = whole * start // letters, whole * stop // letters
        hits += [forms[turn % len(forms)] for turn in range(first, last)]
    return np.array(hits, dtype=np.int64)
