"""What is fixed on pages: frames, drawings and texts that letters of a shape have in common."""

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.press.painting import Form
from pipelines.press.recent import Recent
from pipelines.press.recurring import Bounds, Group, Unit, around, moved
from pipelines.press.setting.galley import Line
from pipelines.press.setting.operators import operators
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.shapes.nodes import Leaf
from pipelines.press.shapes.page_places import on_page
from pipelines.press.shapes.parts import POINTS, Decoration, Picture
from pipelines.press.shapes.pieces import KnownRow
from pipelines.press.shapes.ready import Ready, ruled
from pipelines.press.shapes.things import Drawn, Framed, Laid, Lines, RowFrames, RowTexts
from pipelines.press.written_numbers import number

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
