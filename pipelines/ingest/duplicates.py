"""Claim ids that occur more than once in the whole export, found exactly and in little memory.

Every task reads its ids alone and cuts them by a stable hash; equal ids meet in one bucket, and
a bucket is small enough to count.
"""

import zlib
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest import read
from pipelines.ingest.access import Access
from pipelines.ingest.survey import ReadTask


def ids(task: ReadTask, access: Access) -> pa.Array:
    """The claim ids of one task in normal form, empty ones left out. Reads no other column."""
    parts = [part.drop_null() for part in read.column(task, access, "claim_id")]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def bucket_of(values: pa.Array | pa.ChunkedArray, buckets: int) -> np.ndarray:
    """The bucket (0 to `buckets` - 1) of every string, the same on every machine; null is in 0.

    CRC-32 of the UTF-8 bytes: fast, spread evenly, and never salted as Python's own hash is.
    """
    crc = zlib.crc32
    raw = values.cast(pa.binary()).to_pylist()
    hashes = np.fromiter((crc(value) if value is not None else 0 for value in raw), np.uint32, len(raw))
    return (hashes % np.uint32(buckets)).astype(np.int64)


def split(table: pa.Table, column: str, buckets: int) -> Iterator[tuple[int, pa.Table]]:
    """(bucket, rows) of `table` by the text in `column`; buckets ascend, empty ones are left out.

    Rows keep their order. Equal texts of any table fall into the same bucket.
    """
    buckets_of_rows = bucket_of(table[column], buckets)
    order = np.argsort(buckets_of_rows, kind="stable")
    ends = np.cumsum(np.bincount(buckets_of_rows, minlength=1))
    sorted_rows = table.take(pa.array(order))
    start = 0
    for bucket, end in enumerate(ends.tolist()):
        if end > start:
            yield bucket, sorted_rows.slice(start, end - start)
        start = end


def by_bucket(claim_ids: pa.Array, buckets: int) -> Iterator[tuple[int, pa.Array]]:
    """(bucket, ids) of one task's `claim_ids`, for a shuffle that brings equal ids together."""
    for bucket, part in split(pa.table({"claim_id": claim_ids}), "claim_id", buckets):
        yield bucket, part["claim_id"].combine_chunks()


def repeated(slices: pa.ChunkedArray | Iterable[pa.Array]) -> pa.Array:
    """The ids of one bucket that occur more than once in all its slices, in ascending order."""
    if not isinstance(slices, pa.ChunkedArray):
        slices = pa.chunked_array(list(slices), pa.string())
    counts = pc.value_counts(slices.drop_null())
    more = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    return more.take(pc.sort_indices(more))
