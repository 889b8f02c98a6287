"""Composed letters bound into one print file: PDF/X-4, and PDF/VT-1 with a record for each letter.

Everything that letters have in common is there once: fonts, output profile, forms, the fixed
pages, the blank back. Pages come in printing order; each letter starts on the front of a sheet,
and the front of every sheet bears the inserter's mark. The file is written while letters come,
so memory grows by some hundred bytes a letter.

Sources: ISO 15930-7 (X-4), ISO 16612-2 (VT-1), ISO 32000-2 14.12 (document parts).
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines import config, model
from pipelines.errors import ConfigError
from pipelines.press import marks, output_intent
from pipelines.press.document_parts import DocumentParts
from pipelines.press.page_tree import PageTree
from pipelines.press.painting import COMPRESSION, PaintedPage, Resources, StampedPage
from pipelines.press.recent import Recent
from pipelines.press.shared_resources import Known, SharedResources
from pipelines.press.typefaces import Typeface
from pipelines.press.writer import PdfWriter, deflated, text
from pipelines.press.xmp import PRODUCER, Identity

STANDARDS = frozenset(("PDF/X-4", "PDF/VT-1"))
"""What the press can write; X-4 is always there."""
_BLANK = PaintedPage(zlib.compress(b"", COMPRESSION), Resources(), frozenset())
_LATEST = 16
"""Painted pages that are known again as the same objects: fixed ones, and the blank back."""
_SHEET = b"[0 0 595.276 841.89]"  # A4 in points, 210 × 297 mm
_PAGE = (
    b"<</Type/Page/Parent %%d 0 R/MediaBox%b/BleedBox%b/TrimBox%b/Resources %%d 0 R/Contents[%%b]%%b>>"
    % (_SHEET, _SHEET, _SHEET)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter stands in its print file."""

    first_page: int
    """From 1."""
    pages: int
    """Sides of paper, a blank back counted."""
    sheets: int
    mark: str
    """The payload of the mark on its first sheet."""


class Assembly:
    """A print file in the making: add the letters in printing order, then save.

    In a `with` block, what was not saved is discarded. Raises ConfigError when the vendor wants
    another standard than those of `STANDARDS`, and AssetError when the vendor's profile is missing
    or not that of a CMYK printer.
    """

    def __init__(
        self,
        head: model.LotHead,
        name: str,
        vendor: config.Vendor,
        typefaces: Mapping[str, Typeface],
        out: Path,
    ) -> None:
        strange = set(vendor.standards) - STANDARDS
        if strange or "PDF/X-4" not in vendor.standards:
            wanted = ", ".join(sorted(strange or vendor.standards)) or "none"
            raise ConfigError(
                f"vendors.{head.vendor}.standards: the press cannot write {wanted}",
                'choose ["PDF/X-4"] or ["PDF/X-4", "PDF/VT-1"]',
            )
        profile = output_intent.profile(vendor)
        self._head = head
        self._name = name
        self._vendor = vendor
        self._file = PdfWriter(out)
        self._intent = output_intent.output_intent(self._file, vendor, profile)
        self._resources = SharedResources(self._file, typefaces)
        self._tree = PageTree(self._file)
        self._parts = DocumentParts(self._file) if "PDF/VT-1" in vendor.standards else None
        self._contents: Known[bytes] = Known()
        self._latest: Recent[int, tuple[PaintedPage, int, bytes]] = Recent(_LATEST)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    @property
    def pages(self) -> int:
        """How many pages have been added, blank backs counted."""
        return self._tree.pages

    def sheets(self, pages: int) -> int:
        """How many sheets a letter of that many pages takes."""
        return -(-pages // 2) if self._vendor.duplex else pages

    def add(self, piece_id: str, sequence: int, pages: Sequence[PaintedPage | StampedPage]) -> Place:
        """Where the letter has come to stand, behind those added before.

        Sequence numbers have to rise by one from letter to letter. In a duplex file an odd
        number of pages is filled up with a blank back. Raises ConfigError when the vendor's mark
        cannot say the letter's numbers.
        """
        per_sheet = 2 if self._vendor.duplex else 1
        sheets = self.sheets(len(pages))
        drawn = [
            marks.mark_ops(self._vendor.mark, self._head.job, sequence, sheet, sheets, sheet == sheets)
            for sheet in range(1, sheets + 1)
        ]
        first = self.pages
        leaf = 0
        link = b""
        if self._parts:
            leaf = self._file.reserve()
            link = b"/DPart %d 0 R" % leaf
        numbers = []
        blanks = [_BLANK] * (sheets * per_sheet - len(pages))
        for i, page in enumerate((*pages, *blanks)):
            mark = None if i % per_sheet else drawn[i // per_sheet][1]
            if isinstance(page, StampedPage):
                resources = self._resources.stamped(page.fonts, page.forms)
                contents = self._stamped(page, mark)
            else:
                resources, contents = self._painted(page)
                if mark is not None:
                    contents = b"%b %d 0 R" % (contents, self._file.add_stream(deflated(mark)))
            number = self._file.reserve()
            parent = self._tree.hang(number)
            self._file.add(_PAGE % (parent, resources, contents, link), number)
            numbers.append(number)
        if self._parts:
            self._parts.add(piece_id, sequence, leaf, numbers, sheets)
        return Place(first + 1, len(numbers), sheets, drawn[0][0])

    def save(self, containers: Sequence[model.PlannedContainer]) -> str:
        """Finishes the file; gives its SHA-256 in hexadecimal. The same letters make the same bytes.

        `containers` hold the sequence numbers of all letters added, in their order. Raises
        ValueError when they do not, and when no letter was added.
        """
        file = self._file
        pages = self._tree.close()
        self._resources.close()
        parts = b"/DPartRoot %d 0 R" % self._parts.close(self._head, containers) if self._parts else b""
        title = f"{self._head.lot_id} {self._name}"
        identity = Identity(title, self._head.hand_in_date, file.fingerprint())
        packet = file.add_stream(identity.packet(bool(self._parts)), b"/Type/Metadata/Subtype/XML")
        date = text(identity.pdf_date)
        info = file.add(
            b"<</Title%b/Producer%b/CreationDate%b/ModDate%b/Trapped/False>>"
            % (text(title), text(PRODUCER), date, date)
        )
        catalog = file.add(
            b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/OutputIntents[%d 0 R]%b>>"
            % (pages, packet, self._intent, parts)
        )
        return file.close(catalog, info, identity.identifiers())

    def discard(self) -> None:
        """Leaves no file behind; nothing happens when it is saved already."""
        self._file.discard()

    def _stamped(self, page: StampedPage, mark: bytes | None) -> bytes:
        """The contents of a stamped page: one stream, the mark in it."""
        content = page.content if mark is None else page.content + b"\n" + mark
        return b"%d 0 R" % self._file.add_stream(deflated(content))

    def _painted(self, page: PaintedPage) -> tuple[int, bytes]:
        """Resources and contents of a painted page, but for the mark; others may share both."""
        if (known := self._latest.get(id(page))) is None:
            key = hashlib.sha256(page.content).digest()
            resources = self._resources.painted(page.fonts, page.resources)
            stream = self._contents.number(key, lambda: self._file.add_stream(page.content))
            known = self._latest.keep(id(page), (page, resources, b"%d 0 R" % stream))
        return known[1:]
