"""Which letters of the run are made in both lanes, drawn from all placed pieces."""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam

from pipelines.model import SORTED_DRAFTS
from pipelines.press.lane_sample import Sample, drawn, ids, together
from pipelines.transforms.slices import unpack


class DrawSample(beam.PTransform):
    """Placed pieces in, one frozenset of piece ids out: `wanted` of each layout and language, at least."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self._wanted = wanted

    def expand(self, pieces: Any) -> Any:
        """The ids; none when there are no pieces."""
        return (
            pieces
            | "draw" >> beam.Map(_drawn, self._wanted)
            | "draw again" >> beam.CombineGlobally(_Together(self._wanted))
        )


def _drawn(element: tuple[tuple[str, str], bytes], wanted: int) -> Sample:
    rows = unpack([element[1]], SORTED_DRAFTS)
    columns = [rows[name].to_pylist() for name in ("layout", "language", "piece_id")]
    return drawn(zip(*columns, strict=True), wanted)


class _Together(beam.CombineFn):
    def __init__(self, wanted: int) -> None:
        self._wanted = wanted

    def create_accumulator(self) -> Sample:
        return {}

    def add_input(self, accumulator: Sample, element: Sample) -> Sample:
        return together((accumulator, element), self._wanted)

    def merge_accumulators(self, accumulators: Iterable[Sample]) -> Sample:
        return together(accumulators, self._wanted)

    def extract_output(self, accumulator: Sample) -> frozenset[str]:
        return ids(accumulator)
