"""Reads a print file as a scanner and a recipient do, and compares with the books piece by piece.

Every page is rendered and searched for codes, every page's text is extracted. Where a code is
missing at first sight, the pages of that piece are searched again with more pixels.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.config import Vendor
from pipelines.delivery.findings import Code, Notes
from pipelines.money import money
from pipelines.press import marks
from pipelines.press.readback import PageRead, normalised, read_pages
from pipelines.progress import Channel

MARK = "datamatrix"
"""The format of the inserter mark; no other symbol of a letter is one."""

_AS_MANY_AS_THERE_ARE = 99
"""More codes than a page has: the reader then searches in every way it knows."""
_TOLD_EVERY = 10
"""Mail pieces between two words of progress: about a second."""
_COLUMNS = ("piece_id", "sequence", "first_page", "pages", "sheets", "mark", "codes", "country", "language",
            "currency", "amount_due", "payment_reference", "name")  # fmt: skip

Row = Mapping[str, Any]


def check(path: Path, where: str, rows: pa.Table, vendor: Vendor, notes: Notes, channel: Channel) -> None:
    """Marks, codes, name, amount and reference of every piece of a print file.

    Args:
        path: the file.
        where: its key, for the findings.
        rows: PIECES of the file, in sequence order, pages following each other.
        vendor: whose mark template was used.
        notes: takes the findings; they name the piece's sequence, nothing of its content.
        channel: hears of progress, in mail pieces.
    """
    doubtful: list[Row] = []
    pages = read_pages(path)
    done = 0
    for row in rows.select(_COLUMNS).to_pylist():
        sides = [page for _, page in zip(range(row["pages"]), pages, strict=False)]
        _check_text(row, sides, where, notes)
        if _misread(row, sides, vendor):
            doubtful.append(row)
        done += 1
        if done % _TOLD_EVERY == 0:
            channel.tell("verify", _TOLD_EVERY)
    channel.tell("verify", done % _TOLD_EVERY)
    if doubtful:
        _look_again(path, where, doubtful, vendor, notes)


def _look_again(path: Path, where: str, rows: Sequence[Row], vendor: Vendor, notes: Notes) -> None:
    wanted = {
        number: _AS_MANY_AS_THERE_ARE
        for row in rows
        for number in range(row["first_page"], row["first_page"] + row["pages"])
    }
    found: dict[int, PageRead] = {
        page.number: page for page in read_pages(path, wanted) if page.number in wanted
    }
    for row in rows:
        numbers = range(row["first_page"], row["first_page"] + row["pages"])
        for code, fact in _misread(row, [found[n] for n in numbers if n in found], vendor):
            notes.add(code, where, f"piece {row['sequence']}: {fact}")


def _misread(row: Row, sides: Sequence[PageRead], vendor: Vendor) -> list[tuple[Code, str]]:
    """What the codes on the pages of a piece say other than the books."""
    wrong: list[tuple[Code, str]] = []
    step = 2 if vendor.duplex else 1
    # Payloads of later sheets follow from the first; one that is not of the template has none.
    job = (marks.parse_mark(vendor.mark, row["mark"]) or {}).get("job", 0)
    for place, side in enumerate(sides):
        read = [code.text for code in side.codes if code.format == MARK]
        sheet = place // step + 1
        wanted = []
        if place % step == 0:
            wanted = [marks.payload(vendor.mark, job, row["sequence"], sheet, row["sheets"])]
        if sheet == 1 and wanted and wanted != [row["mark"]]:
            wrong.append((Code.MARK_READ, "its mark in the books is not of the vendor's template"))
        if read != wanted:
            wrong.append((Code.MARK_READ, f"page {side.number} has {len(read)} marks, not the right one"))
    if len(sides) < row["pages"]:
        wrong.append((Code.MARK_READ, f"{row['pages'] - len(sides)} of its pages are missing"))
    there = Counter(code.text for side in sides for code in side.codes if code.format != MARK)
    booked: Counter[str] = Counter(row["codes"])
    if missing := (booked - there).total():
        wrong.append((Code.CODE_READ, f"{missing} of {booked.total()} codes are not read"))
    if strange := (there - booked).total():
        wrong.append((Code.CODE_READ, f"{strange} codes are read that are not in the books"))
    return wrong


def _check_text(row: Row, sides: Iterable[PageRead], where: str, notes: Notes) -> None:
    text = " ".join(side.text for side in sides)
    amount = money(row["amount_due"], row["currency"], row["language"], row["country"])
    wanted = {"name": row["name"], "amount": amount, "reference": row["payment_reference"]}
    for what, value in wanted.items():
        if not value or not _stands(value, text):
            notes.add(Code.TEXT_READ, where, f"piece {row['sequence']}: its {what} is not in its text")


def _stands(value: str, text: str) -> bool:
    """Whether `value` stands in `text`, blanks aside, and not as part of a longer number."""
    letters = "".join(normalised(value).split())
    pattern = r"\s*".join(map(re.escape, letters))
    return re.search(rf"(?<!\d){pattern}(?!\d)", text) is not None
