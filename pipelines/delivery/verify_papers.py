"""Recounts what goes to the post beside the letters: delivery days, labels, statement of mailing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import Any

import pyarrow as pa

from pipelines.delivery import places
from pipelines.delivery.findings import Code, Notes
from pipelines.delivery.manifest import delivery_dates
from pipelines.delivery.store import Head, Store

_HALF_A_MILLIGRAM = 0.0005


def check(
    store: Store, folder: str, names: Set[str], manifest: Mapping[str, Any], rows: pa.Table, notes: Notes
) -> None:
    """Days, papers and statement of a manifest; a manifest of an older run has less to check.

    Args:
        store: the output bucket.
        folder: the lot's key with a slash.
        names: the objects in it.
        manifest: of the form of its schema.
        rows: PIECES of the lot.
        notes: takes the findings.
    """
    key = folder + places.MANIFEST
    days = delivery_dates(rows)
    if manifest["delivery_date"] != days[-1]["date"]:
        notes.add(Code.MANIFEST_FACTS, key, "delivery_date is not that of the pieces")
    if manifest.get("delivery_dates", days) != days:
        notes.add(Code.MANIFEST_FACTS, key, "delivery_dates are not those of the pieces")
    _check_containers(key, manifest, rows, notes)
    for paper in manifest.get("papers", ()):
        if paper["name"] in names:
            found = store.head(folder + paper["name"])
            if found != Head(paper["bytes"], paper["sha256"]):
                notes.add(Code.FILE_BYTES, folder + paper["name"], "not the bytes of the manifest")
    if "statement" in manifest:
        _check_statement(key, manifest, notes)


def check_plan(
    folder: str, manifest: Mapping[str, Any], planned: Mapping[str, Mapping[str, Any]], notes: Notes
) -> None:
    """Whether the trays of a manifest are those of the plan: `planned` has its records by id."""
    facts = ("level", "key", "label", "region", "delivery_date", "weight_step")
    for tray in manifest["containers"]:
        found = planned.get(tray["id"])
        if planned and (found is None or any(tray.get(f, found[f]) != found[f] for f in facts)):
            notes.add(Code.CONTAINERS, folder + places.MANIFEST, f"tray {tray['id']} is not as planned")


def _check_containers(key: str, manifest: Mapping[str, Any], rows: pa.Table, notes: Notes) -> None:
    told = {tray["id"]: tray.get("delivery_date") for tray in manifest["containers"]}
    counted = rows.group_by(["container_id", "delivery_date"]).aggregate([]).to_pylist()
    wrong = [
        row["container_id"]
        for row in counted
        if told.get(row["container_id"]) not in (None, row["delivery_date"].isoformat())
    ]
    if wrong:
        notes.add(Code.CONTAINERS, key, f"{len(wrong)} trays have pieces of another delivery day")


def _check_statement(key: str, manifest: Mapping[str, Any], notes: Notes) -> None:
    trays, statement = manifest["containers"], manifest["statement"]
    for part, name, of_tray in (("lines", "level", "level"), ("zones", "zone", "region")):
        for what in ("pieces", "grams"):
            told = _sums(statement[part], name, what)
            counted = _sums(trays, of_tray, what)
            if told.keys() != counted.keys() or any(
                abs(told[one] - counted[one]) > _HALF_A_MILLIGRAM for one in told
            ):
                notes.add(Code.MANIFEST_FACTS, key, f"statement: {what} of its {part} are not the trays'")
    if statement["pieces"] != manifest["totals"]["pieces"]:
        notes.add(Code.MANIFEST_FACTS, key, "statement: pieces are not those of the lot")


def _sums(entries: Iterable[Mapping[str, Any]], by: str, what: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for entry in entries:
        found[entry[by]] += entry[what]
    return found
