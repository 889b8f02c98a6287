"""Whether drawing what varies last hides nothing: pages draw what is fixed, then texts, then codes."""

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.press.shapes.nodes import Leaf
from pipelines.press.shapes.paragraphs import ink
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.ready import Ready, wide
from pipelines.press.shapes.things import Coded, Drawn, Framed, Layer, Lines, RowFrames, RowTexts, Thing

_Box = tuple[float, float, float, float]
"""Left, top, right and bottom in px."""
_TOUCH = 0.01
"""px that boxes side by side may have in common."""


class _Band(NamedTuple):
    """A thing that is on the page already, and the height that it takes there."""

    top: float
    bottom: float
    thing: Thing
    leaf: int


def check_order(layers: Sequence[Layer], leaves: Sequence[Leaf], sets: Sequence[Ready]) -> None:
    """Raises Unfollowed where a box, picture, code or underlined text may hide a text or code."""
    if len(layers) == 1 and _only_texts(layers[0], sets):
        return
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
                top, bottom = ink(block.lines[first], block.lines[last - 1], leaves[leaf].wording.recipe)
                band = _Band(y + top, y + bottom, thing, leaf)
                if coded or pictures:
                    _check_over(band, [*coded, *pictures], layer, leaves, sets)
                if block.ruled:
                    _check_over(band, [*texts, *fixed], layer, leaves, sets)
                if not leaves[leaf].slots:
                    _check_over(band, underlined, layer, leaves, sets)
                    fixed.append(band)
                    continue
                texts.append(band)
                if block.ruled:
                    underlined.append(band)
            elif type(thing) is RowTexts:
                band = _Band(thing.y + thing.lines.top, thing.y + thing.lines.bottom, thing, -1)
                if coded or pictures:
                    _check_over(band, [*coded, *pictures], layer, leaves, sets)
                if thing.lines is thing.row.fixed:
                    _check_over(band, underlined, layer, leaves, sets)
                    fixed.append(band)
                else:
                    texts.append(band)
            elif type(thing) is Coded:
                coded.append(_Band(thing.y, thing.y + thing.height, thing, layer.within))
            else:
                y, bottom = _upright(thing)
                band = _Band(y, bottom, thing, -1)
                if texts or coded:
                    _check_over(band, [*texts, *coded], layer, leaves, sets)


def _only_texts(layer: Layer, sets: Sequence[Ready]) -> bool:
    """Whether there are, beside frames, only texts without lines under them: nothing stands over another."""
    if layer.pictures:
        return False
    for thing in layer.things:
        kind = type(thing)
        if kind is Coded or kind is Drawn or (kind is Lines and sets[thing.leaf].ruled):  # type: ignore[union-attr]
            return False
    return True


def _check_over(
    band: _Band, others: list[_Band], layer: Layer, leaves: Sequence[Leaf], sets: Sequence[Ready]
) -> None:
    """Raises Unfollowed when the thing stands over one of the others, of another line than its own."""
    top, bottom = band.top + _TOUCH, band.bottom - _TOUCH
    within = layer.within
    for other in others:
        if other.top < bottom and other.bottom > top and (other.leaf != within or other.leaf < 0):
            if type(other.thing) is RowTexts:
                _check_over(band, _bands(other, leaves, sets), layer, leaves, sets)
            elif type(band.thing) in (RowTexts, RowFrames):
                for part in _bands(band, leaves, sets):
                    _check_over(part, [other], layer, leaves, sets)
            else:
                one, two = _box(band.thing, leaves, sets), _box(other.thing, leaves, sets)
                if min(one[2], two[2]) - max(one[0], two[0]) > _TOUCH:
                    raise Unfollowed("a box, picture, code or underlined text over a text or code")


def _upright(thing: Thing) -> tuple[float, float]:
    """Where it begins and ends."""
    if type(thing) is Framed:
        return thing.y, thing.y + thing.height
    if type(thing) is Drawn:
        return thing.y, thing.y + thing.picture.height
    assert type(thing) is RowFrames
    frames = thing.row.frames
    return thing.y + min([f[2] for f in frames]), thing.y + max([f[2] + f[3] for f in frames])


def _bands(band: _Band, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> list[_Band]:
    """The things of a row, one by one."""
    thing = band.thing
    if type(thing) is RowFrames:
        return [
            _Band(thing.y + y, thing.y + y + height, Framed(decoration, thing.x + x, thing.y + y, height), -1)
            for decoration, x, y, height in thing.row.frames
        ]
    assert type(thing) is RowTexts
    found = []
    for leaf, x, y, count in thing.lines.lines:
        lines = sets[thing.leaf + leaf].lines
        top, bottom = ink(lines[0], lines[-1], leaves[thing.leaf + leaf].wording.recipe)
        one = Lines(thing.leaf + leaf, thing.x + x, thing.y + y, 0, count)
        found.append(_Band(one.y + top, one.y + bottom, one, one.leaf))
    return found


def _box(thing: Thing, leaves: Sequence[Leaf], sets: Sequence[Ready]) -> _Box:
    match thing:
        case Framed(decoration, x, y, height):
            return x, y, x + decoration.width, y + height
        case Drawn(picture, x, y):
            return x, y, x + picture.width, y + picture.height
        case Coded(_, x, y, width, height):
            return x, y, x + width, y + height
        case Lines(leaf, x, y, first, last):
            lines, wording = sets[leaf].lines[first:last], leaves[leaf].wording
            # Letters of the same shape may have longer lines, where lines are wider than their block.
            right = float("inf") if wide(sets[leaf], wording) else x + wording.block.width
            left = x + min(0.0, wording.block.indent)
            return left, y + lines[0].top, right, y + lines[-1].top + lines[-1].height
        case RowFrames() | RowTexts():
            raise AssertionError("things of rows are compared one by one")
