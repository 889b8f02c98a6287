"""What an operator sees of a run: bars on a terminal, JSON lines in a log, one last block.

Nothing here ever holds personal data: names of stages, counts, rates, reasons, ids of lots.
"""

import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

from rich.console import Console as RichConsole
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from pipelines.progress import STAGES, Stage

LOG_EVERY_SECONDS = 10.0
"""How often a log (not a terminal) gets a line of progress per moving stage."""


class Console:
    """Shows a run: on a terminal with bars, elsewhere as JSON lines on standard error."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.interactive = self._stream.isatty()
        self._rich = RichConsole(file=self._stream)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._logged: dict[str, tuple[float, int]] = {}

    def say(self, event: str, **facts: str | int | float | None) -> None:
        """One event with its facts, as a line."""
        if self.interactive:
            words = " ".join(f"{k.replace('_', ' ')} {v}" for k, v in facts.items() if v is not None)
            self._rich.print(f"[bold]{event}[/bold] {words}", highlight=False)
        else:
            self._line({"event": event, **facts})

    def show(self, stages: Mapping[str, Stage]) -> None:
        """The state of all stages; called twice a second."""
        for name, stage in stages.items():
            if stage.began:
                if self.interactive:
                    self._bar(name, stage)
                else:
                    self._log(name, stage)

    def close(self, stages: Mapping[str, Stage]) -> None:
        """Shows the last state of all stages and ends the bars."""
        self._logged.clear()
        self.show(stages)
        if self._progress:
            self._progress.stop()
            self._progress = None

    def lines(self, lines: Iterable[str]) -> None:
        """Lines on standard output, as they are."""
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()

    def block(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """The last block on standard output: a title and rows of label and value."""
        width = max((len(label) for label, _ in lines), default=0)
        out = [title, *(f"  {label:<{width}}  {value}".rstrip() for label, value in lines)]
        sys.stdout.write("\n".join(out) + "\n")
        sys.stdout.flush()

    def _bar(self, name: str, stage: Stage) -> None:
        if self._progress is None:
            self._progress = Progress(
                TextColumn("{task.description:<18}"),
                BarColumn(),
                TextColumn("{task.completed:>10,.0f} of {task.total:,.0f}"),
                TextColumn("{task.fields[rate]:>12}"),
                TextColumn("{task.fields[left]}"),
                console=self._rich,
            )
            self._progress.start()
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(STAGES.get(name, name), rate="", left="")
        self._progress.update(
            self._tasks[name],
            completed=stage.done,
            total=max(stage.of, stage.done),
            rate=f"{stage.rate:,.0f}/s" if stage.rate else "",
            left=_clock(stage.left),
        )

    def _log(self, name: str, stage: Stage) -> None:
        at, done = self._logged.get(name, (0.0, -1))
        now = time.monotonic()
        if stage.done != done and (now - at > LOG_EVERY_SECONDS or not at):
            self._logged[name] = (now, stage.done)
            left = stage.left
            self._line(
                {
                    "event": "progress",
                    "stage": name,
                    "done": stage.done,
                    "of": max(stage.of, stage.done),
                    "per_second": round(stage.rate, 1),
                    "seconds_left": None if left is None else round(left),
                }
            )

    def _line(self, facts: Mapping[str, object]) -> None:
        self._stream.write(json.dumps(facts, ensure_ascii=False) + "\n")
        self._stream.flush()


def quiet_libraries() -> None:
    """Keeps libraries' words out of the operator's log: their warnings and tracebacks may hold data."""
    for name in ("apache_beam", "weasyprint", "fontTools", "botocore", "boto3", "urllib3", "pikepdf", "grpc"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger().addHandler(logging.NullHandler())


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"
