"""Reads stamped pages quickly: the few statements that stamping writes, and nothing else.

The full reader (`page_reader`) follows every operator of PDF; a page takes it some milliseconds.
A stamped page repeats a handful of statements, which one regular expression tells apart. The
scan understands those exactly or not at all: it gives the same drawing as the full reader, or
None, and then the page is for the full reader. So nothing passes unread, and a page that the scan
does understand has nothing but these statements, with known names, in balance.

Most of a page is texts, and those of many pages are read together in arrays (`scan_bulk`); what
stands outside of them comes again on other pages and is read once (`scan_outside`). A page in which
anything is otherwise is read statement by statement. Forms are scanned in the same way, once
each; one that is too much for the scan is read in full, once. What the scan leaves out is what no
rule asks for: which of the inks and sizes that are right a text has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from pipelines.press import content, scan_division
from pipelines.press.drawing import Drawing, Form, Ink, Memory, Painted, Resources
from pipelines.press.font_memory import FONTS
from pipelines.press.geometry import Box
from pipelines.press.page_reader import Reader
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_bulk import Texts
from pipelines.press.scan_fonts import FontTables
from pipelines.press.scan_outside import Outside
from pipelines.press.scan_page import ScannedPage
from pipelines.press.scan_stamps import STAMPS, Paints, Stamp, Told, together
from pipelines.press.scan_statements import LINES
from pipelines.press.scan_text import Glyphs, Setting

_EVERYWHERE = Box(-1e6, -1e6, 1e6, 1e6)
_STRANGE = b".37 .41 .43 .47 k .53 .59 .61 .67 K 71 w"
"""A state that no page is in: a form that paints alike in it and in none does not depend on its page."""
_MOST_SETTINGS = 4096
_MOST_STRANGE = 64
"""Pages kept that are not read in bulk: the fixed ones of all languages."""


class Content(NamedTuple):
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
        self._texts_of: dict[FontTables, Texts] = {}
        self._strange: dict[Content, Drawing | None] = {}
        self._outside: dict[tuple[Resources, tuple[int, ...]], Outside] = {}

    def scan(self, pages: Sequence[Content]) -> list[Drawing | None]:
        """What each page paints; None when there is anything in it that the scan does not understand.

        Of the zones only the watched ones are looked at. A drawing has no findings and its content
        leaves the graphics state as it was. Of the styles of texts it may lack some that are right, but
        not all, and it may have those of blanks.
        """
        found = self._in_bulk(pages, scan_division.around)
        rest = [index for index, drawing in enumerate(found) if drawing is None]
        new = [index for index in rest if pages[index] not in self._strange]
        again = dict(
            zip(new, self._in_bulk([pages[index] for index in new], scan_division.parts), strict=True)
        )
        for index in rest:
            page = pages[index]
            found[index] = again.get(index) or self._whole(page)
        return found

    def _whole(self, page: Content) -> Drawing | None:
        """What a page paints, read statement by statement; such pages are often the same again."""
        if page in self._strange:
            return self._strange[page]
        if len(self._strange) >= _MOST_STRANGE:
            del self._strange[next(iter(self._strange))]
        drawing = self.read(page, True) or self.read(page, False)
        self._strange[page] = drawing
        return drawing

    def _in_bulk(
        self, pages: Sequence[Content], divided: Callable[[bytes], Sequence[bytes]]
    ) -> list[Drawing | None]:
        """What pages paint whose text objects, as they are divided, are all plain."""
        parts = [divided(page.data) for page in pages]
        objects: dict[Texts, tuple[list[bytes], list[tuple[int, ...]]]] = defaultdict(lambda: ([], []))
        for page, split in zip(pages, parts, strict=True):
            if len(split) > 1:
                texts, watched = objects[self._texts_with(page.resources)]
                texts += split[1::2]
                watched += [page.watched] * (len(split) // 2)
        read = {texts: texts.read(*some) for texts, some in objects.items()}
        drawings: list[Drawing | None] = []
        for page, split in zip(pages, parts, strict=True):
            texts_of_page = read[self._texts[page.resources]] if len(split) > 1 else ()
            plain = list(islice(texts_of_page, len(split) // 2))
            drawings.append(None if None in plain else self._assembled(page, split[::2], plain))
        return drawings

    def _assembled(
        self, page: Content, parts: Sequence[bytes], texts: Sequence[Paints | None]
    ) -> Drawing | None:
        """What a page paints whose text objects are all plain, from what its parts do."""
        found: list[Paints | None] = list(texts)
        key = (page.resources, page.watched)
        if (outside := self._outside.get(key)) is None:
            outside = self._outside[key] = Outside(_Parts(self, page.resources, page.watched))
        found += [outside.of(part) for part in parts if part]
        known = [paints for paints in found if paints is not None]
        if len(known) < len(found):
            return None
        zones, styles = together(known)
        return Drawing(tuple(map(list, zones)) or tuple([[] for _ in self._zones[1:]]), set(styles))

    def read(self, page: Content, by_line: bool, apart: bool = False) -> Drawing | None:
        """What a page, or a part of one, paints, read statement by statement; None when it cannot be."""
        drawing = Drawing(tuple([[] for _ in self._zones[1:]]))
        guards = [(self._zones[index], drawing.zones[index]) for index in page.watched]
        scanned = ScannedPage(self, page.resources, page.watched, guards, drawing.styles, apart=apart)
        return drawing if _understood(scanned, page.data, by_line) else None

    def _texts_with(self, resources: Resources) -> Texts:
        """What reads texts in those fonts; pages with the same ones are read together."""
        if (known := self._texts.get(resources)) is None:
            tables = FONTS.tables(resources.fonts)
            if (known := self._texts_of.get(tables)) is None:
                known = self._texts_of[tables] = Texts(tables, self._inks, self._zones[:-1])
            self._texts[resources] = known
        return known

    def forget(self) -> None:
        """Let go of what refers back to the scanner."""
        self._outside.clear()

    def zones_of(self, watched: tuple[int, ...]) -> tuple[Box, ...]:
        """The zones that matter."""
        return tuple(self._zones[index] for index in watched)

    def painted(
        self, stamp: Stamp, x: float, y: float, watched: tuple[int, ...]
    ) -> tuple[list[Painted], ...]:
        """What a form paints in the zones that matter, moved; no zones when it paints in none."""
        zones: tuple[list[Painted], ...] = tuple([[] for _ in self._zones[1:]])
        stamp.paint(x, y, [(self._zones[index], zones[index]) for index in watched])
        return zones if any(zones) else ()

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
            resources = form.resources()
            inner = tuple((name, self.stamp(one)) for name, one in sorted(resources.forms.items()))
            told = _told(form, resources), inner
            if (stamp := STAMPS.get(told)) is None:
                stamp = self._scanned(form) or self._read(form)
                if stamp is not None and all(one is not None for _, one in inner):
                    STAMPS.keep(told, stamp)
            self._stamps[form] = stamp
        return self._stamps[form]

    def understood(self) -> set[Form]:
        """The forms that were scanned or read and have no faults, whoever draws them."""
        return {form for form, stamp in self._stamps.items() if stamp is not None}

    def dependent(self, form: Form) -> bool:
        """Whether a form paints otherwise when the state that it is drawn in is another."""
        self.stamp(form)
        return form in self._dependent

    def _scanned(self, form: Form) -> Stamp | None:
        if form.matrix != content.IDENTITY:
            return None
        drawing = Drawing(([],))
        everywhere, guards = (len(self._zones) - 1,), [(_EVERYWHERE, drawing.zones[0])]
        page = ScannedPage(self, form.resources(), everywhere, guards, drawing.styles, alone=True)
        if not _understood(page, form.data(), by_line=False):
            return None
        stamp = Stamp(drawing.zones[0], page.placed, frozenset(drawing.styles))
        if stamp.box is not None and not Box(*form.box).holds(stamp.box):
            return None  # it is clipped
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


class _Parts:
    """Reads the parts of pages with the same resources, which watch the same zones."""

    def __init__(self, scanner: Scanner, resources: Resources, watched: tuple[int, ...]) -> None:
        self._scanner = scanner
        self._resources = resources
        self._watched = watched
        self._zones = scanner.zones_of(watched)
        self._named: dict[bytes, tuple[Stamp, Paints]] = {}

    def part(self, part: bytes) -> Paints | None:
        """What a part paints, whatever stands before it; None when it is not understood."""
        page = Content(part, self._resources, self._watched)
        read = self._scanner.read
        drawing = read(page, True, apart=True) or read(page, False, apart=True)
        if drawing is None:
            return None
        return Paints(drawing.zones if any(drawing.zones) else (), frozenset(drawing.styles))

    def form(self, name: bytes, x: float, y: float) -> Paints | None:
        """What a form paints, moved; None when there is none, or it depends on its page."""
        if (known := self._named.get(name)) is None:
            form = self._resources.forms.get(name.decode("latin-1"))
            try:
                stamp = None if form is None else self._scanner.stamp(form)
            except (ValueError, TypeError, LookupError):
                return None
            if stamp is None:
                return None
            known = self._named[name] = stamp, Paints((), stamp.styles)
        stamp, nothing = known
        if not stamp.reaches(x, y, self._zones):
            return nothing
        return Paints(self._scanner.painted(stamp, x, y, self._watched), stamp.styles)


def _told(form: Form, resources: Resources) -> Told:
    """What decides what a form paints, but for the forms in it."""
    return (
        form.written,  # the same is inflated to the same, and need not be
        form.data() if form.written is None else b"",
        form.matrix,
        form.box,
        resources.states,
        resources.images,
        resources.shadings,
        tuple(sorted(resources.spaces.items())),
        tuple((name, FONTS.glyphs(font)) for name, font in sorted(resources.fonts.items())),
    )


def _only(form: Form) -> Resources:
    return Resources({}, {}, {"X": form}, frozenset(), frozenset(), frozenset())


def _understood(page: ScannedPage, data: bytes, by_line: bool) -> bool:
    try:
        return page.read(data, by_line) and page.set_texts()
    except (ValueError, TypeError, LookupError):  # a number or name that is none
        return False
