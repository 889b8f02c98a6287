"""Export files become checked claims: read, look for doubles, check against contract and rules."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
import pyarrow as pa

from pipelines.ingest import check, duplicates, facts, read
from pipelines.ingest.check import CONDEMNED
from pipelines.ingest.survey import ReadTask
from pipelines.letters import claims as letter_claims
from pipelines.model import CLAIMS, QUARANTINE
from pipelines.run import Run
from pipelines.transforms.slices import pack, unpack


class Checked(NamedTuple):
    """Claims by bucket of their debtor, recipients that must get nothing, and the books."""

    claims: beam.PCollection
    """(bucket, slice of CLAIMS)"""
    condemned: beam.PCollection
    """(bucket, slice of CONDEMNED)"""
    rejected: beam.PCollection
    """slices of QUARANTINE"""
    read: beam.PCollection
    """(source_file, rows)"""


class CheckClaims(beam.PTransform):
    """Reads every task once for its claim ids and once in full; gives `Checked`."""

    def __init__(self, run: Run, buckets: int) -> None:
        super().__init__()
        self._run = run
        self._buckets = buckets

    def expand(self, tasks: Any) -> Any:
        """The checked claims of all tasks."""
        repeated = (
            tasks
            | "read claim ids" >> beam.ParDo(_ReadIds(self._run, self._buckets))
            | "bring equal ids together" >> beam.GroupByKey()
            | "find doubles" >> beam.FlatMap(_doubles)
        )
        out = tasks | "read and check" >> beam.ParDo(
            _ReadAndCheck(self._run, self._buckets), beam.pvalue.AsList(repeated)
        ).with_outputs("condemned", "rejected", "read", main="claims")
        return Checked(out.claims, out.condemned, out.rejected, out.read)


class _ReadIds(beam.DoFn):
    def __init__(self, run: Run, buckets: int) -> None:
        self._run = run
        self._buckets = buckets

    def process(self, task: ReadTask) -> Iterator[tuple[int, bytes]]:
        ids = duplicates.ids(task, self._run.access)
        for bucket, part in duplicates.by_bucket(ids, self._buckets):
            yield bucket, pack(pa.table({"claim_id": part}))


def _doubles(group: tuple[int, Iterable[bytes]]) -> Iterator[str]:
    _, slices = group
    ids = unpack(slices, pa.schema([("claim_id", pa.string())]))["claim_id"]
    yield from duplicates.repeated(ids).to_pylist()


class _ReadAndCheck(beam.DoFn):
    def __init__(self, run: Run, buckets: int) -> None:
        self._run = run
        self._buckets = buckets

    def setup(self) -> None:
        known = facts.all()
        self._countries = {country: known[country] for country in self._run.config.countries}

    def process(self, task: ReadTask, doubles: list[str]) -> Iterator[Any]:
        run = self._run
        repeated = pa.array(sorted(doubles), pa.string())
        for table in read.read(task, run.access):
            run.channel.tell("read", table.num_rows)
            yield beam.pvalue.TaggedOutput("read", (task.name, table.num_rows))
            checked = check.check(table, self._countries, run.settable, run.today, repeated)
            accepted, lawless = letter_claims.check(checked.accepted, run.today, run.config.schedule.tables)
            for rejected in (checked.rejected, lawless):
                if rejected.num_rows:
                    yield beam.pvalue.TaggedOutput("rejected", pack(rejected.select(QUARANTINE.names)))
            condemned = checked.condemned.select(CONDEMNED.names)
            for bucket, part in duplicates.split(condemned, "debtor_id", self._buckets):
                yield beam.pvalue.TaggedOutput("condemned", (bucket, pack(part)))
            slim = _without(accepted.select(CLAIMS.names), NOT_NEEDED_LATER)
            for bucket, part in duplicates.split(slim, "debtor_id", self._buckets):
                yield bucket, pack(part)


NOT_NEEDED_LATER = ("score", "email", "phone", "digital_mailbox")
"""Columns that no letter shows and no later stage asks for: a third of a claim's compressed bytes,
and personal data that need not travel."""


def _without(claims: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    for name in columns:
        place = claims.schema.get_field_index(name)
        nothing = pa.nulls(claims.num_rows, claims.schema.field(place).type)
        claims = claims.set_column(place, claims.schema.field(place), nothing)
    return claims
