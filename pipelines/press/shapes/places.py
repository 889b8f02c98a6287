"""A letter's pages as lists of what stands where, in painting order."""

from collections.abc import Iterator, Sequence

from pipelines.press.shapes.nodes import Leaf, Node
from pipelines.press.shapes.order import check_order
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.pieces import KnownRow, Page, Piece
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.things import Coded, Drawn, Framed, Laid, Layer, Lines, RowFrames, RowTexts, Thing


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
    check_order(layers, leaves, sets)
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
        if piece.known is not None:
            self._row(piece, piece.known)
            return
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

    def _row(self, piece: Piece, row: KnownRow) -> None:
        if row.frames:
            self.frames.append(RowFrames(row, piece.x, piece.y))
        for lines in (row.fixed, row.varying):
            if lines.lines:
                self.texts.append(RowTexts(row, lines, piece.node.first_leaf, piece.x, piece.y))
        if piece.node.strings:
            self._named.append(piece.node)

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
