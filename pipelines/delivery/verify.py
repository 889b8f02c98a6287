"""`verify`: recounts everything from the files in the bucket alone.

The books against each other, the lots against the books, the print files against the lots; with
`deep` every page is read back from its picture. Print files are copied one by one to a
temporary folder and read in parallel processes, so memory and disk stay bounded.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import pyarrow.compute as pc

from pipelines.config import Config, Vendor
from pipelines.delivery import places, receipts, runbook, verify_books, verify_file, verify_lot, verify_papers
from pipelines.delivery.findings import Code, Findings, Notes
from pipelines.delivery.store import Head, Store
from pipelines.delivery.verify_books import Books
from pipelines.delivery.verify_file import STAGE, FileTask
from pipelines.delivery.verify_lot import Lot
from pipelines.errors import StoreError, UsageError, WorkerDied
from pipelines.processes import end_with_parent
from pipelines.progress import Channel

FILES_AHEAD = 2
"""Print files on local disk for each worker: one that it reads and one that waits."""


@dataclass
class _Counted:
    runs: int = 0
    lots: int = 0
    files: int = 0
    pieces: int = 0
    sheets: int = 0
    pages: int = 0
    claims: int = 0
    shared: int = 0

    def told(self) -> tuple[tuple[str, int], ...]:
        """Label and number, as the operator reads them."""
        return (
            ("runs", self.runs),
            ("lots", self.lots),
            ("print files", self.files),
            ("mail pieces", self.pieces),
            ("sheets", self.sheets),
            ("pages", self.pages),
            ("claims printed", self.claims),
            # A remark, no finding: creditors may give one reference to two debtors or two kinds.
            ("payment references shared by pieces", self.shared),
        )


def verify(
    store: Store,
    config: Config,
    run_id: str | None,
    deep: bool,
    channel: Channel,
    workers: int | None = None,
) -> Findings:
    """What is wrong in the bucket, and what was counted; the caller decides on the exit code.

    Args:
        store: the output bucket.
        config: for what manifests do not say of a vendor.
        run_id: one run, or None for all.
        deep: also read every page's codes and text back from its picture.
        channel: hears of progress, in mail pieces.
        workers: processes that read print files; by default one a core.

    Raises:
        UsageError: there is no such run, or no run at all.
        WorkerDied: a process that read a print file is gone.
    """
    ids = runbook.run_ids(store) if run_id is None else (run_id,)
    if not ids:
        raise UsageError(f"{store.uri}: no runs", "name the folder or bucket that a run wrote to")
    notes, counted = Notes(), _Counted()
    outbox = _Outbox.of(store)
    with _reading(workers or os.cpu_count() or 1, notes) as readers:
        for one in ids:
            with tempfile.TemporaryDirectory(prefix="brevpress-") as folder:
                books = verify_books.open_books(store, one, Path(folder), notes)
                counted.runs += 1
                if books is not None:
                    verify_books.check(books, notes)
                    channel.tell(STAGE, 0, books.pieces.num_rows)
                    _check_lots(store, config, books, outbox, deep, channel, readers, notes, counted)
                readers.finish()
    if run_id is None:
        for folder_key in sorted(outbox.folders.keys() - outbox.seen):
            notes.add(Code.LOT_OBJECTS, folder_key, "a lot of no run")
    return Findings(notes.sorted(), counted.told())


@dataclass
class _Outbox:
    """What lies in the outbox: folder (with a slash) → names of its objects."""

    folders: Mapping[str, set[str]]
    seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, store: Store) -> "_Outbox":
        folders: dict[str, set[str]] = {}
        for key in store.list("outbox/"):
            parts = key.split("/", 4)
            folder = "/".join(parts[:4]) + "/"
            folders.setdefault(folder, set()).add(parts[4] if len(parts) > 4 else "")
        return cls(folders)


def _check_lots(
    store: Store,
    config: Config,
    books: Books,
    outbox: _Outbox,
    deep: bool,
    channel: Channel,
    readers: "_Readers",
    notes: Notes,
    counted: _Counted,
) -> None:
    pieces = books.pieces
    counted.claims += pc.sum(pc.list_value_length(pieces["claim_ids"])).as_py() or 0
    counted.shared += verify_books.shared_references(pieces)
    homes = pieces.group_by(["lot_id", "vendor", "hand_in_date"]).aggregate([("piece_id", "count")])
    booked = {
        f"outbox/{home['vendor']}/{home['hand_in_date']:%Y-%m-%d}/{home['lot_id']}/": home["lot_id"]
        for home in homes.to_pylist()
    }
    planned = {
        f"outbox/{lot['vendor']}/{lot['hand_in_date']}/{lot['lot_id']}/": lot for lot in books.plan["lots"]
    }
    _check_plan(store, books, notes)
    # An older plan says less of its trays than the manifest does: nothing to compare.
    trays = {tray["id"]: tray for tray in books.plan.get("containers", ()) if "label" in tray}
    outbox.seen |= planned.keys() | booked.keys()
    for folder in sorted(booked.keys() - planned.keys()):
        notes.add(Code.PLAN_PIECES, folder, "a lot that was not planned")
    for folder in sorted((planned.keys() - booked.keys()) & outbox.folders.keys()):
        notes.add(Code.LOT_UNFINISHED, folder, "a lot that is not in the books lies in the outbox")
    for folder, lot_id in sorted(booked.items()):
        if folder not in outbox.folders:
            notes.add(Code.LOT_MISSING, folder, "not in the outbox")
            continue
        rows = books.rows_of(lot_id)
        vendor = config.vendors.get(folder.split("/")[1], Vendor())
        lot = verify_lot.check(store, folder, outbox.folders[folder], rows, vendor, notes)
        counted.lots += 1
        if lot is not None:
            verify_papers.check_plan(folder, lot.manifest, trays, notes)
            _read_files(store, lot, outbox.folders[folder], deep, channel, readers, notes, counted)


def _check_plan(store: Store, books: Books, notes: Notes) -> None:
    """Pieces planned are pieces printed, but for those whose claims a receipt says are rejected."""
    pieces = books.pieces
    entries = pieces.group_by(["lot_id", "file"]).aggregate([("piece_id", "count")]).to_pylist()
    printed = {(entry["lot_id"], entry["file"]): entry["piece_id_count"] for entry in entries}
    published = {lot_id for lot_id, _ in printed}
    for file in books.plan["files"]:
        lot_id, name = file["lot_id"], file["name"]
        short = file["pieces"] - printed.pop((lot_id, name), 0)
        if short == 0 or (lot_id not in published and lot_id in books.record["stopped_lots"]):
            continue
        where = places.receipt(books.run_id, lot_id, name)
        try:
            rejected = receipts.read(store, books.run_id, lot_id, name).rejected.num_rows
        except StoreError:
            notes.add(Code.PLAN_PIECES, where, f"{short} pieces short, and no receipt that says why")
            continue
        if not 0 < short <= rejected:
            notes.add(Code.PLAN_PIECES, where, f"{short} pieces short, {rejected} claims rejected")
    for lot_id, name in sorted(printed):
        notes.add(Code.PLAN_PIECES, places.run(books.run_id), f"{lot_id}/{name} was not planned")


def _read_files(
    store: Store,
    lot: Lot,
    names: set[str],
    deep: bool,
    channel: Channel,
    readers: "_Readers",
    notes: Notes,
    counted: _Counted,
) -> None:
    for entry in lot.manifest["files"]:
        where = lot.folder + entry["name"]
        rows = lot.rows_of(entry["name"])
        if entry["name"] not in names or not rows.num_rows:
            continue
        path = readers.place()
        found = store.read_to(where, path)
        counted.files += 1
        counted.pieces += entry["pieces"]
        counted.sheets += entry["sheets"]
        counted.pages += entry["pages"]
        if found != Head(entry["bytes"], entry["sha256"]):
            notes.add(Code.FILE_BYTES, where, f"{found.size} bytes, {entry['bytes']} in the manifest")
        country = lot.manifest["country"]
        readers.read(FileTask(path, where, entry["pages"], country, lot.vendor, rows, deep, channel))


class _Readers(Protocol):
    """Reads print files, at once or in other processes, and deletes them."""

    def place(self) -> Path:
        """Where the next file may be put; waits while too many are there."""

    def read(self, task: FileTask) -> None:
        """Reads the file at `task.path`; what is found is noted by `finish` at the latest."""

    def finish(self) -> None:
        """Waits until all files are read."""


@contextmanager
def _reading(workers: int, notes: Notes) -> Iterator[_Readers]:
    with tempfile.TemporaryDirectory(prefix="brevpress-") as folder:
        if workers == 1:
            yield _One(Path(folder), notes)
            return
        # Not forked: threads of the S3 client and of Arrow would be caught in the middle.
        with ProcessPoolExecutor(workers, get_context("spawn"), end_with_parent) as pool:
            yield _Many(Path(folder), notes, pool, workers * FILES_AHEAD)


class _One:
    def __init__(self, folder: Path, notes: Notes) -> None:
        self._path = folder / "print.pdf"
        self._notes = notes

    def place(self) -> Path:
        return self._path

    def read(self, task: FileTask) -> None:
        self._notes.take(verify_file.check(task))

    def finish(self) -> None:
        self._path.unlink(missing_ok=True)


class _Many:
    def __init__(self, folder: Path, notes: Notes, pool: ProcessPoolExecutor, most: int) -> None:
        self._folder = folder
        self._notes = notes
        self._pool = pool
        self._most = most
        self._number = 0
        self._running: dict[Future[Notes], Path] = {}

    def place(self) -> Path:
        self._settle(self._most - 1)
        self._number += 1
        return self._folder / f"{self._number}.pdf"

    def read(self, task: FileTask) -> None:
        self._running[self._pool.submit(verify_file.check, task)] = task.path

    def finish(self) -> None:
        self._settle(0)

    def _settle(self, most: int) -> None:
        while len(self._running) > most:
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in done:
                path = self._running.pop(future)
                try:
                    self._notes.take(future.result())
                except BrokenProcessPool as error:
                    raise WorkerDied(
                        "a process that read a print file is gone", "run verify again"
                    ) from error
                path.unlink(missing_ok=True)
