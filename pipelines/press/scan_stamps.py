"""A form as the scan keeps it: what it paints, measured once, and moved wherever a page draws it."""

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.press import content
from pipelines.press.drawing import Painted, Style
from pipelines.press.geometry import Box

Guard = tuple[Box, list[Painted]]
"""A zone, and what was found in it."""
_MOST_PLACES = 256
_MOST_STYLES = 4096
_MOST_STAMPS = 4096


class Paints(NamedTuple):
    """What a part of a page paints: a text object, or what stands outside of those."""

    zones: tuple[Sequence[Painted], ...]
    """By zone what lies in it, as far as it matters; none at all when nothing does."""
    styles: frozenset[Style]


def together(parts: Sequence[Paints]) -> Paints:
    """What parts paint one after the other."""
    styles = {paints.styles for paints in parts}
    hits = [paints.zones for paints in parts if paints.zones]
    zones: tuple[Sequence[Painted], ...] = ()
    if hits:
        zones = tuple([[thing for painted in zone for thing in painted] for zone in zip(*hits, strict=True)])
    return Paints(zones, styles.pop() if len(styles) == 1 else frozenset[Style]().union(*styles))


_styles: dict[Style, Style] = {}


def one_style(style: Style) -> Style:
    """The same style as the same object each time, so that sets of them compare quickly."""
    if len(_styles) > _MOST_STYLES:
        _styles.clear()
    return _styles.setdefault(style, style)


class Stamp:
    """A form that paints the same whatever the state it is drawn in."""

    __slots__ = ("_items", "_placed", "box", "inner", "styles")

    def __init__(
        self,
        items: Sequence[Painted],
        inner: Sequence[tuple["Stamp", float, float]],
        styles: frozenset[Style],
    ) -> None:
        self._items = tuple(items)
        self.inner = tuple(inner)
        """Stamps that it draws, and how far it moves them."""
        self.styles = frozenset(map(one_style, styles))
        """With those of the stamps inside."""
        boxes = [item.box for item in items]
        boxes += [_moved(one.box, x, y) for one, x, y in inner if one.box is not None]
        self.box: Box | None = content.around(boxes) if boxes else None
        """All that it paints, where its own space is the page's; None when that is nothing."""
        self._placed: dict[tuple[float, float, Box], list[Painted]] = {}

    def reaches(self, x: float, y: float, zones: Sequence[Box]) -> bool:
        """Whether it may paint in one of the zones when it is moved by `x` and `y`."""
        box = self.box
        if box is None:
            return False
        left, right, bottom, top = box.left + x, box.right + x, box.bottom + y, box.top + y
        for zone in zones:
            if left < zone.right and zone.left < right and bottom < zone.top and zone.bottom < top:
                return True
        return False

    def paint(self, x: float, y: float, guards: Sequence[Guard]) -> None:
        """Take down in the zones what it paints there when it is moved by `x` and `y`."""
        box = self.box
        if box is None:
            return
        left, right, bottom, top = box.left + x, box.right + x, box.bottom + y, box.top + y
        for zone, hits in guards:
            if left < zone.right and zone.left < right and bottom < zone.top and zone.bottom < top:
                hits += self._found(x, y, zone)

    def _found(self, x: float, y: float, zone: Box) -> list[Painted]:
        key = (x, y, zone)
        if (known := self._placed.get(key)) is None:
            known = []
            for item in self._items:
                if (box := _moved(item.box, x, y)).meets(zone):
                    across, up = item.origin
                    origin = (across + x, up + y) if item.kind == "text" else item.origin
                    known.append(Painted(item.kind, box, item.text, origin, item.size))
            for one, right, up in self.inner:
                one.paint(x + right, y + up, [(zone, known)])
            if len(self._placed) >= _MOST_PLACES:
                self._placed.clear()
            self._placed[key] = known
        return known


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(box.left + x, box.bottom + y, box.right + x, box.top + y)


Told = tuple[object, ...]
"""All that decides what a form paints."""


class StampMemory:
    """The stamps that this process has scanned: forms that one file has like the other are read once."""

    def __init__(self) -> None:
        self._kept: dict[Told, Stamp] = {}

    def get(self, told: Told) -> Stamp | None:
        """The stamp of a form that paints so, when it is known."""
        return self._kept.get(told)

    def keep(self, told: Told, stamp: Stamp) -> None:
        """Keep a stamp."""
        if len(self._kept) >= _MOST_STAMPS:
            self._kept.clear()
        self._kept[told] = stamp


STAMPS = StampMemory()
"""The one of this process."""
