"""A receipt for every finished print file, so that a killed run does not press it again.

The print file is put first, then the tables of the receipt, then the receipt itself. It counts
only together with all it names: the same fingerprint of the run's inputs, and objects with
the sha256 that it gives.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.delivery import parquet, places
from pipelines.delivery.store import Head, Store, head_of
from pipelines.errors import RunConflict, StoreError
from pipelines.model import PIECES, QUARANTINE, SOURCE, Breach, PlannedLot, PrintedPiece, PrintFile

SOURCES = pa.schema([pa.field("claim_id", pa.string()), *SOURCE])
"""Where the printed claims of a file came from; they are held if its lot is stopped."""

_TABLES = {"rows": PIECES, "rejected": QUARANTINE, "sources": SOURCES}
_PRINTED = [field.name for field in fields(PrintedPiece)]
_CODES = _PRINTED.index("codes")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of one finished print file."""

    lot_id: str
    fingerprint: str
    """The sha256 of everything that decides the output (`Run.fingerprint`)."""
    printed: PrintFile
    rows: pa.Table
    """Its rows of PIECES, in sequence order."""
    rejected: pa.Table
    """QUARANTINE: the claims of letters that could not be set."""
    sources: pa.Table
    """SOURCES of the claims that are printed in it."""


def write(
    store: Store,
    run_id: str,
    lot: places.Lot,
    printed: PrintFile,
    path: Path,
    rows: pa.Table,
    rejected: pa.Table,
    fingerprint: str,
    sources: pa.Table,
    evidence: Iterable[Path] = (),
) -> Receipt:
    """Puts the print file at `path` into the store, then its receipt; gives back the receipt.

    A file without pieces is not put. A file with a breach never gets into the outbox, but to
    the run's `stopped/`, as do files that show why (`evidence`). Raises RunConflict, and puts
    nothing, when the lot is published with other bytes in the place of the file.
    """
    _check_published(store, lot, printed)
    for file in evidence:
        store.put_file(places.stopped(run_id, lot.lot_id, file.name), file)
    if printed.pieces:
        key = places.outbox(lot, printed.name)
        if printed.breaches:
            key = places.stopped(run_id, lot.lot_id, printed.name)
        put = store.put_file(key, path)
        if put != Head(printed.bytes, printed.sha256):
            raise StoreError(f"{key}: {put.size} bytes arrived, the press made {printed.bytes}", "run again")
    receipt = Receipt(lot.lot_id, fingerprint, printed, rows, rejected, sources)
    hashes = {}
    for name, schema in _TABLES.items():
        data = parquet.to_bytes(getattr(receipt, name), schema)
        hashes[name] = store.put_bytes(_key(run_id, receipt, name), data).sha256
    text = json.dumps(_summary(receipt, hashes), indent=1, ensure_ascii=False) + "\n"
    store.put_bytes(places.receipt(run_id, lot.lot_id, printed.name), text.encode())
    return receipt


def find(store: Store, run_id: str, lot: places.Lot, name: str, fingerprint: str) -> Receipt | None:
    """The receipt of a print file that is whole and up to date; None when it has to be pressed."""
    if not store.exists(places.receipt(run_id, lot.lot_id, name)):
        return None
    try:
        receipt = read(store, run_id, lot.lot_id, name)
    except StoreError:
        return None
    wanted = Head(receipt.printed.bytes, receipt.printed.sha256)
    found = (
        not receipt.printed.pieces
        or store.head(places.outbox(lot, name)) == wanted
        or store.head(places.stopped(run_id, lot.lot_id, name)) == wanted
    )
    return receipt if found and receipt.fingerprint == fingerprint else None


def read(store: Store, run_id: str, lot_id: str, name: str) -> Receipt:
    """The receipt of a print file; StoreError when it is missing or not whole."""
    key = places.receipt(run_id, lot_id, name)
    try:
        told = json.loads(store.get(key))
        tables = {}
        for table, schema in _TABLES.items():
            data = store.get(places.receipt(run_id, lot_id, name, f"{table}.parquet"))
            if head_of(data).sha256 != told["tables"][table]:
                raise StoreError(f"{key}: its table {table} was altered", "run again")
            tables[table] = parquet.from_bytes(data, schema)
        return Receipt(
            lot_id=told["lot_id"],
            fingerprint=told["fingerprint"],
            printed=_print_file(told["file"], tables["rows"]),
            **tables,
        )
    except (ValueError, LookupError, TypeError) as error:
        raise StoreError(f"{key}: not a receipt ({type(error).__name__})", "run again") from error


def of_lots(store: Store, run_id: str, lots: Iterable[PlannedLot]) -> Iterator[Receipt]:
    """The receipts of all print files of `lots`, by lot id and place in the lot, one at a time."""
    for lot in sorted(lots, key=lambda lot: lot.lot_id):
        for file in sorted(lot.files, key=lambda file: file.first_sequence):
            yield read(store, run_id, lot.lot_id, file.name)


def _check_published(store: Store, lot: places.Lot, printed: PrintFile) -> None:
    if not store.exists(places.outbox(lot, places.READY)):
        return
    key = places.outbox(lot, printed.name)
    due = Head(printed.bytes, printed.sha256) if printed.pieces and not printed.breaches else None
    if store.head(key) != due:
        raise RunConflict(
            f"{key}: the lot is published, and this file is pressed otherwise now",
            "tell the vendor to wait, and see docs/recovery.md",
        )


def _key(run_id: str, receipt: Receipt, table: str) -> str:
    return places.receipt(run_id, receipt.lot_id, receipt.printed.name, f"{table}.parquet")


def _summary(receipt: Receipt, hashes: dict[str, str]) -> dict[str, Any]:
    printed = receipt.printed
    return {
        "schema": "brevpress-receipt-1",
        "lot_id": receipt.lot_id,
        "fingerprint": receipt.fingerprint,
        "file": {
            "name": printed.name,
            "bytes": printed.bytes,
            "sha256": printed.sha256,
            "pages": printed.pages,
            "sheets": printed.sheets,
            "failed": [list(failed) for failed in printed.failed],
            "breaches": [[b.rule, b.page, b.fact] for b in printed.breaches],
            "compared": printed.compared,
            "unstamped": [list(counted) for counted in printed.unstamped],
            # Not `full_layouts`: it depends on what the machine had learnt before.
        },
        "tables": hashes,
    }


def _print_file(told: dict[str, Any], rows: pa.Table) -> PrintFile:
    columns = [rows[name].to_pylist() for name in _PRINTED]
    columns[_CODES] = [tuple(codes) for codes in columns[_CODES]]
    pieces = tuple(map(PrintedPiece, *columns))
    return PrintFile(
        name=told["name"],
        bytes=told["bytes"],
        sha256=told["sha256"],
        pieces=pieces,
        pages=told["pages"],
        sheets=told["sheets"],
        failed=tuple((piece, reason, detail) for piece, reason, detail in told["failed"]),
        breaches=tuple(Breach(rule, page, fact) for rule, page, fact in told["breaches"]),
        compared=told["compared"],
        unstamped=tuple((reason, letters) for reason, letters in told["unstamped"]),
    )
