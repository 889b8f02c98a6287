"""How letters were made: stamped or rendered, compared, and stopped when the lanes differ."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.conftest import PERIOD, Ran, brevpress, monthly

pytestmark = pytest.mark.beam
RUN = f"monthly-{PERIOD}"

SHIFTING = """
from dataclasses import replace
from pipelines.press import stamper

stamp = stamper.Stamper.stamp

def shifted(self, letter):
    made = stamp(self, letter)
    if not isinstance(made, stamper.Stamped):
        return made
    first, *others = made.pages
    moved = replace(first, content=b"q 1 0 0 1 0.3 0 cm\\n" + first.content + b"\\nQ\\n")
    return stamper.Stamped((moved, *others))

stamper.Stamper.stamp = shifted
"""
"""A stamper whose first pages stand 0.3 pt too far to the right."""


def counts(out: str) -> dict[str, int]:
    record = json.loads((Path(out) / "runs" / RUN / "run.json").read_bytes())
    found: dict[str, int] = record["counts"]
    return found


def test_nearly_all_letters_are_stamped_and_the_last_block_says_so(on_folder: Ran) -> None:
    lanes = pq.read_table(Path(on_folder.out) / "runs" / RUN / "pieces.parquet")["lane"].to_pylist()
    found = counts(on_folder.out)
    assert (found["stamped"], found["rendered"]) == (lanes.count("stamped"), lanes.count("rendered"))
    assert found["stamped"] >= 0.99 * len(lanes)
    assert 20 <= found["compared"] <= found["stamped"]
    said = dict(line.strip().split("  ", 1) for line in on_folder.stdout.splitlines()[1:])
    assert said["stamped"].strip().startswith(f"{found['stamped']:,} (")
    assert said["compared in both lanes"].strip() == f"{found['compared']:,}"


def test_the_log_says_how_much_the_press_had_to_learn(on_folder: Ran) -> None:
    events = [json.loads(line) for line in on_folder.stderr.splitlines()]
    [learnt] = [event for event in events if event["event"] == "learnt"]
    assert 0 <= learnt["full_layouts"] < 0.5 * counts(on_folder.out)["pieces"]
    timing = (Path(on_folder.out) / "runs" / RUN / "timing.js").read_text(encoding="utf-8")
    assert f"window.brevpressFullLayouts = {learnt['full_layouts']};" in timing


def test_a_stamper_that_is_off_by_a_third_of_a_point_stops_its_lots_and_keeps_both_pages(
    few: Path, few_config: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SHIFTING, encoding="utf-8")
    out = tmp_path / "bucket"
    ran = monthly(few, out, "--config", str(few_config), PYTHONPATH=str(tmp_path))
    assert ran.code == 1, ran.stderr[-2000:]
    record = json.loads((out / "runs" / RUN / "run.json").read_bytes())
    assert {breach["rule"] for breach in record["breaches"]} == {"lane-difference"}
    for breach in record["breaches"]:
        assert not list(out.glob(f"outbox/*/*/{breach['lot_id']}/*"))
        folder = out / "runs" / RUN / "stopped" / breach["lot_id"]
        assert f"compare …-stamped.pdf with …-rendered.pdf in {folder}/" in ran.stdout
        kept = sorted(path.name.rpartition("-") for path in folder.glob(f"{breach['file'][:-4]}-*.pdf"))
        assert [lane for *_, lane in kept] == ["rendered.pdf", "stamped.pdf"] * (len(kept) // 2)
        assert len({letter for letter, *_ in kept}) == len(kept) // 2 > 0
    report = (out / "runs" / RUN / "report.html").read_text(encoding="utf-8")
    assert "Why lots were stopped" in report
    checked = brevpress("verify", "--out", str(out))
    assert checked.code == 1
    findings = [json.loads(line) for line in checked.stderr.splitlines()]
    assert {line["code"] for line in findings if line["event"] == "finding"} == {"run.state"}
