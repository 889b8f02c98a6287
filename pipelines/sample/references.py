"""Payment references with valid check digits, a whole column at a time.

Sweden: OCR number with a length digit and a Luhn digit (Bankgirot's user manual, 5.2).
Finland: the national 7-3-1 digit (Finance Finland), or the same inside ISO 11649 (`RF`).
"""

from typing import Any

import numpy as np
import pyarrow.compute as pc

from pipelines.sample import dice
from pipelines.sample.dice import Bools, Ints


def _luhn(bodies: Ints) -> Ints:
    total = np.zeros_like(bodies)
    rest, weight = bodies.copy(), 2
    while rest.any():
        product = rest % 10 * weight
        total += product // 10 + product % 10
        rest //= 10
        weight = 3 - weight
    return -total % 10


def _seven_three_one(bodies: Ints) -> Ints:
    total = np.zeros_like(bodies)
    rest, place = bodies.copy(), 0
    while rest.any():
        total += rest % 10 * (7, 3, 1)[place % 3]
        rest //= 10
        place += 1
    return -total % 10


def ocr(bodies: Ints) -> Any:
    """OCR numbers of positive bodies of up to 16 digits: body, length digit, Luhn digit."""
    length = np.searchsorted(10 ** np.arange(17), bodies, side="right") + 2
    longer = bodies * 10 + length % 10
    return dice.digits(longer * 10 + _luhn(longer), 1)


def viite(bodies: Ints) -> Any:
    """Finnish references of positive bodies of 3 to 17 digits: body, 7-3-1 digit."""
    return dice.digits(bodies * 10 + _seven_three_one(bodies), 4)


def rf_viite(bodies: Ints) -> Any:
    """`RF` references (ISO 11649) around the Finnish ones, for bodies of 3 to 11 digits."""
    national = bodies * 10 + _seven_three_one(bodies)
    check = 98 - (national * 1_000_000 + 271_500) % 97  # R = 27, F = 15
    return pc.binary_join_element_wise("RF", dice.digits(check, 2), dice.digits(national, 4), "")


def given(country: str, bodies: Ints, international: Bools) -> Any:
    """References as creditors of `country` give them; `international` rows get RF in Finland."""
    if country == "SE":
        return ocr(bodies)
    return pc.if_else(international, rf_viite(bodies), viite(bodies))


def broken(reference: str | None, country: str) -> str:
    """The reference with its last digit one higher, so that its check digits fail."""
    whole = reference or ("12351" if country == "SE" else "12345672")
    return whole[:-1] + str((int(whole[-1]) + 1) % 10)
