"""Lengths of a laid-out box as parts have them: in CSS pixels, rounded."""

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout.percent import percentage

from pipelines.press.setting.style import BlockStyle
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.recording import Found

_DIGITS = 6
"""Decimals of recorded lengths: two recordings of one part must not differ by rounding."""


def rounded(value: float) -> float:
    """A length as parts keep it."""
    return round(float(value), _DIGITS)


def length(value: Any, style: Any, whole: float) -> float:
    """A computed length, or a percentage of `whole`, in px; 0 for `auto`."""
    if isinstance(value, int | float):
        return rounded(value)
    resolved = percentage(value, style, whole)
    return 0.0 if resolved == "auto" else rounded(resolved)


def offset(value: Any) -> float | None:
    """A `top` or `bottom` in px, None for `auto`. Raises Unfollowed for a percentage."""
    if value == "auto":
        return None
    if getattr(value, "unit", "px") != "px":
        raise Unfollowed("a box placed by a percentage")
    return rounded(value.value)


def whole(box: Box, around: float) -> Box:
    """The box with the borders and padding that it lost where a page broke; what is around it is so wide."""
    if not box.remove_decoration_sides:
        return box
    box, style = box.copy(), box.style
    for side in box.remove_decoration_sides:
        setattr(box, f"border_{side}_width", style[f"border_{side}_width"])
        setattr(box, f"padding_{side}", length(style[f"padding_{side}"], style, around))
    box.remove_decoration_sides = set()
    return box


def inset(style: Any, side: str, around: float) -> float:
    """Border and padding above or below; cells' paddings were stretched by alignment, so style tells."""
    return length(style[f"border_{side}_width"], style, 0) + length(style[f"padding_{side}"], style, around)


def shrinks(style: Any, box: Box, display: str) -> bool:
    """Whether the box is as wide as its content."""
    if isinstance(box, boxes.ReplacedBox) or display in ("cell", "table"):
        return False
    return bool(
        style["position"] == "absolute"
        and style["width"] == "auto"
        and (style["left"] == "auto" or style["right"] == "auto")
    )


def text_room(style: Any, place: Found) -> float:
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
            room -= length(style[side], style, around.padding_width())
    return room


def wrapper_x(place: Found) -> float:
    """Where the rows' table has its content."""
    return float(place.parent.position_x - place.box.style["border_spacing"][0])


def shift(style: Any, place: Found, inline: bool) -> tuple[float, float]:
    """How far relative positioning moved the box: right and down."""
    if style["position"] != "relative" or all(style[s] == "auto" for s in ("left", "right", "top", "bottom")):
        return 0.0, 0.0
    if inline:
        raise Unfollowed("a box in a line that is moved relative to its place")
    across = [
        None if style[s] == "auto" else length(style[s], style, place.parent.width) for s in ("left", "right")
    ]
    down = [offset(style[s]) for s in ("top", "bottom")]
    return _moved(*across), _moved(*down)


def _moved(before: float | None, after: float | None) -> float:
    return before if before is not None else -after if after is not None else 0.0


def baseline(style: Any, place: Found, inner: Box, block: BlockStyle | None) -> float:
    """Where the line's baseline is below the top of a box in it.

    Of a box with a text of its own it is that of the text, taken as one line: the flow refuses others.
    """
    align = style["vertical_align"]
    if align in ("top", "bottom"):
        raise Unfollowed("a box at the top or bottom of its line")
    assert place.line is not None
    if any(isinstance(child, boxes.LineBox) for child in getattr(place.box, "children", ())):
        if align == "baseline" and block is not None:
            above = place.box.margin_top + inner.border_top_width + inner.padding_top
            return rounded(above + block.baseline)
        if align not in ("middle", "text-top", "text-bottom"):
            raise Unfollowed("a raised box in a line, with a text of its own")
    return rounded(place.line.position_y + place.line.baseline - place.box.position_y)
