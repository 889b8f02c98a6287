"""The pages of a laid-out letter as content streams: WeasyPrint draws, the press keeps the operators.

WeasyPrint's own `write_pdf` builds a whole document with fonts, profile and metadata round each
letter. The press needs none of that: it lets WeasyPrint paint each page into a stream and keeps
the stream's bytes with the few resources that it names. Fonts are not among them, since all
letters of a print file share the press's (see `typefaces` and `embedding`).

This is the one module that touches WeasyPrint's inner classes; `tests/press/test_painting.py`
holds its output against `write_pdf`.
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

from pipelines.errors import BrevpressError
from pipelines.press.codes import INK
from pipelines.press.geometry import A4
from pipelines.press.typefaces import Typeface, Typefaces

POINTS_PER_PIXEL = 0.75
COMPRESSION = 6
"""zlib level of page contents: 9 costs three times the time for 1 % less."""
_SVG = "http://www.w3.org/2000/svg"
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


class Painter:
    """Paints laid-out pages; knows which font name stands for which press font."""

    def __init__(self, typefaces: Typefaces) -> None:
        self.typefaces: dict[str, Typeface] = {}
        """Font name in content streams → press font. A name means the same face in all letters."""
        self._fonts = _Fonts(typefaces, self.typefaces)

    def paint(self, document: Document) -> tuple[PaintedPage, ...]:
        """The pages of a laid-out document.

        Raises PaintError for a page that is not A4, a font that is not the press's, a picture
        or pattern in other colours than CMYK and grey, or a form field.
        """
        return tuple(self._page(page) for page in document.pages)

    def _page(self, page: LaidOutPage) -> PaintedPage:
        width, height = page.width * POINTS_PER_PIXEL, page.height * POINTS_PER_PIXEL
        if abs(width - A4.right) > _NEARLY or abs(height - A4.top) > _NEARLY or any(page.bleed.values()):
            raise PaintError("a page is not A4 without bleed")
        for box in _symbols(page):
            box.replacement = _Rectangles.read(box.element, box.replacement) or box.replacement
        named = _named()
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
        stream.transform(d=-1, f=height)
        page.paint(stream, POINTS_PER_PIXEL)
        stream.pop_state()
        return PaintedPage(_deflated(stream), _resources(named, images), frozenset(self._fonts.used))


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


class _Rectangles:
    """An SVG that is nothing but filled rectangles, as codes are, drawn without WeasyPrint's path reader.

    A QR code has some 300 rectangles, and reading them as a general path takes longer than the
    rest of its page.
    """

    _SIZE = re.compile(r"0 0 (\d+) (\d+)")
    _PATH = re.compile(r"(?:M\d+ \d+h\d+v\d+h-\d+z)+")
    _SHAPES = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")

    def __init__(self, image: SVGImage, width: int, height: int, rectangles: bytes) -> None:
        self.get_intrinsic_size = image.get_intrinsic_size
        self._size = width, height
        self._operators = b"0 0 0 1 k\n" + rectangles + b"f"

    @classmethod
    def read(cls, svg: Element, image: SVGImage) -> "_Rectangles | None":
        """The rectangles of an inline SVG like those of `codes.Symbol.svg`; None when it is any other."""
        parts = list(svg)
        size = cls._SIZE.fullmatch(svg.get("viewBox", ""))
        if size is None or svg.get("preserveAspectRatio") != "none" or len(parts) != 1:
            return None
        path, drawn = parts[0], parts[0].get("d", "")
        plain = path.tag == f"{{{_SVG}}}path" and path.keys() == ["fill", "d"] and path.get("fill") == INK
        if not plain or not cls._PATH.fullmatch(drawn):
            return None
        shapes = cls._SHAPES.findall(drawn)
        if any(width != back for _, _, width, _, back in shapes):
            return None
        rectangles = "".join([f"{x} {y} {w} {h} re\n" for x, y, w, h, _ in shapes])
        return cls(image, int(size[1]), int(size[2]), rectangles.encode())

    def draw(self, stream: Stream, width: float, height: float, _style: Any) -> None:
        """Fills the rectangles in 100 % K into a box of that size, as WeasyPrint asks its pictures to."""
        stream.transform(a=width / self._size[0], d=height / self._size[1])
        stream.stream.append(self._operators)


def _symbols(page: LaidOutPage) -> Iterator[ReplacedBox]:
    for box in page._page_box.descendants(placeholders=True):
        if isinstance(box, ReplacedBox) and isinstance(box.replacement, SVGImage):
            yield box


def _named() -> pydyf.Dictionary:
    """The resource dictionary that WeasyPrint's streams write into."""
    kinds = {kind: pydyf.Dictionary() for kind in ("ExtGState", "XObject", "Pattern", "Shading")}
    return pydyf.Dictionary({**kinds, "ColorSpace": None, "Font": None})


def _resources(named: pydyf.Dictionary, images: dict[str, Any]) -> Resources:
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
        inside = _resources(body.extra["Resources"], images)
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
