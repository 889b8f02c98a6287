"""The things that stand on a page: what is fixed and what varies, by their places."""

from typing import NamedTuple

from pipelines.press.shapes.nodes import Node, Says
from pipelines.press.shapes.parts import Decoration, Picture
from pipelines.press.shapes.pieces import KnownRow, RowLines


class Framed(NamedTuple):
    """A border or background; `x`, `y` and `height` are its border box's, px."""

    decoration: Decoration
    x: float
    y: float
    height: float


class Drawn(NamedTuple):
    """A drawing; its upper left corner, px."""

    picture: Picture
    x: float
    y: float


class Lines(NamedTuple):
    """Lines `first` to `last` of a leaf; the corner of its content box, px, from line `first` on."""

    leaf: int
    x: float
    y: float
    first: int
    last: int


class Coded(NamedTuple):
    """A code: the number of its value, and its box: left, top, width, height, px."""

    value: int
    x: float
    y: float
    width: float
    height: float


class RowFrames(NamedTuple):
    """The frames of a known row whose corner stands there."""

    row: KnownRow
    x: float
    y: float


class RowPlace(NamedTuple):
    """Where a known row has its corner, whichever row it is."""

    row: int
    x: float
    y: float


class RowTexts(NamedTuple):
    """Lines of a known row whose corner stands there: all that are fixed, or all that vary."""

    row: KnownRow
    lines: RowLines
    leaf: int
    """The row's first leaf."""
    x: float
    y: float


Thing = Framed | Drawn | Lines | Coded | RowFrames | RowTexts


class Layer(NamedTuple):
    """One positioned box with what it holds, or the flow itself."""

    things: tuple[Thing, ...]
    within: int = -1
    """The leaf in whose lines it stands, when it does."""
    pictures: tuple[Drawn, ...] = ()
    """Those of the things that are blocks: WeasyPrint may paint them before or after texts."""


class Laid(NamedTuple):
    """One page of a shape."""

    kind: str
    layers: tuple[Layer, ...]
    strings: tuple[Node | Says, ...]
    """Nodes on this page that set named strings, in the order of the document."""
