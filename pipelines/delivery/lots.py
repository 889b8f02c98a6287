"""A lot becomes visible to its vendor: print files first, the manifest after them, `_READY` last.

Every object is written once. Where it is there already with the same bytes it is left alone, so
that the same call after a crash finishes the lot; where it is there with other bytes nothing is
touched. A lot with a breach in any of its files is stopped: its print files are taken out of
the outbox to the run's `stopped/`, and there is nothing to collect.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Literal

import pyarrow as pa

from pipelines.config import Vendor
from pipelines.delivery import places
from pipelines.delivery.manifest import NO_PAPERS, Papers, dump, manifest
from pipelines.delivery.store import Head, Store, head_of
from pipelines.delivery.xjdf import ticket
from pipelines.errors import RunConflict, StoreError
from pipelines.model import Breach, PlannedLot, PrintFile, TableVersion

CSV_COLUMNS = ("piece_id", "sequence", "file", "first_page", "pages", "sheets", "container_id", "mark")
"""The columns of `pieces.csv`, as the contract has them."""


@dataclass(frozen=True, slots=True)
class FileBreach:
    """One rule that a print file breaks: how often, and the first place as an example."""

    file: str
    rule: str
    count: int
    page: int
    fact: str


@dataclass(frozen=True, slots=True)
class LotOutcome:
    """What came of a lot; the same whether the call did all the work, the rest of it or nothing."""

    lot_id: str
    state: Literal["published", "stopped", "empty"]
    """`empty`: no letter of the lot could be set, so there is nothing to collect."""
    pieces: int
    sheets: int
    pages: int
    files: int
    breaches: tuple[FileBreach, ...] = ()


def publish(
    store: Store,
    lot: PlannedLot,
    files: Iterable[PrintFile],
    rows: pa.Table,
    tables: Iterable[TableVersion],
    vendor: Vendor,
    run_id: str,
    software: str,
    today: date,
    papers: Papers = NO_PAPERS,
) -> LotOutcome:
    """Makes the lot ready for collection, or stops it; gives back which.

    The print files are in the store already (`receipts.write`).

    Args:
        store: the output bucket.
        lot: what was planned.
        files: what the press says of every print file of the lot, empty ones too.
        rows: PIECES of the lot in sequence order.
        tables: every dated table of the run; the manifest names those of the lot's country.
        vendor: the profile the files were made for.
        run_id: the run.
        software: name, blank and version; after them `name/version` of libraries.
        today: the run's day; no clock is read.
        papers: labels of the containers and statement of mailing.

    Raises:
        RunConflict: the lot's place holds something else.
        StoreError: a print file is missing, or rows and print files differ.
    """
    printed = sorted((f for f in files if f.pieces), key=lambda f: f.pieces[0].sequence)
    breaches = tuple(b for f in printed for b in _summed(f.name, f.breaches))
    if breaches:
        _withdraw(store, lot, run_id, printed)
        return LotOutcome(lot.lot_id, "stopped", 0, 0, 0, 0, breaches)
    if not printed:
        return LotOutcome(lot.lot_id, "empty", 0, 0, 0, 0)
    _check_rows(lot, printed, rows)
    written = {
        **papers.files,
        places.PIECES_CSV: pieces_csv(rows),
        places.TICKET: ticket(lot, printed, vendor, run_id, software, today),
        places.MANIFEST: dump(manifest(lot, printed, rows, tables, vendor, run_id, software, papers)),
        places.READY: b"",
    }
    _check_place(store, lot, printed, written)
    for name, data in written.items():
        _settle(store, places.outbox(lot, name), data)
    return LotOutcome(
        lot.lot_id,
        "published",
        rows.num_rows,
        sum(f.sheets for f in printed),
        sum(f.pages for f in printed),
        len(printed),
    )


def pieces_csv(rows: pa.Table) -> bytes:
    """The rows as RFC 4180 has them: a header, CRLF, quotes where they are needed, UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    writer.writerows(zip(*(rows[name].to_pylist() for name in CSV_COLUMNS), strict=True))
    return text.getvalue().encode()


def _summed(file: str, breaches: Sequence[Breach]) -> list[FileBreach]:
    ordered = sorted(breaches, key=lambda b: (b.rule, b.page, b.fact))
    found = []
    for rule, same in groupby(ordered, key=lambda b: b.rule):
        those = list(same)
        found.append(FileBreach(file, rule, len(those), those[0].page, those[0].fact))
    return found


def _withdraw(store: Store, lot: PlannedLot, run_id: str, files: Sequence[PrintFile]) -> None:
    if store.exists(places.outbox(lot, places.READY)):
        raise RunConflict(
            f"lot {lot.lot_id} is published, and its files have breaches now", "tell the vendor to stop it"
        )
    for file in files:
        if store.exists(places.outbox(lot, file.name)):
            store.move(places.outbox(lot, file.name), places.stopped(run_id, lot.lot_id, file.name))


def _check_rows(lot: PlannedLot, files: Sequence[PrintFile], rows: pa.Table) -> None:
    """Press and books must say the same of every piece, or neither is believed."""
    columns = ("file", "piece_id", "sequence", "first_page", "pages", "sheets", "mark")
    booked = list(zip(*(rows[name].to_pylist() for name in columns), strict=True))
    pressed = [
        (f.name, p.piece_id, p.sequence, p.first_page, p.pages, p.sheets, p.mark)
        for f in files
        for p in f.pieces
    ]
    if booked != pressed:
        raise StoreError(f"lot {lot.lot_id}: the rows of its pieces are not those of its print files")
    if any(a[2] >= b[2] for a, b in pairwise(booked)):
        raise StoreError(f"lot {lot.lot_id}: its sequence numbers do not rise")


def _check_place(
    store: Store, lot: PlannedLot, files: Sequence[PrintFile], written: dict[str, bytes]
) -> None:
    folder = places.outbox(lot)
    made = {file.name for file in files} | written.keys()
    there = {key.removeprefix(folder) for key in store.list(folder)}
    if strange := sorted(there - made):
        raise RunConflict(f"{folder}{strange[0]} is not of this run", "move it away and run again")
    for file in files:
        if store.head(folder + file.name) != Head(file.bytes, file.sha256):
            raise StoreError(f"{folder}{file.name} is missing or altered", "delete it and run again")
    for name in sorted(written.keys() & there):
        _same(store, folder + name, written[name])


def _settle(store: Store, key: str, data: bytes) -> None:
    if not store.create(key, data):
        _same(store, key, data)


def _same(store: Store, key: str, data: bytes) -> None:
    if store.head(key) != head_of(data):
        raise RunConflict(
            f"{key} is there with other bytes", "it was published by another run; nothing was changed"
        )
