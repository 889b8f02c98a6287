"""The plan of a month without its letters: what `brevpress plan` asks, and nothing is written.

The flow is that of the monthly run up to its plan, with the same steps; so the plan is the one that
the monthly run makes of the same exports, configuration and day.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import apache_beam as beam
import pyarrow as pa

from pipelines import runners
from pipelines.console import Console
from pipelines.errors import UsageError
from pipelines.ingest.survey import Survey
from pipelines.letters import rules
from pipelines.model import QUARANTINE, SORTED_COHORTS
from pipelines.monthly import ROWS_PER_BUCKET
from pipelines.outcome import DONE, NEEDS_A_PERSON
from pipelines.postal.cells import Cells
from pipelines.postal.limits import Gain
from pipelines.postal.paydays import Month
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from pipelines.postal.schedule import gains
from pipelines.postal.timetable import Rules
from pipelines.report.plan_figures import PlanFigures
from pipelines.run import Run
from pipelines.transforms.check import CheckClaims
from pipelines.transforms.pieces import MakePieces
from pipelines.transforms.plan import AddUp
from pipelines.transforms.slices import unpack

COUNTS, REASONS = "counts.arrow", "quarantined.json"
"""What the flow leaves in the folder of this process."""


@dataclass(frozen=True)
class Planned:
    """A plan, what would make it better, and the claims that must not be printed, by reason."""

    plan: Plan
    gains: tuple[Gain, ...]
    quarantined: tuple[tuple[str, int], ...]
    """By reason; only what is found before a page is made."""


def count(run: Run, survey: Survey, folder: Path, arguments: Sequence[str] = ()) -> None:
    """Reads all exports and leaves counts of mail pieces and of claims in quarantine in `folder`.

    Raises what a stage raises, WorkerDied when a worker process is gone, and UsageError when the
    runner's workers do not share the folder.
    """
    buckets = max(1, round(survey.rows / ROWS_PER_BUCKET))

    def process(pipeline: beam.Pipeline) -> None:
        exports = pipeline | "exports" >> beam.Create(survey.tasks) | "spread" >> beam.Reshuffle()
        claims = exports | "claims" >> CheckClaims(run, buckets)
        pieces = claims | "mail pieces" >> MakePieces(run)
        rejected = (claims.rejected, pieces.rejected) | "quarantine" >> beam.Flatten()
        counts = pieces.cohorts | "all counts" >> beam.CombineGlobally(AddUp())
        reasons = rejected | "reasons" >> beam.Map(_reasons) | "all reasons" >> beam.CombineGlobally(_sum)
        _ = counts | "bring counts home" >> beam.Map(_keep, str(folder), COUNTS)
        _ = reasons | "bring reasons home" >> beam.Map(_keep_reasons, str(folder))

    runners.run(process, runners.options_of(arguments, survey.rows))
    if not (folder / COUNTS).exists() or not (folder / REASONS).exists():
        raise UsageError(
            "the runner's workers do not write on this machine, so the counts did not come back",
            "leave out --runner: counts are small, a plan needs no cluster",
        )


def planned(run: Run, folder: Path) -> Planned:
    """The plan of the counts that `count` left in `folder`. Raises TableError and ConfigError."""
    config, month = run.config, Month.parse(run.period)
    counts = unpack([(folder / COUNTS).read_bytes()], SORTED_COHORTS)
    minimum = partial(rules.minimum_days, own=config.schedule.tables)
    plan = make_plan(counts, run.run_id, run.period, run.today, config, minimum)
    cohorts = Cells.of(counts, plan.areas).cohorts
    more = gains(cohorts, month, run.today, config, Rules.load(config, minimum)) if cohorts else ()
    reasons: dict[str, int] = json.loads((folder / REASONS).read_text(encoding="ascii"))
    return Planned(plan, more, tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))))


def read(path: Path) -> Plan:
    """The plan in a file that `brevpress plan` or a run wrote. Raises UsageError."""
    try:
        return Plan.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--against {path}: {error.strerror}", "name a plan.json") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"--against {path}: no plan of this version", "plan the other one anew") from error


def last_block(
    console: Console,
    shown: PlanFigures,
    exports: str,
    rows: int,
    quarantined: Sequence[tuple[str, int]],
    output: Path | None,
    page: Path | None,
) -> int:
    """Says what was planned and what to do next; gives back the exit code."""
    plan, undecided = shown.plan, shown.needs_a_person
    lines = [
        ("claims read", f"{rows:,}"),
        ("claims quarantined", f"{sum(n for _, n in quarantined):,} before a page is made"),
        *((f"  {reason}", f"{n:,}") for reason, n in quarantined),
        ("mail pieces planned", f"{shown.pieces:,} on {shown.sheets:,} sheets (forecast)"),
        ("mail pieces waiting", f"{shown.waiting:,}"),
        ("lots", f"{len(plan.lots):,} in {sum(len(lot.files) for lot in plan.lots):,} print files"),
        *(("plan", str(path)) for path in (output,) if path),
        *(("page", str(path)) for path in (page,) if path),
    ]
    if undecided:
        lines.append(("next", f"{undecided:,} pieces wait for a decision: docs/operators.md, Plan first"))
    else:
        call = f"--exports {exports} --out … --period {plan.period} --today {plan.today}"
        lines.append(("next", f"brevpress monthly {call}"))
    console.block(f"{plan.run_id}: planned; nothing was pressed or published", lines)
    return NEEDS_A_PERSON if undecided else DONE


def _reasons(rejected: bytes) -> dict[str, int]:
    reasons: pa.Table = unpack([rejected], QUARANTINE)["reason"]
    return dict(Counter(reasons.to_pylist()))


def _sum(found: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for reasons in found:
        total.update(reasons)
    return dict(total)


def _keep_reasons(reasons: dict[str, int], folder: str) -> None:
    _keep(json.dumps(reasons).encode(), folder, REASONS)


def _keep(data: bytes, folder: str, name: str) -> None:
    # On an engine that does not share our disk the folder is not there.
    if Path(folder).is_dir():
        (Path(folder) / name).write_bytes(data)
