"""How a run ended: its exit code, and the last block that an operator reads."""

from io import BytesIO
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.config import Config, Privacy
from pipelines.console import Console
from pipelines.delivery import places, runbook
from pipelines.delivery.store import Store
from pipelines.reasons import Reason

DONE, NEEDS_A_PERSON, WRONG, CRASH = 0, 1, 2, 70
"""The exit codes of the contract."""

BUGS = (Reason.COMPOSITION_FAILED, Reason.LAYOUT_INCOMPLETE)
"""Quarantine for these reasons is our fault, not the data's: somebody has to look."""

Lines = list[tuple[str, str]]


def last_block(console: Console, store: Store, config: Config, run_id: str, out: str) -> int:
    """Says what was made, what was not and why, and what to do next; gives back the exit code."""
    record = runbook.read(store, run_id)
    counts = record["counts"]
    reasons: dict[str, int] = counts["quarantined"]
    lines: Lines = [
        ("claims read", f"{counts['rows_read']:,}"),
        ("claims printed", f"{counts['claims_printed']:,}"),
        ("claims quarantined", f"{counts['claims_quarantined']:,}"),
        *((f"  {reason}", f"{n:,}") for reason, n in sorted(reasons.items(), key=lambda r: (-r[1], r[0]))),
        ("claims held", f"{counts['claims_held']:,}{_until(store, run_id)}"),
        *((f"  {reason}", f"{n:,}") for reason, n in sorted(counts["held"].items())),
        ("mail pieces", f"{counts['pieces']:,} on {counts['sheets']:,} sheets"),
        *_lanes(counts),
        ("lots", f"{counts['lots']:,} in {counts['files']:,} print files"),
    ]
    if config.privacy.key == Privacy().key:
        lines.append(("note", "privacy.key is the public default; set your own before real letters"))
    code, steps = _next(record, reasons, run_id, out)
    lines += [("next", step) for step in steps]
    lines.append(("report", f"{out}/runs/{run_id}/report.html"))
    console.block(f"{run_id}: {record['state']}", lines)
    return code


def share(part: int, whole: int) -> str:
    """How much of it `part` is, rounded down: all but one of many is not all."""
    return f"{1000 * part // whole / 10:.1f} %"


def _lanes(counts: dict[str, Any]) -> Lines:
    if not counts["pieces"]:
        return []
    reasons: dict[str, int] = counts["unstamped"]
    return [
        ("  stamped", f"{counts['stamped']:,} ({share(counts['stamped'], counts['pieces'])})"),
        ("  rendered", f"{counts['rendered']:,}"),
        *((f"    {reason}", f"{n:,}") for reason, n in sorted(reasons.items(), key=lambda r: (-r[1], r[0]))),
        ("  compared in both lanes", f"{counts['compared']:,}"),
    ]


def _next(record: dict[str, Any], reasons: dict[str, int], run_id: str, out: str) -> tuple[int, list[str]]:
    from pipelines.press.printfile import LANE_DIFFERENCE

    stopped = record["stopped_lots"]
    differing = sorted({b["lot_id"] for b in record["breaches"] if b["rule"] == LANE_DIFFERENCE})
    ours = sum(reasons.get(reason, 0) for reason in BUGS)
    if stopped:
        return NEEDS_A_PERSON, [
            f"stopped lots: {', '.join(stopped)}",
            *(
                f"{lot}: stamped and rendered pages differ; compare …-stamped.pdf with …-rendered.pdf "
                f"in {out}/{places.stopped(run_id, lot)}"
                for lot in differing
            ),
            f"look at breaches in {out}/runs/{run_id}/run.json, then docs/recovery.md",
        ]
    if ours:
        return NEEDS_A_PERSON, [f"{ours:,} claims could not be set: look at runs/{run_id}/quarantine.parquet"]
    return DONE, [f"brevpress verify --out {out} --run {run_id}"]


def _until(store: Store, run_id: str) -> str:
    """When the first of the held claims can be sent, in words; nothing when none waits for a day."""
    days = pq.read_table(BytesIO(store.get(f"runs/{run_id}/held.parquet")), columns=["until"])["until"]
    first = pc.min(days).as_py()
    return f", the first until {first}" if first else ""
