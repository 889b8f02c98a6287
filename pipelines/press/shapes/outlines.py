"""Chapters seen from afar: where things stand on their pages follows from a form and some heights.

Letters bring ever new rows and texts, but rows are high in a few ways only. Chapters whose nodes have the
same parts in the same order, with rows closed, are of one *form*; with rows of the same weights and leaves
of the same lines they have the same places on their pages, and these are laid out once for all of them.
"""

import sys
from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

from pipelines.press.recent import Recent
from pipelines.press.shapes.chapters import Chapter
from pipelines.press.shapes.flow import Flow
from pipelines.press.shapes.nodes import Leaf, Node
from pipelines.press.shapes.order import check_order
from pipelines.press.shapes.parts import NAMELESS, PageKind
from pipelines.press.shapes.pieces import KnownRow
from pipelines.press.shapes.places import Placed, Sketch, Stack, sketched
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.things import Coded, Laid, Layer, Lines, RowFrames, RowPlace, RowTexts, Thing

SKETCHES = 800
"""Pages of chapters that are kept by their heights, for each layout; some 8 kB each."""
_FORMS = 5_000
"""Forms whose numbers are known; one that was forgotten gets another number."""


class Outline(NamedTuple):
    """What a chapter has, in the order of its nodes."""

    form: int
    """The same number for chapters of nodes of the same parts in the same order."""
    rows: list[Node]
    leaves: list[int]
    """Those that stand in no closed row."""
    symbols: list[int]
    named: list[Node]
    """Nodes that set named strings."""


class _Meant(NamedTuple):
    """What the numbers of a sketch mean in a chapter."""

    leaves: Sequence[int] | Mapping[int, int]
    rows: Sequence[tuple[KnownRow | None, int]] | Mapping[int, tuple[KnownRow | None, int]]
    """Rows with their first leaves."""
    symbols: Sequence[int]
    named: Sequence[Node] | Mapping[int, Node]


class Outlines:
    """What was seen of one layout's chapters."""

    def __init__(self, kinds: Mapping[str, PageKind]) -> None:
        self._kinds = kinds
        self._forms: dict[tuple[int, ...], int] = {}
        self._numbers = count()
        self._sketches: Recent[tuple[object, ...], list[Sketch]] = Recent(SKETCHES)

    def outline(self, root: Node) -> Outline:
        """What the chapter of this document element has."""
        told: list[int] = []
        found = Outline(0, [], [], [], [])
        _walk(root, told, found)
        if len(self._forms) >= _FORMS:
            self._forms.clear()
        key = tuple(told)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = next(self._numbers)
        return found._replace(form=form)

    def pages(
        self,
        chapter: Chapter,
        own: Outline,
        start: int,
        sets: Sequence[Ready],
        weights: Sequence[int],
    ) -> list[Laid]:
        """The pages of a chapter behind so many others, with a set block and its weight for each leaf.

        Raises Unfollowed, and KeyError for a kind of page that was never met.
        """
        flow = Flow(self._kinds, sets, weights)
        rows = [(flow.rows.known(node), node.first_leaf) for node in own.rows]
        beside = tuple([weights[leaf] for leaf in own.leaves])
        key = (own.form, start, tuple([row and row.weight for row, _ in rows]), beside)
        sketches = self._sketches.get(key)
        meant = _Meant(own.leaves, rows, own.symbols, own.named)
        if sketches is None:
            sketches = [sketched(page, sets) for page in flow.pages(chapter.root, start, chapter.last)]
            if flow.rows.opened:
                # Places depend on more than weights, so they are for this chapter alone.
                meant = _meant_by_nodes(own, rows)
            else:
                sketches = self._sketches.keep(key, _by_order(sketches, own))
        return [_laid(sketch, meant, chapter.grown.leaves, sets) for sketch in sketches]


def _walk(node: Node, told: list[int], found: Outline) -> None:
    """Tells of a node and of all within."""
    part = node.part
    closed = node.shared is not None
    # Parts are never forgotten, so their ids are theirs alone; nameless ones follow from those about them.
    told += (
        0 if part.display == NAMELESS else id(part),
        closed + 2 * (node.leaf >= 0) + 4 * (node.symbol >= 0) + 8 * bool(node.strings),
        len(node.children),
        len(node.absolutes),
        len(node.atoms),
    )
    if closed:
        found.rows.append(node)
    if node.leaf >= 0:
        found.leaves.append(node.leaf)
    if node.symbol >= 0:
        found.symbols.append(node.symbol)
    if node.strings:
        found.named.append(node)
    for child in node.children:
        _walk(child, told, found)
    for before, child in node.absolutes:
        told.append(before)
        _walk(child, told, found)
    for child in node.atoms:
        _walk(child, told, found)


def _meant_by_nodes(own: Outline, rows: Sequence[tuple[KnownRow | None, int]]) -> _Meant:
    """What numbers mean in a sketch as it was made."""
    as_they_are = range(sys.maxsize)
    by_number = {node.number: row for node, row in zip(own.rows, rows, strict=True)}
    return _Meant(as_they_are, by_number, as_they_are, {node.number: node for node in own.named})


def _by_order(sketches: Sequence[Sketch], own: Outline) -> list[Sketch]:
    """The sketches with the places in an outline for numbers."""
    leaves = {leaf: place for place, leaf in enumerate(own.leaves)}
    leaves[-1] = -1
    rows = {node.number: place for place, node in enumerate(own.rows)}
    symbols = {symbol: place for place, symbol in enumerate(own.symbols)}
    named = {node.number: place for place, node in enumerate(own.named)}

    def told(thing: Placed) -> Placed:
        if type(thing) is Lines:
            return thing._replace(leaf=leaves[thing.leaf])
        if type(thing) is RowPlace:
            return thing._replace(row=rows[thing.row])
        if type(thing) is Coded:
            return thing._replace(value=symbols[thing.value])
        return thing

    return [
        Sketch(
            kind,
            tuple(
                [
                    Stack(tuple(map(told, frames)), tuple(map(told, texts)), pictures, leaves[within])
                    for frames, texts, pictures, within in stacks
                ]
            ),
            tuple([named[number] for number in numbers]),
        )
        for kind, stacks, numbers in sketches
    ]


def _laid(sketch: Sketch, meant: _Meant, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> Laid:
    """The page of a chapter. Raises Unfollowed where a box or picture may hide a text."""
    layers: list[Layer] = []
    for frames, texts, pictures, within in sketch.stacks:
        things: list[Thing] = []
        for thing in frames:
            if type(thing) is RowPlace:
                number, x, y = thing
                row, _ = meant.rows[number]
                assert row is not None
                if row.frames:
                    things.append(RowFrames(row, x, y))
            else:
                things.append(thing)  # type: ignore[arg-type]
        for one in texts:
            if type(one) is RowPlace:
                number, x, y = one
                row, first_leaf = meant.rows[number]
                assert row is not None
                if row.fixed.lines:
                    things.append(RowTexts(row, row.fixed, first_leaf, x, y))
                if row.varying.lines:
                    things.append(RowTexts(row, row.varying, first_leaf, x, y))
            elif type(one) is Lines:
                leaf, x, y, first, last = one
                things.append(Lines(meant.leaves[leaf], x, y, first, last))
            elif type(one) is Coded:
                value, x, y, width, height = one
                things.append(Coded(meant.symbols[value], x, y, width, height))
            else:
                things.append(one)  # type: ignore[arg-type]
        if things:
            layers.append(Layer(tuple(things), within if within < 0 else meant.leaves[within], pictures))
    # Pages draw what varies last.
    check_order(layers, leaves, sets)
    return Laid(sketch.kind, tuple(layers), tuple([meant.named[number] for number in sketch.named]))
