"""Set blocks made ready for stamping: with their operators, and what they weigh in a shape."""

from collections.abc import Callable, Sequence
from functools import partial

from pipelines.press.recent import Recent
from pipelines.press.setting.content import Atom, Break, Item, Span, Text
from pipelines.press.setting.galley import Line, SetBlock
from pipelines.press.setting.operators import operators, rules
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import SpanStyle
from pipelines.press.setting.style import Unfollowed as Unset
from pipelines.press.setting.usual import Spot
from pipelines.press.shapes.markup import Said
from pipelines.press.shapes.nodes import Nested, Wording, Words
from pipelines.press.shapes.parts import Unfollowed

KEPT = 15_000
"""Blocks that a worker keeps in mind; about 1 kB each."""
WORDINGS = 5_000
"""Wordings whose short way a worker keeps in mind; layouts have some dozens."""

Ready = SetBlock
"""A block of lines with its operators."""


_Way = Callable[[Sequence[str]], SetBlock | None]


class Typesetter:
    """Sets blocks, and keeps them."""

    def __init__(self, setter: Setter) -> None:
        self._setter = setter
        self._kept: Recent[tuple[Wording, tuple[str, ...]], Ready] = Recent(KEPT)
        self._short: dict[Wording, _Way | None] = {}

    def set(self, wording: Wording, values: tuple[str, ...]) -> Ready:
        """The wording with its values, set. Raises Unfollowed."""
        key = (wording, values)
        ready = self._kept.get(key)
        if ready is None:
            ready = self._kept.keep(key, self._set(wording, values))
        return ready

    def _set(self, wording: Wording, values: tuple[str, ...]) -> Ready:
        way = self._short[wording] if wording in self._short else self._short_way(wording)
        if way is not None:
            quickly = way(values)
            if quickly is not None:
                return quickly
        made = self._setter.set(wording.block, wording.items(values))
        if isinstance(made, Unset):
            raise Unfollowed(made.reason)
        return made

    def _short_way(self, wording: Wording) -> "_Way | None":
        """What sets a wording quickly, if anything does."""
        if len(self._short) >= WORDINGS:
            self._short.clear()
        self._short[wording] = found = self._way(wording)
        return found

    def _way(self, wording: Wording) -> "_Way | None":
        recipe = wording.recipe
        if len(recipe) == 1 and isinstance(words := recipe[0], Words):
            return partial(_single, words.said, self._setter.single(wording.block, words.style))
        if wording.tight:
            return None
        spots: list[Spot] = []
        items: list[Item] = []
        for number, item in enumerate(recipe):
            if isinstance(item, Atom) or not _spots(item, (), number, spots):
                return None
            match item:
                case Words():
                    items.append(Text(item.style, ""))
                case Nested():
                    items.append(Span(item.style, ()))
                case Break():
                    items.append(item)
        return self._setter.filled(wording.block, spots, tuple(items))


def _single(said: Said, setting: Callable[[str], SetBlock | None], values: Sequence[str]) -> SetBlock | None:
    return setting("".join([part if isinstance(part, str) else values[part] for part in said]))


def _spots(
    item: Words | Nested | Break | Atom, spans: tuple[SpanStyle, ...], number: int, spots: list[Spot]
) -> bool:
    """Appends the texts and breaks of an item; tells whether it has nothing else."""
    if isinstance(item, Words):
        spots.append(Spot(spans, item.style, item.said, number))
    elif isinstance(item, Break):
        spots.append(Spot(spans, item.style, None, number))
    elif isinstance(item, Nested):
        return bool(item.recipe) and all(
            _spots(one, (*spans, item.style), number, spots) for one in item.recipe
        )
    else:
        return False
    return True


def ruled(lines: Sequence[Line]) -> bytes:
    """Texts with the lines under and through them, under `1 0 0 1 X Y cm` of their block's corner."""
    parts = (rules(lines, True), b"BT", operators(lines), b"ET", rules(lines, False))
    return b"\n".join([part for part in parts if part])
