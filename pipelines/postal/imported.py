"""CSV files that a dated table names: registers of postcodes, calendars that a post has published."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import TableError
from pipelines.model import TableVersion
from pipelines.tables import Table

_REMEDY = "see docs/tables.md"


@dataclass(frozen=True, slots=True)
class Imported:
    """The rows of a CSV file, and what the manifests record of it."""

    version: TableVersion
    """Named `patterns/areas.csv` after table and file, with the version of the table."""
    rows: tuple[tuple[str, ...], ...]
    """Cells without blanks around them, one a column; "" where an optional column is missing."""


def read(
    source: Table, folder: Path, file: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> Imported:
    """The columns `columns` and `optional` of the CSV `file` in `folder`, the table's own folder.

    The file is UTF-8 with a header and commas; other columns are left alone. Raises TableError
    naming table, file and line.
    """
    name = f"{source.version.name}/{file}"
    path = folder / file
    if not path.is_file():
        raise TableError(f"{name}: no such file", "the path is taken from the table's own folder")
    raw = path.read_bytes()
    try:
        lines = list(csv.reader(raw.decode("utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{name}: no CSV in UTF-8 ({error})", _REMEDY) from error
    header = [cell.strip() for cell in lines[0]] if lines else []
    if missing := [column for column in columns if column not in header]:
        raise TableError(f"{name}: no column {missing[0]!r}", _REMEDY)
    places = [header.index(column) if column in header else None for column in (*columns, *optional)]
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        if len(line) != len(header):
            raise TableError(f"{name}: line {number} has {len(line)} cells, wanted {len(header)}", _REMEDY)
        rows.append(tuple("" if place is None else line[place].strip() for place in places))
    return Imported(TableVersion(name, source.version.version, hashlib.sha256(raw).hexdigest()), tuple(rows))
