"""Letters to try a layout with: a record of our own for every country, and the layout's samples.

Days are fixed, so that lint says the same today and tomorrow.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipelines import config, tables
from pipelines.errors import ContractError
from pipelines.letters import references
from pipelines.letters.letter import Rejected, write_letter
from pipelines.letters.proof import from_record
from pipelines.model import Days, Letter
from pipelines.press import typefaces

TODAY = date(2027, 2, 22)
PAYDAY, DUE = date(2027, 2, 25), date(2027, 3, 8)
LATER = tuple(date(2027 + n // 12, n % 12 + 1, 25) for n in range(2, 28))
"""The wages after PAYDAY."""

Record = Mapping[str, Any]


def letter(records: Sequence[Record], language: str) -> Letter | None:
    """The letter that a run would write of the records in that language.

    None when a run would put them aside because the address is too long for the window. Raises
    ContractError, without a value of the records, when they are no letter.
    """
    settings = config.load()
    spoken = [{**record, "language": language} for record in records]
    try:
        draft = from_record(spoken, settings, TODAY, typefaces.fits_the_window)
    except ContractError:
        from_record(spoken, settings, TODAY, lambda line: True)
        return None
    days = Days(draft["country"], None, PAYDAY, PAYDAY, TODAY, DUE, "lint", "lint", "", LATER)
    written = write_letter(draft, days, settings)
    if isinstance(written, Rejected):
        raise ContractError(
            f"the record is no letter: {written.reason} ({written.field})", "see docs/quarantine.md"
        )
    return written


def records(path: Path) -> list[Record]:
    """The claims of a sample file. Raises ContractError when it is no JSON array of them."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ContractError(f"{path.name}: {type(error).__name__}", "give a JSON array of claims") from error
    if not isinstance(read, list) or not all(isinstance(record, dict) for record in read):
        raise ContractError(f"{path.name}: not an array of claims", "give a JSON array of claims")
    return read


@cache
def invented(country: str, kind: str, debtor_kind: str = "person") -> tuple[Record, ...]:
    """Two claims of two creditors with every column that a layout may show, in that country.

    Raises KeyError or TableError when the country is not known.
    """
    place = tables.load("sample/places").data[country]["places"][0]
    return tuple(
        {
            "claim_id": f"C-{number}",
            "kind": kind,
            "step": 1,
            "country": country,
            "creditor_id": f"K-{number}",
            "creditor_name": f"Norrsken {number} AB",
            "creditor_reference": f"10023-{number}",
            "subject": "Mobil 2026",
            "invoice_date": "2026-06-01",
            "due_date": "2026-07-01",
            "currency": references.of(country).currency,
            "principal": "1599.00",
            "interest": "40.67",
            "fees": "60.00",
            "interest_rate": "10.500",
            "interest_from": "2026-07-02",
            "interest_to": "2026-12-18",
            "debtor_id": "D-1",
            "debtor_kind": debtor_kind,
            "name": "Maja Öberg",
            "care_of": "Sandström",
            "street": "Storgatan 14 B",
            "postal_code": f"{place['first']:05}",
            "city": place["city"],
            "monthly_capacity": "450.00",
            "creditor_address": "Box 55",
            "creditor_offer": "Welcome back!",
        }
        for number in (1, 2)
    )
