"""`manifest.json`: what a vendor is told of a lot. Its form is in `schemas/manifest.schema.json`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.config import Vendor
from pipelines.delivery.store import head_of
from pipelines.model import PlannedContainer, PlannedLot, PrintFile, TableVersion

SCHEMA = "brevpress-manifest-1"
_BY_COUNTRY = ("countries/", "rules/")
SYMBOLOGY = "Data Matrix ECC 200"


@dataclass(frozen=True, slots=True)
class Papers:
    """What goes to the post beside the letters of a lot; without personal data."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name → PDF: labels of the containers, statement of mailing."""
    statement: Mapping[str, Any] | None = None
    """The statement as data."""
    grams: Mapping[str, float] = field(default_factory=dict)
    """Container id → weight of its letters as printed."""


NO_PAPERS = Papers()


def manifest(
    lot: PlannedLot,
    files: Sequence[PrintFile],
    rows: pa.Table,
    tables: Iterable[TableVersion],
    vendor: Vendor,
    run_id: str,
    software: str,
    papers: Papers = NO_PAPERS,
) -> dict[str, Any]:
    """The manifest of a lot as JSON has it; without personal data.

    Args:
        lot: what was planned; its containers give level and key.
        files: the print files that hold pieces, in their order.
        rows: PIECES of the lot in sequence order; containers and ranges are counted from here.
        tables: every dated table of the run; told are those of the lot's country and the
            general ones.
        vendor: the profile the files were made for.
        run_id: the run that made them.
        software: name and version of what made them.
        papers: labels and statement.
    """
    told: dict[str, Any] = {} if papers.statement is None else {"statement": papers.statement}
    days = delivery_dates(rows)
    return {
        "schema": SCHEMA,
        "lot_id": lot.lot_id,
        "run_id": run_id,
        "vendor": lot.vendor,
        "country": lot.country,
        "product": lot.product,
        "hand_in_date": lot.hand_in_date.isoformat(),
        "delivery_date": days[-1]["date"],
        "delivery_dates": days,
        "standards": list(vendor.standards),
        "output_condition": vendor.output_condition,
        "media": vendor.media,
        "envelope": vendor.envelope,
        "duplex": vendor.duplex,
        "marks": marks(vendor),
        "tables": {
            t.name: {"version": t.version, "sha256": t.sha256} for t in of_country(tables, lot.country)
        },
        "totals": {
            "pieces": rows.num_rows,
            "sheets": sum(file.sheets for file in files),
            "pages": sum(file.pages for file in files),
        },
        "files": [
            {
                "name": file.name,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "pieces": len(file.pieces),
                "sheets": file.sheets,
                "pages": file.pages,
                "first_sequence": file.pieces[0].sequence,
                "last_sequence": file.pieces[-1].sequence,
            }
            for file in files
        ],
        "containers": containers(rows, [c for file in lot.files for c in file.containers], papers.grams),
        "papers": [
            {"name": name, "bytes": len(data), "sha256": head_of(data).sha256}
            for name, data in sorted(papers.files.items())
        ],
        "software": software,
        **told,
    }


def delivery_dates(rows: pa.Table) -> list[dict[str, Any]]:
    """The days on which the pieces are to be delivered, with their pieces; rising."""
    counted = rows.group_by("delivery_date").aggregate([([], "count_all")]).sort_by("delivery_date")
    columns = (counted[name].to_pylist() for name in ("delivery_date", "count_all"))
    return [{"date": day.isoformat(), "pieces": pieces} for day, pieces in zip(*columns, strict=True)]


def of_country(tables: Iterable[TableVersion], country: str) -> list[TableVersion]:
    """The tables that can decide a letter to `country`: without other countries' facts and rules."""
    return [
        table
        for table in tables
        if not table.name.startswith(_BY_COUNTRY) or table.name.rpartition("/")[2] == country.lower()
    ]


def marks(vendor: Vendor) -> dict[str, Any]:
    """Where the inserter mark stands on every sheet, and how its payload is put together."""
    return {"symbology": SYMBOLOGY, "side": "front", "on": "every sheet", **vendor.mark.model_dump()}


def containers(
    rows: pa.Table, planned: Iterable[PlannedContainer], grams: Mapping[str, float]
) -> list[dict[str, Any]]:
    """The trays as they came out, in sequence order: letters that could not be set are not counted."""
    ways = {container.id: container for container in planned}
    return [
        {
            **item,
            "level": (way := ways[item["id"]]).level,
            "key": way.key,
            "label": way.label,
            "region": way.region,
            "delivery_date": None if way.delivery_date is None else way.delivery_date.isoformat(),
            "weight_step": way.weight_step,
            "grams": grams.get(item["id"], 0),
        }
        for item in recounted(rows)
    ]


def recounted(rows: pa.Table) -> list[Mapping[str, Any]]:
    """Id, first and last sequence and pieces of every tray in `rows`, in sequence order."""
    found = (
        rows.select(["container_id", "sequence"])
        .group_by("container_id")
        .aggregate([("sequence", "min"), ("sequence", "max"), ("sequence", "count")])
    )
    found = found.select(["container_id", "sequence_min", "sequence_max", "sequence_count"]).rename_columns(
        ["id", "first_sequence", "last_sequence", "pieces"]
    )
    return list(found.take(pc.sort_indices(found, [("first_sequence", "ascending")])).to_pylist())


def dump(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, the same bytes for the same value."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
