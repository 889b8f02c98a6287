"""One task of the survey as tables of claims, in bounded memory."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.ingest import cells, columns, delimited, extras
from pipelines.ingest.access import FAILURES, Access, failure
from pipelines.ingest.survey import ReadTask
from pipelines.model import CLAIMS, CONTRACT

ROWS_PER_TABLE = 50_000
"""The most claims in one table from Parquet; some 30 MB."""

UNREAD = "unread"
WHOLE_ROW = ""
"""What `unread` holds when not even the row could be cut into cells."""

SHIELDS = ("birth_date", "protected", "deceased")
"""Columns that keep letters from a recipient. They have a mark of their own, so that no other
cell that cannot be read hides theirs."""
UNREAD_SHIELD = "unread_shield"

READ = CLAIMS.append(pa.field(UNREAD, pa.string())).append(pa.field(UNREAD_SHIELD, pa.string()))
"""CLAIMS as read; in `unread_shield` the first of SHIELDS that could not be read, in `unread` the
first other column of the row: null when all could be. Language and postcode are not yet in
normal form."""


def read(task: ReadTask, access: Access) -> Iterator[pa.Table]:
    """The claims of `task` as tables of READ, in the order of the file.

    Text is in normal form (NFC, no outer blanks, never empty); a NaN score is null. Raises
    ContractError when the file turns out to be broken.
    """
    first = 0
    for batch, ragged, start in _batches(task, access):
        first = start if start is not None else first
        if batch.num_rows:
            yield _claims(batch, task, first, ragged)
        first += batch.num_rows


def column(task: ReadTask, access: Access, name: str) -> Iterator[pa.Array]:
    """One column of the contract, read alone, as `read` would give it."""
    for batch, _, _ in _batches(task, access, (name,)):
        yield _cells(task, batch.column(0), CONTRACT.field(name).type).values


def _batches(
    task: ReadTask, access: Access, only: tuple[str, ...] = ()
) -> Iterator[tuple[pa.RecordBatch, pa.Array | None, int | None]]:
    """(cells, ragged rows, row number of the first where the file says it)."""
    if task.format == "csv":
        for block in delimited.blocks(access, task.uri, task.name, only):
            yield block.cells, block.ragged, None
        return
    group = task.row_group or 0
    try:
        filesystem, path = access.open(task.uri)
        with filesystem.open_input_file(path) as source, pq.ParquetFile(source, pre_buffer=True) as file:
            first = sum(file.metadata.row_group(before).num_rows for before in range(group))
            for batch in file.iter_batches(
                ROWS_PER_TABLE, row_groups=[group], columns=list(only) or None, use_threads=False
            ):
                yield batch, None, first
                first += batch.num_rows
    except FAILURES as error:
        raise failure(f"{task.name}: row group {group} cannot be read", error) from error


def _claims(batch: pa.RecordBatch, task: ReadTask, first: int, ragged: pa.Array | None) -> pa.Table:
    rows = batch.num_rows
    given = dict(zip(batch.schema.names, batch.columns, strict=True))
    values: dict[str, pa.Array] = {}
    unread = _first_unread(pa.nulls(rows, pa.string()), WHOLE_ROW, ragged)
    unread_shield = pa.nulls(rows, pa.string())
    for field in CONTRACT:
        if field.name not in given:
            values[field.name] = pa.nulls(rows, field.type)
            continue
        values[field.name], broken = _cells(task, given[field.name], field.type)
        if field.name in SHIELDS:
            unread_shield = _first_unread(unread_shield, field.name, broken)
        else:
            unread = _first_unread(unread, field.name, broken)
    others = {name: given[name] for name in sorted(given) if name not in columns.NAMED}
    for name, column in others.items():
        if task.format == "csv" or columns.holds(column.type, pa.string()):
            others[name], broken = _cells(task, column, pa.string())
            unread = _first_unread(unread, name, broken)
    values["extras"] = extras.to_json(others, rows)
    values["source_file"] = pa.repeat(task.name, rows)
    values["source_row"] = pa.array(np.arange(first, first + rows))
    values[UNREAD], values[UNREAD_SHIELD] = unread, unread_shield
    return pa.table(values, schema=READ)


def _cells(task: ReadTask, column: pa.Array, wanted: pa.DataType) -> cells.Cells:
    return cells.parse(column, wanted) if task.format == "csv" else cells.cast(column, wanted)


def _first_unread(unread: pa.Array, name: str, broken: pa.Array | None) -> pa.Array:
    """`unread` with `name` where `broken` marks a row that has no earlier mark."""
    if broken is None or not pc.any(broken).as_py():
        return unread
    return pc.if_else(pc.and_(broken, unread.is_null()), name, unread)
