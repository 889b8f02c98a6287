"""Finland: national (7-3-1) and RF references, the virtual barcode, the EPC QR code.

Sources: Finance Finland, bank barcode guide 5.3 and national reference (as implemented in
Kitsas, laskutys and willcommit/checkSum); ISO 11649; EPC069-12 v2.1 and the Finnish guideline
of July 2015 for the due date in its last line. What is unverified is in docs/payments.md.
"""

import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum import iban as stdnum_iban
from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from pipelines.config import Accounts
from pipelines.errors import ConfigError
from pipelines.letters.references import digits, portal
from pipelines.letters.references.country import Bill, Reading, channel, compact, in_fours
from pipelines.model import WayToPay

NATIONAL_SHORTEST, NATIONAL_LONGEST = 4, 20
RF_BODY_LONGEST = 21
EPC_NAME_LONGEST = 70
EPC_LONGEST = 331
"""Bytes in an EPC QR."""
BARCODE_MAX = Decimal("999999.99")
"""The virtual barcode has six places for euros; a larger amount is written as zeros."""

_WEIGHTS = (7, 3, 1)
_WEIGHTS_20 = np.array([1, *(_WEIGHTS * 7)[: NATIONAL_LONGEST - 1]], np.int32)[::-1]
"""For 20 digits, the check digit last: with weight 1 the whole sums to a multiple of ten."""


class Finland:
    """Payments in Finland, in euros."""

    currency = "EUR"
    max_amount = Decimal("999999999.99")
    """The EPC QR's largest amount."""

    def check_accounts(self, accounts: Accounts) -> None:
        """Raises ConfigError: an IBAN is needed, a payee of at most 70 characters."""
        if accounts.iban is None:
            raise ConfigError("countries.FI.accounts.iban: missing", "add the IBAN")
        if not stdnum_iban.is_valid(accounts.iban):
            raise ConfigError("countries.FI.accounts.iban: check digits fail", "write it as on the statement")
        if len(accounts.payee) > EPC_NAME_LONGEST:
            raise ConfigError("countries.FI.accounts.payee: longer than 70 characters", "shorten it")

    def is_valid(self, reference: str) -> bool:
        """Whether it is a national reference (4–20 digits, 7-3-1) or an RF reference."""
        bare = compact(reference)
        if bare.startswith("RF"):
            return bool(iso11649.is_valid(bare))
        national = re.fullmatch(rf"[0-9]{{{NATIONAL_SHORTEST},{NATIONAL_LONGEST}}}", bare)
        return bool(national) and int(bare) > 0 and bare[-1] == check_digit(bare[:-1])

    def valid_mask(self, references: pa.Array | pa.ChunkedArray) -> digits.Mask:
        """`is_valid` of a column; null and empty are True. RF references are looked at once each."""
        texts = digits.compact(references)
        national, plain = digits.matrix(texts, NATIONAL_SHORTEST, NATIONAL_LONGEST)
        sums = national @ _WEIGHTS_20
        holds: digits.Mask = (plain & (sums % 10 == 0)) | np.asarray(texts.is_null())
        is_rf = np.asarray(pc.fill_null(pc.starts_with(texts, "RF"), False))
        if is_rf.any():
            coded = texts.filter(pa.array(is_rf)).dictionary_encode()
            valid = np.array([self.is_valid(text) for text in coded.dictionary.to_pylist()], bool)
            holds[is_rf] = valid[coded.indices.to_numpy()]
        return holds

    def make(self, number: int) -> str:
        """The national reference of a piece number: 1234567 gives 12345672."""
        body = f"{number:03}"
        if number < 1 or len(body) + 1 > NATIONAL_LONGEST:
            raise ValueError("a Finnish reference has a positive number of at most 19 digits")
        return body + check_digit(body)

    def shown(self, reference: str) -> str:
        """National in groups of five from the right, RF in groups of four from the left."""
        bare = compact(reference)
        if bare.startswith("RF"):
            return in_fours(bare)
        first = len(bare) % 5
        groups = [bare[:first], *(bare[i : i + 5] for i in range(first, len(bare), 5))]
        return " ".join(group for group in groups if group)

    def core(self, reference: str) -> str:
        """Digits without `RF`, its check digits and leading zeros; RF with letters as it is."""
        bare = compact(reference)
        if bare.startswith("RF") and not bare[4:].isdecimal():
            return bare
        return (bare[4:] if bare.startswith("RF") else bare).lstrip("0")

    def ways(self, bill: Bill, accounts: Accounts) -> tuple[WayToPay, ...]:
        """1 EPC QR, 2 virtual barcode (Finnish IBAN and a reference of digits), 3 the portal."""
        if accounts.iban is None:
            raise ConfigError("countries.FI.accounts.iban: missing", "add the IBAN")
        iban = compact(accounts.iban)
        creditor_reference = as_rf(bill.reference)
        epc = WayToPay(
            number=1,
            method="epc",
            channel=channel(bill, 1),
            payee=accounts.payee,
            account=in_fours(iban),
            reference=self.shown(creditor_reference),
            symbol="qr",
            payload=epc_payload(bill, accounts, creditor_reference),
        )
        third = portal.way(3, bill, accounts)
        if not iban.startswith("FI") or not re.fullmatch(r"(RF)?[0-9]+", bill.reference):
            return epc, third
        barcode = WayToPay(
            number=2,
            method="barcode",
            channel=channel(bill, 2),
            payee=accounts.payee,
            account=in_fours(iban),
            reference=self.shown(bill.reference),
            symbol="code128",
            payload=virtual_barcode(bill, iban),
        )
        return epc, barcode, third

    def read(self, way: WayToPay) -> Reading:
        """What an EPC QR or a barcode says, RF references of digits in national form."""
        match way.method:
            case "epc":
                amount, reference = read_epc(way.payload)
                return Reading(amount, self.core(reference))
            case "barcode":
                return read_barcode(way.payload)
            case _:
                return Reading(None, None)


def check_digit(body: str) -> str:
    """The 7-3-1 check digit: weights from the right, up to the next ten."""
    total = sum(int(digit) * _WEIGHTS[i % 3] for i, digit in enumerate(reversed(body)))
    return str(-total % 10)


def as_rf(reference: str) -> str:
    """The reference as ISO 11649 has it: 11112 gives RF9811112; an RF reference stays."""
    if reference.startswith("RF"):
        return reference
    bare = reference.lstrip("0")
    return f"RF{mod_97_10.calc_check_digits(bare + 'RF')}{bare}"


def virtual_barcode(bill: Bill, iban: str) -> str:
    """The 54 digits of the virtual barcode: version 4 for a national, 5 for an RF reference.

    Account (16 digits), euros (6) and cents (2; all zeros beyond 999 999.99), the reference
    padded with zeros, the due date as YYMMDD.
    """
    amount = bill.amount if bill.amount <= BARCODE_MAX else Decimal(0)
    head = f"{compact(iban)[2:]}{int(amount * 100):08}"
    due = f"{bill.due_date:%y%m%d}"
    if bill.reference.startswith("RF"):
        check, body = bill.reference[2:4], bill.reference[4:]
        return f"5{head}{check}{body:0>21}{due}"
    return f"4{head}000{bill.reference:0>20}{due}"


def read_barcode(payload: str) -> Reading:
    """Amount (None when it was too large) and reference of a virtual barcode."""
    if not re.fullmatch(r"[45][0-9]{53}", payload):
        raise ValueError("no virtual barcode")
    cents = int(payload[17:25])
    amount = Decimal(cents).scaleb(-2) if cents else None
    return Reading(amount, payload[25 if payload[0] == "4" else 27 : 48].lstrip("0"))


def epc_payload(bill: Bill, accounts: Accounts, creditor_reference: str) -> str:
    """The twelve lines of an EPC QR, the last with the due date as Finnish banks read it.

    Version 001 with a BIC, 002 without. Raises ValueError beyond 331 bytes.
    """
    lines = (
        "BCD",
        "001" if accounts.bic else "002",
        "1",
        "SCT",
        accounts.bic or "",
        accounts.payee,
        compact(accounts.iban or ""),
        f"EUR{bill.amount:.2f}",
        "",
        creditor_reference,
        "",
        f"ReqdExctnDt/{bill.due_date.isoformat()}",
    )
    payload = "\n".join(lines)
    if len(payload.encode()) > EPC_LONGEST:
        raise ValueError(f"an EPC QR holds at most {EPC_LONGEST} bytes")
    return payload


def read_epc(payload: str) -> tuple[Decimal, str]:
    """Amount and RF reference of an EPC QR. Raises ValueError when it has none or they fail."""
    lines = payload.split("\n")
    if lines[:1] != ["BCD"] or len(lines) < 10 or not re.fullmatch(r"EUR[0-9]+\.[0-9]{2}", lines[7]):
        raise ValueError("no EPC payload with an amount")
    return Decimal(lines[7][3:]), str(iso11649.validate(lines[9]))
