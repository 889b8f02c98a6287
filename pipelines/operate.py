"""A run as its operator meets it: prepared, watched, and ended with words on what to do next."""

import json
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from pipelines import config as configuration
from pipelines.console import Console, quiet_libraries
from pipelines.delivery.opening import open_store
from pipelines.delivery.store import Store
from pipelines.errors import BrevpressError, UsageError
from pipelines.outcome import CRASH, DONE, NEEDS_A_PERSON, WRONG, last_block
from pipelines.processes import spool
from pipelines.progress import STAGES, Channel, Stage, Watch


def sample(out: Path, letters: int, seed: int, countries: str, kind: str) -> None:
    """Writes a sample export to the folder `out` and says what lies there."""
    from pipelines.sample.export import write_sample

    if kind not in {"parquet", "csv"}:
        raise UsageError(f"--format {kind}: unknown", "use parquet or csv")
    summary = write_sample(out, letters, seed, tuple(c.strip().upper() for c in countries.split(",")), kind)
    Console().block(
        f"Sample export in {out}",
        [("claims", f"{summary.rows:,}"), ("mail pieces expected", f"{summary.pieces_expected:,}")],
    )


def monthly(
    exports: str,
    out: str,
    period: str,
    config_path: Path | None,
    today: date | None,
    arguments: Sequence[str],
) -> int:
    """Makes or finishes the monthly run; gives back the exit code."""
    _check_month(period)
    quiet_libraries()
    from pipelines import runners
    from pipelines.monthly import monthly as flow
    from pipelines.prepare import prepare

    # Before anything is opened: a mistyped option must not leave half a run behind.
    runners.options_of(arguments, 0)
    console = Console()
    config = configuration.load(config_path)
    with spool() as folder:
        run_id = f"monthly-{period}"
        console.say("start", run=run_id)
        store = open_store(out, config.delivery)
        prepared = prepare(run_id, period, exports, out, config, today, store, Channel(str(folder)))
        console.say(
            "exports",
            files=len(prepared.survey.files),
            ignored=prepared.survey.ignored,
            rows=prepared.survey.rows,
            state=prepared.begun,
        )
        if prepared.begun != "finished":
            prepared.run.channel.tell("read", 0, prepared.survey.rows)
            with _watched(folder, console, store, run_id):
                flow(prepared.run, prepared.survey, arguments)
    return last_block(console, store, config, run_id, out)


def plan(
    exports: str,
    period: str,
    config_path: Path | None,
    today: date | None,
    output: Path | None,
    page: Path | None,
    against: Path | None,
    arguments: Sequence[str],
) -> int:
    """Plans the month without pressing it and shows the plan; gives back the exit code.

    What is written is the plan in `output` and the page in `page`, and nothing to any bucket.
    """
    _check_month(period)
    quiet_libraries()
    from pipelines import planning, runners
    from pipelines.delivery.memory import MemoryStore
    from pipelines.postal.comparing import difference
    from pipelines.prepare import prepare
    from pipelines.report import plan_page, plan_terminal
    from pipelines.report.plan_figures import figures

    runners.options_of(arguments, 0)
    console = Console()
    config = configuration.load(config_path)
    other = planning.read(against) if against else None
    for path in (output, page):
        if path and not path.absolute().parent.is_dir():
            raise UsageError(f"{path}: no such folder", "name an existing one")
        if path and path.is_dir():
            raise UsageError(f"{path}: a folder", "name a file")
    with spool() as folder:
        run_id = f"monthly-{period}"
        console.say("start", plan=run_id)
        # The run's record goes where nobody looks: this call begins no run.
        prepared = prepare(
            run_id, period, exports, "memory://", config, today, MemoryStore(), Channel(str(folder))
        )
        survey = prepared.survey
        console.say("exports", files=len(survey.files), ignored=survey.ignored, rows=survey.rows)
        prepared.run.channel.tell("read", 0, survey.rows)
        watch = Watch(folder, console.show)
        try:
            with watch:
                planning.count(prepared.run, survey, folder, arguments)
        finally:
            console.close(watch.stages)
        console.say("planning")
        made = planning.planned(prepared.run, folder)
    shown = figures(made.plan, made.gains, difference(other, made.plan) if other else None)
    if output:
        output.write_bytes(made.plan.to_json().encode())
    if page:
        page.write_bytes(plan_page.draw(shown).encode())
    plan_terminal.show(shown, sys.stdout)
    return planning.last_block(console, shown, exports, survey.rows, made.quarantined, output, page)


@contextmanager
def _watched(folder: Path, console: Console, store: Store, run_id: str) -> Iterator[None]:
    watch = Watch(folder, console.show)
    try:
        with watch:
            yield
    finally:
        console.close(watch.stages)
    if watch.stages["press"].began:
        console.say("learnt", full_layouts=watch.full_layouts)
    # Beside the report, not in the books: times are never the same twice, and what has to be
    # learnt depends on what the machine knows.
    timing = _timing(watch.stages, watch.full_layouts)
    store.put_bytes(f"runs/{run_id}/timing.js", timing.encode(), "text/javascript")


def _timing(stages: Mapping[str, Stage], full_layouts: int) -> str:
    rows = [
        {
            "stage": name,
            "unit": STAGES.get(name, ""),
            "seconds": round(stage.seconds, 3),
            "done": stage.done,
            "per_second": round(stage.rate, 3),
        }
        for name, stage in stages.items()
        if stage.began
    ]
    return (
        f"window.brevpressTiming = {json.dumps(rows, indent=1)};\n"
        f"window.brevpressFullLayouts = {full_layouts};\n"
    )


def verify(out: str, run_id: str | None, deep: bool, config_path: Path | None) -> int:
    """Recounts one run or all; gives back the exit code."""
    quiet_libraries()
    from pipelines.delivery import verify as verification

    console = Console()
    config = configuration.load(config_path)
    store = open_store(out, config.delivery)
    with spool() as folder:
        watch = Watch(folder, console.show)
        with watch:
            findings = verification.verify(store, config, run_id, deep, Channel(str(folder)))
        console.close(watch.stages)
    for finding in findings.found[:50]:
        console.say("finding", code=finding.code, where=finding.where, fact=finding.fact)
    console.block(
        f"verify {run_id or 'all runs'}: {'clean' if not findings.found else 'NOT clean'}",
        [(label, f"{n:,}") for label, n in findings.counted],
    )
    return NEEDS_A_PERSON if findings.found else DONE


def proof(
    layout: str, record: Path, output: Path, config_path: Path | None, today: date | None, exact: bool
) -> int:
    """Writes one letter as it will be printed; gives back the exit code."""
    quiet_libraries()
    from pipelines.proof import write_proof

    config = configuration.load(config_path)
    made = write_proof(layout, record, output, config, today or _this_day(), exact)
    lines = [("look at", str(output)), ("lane", made.lane)]
    if made.unstamped:
        lines.append(("not stamped", made.unstamped))
    Console().block(f"Proof of {layout}", [*lines, *(("preflight", breach) for breach in made.breaches)])
    return NEEDS_A_PERSON if made.breaches else DONE


def lint(layouts: Sequence[str], as_json: bool) -> int:
    """Says what is wrong with the layouts, or with all without names; gives back the exit code."""
    quiet_libraries()
    from pipelines.lint.check import lint as check

    report = check(layouts)
    Console().lines(report.as_json() if as_json else report.lines())
    return NEEDS_A_PERSON if report.findings else DONE


def _check_month(period: str) -> None:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        raise UsageError(f"--period {period}: not a month", "write YYYY-MM, such as 2026-12")


def _this_day() -> date:
    return datetime.now().astimezone().date()


def report_usage(message: str) -> int:
    """Says on standard error how the call was wrong; gives back the exit code."""
    Console().say("error", message=f"{message} (brevpress --help)")
    return WRONG


def report_stop() -> int:
    """Says on standard error that the command was interrupted; gives back the exit code."""
    Console().say("stopped", next="run the same command again; it goes on where it stopped")
    return CRASH


def report_error(error: Exception) -> int:
    """Says on standard error what went wrong, in one line; gives back the exit code.

    An unforeseen error may hold data in its text, so only its type and place are said.
    """
    console = Console()
    known = _ours(error)
    if known:
        code, message = known
        console.say("error", message=message)
        return code
    frame = next(
        (f for f in reversed(traceback.extract_tb(error.__traceback__)) if "pipelines" in f.filename), None
    )
    at = f"{Path(frame.filename).name}:{frame.lineno}" if frame else "unknown place"
    where = _RAISED.findall(str(error))
    if where:
        at = f"{Path(where[-1][0]).name}:{where[-1][1]}"
    console.say(
        "crash",
        error=type(error).__name__,
        at=at,
        next="run the same command again; it goes on where it stopped; report it if it stays",
    )
    return CRASH


_RAISED = re.compile(r'File "([^"]*pipelines[^"]*)", line (\d+)')
_NAMED = re.compile(r"^(?:\w+: )?pipelines\.errors\.(\w+): (.*)$", re.MULTILINE)
_STEP = re.compile(r" \[while running '[^']*'\]")
"""What Beam puts into the message of an error that a step raised."""


def _ours(error: BaseException) -> tuple[int, str] | None:
    """The exit code and message of a BrevpressError, also of one that a worker raised.

    Beam gives back a worker's error as the text of its traceback.
    """
    if isinstance(error, BrevpressError):
        return error.exit_code, _STEP.sub("", str(error))
    from pipelines import errors

    for name, message in _NAMED.findall(str(error)):
        kind = getattr(errors, name, None)
        if isinstance(kind, type) and issubclass(kind, BrevpressError):
            return kind.exit_code, _STEP.sub("", message)
    return None
