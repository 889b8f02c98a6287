"""Export files become checked claims."""

from collections import Counter
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.ingest.check import CONDEMNED
from pipelines.ingest.duplicates import bucket_of
from pipelines.model import CLAIMS, QUARANTINE
from pipelines.prepare import Prepared
from pipelines.transforms.check import CheckClaims
from pipelines.transforms.slices import unpack
from tests.transforms import desk

pytestmark = pytest.mark.beam
BUCKETS = 3


def checked(prepared: Prepared) -> dict[str, list[Any]]:
    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        out = pipeline | beam.Create(prepared.survey.tasks) | CheckClaims(prepared.run, BUCKETS)
        return out._asdict()

    return desk.given(build)


def accepted(out: dict[str, list[Any]]) -> pa.Table:
    return unpack([data for _, data in out["claims"]], CLAIMS)


def source(table: pa.Table) -> list[tuple[str, int]]:
    return sorted(zip(table["source_file"].to_pylist(), table["source_row"].to_pylist(), strict=True))


def test_every_row_of_every_file_is_read_exactly_once(prepared: Prepared, sample: Path) -> None:
    out = checked(prepared)
    rows = {path.name: pq.read_metadata(path).num_rows for path in sample.iterdir()}
    assert source(accepted(out)) == sorted(
        (name, row) for name, count in rows.items() for row in range(count)
    )
    assert dict(out["read"]) == rows
    assert len(out["read"]) == len(rows)
    assert out["rejected"] == out["condemned"] == []


def test_all_claims_of_a_recipient_fall_into_one_bucket_whatever_their_file(prepared: Prepared) -> None:
    buckets: dict[str, set[int]] = {}
    files: dict[str, set[str]] = {}
    for bucket, data in checked(prepared)["claims"]:
        part = unpack([data], CLAIMS)
        assert set(bucket_of(part["debtor_id"], BUCKETS).tolist()) == {bucket}
        for debtor, file in zip(part["debtor_id"].to_pylist(), part["source_file"].to_pylist(), strict=True):
            buckets.setdefault(debtor, set()).add(bucket)
            files.setdefault(debtor, set()).add(file)
    assert max(map(len, files.values())) > 1, "the sample has recipients in two files"
    assert len(set.union(*buckets.values())) > 1
    assert all(len(found) == 1 for found in buckets.values())


def test_a_claim_id_in_two_files_is_a_double_in_both(exports: Path, tmp_path: Path) -> None:
    here, there = (pq.read_table(exports / name)["claim_id"].to_pylist() for name in (desk.SE_1, desk.FI_2))
    desk.edit(exports / desk.FI_2, {3: {"claim_id": f" {here[5]} "}})
    out = checked(desk.opened(exports, tmp_path / "bucket"))
    rejected = unpack(out["rejected"], QUARANTINE)
    assert source(rejected) == [(desk.SE_1, 5), (desk.FI_2, 3)]
    assert rejected["reason"].to_pylist() == ["duplicate_claim"] * 2
    left = accepted(out)["claim_id"].to_pylist()
    assert here[5] not in left
    assert max(Counter(left).values()) == 1
    assert len(left) == sum(count for _, count in out["read"]) - 2
    assert there[3] not in left


def test_defects_of_contract_law_and_recipient_are_each_found_once(exports: Path, tmp_path: Path) -> None:
    debtors = pq.read_table(exports / desk.FI_1)["debtor_id"].to_pylist()
    kinds = pq.read_table(exports / desk.SE_2)["kind"].to_pylist()
    demand = kinds.index("demand")
    desk.edit(exports / desk.SE_1, {0: {"paid": True}})
    desk.edit(exports / desk.SE_2, {demand: {"payment_reference": "1234567"}})
    desk.edit(exports / desk.FI_1, {4: {"protected": True}})
    out = checked(desk.opened(exports, tmp_path / "bucket"))
    rejected = unpack(out["rejected"], QUARANTINE).sort_by("source_file")
    assert source(rejected) == [(desk.SE_1, 0), (desk.SE_2, demand), (desk.FI_1, 4)]
    assert rejected["reason"].to_pylist() == ["paid", "reference_check_failed", "protected"]
    condemned = unpack([data for _, data in out["condemned"]], CONDEMNED).to_pylist()
    assert condemned == [{"debtor_id": debtors[4], "reason": "protected", "field": "protected"}]
    assert len(accepted(out)) + len(rejected) == sum(count for _, count in out["read"])
