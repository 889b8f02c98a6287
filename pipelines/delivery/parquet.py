"""Parquet with the same bytes for the same rows, whoever wrote them and in how many slices."""

from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

_SETTINGS: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
}


class Writer:
    """Writes row groups one after the other; use it in a `with` statement."""

    def __init__(self, target: Path | BytesIO, schema: pa.Schema) -> None:
        self._schema = schema.remove_metadata()
        self._writer = pq.ParquetWriter(target, self._schema, **_SETTINGS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, rows: pa.Table) -> None:
        """The rows as one row group."""
        if rows.num_rows:
            # Where slices meet, pages would begin: so there is one slice only.
            plain = rows.select(self._schema.names).cast(self._schema).combine_chunks()
            self._writer.write_table(plain, row_group_size=plain.num_rows)


def to_bytes(rows: pa.Table, schema: pa.Schema) -> bytes:
    """A whole Parquet file of one row group."""
    target = BytesIO()
    with Writer(target, schema) as writer:
        writer.write(rows)
    return target.getvalue()


def from_bytes(data: bytes, schema: pa.Schema) -> pa.Table:
    """The rows of a Parquet file, in the columns of `schema`; ArrowInvalid when it is not one of them."""
    # `read_table` would make a data set of it: twice the time for the small tables of a receipt.
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        return file.read(use_threads=False).select(schema.names).cast(schema)
