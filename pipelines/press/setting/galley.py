"""Set type: a block's lines, and what stands on them."""

from typing import NamedTuple

from pipelines.press.setting.style import TextStyle


class Piece(NamedTuple):
    """One text on a line; places are px from the block's content box, downwards."""

    x: float
    baseline: float
    style: TextStyle
    shown: str
    """Glyphs and numbers, to stand between `[(` and `)]TJ`, a character for each byte.

    Empty when only blanks are there."""
    width: float
    text: str


class Placed(NamedTuple):
    """Where a box on a line has its margin box, px."""

    key: str
    x: float
    y: float


class Line(NamedTuple):
    """One line, px from the block's content box."""

    top: float
    height: float
    baseline: float
    pieces: tuple[Piece, ...]
    atoms: tuple[Placed, ...]


class SetBlock(NamedTuple):
    """A block's lines, ready for pages."""

    height: float
    """px"""
    lines: tuple[Line, ...]
    fonts: frozenset[str]
    """The fonts that it uses."""
    operators: bytes
    """Its texts, with a newline behind (see `operators`); empty when it has none."""
    shape: tuple[object, ...]
    """What places in a letter depend on: equal for lines of the same heights and boxes."""
    ruled: bool
    """Whether there are lines under or through its texts (see `rules`)."""
