"""Composed letters bound into one print file: PDF/X-4, and PDF/VT-1 with a record for each letter.

Everything that letters have in common is there once: fonts, output profile, the fixed pages, the
blank back. Pages come in printing order; each letter starts on the front of a sheet, and the
front of every sheet bears the inserter's mark as a content stream of its own.

Memory grows with the deflated pages, some kB a letter; the planner's `pieces_per_file` bounds it.
Sources: ISO 15930-7 (X-4), ISO 16612-2 (VT-1), ISO 32000-2 14.12 (document parts).
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from pipelines import config, model
from pipelines.errors import ConfigError
from pipelines.press import embedding, marks
from pipelines.press.output_intent import output_intent
from pipelines.press.painting import COMPRESSION, PaintedPage, Resources, XObject
from pipelines.press.typefaces import Typeface
from pipelines.press.xmp import PRODUCER, Identity

PDF_VERSION = "1.6"
STANDARDS = frozenset(("PDF/X-4", "PDF/VT-1"))
"""What the press can write; X-4 is always there."""
KIDS = 50
"""Children of a node of the page tree: a reader finds any page in a few steps."""
_BLANK = PaintedPage(zlib.compress(b"", COMPRESSION), Resources(), frozenset())
_SHEET = b"[0 0 595.276 841.89]"  # A4 in points, 210 × 297 mm


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

    Raises ConfigError when the vendor wants another standard than those of `STANDARDS`.
    """

    def __init__(
        self, head: model.LotHead, name: str, vendor: config.Vendor, typefaces: Mapping[str, Typeface]
    ) -> None:
        strange = set(vendor.standards) - STANDARDS
        if strange or "PDF/X-4" not in vendor.standards:
            wanted = ", ".join(sorted(strange or vendor.standards)) or "none"
            raise ConfigError(
                f"vendors.{head.vendor}.standards: the press cannot write {wanted}",
                'choose ["PDF/X-4"] or ["PDF/X-4", "PDF/VT-1"]',
            )
        self._head = head
        self._name = name
        self._vendor = vendor
        self._typefaces = typefaces
        self._pdf = pikepdf.new()
        self._fonts = self._pdf.make_indirect(Dictionary())
        self._box = Object.parse(_SHEET)
        self._pages: list[Object] = []
        self._records: dict[int, Object] = {}
        self._streams: dict[bytes, Object] = {}
        self._resources: dict[Resources, Object] = {}
        self._objects: dict[XObject, Object] = {}
        self._contents = hashlib.sha256()

    @property
    def pages(self) -> int:
        """How many pages have been added, blank backs counted."""
        return len(self._pages)

    def sheets(self, pages: int) -> int:
        """How many sheets a letter of that many pages takes."""
        return -(-pages // 2) if self._vendor.duplex else pages

    def add(self, piece_id: str, sequence: int, pages: Sequence[PaintedPage]) -> Place:
        """Where the letter has come to stand, behind those added before.

        Sequence numbers have to rise by one from letter to letter. In a duplex file an odd
        number of pages is filled up with a blank back. Raises ConfigError when the vendor's mark
        cannot say the letter's numbers.
        """
        per_sheet = 2 if self._vendor.duplex else 1
        sheets = self.sheets(len(pages))
        blanks = [_BLANK] * (sheets * per_sheet - len(pages))
        first = len(self._pages)
        first_mark = ""
        for i, page in enumerate((*pages, *blanks)):
            contents = [self._content(page)]
            if i % per_sheet == 0:
                sheet = i // per_sheet + 1
                payload, operators = marks.mark_ops(
                    self._vendor.mark, self._head.job, sequence, sheet, sheets, sheet == sheets
                )
                contents.append(self._stream(zlib.compress(operators, COMPRESSION)))
                first_mark = first_mark or payload
            self._page(page, contents)
        made = self._pages[first:]
        self._records[sequence] = self._record(piece_id, sequence, made, sheets)
        return Place(first + 1, len(made), sheets, first_mark)

    def save(self, out: Path, containers: Sequence[model.PlannedContainer]) -> None:
        """Writes the file to `out`; the same letters make the same bytes.

        `containers` hold the sequence numbers of all letters added, in their order.
        """
        variable = "PDF/VT-1" in self._vendor.standards
        root = self._pdf.Root
        root.Pages = self._page_tree()
        root.OutputIntents = Array([output_intent(self._pdf, self._vendor)])
        identity = Identity(
            f"{self._head.lot_id} {self._name}", self._head.hand_in_date, self._contents.hexdigest()
        )
        packet = self._pdf.make_stream(identity.packet(variable))
        packet.Type, packet.Subtype = Name.Metadata, Name.XML
        root.Metadata = packet
        if variable:
            root.DPartRoot = self._parts(containers)
        self._pdf.trailer.Info = self._pdf.make_indirect(
            Dictionary(
                Title=String(identity.title),
                Producer=String(PRODUCER),
                CreationDate=String(identity.pdf_date),
                ModDate=String(identity.pdf_date),
                Trapped=Name("/False"),
            )
        )
        self._pdf.save(
            out,
            force_version=PDF_VERSION,
            deterministic_id=True,
            fix_metadata_version=False,
            # All streams are deflated already, and metadata must not be.
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )

    def _page(self, page: PaintedPage, contents: list[Object]) -> None:
        for name in sorted(page.fonts):
            if f"/{name}" not in self._fonts:
                self._fonts[f"/{name}"] = embedding.embed(self._pdf, self._typefaces[name])
        made = Dictionary(
            Type=Name.Page,
            MediaBox=self._box,
            BleedBox=self._box,
            TrimBox=self._box,
            Resources=self._resource(page.resources),
            Contents=Array(contents),
        )
        self._pages.append(self._pdf.make_indirect(made))

    def _content(self, page: PaintedPage) -> Object:
        key = hashlib.sha256(page.content).digest()
        if key not in self._streams:
            self._streams[key] = self._stream(page.content)
        return self._streams[key]

    def _stream(self, deflated: bytes) -> Object:
        self._contents.update(deflated)
        stream = self._pdf.make_stream(b"")
        stream.write(deflated, filter=Name.FlateDecode)
        return stream

    def _resource(self, resources: Resources) -> Object:
        if resources not in self._resources:
            made = Dictionary(Font=self._fonts)
            if resources.states:
                states = {f"/{name}": Object.parse(state) for name, state in resources.states}
                made.ExtGState = Dictionary(states)
            if resources.objects:
                objects = {f"/{name}": self._object(body) for name, body in resources.objects}
                made.XObject = Dictionary(objects)
            self._resources[resources] = self._pdf.make_indirect(made)
        return self._resources[resources]

    def _object(self, body: XObject) -> Object:
        if body not in self._objects:
            stream = self._pdf.make_stream(b"")
            stream.write(body.data, filter=Name(body.filter))
            for key, value in Object.parse(body.entries).items():
                stream[key] = value
            if body.resources is not None:
                stream.Resources = self._resource(body.resources)
            self._objects[body] = stream
        return self._objects[body]

    def _page_tree(self) -> Object:
        """The root of a tree over all pages whose nodes have at most `KIDS` children."""
        level: list[tuple[Object, int]] = [(page, 1) for page in self._pages]
        while len(level) > 1 or level[0][0].Type != Name.Pages:
            above: list[tuple[Object, int]] = []
            for i in range(0, len(level), KIDS):
                kids = level[i : i + KIDS]
                count = sum(leaves for _, leaves in kids)
                node = self._pdf.make_indirect(
                    Dictionary(Type=Name.Pages, Count=count, Kids=Array([kid for kid, _ in kids]))
                )
                for kid, _ in kids:
                    kid.Parent = node
                above.append((node, count))
            level = above
        return level[0][0]

    def _record(self, piece_id: str, sequence: int, pages: Sequence[Object], sheets: int) -> Object:
        """The leaf of one letter; `Parent` follows when its container is known."""
        facts = Dictionary(ID=String(piece_id), Sequence=sequence, Sheets=sheets, Pages=len(pages))
        leaf = Dictionary(Type=Name.DPart, Start=pages[0], DPM=Dictionary(Brvp_Piece=facts))
        if len(pages) > 1:
            leaf.End = pages[-1]
        made = self._pdf.make_indirect(leaf)
        if "PDF/VT-1" in self._vendor.standards:
            for page in pages:
                page.DPart = made
        return made

    def _parts(self, containers: Sequence[model.PlannedContainer]) -> Object:
        """The tree of document parts: lot, containers, pieces."""
        root = self._pdf.make_indirect(
            Dictionary(
                Type=Name.DPartRoot,
                RecordLevel=2,
                NodeNameList=Array([Name.Lot, Name.Container, Name.Piece]),
            )
        )
        facts = Dictionary(ID=String(self._head.lot_id), Job=self._head.job, Pieces=len(self._records))
        lot = self._pdf.make_indirect(
            Dictionary(Type=Name.DPart, Parent=root, DPM=Dictionary(Brvp_Lot=facts))
        )
        root.DPartRootNode = lot
        nodes = []
        for container in containers:
            sequences = range(container.first_sequence, container.last_sequence + 1)
            records = [self._records[sequence] for sequence in sequences]
            facts = Dictionary(ID=String(container.id), Level=String(container.level), Pieces=len(records))
            node = self._pdf.make_indirect(
                Dictionary(
                    Type=Name.DPart,
                    Parent=lot,
                    DParts=Array([Array(records)]),
                    DPM=Dictionary(Brvp_Container=facts),
                )
            )
            for record in records:
                record.Parent = node
            nodes.append(node)
        lot.DParts = Array([Array(nodes)])
        return root
