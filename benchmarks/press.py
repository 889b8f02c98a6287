"""The press and its peers on one letter: CPU, wall, bytes and memory, in one run.

    python benchmarks/press.py --letters 2000 [--json FILE] [--markdown] [--only LANE …] [--check]

The letter is `benchmarks/reference`: two pages with every part that a bill has, the same rows of
data for all. A case is a fresh process; rounds of all cases follow each other, and the medians
count. The clock runs from the row, a Python dict, to the closed file: templates, texts, codes,
marks, and for `stamped` preflight and checksum too. It starts after imports and after 200 other
letters have gone through the same lane, so that fonts, style sheets and most shapes are there, as
they are in a worker that has run before; `--warm 0` shows the first letters' price as well.

`weasyprint` takes at most 100 letters after 20, since a letter costs it the same however many there are.
`--check` composes a few letters in every lane and compares each page's words and symbols with the data.
"""

import argparse
import gc
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # As a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.reference import layouts_root  # noqa: E402

LANES = {
    "stamped": ("benchmarks.reference.brevpress", "Stamped"),
    "weasyprint": ("benchmarks.reference.brevpress", "WeasyPrint"),
    "typst": ("benchmarks.reference.typst_lane", "Typst"),
    "reportlab": ("benchmarks.reference.reportlab_lane", "ReportLab"),
}
FIGURES = ("cpu_ms_per_letter", "wall_ms_per_letter", "bytes_per_letter", "peak_mb")
MOST, MOST_WARM = {"weasyprint": 100}, {"weasyprint": 20}
"""Letters a round of the lanes whose price does not change with the number, and before the clock starts."""
SEED, WARM_SEED = 1, 2
LETTERS, WARM, CHECKED = 2000, 200, 60
_DIGITS = {"cpu_ms_per_letter": 3, "wall_ms_per_letter": 3, "bytes_per_letter": 0, "peak_mb": 1}

Figures = dict[str, float]


class Supply:
    """The rows of a case, made as they are asked for; knows how long the making took."""

    BATCH = 100

    def __init__(self, count: int, seed: int) -> None:
        self.cpu = self.wall = 0.0
        self._count, self._seed = count, seed

    def __iter__(self) -> Iterator[dict[str, Any]]:
        from benchmarks.reference import letters

        batches = letters.batches(letters.rows(self._count, self._seed), self.BATCH)
        while True:
            cpu, wall = time.process_time(), time.perf_counter()
            batch = next(batches, None)
            self.cpu += time.process_time() - cpu
            self.wall += time.perf_counter() - wall
            if batch is None:
                return
            yield from batch


def one(lane: str, count: int, warm: int, out: Path, profiled: bool) -> dict[str, Any]:
    """One case in this process."""
    from pipelines.console import quiet_libraries
    from pipelines.processes import be_thrifty

    quiet_libraries()
    be_thrifty()  # As a worker of a run is; for every lane alike.
    module, name = LANES[lane]
    compose = getattr(importlib.import_module(module), name)()
    if warm:
        (out / "warm").mkdir()
        compose(Supply(warm, WARM_SEED), out / "warm")
    gc.collect()
    gc.freeze()  # What imports and fonts made is of no concern to a collection; for every lane alike.
    if profiled:
        return _profile(compose, count, out)
    supply = Supply(count, SEED)
    cpu, wall = time.process_time(), time.perf_counter()
    compose(supply, out)
    cpu, wall = time.process_time() - cpu - supply.cpu, time.perf_counter() - wall - supply.wall
    return {
        "cpu_ms_per_letter": 1000 * cpu / count,
        "wall_ms_per_letter": 1000 * wall / count,
        "bytes_per_letter": sum(path.stat().st_size for path in out.glob("*.pdf")) / count,
        "peak_mb": _peak_mb(),
    }


def _profile(compose: Any, count: int, out: Path) -> dict[str, Any]:
    from benchmarks.reference import floor, letters, sampling

    rows = list(letters.rows(count, SEED))
    profile = sampling.Profile()
    began = time.process_time()
    with profile.running():
        compose(rows, out)
    spent = 1000 * (time.process_time() - began) / count
    stages = {stage: spent * share for stage, share in profile.shares().items()}
    return {"stamped": {**stages, "all": spent}, "floor": floor.floor(out, count)}


def _peak_mb() -> float:
    """The most memory that this process has had; unlike ru_maxrss without its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError("/proc/self/status has no VmHWM")


def _case(lane: str, count: int, warm: int, out: Path, assets: Path, *more: str) -> dict[str, Any]:
    """The figures of a case from a process of its own."""
    command = [sys.executable, __file__, "--one", lane, "--letters", str(count), "--warm", str(warm)]
    done = subprocess.run(
        [*command, "--out", str(out), *more],
        env={**os.environ, "BREVPRESS_ASSETS": str(assets)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{lane}: exit code {done.returncode}")
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def measure(lanes: list[str], count: int, rounds: int, warm: int, profiled: bool) -> dict[str, Any]:
    """The medians of all rounds by lane, the stamped lane's profile and floor, and what was run."""
    seen: dict[str, list[Figures]] = {lane: [] for lane in lanes}
    with tempfile.TemporaryDirectory() as folder:
        assets = layouts_root.make(Path(folder) / "assets")
        for number in range(rounds):
            for lane in lanes:
                with tempfile.TemporaryDirectory(dir=folder) as out:
                    letters = _letters(lane, count), min(warm, MOST_WARM.get(lane, warm))
                    seen[lane].append(_case(lane, *letters, Path(out), assets))
                cpu = seen[lane][-1]["cpu_ms_per_letter"]
                print(f"round {number + 1} {lane:<12} {cpu:8.3f} CPU ms a letter", file=sys.stderr)
        report: dict[str, Any] = {
            lane: {name: round(statistics.median(r[name] for r in runs), _DIGITS[name]) for name in FIGURES}
            for lane, runs in seen.items()
        }
        if profiled and "stamped" in lanes:
            with tempfile.TemporaryDirectory(dir=folder) as out:
                made = _case("stamped", count, warm, Path(out), assets, "--profile")
            report["profile"] = {k: {s: round(ms, 4) for s, ms in v.items()} for k, v in made.items()}
    report["run"] = {
        "letters": {lane: _letters(lane, count) for lane in lanes},
        "rounds": rounds,
        "warm_letters": warm,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    return report


def _letters(lane: str, count: int) -> int:
    return min(count, MOST.get(lane, count))


def check(lanes: list[str], count: int) -> int:
    """The number of faults in a few letters of every lane; each is told."""
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        assets = layouts_root.make(Path(folder) / "assets")
        os.environ["BREVPRESS_ASSETS"] = str(assets)
        from benchmarks.reference import check as checking
        from benchmarks.reference import letters

        for lane in lanes:
            with tempfile.TemporaryDirectory(dir=folder) as out:
                _case(lane, count, 0, Path(out), assets)
                faults = list(checking.faults(letters.rows(count, SEED), Path(out)))
            print(f"{lane:<12} {count} letters, {len(faults)} faults")
            for fault in faults[:20]:
                print(f"  {fault}")
            total += len(faults)
    return total


def markdown(report: Mapping[str, Any]) -> str:
    """The tables of README and RESULTS: peers beside the press, profile beside the floor."""
    lanes = [lane for lane in LANES if lane in report]
    lines = [
        "| | CPU ms a letter | times the press | wall ms | bytes a letter | peak MB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    own = report.get("stamped", {}).get("cpu_ms_per_letter")
    for lane in lanes:
        cpu, wall, size, peak = (report[lane][name] for name in FIGURES)
        times = f"{cpu / own:.1f}" if own else ""
        lines.append(f"| {lane} | {cpu:.2f} | {times} | {wall:.2f} | {size:,.0f} | {peak:,.0f} |")
    if profile := report.get("profile"):
        lines += ["", "| CPU ms a letter | stamped | floor |", "|---|--:|--:|"]
        stages = [*(s for s in profile["stamped"] if s != "all"), "all"]
        stages[-1:-1] = [s for s in profile["floor"] if s not in profile["stamped"]]
        for stage in stages:
            ours, least = (_cell(profile[part].get(stage)) for part in ("stamped", "floor"))
            lines.append(f"| {stage} | {ours} | {least} |")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, help=f"{LETTERS}, or {CHECKED} to check")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="+", choices=LANES, default=list(LANES), metavar="LANE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm", type=int, default=WARM, help="letters before the clock starts")
    parser.add_argument("--no-profile", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument(
        "--from", dest="made", type=Path, help="print the tables of this JSON, measure nothing"
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", choices=LANES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--profile", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        made = one(arguments.one, arguments.letters, arguments.warm, arguments.out, arguments.profile)
        print(json.dumps(made))
        return
    if arguments.check:
        raise SystemExit(1 if check(arguments.only, arguments.letters or CHECKED) else 0)
    if arguments.made:
        report = json.loads(arguments.made.read_text(encoding="utf-8"))
    else:
        report = measure(
            arguments.only,
            arguments.letters or LETTERS,
            arguments.rounds,
            arguments.warm,
            not arguments.no_profile,
        )
    print(markdown(report) if arguments.markdown or arguments.made else json.dumps(report, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
