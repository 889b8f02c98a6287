"""Finished print files become lots."""

from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pytest

from pipelines.delivery.lots import LotOutcome
from pipelines.model import HELD
from pipelines.postal.plan import Plan
from pipelines.run import Run
from pipelines.transforms.press import PressFiles
from pipelines.transforms.publish import PublishLots
from pipelines.transforms.slices import unpack
from tests.transforms import desk

pytestmark = pytest.mark.beam


@pytest.fixture
def run(sample: Path, tmp_path: Path) -> Run:
    return desk.opened(sample, tmp_path / "bucket", desk.small_files(3)).run


def published(run: Run, plan: Plan, drafts: pa.Table, room: Any) -> dict[str, list[Any]]:
    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        one = pipeline | "plan" >> beam.Create([plan])
        pieces = pipeline | "pieces" >> beam.Create(desk.placed(plan, drafts))
        printed = pieces | PressFiles(run, one, room)
        return (printed.receipts | PublishLots(run, one))._asdict()

    return desk.given(build)


def by_country(plan: Plan, out: dict[str, list[Any]]) -> dict[str, LotOutcome]:
    return {plan.lot(outcome.lot_id).country: outcome for outcome in out["outcomes"]}


def outbox(run: Run, lot_id: str) -> set[str]:
    return {path.name for path in Path(run.out).glob(f"outbox/*/*/{lot_id}/*")}


def test_every_lot_of_the_plan_is_ready_with_all_its_files(run: Run, drafts: pa.Table) -> None:
    plan = desk.planned(run, drafts)
    out = published(run, plan, drafts, desk.CountingRoom)
    assert {(o.lot_id, o.state, o.pieces, o.files) for o in out["outcomes"]} == {
        (lot.lot_id, "published", lot.pieces, len(lot.files)) for lot in plan.lots
    }
    assert max(len(lot.files) for lot in plan.lots) > 1
    for lot in plan.lots:
        papers = {"labels.pdf", "statement.pdf", "manifest.json", "job.xjdf", "pieces.csv", "_READY"}
        assert outbox(run, lot.lot_id) == {file.name for file in lot.files} | papers
    assert out["held"] == []


def test_a_lot_with_a_breach_is_stopped_and_its_claims_are_held_while_others_go_out(
    run: Run, drafts: pa.Table
) -> None:
    plan = desk.planned(run, drafts)
    out = published(run, plan, drafts, desk.BreachingRoom)
    outcomes = by_country(plan, out)
    assert {country: outcome.state for country, outcome in outcomes.items()} == {
        "SE": "published",
        "FI": "stopped",
    }
    stopped = outcomes["FI"].lot_id
    assert {breach.rule for breach in outcomes["FI"].breaches} == {"colour.rgb"}
    assert outbox(run, stopped) == set()
    assert "_READY" in outbox(run, outcomes["SE"].lot_id)

    held = unpack(out["held"], HELD)
    finnish = drafts.filter(pa.array([country == "FI" for country in drafts["country"].to_pylist()]))
    assert sorted(held["claim_id"].to_pylist()) == desk.claim_ids(finnish)
    assert set(held["reason"].to_pylist()) == {"lot_stopped"}
    assert held["until"].null_count == held.num_rows


def test_a_lot_is_not_published_before_all_its_files_came(run: Run, drafts: pa.Table) -> None:
    plan = desk.planned(run, drafts)
    published(run, plan, drafts, desk.BreachingRoom)
    lot = next(lot for lot in plan.lots if len(lot.files) > 1)
    ready = len(list(Path(run.out).rglob("_READY")))

    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        one = pipeline | "plan" >> beam.Create([plan])
        files = pipeline | "files" >> beam.Create([(lot.lot_id, file.name) for file in lot.files[1:]])
        return (files | PublishLots(run, one))._asdict()

    with pytest.raises(RuntimeError, match=f"1 of {len(lot.files)} print files never came"):
        desk.given(build)
    assert len(list(Path(run.out).rglob("_READY"))) == ready
