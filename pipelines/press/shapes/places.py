"""A letter's pages as lists of what stands where, in painting order: what is fixed and what varies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.press.shapes.flow import Page, Piece
from pipelines.press.shapes.nodes import Leaf, Node
from pipelines.press.shapes.parts import Decoration, Picture, Unfollowed
from pipelines.press.shapes.ready import Ready


@dataclass(frozen=True, slots=True)
class Framed:
    """A border or background; `x`, `y` and `height` are its border box's, px."""

    decoration: Decoration
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing; its upper left corner, px."""

    picture: Picture
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines `first` to `last` of a leaf; the corner of its content box, px, from line `first` on."""

    leaf: int
    x: float
    y: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Coded:
    """A code: the number of its value, and its box: left, top, width, height, px."""

    value: int
    x: float
    y: float
    width: float
    height: float


_Box = tuple[float, float, float, float]
"""Left, top, right and bottom in px."""
_TOUCH = 0.01
"""px that boxes side by side may have in common."""

Thing = Framed | Drawn | Lines | Coded


@dataclass(frozen=True, slots=True)
class Layer:
    """One positioned box with what it holds, or the flow itself."""

    things: tuple[Thing, ...]
    within: int = -1
    """The leaf in whose lines it stands, when it does."""


@dataclass(frozen=True, slots=True)
class Laid:
    """One page of a shape."""

    kind: str
    layers: tuple[Layer, ...]
    strings: tuple[Node, ...]
    """Nodes on this page that set named strings, in the order of the document."""


def laid(page: Page, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> Laid:
    """What stands on a page. CSS 2.1 E.2: frames of a layer below its texts, layers in their order.

    Raises Unfollowed where a box or picture may hide a text, since pages draw what varies last.
    """
    layers: list[Layer] = []
    named: list[Node] = []
    pending: list[Piece | Layer] = [page.root]
    while pending:
        top = pending.pop(0)
        if isinstance(top, Layer):
            layers.append(top)
            continue
        frames: list[Thing] = []
        texts: list[Thing] = []
        inner: list[tuple[int, Piece | Layer]] = []
        for piece in _below(top, inner):
            frames += _frames(piece)
            texts += _texts(piece, leaves, sets, inner)
            if piece.node.strings:
                named.append(piece.node)
        if frames or texts:
            layers.append(Layer((*frames, *texts)))
        inner.sort(key=lambda pair: pair[0])
        pending = [one for _, one in inner] + pending
    _check_order(layers, leaves, sets)
    named.sort(key=lambda node: node.number)
    return Laid(page.kind, tuple(layers), tuple(named))


def _check_order(layers: Sequence[Layer], leaves: Sequence[Leaf], sets: Sequence[Ready]) -> None:
    texts: list[tuple[_Box, int]] = []
    fixed: list[tuple[_Box, int]] = []
    coded: list[tuple[_Box, int]] = []
    for layer in layers:
        for thing in layer.things:
            box = _box(thing, leaves, sets)
            over = coded
            if isinstance(thing, Lines):
                if sets[thing.leaf].ruled:
                    over = texts + fixed + coded
                (fixed if leaves[thing.leaf].fixed else texts).append((box, thing.leaf))
            elif isinstance(thing, Coded):
                over = []
                coded.append((box, layer.within))
            else:
                over = texts + coded
            if any(_meet(box, other) for other, leaf in over if leaf != layer.within or leaf < 0):
                raise Unfollowed("a box, picture, code or underlined text over a text or code")


def _box(thing: Thing, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> _Box:
    match thing:
        case Framed(decoration, x, y, height):
            return x, y, x + decoration.width, y + height
        case Drawn(picture, x, y):
            return x, y, x + picture.width, y + picture.height
        case Coded(_, x, y, width, height):
            return x, y, x + width, y + height
        case Lines(leaf, x, y, first, last):
            lines = sets[leaf].lines[first:last]
            # Letters of the same shape may have longer lines.
            wide = max([p.x + p.width for line in lines for p in line.pieces], default=0.0)
            room = leaves[leaf].wording.block.width
            right = x + (max(wide, room) if room < float("inf") else wide)
            return x, y + lines[0].top, right, y + lines[-1].top + lines[-1].height


def _meet(one: _Box, other: _Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > _TOUCH and min(one[3], other[3]) - max(one[1], other[1]) > _TOUCH


def _below(top: Piece, inner: list[tuple[int, Piece | Layer]]) -> Iterator[Piece]:
    """The pieces of one layer; those that are layers of their own go to `inner`."""
    yield top
    for child in top.children:
        if child.node.part.layered:
            inner.append((child.node.number, child))
        else:
            yield from _below(child, inner)


def _frames(piece: Piece) -> Iterator[Thing]:
    part = piece.node.part
    if part.decoration is not None and part.display != "none":
        if piece.border_height < part.decoration.least:
            raise Unfollowed("a box that is lower than its round corners")
        yield Framed(part.decoration, piece.x, piece.y, piece.border_height)


def _texts(
    piece: Piece,
    leaves: Sequence[Leaf],
    sets: Sequence[Ready],
    inner: list[tuple[int, Piece | Layer]],
) -> Iterator[Thing]:
    node, part = piece.node, piece.node.part
    x, y = piece.x + part.inset_left, piece.y + piece.inset_top
    if part.picture is not None:
        yield Drawn(part.picture, x, y)
    elif node.symbol >= 0:
        yield Coded(node.symbol, x, y, part.width, part.height or 0.0)
    elif node.leaf >= 0 and piece.last_line > piece.first_line:
        lines = sets[node.leaf].lines
        y = piece.lines_y - lines[piece.first_line].top
        # Boxes in a line have their own room there, so it is all one whether they come first.
        for line in lines[piece.first_line : piece.last_line]:
            for key, left, top in line.atoms:
                atom = node.atoms[int(key)]
                things = tuple(_atom(atom, x + left, y + top, sets))
                if atom.part.layered:
                    inner.append((atom.number, Layer(things, node.leaf)))
                else:
                    yield from things
        yield Lines(node.leaf, x, y, piece.first_line, piece.last_line)


def _atom(atom: Node, x: float, y: float, sets: Sequence[Ready]) -> Iterator[Thing]:
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
