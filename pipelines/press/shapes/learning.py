"""Learning from one letter: laid out by WeasyPrint, then read into parts and page kinds."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from weasyprint.formatting_structure import boxes

from pipelines.press.marking import Marked
from pipelines.press.setting.style import COLLAPSES
from pipelines.press.shapes.markup import Element
from pipelines.press.shapes.parts import Learnt, MarginBox, PageKind, Unfollowed
from pipelines.press.shapes.reader import Reader
from pipelines.press.shapes.recording import found, pairs
from pipelines.press.shapes.signatures import plain
from pipelines.press.shapes.styles import StyleReader

COUNTED = 100
"""How many pages a counter style is asked for."""
_SIDED = re.compile(r"@page[^{]*:(left|right|nth|blank)")
_HUGGING = {"left": 0.0, "center": 0.5, "right": 1.0}
_TABULAR = frozenset(("td", "th", "tr", "thead", "tbody", "tfoot", "col", "colgroup"))
_PSEUDO = ("before", "after", "marker", "first-line", "first-letter")


def sided(sheets: Iterable[str]) -> bool:
    """Whether left and right pages may differ."""
    return any(_SIDED.search(plain(sheet)) for sheet in sheets)


def refused_pages(sheets: Iterable[str]) -> str:
    """Why pages cannot be told by their number; empty when they can."""
    rules = re.findall(r"@page([^{]*)\{", "\n".join([plain(sheet) for sheet in sheets]))
    if any(":nth" in rule or ":blank" in rule for rule in rules):
        return "pages chosen by :nth() or :blank"
    if any(re.match(r"\s*[^\s:]", page) for rule in rules for page in rule.split(",")):
        return "named pages"
    return ""


class Learner:
    """Reads laid-out letters of one layout."""

    def __init__(self, styles: StyleReader, learnt: Learnt, sheets: tuple[str, ...]) -> None:
        self._styles = styles
        self._reader = Reader(styles)
        self._learnt = learnt
        self._sided = sided(sheets)
        self._refused = refused_pages(sheets)

    def read(
        self,
        root: Element,
        signatures: Mapping[int, bytes],
        marked: Marked,
        document: Any,
        context: Any,
    ) -> Learnt:
        """What a letter teaches: parts of elements and kinds of pages that were not known.

        `document` is the letter laid out by WeasyPrint, `context` its layout context. Raises
        recording.Mismatch when the markup's tree is not WeasyPrint's.
        """
        places = found(document.pages)
        lesson = Learnt()
        # All pairs first: a tree that is not WeasyPrint's teaches nothing.
        for element, tag in list(pairs(root, document._html.etree_element, marked)):
            signature = signatures[id(element)]
            if signature in self._learnt.parts or signature in lesson.parts:
                continue
            if element.tag in _TABULAR and context.style_for(tag)["display"] == ("none",):
                # What is behind it stands in another column or row than its signature says.
                raise Unfollowed("a hidden part of a table")
            names = () if element.tag == "br" else _PSEUDO
            pseudo = {name: context.style_for(tag, name) for name in names}
            part = self._reader.part(element, context.style_for(tag), pseudo, places.get(tag))
            if part is not None:
                lesson.parts[signature] = part
        for number, page in enumerate(document.pages):
            name = self._kind(number)
            if name not in self._learnt.pages and name not in lesson.pages:
                lesson.pages[name] = self._page(page._page_box, context, lesson)
        lesson.fonts.update(self._styles.fonts())
        return lesson

    def _kind(self, number: int) -> str:
        if number == 0:
            return "first"
        return ("left" if number % 2 else "right") if self._sided else "rest"

    def _page(self, page: Any, context: Any, lesson: Learnt) -> PageKind:
        area = (page.content_box_x(), page.content_box_y(), page.width, page.height)
        x, y, width, height = (round(float(v), 6) for v in area)
        try:
            if self._refused:
                raise Unfollowed(self._refused)
            first = self._learnt.pages.get("first") or lesson.pages.get("first")
            if first is not None and first.width != width:
                raise Unfollowed("pages of other widths")
            margins = [
                self._margin(b, page, context, lesson)
                for b in page.children
                if isinstance(b, boxes.MarginBox)
            ]
            return PageKind(x, y, width, height, "", tuple(margins))
        except Unfollowed as error:
            return PageKind(x, y, width, height, error.reason)

    def _margin(self, box: Any, page: Any, context: Any, lesson: Learnt) -> MarginBox:
        style = box.style
        if box.background is not None or any(
            style[f"border_{s}_width"] for s in ("top", "right", "bottom", "left")
        ):
            raise Unfollowed("a margin box with a border or background")
        side, _, place = box.at_keyword.removeprefix("@").partition("-")
        shared = side in ("top", "bottom") and not place.endswith("corner")
        hugs = _HUGGING[place] if shared and style["width"] == "auto" else None
        around = box.margin_width() - box.width
        x, width = box.content_box_x(), box.width
        if hugs is not None:
            width = page.border_width() - around
            x = page.border_box_x() + box.content_box_x() - box.position_x
        text, why = self._styles.text(style)
        block, block_why = self._styles.block(style, width)
        if text is None or block is None:
            raise Unfollowed(why or block_why)
        if hugs is not None and (
            block.indent or text.letter_spacing or text.word_spacing or text.white_space not in COLLAPSES
        ):
            raise Unfollowed("a margin box without a width and with spaced or kept blanks")
        return MarginBox(
            x=round(x, 6),
            y=round(box.content_box_y(), 6),
            width=round(width, 6),
            height=round(box.height, 6),
            align=style["vertical_align"],
            block=block,
            text=text,
            content=tuple(self._content(style["content"], context, lesson)),
            side=side if shared else "",
            place=place if shared else "",
            hugs=hugs,
            around=round(around, 6),
        )

    def _content(self, content: Any, context: Any, lesson: Learnt) -> Iterable[tuple[str, str]]:
        for kind, value in content:
            if kind == "string":
                yield "string", value
            elif kind == "string()" and value[1] in ("first", "last"):
                yield ("named" if value[1] == "first" else "named last"), value[0]
            elif kind == "counter()" and value[0] in ("page", "pages") and isinstance(value[1], str):
                style = value[1]
                lesson.counters[style] = tuple(
                    context.counter_style.render_value(n, style) for n in range(COUNTED)
                )
                yield value[0], style
            else:
                raise Unfollowed("a margin box with other content than texts, named strings and page numbers")
