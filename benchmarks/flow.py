"""Everything but the composing of pages: export to published lots, with blank print files.

    python benchmarks/flow.py [--letters 1000 100000 300000] [--json FILE]

For each size, in a process of its own on all cores: wall seconds, the stages' shares, and the peak
memory of all processes together (proportional set size, sampled). The first, tiny run shows
the runner's own base. A print file here is one blank page a piece, put together by hand; letters are not
written and not set.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from pipelines.model import PlannedFile, PrintedPiece, PrintFile, Refusal
from pipelines.run import Run

if TYPE_CHECKING:
    from pipelines.transforms.press import ToPress

PERIOD, TODAY = "2026-12", date(2026, 12, 1)


class BlankRoom:
    """Stands in for the press: one sheet a piece, no letter, a file of a few bytes."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def press(self, asked: "ToPress", out: Path) -> tuple[PrintFile, list[Refusal]]:
        file, lot_id = asked.file, asked.lot_id
        data = f"{lot_id} {file.name}\n".encode()
        out.write_bytes(data)
        pieces = tuple(
            PrintedPiece(
                piece, file.first_sequence + n, 2 * n + 1, 2, 1, "rendered", f"{n:027}", (), _tray(file, n)
            )
            for n, piece in enumerate(asked.drafts["piece_id"].to_pylist())
        )
        self._run.channel.tell("press", len(pieces))
        sha = hashlib.sha256(data).hexdigest()
        return PrintFile(file.name, len(data), sha, pieces, 2 * len(pieces), len(pieces)), []


def _tray(file: PlannedFile, place: int) -> str:
    number = file.first_sequence + place
    return next(c.id for c in file.containers if c.first_sequence <= number <= c.last_sequence)


def one(exports: Path, out: Path) -> None:
    """One run in this process; prints its stages as JSON."""
    from pipelines import config
    from pipelines.console import quiet_libraries
    from pipelines.delivery.opening import open_store
    from pipelines.prepare import prepare
    from pipelines.processes import be_thrifty
    from pipelines.progress import Channel, Watch

    quiet_libraries()
    be_thrifty()
    from pipelines.monthly import monthly

    spool = out.parent / "spool"
    spool.mkdir(exist_ok=True)
    settings = config.load(None)
    began = time.perf_counter()
    store = open_store(str(out), settings.delivery)
    prepared = prepare(
        f"monthly-{PERIOD}", PERIOD, str(exports), str(out), settings, TODAY, store, Channel(str(spool))
    )
    surveyed = time.perf_counter() - began
    with Watch(spool, lambda stages: None) as watch:
        monthly(prepared.run, prepared.survey, room=BlankRoom)
    stages = {name: round(stage.seconds, 2) for name, stage in watch.stages.items() if stage.began}
    print(json.dumps({"rows": prepared.survey.rows, "survey": round(surveyed, 2), **stages}))


def measure(letters: int, work: Path) -> dict[str, float]:
    """Figures of one size, from outside the process."""
    exports = work / f"exports-{letters}"
    subprocess.run(
        [sys.executable, "-m", "pipelines", "sample", "--letters", str(letters), "--out", str(exports)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(dir=work) as folder:
        out = Path(folder) / "bucket"
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, __file__, "--one", str(exports), str(out)], stdout=subprocess.PIPE, text=True
        )
        peak = Peak(process.pid)
        printed, _ = process.communicate()
        wall = time.perf_counter() - began
        peak.stop()
    if process.returncode:
        raise SystemExit(process.returncode)
    return {"letters": letters, **json.loads(printed), "wall_s": round(wall, 1), "peak_mb": round(peak.mb)}


class Peak:
    """The most memory that a process and its children have had together, in MB; until `stop`."""

    LOOKS = 0.02
    """Of the time, at most: the kernel walks through all pages of a process for its proportional set
    size, which takes tens of milliseconds where workers have 800 MB each."""
    SHORTEST = 0.25
    """s between two looks: short flows have their crest for a second or two."""

    def __init__(self, pid: int) -> None:
        self.mb = 0.0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        rest = 0.0
        while not self._ended.wait(rest):
            began, total = time.perf_counter(), 0
            try:
                for process in (self._root, *self._root.children(recursive=True)):
                    total += process.memory_full_info().pss
            except psutil.Error:
                pass
            self.mb = max(self.mb, total / 1e6)
            rest = max(self.SHORTEST, (time.perf_counter() - began) / self.LOOKS)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, nargs="+", default=[1_000, 100_000, 300_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one(*arguments.one)
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(letters, Path(folder)) for letters in arguments.letters]
    names = list(rows[0])
    print(" | ".join(f"{name:>9}" for name in names))
    for row in rows:
        print(" | ".join(f"{row[name]:>9,}" for name in names))
    print(f"{os.cpu_count()} cores; stages overlap where Beam fuses them")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
