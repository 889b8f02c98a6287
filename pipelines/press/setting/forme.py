"""Rows of type locked up as a block: places, operators and shape at once."""

from typing import NamedTuple

from pipelines.press.setting.galley import Line, Piece, SetBlock
from pipelines.press.setting.operators import changed, shape_of, thousandths_of
from pipelines.press.setting.slots import Frame, aligned
from pipelines.press.setting.style import PANGO_SCALE, TextStyle
from pipelines.press.written_numbers import thousandths

_new = tuple.__new__
"""What named tuples call themselves, called without a step between."""
Stood = tuple[int, TextStyle, str, int, str]
"""A text on a line: how far from the line's begin in Pango units, its style, operators and width."""


class Row(NamedTuple):
    """A line before its place is known."""

    above: float
    """How far it reaches above its baseline, px."""
    below: float
    width: int
    """Pango units"""
    last: bool
    """Whether it ends a text, or what a newline ends."""
    texts: list[Stood]


def locked(frame: Frame, rows: list[Row], ruled: bool) -> SetBlock:
    """The lines one below the other, and all that follows from them (see `finished`)."""
    lines: list[Line] = []
    said: list[str] = []
    here = there = 0
    now: TextStyle | None = None
    fonts = set()
    top = 0.0
    ragged = frame.factors == (0.0, 0.0)
    for above, below, wide, last, texts in rows:
        height, base = above + below, top + above
        moved = 0.0 if ragged else aligned(frame, wide / PANGO_SCALE, last)
        y = -thousandths_of(base)
        pieces = []
        for at, style, shown, units, text in texts:
            left = at / PANGO_SCALE + moved
            pieces.append(_new(Piece, (left, base, style, shown, units / PANGO_SCALE, text)))
            if shown:
                x = thousandths_of(left)
                to = "" if style is now else changed(now, style)
                said.append(f"{to}{thousandths[x - here]} {thousandths[y - there]} Td[({shown})]TJ\n")
                here, there, now = x, y, style
                fonts.add(style.font)
        lines.append(_new(Line, (top, height, base, tuple(pieces), ())))
        top += height
    operators = "".join(said).replace("()", " ").encode("latin-1")
    return SetBlock(top, tuple(lines), frozenset(fonts), operators, shape_of(lines), ruled)
