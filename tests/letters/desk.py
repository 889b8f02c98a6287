"""Claims on the desk: small tables and drafts that the tests of this room start from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipelines import config
from pipelines.letters.household import make_pieces
from pipelines.model import CLAIMS, Days

TODAY = date(2026, 11, 22)
CONFIG = config.load()
RUN = "monthly-2026-12"

CONDEMNED = pa.schema([(name, pa.string()) for name in ("debtor_id", "reason", "field")])

SWEDEN: Mapping[str, Any] = {
    "kind": "demand",
    "step": 1,
    "country": "SE",
    "language": "sv",
    "creditor_id": "K1",
    "creditor_name": "Norrsken Mobil AB",
    "creditor_reference": "10020-7",
    "subject": "Mobilabonnemang",
    "invoice_date": date(2026, 8, 1),
    "due_date": date(2026, 8, 31),
    "currency": "SEK",
    "principal": Decimal("900.00"),
    "interest": Decimal("10.50"),
    "fees": Decimal("240.00"),
    "interest_rate": Decimal("10.000"),
    "interest_from": date(2026, 9, 1),
    "debtor_id": "D1",
    "debtor_kind": "person",
    "name": "Maja Öberg",
    "street": "Långgatan 14",
    "postal_code": "41303",
    "city": "Göteborg",
    "protected": False,
    "deceased": False,
    "disputed": False,
    "paid": False,
    "source_file": "claims.parquet",
}

FINLAND: Mapping[str, Any] = {
    **SWEDEN,
    "country": "FI",
    "language": "fi",
    "currency": "EUR",
    "debtor_id": "F1",
    "name": "Aino Mäkelä",
    "street": "Hämeentie 12 A 7",
    "postal_code": "00530",
    "city": "Helsinki",
}


def later_paydays(day: int) -> tuple[date, ...]:
    """The wages of 2027 and 2028, on `day` of the month."""
    return tuple(date(year, month, day) for year in (2027, 2028) for month in range(1, 13))


DAYS = {
    "SE": Days(
        "SE",
        None,
        date(2026, 12, 23),
        date(2026, 12, 23),
        date(2026, 12, 18),
        date(2027, 1, 8),
        "p",
        "strand",
        "",
        later_paydays(25),
    ),
    "FI": Days(
        "FI",
        15,
        date(2026, 12, 15),
        date(2026, 12, 15),
        date(2026, 12, 10),
        date(2026, 12, 31),
        "p",
        "strand",
        "",
        later_paydays(15),
    ),
}


def claims(*changes: Mapping[str, Any], base: Mapping[str, Any] = SWEDEN) -> pa.Table:
    """A claim per mapping: `base` with these changes, claim ids C1, C2, … unless given."""
    rows = [
        {**base, "claim_id": f"C{number}", "source_row": number - 1, **change}
        for number, change in enumerate(changes, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=CLAIMS)


def condemned(*rows: tuple[str, str, str]) -> pa.Table:
    """(debtor_id, reason, field) rows."""
    return pa.Table.from_pylist(
        [dict(zip(CONDEMNED.names, row, strict=True)) for row in rows], schema=CONDEMNED
    )


def draft(*changes: Mapping[str, Any], base: Mapping[str, Any] = SWEDEN) -> dict[str, Any]:
    """The one mail piece that these claims make, as a dict."""
    drafts, rejected = make_pieces(claims(*changes, base=base), condemned(), RUN, CONFIG)
    assert rejected.num_rows == 0
    [row] = drafts.to_pylist()
    return dict(row)
