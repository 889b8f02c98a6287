"""The recipients of a cohort: who they are, where they live, what is known of them."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sample import dice, names, places
from pipelines.sample.cohort import Cohort
from pipelines.sample.defects import DEFECTS
from pipelines.sample.dice import Bools, Ints

COMPANY_SHARE = 0.06
CARE_OF_SHARE = 0.04
ENGLISH_SHARE = {"SE": 0.08}
"""By country; where the letters are not offered in English, nobody has it."""
NO_LANGUAGE_SHARE = 0.06
"""Of those who read the country's first language: the column is empty."""
OWN_PAYDAY_SHARE = 0.3
CAPACITY_SHARE = 0.4
PAYDAYS = {
    "SE": {25: 52, 27: 14, 28: 8, 18: 7, 26: 5, 15: 4, 1: 4, 30: 3, 31: 3},
    "FI": {15: 34, 31: 20, 25: 8, 16: 10, 10: 7, 1: 9, 28: 4, 7: 4, 27: 4},
}
"""Own paydays with their weights."""
YOUNGEST, OLDEST = 19.0, 95.0
"""Years. Nobody comes of age between the export and the letter."""


def recipients(seed: int, cohort: Cohort, today: date) -> Any:
    """One row a recipient of the cohort: the contract's columns from debtor_id to
    digital_mailbox, the flags left out; `postal_code_spaced` and the text column numbers
    `tongue` (index into creditors.LANGUAGES) for the claims to choose by."""
    rng = dice.stream(seed, dice.word("people"), dice.word(cohort.country), cohort.number)
    count, country = cohort.debtors, cohort.country
    must_be_person = np.array([d.of_person for d in DEFECTS])
    company = dice.happens(rng, COMPANY_SHARE, count)
    company &= (cohort.defect < 0) | ~must_be_person[cohort.defect]

    towns = places.settle(rng, country, count)
    swedish = dice.happens(rng, 1.0, count) if country == "SE" else _reads_swedish(rng, country, towns)
    english = dice.happens(rng, ENGLISH_SHARE.get(country, 0.0), count)
    tongue = np.where(english, 2, np.where(swedish, 0, 1))
    first_language = 0 if country == "SE" else 1
    unsaid = (tongue == first_language) & dice.happens(rng, NO_LANGUAGE_SHARE, count)

    name = pc.if_else(
        pa.array(company), names.companies(rng, country, count), names.people(rng, country, count)
    )
    care_of = pc.binary_join_element_wise("c/o", names.surnames(rng, country, count), " ")
    postal_code = places.postcodes(rng, country, towns)
    number = cohort.first_debtor + np.arange(count)
    code = dice.digits(number * 38_742_049 % 10**8, 8)  # scattered, and no two alike
    return pa.table(
        {
            "debtor_id": pc.binary_join_element_wise("D", code, ""),
            "debtor_kind": dice.take(["person", "company"], company.astype(np.int64)),
            "language": _some(dice.take(["sv", "fi", "en"], tongue), ~unsaid),
            "name": name,
            "care_of": _some(care_of, dice.happens(rng, CARE_OF_SHARE, count) & ~company),
            "street": places.streets(rng, country, towns, swedish),
            "postal_code": postal_code,
            "postal_code_spaced": places.spaced(postal_code) if country == "SE" else postal_code,
            "city": places.cities(country, towns, swedish),
            "birth_date": _birth_dates(rng, today, company),
            "payday": _paydays(rng, country, count),
            "monthly_capacity": _capacities(rng, country, count),
            "score": pa.array(np.round(rng.beta(2.2, 3.1, count), 3), mask=rng.random(count) < 0.05),
            "email": _some(
                pc.binary_join_element_wise("d", code, "@post.example", ""), rng.random(count) < 0.7
            ),
            "phone": _phones(rng, country, count),
            "digital_mailbox": _some(
                pc.binary_join_element_wise(f"{country.lower()}:", code, ""), rng.random(count) < 0.3
            ),
            "tongue": pa.array(tongue),
        }
    )


def _reads_swedish(rng: np.random.Generator, country: str, towns: Ints) -> Bools:
    return rng.random(len(towns)) < places.land(country).swedish[towns]


def _some(column: Any, there: Bools) -> Any:
    return pc.if_else(pa.array(there), column, pa.scalar(None, column.type))


def _birth_dates(rng: np.random.Generator, today: date, company: Bools) -> Any:
    years = YOUNGEST + (OLDEST - YOUNGEST) * rng.beta(1.3, 2.6, len(company))
    born = np.datetime64(today, "D") - np.rint(years * 365.25).astype(np.int64)
    return pa.array(born, pa.date32(), mask=company | dice.happens(rng, 0.08, len(company)))


def _paydays(rng: np.random.Generator, country: str, count: int) -> Any:
    days = np.array(list(PAYDAYS[country]), dtype=np.int32)
    drawn = days[dice.weighted(rng, list(PAYDAYS[country].values()), count)]
    return pa.array(drawn, pa.int32(), mask=~dice.happens(rng, OWN_PAYDAY_SHARE, count))


def _capacities(rng: np.random.Generator, country: str, count: int) -> Any:
    step, most = (5000, 100) if country == "SE" else (500, 100)  # cents, steps
    cents = step * (2 + (rng.random(count) ** 2 * most).astype(np.int64))
    return _some(dice.money(cents), dice.happens(rng, CAPACITY_SHARE, count))


def _phones(rng: np.random.Generator, country: str, count: int) -> Any:
    # Sweden sets 070-174 06 05 … 06 99 aside for fiction; the Finnish ones begin with zeros.
    if country == "SE":
        number = pc.binary_join_element_wise("+467017406", dice.digits(rng.integers(5, 100, count), 2), "")
    else:
        number = pc.binary_join_element_wise("+35840000", dice.digits(rng.integers(0, 10_000, count), 4), "")
    return _some(number, dice.happens(rng, 0.75, count))
