"""Finished print files become lots in the outbox: manifest after files, `_READY` last."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
import pyarrow as pa

from pipelines.delivery import lots, receipts
from pipelines.delivery.manifest import NO_PAPERS
from pipelines.delivery.opening import open_store
from pipelines.postal.plan import Plan
from pipelines.prepare import SOFTWARE, tables_of
from pipelines.reasons import Hold
from pipelines.run import Run
from pipelines.transforms.papers import PostRoom
from pipelines.transforms.rows import held_rows
from pipelines.transforms.slices import pack


class Published(NamedTuple):
    """What came of every lot, and the claims of stopped ones."""

    outcomes: beam.PCollection
    """LotOutcome"""
    held: beam.PCollection
    """slices of HELD"""


class PublishLots(beam.PTransform):
    """(lot_id, file) of finished print files in, `Published` out."""

    def __init__(self, run: Run, plan: beam.PCollection) -> None:
        super().__init__()
        self._run = run
        self._plan = plan

    def expand(self, files: Any) -> Any:
        """The lots of all finished print files."""
        out = (
            files
            | "bring lots together" >> beam.GroupByKey()
            | "publish"
            >> beam.ParDo(_PublishLot(self._run), beam.pvalue.AsSingleton(self._plan)).with_outputs(
                "held", main="outcomes"
            )
        )
        return Published(out.outcomes, out.held)


class _PublishLot(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def setup(self) -> None:
        self._post_room = PostRoom.of(self._run.config)

    def process(self, group: tuple[str, Iterable[str]], plan: Plan) -> Iterator[Any]:
        lot_id, names = group
        run = self._run
        store = open_store(run.out, run.config.delivery)
        lot = plan.lot(lot_id)
        missing = {f.name for f in lot.files} - set(names)
        if missing:
            raise RuntimeError(f"lot {lot_id}: {len(missing)} of {len(lot.files)} print files never came")
        done = [receipts.read(store, run.run_id, lot_id, file.name) for file in lot.files]
        rows = pa.concat_tables([r.rows for r in done])
        goes_out = rows.num_rows and not any(r.printed.breaches for r in done)
        tables = {t.name: t for t in (*tables_of(run.config), *plan.tables)}
        outcome = lots.publish(
            store,
            lot,
            [r.printed for r in done],
            rows,
            self._post_room.tables(lot, list(tables.values())),
            run.config.vendors[lot.vendor],
            run.run_id,
            SOFTWARE,
            run.today,
            self._post_room.papers(lot, rows) if goes_out else NO_PAPERS,
        )
        run.channel.tell("lots", 1)
        if outcome.breaches:
            sources = pa.concat_tables([r.sources for r in done])
            yield beam.pvalue.TaggedOutput("held", pack(held_rows(sources, Hold.LOT_STOPPED, None)))
        yield outcome
