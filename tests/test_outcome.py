"""How a run ended, in words and as an exit code."""

import io
import json
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import config
from pipelines.console import Console
from pipelines.delivery.memory import MemoryStore
from pipelines.model import HELD
from pipelines.outcome import DONE, NEEDS_A_PERSON, last_block

COUNTS = {
    "rows_read": 12_000, "claims_printed": 11_000, "claims_quarantined": 900, "quarantined": {"paid": 900},
    "claims_held": 100, "held": {"payday_too_near": 100}, "pieces": 2_400, "sheets": 5_000, "pages": 10_000,
    "files": 6, "lots": 3, "stamped": 2_399, "rendered": 1, "unstamped": {"right-to-left text": 1},
    "compared": 80,
}  # fmt: skip


def ended(until: date | None = None, **changes: Any) -> MemoryStore:
    record = {
        "schema": "brevpress-run-1", "run_id": "monthly-2026-12", "state": "finished", "counts": COUNTS,
        "stopped_lots": [], "breaches": [], **changes,
    }  # fmt: skip
    store = MemoryStore()
    store.put_bytes("runs/monthly-2026-12/run.json", json.dumps(record).encode())
    held = io.BytesIO()
    rows = [
        {"claim_id": "c", "source_file": "f", "source_row": 0, "reason": "payday_too_near", "until": until}
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=HELD), held)
    store.put_bytes("runs/monthly-2026-12/held.parquet", held.getvalue())
    return store


def block(store: MemoryStore) -> int:
    return last_block(Console(io.StringIO()), store, config.load(), "monthly-2026-12", "s3://letters")


def test_a_good_run_says_what_was_made_and_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert block(ended()) == DONE
    said = capsys.readouterr().out
    assert said.startswith("monthly-2026-12: finished\n")
    assert "12,000" in said
    assert "brevpress verify --out s3://letters --run monthly-2026-12" in said


def test_the_first_day_on_which_held_claims_can_go_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    block(ended(until=date(2026, 12, 22)))
    assert "100, the first until 2026-12-22" in capsys.readouterr().out


def test_a_stopped_lot_needs_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert block(ended(state="stopped", stopped_lots=["lot-7"])) == NEEDS_A_PERSON
    assert "stopped lots: lot-7" in capsys.readouterr().out


def test_the_lanes_are_told_with_their_share_rounded_down_and_why_letters_were_rendered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    block(ended())
    rows = [line.strip().rpartition("  ") for line in capsys.readouterr().out.splitlines()]
    said = {label.strip(): value.strip() for label, _, value in rows}
    assert said["stamped"] == "2,399 (99.9 %)"
    assert said["rendered"] == "1"
    assert said["right-to-left text"] == "1"
    assert said["compared in both lanes"] == "80"


def test_a_run_without_a_piece_has_no_lanes(capsys: pytest.CaptureFixture[str]) -> None:
    none = {"pieces": 0, "stamped": 0, "rendered": 0, "unstamped": {}, "compared": 0}
    assert block(ended(counts={**COUNTS, **none})) == DONE
    assert "stamped" not in capsys.readouterr().out


def test_a_lot_whose_lanes_differ_says_where_both_pages_lie(capsys: pytest.CaptureFixture[str]) -> None:
    breaches = [
        {"lot_id": lot, "file": "print-0001.pdf", "rule": rule, "count": 1, "page": 3, "fact": "…"}
        for lot, rule in (("lot-7", "lane-difference"), ("lot-8", "colour.rgb"))
    ]
    block(ended(state="stopped", stopped_lots=["lot-7", "lot-8"], breaches=breaches))
    said = capsys.readouterr().out
    assert "lot-7: stamped and rendered pages differ" in said
    assert "s3://letters/runs/monthly-2026-12/stopped/lot-7/" in said
    assert "lot-8:" not in said


@pytest.mark.parametrize("reason", ["composition_failed", "layout_incomplete"])
def test_a_letter_that_we_could_not_set_needs_a_person(reason: str) -> None:
    assert block(ended(counts={**COUNTS, "quarantined": {reason: 1}})) == NEEDS_A_PERSON


def test_the_public_default_key_is_pointed_out(capsys: pytest.CaptureFixture[str]) -> None:
    block(ended())
    assert "privacy.key is the public default" in capsys.readouterr().out
