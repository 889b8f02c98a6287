"""Checked claims become mail pieces."""

from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.model import QUARANTINE, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.prepare import Prepared
from pipelines.transforms.check import NOT_NEEDED_LATER, CheckClaims
from pipelines.transforms.pieces import MakePieces
from pipelines.transforms.plan import added_up
from pipelines.transforms.slices import unpack
from tests.transforms import desk

pytestmark = pytest.mark.beam


def made(prepared: Prepared, buckets: int) -> dict[str, list[Any]]:
    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        tasks = pipeline | beam.Create(prepared.survey.tasks)
        return (tasks | CheckClaims(prepared.run, buckets) | MakePieces(prepared.run))._asdict()

    return desk.given(build)


def pieces(out: dict[str, list[Any]]) -> pa.Table:
    return unpack(out["drafts"], SORTED_DRAFTS).sort_by("piece_id")


@pytest.mark.parametrize("buckets", [1, 7])
def test_the_pieces_are_the_same_however_many_buckets_there_are(
    prepared: Prepared, drafts: pa.Table, buckets: int
) -> None:
    out = made(prepared, buckets)
    expected = drafts.to_pylist()
    for draft in expected:
        for claim in draft["claims"]:
            claim.update(dict.fromkeys((*NOT_NEEDED_LATER, "birth_date")))
    assert pieces(out).to_pylist() == expected
    assert out["rejected"] == []


def test_the_cohorts_count_every_piece_once(prepared: Prepared, drafts: pa.Table) -> None:
    cohorts = added_up(unpack(made(prepared, 2)["cohorts"], SORTED_COHORTS))
    order = [(name, "ascending") for name in SORTED_COHORTS.names[:-2]]
    expected = desk.counted(drafts)
    assert cohorts.sort_by(order).to_pylist() == expected.to_pylist()
    assert sum(expected["pieces"].to_pylist()) == drafts.num_rows


def test_a_recipients_defect_in_one_file_takes_its_claims_in_another(
    exports: Path, tmp_path: Path, drafts: pa.Table
) -> None:
    first, second = (
        pq.read_table(exports / name)["debtor_id"].to_pylist() for name in (desk.SE_1, desk.SE_2)
    )
    debtor = next(d for d in first if d in second)
    desk.edit(exports / desk.SE_1, {first.index(debtor): {"deceased": True}})
    out = made(desk.opened(exports, tmp_path / "bucket"), 2)
    assert debtor not in pieces(out)["debtor_id"].to_pylist()
    assert set(pieces(out)["piece_id"].to_pylist()) == {
        row["piece_id"] for row in drafts.to_pylist() if row["debtor_id"] != debtor
    }
    rejected = unpack(out["rejected"], QUARANTINE)
    others = {(desk.SE_1, n) for n, d in enumerate(first) if d == debtor and n != first.index(debtor)}
    others |= {(desk.SE_2, n) for n, d in enumerate(second) if d == debtor}
    assert {(r["source_file"], r["source_row"]) for r in rejected.to_pylist()} == others
    assert set(rejected["reason"].to_pylist()) == {"deceased"}
