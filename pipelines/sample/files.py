"""Writes tables of good claims into one file, the defects put in on the way.

Parquet: zstd, a row group a table. CSV: RFC 4180 (UTF-8, header, CRLF), a null is an empty
field without quotes. Neither has a clock or a machine's name inside.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from pipelines.sample.claims import EXPORT
from pipelines.sample.defects import DEFECTS
from pipelines.sample.dice import Ints

Write = Callable[[Any, Ints, date], None]
"""Takes good claims, by row the defect that stands in it (-1: none), and the day."""

_IN_TEXT = np.array([d.in_text for d in DEFECTS])


@contextmanager
def writer(path: Path) -> Iterator[Write]:
    """A function that writes claims to `path`, Parquet or CSV by its ending."""
    with (_csv if path.suffix == ".csv" else _parquet)(path) as write:
        yield write


@contextmanager
def _parquet(path: Path) -> Iterator[Write]:
    with pyarrow.parquet.ParquetWriter(path, EXPORT, compression="zstd") as file:

        def write(claims: Any, defect: Ints, today: date) -> None:
            file.write_table(spoil(claims, defect, today), row_group_size=max(claims.num_rows, 1))

        yield write


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    text = pa.schema([pa.field(name, pa.string()) for name in EXPORT.names])
    with path.open("wb") as file:

        def put(table: Any, header: bool) -> None:
            sink = BytesIO()
            pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(include_header=header))
            # Arrow ends lines with LF alone; no field of ours has a line break inside.
            file.write(sink.getvalue().replace(b"\n", b"\r\n"))

        put(text.empty_table(), header=True)

        def write(claims: Any, defect: Ints, today: date) -> None:
            in_text = _IN_TEXT[defect] & (defect >= 0)
            typed = spoil(claims, np.where(in_text, -1, defect), today).cast(text)
            put(spoil(typed, np.where(in_text, defect, -1), today), header=False)

        yield write


def spoil(claims: Any, defect: Ints, today: date) -> Any:
    """The claims with each defect put into its row; `defect` is by row an index or -1."""
    places = np.flatnonzero(defect >= 0)
    if not len(places):
        return claims
    good = claims.take(pa.array(places)).to_pylist()
    bad = [row | DEFECTS[index].spoil(row, today) for row, index in zip(good, defect[places], strict=True)]
    order = np.arange(len(defect))
    order[places] = len(defect) + np.arange(len(places))
    both = pa.concat_tables([claims, pa.Table.from_pylist(bad, claims.schema)]).combine_chunks()
    return both.take(pa.array(order))
