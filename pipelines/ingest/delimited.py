"""CSV files as blocks of raw cells: RFC 4180, quoted line ends, a byte order mark tolerated.

A row with too many or too few cells is not lost: it comes out empty, in its place, and marked.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pipelines.errors import ContractError
from pipelines.ingest.access import FAILURES, Access, failure

BLOCK_BYTES = 4 << 20
"""How much of a file is in memory at a time; also the longest row that can be read."""


class Block(NamedTuple):
    """Some rows of a CSV: binary columns, and which of its rows were cut into a wrong number of cells."""

    cells: pa.RecordBatch
    ragged: pa.Array


def header(access: Access, uri: str, file: str) -> list[str]:
    """The column names of a CSV. Raises ContractError when it has none that can be read."""
    try:
        filesystem, path = access.open(uri)
        with (
            filesystem.open_input_stream(path, compression=None) as stream,
            csv.open_csv(
                stream, csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES), _parsing(lambda _: "skip")
            ) as reader,
        ):
            return list(reader.schema.names)
    except (*FAILURES, UnicodeDecodeError) as error:
        # not chained: Arrow's text quotes the row
        raise failure(f"{file}: cannot be read as CSV in UTF-8 with a header row", error) from None


def blocks(
    access: Access, uri: str, file: str, only: Sequence[str] = (), block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """The rows of a CSV, block by block, with all its columns or `only` some.

    Raises ContractError when a quote is not closed or the file ends in the middle.
    """
    names = header(access, uri, file)
    ragged = _Ragged(file)
    conversion = csv.ConvertOptions(
        column_types={name: pa.binary() for name in names},
        include_columns=list(only) or None,
        strings_can_be_null=False,
        check_utf8=False,  # cell by cell later, so that one bad byte costs one row
    )
    reading = csv.ReadOptions(use_threads=False, block_size=block_bytes)
    try:
        filesystem, path = access.open(uri)
        with (
            filesystem.open_input_stream(path, compression=None) as stream,
            csv.open_csv(stream, reading, _parsing(ragged.note), conversion) as reader,
        ):
            for batch in reader:
                yield ragged.put_back(batch)
            yield ragged.put_back(pa.RecordBatch.from_pylist([], schema=reader.schema))
    except FAILURES as error:
        raise failure(f"{file}: cannot be read as CSV", error) from None


class _Ragged:
    """Keeps the numbers of ragged rows as the parser meets them, and puts empty rows in their places."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._rows: list[int] = []
        self._unclosed: int | None = None
        self._next = 0

    def note(self, row: Any) -> str:
        """Called by Arrow's parser; `row.number` counts from 1 and counts the header."""
        number = row.number - 2
        self._rows.append(number)
        if row.text.count('"') % 2 and self._unclosed is None:
            self._unclosed = number
        return "skip"

    def put_back(self, batch: pa.RecordBatch) -> Block:
        if self._unclosed is not None:
            # the rest of the file, or of the block, is inside this cell: rows would be lost
            raise ContractError(
                f"{self._file}: row {self._unclosed} opens a quote that it does not close",
                'double every quote inside a quoted cell ("")',
            )
        first, good = self._next, batch.num_rows
        here = [row for before, row in enumerate(self._rows) if row <= first + good + before]
        self._rows = self._rows[len(here) :]
        self._next = first + good + len(here)
        ragged = np.zeros(good + len(here), bool)
        ragged[np.asarray(here, np.int64) - first] = True
        if here:
            places = np.cumsum(~ragged) - 1
            batch = batch.take(pa.array(places, mask=ragged))
        return Block(batch, pa.array(ragged))


def _parsing(ragged: Any) -> csv.ParseOptions:
    return csv.ParseOptions(newlines_in_values=True, invalid_row_handler=ragged)
