"""What recurs in a print file becomes a Form XObject the second time it is drawn.

A line of a table, a box of the page, the whole background: the first time it is drawn in place, so
what only one letter has costs no object of its own. Which is which depends on the file alone.
Places are whole thousandths of a point, so that equal ones are equal.
"""

from collections.abc import Sequence
from functools import lru_cache

from pipelines.press.painting import Form
from pipelines.press.shapes.decorations import form
from pipelines.press.written_numbers import place

_FORMS = 1_000
"""How many forms a process keeps: most of a file's were in files before it."""
_form = lru_cache(_FORMS)(form)
Bounds = tuple[float, float, float, float]
_REACH = 6.0
"""Points that glyphs may reach out of their ems, and lines out of their box."""
_SMALL = 48
"""Bytes below which drawing in place is shorter than naming a form."""


class Unit:
    """Something fixed, with its place on the page in thousandths; its own origin is its upper left corner."""

    __slots__ = ("box", "content", "fonts", "forms", "text", "x", "y")

    def __init__(
        self,
        content: bytes,
        x: int,
        y: int,
        box: Bounds,
        fonts: frozenset[str] = frozenset(),
        forms: tuple[Form, ...] = (),
        text: bool = False,
    ) -> None:
        self.content = content
        self.x, self.y = x, y
        self.box = box
        """What it may paint on: left, bottom, right and top in points from its corner."""
        self.fonts, self.forms = fonts, forms
        self.text = text
        """Text operators, which stand in a text object of their own."""

    def bounds(self, dx: int, dy: int) -> Bounds:
        """What it may paint on, moved, and a little more; points."""
        left, bottom, right, top = moved(self.box, self.x + dx, self.y + dy)
        return left - _REACH, bottom - _REACH, right + _REACH, top + _REACH

    def placed(self, dx: int, dy: int) -> bytes:
        """The operators at their place, moved."""
        where = place(self.x + dx, self.y + dy)
        if self.text:
            return b"BT\n1 0 0 1 %b Tm\n%bET\n" % (where, self.content)
        return b"q 1 0 0 1 %b cm\n%b\nQ\n" % (where, self.content)

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
    """Units that stand together: drawn as one form when they recur, else one by one.

    Equal groups draw the same, wherever they stand.
    """

    __slots__ = ("_hash", "_key", "units", "x", "y")

    def __init__(self, units: "Sequence[Unit | Group]", x: int, y: int) -> None:
        self.x, self.y = x, y
        self.units = tuple(units)
        self._key = tuple([(u.content if type(u) is Unit else u, u.x - x, u.y - y) for u in units])
        # Reckoned once: it is looked up for every page.
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Group) and self._key == other._key)

    def bounds(self, dx: int, dy: int) -> Bounds:
        """What it may paint on, moved; points."""
        return around([unit.bounds(dx, dy) for unit in self.units])

    def draw(
        self, file: Recurrence, forms: dict[str, Form], fonts: set[str], dx: int = 0, dy: int = 0
    ) -> bytes:
        """Operators that draw the group at its place, moved; notes the forms and fonts that they name."""
        if len(self.units) < 2:
            # One thing recurs by itself.
            return self._each(file, forms, fonts, dx, dy)
        made = file.form(self)
        if made is None and file.again(self):
            inner: dict[str, Form] = {}
            own: set[str] = set()
            content = self._each(file, inner, own, -self.x, -self.y)
            made = _form(content, self.bounds(-self.x, -self.y), frozenset(own), tuple(inner.values()))
            file.keep(self, made)
        if made is None:
            return self._each(file, forms, fonts, dx, dy)
        forms[made.name] = made
        return called(made, self.x + dx, self.y + dy)

    def _each(self, file: Recurrence, forms: dict[str, Form], fonts: set[str], dx: int, dy: int) -> bytes:
        out = []
        for unit in self.units:
            if isinstance(unit, Group):
                out.append(unit.draw(file, forms, fonts, dx, dy))
                continue
            content = unit.content
            made = file.form(content)
            if made is None and len(content) > _SMALL and file.again(content):
                box = unit.bounds(-unit.x, -unit.y)
                made = file.keep(content, _form(unit.alone(), box, unit.fonts, unit.forms))
            if made is not None:
                forms[made.name] = made
                out.append(called(made, unit.x + dx, unit.y + dy))
                continue
            for one in unit.forms:
                forms[one.name] = one
            fonts |= unit.fonts
            out.append(unit.placed(dx, dy))
        return b"".join(out)


def moved(box: Bounds, x: int, y: int) -> Bounds:
    """The box so many thousandths of a point further right and up."""
    right, up = x / 1000, y / 1000
    return right + box[0], up + box[1], right + box[2], up + box[3]


def around(boxes: Sequence[Bounds]) -> Bounds:
    """What has all of the boxes in it; nothing has a corner alone."""
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return round(min(lefts), 2), round(min(bottoms), 2), round(max(rights), 2), round(max(tops), 2)


def called(made: Form, x: int, y: int) -> bytes:
    """Operators that draw a form at a place."""
    name = made.name.encode()
    if not (x or y):
        return b"/%b Do\n" % name
    return b"q 1 0 0 1 %b cm /%b Do Q\n" % (place(x, y), name)
