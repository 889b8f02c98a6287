import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pytest
from frictionless.resources import TableResource

from pipelines import assets
from pipelines.ingest import cells
from pipelines.model import CONTRACT
from tests.ingest.exports import claim, read_all, why, write_csv

SCHEMA = json.loads((assets.folder("schemas") / "claims.table-schema.json").read_text(encoding="utf-8"))
TYPES = {
    "string": pa.types.is_string,
    "integer": pa.types.is_integer,
    "date": pa.types.is_date,
    "boolean": pa.types.is_boolean,
    "number": lambda kind: pa.types.is_decimal(kind) or pa.types.is_floating(kind),
}


def validate(path: Path) -> frictionless.Report:
    schema = frictionless.Schema.from_descriptor(SCHEMA)
    resource = TableResource(path=path.name, basepath=str(path.parent), schema=schema)
    return resource.validate()


def spoil(field: dict[str, Any]) -> list[Any]:
    """For every constraint of a field a value that breaks it and nothing else."""
    steps = {"integer": 1, "number": Decimal("0.01"), "date": timedelta(days=1)}
    spoilt: list[Any] = []
    for constraint, bound in field.get("constraints", {}).items():
        if constraint == "required":
            spoilt.append(None)
        elif constraint in ("enum", "pattern"):
            spoilt.append("none of these")
        elif constraint in ("minimum", "maximum"):
            limit = date.fromisoformat(bound) if field["type"] == "date" else Decimal(str(bound))
            step = steps[field["type"]]
            spoilt.append(limit - step if constraint == "minimum" else limit + step)
    return spoilt


def test_the_schema_has_the_fields_of_the_contract_in_their_order_and_types() -> None:
    assert [field["name"] for field in SCHEMA["fields"]] == CONTRACT.names
    for field in SCHEMA["fields"]:
        assert TYPES[field["type"]](CONTRACT.field(field["name"]).type), field["name"]


def test_the_schema_requires_what_the_contract_needs() -> None:
    required = {f["name"] for f in SCHEMA["fields"] if f.get("constraints", {}).get("required")}
    assert required == {f.name for f in CONTRACT if not f.nullable}
    assert SCHEMA["primaryKey"] == ["claim_id"]


def test_the_schemas_words_for_bools_are_the_ones_that_are_read() -> None:
    words = {(tuple(f["trueValues"]), tuple(f["falseValues"])) for f in SCHEMA["fields"] if "trueValues" in f}
    assert words == {(cells.TRUE, cells.FALSE)}


def test_a_faultless_export_keeps_the_schema_with_extra_and_without_optional_columns(tmp_path: Path) -> None:
    row = {name: value for name, value in claim(creditor_offer="Betala hälften").items() if name != "email"}
    assert validate(write_csv(tmp_path / "a.csv", row)).valid


def test_a_claim_id_that_stands_twice_breaks_the_schema(tmp_path: Path) -> None:
    assert not validate(write_csv(tmp_path / "a.csv", claim(), claim())).valid


@pytest.mark.parametrize(
    ("name", "value"), [(field["name"], value) for field in SCHEMA["fields"] for value in spoil(field)]
)
def test_what_breaks_a_constraint_of_the_schema_is_quarantined(tmp_path: Path, name: str, value: Any) -> None:
    path = write_csv(tmp_path / "a.csv", claim(**{name: value}))
    assert not validate(path).valid
    (row,) = read_all(path)
    found = why(**{column: row[column] for column in [*CONTRACT.names, "unread"]})
    assert found is not None
    assert found[1] == name
