"""Usual blocks, set by a short way: plain words in plain styles, whose lines plainly fit or do not.

What comes out is what `Setter`'s own way gives, line by line; only the way differs. Widths add up
from words, a line is filled by looking for its end among their sums, and wherever the two ways
could come apart - spacing, justified lines, a line that fits by a hair, boxes among the letters -
this one gives up, and the block is set by the other.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pipelines.press.setting.content import Break, Item, Span, Text, collapsed, transformed
from pipelines.press.setting.filling import Unusual
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.rows import Row, beside
from pipelines.press.setting.single import paragraphs, set_text, unruly
from pipelines.press.setting.slots import Run, Slot, Slots
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
        try:
            if len(items) == 1 and type(item := items[0]) is Text:
                slot = self._slots[block, (), item.style]
                return set_text(slot, item.text) if slot is not None else None
            runs: list[Run] = []
            self._flatten(block, items, (), False, None, runs)
            if not runs:
                return None
            slot, text, number = runs[0]
            if len(runs) == 1 and type(items[number]) is Text:
                return paragraphs(slot, text)
            return beside(runs) or Row(items, runs).set()
        except (Unusual, CannotFollow):
            # What cannot be followed at all, the other way finds too, and says so.
            return None

    def single(self, block: BlockStyle, style: TextStyle) -> Callable[[str], SetBlock | None]:
        """What sets blocks that hold one text, like `set`."""
        slot = self._slots[block, (), style]
        return partial(_single, slot) if slot is not None else _never

    def filled(
        self, block: BlockStyle, spots: Sequence[Spot], items: tuple[Item, ...]
    ) -> "Callable[[Sequence[str]], SetBlock | None] | None":
        """What sets blocks of these spots, like `set`, by their values; None when they are not usual ones.

        `items` are the block's items, whatever their texts.
        """
        places: list[_Filling] = []
        for spans, style, said, number in spots:
            if len(spans) > _DEEPEST:
                return None
            slot = self._slots[block, spans, style]
            if slot is None:
                return None
            places.append((slot, said, number, not spans))
        return partial(_filled, places, items) if places else None

    def _flatten(
        self,
        block: BlockStyle,
        items: tuple[Item, ...],
        spans: tuple[SpanStyle, ...],
        blank: bool,
        within: int | None,
        runs: list[Run],
    ) -> bool:
        """Appends the texts of items, with their blanks collapsed; tells whether they end in a blank.

        `within` is the number of the block's item that they are in.
        """
        for index, item in enumerate(items):
            number = index if within is None else within
            if type(item) is Text:
                style, text = item
                if not text:
                    continue
                slot = self._slots[block, spans, style]
                if slot is None:
                    raise Unusual
                if slot.simple and not unruly(text):
                    before, blank = blank, text[-1] == " "
                    if before and text[0] == " ":
                        text = text[1:]
                else:
                    text, blank, _ = collapsed(style, text, blank)
                if not text or (text == " " and not runs and not spans and style.collapses):
                    continue
                if not slot.simple:
                    text = transformed(style, text)
                    if not text:
                        raise Unusual
                runs.append((slot, text, number))
            elif type(item) is Span:
                if len(spans) == _DEEPEST:
                    raise Unusual
                count = len(runs)
                blank = self._flatten(block, item.items, (*spans, item.style), blank, number, runs)
                if len(runs) == count:
                    raise Unusual
            elif type(item) is Break:
                slot = self._slots[block, spans, item.style]
                if slot is None:
                    raise Unusual
                runs.append((slot, "", number))
                blank = False
            else:
                raise Unusual
        return blank


def _single(slot: Slot, text: str) -> SetBlock | None:
    try:
        return set_text(slot, text)
    except (Unusual, CannotFollow):
        return None


_Filling = tuple[Slot, tuple[str | int, ...] | None, int, bool]


def _filled(places: list[_Filling], items: tuple[Item, ...], values: Sequence[str]) -> SetBlock | None:
    """The same as `Usual.set` of the items with their texts; None where that is not sure."""
    runs: list[Run] = []
    blank = False
    for slot, said, number, bare in places:
        if said is None:
            runs.append((slot, "", number))
            blank = False
            continue
        text = "".join([part if type(part) is str else values[part] for part in said])  # type: ignore[index]
        if not text:
            if bare:
                continue
            return None
        style = slot.face.style
        if slot.simple and not unruly(text):
            before, blank = blank, text[-1] == " "
            if before and text[0] == " ":
                text = text[1:]
        else:
            text, blank, _ = collapsed(style, text, blank)
        if not text or (text == " " and not runs and bare and style.collapses):
            if bare:
                continue
            return None
        if not slot.simple:
            text = transformed(style, text)
            if not text:
                return None
        runs.append((slot, text, number))
    if not runs:
        return None
    try:
        slot, text, number = runs[0]
        if len(runs) == 1 and type(items[number]) is Text:
            return paragraphs(slot, text)
        return beside(runs) or Row(items, runs).set()
    except (Unusual, CannotFollow):
        return None


def _never(_text: str) -> None:
    return None
