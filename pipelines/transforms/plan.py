"""The plan: made once from counts, written down before a page exists, and obeyed by every piece."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import apache_beam as beam
import pyarrow as pa

from pipelines.delivery import runbook
from pipelines.delivery.opening import open_store
from pipelines.letters import rules
from pipelines.model import HELD, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.postal.placing import Placed as PlacedSlice
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from pipelines.run import Run
from pipelines.transforms.slices import pack, unpack


class MakePlan(beam.PTransform):
    """Slices of SORTED_COHORTS in, one `Plan` out; `plan.json` is in the store when it is out."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def expand(self, cohorts: beam.PCollection) -> beam.PCollection:
        """The plan of all cohorts; a run without a single piece has one, too."""
        return (
            cohorts
            | "all counts" >> beam.CombineGlobally(AddUp())
            | "plan" >> beam.ParDo(_MakePlan(self._run))
        )


class AddUp(beam.CombineFn):
    """One slice of counts from many: a worker adds up its own before they travel."""

    def create_accumulator(self) -> list[bytes]:
        """Slices that are not added up yet: none."""
        return []

    def add_input(self, accumulator: list[bytes], element: bytes) -> list[bytes]:
        """With one slice more."""
        accumulator.append(element)
        return self.compact(accumulator) if len(accumulator) >= SLICES_HELD else accumulator

    def merge_accumulators(self, accumulators: Iterable[list[bytes]]) -> list[bytes]:
        """Those of several workers."""
        merged: list[bytes] = []
        for accumulator in accumulators:
            merged += accumulator
            if len(merged) >= SLICES_HELD:
                merged = self.compact(merged)
        return merged

    def compact(self, accumulator: list[bytes]) -> list[bytes]:
        """The same counts in one slice, before they travel."""
        return [pack(added_up(unpack(accumulator, SORTED_COHORTS)))]

    def extract_output(self, accumulator: list[bytes]) -> bytes:
        """All counts in one slice."""
        [counts] = self.compact(accumulator)
        return counts


SLICES_HELD = 16
"""Slices of counts that a worker keeps before it adds them up: few enough to be small."""


def added_up(counts: pa.Table) -> pa.Table:
    """SORTED_COHORTS with one row for each cohort and postcode."""
    keys, sums = SORTED_COHORTS.names[:-2], SORTED_COHORTS.names[-2:]
    found = counts.group_by(keys).aggregate([(name, "sum") for name in sums])
    return found.select([*keys, *(f"{name}_sum" for name in sums)]).rename_columns(SORTED_COHORTS.names)


class _MakePlan(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def process(self, counts: bytes) -> Iterator[Plan]:
        run = self._run
        minimum = partial(rules.minimum_days, own=run.config.schedule.tables)
        cohorts = unpack([counts], SORTED_COHORTS)
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
    """((lot_id, file), slice of SORTED_DRAFTS)"""
    held: beam.PCollection
    """slices of HELD"""


class PlacePieces(beam.PTransform):
    """Sends every mail piece to the print file that the plan has for it; gives `Placed`.

    Pieces of postcodes in which the plan cuts are brought together by postcode first, since their
    place is a matter of rank; all others go straight to their file.
    """

    def __init__(self, plan: beam.PCollection) -> None:
        super().__init__()
        self._plan = plan

    def expand(self, drafts: Any) -> Any:
        """The placed pieces."""
        plan = beam.pvalue.AsSingleton(self._plan)
        straight = drafts | "place" >> beam.ParDo(_Place(), plan).with_outputs(
            "held", "unranked", main="pieces"
        )
        ranked = (
            straight.unranked
            | "bring postcodes together" >> beam.GroupByKey()
            | "rank and place" >> beam.ParDo(_RankAndPlace(), plan).with_outputs("held", main="pieces")
        )
        return Placed(
            (straight.pieces, ranked.pieces) | "all pieces" >> beam.Flatten(),
            (straight.held, ranked.held) | "all that wait" >> beam.Flatten(),
        )


class _Place(beam.DoFn):
    def process(self, data: bytes, plan: Plan) -> Iterator[Any]:
        placed = plan.place(unpack([data], SORTED_DRAFTS))
        yield from _told(placed)
        for country, postal_code, part in placed.unranked():
            slice_ = pack(part.select(SORTED_DRAFTS.names))
            yield beam.pvalue.TaggedOutput("unranked", ((country, postal_code), slice_))


class _RankAndPlace(beam.DoFn):
    def process(self, group: tuple[tuple[str, str], Iterable[bytes]], plan: Plan) -> Iterator[Any]:
        yield from _told(plan.place_whole(unpack(group[1], SORTED_DRAFTS)))


def _told(placed: PlacedSlice) -> Iterator[Any]:
    if placed.held.num_rows:
        yield beam.pvalue.TaggedOutput("held", pack(placed.held.select(HELD.names)))
    for lot_id, file, part in placed:
        yield (lot_id, file), pack(part.select(SORTED_DRAFTS.names))
