"""The inks and the pen of a page that is traced. Source: ISO 32000-2, 8.4 and 8.6."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

from pipelines.press import content
from pipelines.press.areas import Ink, Pen
from pipelines.press.traces import TraceError

BLACK: Ink = (0.0, 0.0, 0.0, 1.0, 1.0)
_THIN = Pen(1.0)
_SPACES = ("/DeviceCMYK", "/DeviceGray")
_OPACITY = re.compile(rb"/(ca|CA)\s+([\d.]+)")


@dataclass(frozen=True, slots=True)
class Paint:
    """What fills and lines are painted with: q saves it, every operator makes another."""

    fill: Ink = BLACK
    """With full opacity; what `fill_opacity` says comes on top. `stroke` likewise."""
    stroke: Ink = BLACK
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    pen: Pen = _THIN
    """In user space."""

    def fill_ink(self, opacity: float) -> Ink:
        """The ink of a fill within groups of that opacity."""
        return _thinned(self.fill, self.fill_opacity * opacity)

    def stroke_ink(self, opacity: float) -> Ink:
        """The ink of a line within groups of that opacity."""
        return _thinned(self.stroke, self.stroke_opacity * opacity)

    def under(self, state: bytes) -> Self:
        """The paint after gs, with the dictionary of a graphics state.

        Raises TraceError when it blends or masks.
        """
        if b"/SMask" in state or (b"/BM" in state and b"/Normal" not in state):
            raise TraceError("a blend mode or soft mask")
        names = {b"ca": "fill_opacity", b"CA": "stroke_opacity"}
        changes: dict[str, Any] = {names[key]: float(value) for key, value in _OPACITY.findall(state)}
        return replace(self, **changes)


def _thinned(ink: Ink, opacity: float) -> Ink:
    return ink if opacity == 1 else (*ink[:4], round(opacity, 3))


@lru_cache(maxsize=256)
def _ink(operands: bytes) -> Ink:
    """The colour of so many numbers: four of CMYK, one of grey. Raises TraceError for others."""
    values = content.numbers(operands)
    if len(values) == 4:
        return (*(round(value, 3) for value in values), 1.0)
    if len(values) == 1:
        return (0.0, 0.0, 0.0, round(1 - values[0], 3), 1.0)
    raise TraceError("a colour that is not CMYK or grey")


def _black(space: bytes) -> Ink:
    """The ink that a colour space starts with."""
    if space.strip().decode("latin-1") not in _SPACES:
        raise TraceError("a colour space that is not CMYK or grey")
    return BLACK


def _fill(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, fill=_ink(operands))


def _stroke(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, stroke=_ink(operands))


def _fill_space(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, fill=_black(operands))


def _stroke_space(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, stroke=_black(operands))


def _width(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, pen=replace(paint.pen, width=float(operands)))


def _dashes(paint: Paint, operands: bytes) -> Paint:
    dashes, _, phase = operands.strip()[1:].partition(b"]")
    return replace(paint, pen=replace(paint.pen, dashes=tuple(content.numbers(dashes)), phase=float(phase)))


def _cap(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, pen=replace(paint.pen, cap=int(operands)))


def _join(paint: Paint, operands: bytes) -> Paint:
    return replace(paint, pen=replace(paint.pen, join=int(operands)))


OPERATIONS: Mapping[bytes, Callable[[Paint, bytes], Paint]] = {
    b"cs": _fill_space,
    b"CS": _stroke_space,
    b"k": _fill,
    b"g": _fill,
    b"sc": _fill,
    b"scn": _fill,
    b"K": _stroke,
    b"G": _stroke,
    b"SC": _stroke,
    b"SCN": _stroke,
    b"w": _width,
    b"d": _dashes,
    b"J": _cap,
    b"j": _join,
}
