"""Preflight of resources: fonts, colour spaces, pictures, forms, patterns, graphics states.

Each is checked once, when a page or form first names it, and kept as what the page reader needs.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping

import numpy as np
import pikepdf

from pipelines.press import font_program, plain_form, preflight_state
from pipelines.press.content import IDENTITY
from pipelines.press.drawing import NOTHING, Form, Memory, Resources
from pipelines.press.font_memory import FONTS
from pipelines.press.page_reader import Reader
from pipelines.press.preflight_hints import Hints
from pipelines.press.printed_file import PrintedFile, inherited
from pipelines.press.printed_font import PrintedFont
from pipelines.press.rules import Findings, Rule

MOST_INK = 2.8
"""All inks together, 1.0 = 100 %; the profile's own limit is 302 %, less a margin for uncoated."""
INK_QUANTILE = 0.999
"""Share of a picture's pixels that must keep to it: single pixels are noise of compression."""
_SPACES = {"/DeviceCMYK": 4, "/DeviceGray": 1, "/Pattern": 0}
Check = Callable[[pikepdf.Object], None]
_FINDING_RULES = {
    "rgb": Rule.COLOUR_RGB,
    "space": Rule.COLOUR_SPACE,
    "glyph": Rule.FONT_GLYPH,
    "hidden": Rule.TEXT_HIDDEN,
    "resource": Rule.CONTENT_RESOURCE,
    "syntax": Rule.CONTENT_SYNTAX,
}


class ResourceReader:
    """Reads resource dictionaries, each once, and reports what is wrong with what they name."""

    def __init__(self, found: Findings) -> None:
        self.memory = Memory()
        self._found = found
        self._page = 0
        self._file: PrintedFile | None = None
        self._resources: dict[bytes, Resources] = {}
        self._fonts: dict[bytes, PrintedFont] = {}
        self._forms: dict[bytes, Form] = {}
        self._checked: set[bytes] = set()
        self._unread: deque[tuple[int, Form]] = deque()
        self.faultless: set[Form] = set()
        """Forms that need not be read to know that there is nothing wrong with them."""
        self._of_pages: dict[int, Resources] = {}
        self._hints = Hints(found)
        self.encapsulated: list[tuple[Form, int]] = []
        """The forms that say so of themselves, and the first page that could draw them."""

    def of_page(self, file: PrintedFile, page: int, number: int) -> Resources:
        """What the names of a page stand for; breaches are reported for that page number."""
        self._file = file
        written = file.page(page)
        shared = written.resources if written is not None else None
        if shared is not None and (known := self._of_pages.get(shared)) is not None:
            return known
        read = None if shared is None else self._stamped(file, shared, number)
        if read is None:
            read = self.read(inherited(file.object(page), "/Resources"), number)
        if shared is not None:
            self._of_pages[shared] = read
        return read

    def _stamped(self, file: PrintedFile, shared: int, number: int) -> Resources | None:
        """The resources of stamped pages, in the words of the press; None for others."""
        self._page = number
        named = plain_form.of_pages(file.text(shared) or b"", file.text)
        return None if named is None else self._named(file, *named)

    def read(self, resources: pikepdf.Object | None, number: int) -> Resources:
        """What the names of a resource dictionary stand for; breaches are reported for that page number."""
        self._page = number
        return self._read(resources)

    def report(self, reader: Reader, page: int) -> None:
        """Report what a reader could not accept in the content of a page."""
        for finding in reader.drawing.findings:
            self._found.add(_FINDING_RULES[finding.what], page, finding.fact)
        if reader.level:
            self._found.add(Rule.CONTENT_SYNTAX, page, "q without Q")

    def finish(self) -> None:
        """What needs all pages to be read: font programs, and the forms that no page has drawn."""
        drawn = self.memory.drawn
        while self._unread:
            page, form = self._unread.popleft()
            if form in drawn or form in self.faultless:
                continue
            self._page = page
            reader = Reader(form.resources(), (), Memory(drawn))
            reader.read(form.data())
            self.report(reader, page)
        programs = {_identity(p): p for font in self._fonts.values() for p in font.programs}
        hashes = [hashlib.sha256(program.read_bytes()).hexdigest() for program in programs.values()]
        if len(set(hashes)) < len(hashes):
            self._found.add(Rule.FONT_TWICE, 0, f"{len(hashes)} font programs, {len(set(hashes))} different")
        faces = {font.name for font in self._fonts.values()}
        if len(programs) > len(faces):
            self._found.add(Rule.FONT_TWICE, 0, f"{len(programs)} font programs for {len(faces)} faces")

    def forget(self) -> None:
        """Let go of the file, to which forms and their reader refer in circles."""
        self._file = None
        for kept in (self._resources, self._forms, self._unread, self._of_pages, self.faultless):
            kept.clear()
        self.memory.drawn.clear()
        self.encapsulated.clear()

    def _read(self, resources: pikepdf.Object | None) -> Resources:
        if resources is None:
            return NOTHING
        key = resources.unparse(resolved=True)
        if (known := self._resources.get(key)) is None:
            known = self._resources[key] = self._look_up(resources)
        return known

    def _look_up(self, resources: pikepdf.Object) -> Resources:
        kinds = set(resources.keys())

        def named(kind: str) -> list[tuple[str, pikepdf.Object]]:
            return [(name[1:], thing) for name, thing in resources[kind].items()] if kind in kinds else []

        forms: dict[str, Form] = {}
        images: set[str] = set()
        for name, thing in named("/XObject"):
            if str(thing.get("/Subtype", "")) == "/Form":
                forms[name] = self._form(thing)
            else:
                images.add(name)
                self._once(thing, self._check_image)
        for _, thing in named("/Pattern"):
            self._once(thing, self._check_pattern)
        for _, thing in named("/ExtGState"):
            self._once(thing, self._check_state)
        for _, thing in named("/Shading"):
            self._once(thing, self._check_shading)
        return Resources(
            fonts={name: self._font(thing) for name, thing in named("/Font")},
            spaces={name: self._space(thing) for name, thing in named("/ColorSpace")},
            forms=forms,
            images=frozenset(images),
            states=frozenset(name for name, _ in named("/ExtGState")),
            shadings=frozenset(name for name, _ in named("/Shading")),
        )

    def _add(self, rule: Rule, fact: str) -> None:
        self._found.add(rule, self._page, fact)

    def _once(self, thing: pikepdf.Object, check: Check) -> None:
        if (key := _identity(thing)) not in self._checked:
            self._checked.add(key)
            check(thing)

    def _font(self, font: pikepdf.Object) -> PrintedFont:
        key = _identity(font)
        if (known := self._fonts.get(key)) is None:
            known = self._fonts[key] = FONTS.read(font)
            for fault in known.faults:
                self._add(Rule.FONT_UNFIT, f"{known.name}: {fault}")
            for fault in font_program.faults(font, known.widths):
                self._add(Rule.FONT_PROGRAM, f"{known.name}: {fault}")
        return known

    def _form(self, form: pikepdf.Object) -> Form:
        key = _identity(form)
        if (known := self._forms.get(key)) is None:
            if (known := self._plain_form(form.objgen[0])) is not None:
                return known
            self._check_group(form)
            if "/Resources" not in form:
                self._add(Rule.CONTENT_RESOURCE, "a form without resources of its own")
            self._hints.check(form, self._page)
            a, b, c, d, e, f = map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
            left, bottom, right, top = map(float, form["/BBox"])
            known = self._forms[key] = Form(
                lambda: bytes(form.read_bytes()),
                (a, b, c, d, e, f),
                (left, bottom, right, top),
                lambda: self._read(form.get("/Resources")),
            )
            self._unread.append((self._page, known))
            if form.get("/GTS_Encapsulated", False) is True:
                self.encapsulated.append((known, self._page))
        return known

    def _plain_form(self, number: int) -> Form | None:
        """A form in the words of the press, which are right; None for one in others."""
        file = self._file
        plain = file.forms.get(number) if file is not None else None
        if file is None or plain is None:
            return None
        written = file.raw(number)
        self._hints.identified(plain.identifier, b"[ %b ]" % b" ".join(plain.box), written, self._page)

        def resources() -> Resources:
            named = repr((sorted(plain.fonts.items()), sorted(plain.objects.items()))).encode()
            if (known := self._resources.get(named)) is None:
                known = self._named(file, plain.fonts, plain.objects)
                known = known or self._read(file.object(number).get("/Resources"))
                self._resources[named] = known
            return known

        made = Form(lambda: file.stream(number), IDENTITY, plain.edges, resources, written)
        self._forms[b"%d 0" % number] = made
        self._unread.append((self._page, made))
        self.encapsulated.append((made, self._page))
        return made

    def _named(
        self, file: PrintedFile, fonts: Mapping[str, int], objects: Mapping[str, int]
    ) -> Resources | None:
        """What such names stand for; None when anything else than forms is drawn."""
        forms = {}
        for name, number in objects.items():
            if (known := self._forms.get(b"%d 0" % number) or self._plain_form(number)) is None:
                thing = file.object(number)
                if not isinstance(thing, pikepdf.Stream) or str(thing.get("/Subtype", "")) != "/Form":
                    return None
                known = self._form(thing)
            forms[name] = known
        read = {
            name: self._fonts.get(b"%d 0" % number) or self._font(file.object(number))
            for name, number in fonts.items()
        }
        return Resources(read, {}, forms, frozenset(), frozenset(), frozenset())

    def _check_group(self, owner: pikepdf.Object) -> None:
        group = owner.get("/Group")
        if group is not None and "/CS" in group and str(group["/CS"]) != "/DeviceCMYK":
            self._add(Rule.PAGE_GROUP, "a group in another space than DeviceCMYK")

    def check_page_group(self, page: pikepdf.Object, number: int) -> None:
        """The transparency group of a page, when it has one."""
        self._page = number
        self._check_group(page)

    def _space(self, space: pikepdf.Object) -> int | None:
        """The components of a device space that we allow, else None and a breach."""
        name = str(space if isinstance(space, pikepdf.Name) else space[0])
        if name in ("/Indexed", "/Pattern") and not isinstance(space, pikepdf.Name):
            return 0 if len(space) < 2 or self._space(space[1]) is not None else None
        if name not in _SPACES:
            rgb = "RGB" in name
            self._add(Rule.COLOUR_RGB if rgb else Rule.COLOUR_SPACE, f"colour space {name[1:]}")
        return _SPACES.get(name)

    def _check_shading(self, shading: pikepdf.Object) -> None:
        self._space(shading["/ColorSpace"])

    def _check_pattern(self, pattern: pikepdf.Object) -> None:
        if "/Shading" in pattern:
            self._once(pattern["/Shading"], self._check_shading)
            return
        reader = Reader(self._read(pattern.get("/Resources")), (), Memory(self.memory.drawn))
        reader.read(pattern.read_bytes())
        self.report(reader, self._page)
        if any(style.ink is not None and sum(style.ink) > MOST_INK for style in reader.drawing.styles):
            self._add(Rule.INK_TOTAL, "a pattern above the limit")

    def _check_state(self, state: pikepdf.Object) -> None:
        for rule, fact in preflight_state.faults(state):
            self._add(rule, fact)

    def _check_image(self, image: pikepdf.Object) -> None:
        if not isinstance(image, pikepdf.Stream) or str(image.get("/Subtype", "")) != "/Image":
            self._add(Rule.OBJECT_FORBIDDEN, f"an XObject of subtype {image.get('/Subtype', '')}")
            return
        self._hints.check(image, self._page)
        filters = image.get("/Filter", pikepdf.Array())
        if "/JPXDecode" in ([str(filters)] if isinstance(filters, pikepdf.Name) else map(str, filters)):
            self._add(Rule.IMAGE_UNFIT, "a JPEG 2000 picture")
            return
        if "/SMask" in image:
            self._once(image["/SMask"], self._check_image)
        if image.get("/ImageMask", False):
            return
        if self._space(image.get("/ColorSpace", pikepdf.Name.DeviceRGB)) == _SPACES["/DeviceCMYK"]:
            try:
                pixels = np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("CMYK"), dtype=np.uint16)
            except (pikepdf.PdfError, OSError, ValueError, NotImplementedError) as error:
                self._add(Rule.IMAGE_UNFIT, f"a picture cannot be read: {type(error).__name__}")
                return
            ink = float(np.quantile(pixels.sum(axis=2), INK_QUANTILE)) / 255
            if ink > MOST_INK:
                self._add(Rule.INK_TOTAL, f"a picture with {ink:.0%}")


def _identity(thing: pikepdf.Object) -> bytes:
    """What tells one object of the file from another: its number, or its text when it has none."""
    number, generation = thing.objgen
    return b"%d %d" % (number, generation) if number else thing.unparse()
