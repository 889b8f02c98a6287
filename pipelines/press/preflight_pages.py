"""Preflight of the pages: boxes, inks, the mark of every sheet, the window, the order of pieces."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.press import marks
from pipelines.press.content import IDENTITY
from pipelines.press.drawing import BLACK, Drawing, Ink, Resources, Style
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.page_reader import Reader
from pipelines.press.preflight_frames import Frames
from pipelines.press.preflight_resources import MOST_INK, ResourceReader
from pipelines.press.preflight_window import BEHIND, QUIET, WATCHED, WINDOW, Zones, check_window, kinds
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule
from pipelines.press.scan import Content, Scanner

SMALLEST_TEXT = 6.0
"""Points; below it print on uncoated paper fills in."""
THINNEST_LINE = 0.25
"""Points; one dot of a 300 dpi device."""
_PAPER: Ink = (0.0, 0.0, 0.0, 0.0)
_SIZE_SLACK = 0.02  # points: sizes pass through a matrix with rounded numbers
_INK_SLACK = 0.001  # sums of decimal fractions
BATCH = 400
"""Pages that are scanned together: some four megabytes of content."""
_KEPT_DRAWINGS = 64  # pages whose content comes again: the fixed last pages of all languages


@dataclass(frozen=True, slots=True)
class _Side:
    """What is expected of one page."""

    piece: ExpectedPiece
    first: bool
    front: bool
    mark: bytes
    """The operators of the sheet's mark; empty on a back."""


def expected_marks(expect: Expected) -> Mapping[int, tuple[str, bytes]]:
    """Page number -> payload and operators of the mark on every front. Raises ConfigError."""
    vendor = expect.vendor
    step = 2 if vendor.duplex else 1
    return {
        piece.first_page + (sheet - 1) * step: marks.mark_ops(
            vendor.mark, expect.job, piece.sequence, sheet, piece.sheets
        )
        for piece in expect.pieces
        for sheet in range(1, piece.sheets + 1)
    }


def check(
    file: PrintedFile,
    pages: Sequence[int],
    expect: Expected,
    zones: Zones,
    mark_of: Mapping[int, tuple[str, bytes]],
    resources: ResourceReader,
    found: Findings,
) -> None:
    """Every page, in order; `pages` are their object numbers."""
    _check_order(len(pages), expect, mark_of, found)
    sides = _sides(expect, mark_of)
    frames = Frames(file, resources, found)
    contents = _Pages(file, zones, expect.accents, resources, found)
    numbered = list(enumerate(pages, start=1))
    for start in range(0, len(numbered), BATCH):
        batch = numbered[start : start + BATCH]
        for number, page in batch:
            frames.check(page, number)
        contents.check([(page, number, sides[number]) for number, page in batch if number in sides])
    contents.finish()


def _check_order(
    pages: int, expect: Expected, mark_of: Mapping[int, tuple[str, bytes]], found: Findings
) -> None:
    sides_a_sheet = 2 if expect.vendor.duplex else 1
    planned = sum(piece.pages for piece in expect.pieces)
    if pages != planned or pages % sides_a_sheet:
        found.add(Rule.COUNT_PAGES, 0, f"{pages} pages, {planned} planned, {sides_a_sheet} a sheet")
    following = 1
    for piece in expect.pieces:
        if piece.pages != piece.sheets * sides_a_sheet:
            found.add(Rule.COUNT_PAGES, piece.first_page, f"{piece.pages} pages on {piece.sheets} sheets")
        if piece.first_page != following or (piece.first_page - 1) % sides_a_sheet:
            found.add(Rule.PIECE_START, piece.first_page, f"a piece should start on page {following}")
        if piece.sheets and mark_of[piece.first_page][0] != piece.mark:
            found.add(Rule.MARK_PAYLOAD, piece.first_page, "not the mark of this piece's first sheet")
        following = piece.first_page + piece.pages


def _sides(expect: Expected, mark_of: Mapping[int, tuple[str, bytes]]) -> Mapping[int, _Side]:
    return {
        number: _Side(
            piece,
            first=number == piece.first_page,
            front=not expect.vendor.duplex or (number - piece.first_page) % 2 == 0,
            mark=mark_of.get(number, ("", b""))[1],
        )
        for piece in expect.pieces
        for number in range(piece.first_page, piece.first_page + piece.pages)
    }


_Key = tuple[int, Resources, bool, bool]


class _Read(NamedTuple):
    """A page with its content."""

    number: int
    side: _Side
    resources: Resources
    parts: tuple[bytes, ...]
    """What stands before, between and behind the marks of the sheet: two parts when there is one."""
    key: _Key | None
    """What pages have in common that are alike but for their marks; None for one with content of its own."""

    @property
    def scannable(self) -> bool:
        """Whether its mark, if it has one, ends it."""
        first, *others = self.parts
        return not others or (_ends(first) and len(others) == 1 and not others[0].strip())


class _Pages:
    """Checks what stands on the pages; remembers what it has seen before."""

    def __init__(
        self,
        file: PrintedFile,
        zones: Zones,
        accents: Iterable[Ink],
        resources: ResourceReader,
        found: Findings,
    ) -> None:
        self._file = file
        self._zones = zones
        self._inks = {_rounded(ink) for ink in (BLACK, _PAPER, *accents)}
        self._resources = resources
        self._found = found
        self._styles: set[Style] = set()
        self._good: set[Style] = set()
        sound = [ink for ink in self._inks if not any(self._faults(Style("path", ink)))]
        self._scanner = Scanner(zones.boxes(), sound)
        self._scans: dict[_Key, Drawing | None] = {}
        self._drawings: dict[tuple[Resources, tuple[bytes, ...]], Drawing] = {}

    def check(self, pages: Sequence[tuple[int, int, _Side]]) -> None:
        """Some pages that belong to pieces: their object numbers, their numbers from 1, what is expected."""
        read = [self._read(*page) for page in pages]
        scans = self._scan(read)
        for page, drawing in zip(read, scans, strict=True):
            self._judge(page, drawing or self._read_in_full(page))

    def _read(self, page: int, number: int, side: _Side) -> "_Read":
        data = self._file.content(page)
        mark = side.mark
        parts: tuple[bytes, ...] = (data,)
        if mark and data.find(mark) == (end := len(data) - len(mark)):
            parts = (data[:end], b"")
        elif mark:
            parts = tuple(data.split(mark))
            if len(parts) != 2:
                self._found.add(Rule.MARK_MISSING, number, f"the sheet's mark stands {len(parts) - 1} times")
        resources = self._resources.of_page(self._file, page, number)
        stream = None
        if not mark or parts[1:] == (b"",):
            stream = self._file.shared_stream(page, len(parts[0]) if mark else None)
        key = None if stream is None else (stream, resources, side.first, side.front)
        return _Read(number, side, resources, parts, key)

    def _scan(self, pages: Sequence["_Read"]) -> list[Drawing | None]:
        """What the scan makes of pages; those that share all but their mark are scanned once."""
        drawings: list[Drawing | None] = [None] * len(pages)
        alike: dict[_Key | int, list[int]] = {}
        contents: list[Content] = []
        for index, page in enumerate(pages):
            key = page.key
            if key is not None and key in self._scans:
                drawings[index] = self._scans[key]
            elif page.scannable:
                places = alike.setdefault(key or page.number, [])
                if not places:
                    watched = WATCHED[page.side.first, page.side.front]
                    contents.append(Content(page.parts[0], page.resources, watched))
                places.append(index)
        for places, scanned in zip(alike.values(), self._scanner.scan(contents), strict=True):
            drawing = self._good_only(scanned)
            for index in places:
                drawings[index] = drawing
            self._keep(pages[places[0]].key, drawing)
        return drawings

    def _keep(self, key: _Key | None, drawing: Drawing | None) -> None:
        """Keep what pages paint that are alike; None when only the full reader can tell."""
        if key is not None:
            if len(self._scans) >= _KEPT_DRAWINGS and key not in self._scans:
                self._scans.pop(next(iter(self._scans)))
            self._scans[key] = drawing

    def _good_only(self, drawing: Drawing | None) -> Drawing | None:
        """A drawing of the scan, unless it has a style with faults, of which the full reader knows more."""
        if drawing is None or drawing.styles <= self._good:
            return drawing
        for style in drawing.styles - self._good:
            if any(self._faults(style)):
                return None
            self._good.add(style)
        return drawing

    def _judge(self, page: "_Read", drawing: Drawing) -> None:
        number, side = page.number, page.side
        if not drawing.styles <= self._styles:
            for style in drawing.styles - self._styles:
                for rule, fact in self._faults(style):
                    self._found.add(rule, number, fact)
            self._styles |= drawing.styles
        text = "text" in [style.kind for style in drawing.styles]
        if side.front and not text:
            self._found.add(Rule.PAGE_BLANK, number, "a front without text")
        if not side.front and not text and not drawing.blank:
            self._found.add(Rule.PAGE_BLANK, number, "a back without text is not blank")
        if drawing.zones[QUIET]:
            self._found.add(Rule.MARK_QUIET, number, f"{kinds(drawing.zones[QUIET])} in the mark's zone")
        if not side.front and drawing.zones[BEHIND]:
            self._found.add(Rule.MARK_BACK, number, f"{kinds(drawing.zones[BEHIND])} behind the mark")
        if side.first:
            check_window(
                drawing.zones[WINDOW], number, side.piece.address_lines, self._zones.window, self._found
            )

    def finish(self) -> None:
        """The encapsulated forms: whether they do without the state of the page that draws them."""
        self._scanner.forget()
        for form, number in self._resources.encapsulated:
            if self._scanner.dependent(form):
                self._found.add(
                    Rule.XOBJECT_ENCAPSULATED, number, "a form that shows otherwise in another state"
                )
        self._resources.faultless |= self._scanner.understood()

    def _read_in_full(self, page: "_Read") -> Drawing:
        if page.key is None or (drawing := self._scans.get(page.key)) is None:
            drawing = self._draw(page.resources, page.parts, page.number)
            self._keep(page.key, drawing)
        return drawing

    def _draw(self, resources: Resources, parts: tuple[bytes, ...], number: int) -> Drawing:
        """What the parts of a page paint, the mark between them left out."""
        if not all(_ends(part) for part in parts[:-1]):
            self._found.add(Rule.MARK_MISSING, number, "the mark is no operators of its own")
        if (known := self._drawings.get((resources, parts))) is not None:
            return known
        reader = Reader(resources, self._zones.boxes(), self._resources.memory)
        reader.read(parts[0])
        for part in parts[1:]:
            if reader.ctm != IDENTITY or reader.clipped:
                self._found.add(Rule.MARK_MISSING, number, "the mark is drawn in another space, or clipped")
            reader.read(part)
        self._resources.report(reader, number)
        if len(self._drawings) >= _KEPT_DRAWINGS:
            self._drawings.pop(next(iter(self._drawings)))
        self._drawings[resources, parts] = reader.drawing
        return reader.drawing

    def _faults(self, style: Style) -> Iterator[tuple[Rule, str]]:
        """What is wrong with a way of painting."""
        ink = style.ink
        if ink is not None and sum(ink) > MOST_INK + _INK_SLACK:
            yield Rule.INK_TOTAL, f"{style.kind} with {sum(ink):.0%}"
        if ink is not None and not all(-_INK_SLACK <= part <= 1 + _INK_SLACK for part in ink):
            yield Rule.COLOUR_RANGE, f"{style.kind} in a colour out of range"
        if style.kind == "text":
            if ink is None or _rounded(ink) not in self._inks:
                shown = "a pattern" if ink is None else " ".join(f"{part:.0%}" for part in ink)
                yield Rule.INK_TEXT, f"text in {shown}"
            if style.size < SMALLEST_TEXT - _SIZE_SLACK:
                yield Rule.TEXT_SMALL, f"text of {style.size:.2f} pt"
        elif style.kind == "path" and 0 < style.size < THINNEST_LINE - _SIZE_SLACK:
            yield Rule.LINE_THIN, f"a line of {style.size:.2f} pt"


def _ends(part: bytes) -> bool:
    """Whether another operator may follow these bytes as they are."""
    return not part or part[-1:].isspace()


def _rounded(ink: Ink) -> Ink:
    c, m, y, k = (round(part, 3) for part in ink)
    return (c, m, y, k)
