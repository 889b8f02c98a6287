"""What the pages of a print file share, each written once, when a page first names it.

Stamped pages all have one resource dictionary, with every font and form of the file: their names
mean the same everywhere. Painted pages keep their own, since WeasyPrint's names mean something
else on each page.

A form is written as PDF/VT wants what recurs: encapsulated, so an isolated transparency group
that no state of the page shines through, with an identifier by which a press knows it again in
any file. Sources: ISO 32000-2, 7.8.3 and 8.10; ISO 16612-2 (GTS_Encapsulated, GTS_XID, GTS_Scope).
"""

import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Generic, NamedTuple, TypeVar

from pipelines.press import embedding
from pipelines.press.painting import Form, Resources, XObject
from pipelines.press.typefaces import Typeface
from pipelines.press.writer import SHARED_LEVEL, PdfWriter

KEPT = 256
"""How many things of painted pages are known again; more would let memory grow with the file."""
_FORMS = 1_000
"""How many forms a process keeps, deflated: most of a file's forms were in files before it."""
_FORM = (
    b"/Type/XObject/Subtype/Form/BBox[%b]/Group<</S/Transparency/CS/DeviceCMYK/I true>>/Resources<<%b>>"
    b"/GTS_XID(urn:uuid:%b)/GTS_Scope/File/GTS_Encapsulated true/Filter/FlateDecode"
)
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:brevpress:form")

T = TypeVar("T")


class Known(Generic[T]):
    """The numbers of what was written before, the last `KEPT` of it."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}

    def number(self, thing: T, write: Callable[[], int]) -> int:
        """The thing's object number; `write` gives it when the thing is new or forgotten."""
        number = self._numbers.get(thing)
        if number is None:
            number = write()
            if len(self._numbers) == KEPT:
                del self._numbers[next(iter(self._numbers))]
            self._numbers[thing] = number
        return number


class SharedResources:
    """The fonts, forms and resource dictionaries of one file."""

    def __init__(self, file: PdfWriter, typefaces: Mapping[str, Typeface]) -> None:
        self._file = file
        self._typefaces = typefaces
        self._fonts: dict[str, int] = {}
        self._font_dictionary = file.reserve()
        self._forms: dict[str, tuple[int, str]] = {}
        self._stamped = 0
        self._painted: Known[Resources] = Known()
        self._objects: Known[XObject] = Known()

    def stamped(self, fonts: Iterable[str], forms: Iterable[Form]) -> int:
        """The number of the dictionary of stamped pages; has those fonts and forms from now on."""
        self._stamped = self._stamped or self._file.reserve()
        self._need(fonts)
        for form in forms:
            if form.name not in self._forms:
                self._form(form)
        return self._stamped

    def painted(self, fonts: Iterable[str], resources: Resources) -> int:
        """The number of a dictionary of what a painted page names."""
        self._need(fonts)
        return self._resources(resources)

    def close(self) -> None:
        """Writes what was open till the last page: the dictionaries of fonts and of stamped pages."""
        self._file.add(b"<<%b>>" % _references(self._fonts), self._font_dictionary)
        if self._stamped:
            forms = _references({name: number for name, (number, _) in self._forms.items()})
            body = b"<</Font %d 0 R/XObject<<%b>>>>" % (self._font_dictionary, forms)
            self._file.add(body, self._stamped)

    def _need(self, fonts: Iterable[str]) -> None:
        for name in sorted(set(fonts).difference(self._fonts)):
            self._fonts[name] = embedding.embed(self._file, self._typefaces[name])

    def _form(self, form: Form) -> None:
        """Writes a form, after those that it draws."""
        for inner in form.forms:
            if inner.name not in self._forms:
                self._form(inner)
        self._need(form.fonts)
        inside = [(inner.name, *self._forms[inner.name]) for inner in form.forms]
        objects = {name: number for name, number, _ in inside}
        objects |= {name: self._object(body) for name, body in form.resources.objects}
        fonts = sorted(form.fonts)
        resources = _dictionary("Font", {name: self._fonts[name] for name in fonts})
        resources += _dictionary("XObject", objects) + _states(form.resources)
        faces = tuple([(name, self._typefaces[name]) for name in fonts])
        shared = _shared(form, tuple(sorted([(name, identifier) for name, _, identifier in inside])), faces)
        entries = _FORM % (shared.box, resources, shared.identifier.encode())
        self._forms[form.name] = self._file.add_stream(shared.data, entries), shared.identifier

    def _resources(self, resources: Resources) -> int:
        def write() -> int:
            objects = {name: self._object(body) for name, body in resources.objects}
            body = _dictionary("XObject", objects) + _states(resources)
            return self._file.add(b"<</Font %d 0 R%b>>" % (self._font_dictionary, body))

        return self._painted.number(resources, write)

    def _object(self, body: XObject) -> int:
        def write() -> int:
            entries = body.entries.strip().removeprefix(b"<<").removesuffix(b">>").strip()
            entries += b"/Filter%b" % body.filter.encode()
            if body.resources is not None:
                entries += b"/Resources %d 0 R" % self._resources(body.resources)
            return self._file.add_stream(body.data, entries)

        return self._objects.number(body, write)


@cache
def _font_digest(name: str, face: Typeface) -> bytes:
    """What a font's name and program add to the identifier of a form."""
    return hashlib.sha256(name.encode() + face.data).digest()


class _Shared(NamedTuple):
    """What a form has alike in every file."""

    identifier: str
    box: bytes
    data: bytes


@lru_cache(_FORMS)
def _shared(
    form: Form, inside: tuple[tuple[str, str], ...], faces: tuple[tuple[str, Typeface], ...]
) -> _Shared:
    """`inside` are name and identifier of the forms that it draws, `faces` its fonts by name; both sorted."""
    drawn = [repr((form.box, form.content, form.resources)).encode()]
    drawn += [f"{name} {identifier}".encode() for name, identifier in inside]
    digests = [hashlib.sha256(part).digest() for part in drawn]
    digests += [_font_digest(name, face) for name, face in faces]
    digest = hashlib.sha256(b"".join(digests))
    box = " ".join(f"{edge:.4f}".rstrip("0").rstrip(".") for edge in form.box).encode()
    data = zlib.compress(form.content, SHARED_LEVEL)
    return _Shared(str(uuid.uuid5(_NAMES, digest.hexdigest())), box, data)


def _dictionary(kind: str, numbers: Mapping[str, int]) -> bytes:
    return b"/%b<<%b>>" % (kind.encode(), _references(numbers)) if numbers else b""


def _references(numbers: Mapping[str, int]) -> bytes:
    return "".join(f"/{name} {number} 0 R" for name, number in numbers.items()).encode()


def _states(resources: Resources) -> bytes:
    states = b"".join(b"/%b %b" % (name.encode(), state) for name, state in resources.states)
    return b"/ExtGState<<%b>>" % states if states else b""
