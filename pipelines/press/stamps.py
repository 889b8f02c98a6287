"""Pages of a shape as bytes: what never varies, made once, and where each letter's own text goes."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from operator import itemgetter
from typing import NamedTuple

from pipelines.press import codes
from pipelines.press.geometry import A4
from pipelines.press.marking import SymbolSlot
from pipelines.press.painting import Form, StampedPage
from pipelines.press.recent import Recent
from pipelines.press.recurring import Bounds, Group, Recurrence, Unit, around, moved
from pipelines.press.setting.galley import Line
from pipelines.press.setting.operators import operators
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.shapes.nodes import Leaf, Node, Says
from pipelines.press.shapes.parts import POINTS, Decoration, Picture
from pipelines.press.shapes.pieces import KnownRow
from pipelines.press.shapes.ready import Ready, Shown, at, form_at, on_page, ruled, ruled_at
from pipelines.press.shapes.running import Margin
from pipelines.press.shapes.things import Coded, Drawn, Framed, Laid, Lines, RowFrames, RowTexts
from pipelines.press.written_numbers import number

TOP = A4.top
BACKGROUNDS = 1_000
ROWS = 2_000
"""Rows whose frames and fixed texts it keeps in mind."""
CONTENTS = 20_000
"""Fixed texts and frames that a worker keeps in mind; some 0.3 kB each, those of whole rows 1 kB."""
_SCALE = number(POINTS).encode()


class _Content(NamedTuple):
    """What a fixed thing draws, wherever it stands."""

    kept: object
    """What it was made of, kept so that nothing else gets its number."""
    operators: bytes
    """Empty when it draws nothing."""
    box: Bounds
    fonts: frozenset[str]
    forms: tuple[Form, ...]
    text: bool


class Backgrounds:
    """The backgrounds of pages that a worker has met; most shapes share them with others."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[object, ...], Group] = Recent(BACKGROUNDS)
        self._contents: Recent[tuple[object, ...], _Content] = Recent(CONTENTS)
        # With the row itself, so that nothing else gets its number.
        self._rows: Recent[tuple[int, bool], tuple[KnownRow, _Content]] = Recent(ROWS)

    def of(self, page: Laid, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> Group:
        """All that a page has in common with the pages of its shape."""
        layers = [units for layer in page.layers if (units := self._units(layer.things, leaves, sets))]
        key = tuple([tuple([(u.content, u.x, u.y, u.box) for u in units]) for units in layers])
        group = self._kept.get(key)
        if group is None:
            groups = [Group(units, units[0].x, units[0].y) for units in layers]
            group = self._kept.keep(key, Group(groups, 0, 0))
        return group

    def _units(self, things: Sequence[object], leaves: Sequence[Leaf], sets: Sequence[Ready]) -> list[Unit]:
        units = []
        for thing in things:
            if type(thing) is Lines:
                if leaves[thing.leaf].slots:
                    continue
                content = self._lines(sets[thing.leaf], thing.first, thing.last)
                if not content.operators:
                    continue
            elif type(thing) is Framed:
                content = self._frame(thing.decoration, thing.height)
            elif type(thing) is Drawn:
                content = self._picture(thing.picture)
            elif type(thing) is RowFrames:
                content = self._row_frames(thing.row)
            elif type(thing) is RowTexts and thing.lines is thing.row.fixed:
                content = self._row_texts(thing.row, thing.leaf, sets)
                if not content.operators:
                    continue
            else:
                continue
            units.append(_unit(content, *on_page(thing.x, thing.y)))
        return units

    def _row_frames(self, row: KnownRow) -> _Content:
        """The frames of a row: one thing, since rows of many cells have them in common with others."""
        found = self._rows.get((id(row), True))
        if found is None:
            drawn = [(self._frame(frame, height), x, y) for frame, x, y, height in row.frames]
            found = self._rows.keep((id(row), True), (row, self._together(drawn)))
        return found[1]

    def _row_texts(self, row: KnownRow, first_leaf: int, sets: Sequence[Ready]) -> _Content:
        """The texts that a row has in all letters: one thing too."""
        found = self._rows.get((id(row), False))
        if found is None:
            lines = row.fixed.lines
            drawn = [(self._lines(sets[first_leaf + leaf], 0, count), x, y) for leaf, x, y, count in lines]
            found = self._rows.keep((id(row), False), (row, self._together(drawn)))
        return found[1]

    def _together(self, drawn: Sequence[tuple[_Content, float, float]]) -> _Content:
        """Things by their places right of and below a corner, px, as one."""
        key = tuple([(id(content), x, y) for content, x, y in drawn])
        found = self._contents.get(key)
        if found is None:
            contents = [content for content, _, _ in drawn]
            units = [
                _unit(content, round(x * POINTS * 1000), round(-y * POINTS * 1000))
                for content, x, y in drawn
                if content.operators
            ]
            shown = b"".join([unit.placed(0, 0) for unit in units]).removesuffix(b"\n")
            boxes = [moved(unit.box, unit.x, unit.y) for unit in units]
            fonts = frozenset[str]().union(*[unit.fonts for unit in units])
            made = _Content(contents, shown, around(boxes), fonts, (), False)
            found = self._contents.keep(key, made)
        return found

    def _lines(self, ready: Ready, first: int, last: int) -> _Content:
        key = (id(ready), first, last)
        found = self._contents.get(key)
        if found is None:
            lines = ready.lines[first:last]
            if ready.ruled:
                shown = ruled(lines)
            elif first == 0 and last == len(ready.lines):
                shown = ready.operators
            else:
                shown = operators(lines)
            made = _Content(ready, shown, _ems(lines), ready.fonts, (), not ready.ruled)
            found = self._contents.keep(key, made)
        return found

    def _frame(self, decoration: Decoration, height: float) -> _Content:
        key = (id(decoration), height, -1.0)
        found = self._contents.get(key)
        if found is None:
            drawn = b"%b 0 0 -%b 0 0 cm\n%b" % (_SCALE, _SCALE, decoration.operators(height))
            made = _Content(decoration, drawn, _below(decoration.width, height), frozenset(), (), False)
            found = self._contents.keep(key, made)
        return found

    def _picture(self, picture: Picture) -> _Content:
        key = (id(picture), 0.0, -2.0)
        found = self._contents.get(key)
        if found is None:
            drawn = b"/%b Do" % picture.form.name.encode()
            box = _below(picture.width, picture.height)
            made = _Content(picture, drawn, box, frozenset(), (picture.form,), False)
            found = self._contents.keep(key, made)
        return found


def _unit(content: _Content, x: int, y: int) -> Unit:
    _, shown, box, fonts, forms, text = content
    return Unit(shown, x, y, box, fonts, forms, text)


class ShapePage:
    """One page of a shape.

    `places` has where each varying leaf stands among those of a letter; `sets` are the leaves of one
    of the letters: those of the others are of the same kinds.
    """

    __slots__ = (
        "_background",
        "_codes",
        "_fonts",
        "_form",
        "_picked",
        "_places",
        "_texts",
        "kind",
        "strings",
    )
    _picked: Callable[[Sequence[bytes]], tuple[bytes, ...]] | None
    """Takes the texts of this page from a letter's, when all are whole and there are several."""

    def __init__(
        self,
        page: Laid,
        leaves: Sequence[Leaf],
        sets: Sequence[Ready],
        backgrounds: Backgrounds,
        places: Mapping[int, int],
    ) -> None:
        self.kind = page.kind
        self.strings = _telling(page.strings)
        self._background = backgrounds.of(page, leaves, sets)
        self._codes: list[tuple[int, tuple[float, float, float, float]]] = []
        texts: list[tuple[float, float, int, int, int]] = []
        parted = False
        for layer in page.layers:
            for thing in layer.things:
                if type(thing) is Lines:
                    leaf, x, y, first, last = thing
                    if leaves[leaf].slots:
                        whole = first == 0 and last == len(sets[leaf].lines)
                        parted = parted or not whole
                        texts.append((x, y, leaf, first, -1 if whole else last))
                elif type(thing) is RowTexts:
                    row, lines, leaf, x, y = thing
                    if lines is row.varying:
                        texts += [(x + dx, y + dy, leaf + one, 0, -1) for one, dx, dy, _ in lines.lines]
                elif type(thing) is Coded:
                    left, bottom = thing.x * POINTS, TOP - (thing.y + thing.height) * POINTS
                    size = (left, bottom, thing.width * POINTS, thing.height * POINTS)
                    self._codes.append((thing.value, size))
        said = [sets[leaf] for _, _, leaf, _, _ in texts]
        self._fonts = frozenset[str]().union(*[block.fonts for block in said])
        self._form: bytes | None = None
        self._texts: list[tuple[bytes, int, int]] = []
        """Where each text stands, and which lines of it, unless all are whole."""
        if parted or any(block.ruled for block in said):
            self._texts = [(at(x, y), first, last) for x, y, _, first, last in texts]
        else:
            texts = [text for text, block in zip(texts, said, strict=True) if block.fonts]
            self._form = b"BT\n" + form_at([(x, y) for x, y, *_ in texts]) if texts else b""
        self._find([places[leaf] for _, _, leaf, _, _ in texts])

    def moved(self, first_value: int, first_place: int) -> "ShapePage":
        """The page in a letter whose values, and varying leaves, are counted from others."""
        if not (first_value or first_place):
            return self
        page = copy(self)
        page._codes = [(value + first_value, size) for value, size in self._codes]
        page.strings = tuple([node.saying(first_value) for node in self.strings])
        page._find([place + first_place for place in self._places])
        return page

    def _find(self, places: list[int]) -> None:
        """Takes down where its texts stand among those of a letter."""
        self._places = places
        self._picked = itemgetter(*places) if self._form and len(places) > 1 else None

    def stamped(
        self,
        blocks: Sequence[Shown],
        operators: Sequence[bytes],
        values: Sequence[str | SymbolSlot],
        margin: Margin,
        file: Recurrence,
    ) -> StampedPage:
        """The page of a letter with these blocks, of which `operators` are the texts."""
        forms: dict[str, Form] = {}
        fonts: set[str] = set()
        out = [self._background.draw(file, forms, fonts)]
        if self._form is None:
            texts = self._one_by_one(blocks, out)
        elif self._picked is not None:
            texts = self._form % self._picked(operators)
        else:
            texts = self._form % tuple([operators[place] for place in self._places])
        if margin.drawn:
            out.append(margin.drawn)
        if texts or margin.texts:
            out += [texts or b"BT\n", margin.texts, b"ET\n"]
        for value, (x, y, width, height) in self._codes:
            slot = values[value]
            assert isinstance(slot, SymbolSlot)
            kind: codes.Kind = slot.kind  # type: ignore[assignment]
            out.append(codes.symbol(kind, slot.payload).operators(x, y, width, height))
        used = self._fonts.union(fonts, margin.fonts)
        return StampedPage(b"".join(out), used, tuple(forms.values()))

    def _one_by_one(self, blocks: Sequence[Shown], out: list[bytes]) -> bytes:
        """The texts, ruled or divided ones among them; what stands outside of text objects goes to `out`."""
        texts = []
        for (where, first, last), place in zip(self._texts, self._places, strict=True):
            block = blocks[place].block()
            lines = block.lines if last < 0 else block.lines[first:last]
            if block.ruled:
                out.append(ruled_at(where, lines))
                continue
            shown = block.operators if last < 0 else operators(lines) + b"\n"
            if shown:
                texts += [where, shown]
        return b"".join([b"BT\n", *texts]) if texts else b""


def _telling(nodes: Sequence[Node | Says]) -> tuple[Node | Says, ...]:
    """Those of the nodes that are the first or the last to say a name: a page needs no others."""
    if len(nodes) < 3:
        return tuple(nodes)
    said = [(name, at) for at, node in enumerate(nodes) for name, _ in node.strings]
    kept = {*dict(said).values(), *dict(reversed(said)).values()}
    return tuple([nodes[at] for at in sorted(kept)])


def _ems(lines: Sequence[Line]) -> Bounds:
    """Where the glyphs of lines may be: an em above and below their baselines."""
    pieces = [p for line in lines for p in line.pieces]
    if not pieces:
        return _below(0.0, 0.0)
    sizes = [p.style.size / PANGO_SCALE * POINTS for p in pieces]
    return (
        min(p.x for p in pieces) * POINTS,
        min(-p.baseline * POINTS - size for p, size in zip(pieces, sizes, strict=True)),
        max(p.x + p.width for p in pieces) * POINTS,
        max(-p.baseline * POINTS + size for p, size in zip(pieces, sizes, strict=True)),
    )


def _below(width: float, height: float) -> Bounds:
    """A box of that size in px below and right of its corner."""
    return 0.0, -height * POINTS, width * POINTS, 0.0
