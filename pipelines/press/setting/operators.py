"""Set lines as PDF operators, in points from the upper left corner of the block's content box."""

import functools
from collections.abc import Iterable, Sequence

from pipelines.press.setting.galley import Line, SetBlock
from pipelines.press.setting.style import PANGO_SCALE, TextStyle
from pipelines.press.written_numbers import number, thousandths

POINTS = 0.75
"""Points in a CSS pixel."""


def operators(lines: Iterable[Line]) -> bytes:
    """The texts of lines, to follow `BT 1 0 0 1 X Y Tm` with the content box's upper left corner."""
    return _written(lines)[0]


def _written(lines: Iterable[Line]) -> tuple[bytes, bool]:
    """The texts of lines, and whether they have decorations."""
    said = []
    here_x = here_y = 0
    ruled = False
    now: TextStyle | None = None
    for line in lines:
        for x_, baseline, style, shown, _, _ in line.pieces:
            if style.decorations:
                ruled = True
            if shown:
                # Moves add up, so they are counted in whole thousandths of a point.
                x, y = thousandths_of(x_), -thousandths_of(baseline)
                to = "" if style is now else changed(now, style)
                said.append(f"{to}{thousandths[x - here_x]} {thousandths[y - here_y]} Td[({shown})]TJ")
                here_x, here_y, now = x, y, style
    return "\n".join(said).replace("()", " ").encode("latin-1"), ruled


@functools.lru_cache(4096)
def changed(before: TextStyle | None, style: TextStyle) -> str:
    """The operators that set a style's font and colour; what stays the same is not said again."""
    said = ""
    if before is None or (before.font, before.size) != (style.font, style.size):
        said = f"/{style.font} {number(style.size / PANGO_SCALE * POINTS)} Tf "
    if before is None or before.colour != style.colour:
        said += f"{style.colour.decode('ascii')} "
    return said


def finished(lines: tuple[Line, ...], height: float, fonts: frozenset[str]) -> SetBlock:
    """A block of lines with all that follows from them."""
    shown, ruled = _written(lines)
    return SetBlock(height, lines, fonts, shown + b"\n" if shown else b"", shape_of(lines), ruled)


def rules(lines: Iterable[Line], behind: bool) -> bytes:
    """The decorations of lines as strokes, outside of text objects, under `1 0 0 1 X Y cm`.

    With `behind` those that lie under their text, otherwise those over it.
    """
    said = []
    for line in lines:
        for piece in line.pieces:
            for rule in piece.style.decorations if piece.style.visible else ():
                if rule.behind == behind and piece.width:
                    y = number(-(piece.baseline + rule.y) * POINTS)
                    ends = number(piece.x * POINTS), number((piece.x + piece.width) * POINTS)
                    width = number(rule.thickness * POINTS)
                    said.append(rule.colour + f" {width} w {ends[0]} {y} m {ends[1]} {y} l S".encode("ascii"))
    return b"\n".join(said)


def thousandths_of(pixels: float) -> int:
    """Thousandths of a point in a length of px, rounded."""
    return round(pixels * POINTS * 1000)


def shape_of(lines: Sequence[Line]) -> tuple[object, ...]:
    """What places in a letter depend on: equal for lines of the same heights and boxes."""
    told = [(height, baseline - top, atoms) for top, height, baseline, _, atoms in lines]
    if told and not told[0][2] and told.count(told[0]) == len(told):
        return len(told), *told[0][:2]
    return tuple(told)
