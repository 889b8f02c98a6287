"""The machine-readable forms of what leaves a run are those that the code writes."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from frictionless import Schema

from pipelines import assets
from pipelines.delivery.lots import CSV_COLUMNS
from pipelines.model import HELD, PIECES, QUARANTINE

BOOKS = {"pieces": PIECES, "quarantine": QUARANTINE, "held": HELD}


def table_schema(name: str) -> dict[str, Any]:
    path: Path = assets.folder("schemas") / f"{name}.table-schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def kind(type_: pa.DataType) -> str:
    if pa.types.is_integer(type_):
        return "integer"
    if pa.types.is_decimal(type_):
        return "number"
    if pa.types.is_date(type_):
        return "date"
    return "array" if pa.types.is_list(type_) else "string"


@pytest.mark.parametrize("name", BOOKS)
def test_a_books_schema_has_its_columns_in_their_order_with_their_types(name: str) -> None:
    fields = [(f["name"], f["type"]) for f in table_schema(name)["fields"]]
    assert fields == [(f.name, kind(f.type)) for f in BOOKS[name]]


def test_the_vendors_list_has_the_columns_of_its_schema() -> None:
    assert tuple(f["name"] for f in table_schema("pieces-csv")["fields"]) == tuple(CSV_COLUMNS)


@pytest.mark.parametrize("name", [*BOOKS, "pieces-csv", "claims"])
def test_every_table_schema_is_one_and_explains_every_column(name: str) -> None:
    descriptor = table_schema(name)
    assert Schema.from_descriptor(descriptor).to_descriptor()
    assert all(f.get("description") for f in descriptor["fields"])
