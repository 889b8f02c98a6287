import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import config
from pipelines.config import Delivery
from pipelines.delivery import parquet, places, verify_file
from pipelines.delivery.findings import Code, Findings
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.opening import open_store
from pipelines.delivery.store import Store
from pipelines.delivery.verify import verify
from pipelines.errors import UsageError
from pipelines.model import HELD, PIECES, QUARANTINE
from pipelines.progress import Channel
from tests.delivery import small_run
from tests.delivery.small_run import RUN, SE

FOLDER = "outbox/strand/2026-12-18/se-lot/"
SCHEMAS = {"pieces": PIECES, "quarantine": QUARANTINE, "held": HELD}
Change = Callable[[Store], None]


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    store = MemoryStore()
    small_run.run(store)
    return small_run.tree(store)


@pytest.fixture
def finished(whole: dict[str, bytes]) -> MemoryStore:
    store = MemoryStore()
    for key, data in whole.items():
        store.put_bytes(key, data)
    return store


def checked(store: Store, run_id: str | None = RUN, deep: bool = False, workers: int = 1) -> Findings:
    return verify(store, config.load(), run_id, deep, Channel(None), workers)


def codes(findings: Findings) -> set[Code]:
    return {finding.code for finding in findings.found}


def json_of(store: Store, key: str, change: Callable[[Any], None]) -> None:
    value = json.loads(store.get(key))
    change(value)
    store.put_bytes(key, json.dumps(value).encode())


def book(name: str, change: Callable[[list[dict[str, Any]]], None]) -> Change:
    """Changes the rows of a book."""

    def act(store: Store) -> None:
        key = f"runs/{RUN}/{name}.parquet"
        rows = pq.read_table(io.BytesIO(store.get(key))).to_pylist()
        change(rows)
        store.put_bytes(
            key, parquet.to_bytes(pa.Table.from_pylist(rows, schema=SCHEMAS[name]), SCHEMAS[name])
        )

    return act


def manifest(change: Callable[[Any], None]) -> Change:
    return lambda store: json_of(store, FOLDER + "manifest.json", change)


def record(change: Callable[[Any], None]) -> Change:
    return lambda store: json_of(store, f"runs/{RUN}/run.json", change)


def text(name: str, old: str, new: str) -> Change:
    def act(store: Store) -> None:
        data = store.get(FOLDER + name)
        assert old.encode() in data
        store.put_bytes(FOLDER + name, data.replace(old.encode(), new.encode(), 1))

    return act


def without(key: str) -> Change:
    return lambda store: store.delete(key)


def put(key: str, data: bytes) -> Change:
    return lambda store: store.put_bytes(key, data) and None


def one_page_less(store: Store) -> None:
    key = FOLDER + "print-0001.pdf"
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(store.get(key))) as pdf:
        del pdf.pages[-1]
        pdf.save(target)
    store.put_bytes(key, target.getvalue())


def one_line_less(store: Store) -> None:
    key = FOLDER + "pieces.csv"
    store.put_bytes(key, b"".join(store.get(key).splitlines(keepends=True)[:-1]))


def swap(rows: list[dict[str, Any]], one: int, other: int, *columns: str) -> None:
    for column in columns:
        rows[one][column], rows[other][column] = rows[other][column], rows[one][column]


def test_a_good_run_is_clean_and_counted(finished: MemoryStore) -> None:
    findings = checked(finished)
    assert findings.found == ()
    assert findings.clean
    assert findings.counted == (
        ("runs", 1),
        ("lots", 2),
        ("print files", 3),
        ("mail pieces", 8),
        ("sheets", 9),
        ("pages", 18),
        ("claims printed", 8),
        ("payment references shared by pieces", 0),
    )


def test_a_reference_on_two_pieces_of_a_country_is_counted_and_no_finding(finished: MemoryStore) -> None:
    def share(rows: list[dict[str, Any]]) -> None:
        for row in rows[3:6]:
            row["payment_reference"] = rows[2]["payment_reference"]

    book("pieces", share)(finished)
    findings = checked(finished)
    assert findings.clean
    assert findings.counted[-1] == ("payment references shared by pieces", 1)


CHANGES: dict[str, tuple[Change, set[Code]]] = {
    "no ready": (without(FOLDER + "_READY"), {Code.LOT_UNFINISHED}),
    "ready not empty": (put(FOLDER + "_READY", b"x"), {Code.LOT_OBJECTS}),
    "no manifest": (without(FOLDER + "manifest.json"), {Code.LOT_UNFINISHED}),
    "no list of pieces": (without(FOLDER + "pieces.csv"), {Code.LOT_UNFINISHED}),
    "no ticket": (without(FOLDER + "job.xjdf"), {Code.LOT_UNFINISHED}),
    "manifest no JSON": (put(FOLDER + "manifest.json", b"{"), {Code.MANIFEST_FORM}),
    "manifest without a key": (manifest(lambda m: m.pop("media")), {Code.MANIFEST_FORM}),
    "manifest of a number as text": (
        manifest(lambda m: m["totals"].update(pages="14")),
        {Code.MANIFEST_FORM},
    ),
    "another hand-in date": (manifest(lambda m: m.update(hand_in_date="2026-12-17")), {Code.MANIFEST_FACTS}),
    "totals are no sums": (manifest(lambda m: m["totals"].update(sheets=9)), {Code.MANIFEST_FACTS}),
    "another first number": (
        manifest(lambda m: m["files"][1].update(first_sequence=6)),
        {Code.MANIFEST_FACTS},
    ),
    "another sha256": (manifest(lambda m: m["files"][0].update(sha256="0" * 64)), {Code.FILE_BYTES}),
    "another tray": (manifest(lambda m: m["containers"][0].update(last_sequence=3)), {Code.CONTAINERS}),
    "a tray less": (manifest(lambda m: m["containers"].pop()), {Code.CONTAINERS}),
    "a print file gone": (without(FOLDER + "print-0002.pdf"), {Code.LOT_OBJECTS}),
    "a strange object": (put(FOLDER + "print-0009.pdf", b"%PDF"), {Code.LOT_OBJECTS}),
    "a print file cut": (
        lambda s: s.put_bytes(FOLDER + "print-0001.pdf", s.get(FOLDER + "print-0001.pdf")[:900]) and None,
        {Code.FILE_BYTES, Code.FILE_UNREADABLE},
    ),
    "a page less": (one_page_less, {Code.FILE_BYTES, Code.FILE_PAGES, Code.PREFLIGHT}),
    "another page in the list": (
        text("pieces.csv", ",print-0001.pdf,3,", ",print-0001.pdf,4,"),
        {Code.CSV_FACTS},
    ),
    "a column renamed": (text("pieces.csv", "mark", "code"), {Code.CSV_FACTS}),
    "a piece less in the list": (one_line_less, {Code.CSV_FACTS}),
    "a wrong amount in the ticket": (text("job.xjdf", 'Amount="6"', 'Amount="7"'), {Code.TICKET_FACTS}),
    "a wrong size in the ticket": (text("job.xjdf", 'FileSize="', 'FileSize="1'), {Code.TICKET_FACTS}),
    "a name in the ticket": (text("job.xjdf", "Letters SE", "maj_britt öberg aaa"), {Code.PERSONAL_DATA}),
    "a claim number in the manifest": (
        manifest(lambda m: m.update(media="CLAIM-SE-0001")),
        {Code.PERSONAL_DATA},
    ),
    "a name in a key": (
        put(FOLDER + "Maj-Britt Öberg aaa.pdf", b"%PDF"),
        {Code.PERSONAL_DATA, Code.LOT_OBJECTS},
    ),
    "a lot gone": (
        lambda s: [s.delete(key) for key in s.list(FOLDER)] and None,
        {Code.LOT_MISSING},
    ),
    "a book gone": (without(f"runs/{RUN}/held.parquet"), {Code.BOOK_MISSING}),
    "a book that is none": (put(f"runs/{RUN}/held.parquet", b"PAR1"), {Code.BOOK_MISSING}),
    "a book of other columns": (
        put(f"runs/{RUN}/held.parquet", parquet.to_bytes(QUARANTINE.empty_table(), QUARANTINE)),
        {Code.BOOK_MISSING},
    ),
    "no plan": (without(f"runs/{RUN}/plan.json"), {Code.BOOK_MISSING}),
    "run not finished": (record(lambda r: r.update(state="running")), {Code.RUN_STATE}),
    "a total altered": (record(lambda r: r["counts"].update(sheets=1)), {Code.RUN_COUNTS}),
    "a lane altered": (record(lambda r: r["counts"].update(stamped=7, rendered=1)), {Code.RUN_COUNTS}),
    "a reason altered": (record(lambda r: r["counts"]["held"].update(payday_too_near=1)), {Code.RUN_COUNTS}),
    "a key of its own": (record(lambda r: r.update(remark="x")), {Code.RUN_RECORD}),
    "a row read more": (
        record(lambda r: r["inputs"][0].update(rows=10)),
        {Code.RUN_COUNTS, Code.CLAIMS_BALANCE},
    ),
    "a held claim lost": (book("held", lambda r: r.pop()), {Code.RUN_COUNTS, Code.CLAIMS_BALANCE}),
    "a claim printed and held": (
        book("held", lambda r: r[0].update(claim_id="CLAIM-SE-0001")),
        {Code.CLAIMS_TWICE},
    ),
    "a claim printed and quarantined": (
        book("quarantine", lambda r: r[0].update(claim_id="CLAIM-FI-0001")),
        {Code.CLAIMS_TWICE},
    ),
    "a claim printed twice": (
        book("pieces", lambda r: r[0].update(claim_ids=r[1]["claim_ids"])),
        {Code.CLAIMS_TWICE},
    ),
    "a row of the export twice": (
        book("held", lambda r: r[0].update(source_row=r[1]["source_row"])),
        {Code.BOOK_ROWS},
    ),
    "a row beyond its file": (book("held", lambda r: r[0].update(source_row=99)), {Code.BOOK_ROWS}),
    "a gap in the numbers": (
        book("pieces", lambda r: r[-1].update(sequence=7)),
        {Code.SEQUENCE, Code.CSV_FACTS, Code.MANIFEST_FACTS, Code.CONTAINERS, Code.PREFLIGHT},
    ),
    "two marks alike": (
        book("pieces", lambda r: r[-1].update(mark=r[-2]["mark"])),
        {Code.MARKS, Code.CSV_FACTS, Code.PREFLIGHT},
    ),
    "two pieces exchanged": (
        book("pieces", lambda r: swap(r, 2, 3, "piece_id", "name", "claim_ids")),
        {Code.CSV_FACTS},
    ),
    "a planned piece more": (
        lambda s: json_of(s, f"runs/{RUN}/plan.json", lambda p: p["files"][0].update(pieces=5)),
        {Code.PLAN_PIECES},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_is_altered_is_found_and_named(finished: MemoryStore, name: str) -> None:
    change, expected = CHANGES[name]
    change(finished)
    found = checked(finished)
    assert codes(found) >= expected, found.found
    # Nothing is reported that has nothing to do with the change, and nothing personal.
    assert len(codes(found) - expected) <= 2, found.found
    said = " ".join(f.fact for f in found.found)
    assert not [secret for secret in secrets() if secret in said]


def secrets() -> set[str]:
    """Every name, amount and number of the Swedish lot."""
    rows = [row for file in SE.files for row in small_run.press(SE, file.name).rows.to_pylist()]
    return {
        secret
        for row in rows
        for secret in (row["name"], row["payment_reference"], *row["claim_ids"], str(row["amount_due"]))
    }


def test_a_stopped_lot_needs_a_person_and_nothing_else_is_wrong() -> None:
    store = MemoryStore()
    small_run.run(store, frozenset({"se-lot"}))
    found = checked(store)
    assert [(f.code, f.fact) for f in found.found] == [(Code.RUN_STATE, "stopped: se-lot")]


def test_both_lanes_pages_beside_a_stopped_print_file_are_not_taken_for_one() -> None:
    store = MemoryStore()
    small_run.run(store, frozenset({"se-lot"}))
    before = checked(store, None)
    for lane in ("stamped", "rendered"):
        store.put_bytes(places.stopped(RUN, "se-lot", f"print-0002-p1-{lane}.pdf"), b"%PDF")
    assert checked(store, None) == before
    assert small_run.run(store, frozenset({"se-lot"})) == "resumed"
    assert checked(store, None) == before


def test_a_lot_of_no_run_is_found_when_all_runs_are_looked_at(finished: MemoryStore) -> None:
    finished.put_bytes("outbox/strand/2026-12-18/other/print-0001.pdf", b"%PDF")
    assert checked(finished).clean
    assert [f.where for f in checked(finished, None).found] == ["outbox/strand/2026-12-18/other/"]


def test_a_planned_lot_that_is_not_in_the_books_must_not_lie_in_the_outbox() -> None:
    store = MemoryStore()
    small_run.run(store, frozenset({"se-lot"}))
    store.put_bytes(FOLDER + "print-0001.pdf", b"%PDF")
    assert codes(checked(store)) == {Code.RUN_STATE, Code.LOT_UNFINISHED}


def test_a_run_that_never_was_and_an_empty_bucket_are_usage_errors(finished: MemoryStore) -> None:
    with pytest.raises(UsageError, match="no run daily-2026-12-01"):
        checked(finished, "daily-2026-12-01")
    with pytest.raises(UsageError, match="no runs"):
        checked(MemoryStore(), None)


def test_several_processes_find_the_same_in_s3_as_one_in_a_folder(
    whole: dict[str, bytes], tmp_path: Path, s3_bucket: tuple[str, Delivery]
) -> None:
    bucket, delivery = s3_bucket
    spool = tmp_path / "spool"
    spool.mkdir()
    folder, s3 = open_store(str(tmp_path / "out"), Delivery()), open_store(f"s3://{bucket}", delivery)
    for store in (folder, s3):
        for key, data in whole.items():
            store.put_bytes(key, data)
        one_page_less(store)
    alone = checked(folder)
    assert verify(s3, config.load(), None, False, Channel(str(spool)), workers=2) == alone
    assert Code.FILE_PAGES in codes(alone)
    told = [json.loads(line) for path in spool.iterdir() for line in path.read_text().splitlines()]
    assert sum(line[1] for line in told) == sum(line[2] for line in told) == 8
    assert {line[0] for line in told} == {verify_file.STAGE}


def test_nothing_is_left_on_the_local_disk(
    finished: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    checked(finished)
    assert list(tmp_path.iterdir()) == []
