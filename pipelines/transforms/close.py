"""The books of a run: counted, balanced, written, and the run's record closed."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from pipelines.delivery import books, runbook
from pipelines.delivery.lots import LotOutcome
from pipelines.delivery.opening import open_store
from pipelines.model import HELD, QUARANTINE
from pipelines.postal.plan import Plan
from pipelines.report import page
from pipelines.run import Run
from pipelines.transforms.slices import unpack

Parts = tuple[beam.PCollection, beam.PCollection, beam.PCollection, beam.PCollection]


class CloseBooks(beam.PTransform):
    """Rows read, quarantine, held and lots in; the run's tables, record and report out."""

    def __init__(self, run: Run, plan: beam.PCollection) -> None:
        super().__init__()
        self._run = run
        self._plan = plan

    def expand(self, parts: Any) -> Any:
        """The id of the run, once everything of it is written."""
        read, rejected, held, outcomes = parts
        # One element that is always there: a run that reads nothing is closed, too.
        once = read.pipeline | "always one book" >> beam.Create([(0, True)])
        return (
            {
                "once": once,
                "read": read | "key read" >> beam.Map(lambda value: (0, value)),
                "rejected": rejected | "key rejected" >> beam.Map(lambda value: (0, value)),
                "held": held | "key held" >> beam.Map(lambda value: (0, value)),
                "outcomes": outcomes | "key outcomes" >> beam.Map(lambda value: (0, value)),
            }
            | "all on one desk" >> beam.CoGroupByKey()
            | "close" >> beam.ParDo(_CloseBooks(self._run), beam.pvalue.AsSingleton(self._plan))
        )


class _CloseBooks(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def process(self, desk: tuple[int, dict[str, Iterable[Any]]], plan: Plan) -> Iterator[str]:
        _, parts = desk
        run = self._run
        store = open_store(run.out, run.config.delivery)
        read: dict[str, int] = {}
        for name, rows in parts["read"]:
            read[name] = read.get(name, 0) + rows
        outcomes: list[LotOutcome] = sorted(parts["outcomes"], key=lambda o: o.lot_id)
        if {o.lot_id for o in outcomes} != {lot.lot_id for lot in plan.lots}:
            raise RuntimeError(f"{len(outcomes)} lots came, {len(plan.lots)} were planned")
        published = [plan.lot(o.lot_id) for o in outcomes if not o.breaches]
        totals = books.write_books(
            store,
            run.run_id,
            published,
            read,
            unpack(parts["rejected"], QUARANTINE),
            unpack(parts["held"], HELD),
        )
        record = runbook.closed(store, run.run_id, totals, outcomes)
        report = page.render(store, record)
        store.put_bytes(f"runs/{run.run_id}/report.html", report.encode(), "text/html")
        # Last: a run is finished only when everything else of it lies there.
        runbook.close(store, run.run_id, record)
        yield run.run_id
