"""A whole small run with real print files: two lots, three files, a letter that could not be set.

Everything that the flow does after planning is done here with the room's own functions, so that
tests can break it at any place and do it again. The pages are written by hand in the press's own
face and bound by the press, so nothing is laid out, and preflight finds nothing wrong.
"""

import functools
import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.config import Vendor
from pipelines.delivery import books, lots, receipts, runbook
from pipelines.delivery.runbook import RunRecord
from pipelines.delivery.store import Store
from pipelines.model import (
    HELD,
    PIECES,
    QUARANTINE,
    Breach,
    LotHead,
    PlannedContainer,
    PlannedFile,
    PlannedLot,
    PrintedPiece,
    PrintFile,
    TableVersion,
)
from pipelines.money import money
from pipelines.press import codes, typefaces
from pipelines.press.assemble import Assembly
from pipelines.press.geometry import points
from pipelines.press.painting import PaintedPage, Resources

RUN = "monthly-2026-12"
TODAY = date(2026, 12, 1)
SOFTWARE = "brevpress 0.1.0 weasyprint/70.0 pango/15012"
FINGERPRINT = "f" * 64
VENDOR = Vendor()
TABLES = (TableVersion("products", "2026-06", "a" * 64), TableVersion("paydays", "2026-01", "b" * 64))
RECORD = RunRecord(
    run_id=RUN,
    period="2026-12",
    today=TODAY,
    software=SOFTWARE,
    config="c" * 64,
    inputs=(("claims-1.parquet", 1000, "1" * 64), ("claims-2.parquet", 2000, "2" * 64)),
    tables=TABLES,
    assets=(("fonts", "d" * 64), ("layouts", "e" * 64)),
)
READ = {"claims-1.parquet": 9, "claims-2.parquet": 6}
"""Rows of the export: one a planned piece, and six that never became one."""
NOT_SET = 6
"""The place in its lot (from 1) of the Swedish letter that could not be set."""


def planned(lot_id: str, country: str, counts: Sequence[int]) -> PlannedLot:
    """A lot with files of so many pieces, two trays a file."""
    files, first = [], 1
    for number, count in enumerate(counts, start=1):
        half = first + (count + 1) // 2
        trays = (
            PlannedContainer(f"{lot_id}-{number}a", "postcode", "1110", first, half - 1),
            PlannedContainer(f"{lot_id}-{number}b", "region", "1", half, first + count - 1),
        )
        files.append(PlannedFile(f"print-{number:04}.pdf", first, count, ("11105", "11220"), trays))
        first += count
    days = date(2026, 12, 18), date(2026, 12, 22)
    return PlannedLot(lot_id, "strand", country, f"{country.lower()}-brev", *days, sum(counts), tuple(files))


SE = planned("se-lot", "SE", (4, 3))
FI = planned("fi-lot", "FI", (2,))
LOTS = (SE, FI)
JOBS = {"se-lot": 20261201, "fi-lot": 20261202}


@dataclass(frozen=True)
class Pressed:
    """One print file as the press hands it over."""

    printed: PrintFile
    data: bytes
    rows: pa.Table
    rejected: pa.Table
    sources: pa.Table


@functools.cache
def press(lot: PlannedLot, name: str, not_set: frozenset[int] = frozenset({NOT_SET})) -> Pressed:
    """A print file; letters with a planned number in `not_set` could not be set (in Sweden)."""
    file = next(file for file in lot.files if file.name == name)
    days = lot.hand_in_date, lot.delivery_date
    head = LotHead(RUN, lot.lot_id, lot.vendor, lot.country, lot.product, *days, JOBS[lot.lot_id])
    folder = tempfile.TemporaryDirectory()
    out = Path(folder.name) / name
    assembly = Assembly(head, name, VENDOR, {"F1": typefaces.load().faces[0]}, out)
    pieces: list[PrintedPiece] = []
    rows, claims, lost = [], [], []
    for place in range(file.first_sequence, file.first_sequence + file.pieces):
        export = "claims-1.parquet" if lot is SE else "claims-2.parquet"
        claim = {
            "claim_id": f"CLAIM-{lot.country}-{place:04}",
            "source_file": export,
            "source_row": place - 1,
        }
        if lot is SE and place in not_set:
            why = {"reason": "composition_failed", "field": "", "detail": "mail piece"}
            lost.append({**claim, **why})
            continue
        claims.append(claim)
        row = _row(lot, file, place)
        at = file.first_sequence + len(pieces)
        # Every third letter has three pages, so two sheets with a blank back.
        put = assembly.add(row["piece_id"], at, _pages(row, 3 if place % 3 == 0 else 1))
        pieces.append(
            PrintedPiece(
                row["piece_id"], at, put.first_page, put.pages, put.sheets, "stamped", put.mark,
                tuple(row["codes"]), row["container_id"],
            )
        )  # fmt: skip
        rows.append(
            {**row, "claim_ids": [claim["claim_id"]], "sequence": at, "first_page": put.first_page,
             "pages": put.pages, "sheets": put.sheets, "mark": put.mark}
        )  # fmt: skip
    data = b""
    if pieces:
        filled = [
            replace(tray, first_sequence=min(inside), last_sequence=max(inside))
            for tray in file.containers
            if (inside := [p.sequence for p in pieces if p.container_id == tray.id])
        ]
        assembly.save(filled)
        data = out.read_bytes()
    assembly.discard()
    folder.cleanup()
    sheets = sum(piece.sheets for piece in pieces)
    sha256 = hashlib.sha256(data).hexdigest() if data else ""
    printed = PrintFile(name, len(data), sha256, tuple(pieces), assembly.pages, sheets)
    return Pressed(
        printed,
        data,
        pa.Table.from_pylist(rows, schema=PIECES),
        pa.Table.from_pylist(lost, schema=QUARANTINE),
        pa.Table.from_pylist(claims, schema=receipts.SOURCES),
    )


def _row(lot: PlannedLot, file: PlannedFile, place: int) -> dict[str, Any]:
    swedish = lot is SE
    piece_id = hashlib.sha256(f"{lot.lot_id}{place}".encode()).hexdigest()[:26]
    tray = next(c for c in file.containers if c.first_sequence <= place <= c.last_sequence)
    return {
        "piece_id": piece_id, "run_id": RUN, "lot_id": lot.lot_id, "vendor": lot.vendor, "file": file.name,
        "country": lot.country, "postal_code": "11105", "kind": "demand",
        "language": "sv" if swedish else "fi",
        "layout": f"{lot.country.lower()}/demand", "layout_version": "1", "variant": "A", "lane": "stamped",
        "amount_due": Decimal("11234.50") + place, "currency": "SEK" if swedish else "EUR",
        "payment_reference": f"7702{place:06}", "due_date": date(2026, 12, 28), "product": lot.product,
        "hand_in_date": lot.hand_in_date, "delivery_date": lot.delivery_date, "payday": date(2026, 12, 23),
        "container_id": tray.id, "codes": [f"https://betala.example/{piece_id}?k=A3", f"C{place};A1"],
        "name": f"Maj-Britt {'Öberg' if swedish else 'Mäkinen'} {'abcdefghi'[place - 1] * 3}",
    }  # fmt: skip


def _pages(row: Mapping[str, Any], count: int) -> list[PaintedPage]:
    """The pages of a letter: name in the window, amount and reference below, codes at the foot."""
    left = 116.0 if row["country"] == "SE" else 24.0
    amount = money(row["amount_due"], row["currency"], row["language"], row["country"])
    reference = row["payment_reference"]
    first = [
        _text(row["name"], left, 50),
        _text(f"Att betala {amount}", 20, 115),
        # Printed in groups, as references are.
        _text(f"{reference[:4]} {reference[4:]}", 20, 160),
        *(
            codes.qr(payload).operators(points(20 + 50 * n), points(30), points(30), points(30))
            for n, payload in enumerate(row["codes"])
        ),
    ]
    more = [_text("Villkor", 20, 100)]
    return [_page(first), *[_page(more)] * (count - 1)]


def _text(text: str, x_mm: float, y_mm: float) -> bytes:
    cmap = typefaces.load().faces[0].cmap
    glyphs = "".join(f"{cmap[ord(character)]:04x}" for character in text)
    place = f"1 0 0 1 {points(x_mm):.3f} {points(297 - y_mm):.3f} Tm"
    return f"BT\n0 0 0 1 k\n/F1 10.5 Tf\n{place}\n<{glyphs}> Tj\nET\n".encode()


def _page(ops: Iterable[bytes]) -> PaintedPage:
    return PaintedPage(zlib.compress(b"q\n" + b"".join(ops) + b"Q"), Resources(), frozenset({"F1"}))


def breached(pressed: Pressed) -> Pressed:
    """The same file with two breaches of a rule and one of another."""
    rgb = [Breach("colour.rgb", page, "DeviceRGB") for page in (3, 1)]
    return replace(
        pressed, printed=replace(pressed.printed, breaches=(*rgb, Breach("page.box", 2, "no TrimBox")))
    )


def run(store: Store, stop: frozenset[str] = frozenset()) -> runbook.Begun:
    """All of the run, from opening its record to closing it; lots in `stop` have a breach."""
    begun = runbook.begin(store, RECORD)
    if begun == "finished":
        return begun
    store.put_bytes(f"runs/{RUN}/plan.json", plan())
    outcomes, rejected, held = [], [never_pieces()], [waiting()]
    for lot in LOTS:
        done = [receipt(store, lot, file.name, stop) for file in lot.files]
        outcome = publish(store, lot, done)
        outcomes.append(outcome)
        rejected += [r.rejected for r in done]
        if outcome.state == "stopped":
            held += [_held(r.sources) for r in done]
    published = [lot for lot, o in zip(LOTS, outcomes, strict=True) if o.state != "stopped"]
    totals = books.write_books(
        store, RUN, published, READ, pa.concat_tables(rejected), pa.concat_tables(held)
    )
    runbook.close(store, RUN, runbook.closed(store, RUN, totals, outcomes))
    return begun


def receipt(store: Store, lot: PlannedLot, name: str, stop: frozenset[str] = frozenset()) -> receipts.Receipt:
    """The receipt of a print file, which is pressed if there is none yet."""
    found = receipts.find(store, RUN, lot, name, FINGERPRINT)
    if found is not None:
        return found
    made = press(lot, name)
    if lot.lot_id in stop and name == lot.files[-1].name:
        made = breached(made)
    return write(store, lot, made)


def write(store: Store, lot: PlannedLot, made: Pressed) -> receipts.Receipt:
    """The receipt of a pressed file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / made.printed.name
        path.write_bytes(made.data)
        return receipts.write(
            store, RUN, lot, made.printed, path, made.rows, made.rejected, FINGERPRINT, made.sources
        )


def publish(store: Store, lot: PlannedLot, done: Sequence[receipts.Receipt]) -> lots.LotOutcome:
    """The lot of these receipts."""
    rows = pa.concat_tables([r.rows for r in done])
    return lots.publish(store, lot, [r.printed for r in done], rows, TABLES, VENDOR, RUN, SOFTWARE, TODAY)


def plan() -> bytes:
    """What `verify` reads of `plan.json`."""
    planned_lots = [
        {"lot_id": lot.lot_id, "vendor": lot.vendor, "hand_in_date": str(lot.hand_in_date)} for lot in LOTS
    ]
    files = [{"lot_id": lot.lot_id, "name": f.name, "pieces": f.pieces} for lot in LOTS for f in lot.files]
    text = {"lots": planned_lots, "files": files}
    return json.dumps(text).encode()


def never_pieces() -> pa.Table:
    """The rows that were rejected before they became a piece, in no good order."""
    rows = [
        ("claims-2.parquet", 5, "CLAIM-X-0005", "paid"),
        ("claims-1.parquet", 8, None, "missing_field"),
        ("claims-2.parquet", 3, "CLAIM-X-0003", "paid"),
        ("claims-1.parquet", 7, "CLAIM-X-0007", "protected"),
    ]
    facts = {"field": "", "detail": ""}
    return pa.Table.from_pylist(
        [{"claim_id": c, "source_file": f, "source_row": r, "reason": why, **facts} for f, r, c, why in rows],
        schema=QUARANTINE,
    )


def waiting() -> pa.Table:
    """The rows that wait for their payday."""
    facts = {"source_file": "claims-2.parquet", "reason": "payday_too_near", "until": date(2027, 1, 4)}
    rows = [{"claim_id": f"CLAIM-H-{row:04}", "source_row": row, **facts} for row in (4, 2)]
    return pa.Table.from_pylist(rows, schema=HELD)


def _held(sources: pa.Table) -> pa.Table:
    rows = [{**row, "reason": "lot_stopped", "until": None} for row in sources.to_pylist()]
    return pa.Table.from_pylist(rows, schema=HELD)


def tree(store: Store) -> dict[str, bytes]:
    """Key → bytes of everything in the store."""
    return {key: store.get(key) for key in store.list()}


def record_as_json() -> dict[str, Any]:
    """The fields of the record, for tests that change one."""
    return asdict(RECORD)
