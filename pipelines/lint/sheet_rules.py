"""What the boxes of a set letter say: inks, sizes and lines after the cascade, tables, guarded places."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from weasyprint.formatting_structure import boxes

from pipelines.lint.cascade import Cascade, Place, named
from pipelines.lint.findings import Findings
from pipelines.lint.paper import Laid, walk
from pipelines.lint.rules import Rule
from pipelines.lint.style_rules import INK_SLACK, SIZE_SLACK
from pipelines.press.geometry import Box, points, windows
from pipelines.press.preflight_pages import SMALLEST_TEXT, THINNEST_LINE
from pipelines.press.shapes.refusals import bare

PT_PER_PX = 0.75
EDGE_SLACK = 0.3  # points: 0.1 mm, as preflight has it
_SIDES = ("top", "right", "bottom", "left")
_PLACING = (
    "left",
    "right",
    "top",
    "bottom",
    "inset",
    "position",
    "margin",
    "margin-left",
    "margin-top",
    "padding",
    "padding-left",
    "padding-top",
    "width",
)
_OUTRIGHT = {
    Rule.COLOUR_RGB: (Rule.COLOUR_RGB, Rule.COLOUR_NAMED),
    Rule.INK_TEXT: (Rule.INK_TEXT, Rule.INK_TOTAL),
}
"""What a declaration is already blamed for, when its effect on the sheet is the same thing."""
_PAGE_PT = points(297.0)
_ASCENT, _DESCENT = 0.73, 0.21  # em, of the letters of an address


@dataclass(frozen=True)
class Zones:
    """The guarded places of a page, in points."""

    window: Box | None
    guarded: Box | None
    mark: Box | None


def zones(geometry_file: Path, geometry: str) -> Zones:
    """The zones of a layout's geometry; None where the file has none."""
    window = windows(geometry_file).get(geometry)
    mark = tomllib.loads(geometry_file.read_text(encoding="utf-8")).get("mark_zone")
    place = Box.from_top_left(*(float(mark[key]) for key in ("x", "y", "w", "h"))) if mark else None
    return Zones(window.box if window else None, window.guarded if window else None, place)


class Sheets:
    """Looks at the pages of one document and takes down what is wrong with them."""

    def __init__(self, laid: Laid, cascade: Callable[[], Cascade], zones: Zones, findings: Findings) -> None:
        """`cascade` makes the document's cascade, which only a finding needs."""
        self._laid = laid
        self._make_cascade = cascade
        self._zones = zones
        self._findings = findings

    def check(self, address: Sequence[str] | None) -> None:
        """Checks all pages; the first has the window when the letter's address lines are given."""
        for number, page in enumerate(self._laid.pages()):
            lines = address if number == 0 else None
            astray: set[int] = set()
            for box, around in walk(page):
                placed = around[-1] if around else None
                self._paint(box, placed)
                self._lane(box, placed)
                # What stands in a box that is itself astray is not to blame.
                if astray.isdisjoint(id(outer) for outer in around if outer is not box):
                    for rule, fact in self._guarded(box, lines):
                        self._report(rule, self._placing(box, placed), fact)
                        astray.add(id(box))

    def _report(self, rule: Rule, place: Place, fact: str) -> None:
        """Takes down a finding, one of a kind a line: many letters show the same thing."""
        if not self._findings.at(place[0], place[1], *_OUTRIGHT.get(rule, (rule,))):
            self._findings.add(rule, *place, fact)

    @cached_property
    def _cascade(self) -> Cascade:
        return self._make_cascade()

    # -- what prints ------------------------------------------------------------------------------

    def _paint(self, box: Any, placed: Any) -> None:
        style = box.style
        if isinstance(box, boxes.TextBox) and box.text.strip():
            size = style["font_size"] * PT_PER_PX
            inks = _inks(style["color"])
            self._colour(box, placed, style["color"], "color")
            if inks is not None and inks not in {(0, 0, 0, 1), (0, 0, 0, 0)}:
                self._add(Rule.INK_TEXT, box, placed, f"text of {_shown(box)} is not black", "color")
            if size < SMALLEST_TEXT - SIZE_SLACK:
                several = inks is not None and sum(part > 0 for part in inks) > 1
                rule = Rule.TEXT_SMALL_INKS if several else Rule.TEXT_SMALL
                fact = f"text of {_shown(box)} is {size:.4g} pt"
                self._add(rule, box, placed, fact, "font-size", "font")
        background = style["background_color"]
        if not isinstance(background, str) and background.alpha > 0 and box.element is not None:
            self._colour(box, placed, background, "background-color", "background")
        for side in _SIDES:
            width = style[f"border_{side}_width"] * PT_PER_PX
            if width and style[f"border_{side}_style"] not in {"none", "hidden"} and box.element is not None:
                names = f"border-{side}-color", "border-color", f"border-{side}", "border"
                self._colour(box, placed, style[f"border_{side}_color"], *names)
                if width < THINNEST_LINE - INK_SLACK:
                    names = f"border-{side}-width", "border-width", f"border-{side}", "border"
                    self._add(
                        Rule.HAIRLINE, box, placed, f"border of {_shown(box)} is {width:.2g} pt", *names
                    )

    def _colour(self, box: Any, placed: Any, colour: Any, *names: str) -> None:
        if colour == "currentcolor":
            colour = box.style["color"]
        if not isinstance(colour, str) and _inks(colour) is None and colour.alpha > 0:
            fact = f"{names[0]} of {_shown(box)} is RGB, by default or by name"
            self._add(Rule.COLOUR_RGB, box, placed, fact, *names)

    def _add(self, rule: Rule, box: Any, placed: Any, fact: str, *names: str) -> None:
        if box.element is not None:
            inherited = names[0] in {"color", "font-size"}
            place = self._cascade.origin(box.element, *names, inherited=inherited)
        else:
            place = self._margin(placed, *names)
        self._report(rule, place, fact)

    def _margin(self, placed: Any, *names: str) -> Place:
        keyword = getattr(placed, "at_keyword", "")
        found = self._cascade.margin(keyword, *names)
        return found or self._cascade.place(self._laid.root.etree_element)

    # -- what the press follows ---------------------------------------------------------------------

    def _lane(self, box: Any, placed: Any) -> None:
        for rule, fact, names in _lane_faults(box):
            if box.element is None or names:
                self._add(rule, box, placed, fact, *names)
            else:
                self._report(rule, self._cascade.place(box.element), fact)

    # -- guarded places -------------------------------------------------------------------------------

    def _guarded(self, box: Any, address: Sequence[str] | None) -> Iterator[tuple[Rule, str]]:
        for part, is_text in _ink_boxes(box):
            what = f"text of {_shown(box)}" if is_text else _shown(box)
            if self._zones.mark and part.meets(self._zones.mark.grown(-EDGE_SLACK)):
                yield Rule.MARK_ZONE, f"{what} reaches into the mark's place"
            if address is None or not self._zones.guarded or not self._zones.window:
                continue
            text = box.text.strip() if is_text else ""
            if text and any(text in line for line in address):
                out = part.meets(self._zones.guarded) and not self._zones.window.holds(part, EDGE_SLACK)
                # A word of the address, such as the name in a greeting, may stand anywhere else.
                if out and text in address:
                    yield Rule.WINDOW_ADDRESS, f"{what} reaches out of the window"
            elif part.meets(self._zones.guarded.grown(-EDGE_SLACK)):
                yield Rule.WINDOW_DRIFT, f"{what} stands in the window or its drift"

    def _placing(self, box: Any, placed: Any) -> Place:
        """The line to blame for where a box stands: what places it, or the box itself."""
        if placed is not None and placed.element is not None:
            return self._cascade.latest(placed.element, *_PLACING)
        if box.element is not None:
            return self._cascade.place(box.element)
        return self._margin(placed, "width", "padding", "content")


def _lane_faults(box: Any) -> Iterator[tuple[Rule, str, tuple[str, ...]]]:
    """Why the press cannot follow a box: rule, fact, and the properties to blame where they are few."""
    style, shown = box.style, _shown(box)
    if isinstance(box, boxes.MarginBox):
        if box.children and _framed(box):
            yield Rule.LANE_MARGIN, f"{shown} has a border or background", ("border", "background", "content")
        return
    if box.element is None or str(box.element_tag) != str(box.element.tag):
        return
    if "list-item" in style["display"]:
        yield Rule.LANE_LIST, f"{shown} is a list item", ()
    if isinstance(box, boxes.TableBox):
        if style["table_layout"] != "fixed" or style["width"] == "auto":
            narrow = style["table_layout"] == "fixed"
            lacking = "width" if narrow else "fixed layout"
            yield Rule.LANE_TABLE, f"{shown} has no {lacking}", () if narrow else ("table-layout",)
        if any(_filled(column) for group in box.column_groups for column in (group, *group.children)):
            yield Rule.LANE_TABLE_PART, f"a column of {shown} has a background", ()
    elif isinstance(box, boxes.TableCaptionBox):
        yield Rule.LANE_TABLE_PART, f"{shown} is a caption", ()
    elif isinstance(box, boxes.TableRowGroupBox | boxes.TableRowBox):
        if _filled(box):
            yield Rule.LANE_TABLE_PART, f"{shown} has a background", ("background-color", "background")
    elif isinstance(box, boxes.TableCellBox) and box.rowspan != 1:
        yield Rule.LANE_TABLE_PART, f"{shown} goes over several rows", ()
    if isinstance(box, boxes.InlineBox) and not bare(style):
        yield Rule.LANE_INLINE, f"{shown} has a box of its own", ()
    if style["position"] == "absolute" and not isinstance(box, boxes.ReplacedBox):
        shrinks = style["width"] == "auto" and "auto" in (style["left"], style["right"])
        if shrinks and _framed(box):
            yield Rule.LANE_PLACE, f"{shown} has a border or background as wide as its text", ()


def _framed(box: Any) -> bool:
    return _filled(box) or any(
        box.style[f"border_{s}_width"] and box.style[f"border_{s}_style"] not in {"none", "hidden"}
        for s in _SIDES
    )


def _filled(box: Any) -> bool:
    return bool(getattr(box.style["background_color"], "alpha", 0))


def _ink_boxes(box: Any) -> Iterator[tuple[Box, bool]]:
    """Where a box itself puts ink: its text, picture, background and borders."""
    style = box.style
    if isinstance(box, boxes.TextBox):
        if box.text.strip() and style["visibility"] == "visible":
            base, em = box.position_y + box.baseline, style["font_size"]
            yield _box(box.position_x, base - _ASCENT * em, box.width, (_ASCENT + _DESCENT) * em), True
        return
    if isinstance(box, boxes.PageBox) or not hasattr(box, "border_box_x"):
        return
    if isinstance(box, boxes.ReplacedBox):
        yield _box(box.content_box_x(), box.content_box_y(), box.width, box.height), False
    if box.element is None and not isinstance(box, boxes.MarginBox):
        return
    x, y = box.border_box_x(), box.border_box_y()
    if isinstance(box.width, str) or isinstance(box.height, str):
        return
    w, h = box.border_width(), box.border_height()
    background = style["background_color"]
    if not isinstance(background, str) and background.alpha > 0:
        yield _box(x, y, w, h), False
    top, right, bottom, left = (
        0 if style[f"border_{side}_style"] in {"none", "hidden"} else style[f"border_{side}_width"]
        for side in _SIDES
    )
    for size, place in (
        (top, (x, y, w, top)),
        (right, (x + w - right, y, right, h)),
        (bottom, (x, y + h - bottom, w, bottom)),
        (left, (x, y, left, h)),
    ):
        if size:
            yield _box(*place), False


def _box(x: float, y: float, w: float, h: float) -> Box:
    """The box of CSS pixels from the top left, in points from the lower left."""
    x, y, w, h = (v * PT_PER_PX for v in (x, y, w, h))
    return Box(x, _PAGE_PT - y - h, x + w, _PAGE_PT - y)


def _inks(colour: Any) -> tuple[float, ...] | None:
    """The four inks; None when the colour is of another space."""
    if isinstance(colour, str) or colour.space != "device-cmyk":
        return None
    return tuple(round(float(part), 4) for part in colour.coordinates)


def _shown(box: Any) -> str:
    return named(box.element) if box.element is not None else str(box.element_tag or "a margin box")
