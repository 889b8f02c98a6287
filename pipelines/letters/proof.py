"""A draft for `brevpress proof`: the claims of one mail piece as a JSON record has them.

A proof runs through the code that a run uses, so what it shows is what would be printed.
Messages name row and column, never the value: records may hold real people.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from pipelines.config import Config
from pipelines.errors import ContractError
from pipelines.ingest import facts
from pipelines.letters import claims as letter_claims
from pipelines.letters.household import fits_by_count, make_pieces
from pipelines.letters.references import COUNTRIES
from pipelines.model import CLAIMS, CONTRACT

RUN_ID = "proof"

_STOPS = ("protected", "deceased", "disputed", "paid")
"""Columns that forbid a letter; a record may leave them out, which means false."""

_CONDEMNED = pa.schema([(name, pa.string()) for name in ("debtor_id", "reason", "field")])


def from_record(
    records: Sequence[Mapping[str, Any]],
    config: Config,
    day: date,
    fits: Callable[[str], bool] = fits_by_count,
) -> dict[str, Any]:
    """One row of DRAFTS, as a dict, from the claims of one mail piece.

    Args:
        records: a mapping per claim: columns as in the export, decimals and dates as strings;
            other keys go to `extras`. Empty strings and null mean empty.
        config: for piece id, variant and rules.
        day: the day whose rules count.
        fits: whether a long address line fits the window, as in `make_pieces`.

    Raises ContractError with row and column when a value cannot be read, a needed one is
    missing, a claim must not be printed, or the claims make more than one mail piece.
    """
    if not records:
        raise ContractError("the record has no claim", "give a JSON array of claims")
    rows = [_row(record, number) for number, record in enumerate(records, start=1)]
    table = pa.Table.from_pylist(rows, schema=CLAIMS)
    accepted, rejected = letter_claims.check(table, day, config.schedule.tables)
    drafts, condemned = make_pieces(accepted, _CONDEMNED.empty_table(), RUN_ID, config, fits)
    for faults in (rejected, condemned):
        if faults.num_rows:
            fault = faults.slice(0, 1).to_pylist()[0]
            raise ContractError(
                f"claim {fault['source_row'] + 1}: {fault['reason']} ({fault['field']})",
                "see docs/quarantine.md",
            )
    if drafts.num_rows != 1:
        raise ContractError(
            f"the record makes {drafts.num_rows} mail pieces",
            "give claims of one debtor_id, kind, country and currency",
        )
    draft: dict[str, Any] = drafts.to_pylist()[0]
    return draft


def _row(record: Mapping[str, Any], number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in CONTRACT:
        value = record.get(field.name)
        if value is None or value == "":
            if not field.nullable and field.name not in _STOPS:
                raise ContractError(f"claim {number}: {field.name}: missing", "give it as in the export")
            row[field.name] = False if field.name in _STOPS else None
            continue
        try:
            row[field.name] = _value(value, field.type)
        except (TypeError, ValueError, InvalidOperation, OverflowError):
            raise ContractError(
                f"claim {number}: {field.name}: not a {field.type}", "write decimals and dates as strings"
            ) from None
        if field.name in _STOPS and row[field.name]:
            raise ContractError(f"claim {number}: {field.name} is true", "such a claim is never printed")
    if row["country"] not in COUNTRIES:
        raise ContractError(f"claim {number}: country: unknown", f"known are {', '.join(sorted(COUNTRIES))}")
    row["language"] = row["language"] or facts.of(row["country"]).languages[0]
    row["postal_code"] = row["postal_code"].replace(" ", "")
    extras = {key: record[key] for key in sorted(record) if key not in CONTRACT.names}
    row["extras"] = json.dumps(extras, ensure_ascii=False) if extras else None
    return row | {"source_file": "record", "source_row": number - 1}


def _value(value: Any, wanted: pa.DataType) -> Any:
    """The value of a JSON record in the type that Arrow wants. Raises ValueError, TypeError."""
    if pa.types.is_boolean(wanted):
        return _truth(value)
    if isinstance(value, bool):
        raise TypeError("a truth value")
    if pa.types.is_decimal(wanted):
        return _decimal(value, wanted)
    if pa.types.is_date(wanted):
        return date.fromisoformat(value)
    if pa.types.is_integer(wanted) and isinstance(value, int | str):
        return int(value)
    if pa.types.is_floating(wanted):
        return float(value)
    if pa.types.is_string(wanted) and isinstance(value, str):
        return value
    raise TypeError("another type")


def _truth(value: Any) -> bool:
    match str(value).lower():
        case "true":
            return True
        case "false":
            return False
    raise ValueError("neither true nor false")


def _decimal(value: Any, wanted: pa.DataType) -> Decimal:
    if not isinstance(value, int | str):
        raise TypeError("a float is not exact")
    exact = Decimal(value)
    places, most = int(wanted.scale), 10 ** int(wanted.precision - wanted.scale)
    if not exact.is_finite() or abs(exact) >= most or exact != round(exact, places):
        raise ValueError("out of range")
    return round(exact, places)
