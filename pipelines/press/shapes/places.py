"""A letter's pages as lists of what stands where, in painting order: what is fixed and what varies."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.press.setting.galley import Line
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.shapes.nodes import Leaf, Node
from pipelines.press.shapes.parts import Decoration, Picture, Unfollowed
from pipelines.press.shapes.pieces import Page, Piece
from pipelines.press.shapes.ready import Ready


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


_Box = tuple[float, float, float, float]
"""Left, top, right and bottom in px."""
_TOUCH = 0.01
"""px that boxes side by side may have in common."""
_ASCENT, _DESCENT = 0.95, 0.25
"""Ems that letters with their accents and tails reach above and below the baseline."""

Thing = Framed | Drawn | Lines | Coded


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
        top = pending.pop()
        if isinstance(top, Layer):
            layers.append(top)
            continue
        gathered = _Gathered(sets, named)
        gathered.add(top)
        if gathered.frames or gathered.texts:
            layers.append(Layer((*gathered.frames, *gathered.texts), -1, tuple(gathered.pictures)))
        gathered.inner.sort(key=_number, reverse=True)
        pending += [one for _, one in gathered.inner]
    _check_order(layers, leaves, sets)
    named.sort(key=lambda node: node.number)
    return Laid(page.kind, tuple(layers), tuple(named))


class _Gathered:
    """What belongs to one layer, and the layers within it."""

    def __init__(self, sets: Sequence[Ready], named: list[Node]) -> None:
        self._sets = sets
        self._named = named
        self.frames: list[Thing] = []
        self.texts: list[Thing] = []
        self.pictures: list[Drawn] = []
        self.inner: list[tuple[int, Piece | Layer]] = []

    def add(self, piece: Piece) -> None:
        """A piece and all below it that are no layers of their own."""
        node = piece.node
        part = node.part
        decoration = part.decoration
        if decoration is not None and part.display != "none":
            height = piece.border_height
            if height < decoration.least:
                raise Unfollowed("a box that is lower than its round corners")
            self.frames.append(Framed(decoration, piece.x, piece.y, height))
        if node.strings:
            self._named.append(node)
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
                        self.inner.append((atom.number, Layer(things, node.leaf)))
                    else:
                        self.texts += things
        self.texts.append(Lines(node.leaf, x, y, piece.first_line, piece.last_line))


def _number(inner: tuple[int, Piece | Layer]) -> int:
    return inner[0]


class _Band(NamedTuple):
    """A thing that is on the page already, and the height that it takes there."""

    top: float
    bottom: float
    thing: Thing
    leaf: int


def _check_order(layers: Sequence[Layer], leaves: Sequence[Leaf], sets: Sequence[Ready]) -> None:
    texts: list[_Band] = []
    fixed: list[_Band] = []
    coded: list[_Band] = []
    # Varying texts that a page draws with their lines, after all that is fixed.
    underlined: list[_Band] = []
    for layer in layers:
        pictures = [_Band(one.y, one.y + one.picture.height, one, -1) for one in layer.pictures]
        for thing in layer.things:
            if type(thing) is Lines:
                leaf, _, y, first, last = thing
                block = sets[leaf]
                top, bottom = _ink(block.lines[first], block.lines[last - 1])
                band = _Band(y + top, y + bottom, thing, leaf)
                _check_over(band, coded, layer, leaves, sets)
                _check_over(band, pictures, layer, leaves, sets)
                if block.ruled:
                    _check_over(band, texts, layer, leaves, sets)
                    _check_over(band, fixed, layer, leaves, sets)
                if not leaves[leaf].slots:
                    _check_over(band, underlined, layer, leaves, sets)
                    fixed.append(band)
                    continue
                texts.append(band)
                if block.ruled:
                    underlined.append(band)
            elif type(thing) is Coded:
                coded.append(_Band(thing.y, thing.y + thing.height, thing, layer.within))
            else:
                _, y, _, bottom = _box(thing, leaves, sets)
                band = _Band(y, bottom, thing, -1)
                _check_over(band, texts, layer, leaves, sets)
                _check_over(band, coded, layer, leaves, sets)


def _ink(first: Line, last: Line) -> tuple[float, float]:
    """How far lines and their glyphs reach, px in the block. Letters may be higher than lines."""
    above = max([p.style.size for p in first.pieces], default=0) * (_ASCENT / PANGO_SCALE)
    below = max([p.style.size for p in last.pieces], default=0) * (_DESCENT / PANGO_SCALE)
    return min(first.top, first.baseline - above), max(last.top + last.height, last.baseline + below)


def _check_over(
    band: _Band, others: list[_Band], layer: Layer, leaves: Sequence[Leaf], sets: Sequence[Ready]
) -> None:
    """Raises Unfollowed when the thing stands over one of the others, of another line than its own."""
    top, bottom = band.top + _TOUCH, band.bottom - _TOUCH
    within = layer.within
    for other in others:
        if other.top < bottom and other.bottom > top and (other.leaf != within or other.leaf < 0):
            one, two = _box(band.thing, leaves, sets), _box(other.thing, leaves, sets)
            if min(one[2], two[2]) - max(one[0], two[0]) > _TOUCH:
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
