"""Pages of a shape as bytes: what never varies, made once, and where each letter's own text goes."""

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.press import codes
from pipelines.press.geometry import A4
from pipelines.press.marking import SymbolSlot
from pipelines.press.painting import Form, StampedPage
from pipelines.press.recent import Recent
from pipelines.press.recurring import Bounds, Group, Recurrence, Unit
from pipelines.press.setting.galley import Line
from pipelines.press.setting.operators import operators
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.shapes.nodes import Leaf
from pipelines.press.shapes.parts import POINTS, Decoration, Picture
from pipelines.press.shapes.places import Coded, Drawn, Framed, Laid, Lines
from pipelines.press.shapes.ready import Ready, ruled
from pipelines.press.written_numbers import number, place

TOP = A4.top
BACKGROUNDS = 2_000
CONTENTS = 20_000
"""Fixed texts and frames that a worker keeps in mind; some 0.3 kB each."""
_SCALE = number(POINTS).encode()
_PER_PIXEL = POINTS * 1000
_TOP = TOP * 1000


class _Content(NamedTuple):
    """What a fixed thing draws, wherever it stands."""

    kept: object
    """What it was made of, kept so that nothing else gets its number."""
    operators: bytes
    box: Bounds
    fonts: frozenset[str]
    forms: tuple[Form, ...]
    text: bool


class Backgrounds:
    """The backgrounds of pages that a worker has met; most shapes share them with others."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[object, ...], Group] = Recent(BACKGROUNDS)
        self._contents: Recent[tuple[int, float, float], _Content] = Recent(CONTENTS)

    def of(self, page: Laid, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> Group:
        """All that a page has in common with the pages of its shape."""
        layers = [units for layer in page.layers if (units := self._units(layer.things, leaves, sets))]
        key = tuple([(u.content, u.x, u.y) for units in layers for u in units])
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
            else:
                continue
            _, shown, box, fonts, forms, text = content
            x, y = round(thing.x * _PER_PIXEL), round(_TOP - thing.y * _PER_PIXEL)
            units.append(Unit(shown, x, y, box, fonts, forms, text))
        return units

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


class ShapePage:
    """One page of a shape."""

    __slots__ = ("_background", "_codes", "_texts", "kind", "strings")

    def __init__(
        self, page: Laid, leaves: Sequence[Leaf], sets: Sequence[Ready], backgrounds: Backgrounds
    ) -> None:
        self.kind = page.kind
        self.strings = page.strings
        self._background = backgrounds.of(page, leaves, sets)
        self._texts: list[tuple[bytes, int, int, int]] = []
        self._codes: list[tuple[int, tuple[float, float, float, float]]] = []
        for layer in page.layers:
            for thing in layer.things:
                if type(thing) is Lines:
                    leaf = thing.leaf
                    if leaves[leaf].slots:
                        whole = thing.first == 0 and thing.last == len(sets[leaf].lines)
                        last = -1 if whole else thing.last
                        self._texts.append((_at(thing.x, thing.y), leaf, thing.first, last))
                elif type(thing) is Coded:
                    left, bottom = thing.x * POINTS, TOP - (thing.y + thing.height) * POINTS
                    size = (left, bottom, thing.width * POINTS, thing.height * POINTS)
                    self._codes.append((thing.value, size))

    def stamped(
        self,
        sets: Sequence[Ready],
        values: Sequence[str | SymbolSlot],
        running: Sequence[tuple[float, float, Ready]],
        file: Recurrence,
    ) -> StampedPage:
        """The page of one letter."""
        forms: dict[str, Form] = {}
        fonts: set[str] = set()
        out = [self._background.draw(file, forms, fonts)]
        texts = []
        for where, leaf, first, last in self._texts:
            _, lines, used, shown, _, has_rules = sets[leaf]
            if has_rules:
                out.append(_ruled(where, lines if last < 0 else lines[first:last]))
                fonts |= used
                continue
            if last >= 0:
                shown = operators(lines[first:last]) + b"\n"
            if shown:
                texts += [where, shown]
                fonts |= used
        for x, y, block in running:
            if block.ruled:
                out.append(_ruled(_at(x, y), block.lines))
                fonts |= block.fonts
            elif block.operators:
                texts += [_at(x, y), block.operators]
                fonts |= block.fonts
        if texts:
            out += [b"BT\n", *texts, b"ET\n"]
        for value, (x, y, width, height) in self._codes:
            slot = values[value]
            assert isinstance(slot, SymbolSlot)
            kind: codes.Kind = slot.kind  # type: ignore[assignment]
            out.append(codes.symbol(kind, slot.payload).operators(x, y, width, height))
        return StampedPage(b"".join(out), frozenset(fonts), tuple(forms.values()))


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


def _ruled(where: bytes, lines: Sequence[Line]) -> bytes:
    return b"q %bcm\n%b\nQ\n" % (where.removesuffix(b"Tm\n"), ruled(lines))


def _at(x: float, y: float) -> bytes:
    return b"1 0 0 1 %b Tm\n" % place(round(x * _PER_PIXEL), round(_TOP - y * _PER_PIXEL))
