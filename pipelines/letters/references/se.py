"""Sweden: OCR references, Bankgiro with its code line, Swish.

Sources: Bankgirot, user manual of Bankgiro receivables, section 5.2 (OCR references) and 5.3
(code line), as implemented in barsoom/banktools-se and erlguten; Getswish, QR code
specification 6. What is unverified is listed in docs/payments.md.
"""

import re
from decimal import Decimal
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa
from stdnum import luhn

from pipelines.config import Accounts
from pipelines.errors import ConfigError
from pipelines.letters.references import digits, portal
from pipelines.letters.references.country import Bill, Reading, channel, compact, in_fours
from pipelines.model import WayToPay

OCR_SHORTEST, OCR_LONGEST = 2, 25
SWISH_MESSAGE_LONGEST = 50
CODE_LINE_LENGTH = 82

_CODE_LINE = re.compile(r"H#(\d{2,25})#(\d{1,8})(\d{2})(\d)>(\d{7,8})#41#")
_SWISH = re.compile(r"C(\d+);(\d+),(\d{2});([^;]*);(\d)")


class Sweden:
    """Payments in Sweden, in kronor."""

    currency = "SEK"
    max_amount = Decimal("99999999.99")
    """The code line has eight places for kronor."""

    def check_accounts(self, accounts: Accounts) -> None:
        """Raises ConfigError: a Bankgiro number is needed, a Swish number may be there."""
        if accounts.bankgiro is None:
            raise ConfigError("countries.SE.accounts.bankgiro: missing", "add the Bankgiro number")
        number = bare_bankgiro(accounts.bankgiro)
        if not re.fullmatch(r"[0-9]{7,8}", number) or not luhn.is_valid(number):
            raise ConfigError("countries.SE.accounts.bankgiro: check digit fails", "write it as 5050-1055")
        if accounts.swish is not None and not re.fullmatch(r"123[0-9]{7}", compact(accounts.swish)):
            raise ConfigError(
                "countries.SE.accounts.swish: not a Swish number of a company", "write ten digits from 123"
            )

    def is_valid(self, reference: str) -> bool:
        """Whether it is an OCR reference: 2–25 digits, not all zero, the last by Luhn.

        The length digit is not asked for: which creditor's agreement has one is not known
        to us.
        """
        bare = compact(reference)
        ocr = re.fullmatch(rf"[0-9]{{{OCR_SHORTEST},{OCR_LONGEST}}}", bare)
        return bool(ocr) and int(bare) > 0 and bool(luhn.is_valid(bare))

    def valid_mask(self, references: pa.Array | pa.ChunkedArray) -> digits.Mask:
        """`is_valid` of a column; null and empty are True."""
        texts = digits.compact(references)
        ocr, plain = digits.matrix(texts, OCR_SHORTEST, OCR_LONGEST)
        return np.asarray((plain & digits.luhn_holds(ocr)) | np.asarray(texts.is_null()))

    def make(self, number: int) -> str:
        """The OCR reference of a piece number: number, length digit, check digit.

        The length digit is the last digit of the total length with both control digits;
        123 gives 12351, 1234567890 gives 123456789023.
        """
        body = str(number)
        if number < 1 or len(body) + 2 > OCR_LONGEST:
            raise ValueError("an OCR reference has a positive number of at most 23 digits")
        with_length = body + str((len(body) + 2) % 10)
        return with_length + str(luhn.calc_check_digit(with_length))

    def shown(self, reference: str) -> str:
        """`1234 5678 9023`: groups of four from the left."""
        return in_fours(compact(reference))

    def core(self, reference: str) -> str:
        """The reference without blanks: there is one form only."""
        return compact(reference)

    def ways(self, bill: Bill, accounts: Accounts) -> tuple[WayToPay, ...]:
        """1 Swish (when there is a number), 2 Bankgiro with its code line, 3 the portal."""
        if accounts.bankgiro is None:
            raise ConfigError("countries.SE.accounts.bankgiro: missing", "add the Bankgiro number")
        bankgiro = WayToPay(
            number=2,
            method="bankgiro",
            channel=channel(bill, 2),
            payee=accounts.payee,
            account=hyphened_bankgiro(accounts.bankgiro),
            reference=self.shown(bill.reference),
            symbol="ocr-b",
            payload=code_line(bill.reference, bill.amount, accounts.bankgiro),
        )
        third = portal.way(3, bill, accounts)
        if accounts.swish is None:
            return bankgiro, third
        number = compact(accounts.swish)
        swish = WayToPay(
            number=1,
            method="swish",
            channel=channel(bill, 1),
            payee=accounts.payee,
            account=f"{number[:3]} {number[3:6]} {number[6:8]} {number[8:]}",
            reference=self.shown(bill.reference),
            symbol="qr",
            payload=swish_payload(number, bill.amount, f"{bill.reference} {channel(bill, 1)}"),
        )
        return swish, bankgiro, third

    def read(self, way: WayToPay) -> Reading:
        """What a code line or a Swish QR says; of the portal, nothing."""
        match way.method:
            case "bankgiro":
                return read_code_line(way.payload)
            case "swish":
                return read_swish(way.payload)
            case _:
                return Reading(None, None)


def bare_bankgiro(number: str) -> str:
    """`50501055`: without hyphen and blanks."""
    return compact(number).replace("-", "")


def hyphened_bankgiro(number: str) -> str:
    """`5050-1055` or `237-4825`: as people know it."""
    bare = bare_bankgiro(number)
    return f"{bare[:-4]}-{bare[-4:]}"


def code_line(reference: str, amount: Decimal, bankgiro: str) -> str:
    """The code line at the foot of a Bankgiro slip: 82 characters of OCR-B at 10 to the inch.

    Fields: `H`, reference (25), kronor (8) and öre (2), the Luhn digit over kronor and öre,
    Bankgiro number (25), `41` for Bankgiro. Raises ValueError when the amount is too large.
    """
    kronor, ore = f"{amount:.2f}".split(".")
    if amount <= 0 or len(kronor) > 8 or len(reference) > OCR_LONGEST:
        raise ValueError("the code line has eight places for kronor and 25 for the reference")
    check = luhn.calc_check_digit(kronor + ore)
    return f"H  # {reference:>25} #{kronor:>8} {ore}   {check} >{bare_bankgiro(bankgiro):>25}#41#    "


def read_code_line(line: str) -> Reading:
    """Amount and reference of a code line. Raises ValueError when a check digit fails."""
    found = _CODE_LINE.fullmatch(line.replace(" ", ""))
    if len(line) != CODE_LINE_LENGTH or found is None:
        raise ValueError("no code line")
    reference, kronor, ore, check, account = found.groups()
    for number in (reference, kronor + ore + check, account):
        if not luhn.is_valid(number):
            raise ValueError("a check digit of the code line fails")
    return Reading(Decimal(f"{kronor}.{ore}"), reference)


def swish_payload(number: str, amount: Decimal, message: str) -> str:
    """The text of a Swish QR: payee, amount with a decimal comma, message, all locked.

    `C1237856901;100,00;12229445;0`. Raises ValueError when the message is too long.
    """
    if len(message) > SWISH_MESSAGE_LONGEST:
        raise ValueError(f"a Swish message has at most {SWISH_MESSAGE_LONGEST} characters")
    return f"C{number};{amount:.2f}".replace(".", ",") + f";{quote(message, safe='')};0"


def read_swish(payload: str) -> Reading:
    """Amount and reference of a Swish QR whose message is `{reference} {channel}`."""
    found = _SWISH.fullmatch(payload)
    if found is None:
        raise ValueError("no Swish payload")
    _, kronor, ore, message, _ = found.groups()
    return Reading(Decimal(f"{kronor}.{ore}"), unquote(message).partition(" ")[0])
