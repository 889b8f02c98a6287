"""The pages of a laid-out letter as content streams: WeasyPrint draws, the press keeps the operators.

WeasyPrint's own `write_pdf` builds a whole document with fonts, profile and metadata round each
letter. The press needs none of that: it lets WeasyPrint paint each page into a stream and keeps
the stream's bytes with the few resources that it names. Fonts are not among them, since all
letters of a print file share the press's (see `typefaces` and `embedding`).

This module, `laying`, `label_forms`, `shapes` and `setting.reading` touch WeasyPrint's inner classes, nothing
else does; `tests/press/test_painting.py` holds the output of this one against `write_pdf`.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.document import Document
from weasyprint.document import Page as LaidOutPage
from weasyprint.formatting_structure.boxes import ReplacedBox
from weasyprint.images import SVGImage
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import ffi
from weasyprint.text.fonts import get_pango_font_key

from pipelines.errors import BrevpressError
from pipelines.press.codes import Symbol
from pipelines.press.geometry import A4
from pipelines.press.typefaces import Typeface, Typefaces

POINTS_PER_PIXEL = 0.75
COMPRESSION = 6
"""zlib level of page contents: 9 costs three times the time for 1 % less."""
_FOREIGN_COLOUR = re.compile(rb"\s(?:rg|RG)\s|/(?!DeviceCMYK\s)\S+\s+(?:cs|CS)\s")
_NEARLY = 0.01
"""How far a page may be from A4, in points: rounding of millimetres to pixels."""


class PaintError(BrevpressError):
    """A laid-out letter holds something that must not reach the press; says what, without its data."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What a content stream names besides fonts: graphics states and XObjects."""

    states: tuple[tuple[str, bytes], ...] = ()
    """Name and PDF dictionary of each graphics state, by name."""
    objects: tuple[tuple[str, "XObject"], ...] = ()
    """Name and body of each form and image, by name."""


@dataclass(frozen=True, slots=True)
class XObject:
    """A form (a transparency group) or an image."""

    entries: bytes
    """Its PDF dictionary, without resources, length and filter."""
    data: bytes
    """Its data as they are stored in the file."""
    filter: str
    """How the data are packed: the name of a PDF filter."""
    resources: Resources | None = None


@dataclass(frozen=True, slots=True)
class PaintedPage:
    """One page: its deflated operators (`q … Q`, in points from the lower left) and what they name."""

    content: bytes
    resources: Resources
    fonts: frozenset[str]
    """Names of the fonts that the content uses, as in `Painter.typefaces`."""


@dataclass(frozen=True, slots=True)
class Form:
    """What many letters have in common, drawn by its name: a Form XObject without transparency."""

    name: str
    """`X` and ten hex digits over what it draws: the same in every letter, file and run."""
    content: bytes
    """Its operators, in points; not deflated."""
    box: tuple[float, float, float, float]
    """Its bounds in its own space: left, bottom, right, top in points."""
    fonts: frozenset[str] = frozenset()
    forms: tuple["Form", ...] = ()
    """The forms that it draws itself."""
    resources: Resources = Resources()
    """Graphics states and pictures that its operators name."""


@dataclass(frozen=True, slots=True)
class StampedPage:
    """One page as the press stamps it: operators in points from the lower left, not deflated."""

    content: bytes
    fonts: frozenset[str]
    """Names of the fonts that the content itself uses, as in `Painter.typefaces`."""
    forms: tuple[Form, ...]
    """The forms that the content draws."""


class Painter:
    """Paints laid-out pages; knows which font name stands for which press font."""

    def __init__(self, typefaces: Typefaces) -> None:
        self.typefaces: dict[str, Typeface] = {}
        """Font name in content streams → press font. A name means the same face in all letters."""
        self._fonts = _Fonts(typefaces, self.typefaces)

    def register(self, pango_font: Any) -> None:
        """Gives a font its name in content streams; PaintError when it is not the press's."""
        if pango_font == ffi.NULL:
            raise PaintError("a font that cannot be loaded")
        key, description, size = get_pango_font_key(pango_font)
        if key not in self._fonts:
            self._fonts[key] = Font(pango_font, description, size)

    def paint(self, document: Document) -> tuple[PaintedPage, ...]:
        """The pages of a laid-out document.

        Raises PaintError for a page that is not A4, a font that is not the press's, a picture
        or pattern in other colours than CMYK and grey, or a form field.
        """
        return tuple(self._page(page) for page in document.pages)

    def paint_paper(self, document: Document) -> tuple[PaintedPage, ...]:
        """The pages of a paper, which may have any size; its codes are paths, as WeasyPrint draws them.

        Raises PaintError for all else that `paint` does.
        """
        return tuple(self._painted(page) for page in document.pages)

    def _page(self, page: LaidOutPage) -> PaintedPage:
        width, height = page.width * POINTS_PER_PIXEL, page.height * POINTS_PER_PIXEL
        if abs(width - A4.right) > _NEARLY or abs(height - A4.top) > _NEARLY or any(page.bleed.values()):
            raise PaintError("a page is not A4 without bleed")
        for box in _symbols(page):
            box.replacement = _Code.read(box.element, box.replacement) or box.replacement
        return self._painted(page)

    def _painted(self, page: LaidOutPage) -> PaintedPage:
        named = named_resources()
        images: dict[str, Any] = {}
        stream = Stream(
            self._fonts,
            (0, 0, page.width, page.height),
            named,
            images,
            None,
            {},
            "device-cmyk",
            compress=False,
        )
        self._fonts.used.clear()
        stream.push_state()
        # The same two steps as WeasyPrint's generate_pdf: turn the page over, then paint in pixels.
        stream.transform(d=-1, f=page.height * POINTS_PER_PIXEL)
        page.paint(stream, POINTS_PER_PIXEL)
        stream.pop_state()
        return PaintedPage(_deflated(stream), resources_of(named, images), frozenset(self._fonts.used))


class _Fonts(dict[int, Font]):
    """WeasyPrint's fonts by its own key: refuses strangers, and gives all letters the same widths.

    WeasyPrint takes a glyph's width from the first place where it meets the glyph, and rounds it
    there; with the widths from the font file, which the print file declares, a letter's operators
    do not depend on what was set before it.
    """

    def __init__(self, typefaces: Typefaces, named: dict[str, Typeface]) -> None:
        super().__init__()
        self.used: set[str] = set()
        self._ours = {face.data: face for face in typefaces.faces}
        self._named = named

    def __setitem__(self, key: int, font: Font) -> None:
        face = self._ours.get(font.file_content)
        if face is None:
            raise PaintError("a font that is not the press's")
        if self._named.setdefault(font.hash, face) is not face:
            raise PaintError("two fonts under one name")
        font.widths.update(enumerate(face.widths))
        super().__setitem__(key, font)

    def __getitem__(self, key: int) -> Font:
        font = super().__getitem__(key)
        self.used.add(font.hash)
        return font


class _Code:
    """An inline SVG of a code, drawn as the stamped lane draws it: as an image mask, not as a path."""

    def __init__(self, image: SVGImage, symbol: Symbol) -> None:
        self.get_intrinsic_size = image.get_intrinsic_size
        self._symbol = symbol

    @classmethod
    def read(cls, svg: Element, image: SVGImage) -> "_Code | None":
        """The code that an inline SVG like those of `codes.Symbol.svg` shows; None when it is any other."""
        symbol = Symbol.of_svg(svg)
        return None if symbol is None else cls(image, symbol)

    def draw(self, stream: Stream, width: float, height: float, _style: Any) -> None:
        """Paints it in 100 % K into a box of that size, as WeasyPrint asks its pictures to."""
        # WeasyPrint's y axis points down.
        stream.stream.append(self._symbol.operators(0, height, width, -height).rstrip())


def _symbols(page: LaidOutPage) -> Iterator[ReplacedBox]:
    for box in page._page_box.descendants(placeholders=True):
        if isinstance(box, ReplacedBox) and isinstance(box.replacement, SVGImage):
            yield box


def named_resources() -> pydyf.Dictionary:
    """The resource dictionary that WeasyPrint's streams write into."""
    kinds = {kind: pydyf.Dictionary() for kind in ("ExtGState", "XObject", "Pattern", "Shading")}
    return pydyf.Dictionary({**kinds, "ColorSpace": None, "Font": None})


def resources_of(named: pydyf.Dictionary, images: dict[str, Any]) -> Resources:
    """What a stream has named; PaintError for what must not reach the press."""
    if named["Pattern"] or named["Shading"]:
        raise PaintError("a pattern or gradient")
    return Resources(
        tuple(sorted((name, _state(state)) for name, state in named["ExtGState"].items())),
        tuple(sorted((name, _object(name, body, images)) for name, body in named["XObject"].items())),
    )


def _state(state: pydyf.Dictionary) -> bytes:
    if "SMask" in state:
        raise PaintError("a soft mask")
    data: bytes = state.data
    return data


def _object(name: str, body: pydyf.Stream | None, images: dict[str, Any]) -> XObject:
    if body is not None:
        entries = pydyf.Dictionary({k: v for k, v in body.extra.items() if k != "Resources"})
        inside = resources_of(body.extra["Resources"], images)
        return XObject(entries.data, _deflated(body), "/FlateDecode", inside)
    image = images[name]
    picture = image["image"].get_x_object(image["interpolate"], max(image["dpi_ratios"]))
    if picture.extra["ColorSpace"] not in ("/DeviceCMYK", "/DeviceGray") or "SMask" in picture.extra:
        raise PaintError("a picture that is not CMYK or grey, or has a mask")
    packing = picture.extra.pop("Filter")
    return XObject(picture.extra.data, b"".join(_bytes(part) for part in picture.stream), packing)


def _deflated(stream: pydyf.Stream) -> bytes:
    operators = b"\n".join(_bytes(part) for part in stream.stream)
    if _FOREIGN_COLOUR.search(operators):
        raise PaintError("a colour that is not device-cmyk()")
    return zlib.compress(operators, COMPRESSION)


def _bytes(part: Any) -> bytes:
    if isinstance(part, bytes):
        return part
    return part.data if isinstance(part, pydyf.Object) else str(part).encode("ascii")
