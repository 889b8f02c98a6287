"""Where texts of one style stand in a block of lines, and what is the same for all texts that do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.press.setting.filling import Face, Unusual
from pipelines.press.setting.style import PANGO_SCALE, WIDEST, BlockStyle, SpanStyle, TextStyle
from pipelines.press.setting.words import Words

_OVER = 1 + 1e-9
"""WeasyPrint's allowance for what floats lose, given once more by each element round a text."""
_SURE = 1e-8, 0.99
"""Where between two Pango units a block's width must end, so that the allowance decides nothing."""
_NO_LIMIT = 2**62
"""Pango units; as wide as wanted."""
_KEPT = 4_000
"""Places of texts kept; layouts have some hundreds."""
_FACTORS = {"start": 0.0, "center": 0.5, "end": 1.0, "justify": None}


class Frame(NamedTuple):
    """A block, as its lines need it."""

    width: float
    limit: int
    """The width in Pango units."""
    sure: bool
    """Whether no allowance decides what fits."""
    above: float
    below: float
    factors: tuple[float | None, float | None]
    """The part of its free space that stands left of a line, of last lines behind; None: justified."""
    breaks_between: bool
    """Whether a line may be broken between its texts."""


@dataclass(slots=True, eq=False)
class Slot:
    """Where texts of one style stand in a block: in the line itself, or in elements on it."""

    frame: Frame
    face: Face
    simple: bool
    """Whether its blanks collapse, and nothing else happens to its letters."""
    around: tuple[float, float]
    """How far the elements round it reach above and below the baseline, px."""
    above: float
    """The same with its own line, px."""
    below: float
    ruled: bool


Place = tuple[BlockStyle, tuple[SpanStyle, ...], TextStyle]


class Slots(dict[Place, Slot | None]):
    """Slots by their places, made when they are asked for; None for those that are not usual.

    `words` gives a style's words by script, or None.
    """

    def __init__(self, words: Callable[[TextStyle, str], Words | None]) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, place: Place) -> Slot | None:
        if len(self) >= _KEPT:
            self.clear()
        slot = self[place] = self._slot(place)
        return slot

    def _slot(self, place: Place) -> Slot | None:
        block, spans, style = place
        frame, face = _frame(block), self._face(style)
        if frame is None or face is None or not (frame.sure or not style.wraps):
            return None
        above, below = frame.above, frame.below
        for span in spans:
            above, below = max(above, span.baseline), max(below, span.line_height - span.baseline)
        around = above, below
        above, below = max(above, style.baseline), max(below, style.line_height - style.baseline)
        simple = style.collapses and style.text_transform == "none"
        ruled = bool(style.decorations)
        return Slot(frame, face, simple, around, above, below, ruled)

    def _face(self, style: TextStyle) -> Face | None:
        if (
            style.visible
            and not style.letter_spacing
            and not style.word_spacing
            and style.white_space != "pre-wrap"
            and (letters := self._words(style, "Latn")) is not None
            and (figures := self._words(style, "Zyyy")) is not None
        ):
            return Face(style, letters, figures, style.wraps, style.collapses)
        return None


def _frame(block: BlockStyle) -> Frame | None:
    if block.indent:
        return None
    limit, sure = _NO_LIMIT, True
    if block.width < WIDEST:
        exact = block.width * _OVER * PANGO_SCALE
        limit = int(exact)
        sure = block.width > 0 and _SURE[0] < exact - limit < _SURE[1]
    return Frame(
        block.width,
        limit,
        sure,
        block.baseline,
        block.line_height - block.baseline,
        (_FACTORS[block.align], _FACTORS[block.align_last]),
        block.white_space not in ("pre", "nowrap"),
    )


Run = tuple[Slot, str, int]
"""A text, and which of the block's items it is in; the text of a line break is empty."""


def aligned(frame: Frame, width: float, last: bool) -> float:
    """How far a line is moved to the right, px."""
    free = frame.width - width
    if free <= 0 or free == float("inf"):
        return 0.0
    factor = frame.factors[last]
    if factor is None:
        raise Unusual
    return free * factor
