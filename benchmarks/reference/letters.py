"""The data of the reference letter: rows that every lane composes, invented and the same for a seed.

Names, streets, creditors, sums and dates are many, so that no lane lives on a word that it has set
before, and texts wrap differently from letter to letter.
"""

import random
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines import config
from pipelines.press import marks

Row = dict[str, Any]

LANGUAGE, COUNTRY, CURRENCY = "en", "SE", "SEK"
JOB = 40261201
MARK = config.Mark()
LETTER_DATE = date(2026, 12, 1)
MOST_CLAIMS = 12
SENDER = {
    "name": "Strand & Vik",
    "phone": "08-555 010 20",
    "web": "strand.example/pay",
    "signed_by": "Ylva Strand",
}
PAYEE, BANKGIRO, SWISH = "Strand & Vik Inkasso AB", "555-1021", "1235550102"

_NAMES: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "names.toml").read_text(encoding="utf-8")
)


def rows(count: int, seed: int = 1) -> Iterator[Row]:
    """`count` letters, numbered from 1; the same for the same seed."""
    dice = random.Random(seed)
    return (_row(dice, sequence) for sequence in range(1, count + 1))


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows in lists of `size`, the last one perhaps shorter."""
    one = iter(rows)
    while batch := list(islice(one, size)):
        yield batch


def _row(dice: random.Random, sequence: int) -> Row:
    first = _one(dice, "first")
    names = [first, *([_one(dice, "first")] if dice.random() < 0.15 else []), _surname(dice)]
    if dice.random() < 0.08:
        names.append(_surname(dice))
    name = " ".join(names)
    street = f"{_one(dice, 'before')}{_one(dice, 'after')}s{_one(dice, 'ways')} {dice.randint(1, 140)}"
    if dice.random() < 0.4:
        street += f" lgh {dice.randint(10, 16)}{dice.randint(1, 9):02}"
    code = dice.randint(10000, 98999)
    place = f"{code // 100} {code % 100:02} {_one(dice, 'places')}"
    care_of = [f"c/o {_surname(dice)}"] if dice.random() < 0.1 else []
    creditor = _creditor(dice)
    claims = sorted(_claims(dice, creditor), key=lambda claim: claim["due_date"])
    amount = sum((claim["amount"] for claim in claims), Decimal("0.00"))
    number = f"{dice.randint(10**11, 10**12 - 1)}"
    reference = number + _luhn(number)
    due = LETTER_DATE + timedelta(days=dice.randint(20, 40))
    return {
        "sequence": sequence,
        "piece_id": f"{dice.getrandbits(64):016x}",
        "piece_number": f"{dice.randint(1000, 9999)}-{dice.randint(1000, 9999)}-{dice.randint(10, 99)}",
        "name": name,
        "first_name": first,
        "address_lines": (name, *care_of, street, place),
        "letter_date": LETTER_DATE,
        "due_date": due,
        "creditor": creditor,
        "claims": tuple(claims),
        "amount_due": amount,
        "parts": tuple(_parts(dice, amount, due)),
        "reference": reference,
        "qr": f"C{SWISH};{amount};{reference} A1;0",
        "code_line": _code_line(reference, amount),
        "mark": marks.payload(MARK, JOB, sequence, 1, 1),
    }


def _one(dice: random.Random, kind: str) -> str:
    return dice.choice(_NAMES[kind])


def _surname(dice: random.Random) -> str:
    return _one(dice, "before") + _one(dice, "after")


def _creditor(dice: random.Random) -> str:
    return f"{_one(dice, 'before')}{_one(dice, 'after')} {_one(dice, 'trades')} AB"


def _claims(dice: random.Random, main: str) -> Iterator[Row]:
    for _ in range(dice.randint(1, MOST_CLAIMS)):
        due = LETTER_DATE - timedelta(days=dice.randint(60, 500))
        principal = Decimal(dice.randint(9_900, 899_900)) / 100
        costs = Decimal(dice.randint(6_000, 42_000)) / 100
        yield {
            "creditor": main if dice.random() < 0.5 else _creditor(dice),
            "subject": f"{_one(dice, 'subjects')} {_NAMES['months'][due.month - 1]} {due.year}",
            "reference": f"{dice.randint(10**6, 10**9)}-{dice.randint(0, 9)}",
            "due_date": due,
            "principal": principal.quantize(Decimal("0.01")),
            "costs": costs.quantize(Decimal("0.01")),
            "amount": (principal + costs).quantize(Decimal("0.01")),
        }


def _parts(dice: random.Random, amount: Decimal, due: date) -> Iterator[Row]:
    count = dice.randint(2, 4)
    each = (amount / count).quantize(Decimal("0.01"))
    for number in range(1, count + 1):
        last = amount - each * (count - 1)
        when = due + timedelta(days=30 * (number - 1))
        yield {"number": number, "due_date": when, "amount": last if number == count else each}


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _code_line(reference: str, amount: Decimal) -> str:
    crowns, ore = divmod(int(amount * 100), 100)
    check = _luhn(f"{crowns}{ore:02}")
    return f"#{reference:>21} #{crowns:>9} {ore:02}   {check} >{BANKGIRO.replace('-', ''):>13}#41#    "
