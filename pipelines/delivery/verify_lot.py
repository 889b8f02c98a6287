"""Recounts one lot in the outbox: manifest, list of pieces and ticket against the books."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from pipelines.config import Mark, Vendor
from pipelines.delivery import places, verify_papers
from pipelines.delivery.findings import Code, Notes
from pipelines.delivery.lots import CSV_COLUMNS
from pipelines.delivery.manifest import recounted
from pipelines.delivery.privacy import Secrets, of_json, of_xml, unusual
from pipelines.delivery.store import Store
from pipelines.delivery.verify_books import note_form
from pipelines.delivery.xjdf import NAMESPACE

_FACTS = ("lot_id", "run_id", "vendor", "country", "product", "hand_in_date")
"""Keys of the manifest that are columns of PIECES and the same in every piece of a lot."""


@dataclass(frozen=True)
class Lot:
    """A lot as its manifest and the books have it."""

    folder: str
    """Its key with a slash."""
    manifest: Mapping[str, Any]
    vendor: Vendor
    rows: pa.Table

    def rows_of(self, file: str) -> pa.Table:
        """The rows of one print file."""
        return self.rows.filter(pc.equal(self.rows["file"], file))


def check(
    store: Store, folder: str, names: Iterable[str], rows: pa.Table, vendor: Vendor, notes: Notes
) -> Lot | None:
    """The lot, with all its print files still to be read; None when its manifest is no help.

    Args:
        store: the output bucket.
        folder: the lot's key with a slash.
        names: the objects in it.
        rows: PIECES of the lot, in sequence order.
        vendor: its profile; what the manifest says of it goes before.
        notes: takes the findings.
    """
    there = set(names)
    for name in (places.READY, places.MANIFEST, places.PIECES_CSV, places.TICKET):
        if name not in there:
            notes.add(Code.LOT_UNFINISHED, folder, f"no {name}")
    if places.READY in there and store.get(folder + places.READY):
        notes.add(Code.LOT_OBJECTS, folder + places.READY, "not empty")
    _check_rows(folder, rows, notes)
    if places.PIECES_CSV in there:
        _check_csv(folder + places.PIECES_CSV, store.get(folder + places.PIECES_CSV), rows, notes)
    if places.MANIFEST not in there:
        return None
    key = folder + places.MANIFEST
    data = store.get(key)
    try:
        manifest = json.loads(data)
    except ValueError:
        notes.add(Code.MANIFEST_FORM, key, "no JSON")
        return None
    ticket = store.get(folder + places.TICKET) if places.TICKET in there else b""
    _check_private(folder, there, data, ticket, rows, notes)
    if not note_form(manifest, "manifest", key, Code.MANIFEST_FORM, notes):
        return None
    _check_manifest(key, manifest, rows, notes)
    files = {entry["name"] for entry in manifest["files"]}
    papers = {entry["name"] for entry in manifest.get("papers", ())}
    made = files | papers | {places.READY, places.MANIFEST, places.PIECES_CSV, places.TICKET}
    if strange := len(there - made):
        notes.add(Code.LOT_OBJECTS, folder, f"{strange} objects that the manifest does not name")
    for name in sorted((files | papers) - there):
        notes.add(Code.LOT_OBJECTS, folder + name, "missing")
    verify_papers.check(store, folder, there, manifest, rows, notes)
    if ticket:
        _check_ticket(folder + places.TICKET, ticket, manifest, notes)
    return Lot(folder, manifest, _as_told(manifest, vendor), rows)


def _as_told(manifest: Mapping[str, Any], vendor: Vendor) -> Vendor:
    """The vendor's profile with which the lot was made: the configuration may have changed since."""
    told = {name: manifest[name] for name in ("duplex", "media", "envelope", "output_condition")}
    mark = Mark(**{name: manifest["marks"][name] for name in Mark.model_fields})
    return vendor.model_copy(update={**told, "mark": mark, "standards": tuple(manifest["standards"])})


def _check_manifest(key: str, manifest: Mapping[str, Any], rows: pa.Table, notes: Notes) -> None:
    for name in _FACTS:
        if rows[name].unique().cast(pa.string()).to_pylist() != [manifest[name]]:
            notes.add(Code.MANIFEST_FACTS, key, f"{name} is not that of the pieces")
    counted = _files(rows)
    told = {entry["name"]: entry for entry in manifest["files"]}
    if list(told) != list(counted):
        notes.add(Code.MANIFEST_FACTS, key, f"{len(told)} files, {len(counted)} in the books")
    for name in told.keys() & counted.keys():
        for fact, number in counted[name].items():
            if told[name][fact] != number:
                notes.add(
                    Code.MANIFEST_FACTS, key, f"{name}: {fact} {told[name][fact]}, {number} in the books"
                )
    for fact in ("pieces", "sheets", "pages"):
        number = sum(entry[fact] for entry in manifest["files"])
        if manifest["totals"][fact] != number:
            notes.add(Code.MANIFEST_FACTS, key, f"totals: {fact} {manifest['totals'][fact]}, files {number}")
    facts = ("id", "first_sequence", "last_sequence", "pieces")
    trays = [{fact: entry[fact] for fact in facts} for entry in manifest["containers"]]
    if trays != recounted(rows):
        notes.add(
            Code.CONTAINERS, key, f"{len(trays)} trays differ from the {len(recounted(rows))} of the pieces"
        )
    for before, after in pairwise(trays):
        if after["first_sequence"] <= before["last_sequence"]:
            notes.add(Code.CONTAINERS, key, f"tray {after['id']} begins before {before['id']} ends")
    sheets = 2 if manifest["duplex"] else 1
    wrong = pc.sum(pc.not_equal(rows["pages"], pc.multiply(rows["sheets"], sheets))).as_py()
    if wrong:
        notes.add(Code.MANIFEST_FACTS, key, f"{wrong} pieces whose pages do not fill their sheets")


def _files(rows: pa.Table) -> dict[str, dict[str, int]]:
    """File → pieces, sheets, pages, first and last sequence, in the order of the lot."""
    counted = rows.group_by("file", use_threads=False).aggregate(
        [("piece_id", "count"), ("sheets", "sum"), ("pages", "sum"), ("sequence", "min"), ("sequence", "max")]
    )
    facts = {"pieces": "piece_id_count", "sheets": "sheets_sum", "pages": "pages_sum",
             "first_sequence": "sequence_min", "last_sequence": "sequence_max"}  # fmt: skip
    entries = sorted(counted.to_pylist(), key=lambda entry: entry["sequence_min"])
    return {entry["file"]: {fact: entry[name] for fact, name in facts.items()} for entry in entries}


def _check_rows(folder: str, rows: pa.Table, notes: Notes) -> None:
    """Numbers without gaps in a file, pages that follow each other, a mark of its own a piece."""
    columns = (rows[name].to_pylist() for name in ("file", "sequence", "first_page", "pages"))
    file, number, page = "", 0, 1
    for name, sequence, first_page, pages in zip(*columns, strict=True):
        if name != file:
            file, number, page = name, sequence, 1
        if sequence != number:
            notes.add(Code.SEQUENCE, folder + name, f"{sequence} where {number} should be")
        if first_page != page:
            notes.add(Code.SEQUENCE, folder + name, f"{sequence} begins on page {first_page}, not on {page}")
        number, page = sequence + 1, first_page + pages
    if twice := rows.num_rows - pc.count_distinct(rows["mark"]).as_py():
        notes.add(Code.MARKS, folder, f"{twice} marks stand twice")


def _check_csv(key: str, data: bytes, rows: pa.Table, notes: Notes) -> None:
    try:
        lines = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        notes.add(Code.CSV_FACTS, key, "not CSV in UTF-8")
        return
    if not lines or tuple(lines[0]) != CSV_COLUMNS:
        notes.add(Code.CSV_FACTS, key, "not the columns of the contract")
        return
    if len(lines) - 1 != rows.num_rows:
        notes.add(Code.CSV_FACTS, key, f"{len(lines) - 1} pieces, {rows.num_rows} in the books")
    booked = zip(*(rows[name].cast(pa.string()).to_pylist() for name in CSV_COLUMNS), strict=True)
    for number, (line, row) in enumerate(zip(lines[1:], booked, strict=False), start=2):
        if line != list(row):
            wrong = [c for c, cell, fact in zip(CSV_COLUMNS, line, row, strict=False) if cell != fact]
            notes.add(Code.CSV_FACTS, key, f"line {number}: {', '.join(wrong) or 'cells'}")


def _check_ticket(key: str, data: bytes, manifest: Mapping[str, Any], notes: Notes) -> None:
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        notes.add(Code.TICKET_FACTS, key, "no XML")
        return
    spaces = {"x": NAMESPACE}
    files = [
        (spec.get("URL"), spec.get("NPage"), spec.get("FileSize"))
        for spec in root.iterfind(".//x:RunList/x:FileSpec", spaces)
    ]
    told = [(entry["name"], str(entry["pages"]), str(entry["bytes"])) for entry in manifest["files"]]
    if files != told:
        notes.add(Code.TICKET_FACTS, key, "its run list is not the manifest's list of files")
    amounts = [part.get("Amount") for part in root.iterfind(".//x:PartAmount", spaces)]
    if amounts != [str(manifest["totals"]["pieces"])]:
        notes.add(Code.TICKET_FACTS, key, f"amount {', '.join(map(str, amounts))}")
    if (root.get("JobID"), root.get("JobPartID")) != (manifest["run_id"], manifest["lot_id"]):
        notes.add(Code.TICKET_FACTS, key, "another run or lot")


def _check_private(
    folder: str, names: Iterable[str], manifest: bytes, ticket: bytes, rows: pa.Table, notes: Notes
) -> None:
    secrets = Secrets.of(rows)
    listed = _cells(rows)
    for where, texts in (
        (folder, [folder, *names]),
        (folder + places.MANIFEST, list(of_json(manifest))),
        (folder + places.TICKET, list(of_xml(ticket))),
        (folder + places.PIECES_CSV, listed),
    ):
        if named := secrets.names_in(texts):
            notes.add(Code.PERSONAL_DATA, where, f"{named} names of recipients")
        if numbered := secrets.numbers_in(texts):
            notes.add(Code.PERSONAL_DATA, where, f"{numbered} claim numbers or payment references")


def _cells(rows: pa.Table) -> Sequence[str]:
    """What `pieces.csv` may say besides numbers; that it says nothing else is checked cell by cell."""
    columns = ("file", "container_id")
    return sorted(unusual(text for name in columns for text in rows[name].unique().to_pylist()))
