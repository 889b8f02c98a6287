"""The benchmark composes what it says: every lane of ours holds every word and symbol of the data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.reference import letters

ROOT = Path(__file__).parent.parent.parent
PRESS = ROOT / "benchmarks" / "press.py"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PRESS), *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_the_data_are_the_same_every_time_and_vary_from_letter_to_letter() -> None:
    rows = list(letters.rows(200))
    assert rows == list(letters.rows(200))
    assert {len(row["claims"]) for row in rows} == set(range(1, 13))
    assert len({row["name"] for row in rows}) > 190
    assert [row["sequence"] for row in rows] == list(range(1, 201))


def test_what_is_to_be_paid_is_the_sum_of_the_claims_and_of_the_parts() -> None:
    for row in letters.rows(100):
        assert row["amount_due"] == sum(claim["amount"] for claim in row["claims"])
        assert row["amount_due"] == sum(part["amount"] for part in row["parts"])


@pytest.mark.parametrize("lane", ["stamped", "weasyprint"])
def test_a_lane_holds_every_word_and_symbol(lane: str) -> None:
    done = _run("--check", "--letters", "3", "--only", lane)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout


FALSE_SUM = """
import os, sys, tempfile
from pathlib import Path
from benchmarks.reference import layouts_root
folder = Path(tempfile.mkdtemp(dir=sys.argv[1]))
os.environ["BREVPRESS_ASSETS"] = str(layouts_root.make(folder / "assets"))
from benchmarks.reference import brevpress, check, letters
brevpress.WeasyPrint()(letters.rows(1), folder)
(row,) = letters.rows(1)
first, *others = row["claims"]
row |= {"claims": ({**first, "costs": first["costs"] + 1}, *others), "qr": row["qr"] + "1"}
print(*check.faults([row], folder), sep="\\n")
"""


def test_a_sum_or_symbol_that_is_not_the_data_s_is_found(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FALSE_SUM, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    value, symbol = done.stdout.splitlines()
    assert "letter 1, front" in value
    assert "stands 0 times, not 1" in value
    assert "no symbol" in symbol


def test_the_report_has_the_four_figures_of_a_lane_its_profile_and_its_floor(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    done = _run("--letters", "2", "--rounds", "1", "--warm", "0", "--only", "stamped", "--json", str(out))
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert set(report) == {"stamped", "profile", "run"}
    assert set(report["stamped"]) == {
        "cpu_ms_per_letter", "wall_ms_per_letter", "bytes_per_letter", "peak_mb",
    }  # fmt: skip
    assert all(value > 0 for value in report["stamped"].values())
    assert {"deflate", "checksum", "write", "all"} == set(report["profile"]["floor"])
