"""What the lanes that bring their own templates show of a row: the same strings as the Brevpress layout.

Formatting is Brevpress's own (a few microseconds a value), so every lane pays the same for it.
"""

import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import zxingcpp

from benchmarks.reference.letters import BANKGIRO, COUNTRY, CURRENCY, LANGUAGE, PAYEE, SENDER, Row
from pipelines import dates, money
from pipelines.press import formats

LAYOUT = Path(__file__).parent / "layouts" / "se" / "reference"
WHERE = dates.locale(LANGUAGE, COUNTRY)
day = partial(dates.day, language=LANGUAGE, country=COUNTRY)
weekday_day = partial(dates.weekday_day, language=LANGUAGE, country=COUNTRY)
number = partial(formats.number, locale=WHERE)
short = partial(formats.short, locale=WHERE)


def amount(value: Decimal) -> str:
    """`SEK 1 234.50`."""
    return money.money(value, CURRENCY, LANGUAGE, COUNTRY)


@cache
def texts() -> dict[str, Any]:
    """The wording of the layout; templates of paragraphs are the layout's own."""
    return tomllib.loads((LAYOUT / "texts.en.toml").read_text(encoding="utf-8"))


def shown(row: Row) -> dict[str, Any]:
    """Every variable of the letter as it stands on the page."""
    claims, parts = row["claims"], row["parts"]
    return {
        "name": row["name"],
        "first_name": row["first_name"],
        "address_lines": row["address_lines"],
        "letter_date": held(row["letter_date"]),
        "due_date": held(row["due_date"]),
        "due_weekday": formats.held(weekday_day(row["due_date"])),
        "piece_number": row["piece_number"],
        "creditor": row["creditor"],
        "count": f"{len(claims)}",
        "bills": "bill" if len(claims) == 1 else "bills",
        "amount_due": amount(row["amount_due"]),
        "total": number(row["amount_due"]),
        "oldest_subject": claims[0]["subject"],
        "oldest_reference": claims[0]["reference"],
        "oldest_due": held(claims[0]["due_date"]),
        "parts_count": f"{len(parts)}",
        "monthly": amount(parts[0]["amount"]),
        "first_day": held(parts[0]["due_date"]),
        "parts": [(f"{p['number']}", held(p["due_date"]), number(p["amount"])) for p in parts],
        "claims": [
            (
                c["creditor"],
                c["subject"],
                c["reference"],
                short(c["due_date"]),
                number(c["principal"]),
                number(c["costs"]),
                number(c["amount"]),
            )
            for c in claims
        ],
        "reference": row["reference"],
        "code_line": row["code_line"],
    }


@cache
def held(value: date) -> str:
    """`2 March 2027` that no line end parts."""
    return formats.held(day(value))


FIXED = {
    **SENDER,
    "payee": PAYEE,
    "account": BANKGIRO,
}
"""What stands the same on every letter besides the texts."""


def qr_rows(payload: str) -> Sequence[bytes]:
    """The QR code row by row, a byte a module, 0 dark and 255 light, without a quiet zone.

    Error correction level M, made by the fastest library at hand.
    """
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return bytes_of(made)


def mark_rows(payload: str) -> Sequence[bytes]:
    """The Data Matrix of 18 × 18 modules row by row, as `qr_rows`."""
    return bytes_of(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.DataMatrix, version=5))


def bytes_of(barcode: zxingcpp.Barcode) -> Sequence[bytes]:
    picture = memoryview(barcode.to_image(scale=1, add_quiet_zones=False))
    side = picture.shape[1]
    flat = picture.tobytes()
    return [flat[at : at + side] for at in range(0, len(flat), side)]
