"""Faultless claims to spoil, and small exports to write them to."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest import check, facts
from pipelines.ingest.access import Access
from pipelines.ingest.check import Checked
from pipelines.ingest.read import READ, read
from pipelines.ingest.survey import survey
from pipelines.model import CONTRACT, SOURCE

TODAY = date(2026, 12, 1)
SETTABLE = r"^[\x20-\x7e\x{a0}-\x{17f}\x{2010}-\x{2027}\x{20ac}]*$"
"""What a font with Latin letters and some signs can set."""

FAULTLESS: Mapping[str, Any] = {
    "claim_id": "C1",
    "kind": "demand",
    "step": 1,
    "country": "SE",
    "language": "sv",
    "creditor_id": "K1",
    "creditor_name": "Elbolaget i Norr AB",
    "creditor_reference": "F 2026-77",
    "subject": "El, oktober 2026",
    "invoice_date": date(2026, 9, 1),
    "due_date": date(2026, 10, 1),
    "currency": "SEK",
    "principal": Decimal("1200.50"),
    "interest": Decimal("12.25"),
    "fees": Decimal("180.00"),
    "interest_rate": Decimal("10.500"),
    "interest_from": date(2026, 10, 1),
    "payment_reference": None,
    "debtor_id": "D1",
    "debtor_kind": "person",
    "name": "Åsa Öberg",
    "care_of": None,
    "street": "Storgatan 1",
    "postal_code": "41101",
    "city": "Göteborg",
    "birth_date": date(1980, 5, 17),
    "protected": False,
    "deceased": False,
    "disputed": False,
    "paid": False,
    "payday": 25,
    "monthly_capacity": Decimal("500.00"),
    "score": 0.5,
    "email": None,
    "phone": None,
    "digital_mailbox": None,
}
FINNISH = {"country": "FI", "language": "fi", "currency": "EUR", "postal_code": "00100", "city": "Helsinki"}


def claim(**changes: Any) -> dict[str, Any]:
    """A faultless Swedish demand, but for `changes`."""
    return {**FAULTLESS, **changes}


def table(*rows: Mapping[str, Any]) -> pa.Table:
    """Rows of the contract as `read` gives them, in one file called `claims.parquet`."""
    source = ({"source_file": "claims.parquet", "source_row": row} for row in range(len(rows)))
    return pa.Table.from_pylist([{**r, **s} for r, s in zip(rows, source, strict=True)], schema=READ)


def checked(*rows: Mapping[str, Any], repeated: Iterable[str] = ()) -> Checked:
    """What the check says of `rows` on TODAY, with the shipped facts."""
    return check.check(table(*rows), facts.all(), SETTABLE, TODAY, pa.array(list(repeated), pa.string()))


def why(**changes: Any) -> tuple[str, str] | None:
    """(reason, field) of a faultless claim with `changes`; None when it is accepted."""
    rejected = checked(claim(**changes)).rejected.to_pylist()
    return (rejected[0]["reason"], rejected[0]["field"]) if rejected else None


def write_parquet(
    path: Path, *rows: Mapping[str, Any], schema: pa.Schema = CONTRACT, row_group_size: int = 1000
) -> Path:
    """A Parquet export of `rows`."""
    nullable = pa.schema([field.with_nullable(True) for field in schema])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), schema=nullable), path, row_group_size=row_group_size)
    return path


def write_csv(path: Path, *rows: Mapping[str, Any], line_end: str = "\r\n", start: str = "") -> Path:
    """A CSV export of `rows`, all of the same columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(start)
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator=line_end)
        writer.writeheader()
        writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)
    return path


def read_all(path: Path) -> list[dict[str, Any]]:
    """Every row below `path`, as survey and read give them."""
    access = Access()
    tasks = survey(str(path), access).tasks
    return [row for task in tasks for part in read(task, access) for row in part.to_pylist()]


def without_source(row: Mapping[str, Any]) -> dict[str, Any]:
    """A read row without the columns that only say where it came from."""
    return {name: value for name, value in row.items() if name not in {field.name for field in SOURCE}}


def _cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
