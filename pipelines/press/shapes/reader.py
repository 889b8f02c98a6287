"""Parts made of boxes: what the press learns of one element from how WeasyPrint laid it out.

A property that the flow or the setting engine does not follow makes its part refused, with the
reason; so what the press has not been taught is rendered in full and never guessed.
"""

from collections.abc import Mapping
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.boxes import Box

from pipelines.press.shapes import decorations, measures, refusals
from pipelines.press.shapes.markup import Element
from pipelines.press.shapes.parts import Part, Unfollowed
from pipelines.press.shapes.recording import Found
from pipelines.press.shapes.styles import StyleReader

_DISPLAYS = {
    ("block", "flow"): "block",
    ("block", "flow-root"): "block",
    ("block", "table"): "table",
    ("table-row-group",): "group",
    ("table-header-group",): "head",
    ("table-footer-group",): "foot",
    ("table-row",): "row",
    ("table-cell",): "cell",
    ("inline", "flow"): "inline",
    ("inline", "flow-root"): "atom",
    ("none",): "none",
    ("table-column-group",): "none",
    ("table-column",): "none",
}
_TABLES = {
    "table": "table",
    "group": "tbody",
    "head": "thead",
    "foot": "tfoot",
    "row": "tr",
}
_REPLACED = ("audio", "embed", "iframe", "img", "object", "svg", "video")


class Reader:
    """Makes parts of boxes."""

    def __init__(self, styles: StyleReader) -> None:
        self._styles = styles

    def part(
        self, element: Element, style: Any, pseudo: Mapping[str, Any], place: Found | None
    ) -> Part | None:
        """What the press learns of one element; None when this letter does not show it.

        `style` is its computed style, `pseudo` those of its pseudo-elements.
        """
        if style["display"] == ("none",):
            return Part("none")
        display = _DISPLAYS.get(tuple(style["display"][:2]))
        if display is None:
            return Part("block", refused=f"display: {' '.join(style['display'])}")
        refused = refusals.refusal(style, pseudo, display, place)
        if refused:
            return Part(display, refused=refused)
        if display == "none":
            return Part("none")
        if place is None:
            # An element of a line is its style alone, so it is learnt from a line that came to nothing.
            return self._inline(style) if display == "inline" and element.tag not in _REPLACED else None
        try:
            return self._made(element, style, display, place)
        except Unfollowed as error:
            return Part(display, refused=error.reason)

    def _made(self, element: Element, style: Any, display: str, place: Found) -> Part:
        box = place.box
        if _tabular(element.tag) != (display if display in (*_TABLES, "cell") else ""):
            raise Unfollowed("a table of other elements")
        inline = isinstance(box, boxes.InlineLevelBox)
        if display == "inline" and not isinstance(box, boxes.ReplacedBox):
            if not inline:
                raise Unfollowed("an inline element that became a block")
            return self._inline(style)
        text, why = self._styles.text(style)
        if isinstance(box, boxes.ReplacedBox):
            display = "symbol" if element.symbol >= 0 else "picture"
        elif inline:
            display = "atom"
        if display in ("group", "head", "foot", "row"):
            return self._row(style, display, box)
        table = box.children[0] if display == "table" and box.is_table_wrapper else None
        if display == "table":
            refusals.check_table(style, box, table)
        width_of = place.parent.width if isinstance(place.parent.width, float | int) else 0.0
        inner = measures.whole(table if table is not None else box, width_of)
        shrinks = measures.shrinks(style, box, display)
        room = measures.text_room(style, place) if shrinks else inner.width
        refusals.check_percent(style, display)
        grows = style["height"] == "auto" or table is not None
        frame = decorations.decoration(inner, place.page, grows)
        if shrinks and frame is not None:
            raise Unfollowed("a box with a border or background as wide as its text")
        if inline and display == "atom" and (style["width"] == "auto" or style["height"] == "auto"):
            raise Unfollowed("an inline block without a width and a height")
        block, block_why = self._styles.block(style, room)
        if shrinks and block is not None and (block.align != "start" or style["right"] != "auto"):
            raise Unfollowed("a box as wide as its text that is not aligned to the left")
        left_set = box.style["position"] == "absolute" and not (
            style["left"] == "auto" and style["right"] == "auto"
        )
        origin = place.around.padding_box_x() if left_set else place.parent.content_box_x()
        if display == "cell":
            origin = measures.wrapper_x(place)
        shift = measures.shift(style, place, inline)
        cell = display == "cell"
        replaced = isinstance(box, boxes.ReplacedBox)
        fixed_height = box.height if replaced or style["height"] != "auto" else None
        if cell and style["height"] != "auto":
            raise Unfollowed("a table cell with a height")
        if cell and box.rowspan != 1:
            raise Unfollowed("a cell over several rows")
        edges = {side: measures.inset(style, side, width_of) for side in ("top", "bottom")}
        return Part(
            display,
            inline=inline,
            position=box.style["position"],
            layered=box.style["position"] != "static" or style["overflow"] != "visible",
            x=measures.rounded(box.margin_left if inline else box.border_box_x() - origin - shift[0]),
            left_set=left_set,
            width=measures.rounded(room),
            shrinks=shrinks,
            margin_top=0.0 if cell else measures.length(style["margin_top"], style, width_of),
            margin_bottom=0.0 if cell else measures.length(style["margin_bottom"], style, width_of),
            inset_left=measures.rounded(inner.border_left_width + inner.padding_left),
            inset_right=measures.rounded(inner.border_right_width + inner.padding_right),
            inset_top=measures.rounded(edges["top"]),
            inset_bottom=measures.rounded(edges["bottom"]),
            border_left=measures.rounded(inner.border_left_width),
            border_top=measures.rounded(measures.length(style["border_top_width"], style, 0)),
            border_bottom=measures.rounded(measures.length(style["border_bottom_width"], style, 0)),
            height=None if fixed_height is None else measures.rounded(fixed_height),
            min_height=0.0 if cell else measures.rounded(box.min_height),
            max_height=float("inf") if cell else measures.rounded(box.max_height),
            top=measures.offset(style["top"]),
            bottom=measures.offset(style["bottom"]),
            break_before=style["break_before"],
            break_after=style["break_after"],
            break_inside=style["break_inside"],
            orphans=style["orphans"],
            widows=style["widows"],
            discards=style["margin_break"] == "discard",
            align=style["vertical_align"] if isinstance(style["vertical_align"], str) else "baseline",
            spacing=measures.rounded(style["border_spacing"][1]) if table is not None else 0.0,
            flow_root=box.establishes_formatting_context() or inline or cell or table is not None,
            block=block,
            text=text,
            text_refused=why or block_why,
            decoration=frame if not replaced else None,
            cuts=decorations.cuts(inner, place.page) if frame is not None and not replaced else (),
            strings=_strings(style),
            picture=decorations.picture(box) if display == "picture" else None,
            baseline=measures.baseline(style, place, inner, block) if inline else 0.0,
            shift=shift,
            advance=measures.rounded(box.margin_width()) if inline else 0.0,
            rise=measures.rounded(box.margin_height()) if inline else 0.0,
        )

    def _inline(self, style: Any) -> Part:
        text, why = self._styles.text(style)
        span = self._styles.span(style) if refusals.bare(style) else None
        return Part("inline", inline=True, text=text, text_refused=why, span=span)

    def _row(self, style: Any, display: str, box: Box) -> Part:
        if refusals.paints(box.style):
            raise Unfollowed("a table row with a background")
        height = None if style["height"] == "auto" else measures.length(style["height"], style, 0)
        return Part(
            display,
            height=height,
            break_before=style["break_before"],
            break_after=style["break_after"],
            break_inside=style["break_inside"],
            strings=_strings(style),
        )


def _tabular(tag: str) -> str:
    """How a tag of tables is displayed; empty for others."""
    return "cell" if tag in ("td", "th") else {tag: display for display, tag in _TABLES.items()}.get(tag, "")


def _strings(style: Any) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    if style["string_set"] == "none":
        return ()
    told = []
    for name, items in style["string_set"]:
        parts: list[tuple[str, str]] = []
        for kind, value in items:
            if kind == "string":
                parts.append(("string", value))
            elif kind == "attr()" and value[1] == "string":
                parts.append(("attr", value[0]))
            else:
                raise Unfollowed("a named string of other things than texts and attributes")
        told.append((name, tuple(parts)))
    return tuple(told)
