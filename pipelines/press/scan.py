"""Reads stamped pages quickly: the few statements that stamping writes, and nothing else.

The full reader (`page_reader`) follows every operator of PDF; a page takes it some milliseconds.
A stamped page repeats a handful of statements, which one regular expression tells apart. The
scan understands those exactly or not at all: it gives the same drawing as the full reader, or
None, and then the page is for the full reader. So nothing passes unread, and a page that the scan
does understand has nothing but these statements, with known names, in balance.

Most of a page is lines of text, and those of many pages are held against one expression together
(`scan_bulk`); the rest is read statement by statement. Forms are scanned in the same way, once
each; one that is too much for the scan is read in full, once. What the scan leaves out is what no
rule asks for: how wide a text runs that stands far from every guarded zone, and which of the inks
and sizes that are right a text has.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.press import content
from pipelines.press.drawing import Drawing, Form, Ink, Memory, Resources
from pipelines.press.font_memory import FONTS
from pipelines.press.geometry import Box
from pipelines.press.page_reader import Reader
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_bulk import BEGIN, END, TextObject, Texts
from pipelines.press.scan_page import ScannedPage
from pipelines.press.scan_stamps import STAMPS, Stamp
from pipelines.press.scan_statements import LINES
from pipelines.press.scan_text import Glyphs, Setting

_EVERYWHERE = Box(-1e6, -1e6, 1e6, 1e6)
_STRANGE = b".37 .41 .43 .47 k .53 .59 .61 .67 K 71 w"
"""A state that no page is in: a form that paints alike in it and in none does not depend on its page."""
_MOST_SETTINGS = 4096


@dataclass(frozen=True, slots=True)
class Content:
    """What is on one page, its mark left out."""

    data: bytes
    resources: Resources
    watched: tuple[int, ...]
    """Indices of the zones that matter on this page."""


class Scanner:
    """Scans the pages of one file; what recurs on them (fonts, forms) it looks at once.

    Texts in the given inks, all of them right, are read in bulk.
    """

    def __init__(self, zones: Sequence[Box], inks: Iterable[Ink]) -> None:
        self.lines = LINES
        self._inks = tuple(inks)
        self._zones = (*zones, _EVERYWHERE)
        self._memory = Memory()
        self._glyphs: dict[int, tuple[PrintedFont, Glyphs]] = {}
        self._settings: dict[tuple[Resources, bytes, bytes, tuple[int, ...]], Setting] = {}
        self._stamps: dict[Form, Stamp | None] = {}
        self._dependent: set[Form] = set()
        self._texts: dict[Resources, Texts] = {}

    def scan(self, pages: Sequence[Content]) -> list[Drawing | None]:
        """What each page paints; None when there is anything in it that the scan does not understand.

        Of the zones only the watched ones are looked at. A drawing has no findings and its content
        leaves the graphics state as it was. Of the styles of texts it may lack some that are right, but
        not all, and it may have those of blanks.
        """
        parts = [_parts(page.data) for page in pages]
        objects: dict[Resources, list[bytes]] = defaultdict(list)
        for page, split in zip(pages, parts, strict=True):
            objects[page.resources] += split[1::2]
        read = {resources: iter(self._read_texts(resources, some)) for resources, some in objects.items()}
        drawings = []
        for page, split in zip(pages, parts, strict=True):
            mixed: list[bytes | TextObject] = []
            for index, part in enumerate(split):
                plain = next(read[page.resources]) if index % 2 else None
                mixed.append(plain or (BEGIN + part + END if index % 2 else part))
            drawings.append(self._scan(page, mixed, True) or self._scan(page, [page.data], False))
        return drawings

    def _scan(self, page: Content, parts: Sequence[bytes | TextObject], by_line: bool) -> Drawing | None:
        drawing = Drawing(tuple([] for _ in self._zones[1:]))
        guards = [(self._zones[index], drawing.zones[index]) for index in page.watched]
        scanned = ScannedPage(self, page.resources, page.watched, guards, drawing.styles)
        return drawing if _understood(scanned, parts, by_line) else None

    def _read_texts(self, resources: Resources, objects: Sequence[bytes]) -> list[TextObject | None]:
        if resources not in self._texts:
            self._texts[resources] = Texts(resources.fonts, self._inks, self._zones[:-1])
        return self._texts[resources].read(objects)

    def setting(self, resources: Resources, font: bytes, size: bytes, watched: tuple[int, ...]) -> Setting:
        """The named font at a size. Raises LookupError or ValueError when there is none such."""
        key = (resources, font, size, watched)
        if (known := self._settings.get(key)) is None:
            printed = resources.fonts[font.decode("latin-1")]
            if id(printed) not in self._glyphs:
                self._glyphs[id(printed)] = printed, FONTS.glyphs(printed)
            if len(self._settings) >= _MOST_SETTINGS:
                self._settings.clear()
            zones = [self._zones[index] for index in watched]
            known = self._settings[key] = Setting(self._glyphs[id(printed)][1], float(size), zones)
        return known

    def stamp(self, form: Form) -> Stamp | None:
        """A form; None when it has faults or depends on the state that it is drawn in."""
        if form not in self._stamps:
            self._stamps[form] = None  # a form that draws itself finds this
            self._stamps[form] = self._scanned(form) or self._read(form)
        return self._stamps[form]

    def dependent(self, form: Form) -> bool:
        """Whether a form paints otherwise when the state that it is drawn in is another."""
        self.stamp(form)
        return form in self._dependent

    def _scanned(self, form: Form) -> Stamp | None:
        if form.matrix != content.IDENTITY:
            return None
        data, resources = form.data(), form.resources()
        told = (
            data,
            form.box,
            resources.states,
            resources.images,
            tuple((name, FONTS.glyphs(font)) for name, font in sorted(resources.fonts.items())),
            tuple((name, self.stamp(inner)) for name, inner in sorted(resources.forms.items())),
        )
        if (known := STAMPS.get(told)) is not None:
            return known
        drawing = Drawing(([],))
        everywhere, guards = (len(self._zones) - 1,), [(_EVERYWHERE, drawing.zones[0])]
        page = ScannedPage(self, resources, everywhere, guards, drawing.styles, alone=True)
        if not _understood(page, [data], by_line=False):
            return None
        stamp = Stamp(drawing.zones[0], page.placed, frozenset(drawing.styles))
        if stamp.box is not None and not Box(*form.box).holds(stamp.box):
            return None  # it is clipped
        STAMPS.keep(told, stamp)
        return stamp

    def _read(self, form: Form) -> Stamp | None:
        plain, strange = (Reader(_only(form), (_EVERYWHERE,), self._memory) for _ in range(2))
        plain.read(b"/X Do")
        strange.read(_STRANGE + b" /X Do")
        if plain.drawing.styles != strange.drawing.styles:
            self._dependent.add(form)
        if plain.drawing.findings or form in self._dependent:
            return None
        return Stamp(plain.drawing.zones[0], (), frozenset(plain.drawing.styles))


def _only(form: Form) -> Resources:
    return Resources({}, {}, {"X": form}, frozenset(), frozenset(), frozenset())


def _parts(data: bytes) -> list[bytes]:
    """The content, in turns what is outside of text objects and what is in them."""
    outside, *rest = data.split(BEGIN)
    parts = [outside]
    for part in rest:
        inside, end, behind = part.partition(END)
        if not end or parts[-1][-1:] not in (b"", b"\n") or inside[-1:] != b"\n":
            return [data]
        parts += (inside, behind)
    return parts


def _understood(page: ScannedPage, parts: Sequence[bytes | TextObject], by_line: bool) -> bool:
    try:
        return page.read(parts, by_line) and page.set_texts()
    except (ValueError, TypeError, LookupError):  # a number or name that is none
        return False
