"""What the elements of a template, text or drawing say that will not print well or fast."""

from collections.abc import Container, Iterator
from pathlib import Path

from pipelines.lint import lanes, stylesheet
from pipelines.lint.markup import FILLER, Attribute, Element, Markup
from pipelines.lint.pictures import is_raster
from pipelines.lint.rules import Rule
from pipelines.lint.sources import Source
from pipelines.lint.style_rules import INK_SLACK, colours, faults, points
from pipelines.lint.stylesheet import Block, Declaration
from pipelines.press.preflight_pages import THINNEST_LINE
from pipelines.press.shapes.markup import VOID
from pipelines.press.shapes.plain_markup import FOREIGN, TOKEN, odd_references

Fault = tuple[Rule, int, int, str]
"""The rule, line and column, and by what it is broken."""

_SCREEN_THINGS = frozenset(
    ("script", "noscript", "form", "input", "select", "textarea", "button", "iframe", "frame", "object",
     "embed", "video", "audio", "canvas", "marquee", "blink", "link", "base")
)  # fmt: skip
_PICTURES = frozenset(("img", "image", "source"))
_GRADIENTS = frozenset(("lineargradient", "radialgradient", "meshgradient"))
_VEILS = frozenset(("mask", "filter", "feblend"))
_INKS = frozenset(("fill", "stroke", "stop-color", "flood-color", "color", "bgcolor"))
_OPACITIES = frozenset(("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity"))
_DRAWN = frozenset(("path", "rect", "circle", "ellipse", "polygon", "polyline", "text"))
_SHAPING = ("style", "class", "id", "width", "height", "colspan", "rowspan", "span", "align", "valign", "dir")
"""Attributes that style sheets or tables look at."""


class Elements:
    """Checks the elements of one file.

    `varying` are the numbers of its outputs that hang on a letter's data; addresses are read from
    `folder`.
    """

    def __init__(
        self, markup: Markup, families: frozenset[str], folder: Path, varying: Container[int]
    ) -> None:
        self._markup = markup
        self._source = markup.source
        self._families = families
        self._folder = folder
        self._varying = varying

    def faults(self) -> Iterator[Fault]:
        """All that is wrong with the elements and their attributes."""
        for reference in odd_references(self._markup.flat):
            yield Rule.LANE_MARKUP, *self._source.place(reference.start()), reference[0]
        for element in self._markup.elements:
            line, column = self._source.place(element.offset)
            if not self._plain(element):
                yield Rule.LANE_MARKUP, line, column, f"<{element.name}>"
            for rule, fact in self._of_element(element):
                yield rule, line, column, fact
            for name, attribute in element.attributes.items():
                yield from self._of_attribute(element, name, attribute)

    def sheets(self) -> Iterator[Source]:
        """The style sheets that stand in the file itself."""
        for element in self._markup.elements:
            if element.name == "style":
                end = self._markup.flat.lower().find("</style", element.content)
                line, _ = self._source.place(element.content)
                yield Source(self._source.shown, self._markup.flat[element.content : end], line)

    def drawings(self) -> Iterator[Path]:
        """The SVG files that the file shows."""
        for element in self._markup.elements:
            address = _address(element)
            if address.lower().endswith(".svg"):
                yield self._folder / address

    def _of_element(self, element: Element) -> Iterator[tuple[Rule, str]]:
        name = element.name
        tag = f"<{name}>"
        if name in {"a", "area"}:
            yield Rule.LINK, tag
        elif name in _SCREEN_THINGS:
            yield Rule.ELEMENT, tag
        elif name in _GRADIENTS:
            yield Rule.GRADIENT, tag
        elif name in _VEILS:
            yield Rule.OPACITY, tag
        elif name in _PICTURES:
            address = _address(element)
            if is_raster(address, self._folder):
                yield Rule.PICTURE, f"{tag} {address[:40]}"
            elif address and not address.startswith("data:") and not (self._folder / address).is_file():
                yield Rule.FILE_MISSING, f"{tag} {address[:40]}"
        elif name in _DRAWN and not self._inked(element):
            yield Rule.COLOUR_RGB, f"{tag} without fill is drawn in RGB black"

    def _plain(self, element: Element) -> bool:
        """Whether a tag is written as the press reads it; drawings are not read by it."""
        if any(one.name in FOREIGN for one in (element, *element.around)):
            return True
        tag = TOKEN.match(self._markup.flat, element.offset)
        return tag is not None and (not tag["closed"] or element.name in VOID)

    def _inked(self, element: Element) -> bool:
        """Whether an SVG shape says its colour, or is no part of a drawing that says none."""
        chain = (element, *element.around)
        if not any(e.name == "svg" for e in chain):
            return True
        if any(e.name == "svg" and "class" in e.attributes for e in chain):
            return True  # a style sheet may say it
        return any("fill" in e.attributes or "fill" in e.says("style") for e in chain)

    def _of_attribute(self, element: Element, name: str, attribute: Attribute) -> Iterator[Fault]:
        line, column = self._source.place(attribute.offset)
        if name in _SHAPING and any(number in self._varying for number in attribute.outputs):
            yield Rule.STYLE_DATA, line, column, f"{name} of <{element.name}> is computed from data"
        if name == "style":
            block = stylesheet.inline(self._source, attribute.value, line, column)
            for declaration in block.declarations:
                for rule, fact in of_declaration(declaration, block, self._families, self._folder):
                    yield rule, declaration.line, declaration.column, fact.replace(FILLER, "…")
        elif name in _INKS:
            for rule, fact in colours(name, stylesheet.values(attribute.value)):
                yield rule, line, column, fact
        elif name in _OPACITIES:
            if attribute.value.strip() not in {"1", "1.0", "100%"}:
                yield Rule.OPACITY, line, column, f"{name}: {attribute.value.strip().replace(FILLER, '…')}"
        elif name == "stroke-width" and (width := self._stroke(element, attribute.value)) is not None:
            yield Rule.HAIRLINE, line, column, f"stroke-width: {width:.2g} pt"

    def _stroke(self, element: Element, value: str) -> float | None:
        """The width in points of a stroke that is too thin, as far as the drawing's scale is known."""
        nodes = stylesheet.values(value)
        if len(nodes) != 1 or nodes[0].type not in {"number", "dimension"}:
            return None
        width = nodes[0].value * 0.75 if nodes[0].type == "number" else points(nodes[0])
        drawing = next((e for e in (element, *element.around) if e.name == "svg"), None)
        if width is None or drawing is None:
            return None
        box = drawing.says("viewbox").split()
        across = points(n[0]) if (n := stylesheet.values(drawing.says("width"))) else None
        if len(box) == 4 and across:
            try:
                width *= across / (float(box[2]) * 0.75)
            except (ValueError, ZeroDivisionError):
                return None
        return width if 0 < width < THINNEST_LINE - INK_SLACK else None


def _address(element: Element) -> str:
    """What a picture shows; empty when only a letter knows."""
    if element.name not in _PICTURES:
        return ""
    address = next((a for name in ("src", "href", "xlink:href") if (a := element.says(name))), "")
    return "" if FILLER in address else address.strip()


def of_declaration(
    declaration: Declaration, block: Block, families: frozenset[str], folder: Path
) -> Iterator[tuple[Rule, str]]:
    """Everything that is wrong with a declaration, on paper or for the press."""
    yield from faults(declaration, block, families, folder)
    yield from lanes.reasons(declaration, block)
