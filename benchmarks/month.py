"""The whole month: export to verified lots, through the commands as an operator runs them.

    python benchmarks/month.py [--letters 300000] [--json FILE] [--keep FOLDER]

Wall seconds of `brevpress monthly` and `brevpress verify`, their CPU, the peak memory of all
processes together (proportional set size, sampled), the stages' shares as the run itself took
them, letters stamped and rendered, and the bytes in the outbox. Shapes are learnt in the run: it
starts with an empty cache.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:  # As a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.flow import PERIOD, TODAY, Peak  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=300_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="keep the bucket in this folder")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        figures = measure(arguments.letters, arguments.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(arguments.letters, Path(folder))
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1))


def measure(letters: int, work: Path) -> dict[str, Any]:
    """The figures of one month of that many letters."""
    exports, out, cache = work / "exports", work / "bucket", work / "cache"
    cache.mkdir(mode=0o700)
    environment = {**os.environ, "BREVPRESS_CACHE": str(cache)}
    _run(environment, "sample", "--letters", str(letters), "--out", str(exports))
    monthly = _run(
        environment, "monthly", "--exports", str(exports), "--out", str(out),
        "--period", PERIOD, "--today", TODAY.isoformat(), "--direct_num_workers", "2",
    )  # fmt: skip
    verify = _run(environment, "verify", "--out", str(out))
    pieces = pq.read_table(out / "runs" / f"monthly-{PERIOD}" / "pieces.parquet", columns=["lane", "sheets"])
    stamped = pieces["lane"].to_pylist().count("stamped")
    timing = (out / "runs" / f"monthly-{PERIOD}" / "timing.js").read_text(encoding="utf-8")
    return {
        "letters": letters,
        "pieces": pieces.num_rows,
        "stamped": stamped,
        "rendered": pieces.num_rows - stamped,
        "monthly": monthly,
        "verify": verify,
        "outbox_bytes": sum(path.stat().st_size for path in (out / "outbox").rglob("*") if path.is_file()),
        "timing": timing,
        "cores": os.cpu_count(),
    }


def _run(environment: dict[str, str], *command: str) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "pipelines", *command], env=environment)
    peak = Peak(process.pid)
    code = process.wait()
    wall = time.perf_counter() - began
    peak.stop()
    if code:
        raise SystemExit(f"{command[0]}: exit code {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "peak_mb": round(peak.mb)}


if __name__ == "__main__":
    main()
