"""The plan: made once from counts, written down, and obeyed by every piece."""

from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pytest

from pipelines.delivery.opening import open_store
from pipelines.model import HELD, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.postal.plan import Plan
from pipelines.run import Run
from pipelines.transforms.plan import SLICES_HELD, AddUp, MakePlan, PlacePieces, added_up
from pipelines.transforms.slices import pack, unpack
from tests.transforms import desk

pytestmark = pytest.mark.beam


def run_of(sample: Path, tmp_path: Path) -> Run:
    return desk.opened(sample, tmp_path / "bucket", desk.small_files(3)).run


def planned(run: Run, drafts: pa.Table, slices: list[pa.Table]) -> dict[str, list[Any]]:
    """Plan and places of the drafts, whose counts come in `slices`."""

    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        counts = pipeline | "counts" >> beam.Create([pack(part) for part in slices], reshuffle=False)
        plan = counts | MakePlan(run)
        rows = [pack(drafts.slice(start, 5)) for start in range(0, drafts.num_rows, 5)]
        out = pipeline | "pieces" >> beam.Create(rows) | PlacePieces(plan)
        return {"plan": plan, **out._asdict()}

    return desk.given(build)


def test_the_plan_is_the_same_however_its_counts_come_and_lies_in_the_store(
    sample: Path, tmp_path: Path, drafts: pa.Table
) -> None:
    run = run_of(sample, tmp_path)
    counts = desk.counted(drafts)
    by_piece = [desk.counted(drafts.slice(row, 1)) for row in reversed(range(drafts.num_rows))]
    for slices in ([counts], by_piece):
        [plan] = planned(run, drafts, slices)["plan"]
        written = open_store(run.out, run.config.delivery).get(f"runs/{run.run_id}/plan.json").decode()
        assert plan == desk.planned(run, drafts)
        assert written == plan.to_json()
        assert Plan.from_json(written) == plan


def test_more_slices_of_counts_than_are_held_add_up_to_the_same(drafts: pa.Table) -> None:
    counts = desk.counted(drafts)
    slices = [pack(counts.slice(n % counts.num_rows, 1)) for n in range(2 * SLICES_HELD * counts.num_rows)]

    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        return {"all": pipeline | beam.Create(slices) | beam.CombineGlobally(AddUp())}

    found = added_up(unpack(desk.given(build)["all"], SORTED_COHORTS))
    order = [(name, "ascending") for name in SORTED_COHORTS.names[:-2]]
    expected = [{**row, "pieces": 2 * SLICES_HELD * row["pieces"]} for row in counts.to_pylist()]
    assert found.sort_by(order).to_pylist() == expected


def test_every_piece_comes_to_the_file_that_the_plan_has_for_it(
    sample: Path, tmp_path: Path, drafts: pa.Table
) -> None:
    out = planned(run_of(sample, tmp_path), drafts, [desk.counted(drafts)])
    [plan] = out["plan"]
    files: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for file, data in out["pieces"]:
        files.setdefault(file, []).extend(unpack([data], SORTED_DRAFTS).to_pylist())
    assert {file: len(rows) for file, rows in files.items()} == {
        (lot.lot_id, file.name): file.pieces for lot in plan.lots for file in lot.files
    }
    assert len(files) > len(plan.lots) > 1
    for (lot_id, name), rows in files.items():
        assert {row["postal_code"] for row in rows} == set(plan.file(lot_id, name).postal_codes)
        assert {row["country"] for row in rows} == {plan.lot(lot_id).country}
    everything = [row for rows in files.values() for row in rows]
    assert sorted(everything, key=lambda row: row["piece_id"]) == drafts.to_pylist()
    assert out["held"] == []


def test_claims_of_a_cohort_that_waits_are_held_until_its_day(
    sample: Path, tmp_path: Path, drafts: pa.Table
) -> None:
    drafts = desk.with_near_payday(drafts, 2)
    out = planned(run_of(sample, tmp_path), drafts, [desk.counted(drafts)])
    held = unpack(out["held"], HELD)
    assert sorted(held["claim_id"].to_pylist()) == desk.claim_ids(drafts.slice(0, 2))
    assert set(held["reason"].to_pylist()) == {"payday_too_near"}
    [plan] = out["plan"]
    days = {wait.country: wait.until for wait in plan.waiting}
    assert min(days.values()) > desk.TODAY
    country = {
        claim["claim_id"]: claim["country"] for claims in drafts["claims"].to_pylist() for claim in claims
    }
    assert all(row["until"] == days[country[row["claim_id"]]] for row in held.to_pylist())
    left = unpack([data for _, data in out["pieces"]], SORTED_DRAFTS)
    assert desk.claim_ids(left) == desk.claim_ids(drafts.slice(2))


def test_a_run_without_a_single_piece_has_a_plan(sample: Path, tmp_path: Path, drafts: pa.Table) -> None:
    out = planned(run_of(sample, tmp_path), drafts.slice(0, 0), [])
    [plan] = out["plan"]
    assert (plan.lots, plan.days, plan.waiting) == ((), (), ())
    assert out["pieces"] == out["held"] == []
