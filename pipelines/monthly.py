"""The monthly run, from claims exports to lots that a vendor can collect.

Reads top to bottom like the process. Each step is one composite transform; what it does to a
table is a plain function in its room.
"""

from collections.abc import Sequence

import apache_beam as beam

from pipelines import runners
from pipelines.ingest.survey import Survey
from pipelines.run import Run
from pipelines.transforms.check import CheckClaims
from pipelines.transforms.close import CloseBooks
from pipelines.transforms.pieces import MakePieces
from pipelines.transforms.plan import MakePlan, PlacePieces
from pipelines.transforms.press import PressFiles, PrintRoom
from pipelines.transforms.publish import PublishLots

ROWS_PER_BUCKET = 50_000
"""Claims that are brought together in one group: enough to keep slices large, few enough that
a worker holds only some ten megabytes at a time."""


def monthly(
    run: Run, survey: Survey, arguments: Sequence[str] = (), room: type[PrintRoom] = PrintRoom
) -> None:
    """Does what is missing of the run; when it returns, `run.json` says what came of it.

    Raises what a stage raises, and WorkerDied when a worker process is gone.
    """
    buckets = max(1, round(survey.rows / ROWS_PER_BUCKET))

    def process(pipeline: beam.Pipeline) -> None:
        exports = pipeline | "exports" >> beam.Create(survey.tasks) | "spread" >> beam.Reshuffle()
        claims = exports | "claims" >> CheckClaims(run, buckets)
        pieces = claims | "mail pieces" >> MakePieces(run)
        plan = pieces.cohorts | "plan" >> MakePlan(run)
        placed = pieces.drafts | "places" >> PlacePieces(plan)
        printed = placed.pieces | "print files" >> PressFiles(run, plan, room)
        lots = printed.receipts | "lots" >> PublishLots(run, plan)
        rejected = (claims.rejected, pieces.rejected, printed.rejected) | "quarantine" >> beam.Flatten()
        held = (placed.held, lots.held) | "held" >> beam.Flatten()
        _ = (claims.read, rejected, held, lots.outcomes) | "books" >> CloseBooks(run, plan)

    runners.run(process, runners.options_of(arguments, survey.rows))
