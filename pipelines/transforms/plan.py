"""The plan: made once from counts, written down before a page exists, and obeyed by every piece."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import apache_beam as beam

from pipelines.delivery import runbook
from pipelines.delivery.opening import open_store
from pipelines.letters import rules
from pipelines.model import COHORTS, DRAFTS, HELD
from pipelines.postal.plan import Plan, make_plan
from pipelines.run import Run
from pipelines.transforms.slices import pack, unpack


class MakePlan(beam.PTransform):
    """Slices of COHORTS in, one `Plan` out; `plan.json` is in the store when it is out."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def expand(self, cohorts: beam.PCollection) -> beam.PCollection:
        """The plan of all cohorts."""
        # One element that is always there: a run without a single piece has a plan, too.
        always = cohorts.pipeline | "always one plan" >> beam.Create([(0, b"")])
        keyed = cohorts | "to one planner" >> beam.Map(lambda data: (0, data))
        return (
            (always, keyed)
            | "all counts" >> beam.Flatten()
            | "gather counts" >> beam.GroupByKey()
            | "plan" >> beam.ParDo(_MakePlan(self._run))
        )


class _MakePlan(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def process(self, group: tuple[int, Iterable[bytes]]) -> Iterator[Plan]:
        run = self._run
        counts = unpack(group[1], COHORTS).group_by(COHORTS.names[:3]).aggregate([("pieces", "sum")])
        cohorts = counts.rename_columns(COHORTS.names).cast(COHORTS)
        minimum = partial(rules.minimum_days, own=run.config.schedule.tables)
        plan = make_plan(cohorts, run.run_id, run.period, run.today, run.config, minimum)
        store = open_store(run.out, run.config.delivery)
        # While we read, another call may have begun this run with other inputs.
        runbook.confirm(store, run.run_id, run.inputs)
        store.put_bytes(f"runs/{run.run_id}/plan.json", plan.to_json().encode(), "application/json")
        run.channel.tell("press", 0, sum(lot.pieces for lot in plan.lots))
        run.channel.tell("lots", 0, len(plan.lots))
        yield plan


class Placed(NamedTuple):
    """Pieces on their way to a print file, and the claims that wait for a later run."""

    pieces: beam.PCollection
    """((lot_id, file), slice of DRAFTS)"""
    held: beam.PCollection
    """slices of HELD"""


class PlacePieces(beam.PTransform):
    """Sends every mail piece to the print file that the plan has for it; gives `Placed`."""

    def __init__(self, plan: beam.PCollection) -> None:
        super().__init__()
        self._plan = plan

    def expand(self, drafts: Any) -> Any:
        """The placed pieces."""
        out = drafts | "place" >> beam.ParDo(_Place(), beam.pvalue.AsSingleton(self._plan)).with_outputs(
            "held", main="pieces"
        )
        return Placed(out.pieces, out.held)


class _Place(beam.DoFn):
    def process(self, data: bytes, plan: Plan) -> Iterator[Any]:
        placed = plan.place(unpack([data], DRAFTS))
        if placed.held.num_rows:
            yield beam.pvalue.TaggedOutput("held", pack(placed.held.select(HELD.names)))
        for lot_id, file, part in placed:
            yield (lot_id, file), pack(part.select(DRAFTS.names))
