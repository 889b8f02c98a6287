"""A chapter's pages as lists of what stands where, in painting order.

Leaves, rows, codes and named strings stand in it by numbers, so that chapters may share it (see `outlines`).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.pieces import Page, Piece
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.things import Coded, Drawn, Framed, Lines, RowPlace

Placed = Framed | Drawn | Lines | Coded | RowPlace


class Stack(NamedTuple):
    """One positioned box with what it holds, or the flow itself."""

    frames: tuple[Placed, ...]
    """Of a known row all its frames."""
    texts: tuple[Placed, ...]
    """Of a known row all its lines."""
    pictures: tuple[Drawn, ...]
    """Those that are blocks."""
    within: int
    """The leaf in whose lines it stands, -1 when it stands in none."""


class Sketch(NamedTuple):
    """One page: what stands where, as far as that follows from heights."""

    kind: str
    stacks: tuple[Stack, ...]
    named: tuple[int, ...]
    """Nodes that set named strings, in the order of the document."""


def sketched(page: Page, sets: Sequence[Ready]) -> Sketch:
    """What stands on a page. CSS 2.1 E.2: frames of a layer below its texts, layers in their order.

    Nodes stand in it by their numbers.
    """
    stacks: list[Stack] = []
    named: list[int] = []
    pending: list[Piece | Stack] = [page.root]
    while pending:
        top = pending.pop()
        if isinstance(top, Stack):
            stacks.append(top)
            continue
        gathered = _Gathered(sets, named)
        gathered.add(top)
        if gathered.frames or gathered.texts:
            texts = tuple(gathered.texts)
            stacks.append(Stack(tuple(gathered.frames), texts, tuple(gathered.pictures), -1))
        gathered.inner.sort(key=_number, reverse=True)
        pending += [one for _, one in gathered.inner]
    named.sort()
    return Sketch(page.kind, tuple(stacks), tuple(named))


class _Gathered:
    """What belongs to one layer, and the layers within it."""

    def __init__(self, sets: Sequence[Ready], named: list[int]) -> None:
        self._sets = sets
        self._named = named
        self.frames: list[Framed | RowPlace] = []
        self.texts: list[Placed] = []
        self.pictures: list[Drawn] = []
        self.inner: list[tuple[int, Piece | Stack]] = []

    def add(self, piece: Piece) -> None:
        """A piece and all below it that are no layers of their own."""
        node = piece.node
        if node.strings:
            self._named.append(node.number)
        if piece.known is not None:
            place = RowPlace(node.number, piece.x, piece.y)
            self.frames.append(place)
            self.texts.append(place)
            return
        part = node.part
        decoration = part.decoration
        if decoration is not None and part.display != "none":
            height = piece.border_height
            if height < decoration.least:
                raise Unfollowed("a box that is lower than its round corners")
            self.frames.append(Framed(decoration, piece.x, piece.y, height))
        if part.picture is not None:
            drawn = Drawn(part.picture, piece.x + part.inset_left, piece.y + part.inset_top)
            self.texts.append(drawn)
            self.pictures.append(drawn)
        elif node.symbol >= 0:
            x, y = piece.x + part.inset_left, piece.y + part.inset_top
            self.texts.append(Coded(node.symbol, x, y, part.width, part.height or 0.0))
        elif node.leaf >= 0 and piece.last_line > piece.first_line:
            self._lines(piece, node, piece.x + part.inset_left)
        for child in piece.children:
            if child.node.part.layered:
                self.inner.append((child.node.number, child))
            else:
                self.add(child)

    def _lines(self, piece: Piece, node: Node, x: float) -> None:
        lines = self._sets[node.leaf].lines
        y = piece.lines_y - lines[piece.first_line].top
        if node.atoms:
            # Boxes in a line have their own room there, so it is all one whether they come first.
            for line in lines[piece.first_line : piece.last_line]:
                for key, left, top in line.atoms:
                    atom = node.atoms[int(key)]
                    things = tuple(_atom(atom, x + left, y + top, self._sets))
                    if atom.part.layered:
                        self.inner.append((atom.number, Stack((), things, (), node.leaf)))
                    else:
                        self.texts += things
        self.texts.append(Lines(node.leaf, x, y, piece.first_line, piece.last_line))


def _number(inner: tuple[int, Piece | Stack]) -> int:
    return inner[0]


def _atom(atom: Node, x: float, y: float, sets: Sequence[Ready]) -> Iterator[Placed]:
    """A box within a line, its margin box at `x`, `y`: frame, then what is in it."""
    part = atom.part
    x, y = x + part.x, y + part.margin_top
    if part.decoration is not None:
        yield Framed(part.decoration, x, y, (part.height or 0.0) + part.inset_top + part.inset_bottom)
    x, y = x + part.inset_left, y + part.inset_top
    if part.picture is not None:
        yield Drawn(part.picture, x, y)
    elif atom.symbol >= 0:
        yield Coded(atom.symbol, x, y, part.width, part.height or 0.0)
    elif atom.leaf >= 0 and sets[atom.leaf].lines:
        yield Lines(atom.leaf, x, y, 0, len(sets[atom.leaf].lines))
