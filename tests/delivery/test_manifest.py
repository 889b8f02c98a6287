import json
import re
from collections.abc import Sequence
from typing import Any

import jsonschema
import pyarrow as pa
import pytest

from pipelines import assets
from pipelines.config import Mark, Vendor
from pipelines.delivery.manifest import dump, manifest, recounted
from pipelines.model import PlannedLot, TableVersion
from tests.delivery.small_run import FI, RUN, SE, SOFTWARE, TABLES, VENDOR, press

SCHEMA = json.loads((assets.folder("schemas") / "manifest.schema.json").read_text(encoding="utf-8"))
CONTRACT = {
    "schema", "lot_id", "run_id", "vendor", "country", "product", "hand_in_date", "delivery_date",
    "standards", "output_condition", "media", "envelope", "duplex", "marks", "tables", "totals", "files",
    "containers", "software",
}  # fmt: skip
ADDED = {"delivery_dates", "papers", "statement"}
"""Later than the contract's first manifests, which stay good without them."""


def of(
    *names: str,
    lot: PlannedLot = SE,
    vendor: Vendor = VENDOR,
    tables: Sequence[TableVersion] = TABLES,
) -> dict[str, Any]:
    made = [press(lot, name) for name in names]
    rows = pa.concat_tables([m.rows for m in made])
    return manifest(lot, [m.printed for m in made], rows, tables, vendor, RUN, SOFTWARE)


def test_the_schema_is_one_and_asks_for_every_key_of_the_contract() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["required"]) == CONTRACT
    assert set(SCHEMA["properties"]) == CONTRACT | ADDED


@pytest.mark.parametrize(
    "vendor",
    [
        Vendor(),
        Vendor(
            duplex=False, standards=("PDF/X-4",), mark=Mark(x_mm=6, feeders=3, payload="{piece:07}{sheet:02}")
        ),
    ],
)
def test_a_manifest_has_its_form(vendor: Vendor) -> None:
    jsonschema.validate(of("print-0001.pdf", "print-0002.pdf", vendor=vendor), SCHEMA)


def test_a_manifest_says_what_the_press_said_of_every_file() -> None:
    told = of("print-0001.pdf", "print-0002.pdf")["files"]
    for entry in told:
        printed = press(SE, entry["name"]).printed
        assert entry == {
            "name": printed.name,
            "bytes": printed.bytes,
            "sha256": printed.sha256,
            "pieces": len(printed.pieces),
            "sheets": sum(p.sheets for p in printed.pieces),
            "pages": sum(p.pages for p in printed.pieces),
            "first_sequence": printed.pieces[0].sequence,
            "last_sequence": printed.pieces[-1].sequence,
        }


def test_totals_are_the_sums_over_files() -> None:
    told = of("print-0001.pdf", "print-0002.pdf")
    assert told["totals"] == {"pieces": 6, "sheets": 7, "pages": 14}
    assert told["totals"]["sheets"] == sum(entry["sheets"] for entry in told["files"])


def test_trays_are_counted_from_the_printed_pieces_and_not_from_the_plan() -> None:
    trays = of("print-0001.pdf", "print-0002.pdf")["containers"]
    facts = ("id", "level", "key", "first_sequence", "last_sequence", "pieces")
    assert [tuple(tray[fact] for fact in facts) for tray in trays] == [
        ("se-lot-1a", "postcode", "1110", 1, 2, 2),
        ("se-lot-1b", "region", "1", 3, 4, 2),
        # Planned were 5 and 6; the letter 6 could not be set, and 7 came to stand behind 5.
        ("se-lot-2a", "postcode", "1110", 5, 5, 1),
        ("se-lot-2b", "region", "1", 6, 6, 1),
    ]  # fmt: skip


def test_a_tray_without_pieces_is_not_there() -> None:
    made = press(SE, "print-0002.pdf", frozenset({5, 6}))
    assert [tray["id"] for tray in recounted(made.rows)] == ["se-lot-2b"]


def test_marks_say_how_the_vendor_has_to_read_them() -> None:
    marks = of("print-0001.pdf")["marks"]
    assert marks == {
        "symbology": "Data Matrix ECC 200",
        "side": "front",
        "on": "every sheet",
        **VENDOR.mark.model_dump(),
    }


def test_the_bytes_do_not_depend_on_the_order_of_tables_and_keys() -> None:
    one, other = dump(of("print-0001.pdf")), dump(of("print-0001.pdf", tables=TABLES[::-1]))
    assert one == other
    keys = re.findall(r'^ "(\w+)"', one.decode(), re.MULTILINE)
    assert keys == sorted((CONTRACT | ADDED) - {"statement"})
    assert one.endswith(b"}\n")


def test_the_tables_are_the_general_ones_and_those_of_the_country_of_the_lot() -> None:
    names = ("calendars", "countries/fi", "countries/se", "holidays", "rules/fi", "rules/se")
    tables = [TableVersion(name, "1", "a" * 64) for name in names]
    for lot, country in ((SE, "se"), (FI, "fi")):
        told = of("print-0001.pdf", lot=lot, tables=tables)["tables"]
        assert set(told) == {"calendars", "holidays", f"countries/{country}", f"rules/{country}"}


def test_nothing_personal_is_told() -> None:
    text = dump(of("print-0001.pdf", lot=FI)).decode()
    for row in press(FI, "print-0001.pdf").rows.to_pylist():
        for secret in (row["name"], row["payment_reference"], *row["claim_ids"], str(row["amount_due"])):
            assert secret not in text


def test_a_manifest_with_a_key_of_its_own_is_not_of_the_form() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**of("print-0001.pdf"), "recipient": "x"}, SCHEMA)
