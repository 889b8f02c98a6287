"""Preflight of the pages: boxes, inks, the mark of every sheet, the window, the order of pieces."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pikepdf

from pipelines.errors import AssetError
from pipelines.press import geometry, marks
from pipelines.press.content import IDENTITY
from pipelines.press.drawing import BLACK, Drawing, Ink, Painted, Resources, Style
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.geometry import A4, Box, Window
from pipelines.press.page_reader import Reader
from pipelines.press.preflight_resources import MOST_INK, ResourceReader
from pipelines.press.rules import Findings, Rule

SMALLEST_TEXT = 6.0
"""Points; below it print on uncoated paper fills in."""
THINNEST_LINE = 0.25
"""Points; one dot of a 300 dpi device."""
_PAPER: Ink = (0.0, 0.0, 0.0, 0.0)
_BOX_SLACK = 0.5  # points: writers round A4 to one or two decimals
_SIZE_SLACK = 0.02  # points: sizes pass through a matrix with rounded numbers
_INK_SLACK = 0.001  # sums of decimal fractions
_EDGE_SLACK = 0.3  # points: 0.1 mm
_LINE_SLACK = 2.0  # points between baselines that are one line
_CAP_HEIGHT = 0.73  # em, of the letters of an address
_DESCENT = 0.21
_KEPT_DRAWINGS = 64  # pages whose content comes again: the fixed last pages of all languages
_WINDOW, _QUIET, _BEHIND = range(3)


@dataclass(frozen=True, slots=True)
class Zones:
    """The places of a page that are guarded."""

    window: Window
    quiet: Box
    behind: Box

    @classmethod
    def of(cls, expect: Expected) -> "Zones":
        """The zones of a country and vendor. Raises ConfigError, AssetError when undefined."""
        window = expect.window
        if window is None:
            try:
                window = geometry.windows()[expect.country]
            except KeyError as error:
                raise AssetError(
                    f"geometry.toml: no window for {expect.country}", "see docs/layouts.md, page geometry"
                ) from error
        quiet = marks.quiet_box(expect.vendor.mark)
        return cls(window, quiet, marks.mark_box(expect.vendor.mark).mirrored())

    def boxes(self) -> tuple[Box, Box, Box]:
        """In the order that drawings list them."""
        return self.window.guarded, self.quiet, self.behind


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
    pdf: pikepdf.Pdf,
    expect: Expected,
    zones: Zones,
    mark_of: Mapping[int, tuple[str, bytes]],
    resources: ResourceReader,
    found: Findings,
) -> None:
    """Every page, in order."""
    _check_order(len(pdf.pages), expect, mark_of, found)
    sides = _sides(expect, mark_of)
    pages = _Pages(zones, expect.accents, resources, found)
    for number, page in enumerate(pdf.pages, start=1):
        _check_dictionary(page.obj, number, found)
        resources.check_page_group(page.obj, number)
        if (side := sides.get(number)) is not None:
            pages.check(page.obj, number, side)


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


def _check_dictionary(page: pikepdf.Object, number: int, found: Findings) -> None:
    keys = set(page.keys())
    if "/Annots" in keys and len(page["/Annots"]):
        found.add(Rule.PAGE_ANNOTATION, number, "annotations")
    for key in ("/UserUnit", "/CropBox", "/ArtBox"):
        if _inherited(page, key) is not None:
            found.add(Rule.PAGE_BOX, number, f"a page with {key[1:]}")
    if _inherited(page, "/Rotate"):
        found.add(Rule.PAGE_BOX, number, "a turned page")
    media, trim = _box(page, "/MediaBox"), _box(page, "/TrimBox")
    if media is None or not (media.holds(A4, _BOX_SLACK) and A4.holds(media, _BOX_SLACK)):
        found.add(Rule.PAGE_BOX, number, "MediaBox is not A4")
    bleed = _box(page, "/BleedBox") or media
    if trim is None:
        found.add(Rule.PAGE_BOX, number, "no TrimBox")
    elif media and bleed and not (bleed.holds(trim) and media.holds(bleed)):
        found.add(Rule.PAGE_BOX, number, "TrimBox, BleedBox and MediaBox are not within each other")


def _inherited(page: pikepdf.Object, key: str) -> pikepdf.Object | None:
    node: pikepdf.Object | None = page
    for _ in range(32):  # a page tree that is deeper is a loop
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)


def _box(page: pikepdf.Object, key: str) -> Box | None:
    value = _inherited(page, key)
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    x0, y0, x1, y1 = (float(number) for number in value)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


class _Pages:
    """Checks what stands on the pages; remembers what it has seen before."""

    def __init__(
        self, zones: Zones, accents: Iterable[Ink], resources: ResourceReader, found: Findings
    ) -> None:
        self._zones = zones
        self._inks = {_rounded(ink) for ink in (BLACK, _PAPER, *accents)}
        self._resources = resources
        self._found = found
        self._styles: set[Style] = set()
        self._drawings: dict[tuple[Resources, tuple[bytes, ...]], Drawing] = {}

    def check(self, page: pikepdf.Object, number: int, side: _Side) -> None:
        """One page that belongs to a piece."""
        data = _content(page)
        parts: tuple[bytes, ...] = (data,)
        if side.mark:
            parts = tuple(data.split(side.mark))
            if len(parts) != 2:
                self._found.add(Rule.MARK_MISSING, number, f"the sheet's mark stands {len(parts) - 1} times")
        drawing = self._draw(self._resources.read(_inherited(page, "/Resources"), number), parts, number)
        for style in drawing.styles - self._styles:
            self._check_style(style, number)
        self._styles |= drawing.styles
        text = any(style.kind == "text" for style in drawing.styles)
        if side.front and not text:
            self._found.add(Rule.PAGE_BLANK, number, "a front without text")
        if not side.front and not text and not drawing.blank:
            self._found.add(Rule.PAGE_BLANK, number, "a back without text is not blank")
        if drawing.zones[_QUIET]:
            self._found.add(Rule.MARK_QUIET, number, f"{_kinds(drawing.zones[_QUIET])} in the mark's zone")
        if not side.front and drawing.zones[_BEHIND]:
            self._found.add(Rule.MARK_BACK, number, f"{_kinds(drawing.zones[_BEHIND])} behind the mark")
        if side.first:
            self._check_window(drawing.zones[_WINDOW], number, side.piece.address_lines)

    def _draw(self, resources: Resources, parts: tuple[bytes, ...], number: int) -> Drawing:
        """What the parts of a page paint, the mark between them left out."""
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

    def _check_style(self, style: Style, number: int) -> None:
        ink = style.ink
        if ink is not None and sum(ink) > MOST_INK + _INK_SLACK:
            self._found.add(Rule.INK_TOTAL, number, f"{style.kind} with {sum(ink):.0%}")
        if style.kind == "text":
            if ink is None or _rounded(ink) not in self._inks:
                shown = "a pattern" if ink is None else " ".join(f"{part:.0%}" for part in ink)
                self._found.add(Rule.INK_TEXT, number, f"text in {shown}")
            if style.size < SMALLEST_TEXT - _SIZE_SLACK:
                self._found.add(Rule.TEXT_SMALL, number, f"text of {style.size:.2f} pt")
        elif style.kind == "path" and 0 < style.size < THINNEST_LINE - _SIZE_SLACK:
            self._found.add(Rule.LINE_THIN, number, f"a line of {style.size:.2f} pt")

    def _check_window(self, painted: Sequence[Painted], number: int, address: Sequence[str]) -> None:
        others = [thing for thing in painted if thing.kind != "text"]
        if others:
            self._found.add(Rule.WINDOW_FOREIGN, number, f"{_kinds(others)} in the window's zone")
        texts = [thing for thing in painted if thing.kind == "text"]
        lines = _lines(texts)
        wanted = [_squeezed(line) for line in address]
        if len(lines) != len(wanted):
            self._found.add(Rule.WINDOW_TEXT, number, f"{len(lines)} lines for an address of {len(wanted)}")
        elif lines != wanted:
            place = next(i for i, pair in enumerate(zip(lines, wanted, strict=True), 1) if pair[0] != pair[1])
            self._found.add(Rule.WINDOW_TEXT, number, f"line {place} is not that of the address")
        window = self._zones.window
        inner = Box(
            window.box.left + window.inset - _EDGE_SLACK,
            window.box.bottom - _EDGE_SLACK,
            window.box.right - window.inset + _EDGE_SLACK,
            window.box.top + _EDGE_SLACK,
        )
        if not all(inner.holds(_letters(thing)) for thing in texts):
            self._found.add(Rule.WINDOW_OUTSIDE, number, "the address reaches beyond the window")


def _content(page: pikepdf.Object) -> bytes:
    contents = page.get("/Contents")
    if contents is None:
        return b""
    if isinstance(contents, pikepdf.Stream):
        return contents.read_bytes()
    return b"\n".join(stream.read_bytes() for stream in contents)


def _lines(texts: Sequence[Painted]) -> list[str]:
    """The texts from top to bottom, those on one baseline joined from left to right, no blanks."""
    rows: list[list[Painted]] = []
    for thing in sorted(texts, key=lambda thing: (-thing.origin[1], thing.origin[0])):
        if rows and rows[-1][0].origin[1] - thing.origin[1] < _LINE_SLACK:
            rows[-1].append(thing)
        else:
            rows.append([thing])
    return [
        _squeezed("".join(thing.text for thing in sorted(row, key=lambda thing: thing.origin[0])))
        for row in rows
    ]


def _squeezed(text: str) -> str:
    """The text in composed form without blanks of any kind: a line may be set in several runs."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def _letters(thing: Painted) -> Box:
    """The box of a text's letters, from their descent to their height, without the line's room."""
    baseline = thing.origin[1]
    return Box(
        thing.box.left, baseline - _DESCENT * thing.size, thing.box.right, baseline + _CAP_HEIGHT * thing.size
    )


def _kinds(painted: Iterable[Painted]) -> str:
    return ", ".join(sorted({thing.kind for thing in painted}))


def _rounded(ink: Ink) -> Ink:
    c, m, y, k = (round(part, 3) for part in ink)
    return (c, m, y, k)
