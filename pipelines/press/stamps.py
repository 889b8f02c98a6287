"""Pages of a shape as bytes: what never varies, made once, and where each letter's own text goes.

What recurs in a print file becomes a Form XObject the second time it is drawn: a line of a table,
a box of the page, the whole background. The first time it is drawn in place, so what only one
letter has costs no object of its own. Which is which depends on the file alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.press import codes
from pipelines.press.geometry import A4
from pipelines.press.marking import SymbolSlot
from pipelines.press.painting import Form, StampedPage
from pipelines.press.recent import Recent
from pipelines.press.setting.galley import Line
from pipelines.press.setting.operators import operators
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.shapes.decorations import form
from pipelines.press.shapes.nodes import Leaf
from pipelines.press.shapes.parts import POINTS, Decoration, number
from pipelines.press.shapes.places import Coded, Drawn, Framed, Laid, Lines, Thing
from pipelines.press.shapes.ready import Ready, ruled

TOP = A4.top
Bounds = tuple[float, float, float, float]
_REACH = 6.0
"""Points that glyphs may reach out of their ems, and lines out of their box."""
BACKGROUNDS = 2_000
_SMALL = 48
"""Bytes below which drawing in place is shorter than naming a form."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something fixed, with its place on the page in points; its own origin is its upper left corner."""

    content: bytes
    x: float
    y: float
    fonts: frozenset[str] = frozenset()
    forms: tuple[Form, ...] = ()
    text: bool = False
    """Text operators, which stand in a text object of their own."""
    box: Bounds = (0.0, 0.0, 0.0, 0.0)
    """What it may paint on: left, bottom, right and top in points from its corner."""

    def bounds(self, dx: float, dy: float) -> Bounds:
        """What it may paint on, moved, and a little more."""
        x, y = self.x + dx, self.y + dy
        left, bottom, right, top = self.box
        return x + left - _REACH, y + bottom - _REACH, x + right + _REACH, y + top + _REACH

    def placed(self, dx: float, dy: float) -> bytes:
        """The operators at their place, moved."""
        x, y = number(self.x + dx), number(self.y + dy)
        if self.text:
            return b"BT\n1 0 0 1 %b %b Tm\n%bET\n" % (x, y, self.content)
        return b"q 1 0 0 1 %b %b cm\n%b\nQ\n" % (x, y, self.content)

    def alone(self) -> bytes:
        """The operators at the origin."""
        return b"BT\n%bET\n" % self.content if self.text else self.content


class Recurrence:
    """What a print file has drawn so far."""

    def __init__(self) -> None:
        self._seen: set[object] = set()
        self._forms: dict[object, Form] = {}

    def form(self, key: object) -> Form | None:
        """The form of something drawn before."""
        return self._forms.get(key)

    def again(self, key: object) -> bool:
        """Whether something was drawn before; it is from now on."""
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    def keep(self, key: object, made: Form) -> Form:
        """The form of something that recurs."""
        self._forms[key] = made
        return made


class Group:
    """Units that stand together: drawn as one form when they recur, else one by one."""

    __slots__ = ("key", "units", "x", "y")
    key: bytes
    """What it draws, and where within itself."""

    def __init__(self, units: "Sequence[Unit | Group]", x: float, y: float) -> None:
        self.x, self.y = x, y
        self.units = tuple(units)
        told = [
            (u.key if isinstance(u, Group) else u.content, round(u.x - x, 3), round(u.y - y, 3))
            for u in units
        ]
        self.key = hashlib.sha256(repr(told).encode()).digest()

    def bounds(self, dx: float, dy: float) -> Bounds:
        """What it may paint on, moved."""
        boxes = [unit.bounds(dx, dy) for unit in self.units]
        return (
            round(min(box[0] for box in boxes), 2),
            round(min(box[1] for box in boxes), 2),
            round(max(box[2] for box in boxes), 2),
            round(max(box[3] for box in boxes), 2),
        )

    def draw(
        self, file: Recurrence, forms: dict[str, Form], fonts: set[str], dx: float = 0.0, dy: float = 0.0
    ) -> bytes:
        """Operators that draw the group at its place, moved; notes the forms and fonts that they name."""
        if not self.units:
            return b""
        made = file.form(self.key)
        if made is None and file.again(self.key):
            inner: dict[str, Form] = {}
            own: set[str] = set()
            content = self._each(file, inner, own, -self.x, -self.y)
            made = form(content, self.bounds(-self.x, -self.y), frozenset(own), tuple(inner.values()))
            file.keep(self.key, made)
        if made is None:
            return self._each(file, forms, fonts, dx, dy)
        forms[made.name] = made
        return _call(made, self.x + dx, self.y + dy)

    def _each(self, file: Recurrence, forms: dict[str, Form], fonts: set[str], dx: float, dy: float) -> bytes:
        out = []
        for unit in self.units:
            if isinstance(unit, Group):
                out.append(unit.draw(file, forms, fonts, dx, dy))
                continue
            if len(unit.content) > _SMALL:
                made = file.form(unit.content)
                if made is None and file.again(unit.content):
                    box = unit.bounds(-unit.x, -unit.y)
                    made = file.keep(unit.content, form(unit.alone(), box, unit.fonts, unit.forms))
                if made is not None:
                    forms[made.name] = made
                    out.append(_call(made, unit.x + dx, unit.y + dy))
                    continue
            for one in unit.forms:
                forms[one.name] = one
            fonts |= unit.fonts
            out.append(unit.placed(dx, dy))
        return b"".join(out)


class Backgrounds:
    """The backgrounds of pages that a worker has met; most shapes share them with others."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[object, ...], Group] = Recent(BACKGROUNDS)
        self._frames: Recent[tuple[int, float], tuple[Decoration, bytes]] = Recent(BACKGROUNDS)

    def of(self, page: Laid, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> Group:
        """All that a page has in common with the pages of its shape."""
        layers = [[u for t in layer.things if (u := self._unit(t, leaves, sets))] for layer in page.layers]
        key = tuple([(u.content, u.x, u.y) for units in layers for u in units])
        group = self._kept.get(key)
        if group is None:
            groups = [Group(units, units[0].x, units[0].y) for units in layers if units]
            group = self._kept.keep(key, Group(groups, 0.0, 0.0))
        return group

    def _unit(self, thing: Thing, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> Unit | None:
        if isinstance(thing, Lines):
            if not leaves[thing.leaf].fixed:
                return None
            ready = sets[thing.leaf]
            lines = ready.lines[thing.first : thing.last]
            if ready.ruled:
                shown = ruled(lines)
            elif thing.first == 0 and thing.last == len(ready.lines):
                shown = ready.operators
            else:
                shown = operators(lines)
            if not shown:
                return None
            return Unit(shown, _x(thing.x), _y(thing.y), ready.fonts, (), not ready.ruled, _ems(lines))
        if isinstance(thing, Framed):
            frame = self._frame(thing.decoration, thing.height)
            box = _below(thing.decoration.width, thing.height)
            return Unit(frame, _x(thing.x), _y(thing.y), frozenset(), (), False, box)
        if isinstance(thing, Drawn):
            picture = thing.picture
            drawn = b"/%b Do" % picture.form.name.encode()
            box = _below(picture.width, picture.height)
            return Unit(drawn, _x(thing.x), _y(thing.y), frozenset(), (picture.form,), False, box)
        return None

    def _frame(self, decoration: Decoration, height: float) -> bytes:
        found = self._frames.get((id(decoration), height))
        if found is None:
            content = b"%b 0 0 -%b 0 0 cm\n%b" % (_SCALE, _SCALE, decoration.operators(height))
            # The decoration is kept beside, so that no other gets its number.
            found = self._frames.keep((id(decoration), height), (decoration, content))
        return found[1]


class ShapePage:
    """One page of a shape."""

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
                if isinstance(thing, Lines):
                    if leaves[thing.leaf].fixed:
                        continue
                    whole = thing.first == 0 and thing.last == len(sets[thing.leaf].lines)
                    self._texts.append(
                        (_at(thing.x, thing.y), thing.leaf, thing.first, -1 if whole else thing.last)
                    )
                elif isinstance(thing, Coded):
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
        for place, leaf, first, last in self._texts:
            block = sets[leaf]
            lines = block.lines if last < 0 else block.lines[first:last]
            if block.ruled:
                out.append(_ruled(place, lines))
                fonts |= block.fonts
                continue
            shown = block.operators if last < 0 else operators(lines) + b"\n"
            if shown:
                texts += [place, shown]
                fonts |= block.fonts
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


def _ruled(place: bytes, lines: Sequence[Line]) -> bytes:
    return b"q %bcm\n%b\nQ\n" % (place.removesuffix(b"Tm\n"), ruled(lines))


_SCALE = number(POINTS)


def _call(made: Form, x: float, y: float) -> bytes:
    name = made.name.encode()
    if not (x or y):
        return b"/%b Do\n" % name
    return b"q 1 0 0 1 %b %b cm /%b Do Q\n" % (number(x), number(y), name)


def _x(x: float) -> float:
    return round(x * POINTS, 3)


def _y(y: float) -> float:
    return round(TOP - y * POINTS, 3)


def _at(x: float, y: float) -> bytes:
    return b"1 0 0 1 %b %b Tm\n" % (number(_x(x)), number(_y(y)))
