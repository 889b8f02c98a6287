"""What the press has not been taught: properties that make a part refused, each with its reason."""

from collections.abc import Mapping
from typing import Any

from tinycss2 import serialize  # type: ignore[import-untyped]  # ships no types
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.boxes import Box

from pipelines.press.shapes.measures import length
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.recording import Found

_PARTS = ("first-line", "first-letter")


def refusal(style: Any, pseudo: Mapping[str, Any], display: str, place: Found | None) -> str:
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
        (_reads_attributes(style), "attr() in a variable of a style sheet"),
        (any(_speaks(one) for one in pseudo.values()), "generated content"),
        (any(pseudo.get(name) is not None for name in _PARTS), "a style for a first line or letter"),
    )
    return next((why for applies, why in checks if applies), "")


def _reads_attributes(style: Any) -> bool:
    """Whether a variable that is set here asks what an attribute says, which may be a letter's own."""
    told = [value for name, (value, _) in style.cascaded.items() if name.startswith("__")]
    return any("attr(" in serialize(getattr(said, "tokens", said)).lower() for said in told)


def _speaks(style: Any) -> bool:
    return style is not None and style["content"] not in ("none", "normal", "inhibit")


def check_table(style: Any, wrapper: Box, table: Box | None) -> None:
    """Raises Unfollowed for a table that the flow does not lay out."""
    if table is None:
        raise Unfollowed("a table without a box")
    if style["table_layout"] != "fixed" or style["width"] == "auto":
        raise Unfollowed("a table whose columns follow its text")
    if style["border_collapse"] != "separate":
        raise Unfollowed("a table with collapsed borders")
    if len(wrapper.children) != 1:
        raise Unfollowed("a table with a caption")
    for group in (*table.column_groups, *(c for g in table.column_groups for c in g.children)):
        if paints(group.style):
            raise Unfollowed("a table column with a background")


def check_percent(style: Any, display: str) -> None:
    """Raises Unfollowed for heights that follow the box around, and rooms that follow another one's width."""
    follows = [f"{edge}height" for edge in ("", "min_", "max_")]
    if any(_in_percent(style[name]) for name in follows):
        raise Unfollowed("a height in percent")
    placed = style["position"] == "absolute"
    follows = [f"padding_{side}" for side in ("top", "bottom") if placed or display != "block"]
    follows += [f"margin_{side}" for side in ("top", "bottom") if placed or display not in ("block", "table")]
    if any(_in_percent(style[name]) for name in follows):
        raise Unfollowed("a room above or below in percent")


def _in_percent(value: Any) -> bool:
    return getattr(value, "unit", "px") == "%"


def paints(style: Any) -> bool:
    """Whether a box has a background."""
    return bool(getattr(style["background_color"], "alpha", 0))


def bare(style: Any) -> bool:
    """Whether an inline box adds nothing to its text but a style."""
    sides = ("top", "right", "bottom", "left")
    lengths = [
        *(style[f"padding_{s}"] for s in sides),
        *(style[f"margin_{s}"] for s in sides),
        *(style[f"border_{s}_width"] for s in sides),
    ]
    zero = all(length(value, style, 1.0) == 0 for value in lengths)
    return (
        zero and not paints(style) and style["position"] == "static" and style["vertical_align"] == "baseline"
    )
