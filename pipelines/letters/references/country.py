"""What a country has to know of payment: its references, its ways to pay, its limits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

import pyarrow as pa

from pipelines.config import Accounts
from pipelines.letters.references.digits import Mask
from pipelines.model import WayToPay


@dataclass(frozen=True, slots=True)
class Bill:
    """What one mail piece asks for."""

    reference: str
    """In compact form: no blanks."""
    amount: Decimal
    due_date: date
    variant: str
    token: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader gets out of a payload; None where the payload has no such field."""

    amount: Decimal | None
    reference: str | None
    """As `PaymentCountry.core` gives it."""


class PaymentCountry(Protocol):
    """One country's payments. All methods are pure; references are compact or grouped."""

    currency: str
    """ISO 4217: the one currency that its ways to pay carry."""
    max_amount: Decimal
    """The largest amount that at least one way can carry."""

    def check_accounts(self, accounts: Accounts) -> None:
        """Raises ConfigError when an account number is wrong or a needed one is missing."""

    def is_valid(self, reference: str) -> bool:
        """Whether the check digits of `reference` hold."""

    def valid_mask(self, references: pa.Array | pa.ChunkedArray) -> Mask:
        """`is_valid` of many: a bool for each; a null is nothing to complain of (True)."""

    def make(self, number: int) -> str:
        """The reference for a positive piece number. Raises ValueError when it is too long."""

    def shown(self, reference: str) -> str:
        """The reference in the groups that people read and type."""

    def core(self, reference: str) -> str:
        """What all forms of one reference share, so that they can be compared."""

    def ways(self, bill: Bill, accounts: Accounts) -> tuple[WayToPay, ...]:
        """The ways to pay that the accounts allow, by their numbers."""

    def read(self, way: WayToPay) -> Reading:
        """What a reader gets out of the way's payload. Raises ValueError when it is garbled."""


def compact(reference: str) -> str:
    """The reference without blanks, letters in upper case."""
    return "".join(reference.split()).upper()


def channel(bill: Bill, number: int) -> str:
    """The channel code of way `number`, such as `A1`."""
    return f"{bill.variant}{number}"


def in_fours(text: str) -> str:
    """`1234 5678 90`: groups of four from the left."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
