"""Reads one print file: its pages by other libraries than the writer's, and preflight again.

Each file is opened by PDFium, which finds its way to a page as a viewer or a print server does. With
`deep` pypdf goes through the whole page tree too, which costs more than all of preflight.
"""

import logging
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pypdf
import pypdfium2
from pypdf.errors import PyPdfError

from pipelines.config import Vendor
from pipelines.delivery import verify_deep
from pipelines.delivery.findings import Code, Notes
from pipelines.model import Breach
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.marks import parse_mark
from pipelines.press.preflight import preflight
from pipelines.press.rules import Rule
from pipelines.progress import Channel

STAGE = "verify"
"""The stage under which progress is told, in mail pieces."""

_NEEDS_ADDRESS = frozenset({Rule.WINDOW_TEXT})
"""Rules that ask for address lines, which the books do not hold."""


_UNREADABLE = (
    pypdfium2.PdfiumError,
    PyPdfError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    RecursionError,
)  # what the two libraries raise for broken files


@dataclass(frozen=True)
class FileTask:
    """A print file to read, as a worker process gets it."""

    path: Path
    where: str
    """Its key."""
    pages: int
    """As the manifest says."""
    country: str
    vendor: Vendor
    rows: pa.Table
    """Its rows of PIECES."""
    deep: bool
    channel: Channel


def check(task: FileTask) -> Notes:
    """What is wrong with the file; never raises for what is in it."""
    notes = Notes()
    try:
        counts = {count(task.path) for count in ((_opened, _walked) if task.deep else (_opened,))}
    except _UNREADABLE as error:
        notes.add(Code.FILE_UNREADABLE, task.where, type(error).__name__)
        task.channel.tell(STAGE, task.rows.num_rows)
        return notes
    for pages in sorted(counts - {task.pages}):
        notes.add(Code.FILE_PAGES, task.where, f"{pages} pages, {task.pages} in the manifest")
    breaches = sorted(_breaches(task), key=lambda b: (b.rule, b.page, b.fact))
    for rule, same in groupby(breaches, key=lambda b: b.rule):
        those = list(same)
        notes.add(
            Code.PREFLIGHT,
            task.where,
            f"{rule}: {len(those)} times, first on page {those[0].page}: {those[0].fact}",
        )
    if task.deep:
        verify_deep.check(task.path, task.where, task.rows, task.vendor, notes, task.channel)
    else:
        task.channel.tell(STAGE, task.rows.num_rows)
    return notes


def _opened(path: Path) -> int:
    """How many pages PDFium says there are, the first and the last of them loaded."""
    with closing(pypdfium2.PdfDocument(path)) as document:
        for index in sorted({0, len(document) - 1}):
            document[index].close()
        return len(document)


def _walked(path: Path) -> int:
    """How many pages pypdf finds on its way through the tree."""
    # It logs what it mends; a broken file is a finding here.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with pypdf.PdfReader(path) as reader:
        return len(reader.pages)


def _breaches(task: FileTask) -> list[Breach]:
    pieces = tuple(
        ExpectedPiece(**row, address_lines=())
        for row in task.rows.select(
            ["piece_id", "sequence", "first_page", "pages", "sheets", "mark"]
        ).to_pylist()
    )
    # The job is in the mark, if the vendor's template has it; a mark that is not of the
    # template breaks the rule for marks, whatever job is expected.
    fields = parse_mark(task.vendor.mark, pieces[0].mark) or {}
    expected = Expected(task.country, task.vendor, fields.get("job", 0), pieces)
    return [b for b in preflight(task.path, expected) if b.rule not in _NEEDS_ADDRESS]
