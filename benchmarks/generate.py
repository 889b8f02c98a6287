"""How fast samples are made: letters, claims, seconds on one core, peak memory.

python benchmarks/generate.py [LETTERS] [parquet|csv]
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from pipelines.sample.export import write_sample


def main(letters: str = "300000", format: str = "parquet") -> None:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        summary = write_sample(Path(folder), int(letters), format=format)
        seconds = time.perf_counter() - begin
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{format}: {int(letters):,} letters, {summary.rows:,} claims, {size / 1e6:.0f} MB on disk")
    print(f"{seconds:.1f} s, {summary.rows / seconds:,.0f} claims/s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
