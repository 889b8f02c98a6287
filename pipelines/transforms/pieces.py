"""Checked claims become mail pieces: one envelope per recipient, kind, country and currency."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest.check import CONDEMNED
from pipelines.letters import household
from pipelines.model import CLAIMS, QUARANTINE, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.postal import cohorts
from pipelines.postal.forecast import Forecast
from pipelines.postal.paydays import Month, Paydays
from pipelines.press import typefaces
from pipelines.run import Run
from pipelines.transforms.slices import pack, unpack


class Pieces(NamedTuple):
    """Mail pieces before the plan, their counts, and the claims that must not be printed."""

    drafts: beam.PCollection
    """slices of SORTED_DRAFTS"""
    cohorts: beam.PCollection
    """slices of SORTED_COHORTS, one a bucket"""
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

    def setup(self) -> None:
        schedule = self._run.config.schedule
        self._paydays = Paydays.load(schedule.tables)
        self._forecast = Forecast.load(schedule.tables, schedule.forecast_sheets)
        self._month = Month.parse(self._run.period)

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
            known = cohorts.sort_out(drafts, self._paydays, self._forecast, self._month.day(1))
            yield beam.pvalue.TaggedOutput("cohorts", pack(cohorts.count(known).select(SORTED_COHORTS.names)))
            yield pack(_without_birth_dates(known).select(SORTED_DRAFTS.names))


def _without_birth_dates(drafts: pa.Table) -> pa.Table:
    """The drafts without what only the choice of a payday asks for: personal data that need not travel."""
    claims = drafts["claims"].combine_chunks()
    structs = claims.flatten()
    fields = list(structs.type)
    columns = [
        pa.nulls(len(structs), f.type) if f.name == "birth_date" else structs.field(f.name) for f in fields
    ]
    ends = pa.concat_arrays([pa.array([0], pa.int32()), claims.value_lengths().cast(pa.int32())])
    lists = pa.ListArray.from_arrays(
        pc.cumulative_sum(ends), pa.StructArray.from_arrays(columns, fields=fields), type=claims.type
    )
    return drafts.set_column(drafts.schema.get_field_index("claims"), drafts.schema.field("claims"), lists)
