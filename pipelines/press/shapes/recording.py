"""A letter as WeasyPrint made it, element by element: whose box is whose.

The markup's own tree is held against WeasyPrint's, so that parts are never read off another
element's box.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element as Tag

from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.boxes import Box

from pipelines.press.marking import Marked
from pipelines.press.shapes.markup import SYMBOL, Element, filled

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Found:
    """A box with the boxes that its place is measured from."""

    box: Box
    parent: Box
    around: Box
    """Its containing block, when it is absolute."""
    page: Box
    line: Box | None
    """The line that it stands in."""


class Mismatch(Exception):
    """The markup's tree is not WeasyPrint's; says where, without data."""


def pairs(root: Element, tag: Tag, marked: Marked) -> Iterator[tuple[Element, Tag]]:
    """Each element with WeasyPrint's own. Raises Mismatch when the trees are not the same."""
    yield root, tag
    inside = [child for child in tag if isinstance(child.tag, str)]
    elements = [child for child in root.children if isinstance(child, Element)]
    if len(inside) != len(elements):
        raise Mismatch(f"<{root.tag}> has other children")
    if _words(root, marked) != _own_words(tag):
        raise Mismatch(f"<{root.tag}> has another text")
    for element, own in zip(elements, inside, strict=True):
        if own.tag.removeprefix(_SVG) != element.tag:
            raise Mismatch(f"<{element.tag}> is another element")
        if element.tag == SYMBOL:
            yield element, own
        else:
            yield from pairs(element, own, marked)


def found(pages: Sequence[Any]) -> dict[Tag, Found]:
    """The first box of each element in the laid-out pages."""
    seen: dict[Tag, Found] = {}
    for page in pages:
        for child in page._page_box.children:
            if not isinstance(child, boxes.MarginBox):
                _visit(child, page._page_box, page._page_box, page._page_box, None, seen)
    return seen


def _visit(box: Box, parent: Box, around: Box, page: Box, line: Box | None, seen: dict[Tag, Found]) -> None:
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.TextBox):
        return
    is_line = isinstance(box, boxes.LineBox)
    if box.element is not None and not is_line and box.element is not parent.element:
        seen.setdefault(box.element, Found(box, parent, around, page, line))
    if is_line:
        line = box
    elif not isinstance(box, boxes.InlineBox):
        line = None
    inner = around if box.style["position"] == "static" else box
    for child in getattr(box, "children", ()):
        _visit(child, parent if is_line else box, inner, page, line, seen)


def _words(element: Element, marked: Marked) -> list[str]:
    words = [filled(c, marked.values) for c in element.children if not isinstance(c, Element)]
    return [w for word in words if (w := word.strip())]


def _own_words(tag: Tag) -> list[str]:
    words = [tag.text or "", *(child.tail or "" for child in tag)]
    return [w for word in words if (w := word.strip())]
