"""A month from export to lots, through the command line, onto a folder and onto S3."""

import json
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.end_to_end import vendor
from tests.end_to_end.conftest import (
    FEW_LETTERS,
    FEW_SEED,
    PERIOD,
    TODAY,
    TWO_PROCESSES,
    Ran,
    brevpress,
    bucket,
    monthly,
    tree,
)

pytestmark = pytest.mark.beam
RUN = f"monthly-{PERIOD}"


def book(out: str, name: str) -> pa.Table:
    return pq.read_table(Path(out) / "runs" / RUN / f"{name}.parquet")


def test_a_run_ends_with_what_was_made_and_what_to_do_next(on_folder: Ran) -> None:
    assert on_folder.code == 0, on_folder.stderr[-2000:]
    assert on_folder.stdout.startswith(f"{RUN}: finished")
    assert f"brevpress verify --out {on_folder.out} --run {RUN}" in on_folder.stdout


def test_the_log_is_json_lines_with_progress_of_every_stage(on_folder: Ran) -> None:
    lines = [json.loads(line) for line in on_folder.stderr.splitlines()]
    progress = {line["stage"]: line for line in lines if line["event"] == "progress"}
    assert set(progress) == {"read", "pieces", "press", "lots"}
    assert all(line["done"] > 0 for line in progress.values())


def test_no_personal_data_is_logged(on_folder: Ran, exports: Path) -> None:
    claims = pq.read_table(exports)
    said = on_folder.stdout + on_folder.stderr
    for column in ("name", "street", "debtor_id", "claim_id", "email"):
        values = {v for v in claims[column].to_pylist() if v and len(v) > 5}
        assert not [v for v in values if v in said], column


def test_every_row_ends_on_paper_in_quarantine_or_held(on_folder: Ran, truth: pa.Table) -> None:
    printed = [claim for claims in book(on_folder.out, "pieces")["claim_ids"].to_pylist() for claim in claims]
    quarantined = book(on_folder.out, "quarantine")["claim_id"].to_pylist()
    held = book(on_folder.out, "held")["claim_id"].to_pylist()
    assert sorted([*printed, *quarantined, *held], key=str) == sorted(truth["claim_id"].to_pylist(), key=str)


def test_every_defect_ends_in_quarantine_with_its_own_reason_and_every_good_claim_does_not(
    on_folder: Ran, truth: pa.Table
) -> None:
    where = ("source_file", "source_row")
    found = {
        tuple(row[c] for c in where): row["reason"] for row in book(on_folder.out, "quarantine").to_pylist()
    }
    expected = {
        tuple(row[c] for c in where): row["reason"] for row in truth.to_pylist() if row["reason"] is not None
    }
    assert found == expected
    assert len(set(expected.values())) >= 22


def test_verify_reads_every_code_and_text_back_from_pictures(on_folder: Ran) -> None:
    done = brevpress("verify", "--out", on_folder.out, "--run", RUN, "--deep")
    assert done.code == 0, done.stderr[-3000:]
    assert "clean" in done.stdout


def test_folder_and_s3_hold_the_same_bytes(few_made: Path, on_s3: Ran, s3: Any) -> None:
    assert on_s3.code == 0, on_s3.stderr[-2000:]
    here, there = tree(few_made), bucket(s3, "lots")
    assert here.keys() == there.keys()
    assert [key for key in sorted(here) if here[key] != there[key]] == []


def test_verify_works_on_s3(on_s3: Ran, few_s3_config: Path) -> None:
    done = brevpress("verify", "--out", on_s3.out, "--config", str(few_s3_config))
    assert done.code == 0, done.stderr[-3000:]


def test_a_vendor_who_knows_only_the_contract_collects_every_piece(on_s3: Ran, s3: Any) -> None:
    lots = vendor.collect(s3, "lots", "strand")
    pieces = pq.read_table(BytesIO(bucket(s3, "lots")[f"runs/{RUN}/pieces.parquet"]))
    assert sorted(p for lot in lots for p in lot.piece_ids) == sorted(pieces["piece_id"].to_pylist())
    assert sum(lot.sheets for lot in lots) == sum(pieces["sheets"].to_pylist())
    assert {lot.lot_id for lot in lots} == set(pieces["lot_id"].to_pylist())


def test_what_the_vendor_may_read_holds_no_name(on_folder: Ran) -> None:
    pieces = book(on_folder.out, "pieces")
    names = {name.encode() for name in pieces["name"].to_pylist()}
    claims = {claim.encode() for claims in pieces["claim_ids"].to_pylist() for claim in claims}
    for key, data in tree(Path(on_folder.out)).items():
        if key.startswith("outbox/") and not key.endswith(".pdf"):
            assert not [secret for secret in names | claims if secret in data or secret in key.encode()], key


def test_a_finished_run_is_left_alone(on_folder: Ran, exports: Path) -> None:
    root = Path(on_folder.out)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    again = monthly(exports, on_folder.out)
    assert again.code == 0
    assert again.stdout == on_folder.stdout
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == before


def _begun(few: Path, config: Path, out: Path) -> subprocess.Popen[bytes]:
    """A run on two processes that has put its first print file."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "monthly", "--exports", str(few), "--out", str(out),
         "--period", PERIOD, "--today", TODAY, "--config", str(config), *TWO_PROCESSES],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 240
    while not list(out.rglob("print-*.pdf")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.poll() is None, "the run ended before it could be killed"
    return process


def _is_finished_to_the_same_bytes(few: Path, config: Path, few_made: Path, out: Path) -> None:
    assert not list(out.rglob("report.html"))
    assert monthly(few, out, "--config", str(config)).code == 0
    finished, whole = tree(out), tree(few_made)
    assert finished.keys() == whole.keys()
    assert [key for key in sorted(whole) if whole[key] != finished[key]] == []


def test_a_killed_run_is_finished_by_the_same_call_to_the_same_bytes(
    few: Path, few_config: Path, few_made: Path, tmp_path: Path
) -> None:
    process = _begun(few, few_config, tmp_path / "bucket")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _is_finished_to_the_same_bytes(few, few_config, few_made, tmp_path / "bucket")


def test_a_killed_worker_ends_the_run_which_the_same_call_finishes(
    few: Path, few_config: Path, few_made: Path, tmp_path: Path
) -> None:
    process = _begun(few, few_config, tmp_path / "bucket")
    family = psutil.Process(process.pid).children(recursive=True)
    workers = [child for child in family if "pipelines.worker" in child.cmdline()]
    assert len(workers) == 2
    workers[0].kill()
    assert process.wait(timeout=30) == 70
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
    _is_finished_to_the_same_bytes(few, few_config, few_made, tmp_path / "bucket")


RAISING = """
from pipelines.letters import letter

def write_letter(draft, days, config):
    raise ValueError(draft["claims"][0]["name"])

letter.write_letter = write_letter
"""


@pytest.mark.parametrize("processes", [(), TWO_PROCESSES])
def test_an_error_that_quotes_a_letter_reaches_no_log(
    few: Path, tmp_path: Path, processes: tuple[str, ...]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(RAISING, encoding="utf-8")
    ran = monthly(few, tmp_path / "bucket", *processes, PYTHONPATH=str(tmp_path))
    assert ran.code == 70
    last = json.loads(ran.stderr.splitlines()[-1])
    assert (last["event"], last["error"]) in {("crash", "ValueError"), ("crash", "RuntimeError")}
    names = {name for name in pq.read_table(few)["name"].to_pylist() if name}
    assert not [name for name in names if name in ran.stdout + ran.stderr]
    assert all(json.loads(line) for line in ran.stderr.splitlines())


def test_a_mistyped_option_is_refused_before_anything_is_made(few: Path, tmp_path: Path) -> None:
    refused = monthly(few, tmp_path / "bucket", "--confg", "/nowhere.toml")
    assert refused.code == 2
    assert "--confg" in refused.stderr
    assert not (tmp_path / "bucket").exists()


def test_a_corrected_export_may_use_the_run_id_of_one_that_was_refused(few: Path, tmp_path: Path) -> None:
    exports, out = tmp_path / "exports", tmp_path / "bucket"
    brevpress("sample", "--letters", "8", "--format", "csv", "--out", str(exports))
    path = min(exports.glob("*.csv"))
    whole = path.read_bytes()
    # The last closing quote of the first row: all rows after it hang in the air.
    quote = whole.rindex(b'"', 0, whole.index(b"\n", whole.index(b"\n") + 1))
    path.write_bytes(whole[:quote] + whole[quote + 1 :])
    assert monthly(exports, out).code == 2
    path.write_bytes(whole)
    assert monthly(exports, out).code == 0


def test_other_inputs_under_the_same_run_id_are_refused(on_folder: Ran, few: Path) -> None:
    before = tree(Path(on_folder.out))
    refused = monthly(few, on_folder.out)
    assert refused.code == 2
    assert RUN in refused.stderr
    assert tree(Path(on_folder.out)) == before


def test_a_broken_column_stops_the_run_before_anything_is_made(few: Path, tmp_path: Path) -> None:
    broken = tmp_path / "exports"
    broken.mkdir()
    table = pq.read_table(few).drop_columns(["principal"])
    pq.write_table(table, broken / "claims.parquet")
    refused = monthly(broken, tmp_path / "bucket")
    assert refused.code == 2
    assert "claims.parquet" in refused.stderr
    assert "principal" in refused.stderr
    assert not list((tmp_path / "bucket").rglob("*.pdf"))


def test_a_wrong_configuration_is_one_line_with_file_key_and_remedy(few: Path, tmp_path: Path) -> None:
    config = tmp_path / "brevpress.toml"
    config.write_text("[countries.SE]\nvendor = 'x'\n", encoding="utf-8")
    refused = monthly(few, tmp_path / "bucket", "--config", str(config))
    assert refused.code == 2
    error = json.loads(refused.stderr.splitlines()[-1])
    assert "brevpress.toml" in error["message"]
    assert "countries.SE" in error["message"]


def test_csv_and_parquet_make_the_same_print_files(few_config: Path, few_made: Path, tmp_path: Path) -> None:
    brevpress(
        "sample", "--letters", str(FEW_LETTERS), "--seed", str(FEW_SEED), "--format", "csv",
        "--out", str(tmp_path / "csv"),
    )  # fmt: skip
    assert monthly(tmp_path / "csv", tmp_path / "bucket", "--config", str(few_config)).code == 0
    first, second = tree(few_made), tree(tmp_path / "bucket")
    assert {k: v for k, v in first.items() if k.startswith("outbox/")} == {
        k: v for k, v in second.items() if k.startswith("outbox/")
    }
