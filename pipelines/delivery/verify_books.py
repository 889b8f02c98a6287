"""Recounts the books of a run: every row that was read stands in exactly one of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines import assets
from pipelines.delivery import places, runbook
from pipelines.delivery.books import HELD_BOOK, PIECES_BOOK, QUARANTINE_BOOK
from pipelines.delivery.findings import Code, Notes
from pipelines.delivery.store import Store
from pipelines.errors import StoreError
from pipelines.model import HELD, PIECES, QUARANTINE

_BOOKS = {PIECES_BOOK: PIECES, QUARANTINE_BOOK: QUARANTINE, HELD_BOOK: HELD}
_LARGE = frozenset({"codes"})
"""Columns that are read a lot at a time only."""


@dataclass(frozen=True)
class Books:
    """The books of one run, copied to a local folder."""

    run_id: str
    record: Mapping[str, Any]
    plan: Mapping[str, Any]
    folder: Path
    pieces: pa.Table
    """Without `codes`."""
    quarantine: pa.Table
    held: pa.Table

    def rows_of(self, lot_id: str) -> pa.Table:
        """All columns of PIECES of one lot, in the order of the book."""
        return pq.read_table(self.folder / PIECES_BOOK, filters=pc.field("lot_id") == lot_id)


def open_books(store: Store, run_id: str, folder: Path, notes: Notes) -> Books | None:
    """The books of a run, or None when one is missing or not to be read, which is noted.

    Raises UsageError when there is no such run.
    """
    record = runbook.read(store, run_id)
    note_form(record, "run", places.run(run_id, runbook.RECORD), Code.RUN_RECORD, notes)
    tables: dict[str, pa.Table] = {}
    for name, schema in _BOOKS.items():
        key = places.run(run_id, name)
        try:
            store.read_to(key, folder / name)
            columns = [column for column in schema.names if column not in _LARGE]
            found = pq.read_schema(folder / name)
            if not found.remove_metadata().equals(schema):
                notes.add(Code.BOOK_MISSING, key, "its columns are not those of the contract")
                continue
            tables[name] = pq.read_table(folder / name, columns=columns)
        except (StoreError, pa.ArrowInvalid) as error:
            notes.add(Code.BOOK_MISSING, key, _short(error))
    try:
        plan = json.loads(store.get(places.run(run_id, "plan.json")))
    except (StoreError, ValueError) as error:
        notes.add(Code.BOOK_MISSING, places.run(run_id, "plan.json"), _short(error))
        return None
    if len(tables) < len(_BOOKS):
        return None
    return Books(run_id, record, plan, folder, *(tables[name] for name in _BOOKS))


def check(books: Books, notes: Notes) -> None:
    """The state of the run, its control totals, and that no claim stands in two places."""
    record = books.record
    where = places.run(books.run_id, runbook.RECORD)
    if record["state"] != "finished":
        lots = ", ".join(record.get("stopped_lots", ()))
        notes.add(Code.RUN_STATE, where, f"{record['state']}{': ' if lots else ''}{lots}")
    printed = pc.list_flatten(books.pieces["claim_ids"])
    told = record.get("counts") or {}
    for name, number in _recounted(books, len(printed)).items():
        if told.get(name) != number:
            notes.add(Code.RUN_COUNTS, where, f"{name}: {told.get(name)} in run.json, {number} in the books")
    read = sum(entry["rows"] or 0 for entry in record["inputs"])
    gone = len(printed) + books.quarantine.num_rows + books.held.num_rows
    if read != gone:
        notes.add(Code.CLAIMS_BALANCE, where, f"{read} rows read, {gone} in the books")
    _check_claims(books, printed, notes)
    _check_rows(books, notes)


def shared_references(pieces: pa.Table) -> int:
    """How many payment references of a country stand on more than one mail piece of the run.

    A payment under such a reference does not say alone which letter it answers.
    """
    given = pieces.filter(pc.not_equal(pieces["payment_reference"], ""))
    users = given.group_by(["country", "payment_reference"]).aggregate([("piece_id", "count_distinct")])
    return pc.sum(pc.greater(users["piece_id_count_distinct"], 1)).as_py() or 0


def note_form(value: object, schema: str, where: str, code: Code, notes: Notes) -> bool:
    """Whether `value` has the form of `schemas/{schema}.schema.json`; what it lacks is noted."""
    errors = sorted(_validator(schema).iter_errors(value), key=lambda error: error.json_path)
    for error in errors:
        # The message would repeat the value.
        notes.add(code, where, f"{error.json_path}: {error.validator}")
    return not errors


def _recounted(books: Books, printed: int) -> dict[str, Any]:
    pieces = books.pieces
    return {
        "rows_read": sum(entry["rows"] or 0 for entry in books.record["inputs"]),
        "claims_printed": printed,
        "claims_quarantined": books.quarantine.num_rows,
        "quarantined": _by_reason(books.quarantine),
        "claims_held": books.held.num_rows,
        "held": _by_reason(books.held),
        "pieces": pieces.num_rows,
        "sheets": pc.sum(pieces["sheets"]).as_py() or 0,
        "pages": pc.sum(pieces["pages"]).as_py() or 0,
        "files": pieces.group_by(["lot_id", "file"]).aggregate([]).num_rows,
        "lots": pc.count_distinct(pieces["lot_id"]).as_py(),
        "stamped": pc.sum(pc.equal(pieces["lane"], "stamped")).as_py() or 0,
        "rendered": pc.sum(pc.equal(pieces["lane"], "rendered")).as_py() or 0,
    }


def _check_claims(books: Books, printed: pa.ChunkedArray, notes: Notes) -> None:
    where = places.run(books.run_id)
    held, quarantined = (t["claim_id"].drop_null() for t in (books.held, books.quarantine))
    for name, claims in (("printed", printed), ("held", held)):
        if twice := len(claims) - pc.count_distinct(claims).as_py():
            notes.add(Code.CLAIMS_TWICE, where, f"{twice} claims are {name} twice")
    pairs = (("printed and quarantined", printed, quarantined), ("printed and held", printed, held),
             ("held and quarantined", held, quarantined))  # fmt: skip
    for name, one, other in pairs:
        if both := pc.sum(pc.is_in(one, value_set=other.combine_chunks())).as_py():
            notes.add(Code.CLAIMS_TWICE, where, f"{both} claims are {name}")


def _check_rows(books: Books, notes: Notes) -> None:
    rows = {entry["name"]: entry["rows"] or 0 for entry in books.record["inputs"]}
    gone = pa.concat_tables([t.select(["source_file", "source_row"]) for t in (books.quarantine, books.held)])
    where = places.run(books.run_id)
    if twice := gone.num_rows - gone.group_by(gone.column_names).aggregate([]).num_rows:
        notes.add(Code.BOOK_ROWS, where, f"{twice} rows of the export stand twice in quarantine or held")
    last = gone.group_by("source_file").aggregate([("source_row", "max")]).to_pylist()
    for entry in last:
        if entry["source_row_max"] >= rows.get(entry["source_file"], 0):
            notes.add(
                Code.BOOK_ROWS, where, "a row beyond the end of its file, or of a file that was not read"
            )
    pieces = books.pieces
    key = places.run(books.run_id, PIECES_BOOK)
    if twice := pieces.num_rows - pc.count_distinct(pieces["piece_id"]).as_py():
        notes.add(Code.BOOK_ROWS, key, f"{twice} piece ids stand twice")
    if pieces["run_id"].unique().to_pylist() not in ([], [books.run_id]):
        notes.add(Code.BOOK_ROWS, key, "pieces of another run")
    if not pieces.select(["lot_id", "sequence"]).equals(
        pieces.select(["lot_id", "sequence"]).sort_by([("lot_id", "ascending"), ("sequence", "ascending")])
    ):
        notes.add(Code.BOOK_ROWS, key, "not in the order of lot and sequence")


def _by_reason(table: pa.Table) -> dict[str, int]:
    return {entry["values"]: entry["counts"] for entry in table["reason"].value_counts().to_pylist()}


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    path = assets.folder("schemas") / f"{name}.schema.json"
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def _short(error: Exception) -> str:
    return "missing" if isinstance(error, StoreError) else f"cannot be read ({type(error).__name__})"
