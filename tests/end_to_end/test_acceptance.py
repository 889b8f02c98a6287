"""The whole sample: 2,000 letters of both countries, onto a folder and onto S3, read back in full."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.sample.export import write_sample
from tests.end_to_end import vendor
from tests.end_to_end.conftest import PERIOD, brevpress, bucket, configured, monthly, tree

pytestmark = [pytest.mark.acceptance, pytest.mark.beam]
LETTERS = 2_000


def test_two_thousand_letters_end_the_same_on_a_folder_and_on_s3_and_are_read_back(
    tmp_path: Path, s3: Any, s3_section: str
) -> None:
    truth = write_sample(tmp_path / "exports", LETTERS, seed=11).truth
    s3.create_bucket(Bucket="month", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    out = tmp_path / "bucket"
    here = monthly(tmp_path / "exports", out)
    assert here.code == 0, here.stderr[-2000:]
    there = monthly(tmp_path / "exports", "s3://month", "--config", str(configured(tmp_path, s3_section)))
    assert there.code == 0, there.stderr[-2000:]
    first, second = tree(out), bucket(s3, "month")
    assert first.keys() == second.keys()
    assert [key for key in sorted(first) if first[key] != second[key]] == []
    deep = brevpress("verify", "--out", str(out), "--deep", timeout=3000)
    assert deep.code == 0, deep.stderr[-3000:]
    books = out / "runs" / f"monthly-{PERIOD}"
    quarantined = pq.read_table(books / "quarantine.parquet")
    expected = {
        (row["source_file"], row["source_row"]): row["reason"]
        for row in truth.to_pylist()
        if row["reason"] is not None
    }
    assert {
        (row["source_file"], row["source_row"]): row["reason"] for row in quarantined.to_pylist()
    } == expected
    lots = vendor.collect(s3, "month", "strand")
    assert sum(lot.pieces for lot in lots) == pq.read_metadata(books / "pieces.parquet").num_rows
