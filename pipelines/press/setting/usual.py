"""Usual blocks, set by a short way: plain words in plain styles, whose lines plainly fit or do not.

What comes out is what `Setter`'s own way gives, line by line; only the way differs. Widths add up
from words, a line is filled by looking for its end among their sums, and wherever the two ways
could come apart - spacing, justified lines, a line that fits by a hair, boxes among the letters -
this one gives up, and the block is set by the other.
"""

from collections.abc import Callable
from functools import partial

from pipelines.press.setting.content import Break, Item, Span, Text, collapsed, transformed
from pipelines.press.setting.filling import Unusual
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.rows import Row, beside
from pipelines.press.setting.single import paragraphs, set_text, unruly
from pipelines.press.setting.slots import Run, Slot, Slots
from pipelines.press.setting.style import BlockStyle, CannotFollow, SpanStyle, TextStyle
from pipelines.press.setting.words import Words

_DEEPEST = 4


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


def _never(_text: str) -> None:
    return None
