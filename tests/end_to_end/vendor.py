"""A print vendor's program: collects lots over S3, checks and counts them.

It knows the contract and nothing else: no module of Brevpress is imported here.
"""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pypdf

NEEDED = {
    "schema", "lot_id", "run_id", "vendor", "country", "product", "hand_in_date", "delivery_date",
    "standards", "output_condition", "media", "envelope", "duplex", "marks", "tables", "totals", "files",
    "containers", "software",
}  # fmt: skip


@dataclass(frozen=True)
class Collected:
    """One lot as the vendor counts it."""

    lot_id: str
    pieces: int
    sheets: int
    pages: int
    piece_ids: tuple[str, ...]


def collect(s3: Any, bucket: str, vendor: str) -> list[Collected]:
    """Every lot that is ready for `vendor`, checked; raises AssertionError on the first flaw."""
    keys = [
        item["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"outbox/{vendor}/")
        for item in page.get("Contents", [])
    ]
    ready = sorted(key.removesuffix("_READY") for key in keys if key.endswith("/_READY"))
    return [_lot(s3, bucket, folder, [k for k in keys if k.startswith(folder)]) for folder in ready]


def _lot(s3: Any, bucket: str, folder: str, keys: list[str]) -> Collected:
    def get(name: str) -> bytes:
        return s3.get_object(Bucket=bucket, Key=folder + name)["Body"].read()

    manifest = json.loads(get("manifest.json"))
    assert manifest.keys() >= NEEDED, NEEDED - manifest.keys()
    _, vendor, hand_in, lot_id, _ = folder.split("/")
    assert (manifest["vendor"], manifest["hand_in_date"], manifest["lot_id"]) == (vendor, hand_in, lot_id)
    files = {entry["name"]: entry for entry in manifest["files"]}
    papers = {entry["name"]: entry for entry in manifest["papers"]}
    assert {k.removeprefix(folder) for k in keys} == {
        *files, *papers, "job.xjdf", "pieces.csv", "manifest.json", "_READY"
    }  # fmt: skip
    for name, entry in papers.items():
        data = get(name)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
    assert get("_READY") == b""
    rows = list(csv.DictReader(io.StringIO(get("pieces.csv").decode(), newline="")))
    assert [int(r["sequence"]) for r in rows] == sorted({int(r["sequence"]) for r in rows})
    pages = 0
    for name, entry in files.items():
        data = get(name)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
        in_file = [r for r in rows if r["file"] == name]
        assert len(in_file) == entry["pieces"] == entry["last_sequence"] - entry["first_sequence"] + 1
        assert sum(int(r["sheets"]) for r in in_file) == entry["sheets"]
        expected = 1
        for row in in_file:
            assert int(row["first_page"]) == expected
            expected += int(row["pages"])
        assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == entry["pages"] == expected - 1
        pages += entry["pages"]
    sheets = sum(int(r["sheets"]) for r in rows)
    assert manifest["totals"] == {"pieces": len(rows), "sheets": sheets, "pages": pages}
    assert sum(c["pieces"] for c in manifest["containers"]) == len(rows)
    assert sum(day["pieces"] for day in manifest["delivery_dates"]) == len(rows)
    assert len(pypdf.PdfReader(io.BytesIO(get("labels.pdf"))).pages) == len(manifest["containers"])
    assert sum(line["pieces"] for line in manifest["statement"]["lines"]) == len(rows)
    in_containers = {
        number: container["id"]
        for container in manifest["containers"]
        for number in range(container["first_sequence"], container["last_sequence"] + 1)
    }
    assert all(in_containers[int(r["sequence"])] == r["container_id"] for r in rows)
    return Collected(lot_id, len(rows), sheets, pages, tuple(r["piece_id"] for r in rows))
