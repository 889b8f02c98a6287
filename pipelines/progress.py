"""Progress of a run, told by workers in any process and heard by the operator's console.

A worker appends one short line per finished unit of work to a file of its own in the run's
spool folder; the driver adds the lines up. On an engine that does not share a disk with the
driver the lines go nowhere, and the engine's own console shows progress.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STAGES = {
    "read": "claims read",
    "pieces": "mail pieces made",
    "press": "letters pressed",
    "lots": "lots published",
    "verify": "pieces recounted",
}
"""The stages in their order, with the unit that is counted."""

FULL_LAYOUTS = "full-layouts"
"""Told like a stage, but only counted: letters laid out in full so that the press could learn."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where workers tell their progress: a folder, or nothing."""

    folder: str | None

    def tell(self, stage: str, done: int = 0, of: int = 0) -> None:
        """Adds `done` units to a stage, and `of` units to what it has to do."""
        if not self.folder or not Path(self.folder).is_dir():
            return
        line = json.dumps([stage, done, of, time.time()]) + "\n"
        path = Path(self.folder) / f"{os.getpid()}.progress"
        with path.open("a", encoding="ascii") as file:
            file.write(line)


@dataclass(slots=True)
class Stage:
    """How far one stage is: units done and to do, and when it began and last moved."""

    done: int = 0
    of: int = 0
    began: float = 0.0
    moved: float = 0.0

    @property
    def seconds(self) -> float:
        """Wall seconds between the first and the last word of the stage."""
        return max(self.moved - self.began, 0.0)

    @property
    def rate(self) -> float:
        """Units a second; 0 before there is anything to divide."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left at this rate, or None when that is not known yet."""
        return (self.of - self.done) / self.rate if self.rate and self.of >= self.done else None


class Watch:
    """Adds up what workers tell, and calls `show` twice a second while a run is on."""

    def __init__(self, folder: Path, show: Callable[[dict[str, Stage]], None]) -> None:
        self.stages: dict[str, Stage] = {name: Stage() for name in STAGES}
        self.full_layouts = 0
        """How many were told of so far."""
        self._folder = folder
        self._show = show
        self._read: dict[Path, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="progress", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()
        self._gather()

    def _loop(self) -> None:
        while not self._stop.wait(0.5):
            self._gather()
            self._show(self.stages)

    def _gather(self) -> None:
        for path in sorted(self._folder.glob("*.progress")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                data = file.read()
            whole = data.rfind(b"\n") + 1
            self._read[path] = self._read.get(path, 0) + whole
            for line in data[:whole].splitlines():
                name, done, of, at = json.loads(line)
                if name == FULL_LAYOUTS:
                    self.full_layouts += done
                    continue
                stage = self.stages.setdefault(name, Stage())
                stage.done += done
                stage.of += of
                stage.began = min(stage.began or at, at)
                stage.moved = max(stage.moved, at)
