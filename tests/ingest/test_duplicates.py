import zlib
from collections import Counter
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest import duplicates
from pipelines.ingest.access import Access
from pipelines.ingest.survey import survey
from tests.ingest.exports import claim, write_csv, write_parquet

LOCAL = Access()


def found(tasks_ids: list[pa.Array], buckets: int) -> list[str]:
    """What a shuffle by bucket and a count in every bucket bring to light."""
    slices: dict[int, list[pa.Array]] = {}
    for ids in tasks_ids:
        for bucket, part in duplicates.by_bucket(ids, buckets):
            slices.setdefault(bucket, []).append(part)
    return sorted(i for parts in slices.values() for i in duplicates.repeated(parts).to_pylist())


def test_an_id_that_stands_in_two_files_is_found_whatever_its_blanks(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", claim(claim_id="C1"), claim(claim_id="C2"), row_group_size=1)
    write_csv(tmp_path / "b.csv", claim(claim_id=" C2 "), claim(claim_id="C3"), claim(claim_id=""))
    ids = [duplicates.ids(task, LOCAL) for task in survey(str(tmp_path), LOCAL).tasks]
    assert [i.to_pylist() for i in ids] == [["C1"], ["C2"], ["C2", "C3"]]
    assert found(ids, 7) == ["C2"]


def test_ids_of_ragged_rows_are_not_made_up(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim())
    path.write_text(path.read_text() + "C1,demand\r\n")
    (task,) = survey(str(tmp_path), LOCAL).tasks
    assert duplicates.ids(task, LOCAL).to_pylist() == ["C1"]


@given(st.lists(st.lists(st.text(max_size=2))), st.integers(1, 9))
def test_the_buckets_together_find_exactly_what_one_count_finds(
    export: list[list[str]], buckets: int
) -> None:
    counts = Counter(claim_id for file in export for claim_id in file)
    ids = [pa.array(file, pa.string()) for file in export]
    assert found(ids, buckets) == sorted(i for i, count in counts.items() if count > 1)


@given(st.lists(st.none() | st.text(max_size=5)), st.integers(1, 50))
def test_a_split_keeps_every_row_once_in_its_bucket_and_order(keys: list[str | None], buckets: int) -> None:
    table = pa.table({"key": pa.array(keys, pa.string()), "row": pa.array(range(len(keys)), pa.int64())})
    parts = list(duplicates.split(table, "key", buckets))
    assert [bucket for bucket, _ in parts] == sorted({bucket for bucket, _ in parts})
    assert sorted(row for _, part in parts for row in part["row"].to_pylist()) == list(range(len(keys)))
    for bucket, part in parts:
        assert part["row"].to_pylist() == sorted(part["row"].to_pylist())
        assert {zlib.crc32((k or "").encode()) % buckets for k in part["key"].to_pylist()} == {bucket}


def test_repeated_takes_arrow_s_own_slices_too() -> None:
    assert duplicates.repeated(pa.chunked_array([["b", "a"], ["a", "b", None, None]])).to_pylist() == [
        "a",
        "b",
    ]
    assert duplicates.repeated([]).to_pylist() == []
