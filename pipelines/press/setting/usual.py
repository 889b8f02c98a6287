"""Usual blocks, set by a short way: plain words in plain styles, whose lines plainly fit or do not.

What comes out is what `Setter`'s own way gives, line by line; only the way differs. Widths add up
from words, a line is filled by looking for its end among their sums, and wherever the two ways
could come apart - spacing, justified lines, a line that fits by a hair, boxes among the letters -
this one gives up, and the block is set by the other.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pipelines.press.setting.content import Break, Item, Span, Text
from pipelines.press.setting.filling import Unusual
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.plans import Plan, plan_of
from pipelines.press.setting.rows import Rows
from pipelines.press.setting.runs import Place, Runs
from pipelines.press.setting.single import paragraphs, set_text
from pipelines.press.setting.slots import Slot, Slots
from pipelines.press.setting.standing import standing
from pipelines.press.setting.style import BlockStyle, CannotFollow, SpanStyle, TextStyle
from pipelines.press.setting.words import Words

_DEEPEST = 4


class Spot(NamedTuple):
    """A text of a block before its values are known, or a line break."""

    spans: tuple[SpanStyle, ...]
    """The elements on the line that it is in, from the outside."""
    style: TextStyle
    said: tuple[str | int, ...] | None
    """Fixed texts and numbers of values; None for a line break."""
    number: int
    """Which of the block's items it is in."""


class Usual:
    """Sets usual blocks. `words` gives a style's words by script, or None."""

    def __init__(self, words: Callable[[TextStyle, str], Words | None]) -> None:
        self._slots = Slots(words)

    def set(self, block: BlockStyle, items: tuple[Item, ...]) -> SetBlock | None:
        """The block's lines; None when it is not a usual one."""
        if len(items) == 1 and type(item := items[0]) is Text:
            return self.single(block, item.style)(item.text)
        spots: list[Spot] = []
        way = self.filled(block, spots, items) if _spread(items, (), None, spots) else None
        return way(()) if way is not None else None

    def single(self, block: BlockStyle, style: TextStyle) -> Callable[[str], SetBlock | None]:
        """What sets blocks that hold one text, like `set`."""
        slot = self._slots[block, (), style]
        return partial(_single, slot) if slot is not None else _never

    def plan(self, block: BlockStyle, spots: Sequence[Spot]) -> Plan | None:
        """How blocks of these spots are set many at a time, when they can be."""
        places = self._places(block, spots)
        return plan_of(places) if places else None

    def filled(
        self, block: BlockStyle, spots: Sequence[Spot], items: tuple[Item, ...]
    ) -> "Callable[[Sequence[str]], SetBlock | None] | None":
        """What sets blocks of these spots, like `set`, by their values; None when they are not usual ones.

        `items` are the block's items, whatever their texts.
        """
        places = self._places(block, spots)
        return partial(_filled, Runs(places), items) if places else None

    def _places(self, block: BlockStyle, spots: Sequence[Spot]) -> list[Place] | None:
        """The slots of these spots; None when one is not usual."""
        places: list[Place] = []
        for spans, style, said, number in spots:
            slot = self._slots[block, spans, style]
            if slot is None or len(spans) > _DEEPEST:
                return None
            places.append((slot, said, number, not spans))
        return places


def _spread(
    items: tuple[Item, ...], spans: tuple[SpanStyle, ...], within: int | None, spots: list[Spot]
) -> bool:
    """Appends the texts and breaks of items; tells whether there is nothing else in them.

    `within` is the number of the block's item that they are in.
    """
    for index, item in enumerate(items):
        number = index if within is None else within
        if type(item) is Text:
            if item.text:
                spots.append(Spot(spans, item.style, (item.text,), number))
        elif type(item) is Break:
            spots.append(Spot(spans, item.style, None, number))
        elif type(item) is Span:
            count = len(spots)
            if not _spread(item.items, (*spans, item.style), number, spots) or len(spots) == count:
                return False
        else:
            return False
    return True


def _single(slot: Slot, text: str) -> SetBlock | None:
    try:
        return set_text(slot, text)
    except (Unusual, CannotFollow):
        return None


def _filled(runs_of: Runs, items: tuple[Item, ...], values: Sequence[str]) -> SetBlock | None:
    """The lines of items with these values; None where that is not sure."""
    said = tuple(values)
    try:
        runs = runs_of(said)
        if not runs:
            return None
        slot, text, number, spelling = runs[0]
        if len(runs) == 1 and type(items[number]) is Text:
            return paragraphs(slot, text, spelling, said)
        return standing(runs) or Rows(items, runs, said).set()
    except (Unusual, CannotFollow):
        # What cannot be followed at all, the other way finds too, and says so.
        return None


def _never(_text: str) -> None:
    return None
