"""The books of a run: every claim that was read stands in exactly one of three tables."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.delivery import parquet, places, receipts
from pipelines.delivery.store import Store, head_of_file
from pipelines.errors import PersonNeeded
from pipelines.model import HELD, PIECES, QUARANTINE, PlannedLot

PIECES_BOOK = "pieces.parquet"
QUARANTINE_BOOK = "quarantine.parquet"
HELD_BOOK = "held.parquet"

ROWS_PER_GROUP = 25_000
"""A row group of `pieces.parquet` is closed after the print file that reaches this: it bounds
memory, and it is large enough for columns to compress."""

_ORDER = [(name, "ascending") for name in ("source_file", "source_row", "claim_id", "reason")]


@dataclass(frozen=True, slots=True)
class Totals:
    """The control totals of a run."""

    read: Mapping[str, int]
    """File → rows."""
    printed: int
    """Claims in print files of published lots."""
    quarantined: Mapping[str, int]
    """Reason → claims."""
    held: Mapping[str, int]
    """Reason → claims."""
    pieces: int
    sheets: int
    pages: int
    files: int
    lots: int
    stamped: int
    """Pieces of the stamped lane; all others are rendered."""
    unstamped: Mapping[str, int]
    """Why letters could not be stamped → how many."""
    compared: int
    """Stamped pieces that were rendered too and compared."""

    @property
    def balance(self) -> int:
        """Rows read less claims printed, quarantined and held; 0 in good books."""
        gone = self.printed + sum(self.quarantined.values()) + sum(self.held.values())
        return sum(self.read.values()) - gone


def write_books(
    store: Store,
    run_id: str,
    lots: Iterable[PlannedLot],
    read: Mapping[str, int],
    quarantine: pa.Table,
    held: pa.Table,
) -> Totals:
    """Writes `pieces`, `quarantine` and `held`, and gives back the totals.

    Bytes depend on the rows alone, not on the order or slices in which they come; a book that is
    there with the same bytes is not written again.

    Args:
        store: the output bucket.
        run_id: the run.
        lots: the lots that were not stopped; the pieces come from their receipts.
        read: rows read by file.
        quarantine: QUARANTINE of the whole run.
        held: HELD of the whole run, with the claims of stopped lots.

    Raises:
        PersonNeeded: the books do not balance or a row is in them twice. They are written
            nevertheless, as what a person needs to look at.
    """
    pieces, unstamped = _write_pieces(store, run_id, receipts.of_lots(store, run_id, lots))
    quarantine, held = _ordered(quarantine), _ordered(held)
    for name, table, schema in ((QUARANTINE_BOOK, quarantine, QUARANTINE), (HELD_BOOK, held, HELD)):
        with tempfile.TemporaryDirectory(prefix="brevpress-") as folder:
            path = Path(folder) / name
            with parquet.Writer(path, schema) as writer:
                writer.write(table)
            _put(store, places.run(run_id, name), path)
    totals = Totals(
        read=dict(sorted(read.items())),
        printed=pieces["claims"],
        quarantined=_by_reason(quarantine),
        held=_by_reason(held),
        pieces=pieces["pieces"],
        sheets=pieces["sheets"],
        pages=pieces["pages"],
        files=pieces["files"],
        lots=pieces["lots"],
        stamped=pieces["stamped"],
        unstamped=dict(sorted(unstamped.items())),
        compared=pieces["compared"],
    )
    if totals.balance:
        raise PersonNeeded(
            f"{run_id}: {sum(totals.read.values())} rows were read, but {totals.printed} claims are printed, "
            f"{quarantine.num_rows} quarantined and {held.num_rows} held",
            "do not let the lots be printed before this is explained",
        )
    rows = pa.concat_tables([t.select(["source_file", "source_row"]) for t in (quarantine, held)])
    twice = rows.num_rows - rows.group_by(["source_file", "source_row"]).aggregate([]).num_rows
    if twice:
        raise PersonNeeded(f"{run_id}: {twice} rows are in quarantine or held twice", "see docs/recovery.md")
    return totals


def _write_pieces(
    store: Store, run_id: str, done: Iterator[receipts.Receipt]
) -> tuple[Counter[str], Counter[str]]:
    count: Counter[str] = Counter()
    unstamped: Counter[str] = Counter()
    lots: set[str] = set()
    last: tuple[str, int] = ("", 0)
    with tempfile.TemporaryDirectory(prefix="brevpress-") as folder:
        path = Path(folder) / PIECES_BOOK
        with parquet.Writer(path, PIECES) as writer:
            group: list[pa.Table] = []
            for receipt in done:
                rows, printed = receipt.rows, receipt.printed
                if not rows.num_rows:
                    continue
                first = (receipt.lot_id, printed.pieces[0].sequence)
                if first <= last or printed.breaches:
                    raise PersonNeeded(
                        f"{run_id}: {receipt.lot_id}/{printed.name} does not fit into the books"
                    )
                last = (receipt.lot_id, printed.pieces[-1].sequence)
                lots.add(receipt.lot_id)
                count["claims"] += pc.sum(pc.list_value_length(rows["claim_ids"])).as_py()
                count["pieces"] += rows.num_rows
                count["sheets"] += printed.sheets
                count["pages"] += printed.pages
                count["files"] += 1
                count["stamped"] += sum(piece.lane == "stamped" for piece in printed.pieces)
                count["compared"] += printed.compared
                unstamped.update(dict(printed.unstamped))
                group.append(rows)
                if sum(map(len, group)) >= ROWS_PER_GROUP:
                    writer.write(pa.concat_tables(group))
                    group = []
            if group:
                writer.write(pa.concat_tables(group))
        _put(store, places.run(run_id, PIECES_BOOK), path)
    count["lots"] = len(lots)
    return count, unstamped


def _put(store: Store, key: str, path: Path) -> None:
    if store.head(key) != head_of_file(path):
        store.put_file(key, path)


def _ordered(table: pa.Table) -> pa.Table:
    return table.sort_by(_ORDER)


def _by_reason(table: pa.Table) -> dict[str, int]:
    counted = table.group_by("reason").aggregate([([], "count_all")])
    return dict(sorted(zip(*(counted[name].to_pylist() for name in ("reason", "count_all")), strict=True)))
