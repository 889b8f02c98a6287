"""Borders, backgrounds and drawings as WeasyPrint paints them, taken off its boxes once.

A box's own painting is asked for at three heights; the numbers that change follow the height by
a straight line, or the box cannot be followed. So a box that grows with its text is painted as
WeasyPrint would, without asking it again.
"""

import hashlib
import re
from typing import Any

import pydyf
from weasyprint.draw import draw_background, draw_replacedbox
from weasyprint.draw.border import draw_border
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.pdf.stream import Stream

from pipelines.press.painting import Form, Resources, named_resources, resources_of
from pipelines.press.shapes.parts import POINTS, Decoration, Picture, Unfollowed

NAME_DIGITS = 10
_NO_RESOURCES = Resources()
_HEIGHTS = (64.0, 96.0, 137.0)
_NUMBER = re.compile(rb"(?<![\w/.])-?\d+\.?\d*(?![\w])")
_OPAQUE = re.compile(rb"/[aA]1(?:\.0)? gs\s?")
_ALMOST = 0.01


def decoration(box: Box, page: Box, grows: bool) -> Decoration | None:
    """What a laid-out box paints beside its content; None when that is nothing.

    Unless it `grows`, it is taken in its own height.

    Raises Unfollowed when it needs pictures or patterns, or does not follow the height.
    """
    width = round(float(box.border_width()), 6)
    least = _corners(box)
    if not grows:
        whole = _drawn(box, page, box.border_height())
        return Decoration((whole,), (), width, 0.0) if whole.strip() else None
    drawn = [_drawn(box, page, height) for height in _HEIGHTS]
    if not drawn[0].strip():
        return None
    words = [_NUMBER.split(one) for one in drawn]
    if words[0] != words[1] or words[0] != words[2]:
        raise Unfollowed("a border or background that does not follow its box")
    sets = [[float(n) for n in _NUMBER.findall(one)] for one in drawn]
    kept: list[bytes] = [words[0][0]]
    numbers: list[tuple[float, float]] = []
    for text, a, b, c, word in zip(_NUMBER.findall(drawn[0]), *sets, words[0][1:], strict=True):
        factor = (b - a) / (_HEIGHTS[1] - _HEIGHTS[0])
        constant = a - factor * _HEIGHTS[0]
        if abs(constant + factor * _HEIGHTS[2] - c) > _ALMOST:
            raise Unfollowed("a border or background that does not follow its box")
        if abs(factor) < 1e-4:
            kept[-1] += text + word
        else:
            kept.append(word)
            numbers.append((round(constant, 4), round(factor, 4)))
    return Decoration(tuple(kept), tuple(numbers), width, least)


def cuts(box: Box, page: Box) -> tuple[Decoration | None, ...]:
    """A box's decoration where page breaks take its lower edge, its upper edge, and both.

    Empty when it does not follow its height.
    """
    try:
        return tuple(_cut(box, page, *edges) for edges in ((False, True), (True, False), (True, True)))
    except Unfollowed:
        return ()


def _cut(box: Box, page: Box, top: bool, bottom: bool) -> Decoration | None:
    copy = box.copy()
    copy.remove_decoration_sides = set()
    copy.remove_decoration(start=top, end=bottom)
    return decoration(copy, page, True)


def picture(box: Box) -> Picture:
    """A replaced box (an SVG or an image) as a form, its content box's upper left corner at 0, 0."""
    copy = box.copy()
    copy.position_x = -(box.content_box_x() - box.position_x)
    copy.position_y = -(box.content_box_y() - box.position_y)
    stream, named, images = _stream()
    stream.push_state()
    stream.transform(a=POINTS, d=-POINTS)
    draw_replacedbox(stream, copy)
    stream.pop_state()
    content = _opaque(_operators(stream), named)
    resources = resources_of(named, images)
    bounds = (0.0, round(-box.height * POINTS, 3), round(box.width * POINTS, 3), 0.0)
    return Picture(form(content, bounds, frozenset(), (), resources), box.width, box.height)


def form(
    content: bytes,
    bounds: tuple[float, float, float, float],
    fonts: frozenset[str],
    forms: tuple[Form, ...],
    resources: Resources = _NO_RESOURCES,
) -> Form:
    """A form with the name that its content gives it."""
    told = repr((content, bounds, sorted(fonts), [f.name for f in forms], resources))
    name = "X" + hashlib.sha256(told.encode()).hexdigest()[:NAME_DIGITS]
    return Form(name, content, bounds, fonts, forms, resources)


def _corners(box: Box) -> float:
    """The height in px that a box's round corners need."""
    heights = []
    for side in ("left", "right"):
        radii = [getattr(box, f"border_{edge}_{side}_radius") for edge in ("top", "bottom")]
        if any(
            getattr(box.style[f"border_{e}_{side}_radius"][1], "unit", "px") != "px"
            for e in ("top", "bottom")
        ):
            raise Unfollowed("round corners in percent")
        heights.append(sum(_px(radius[1]) for radius in radii))
    return max(heights)


def _px(length: Any) -> float:
    return float(getattr(length, "value", length))


def _drawn(box: Box, page: Box, height: float) -> bytes:
    copy = box.copy()
    copy.height = height - (box.border_height() - box.height)
    copy.position_x = -box.margin_left
    copy.position_y = -box.margin_top
    layout_box_backgrounds(page, copy, _no_image, layout_children=False)
    stream, named, _ = _stream()
    draw_background(stream, copy.background)
    draw_border(stream, copy)
    content = _opaque(_operators(stream), named)
    if any(named[kind] for kind in ("ExtGState", "XObject", "Pattern", "Shading")):
        raise Unfollowed("a background with pictures, patterns or transparency")
    return content


def _opaque(content: bytes, named: pydyf.Dictionary) -> bytes:
    """The operators without those that make opaque what is opaque anyway."""
    states = named["ExtGState"]
    if all(list(state.values()) == [1] for state in states.values()):
        states.clear()
        return _OPAQUE.sub(b"", content)
    return content


def _no_image(url: str, **_: Any) -> None:
    raise Unfollowed("a background picture")


def _stream() -> tuple[Stream, pydyf.Dictionary, dict[str, Any]]:
    named = named_resources()
    images: dict[str, Any] = {}
    return (
        Stream({}, (0, 0, 1000, 1000), named, images, None, {}, "device-cmyk", compress=False),
        named,
        images,
    )


def _operators(stream: Stream) -> bytes:
    return b"\n".join(
        part
        if isinstance(part, bytes)
        else part.data
        if isinstance(part, pydyf.Object)
        else str(part).encode()
        for part in stream.stream
    )
