"""Learning a layout: what WeasyPrint made of a letter becomes parts, one for each new signature.

This and `decorations` read WeasyPrint's laid-out boxes. A property that the flow or the setting
engine does not follow makes its part refused, with the reason; so what the press has not been
taught is rendered in full and never guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element as Tag

from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout.percent import percentage

from pipelines.press.marking import Marked
from pipelines.press.shapes import decorations
from pipelines.press.shapes.markup import SYMBOL, Element, filled
from pipelines.press.shapes.parts import Part, Unfollowed
from pipelines.press.shapes.styles import StyleReader

_SVG = "{http://www.w3.org/2000/svg}"
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
_PARTS = ("first-line", "first-letter")
_TABLES = {
    "table": "table",
    "group": "tbody",
    "head": "thead",
    "foot": "tfoot",
    "row": "tr",
}
_DIGITS = 6
"""Decimals of recorded lengths: two recordings of one part must not differ by rounding."""


@dataclass(frozen=True, slots=True)
class _Found:
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


def found(pages: Sequence[Any]) -> dict[Tag, _Found]:
    """The first box of each element in the laid-out pages."""
    seen: dict[Tag, _Found] = {}
    for page in pages:
        for child in page._page_box.children:
            if not isinstance(child, boxes.MarginBox):
                _visit(child, page._page_box, page._page_box, page._page_box, None, seen)
    return seen


def _visit(box: Box, parent: Box, around: Box, page: Box, line: Box | None, seen: dict[Tag, _Found]) -> None:
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.TextBox):
        return
    is_line = isinstance(box, boxes.LineBox)
    if box.element is not None and not is_line and box.element is not parent.element:
        seen.setdefault(box.element, _Found(box, parent, around, page, line))
    if is_line:
        line = box
    elif not isinstance(box, boxes.InlineBox):
        line = None
    inner = around if box.style["position"] == "static" else box
    for child in getattr(box, "children", ()):
        _visit(child, parent if is_line else box, inner, page, line, seen)


class Reader:
    """Makes parts of boxes."""

    def __init__(self, styles: StyleReader) -> None:
        self._styles = styles

    def part(
        self, element: Element, style: Any, pseudo: Mapping[str, Any], place: _Found | None
    ) -> Part | None:
        """What the press learns of one element; None when this letter does not show it.

        `style` is its computed style, `pseudo` those of its pseudo-elements.
        """
        if style["display"] == ("none",):
            return Part("none")
        display = _DISPLAYS.get(tuple(style["display"][:2]))
        if display is None:
            return Part("block", refused=f"display: {' '.join(style['display'])}")
        refused = _refusal(style, pseudo, display, place)
        if refused:
            return Part(display, refused=refused)
        if display == "none":
            return Part("none")
        if place is None:
            return None
        try:
            return self._made(element, style, display, place)
        except Unfollowed as error:
            return Part(display, refused=error.reason)

    def _made(self, element: Element, style: Any, display: str, place: _Found) -> Part:
        box = place.box
        if _tabular(element.tag) != (display if display in (*_TABLES, "cell") else ""):
            raise Unfollowed("a table of other elements")
        inline = isinstance(box, boxes.InlineLevelBox)
        text, why = self._styles.text(style)
        if display == "inline" and not isinstance(box, boxes.ReplacedBox):
            if not inline:
                raise Unfollowed("an inline element that became a block")
            span = self._styles.span(style) if _bare(box) else None
            return Part("inline", inline=True, text=text, text_refused=why, span=span)
        if isinstance(box, boxes.ReplacedBox):
            display = "symbol" if element.symbol >= 0 else "picture"
        elif inline:
            display = "atom"
        if display in ("group", "head", "foot", "row"):
            return self._row(style, display, box)
        table = box.children[0] if display == "table" and box.is_table_wrapper else None
        if display == "table":
            _check_table(style, box, table)
        inner = _whole(table if table is not None else box)
        shrinks = _shrinks(style, box, display)
        room = _room(style, place) if shrinks else inner.width
        _check_percent(style)
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
            origin = _wrapper_x(place)
        shift = _shift(style, place, inline)
        cell = display == "cell"
        width_of = place.parent.width if isinstance(place.parent.width, float | int) else 0.0
        replaced = isinstance(box, boxes.ReplacedBox)
        fixed_height = box.height if replaced or style["height"] != "auto" else None
        if cell and style["height"] != "auto":
            raise Unfollowed("a table cell with a height")
        if cell and box.rowspan != 1:
            raise Unfollowed("a cell over several rows")
        edges = {side: _edge(style, inner, side, cell) for side in ("top", "bottom")}
        return Part(
            display,
            inline=inline,
            position=box.style["position"],
            layered=box.style["position"] != "static" or style["overflow"] != "visible",
            x=_round(box.margin_left if inline else box.border_box_x() - origin - shift[0]),
            left_set=left_set,
            width=_round(room),
            shrinks=shrinks,
            margin_top=0.0 if cell else _length(style["margin_top"], style, width_of),
            margin_bottom=0.0 if cell else _length(style["margin_bottom"], style, width_of),
            inset_left=_round(inner.border_left_width + inner.padding_left),
            inset_right=_round(inner.border_right_width + inner.padding_right),
            inset_top=_round(edges["top"]),
            inset_bottom=_round(edges["bottom"]),
            border_left=_round(inner.border_left_width),
            border_top=_round(_length(style["border_top_width"], style, 0)),
            border_bottom=_round(_length(style["border_bottom_width"], style, 0)),
            height=None if fixed_height is None else _round(fixed_height),
            min_height=0.0 if cell else _round(box.min_height),
            max_height=float("inf") if cell else _round(box.max_height),
            top=_offset(style["top"]),
            bottom=_offset(style["bottom"]),
            break_before=style["break_before"],
            break_after=style["break_after"],
            break_inside=style["break_inside"],
            orphans=style["orphans"],
            widows=style["widows"],
            discards=style["margin_break"] == "discard",
            align=style["vertical_align"] if isinstance(style["vertical_align"], str) else "baseline",
            spacing=_round(style["border_spacing"][1]) if table is not None else 0.0,
            flow_root=box.establishes_formatting_context() or inline or cell or table is not None,
            block=block,
            text=text,
            text_refused=why or block_why,
            decoration=frame if not replaced else None,
            strings=_strings(style),
            picture=decorations.picture(box) if display == "picture" else None,
            baseline=_baseline(style, place) if inline else 0.0,
            shift=shift,
            advance=_round(box.margin_width()) if inline else 0.0,
            rise=_round(box.margin_height()) if inline else 0.0,
        )

    def _row(self, style: Any, display: str, box: Box) -> Part:
        if _paints(box):
            raise Unfollowed("a table row with a background")
        height = None if style["height"] == "auto" else _length(style["height"], style, 0)
        return Part(
            display,
            height=height,
            break_before=style["break_before"],
            break_after=style["break_after"],
            break_inside=style["break_inside"],
            strings=_strings(style),
        )


def _refusal(style: Any, pseudo: Mapping[str, Any], display: str, place: _Found | None) -> str:
    """Why the press cannot follow an element of this style; empty when it can."""
    replaced = place is not None and isinstance(place.box, boxes.ReplacedBox)
    checks = (
        (style["float"] != "none", "a float"),
        (style["column_width"] != "auto" or style["column_count"] != "auto", "columns"),
        (style["position"] not in ("static", "relative", "absolute"), "a fixed or running box"),
        (style["overflow"] != "visible" and not replaced, "overflow that is cut off"),
        (style["opacity"] < 1, "opacity"),
        (bool(style["transform"]) and style["transform"] != "none", "a transformed box"),
        (bool(style["clip"]), "a clipped box"),
        (style["z_index"] not in ("auto", 0), "z-index"),
        (style["direction"] != "ltr", "right-to-left text"),
        (style["visibility"] != "visible", "a hidden box"),
        (style["box_decoration_break"] != "slice", "box-decoration-break"),
        (style["outline_style"] != "none" and style["outline_width"], "an outline"),
        (bool(style["box_shadow"]) and style["box_shadow"] != "none", "a shadow"),
        (style["border_image_source"][0] != "none", "a border image"),
        (any(kind != "none" for kind, _ in style["background_image"]), "a background picture"),
        (style["page"] not in ("auto", ""), "a named page"),
        (style["continue"] != "auto", "a box that is cut off"),
        (style["max_lines"] != "none", "max-lines"),
        (style["clear"] != "none", "clear"),
        (
            any(style[f"break_{s}"] in ("left", "right", "recto", "verso") for s in ("before", "after")),
            "a break to a left or right page",
        ),
        ("list-item" in style["display"], "a list item"),
        (any(_speaks(one) for one in pseudo.values()), "generated content"),
        (any(pseudo.get(name) is not None for name in _PARTS), "a style for a first line or letter"),
    )
    return next((why for applies, why in checks if applies), "")


def _speaks(style: Any) -> bool:
    return style is not None and style["content"] not in ("none", "normal", "inhibit")


def _check_table(style: Any, wrapper: Box, table: Box | None) -> None:
    if table is None:
        raise Unfollowed("a table without a box")
    if style["table_layout"] != "fixed" or style["width"] == "auto":
        raise Unfollowed("a table whose columns follow its text")
    if style["border_collapse"] != "separate":
        raise Unfollowed("a table with collapsed borders")
    if len(wrapper.children) != 1:
        raise Unfollowed("a table with a caption")
    for group in (*table.column_groups, *(c for g in table.column_groups for c in g.children)):
        if _paints(group):
            raise Unfollowed("a table column with a background")


def _tabular(tag: str) -> str:
    """How a tag of tables is displayed; empty for others."""
    return "cell" if tag in ("td", "th") else {tag: display for display, tag in _TABLES.items()}.get(tag, "")


def _check_percent(style: Any) -> None:
    for name in ("height", "min_height", "max_height"):
        if getattr(style[name], "unit", "px") == "%":
            raise Unfollowed("a height in percent")


def _whole(box: Box) -> Box:
    """The box with the borders and padding that it lost where a page broke."""
    if not box.remove_decoration_sides:
        return box
    box, style = box.copy(), box.style
    for side in box.remove_decoration_sides:
        setattr(box, f"border_{side}_width", style[f"border_{side}_width"])
        setattr(box, f"padding_{side}", _length(style[f"padding_{side}"], style, box.width))
    box.remove_decoration_sides = set()
    return box


def _paints(box: Box) -> bool:
    colour = box.style["background_color"]
    return bool(getattr(colour, "alpha", 0))


def _bare(box: Box) -> bool:
    """Whether an inline box adds nothing to its text but a style."""
    sides = ("top", "right", "bottom", "left")
    lengths = [
        *(box.style[f"padding_{s}"] for s in sides),
        *(box.style[f"margin_{s}"] for s in sides),
    ]
    widths = [box.style[f"border_{s}_width"] for s in sides]
    zero = all(_length(value, box.style, 1.0) == 0 for value in (*lengths, *widths))
    return (
        zero
        and not _paints(box)
        and box.style["position"] == "static"
        and box.style["vertical_align"] == "baseline"
    )


def _shrinks(style: Any, box: Box, display: str) -> bool:
    """Whether the box is as wide as its content."""
    if isinstance(box, boxes.ReplacedBox) or display in ("cell", "table"):
        return False
    return bool(
        style["position"] == "absolute"
        and style["width"] == "auto"
        and (style["left"] == "auto" or style["right"] == "auto")
    )


def _room(style: Any, place: _Found) -> float:
    """How wide the text of a shrinking box may be."""
    box, around = place.box, place.around
    taken = (
        box.margin_left
        + box.margin_right
        + box.border_left_width
        + box.border_right_width
        + box.padding_left
        + box.padding_right
    )
    room: float = around.padding_width() - taken
    for side in ("left", "right"):
        if style[side] != "auto":
            room -= _length(style[side], style, around.padding_width())
    return room


def _wrapper_x(place: _Found) -> float:
    """Where the rows' table has its content."""
    return float(place.parent.position_x - place.box.style["border_spacing"][0])


def _shift(style: Any, place: _Found, inline: bool) -> tuple[float, float]:
    """How far relative positioning moved the box: right and down."""
    if style["position"] != "relative" or all(style[s] == "auto" for s in ("left", "right", "top", "bottom")):
        return 0.0, 0.0
    if inline:
        raise Unfollowed("a box in a line that is moved relative to its place")
    across = [
        None if style[s] == "auto" else _length(style[s], style, place.parent.width)
        for s in ("left", "right")
    ]
    down = [_offset(style[s]) for s in ("top", "bottom")]
    return _moved(*across), _moved(*down)


def _moved(before: float | None, after: float | None) -> float:
    return before if before is not None else -after if after is not None else 0.0


def _edge(style: Any, box: Box, side: str, cell: bool) -> float:
    """Border and padding at one side; cells' paddings were stretched by alignment, so style tells."""
    return _length(style[f"border_{side}_width"], style, 0) + _length(
        style[f"padding_{side}"], style, 0 if cell else box.width
    )


def _length(value: Any, style: Any, whole: float) -> float:
    if isinstance(value, int | float):
        return _round(value)
    resolved = percentage(value, style, whole)
    return 0.0 if resolved == "auto" else _round(resolved)


def _offset(value: Any) -> float | None:
    if value == "auto":
        return None
    if getattr(value, "unit", "px") != "px":
        raise Unfollowed("a box placed by a percentage")
    return _round(value.value)


def _baseline(style: Any, place: _Found) -> float:
    """Where the line's baseline is below the top of a box in it."""
    if style["vertical_align"] in ("top", "bottom"):
        raise Unfollowed("a box at the top or bottom of its line")
    assert place.line is not None
    return _round(place.line.position_y + place.line.baseline - place.box.position_y)


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


def _words(element: Element, marked: Marked) -> list[str]:
    words = [filled(c, marked.values) for c in element.children if not isinstance(c, Element)]
    return [w for word in words if (w := word.strip())]


def _own_words(tag: Tag) -> list[str]:
    words = [tag.text or "", *(child.tail or "" for child in tag)]
    return [w for word in words if (w := word.strip())]


def _round(value: float) -> float:
    return round(float(value), _DIGITS)
