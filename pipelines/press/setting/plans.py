"""Plans: what is known of a wording's lines before its values are.

Texts stand side by side until a `<br>`, a newline that counts, or the end of the line's room. Which texts
there are, in which styles, and which newlines are in all letters, is worked out once; `bulk` does the rest
for many letters at a time.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from pipelines.press.setting.filling import Unusual
from pipelines.press.setting.galley import Line
from pipelines.press.setting.operators import shape_of, thousandths_of
from pipelines.press.setting.runs import Place, Run, runs_of
from pipelines.press.setting.slots import Slot
from pipelines.press.setting.spelling import FIRST_SIGN, SIGN
from pipelines.press.setting.style import CannotFollow

_WIDEST = 20_000.0
"""px; the widest block whose texts are set in bulk, unless it has no width at all."""
_FARTHEST = 20_000_000
"""The same for a line, in Pango units."""
_MOST_VALUES = 1_000
_KEEPS_NEWLINES = frozenset(("pre", "pre-line"))

Said = tuple[str | int, ...]
"""What a text says: fixed texts, and numbers of values."""


class Planned(NamedTuple):
    """A text of a plan."""

    slot: Slot
    pattern: str
    """For the `%` operator; empty for a value alone."""
    numbers: tuple[int, ...]
    """Those of its values."""
    down: int
    """How many lines it is below the text before."""
    leaves: bool
    """Whether it may go to the next line as a whole, behind a text that ends in a blank."""
    bare: bool
    """Whether no element is round it: then a line may end before its first blank."""


class Texts(NamedTuple):
    """The texts of many blocks, block after block."""

    said: list[str]
    spots: list[int]
    """Which text of the plan each is, or is a part of."""
    downs: list[int]
    """How many lines each is below the one before."""
    counts: list[int]
    """How many texts each block has."""


class Plan:
    """The texts of a wording, and the lines that they stand on."""

    def __init__(self, texts: Sequence[Planned], rows: Sequence[tuple[float, float]], ruled: bool) -> None:
        """`rows` has how far each known line reaches above and below its baseline, px."""
        self.planned = tuple(texts)
        self.slots = tuple([text.slot for text in texts])
        self.downs = [text.down for text in texts]
        self.frame = frame = self.slots[0].frame
        self.limit = min(frame.limit, _FARTHEST)
        """The widest that a line may be, in Pango units."""
        last = frame.factors[True] or 0.0
        self.factors = last if frame.factors[False] is None else frame.factors[False], last
        """The part of its free space that stands left of a line, of last lines behind."""
        simple = all(slot.simple for slot in self.slots)
        self.keeps = not simple
        """Whether blanks stay as they are."""
        self.even = len({*rows, *[(slot.above, slot.below) for slot in self.slots]}) == 1
        """Whether its lines are as high as each other whatever stands on them."""
        wraps = simple and frame.sure and all(slot.face.wraps for slot in self.slots)
        self.flows = wraps and self.even and frame.factors[False] is not None
        """Whether a line that is too long may be broken."""
        self._divided = [
            bool(text.numbers) and text.slot.face.style.white_space in _KEEPS_NEWLINES for text in texts
        ]
        self.fonts = frozenset([slot.face.style.font for slot in self.slots])
        self.ruled = ruled
        self._rows = list(rows)
        self._lines: list[Line] = []
        self._heights: list[int] = []
        self._shapes: dict[int, tuple[object, ...]] = {}
        self.lines(len(rows))

    def lines(self, count: int) -> list[Line]:
        """The first lines, without what stands on them; `even` plans may have more than were known."""
        while len(self._lines) < count:
            above, below = self._rows[min(len(self._lines), len(self._rows) - 1)]
            top = self._lines[-1].top + self._lines[-1].height if self._lines else 0.0
            self._lines.append(Line(top, above + below, top + above, (), ()))
            self._heights.append(-thousandths_of(top + above))
        return self._lines[:count]

    def heights(self, count: int) -> list[int]:
        """How high the baselines of at least so many lines are over the block's top, in thousandths."""
        self.lines(count)
        return self._heights

    def shape(self, count: int) -> tuple[object, ...]:
        """What places in a letter depend on, for a block of so many lines."""
        shape = self._shapes.get(count)
        if shape is None:
            shape = self._shapes[count] = shape_of(self.lines(count))
        return shape

    def texts(self, values: Sequence[Sequence[str]]) -> Texts:
        """The texts of many blocks; `values` has a column for each value."""
        count, size = len(values[0]), len(self.planned)
        columns: list[Iterable[str]] = []
        divided = False
        for (_, pattern, numbers, *_), divides in zip(self.planned, self._divided, strict=True):
            column: Iterable[str]
            if not pattern:
                column = values[numbers[0]]
            elif not numbers:
                column = [pattern] * count
            else:
                column = map(pattern.__mod__, zip(*[values[n] for n in numbers], strict=True))
            columns.append(column)
            if divides and not divided:
                divided = any("\n" in value for number in numbers for value in values[number])
        said = list(columns[0]) if size == 1 else list(chain.from_iterable(zip(*columns, strict=True)))
        if divided:
            return self._parted(said)
        return Texts(said, [*range(size)] * count, self.downs * count, [size] * count)

    def _parted(self, said: Sequence[str]) -> Texts:
        """The texts divided at newlines that count. What has no line of its own makes its block unsound."""
        found = Texts([], [], [], [])
        size = len(self.planned)
        for begin in range(0, len(said), size):
            before = len(found.said)
            down = 0
            for spot, text in enumerate(said[begin : begin + size]):
                down += self.downs[spot]
                if "\n" not in text or not self._divided[spot]:
                    found.said.append(text)
                    found.spots.append(spot)
                    found.downs.append(down)
                    down = 0
                    continue
                slot = self.slots[spot]
                hollow = self.even and slot.around == (slot.above, slot.below)
                for number, part in enumerate(text.split("\n")):
                    down += number > 0
                    if part or not hollow or len(found.said) == before:
                        found.said.append(part if self.even else "")
                        found.spots.append(spot)
                        found.downs.append(down)
                        down = 0
            if down:
                # A newline at the end.
                found.said[-1] = ""
            found.counts.append(len(found.said) - before)
        return found


def plan_of(places: Sequence[Place]) -> Plan | None:
    """The plan of these texts; None when more than their pairs decides how they stand."""
    frame = places[0][0].frame
    bare = len(places) == 1 and places[0][3]
    if frame.factors[True] is None or not (frame.sure or bare) or _WIDEST < frame.width < float("inf"):
        return None
    for slot, said, _, _ in places:
        kept = bare and not slot.face.collapses and slot.face.style.text_transform == "none"
        if said is not None and not (slot.simple or kept):
            return None
    runs = _runs(list(places))
    if runs is None:
        return None
    items = [number for _, _, number, _ in runs]
    single = {number for _, _, number, outside in places if outside}
    texts: list[Planned] = []
    rows: list[list[tuple[float, float]]] = [[]]
    down = 0
    for slot, text, number, _ in runs:
        style = slot.face.style
        parts = text.split("\n") if style.white_space in _KEEPS_NEWLINES else [text]
        alone = items.count(number) == 1 and frame.breaks_between
        leaves = alone and style.white_space not in _KEEPS_NEWLINES and not style.breaks_words
        for at, part in enumerate(parts):
            if at:
                rows.append([])
                down += 1
            if part:
                if part.isspace() or (down and not texts):
                    return None
                texts.append(Planned(slot, *_pattern(part), down, leaves, number in single))
                down = 0
            if part or not text:
                rows[-1].append((slot.above, slot.below))
            elif at < len(parts) - 1:
                rows[-1].append(slot.around)
        if not text:
            rows.append([])
            down += 1
    if not rows[-1]:
        rows.pop()
    reach = [
        (max([frame.above, *[up for up, _ in row]]), max([frame.below, *[to for _, to in row]]))
        for row in rows
    ]
    if not texts or down > 1:
        return None
    plan = Plan(texts, reach, any(slot.ruled for slot, *_ in runs))
    return plan if plan.even or max(plan.downs) <= 1 else None


def _runs(places: list[Place]) -> list[Run] | None:
    """The texts with their blanks collapsed, and signs for their values."""
    parts = [part for _, said, _, _ in places for part in said or ()]
    count = max([part + 1 for part in parts if isinstance(part, int)], default=0)
    if count > _MOST_VALUES or any(SIGN.search(part) for part in parts if isinstance(part, str)):
        return None
    try:
        return runs_of(places, tuple([chr(FIRST_SIGN + number) for number in range(count)]))
    except (Unusual, CannotFollow):
        return None


def _pattern(text: str) -> tuple[str, tuple[int, ...]]:
    """A text with signs as a `Planned` pattern, and the numbers of its values."""
    signs = SIGN.findall(text)
    numbers = tuple([ord(sign) - FIRST_SIGN for sign in signs])
    if not numbers:
        return text, ()
    return "" if text == signs[0] else SIGN.sub("%s", text.replace("%", "%%")), numbers
