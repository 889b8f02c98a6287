"""The books of a run, counted, balanced and closed."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.delivery.lots import LotOutcome
from pipelines.errors import PersonNeeded, StoreError
from pipelines.model import HELD, QUARANTINE, SORTED_DRAFTS
from pipelines.monthly import monthly
from pipelines.prepare import Prepared
from pipelines.run import Run
from pipelines.transforms.close import CloseBooks
from pipelines.transforms.rows import held_rows
from pipelines.transforms.slices import pack
from tests.transforms import desk

pytestmark = pytest.mark.beam
BOOKS = ("pieces.parquet", "quarantine.parquet", "held.parquet", "report.html", "run.json")


def close(
    run: Run,
    read: Sequence[tuple[str, int]],
    rejected: Sequence[pa.Table] = (),
    held: Sequence[pa.Table] = (),
    outcomes: Sequence[LotOutcome] = (),
) -> list[str]:
    """Closes the books of a run that planned no piece."""
    plan = desk.planned(run, pa.Table.from_pylist([], schema=SORTED_DRAFTS))

    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        parts = {
            "read": list(read),
            "rejected": [pack(part) for part in rejected],
            "held": [pack(part) for part in held],
            "outcomes": list(outcomes),
        }
        made = tuple(pipeline | name >> beam.Create(part, reshuffle=False) for name, part in parts.items())
        one = pipeline | "plan" >> beam.Create([plan])
        return {"closed": made | CloseBooks(run, one)}

    return desk.given(build)["closed"]


def file(run: Run, name: str) -> Path:
    return Path(run.out) / "runs" / run.run_id / name


def record(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file(run, "run.json").read_bytes())
    return found


def rejections(rows: range) -> pa.Table:
    source = {"source_file": desk.SE_1, "reason": "paid", "field": "paid", "detail": ""}
    return pa.Table.from_pylist(
        [{"claim_id": f"C{row}", "source_row": row, **source} for row in rows], schema=QUARANTINE
    )


def waiting(rows: range) -> pa.Table:
    claims = pa.Table.from_pylist(
        [{"claim_id": f"C{row}", "source_file": desk.SE_1, "source_row": row} for row in rows],
        schema=pa.schema([HELD.field(n) for n in range(3)]),
    )
    return held_rows(claims, "payday_too_near", desk.TODAY)


def test_slices_of_every_stage_come_together_in_one_set_of_books(prepared: Prepared) -> None:
    run = prepared.run
    read = [(desk.SE_1, 4), (desk.FI_1, 0), (desk.SE_1, 5)]
    assert close(run, read, [rejections(range(3, 6)), rejections(range(3))], [waiting(range(6, 9))]) == [
        run.run_id
    ]
    counts = record(run)["counts"]
    assert (counts["rows_read"], counts["quarantined"], counts["held"]) == (
        9,
        {"paid": 6},
        {"payday_too_near": 3},
    )
    assert {entry["name"]: entry["rows"] for entry in record(run)["inputs"]}[desk.SE_1] == 9
    assert record(run)["state"] == "finished"
    assert pq.read_table(file(run, "quarantine.parquet"))["source_row"].to_pylist() == list(range(6))
    assert pq.read_table(file(run, "held.parquet"))["source_row"].to_pylist() == [6, 7, 8]


def test_a_run_whose_books_do_not_balance_stays_open(prepared: Prepared) -> None:
    run = prepared.run
    with pytest.raises(PersonNeeded, match=r"10 rows were read, but 0 claims are printed, 3 quarantined"):
        close(run, [(desk.SE_1, 10)], [rejections(range(3))])
    assert record(run)["state"] == "running"
    assert record(run)["counts"] is None
    assert pq.read_table(file(run, "quarantine.parquet")).num_rows == 3, "a person has to look at it"


def test_a_row_that_stands_in_two_books_is_found_although_the_count_is_right(prepared: Prepared) -> None:
    run = prepared.run
    with pytest.raises(PersonNeeded, match=r"1 rows are in quarantine or held twice"):
        close(run, [(desk.SE_1, 4)], [rejections(range(3))], [waiting(range(2, 3))])
    assert record(run)["state"] == "running"


def test_the_record_is_closed_after_everything_else_is_written(prepared: Prepared) -> None:
    run = prepared.run
    # Where the report should lie stands a folder: the last write before the record fails.
    file(run, "report.html").mkdir()
    with pytest.raises(StoreError, match=r"report\.html"):
        close(run, [(desk.SE_1, 3)], [rejections(range(3))])
    assert file(run, "pieces.parquet").is_file()
    assert record(run)["state"] == "running"
    file(run, "report.html").rmdir()
    assert close(run, [(desk.SE_1, 3)], [rejections(range(3))]) == [run.run_id]
    assert record(run)["state"] == "finished"


def test_a_run_that_read_nothing_is_closed_too(prepared: Prepared) -> None:
    assert close(prepared.run, []) == [prepared.run.run_id]
    assert record(prepared.run)["counts"]["rows_read"] == 0
    assert all(file(prepared.run, name).is_file() for name in BOOKS)


def test_the_books_of_a_whole_run_balance(prepared: Prepared, drafts: pa.Table) -> None:
    monthly(prepared.run, prepared.survey, room=desk.BlankRoom)
    found = record(prepared.run)
    counts = found["counts"]
    assert found["state"] == "finished"
    assert counts["rows_read"] == counts["claims_printed"] == len(desk.claim_ids(drafts))
    assert counts["pieces"] == drafts.num_rows
    pieces = pq.read_table(file(prepared.run, "pieces.parquet"))
    assert sorted(claim for ids in pieces["claim_ids"].to_pylist() for claim in ids) == desk.claim_ids(drafts)


def test_the_books_of_a_run_with_a_stopped_lot_balance_and_say_so(
    prepared: Prepared, drafts: pa.Table
) -> None:
    monthly(prepared.run, prepared.survey, room=desk.BreachingRoom)
    found = record(prepared.run)
    counts = found["counts"]
    assert found["state"] == "stopped"
    assert len(found["stopped_lots"]) == 1
    assert {breach["lot_id"] for breach in found["breaches"]} == set(found["stopped_lots"])
    assert counts["rows_read"] == counts["claims_printed"] + counts["held"]["lot_stopped"]
    pieces = pq.read_table(file(prepared.run, "pieces.parquet"))
    assert set(pieces["country"].to_pylist()) == {"SE"}
    assert pieces.num_rows == counts["pieces"] < drafts.num_rows


def test_an_export_without_a_single_good_row_ends_with_books(exports: Path, tmp_path: Path) -> None:
    rows = 0
    for path in sorted(exports.iterdir()):
        count = pq.read_metadata(path).num_rows
        desk.edit(path, {row: {"disputed": True} for row in range(count)})
        rows += count
    prepared = desk.opened(exports, tmp_path / "bucket")
    monthly(prepared.run, prepared.survey, room=desk.BlankRoom)
    found = record(prepared.run)
    assert found["state"] == "finished"
    assert found["counts"]["quarantined"] == {"disputed": rows}
    assert (found["counts"]["rows_read"], found["counts"]["pieces"], found["counts"]["lots"]) == (rows, 0, 0)
    assert all(file(prepared.run, name).is_file() for name in BOOKS)
    assert not (tmp_path / "bucket" / "outbox").exists()


def test_an_export_of_empty_files_ends_with_books(exports: Path, tmp_path: Path) -> None:
    for path in exports.iterdir():
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    prepared = desk.opened(exports, tmp_path / "bucket")
    monthly(prepared.run, prepared.survey, room=desk.BlankRoom)
    found = record(prepared.run)
    assert found["state"] == "finished"
    assert {entry["rows"] for entry in found["inputs"]} == {0}


def test_books_are_not_closed_while_a_lot_of_the_plan_is_missing(
    prepared: Prepared, drafts: pa.Table
) -> None:
    run = prepared.run
    plan = desk.planned(run, drafts)
    first = LotOutcome(plan.lots[0].lot_id, "empty", 0, 0, 0, 0)

    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        nothing = tuple(pipeline | f"no {n}" >> beam.Create([]) for n in range(3))
        outcomes = pipeline | "outcomes" >> beam.Create([first])
        return {"closed": (*nothing, outcomes) | CloseBooks(run, pipeline | "plan" >> beam.Create([plan]))}

    with pytest.raises(RuntimeError, match=f"1 lots came, {len(plan.lots)} were planned"):
        desk.given(build)
    assert record(run)["state"] == "running"
