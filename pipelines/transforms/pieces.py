"""Checked claims become mail pieces: one envelope per recipient, kind, country and currency."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam

from pipelines.ingest.check import CONDEMNED
from pipelines.letters import household
from pipelines.model import CLAIMS, COHORTS, DRAFTS, QUARANTINE
from pipelines.press import typefaces
from pipelines.run import Run
from pipelines.transforms.slices import pack, unpack


class Pieces(NamedTuple):
    """Mail pieces before the plan, their counts, and the claims that must not be printed."""

    drafts: beam.PCollection
    """slices of DRAFTS"""
    cohorts: beam.PCollection
    """slices of COHORTS, one a bucket"""
    rejected: beam.PCollection
    """slices of QUARANTINE"""


class MakePieces(beam.PTransform):
    """Brings all claims of a recipient together; gives `Pieces`."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def expand(self, checked: Any) -> Any:
        """The mail pieces of all checked claims."""
        grouped = {
            "claims": checked.claims,
            "condemned": checked.condemned,
        } | "bring recipients together" >> beam.CoGroupByKey()
        out = grouped | "make pieces" >> beam.ParDo(_MakePieces(self._run)).with_outputs(
            "cohorts", "rejected", main="drafts"
        )
        return Pieces(out.drafts, out.cohorts, out.rejected)


class _MakePieces(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def process(self, group: tuple[int, dict[str, Iterable[bytes]]]) -> Iterator[Any]:
        _, slices = group
        drafts, rejected = household.make_pieces(
            unpack(slices["claims"], CLAIMS),
            unpack(slices["condemned"], CONDEMNED),
            self._run.run_id,
            self._run.config,
            typefaces.fits_the_window,
        )
        self._run.channel.tell("pieces", drafts.num_rows)
        if rejected.num_rows:
            yield beam.pvalue.TaggedOutput("rejected", pack(rejected.select(QUARANTINE.names)))
        if drafts.num_rows:
            counts = drafts.group_by(["country", "payday", "postal_code"]).aggregate([([], "count_all")])
            counts = counts.rename_columns(["country", "payday", "postal_code", "pieces"])
            yield beam.pvalue.TaggedOutput("cohorts", pack(counts.select(COHORTS.names).cast(COHORTS)))
            yield pack(drafts.select(DRAFTS.names))
