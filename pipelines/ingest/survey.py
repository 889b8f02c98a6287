"""The export before it is read: which files, whether they keep the contract, and how to read them."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import pyarrow.parquet as pq
from pyarrow import fs

from pipelines.errors import ContractError
from pipelines.ingest import columns, delimited
from pipelines.ingest.access import FAILURES, Access, failure

Format = Literal["parquet", "csv"]

_FORMATS: dict[str, Format] = {".parquet": "parquet", ".csv": "csv"}
_CHUNK_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, order=True)
class ReadTask:
    """One piece of reading: a row group of a Parquet file, or a whole CSV. Small, and pickles."""

    uri: str
    """Of the file, as `Access.open` takes it."""
    name: str
    """The file as the books call it: its path below the export."""
    format: Format
    row_group: int | None
    """None for a CSV, which cannot be cut: a line end may lie inside quotes."""


@dataclass(frozen=True, slots=True)
class SurveyedFile:
    """One file of the export, hashed and checked against the contract."""

    name: str
    bytes: int
    sha256: str
    rows: int | None
    """From a Parquet file's footer; a CSV does not know."""
    lines: int
    """Line ends of a CSV; 0 for Parquet."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The export: its files in the order of their names, and the tasks that read them."""

    files: tuple[SurveyedFile, ...]
    tasks: tuple[ReadTask, ...]
    ignored: int
    """Files passed over for their names; hidden ones and marks such as `_SUCCESS` do not count."""

    @property
    def rows(self) -> int:
        """How many claims to expect: exact for Parquet, for CSV what its lines allow (rows with
        line ends inside quotes count more than once). For shares of work, not for the books."""
        return sum(f.rows if f.rows is not None else max(f.lines - 1, 0) for f in self.files)


def survey(uri: str, access: Access) -> Survey:
    """The survey of all `*.parquet` and `*.csv` below `uri`, or of the one file that it names.

    Reads every file once, in constant memory, for its hash. Raises ContractError, which names
    file and column, when there is no file, one cannot be read, or one breaks the contract;
    StoreError when a bucket refuses.
    """
    files: list[SurveyedFile] = []
    tasks: list[ReadTask] = []
    names, ignored = _listed(uri, access)
    for name, where in names:
        kind = _format(name)
        if kind is None:
            raise ContractError(f"{name}: neither .parquet nor .csv", "export claims as Parquet or CSV")
        rows, groups = _checked(name, where, kind, access)
        files.append(_hashed(name, where, kind, rows, access))
        tasks += [ReadTask(where, name, kind, group) for group in groups]
    return Survey(tuple(files), tuple(tasks), ignored)


def _listed(uri: str, access: Access) -> tuple[list[tuple[str, str]], int]:
    """(name, uri) of every file to read, in the order of names, and how many others there are."""
    filesystem, root = access.open(uri)
    try:
        found = filesystem.get_file_info(root)
        if found.type == fs.FileType.File:
            return [(found.base_name, _uri(uri, root))], 0
        below = filesystem.get_file_info(fs.FileSelector(root, recursive=True, allow_not_found=True))
    except FAILURES as error:
        raise failure(f"{uri}: cannot be listed", error) from error
    everything = [file.path.removeprefix(root).lstrip("/") for file in below if file.type == fs.FileType.File]
    names = sorted(name for name in everything if _format(name))
    if not names:
        raise ContractError(
            f"{uri}: no *.parquet and no *.csv below it", "name the folder of the claims export"
        )
    ignored = sum(not _format(name) and not _is_mark(name) for name in everything)
    return [(name, _uri(uri, f"{root}/{name}")) for name in names], ignored


def _checked(name: str, uri: str, kind: Format, access: Access) -> tuple[int | None, list[int | None]]:
    """The rows of a file whose columns keep the contract, and its row groups that have any."""
    if kind == "csv":
        columns.check_names(name, delimited.header(access, uri, name))
        return None, [None]
    try:
        filesystem, path = access.open(uri)
        with filesystem.open_input_file(path) as source, pq.ParquetFile(source) as parquet:
            schema, footer = parquet.schema_arrow, parquet.metadata
    except FAILURES as error:
        raise failure(f"{name}: cannot be read as Parquet", error) from error
    columns.check_schema(name, schema)
    return footer.num_rows, [g for g in range(footer.num_row_groups) if footer.row_group(g).num_rows]


def _hashed(name: str, uri: str, kind: Format, rows: int | None, access: Access) -> SurveyedFile:
    total, size, lines = hashlib.sha256(), 0, 0
    last = b"\n"
    try:
        filesystem, path = access.open(uri)
        with filesystem.open_input_stream(path, compression=None) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                total.update(chunk)
                size += len(chunk)
                if kind == "csv":
                    lines += chunk.count(b"\n")
                last = chunk[-1:]
    except FAILURES as error:
        raise failure(f"{name}: cannot be read", error) from error
    if kind == "csv" and last != b"\n":
        lines += 1
    return SurveyedFile(name, size, total.hexdigest(), rows, lines)


def _format(name: str) -> Format | None:
    return _FORMATS.get("." + name.rpartition(".")[2].lower())


def _is_mark(name: str) -> bool:
    """Whether the file, or a folder above it, is one that programs leave for programs."""
    return any(part.startswith((".", "_")) for part in name.split("/"))


def _uri(uri: str, path: str) -> str:
    return f"s3://{path}" if uri.startswith("s3://") else path
