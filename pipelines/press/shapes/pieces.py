"""What stands on a page while it is laid out: pieces of nodes, and where the next page goes on.

Lengths are CSS pixels from the sheet's upper left corner.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import Decoration, Unfollowed


class Torn(Exception):
    """A page ends within a box that is kept whole, so all of it goes to the next page."""


class Resume(NamedTuple):
    """Where the next page goes on."""

    at: int
    """The child, or line, that it begins with."""
    inner: "Resume | None" = None
    """Where within that child, when a part of it stands on this page."""
    cells: "tuple[Resume, ...]" = ()
    """Of a row that is divided: where in each of its cells."""


class RowLines(NamedTuple):
    """Lines that stand in the cells of a known row."""

    lines: tuple[tuple[int, float, float, int], ...]
    """The leaf, counted from the row's first, left, top, and how many."""
    top: float
    bottom: float
    """What their glyphs take."""


class KnownRow(NamedTuple):
    """A row of lines, or of blocks of lines, laid out at the origin."""

    height: float
    safe: float
    """As far below its top as a page may not end, or something in it could stand otherwise."""
    blocks: bool
    """Whether there are blocks in its cells, which may stand otherwise where a page begins."""
    kept: bool
    """Whether no page may end in it, as far as it has only lines."""
    baseline: float | None
    """The first one, from the row's top."""
    lowest: float
    """Where its lowest content ends."""
    frames: tuple[tuple[Decoration, float, float, float], ...]
    """Borders and backgrounds: left, top and height of each border box."""
    fixed: RowLines
    """Lines that say the same in all letters."""
    varying: RowLines
    """All other lines."""

    @property
    def weight(self) -> tuple[object, ...]:
        """All that the places of what stands beside it depend on."""
        return self[:6]


@dataclass(eq=False, slots=True)
class Piece:
    """The part of a node that stands on one page. `x`, `y` are its border box's corner."""

    node: Node
    index: int
    x: float
    y: float
    height: float = 0.0
    """Of the content box."""
    inset_top: float = 0.0
    inset_bottom: float = 0.0
    margin_bottom: float = 0.0
    children: "list[Piece]" = field(default_factory=list)
    absolutes: "list[tuple[float, Node]]" = field(default_factory=list)
    """Boxes out of the flow that belong here, with their static place."""
    first_line: int = 0
    last_line: int = 0
    lines_y: float = 0.0
    broken: bool = False
    repeats: bool = False
    """Whether it is a table's head or foot."""
    known: KnownRow | None = None
    """A whole row that was laid out before: then it has no children."""

    @property
    def border_height(self) -> float:
        """With padding and borders, as far as they are on this page."""
        return self.inset_top + self.height + self.inset_bottom

    def move(self, dy: float, dx: float = 0.0) -> None:
        """Moves it and all within."""
        self.x += dx
        self.y += dy
        self.lines_y += dy
        for child in self.children:
            child.move(dy, dx)
        if self.absolutes:
            self.absolutes = [(y + dy, node) for y, node in self.absolutes]

    def lower_content(self, by: float) -> None:
        """Moves all within down."""
        self.lines_y += by
        for child in self.children:
            child.move(by)
        if self.absolutes:
            self.absolutes = [(y + by, node) for y, node in self.absolutes]

    def check_kept(self, rest: Resume | None = None) -> None:
        """Raises Unfollowed when boxes out of the flow would have to go to the next page with its `rest`."""
        kept = 0 if rest is None else rest.at + (rest.inner is not None)
        late = [node for before, node in self.node.absolutes if before >= kept]
        if any(node in late for _, node in self.absolutes):
            raise Unfollowed("an absolute box in a box that breaks over pages where it must not")


@dataclass(eq=False, slots=True)
class Laid:
    """A node laid out as far as the page goes."""

    piece: Piece | None
    """None when nothing of it fits."""
    resume: Resume | None
    """Where the next page goes on; None when all of it stands."""
    margins: list[float]
    """Margins at its lower edge that collapse with what follows."""
    through: bool = False
    """Whether margins collapse through it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its kind's name and the root's piece, absolute boxes placed."""

    kind: str
    root: Piece


def cut(piece: Piece, top: bool, bottom: bool) -> None:
    """Takes off the edges of a box's decoration at which pages break."""
    node = piece.node
    part = node.part
    if part.decoration is None or not (top or bottom):
        return
    if not part.cuts:
        raise Unfollowed("a box with border or background that breaks over pages")
    piece.node = copy(node)
    piece.node.part = replace(part, decoration=part.cuts[2 * top + bottom - 1])


def collapsed(margins: Sequence[float]) -> float:
    """CSS 2.1 8.3.1: the largest of the positive margins and the least of the negative ones."""
    if not margins:
        return 0.0
    if len(margins) == 1:
        return margins[0]
    high, low = max(margins), min(margins)
    return (high if high > 0.0 else 0.0) + (low if low < 0.0 else 0.0)


def move_relative(pieces: Sequence[Piece]) -> None:
    """Moves relative boxes, once all about them has been laid out."""
    for piece in pieces:
        dx, dy = piece.node.part.shift
        if dx or dy:
            piece.move(dy, dx)
