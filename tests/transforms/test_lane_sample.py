"""The letters that are made in both lanes, drawn from all placed pieces."""

from pathlib import Path

import apache_beam as beam
import pyarrow as pa
import pytest

from pipelines.press.lane_sample import drawn, ids
from pipelines.transforms.lane_sample import DrawSample
from tests.transforms import desk

pytestmark = pytest.mark.beam

WANTED = 3


def drawn_from(slices: desk.Slices) -> frozenset[str]:
    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        return {"ids": pipeline | beam.Create(slices, reshuffle=False) | DrawSample(WANTED)}

    [found] = desk.given(build)["ids"]
    return frozenset(found)


def test_all_pieces_of_the_run_have_one_sample(placed: desk.Slices, drafts: pa.Table) -> None:
    columns = [drafts[name].to_pylist() for name in ("layout", "language", "piece_id")]
    expected = ids(drawn(zip(*columns, strict=True), WANTED))
    assert len(expected) > WANTED
    assert drawn_from(placed) == expected == drawn_from(placed[::-1])


def test_a_run_without_pieces_has_an_empty_sample() -> None:
    assert drawn_from([]) == frozenset()


@pytest.fixture
def placed(sample: Path, tmp_path: Path, drafts: pa.Table) -> desk.Slices:
    run = desk.opened(sample, tmp_path / "bucket", desk.small_files(3)).run
    return desk.placed(desk.planned(run, drafts), drafts)
