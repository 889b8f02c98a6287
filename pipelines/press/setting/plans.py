"""Plans: the lines of a wording that are known before its values are.

Texts that stand side by side make one line, and one more behind each `<br>`; a single text whose
newlines count makes a line of each part. So it comes out whatever the texts say, as long as they
fit (see `bulk`).
"""

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from pipelines.press.setting.galley import Line, Piece, SetBlock
from pipelines.press.setting.operators import changed, shape_of, thousandths_of
from pipelines.press.setting.slots import Slot
from pipelines.press.setting.style import PANGO_SCALE, TextStyle
from pipelines.press.written_numbers import thousandths

_BEGINS = 2_000
"""Ways to the right that a text keeps; a column of sums has some hundreds."""

_ENDLESS = float("inf")

Said = tuple[str | int, ...]
"""What a text says: fixed texts, and numbers of values."""
Units = int | tuple[int, ...]
"""The advance of a block's only text, or of all, in Pango units."""
Row = tuple[Sequence[tuple[Slot, Said]], Slot | None]
"""The texts of a line, and the break that ends it."""


class Begins(dict[int, bytes]):
    """What stands before a text's glyphs, by its way to the right in thousandths of a point."""

    def __init__(self, before: str, down: int) -> None:
        super().__init__()
        self._before, self._behind = before, f" {thousandths[-down]} Td"

    def __missing__(self, way: int) -> bytes:
        if len(self) >= _BEGINS:
            self.clear()
        said = self[way] = f"{self._before}{thousandths[way]}{self._behind}".encode("ascii")
        return said


class Plan:
    """The lines of a wording, and where on them its texts stand."""

    def __init__(self, rows: Sequence[Row], keeps: bool = False, divided: bool = False) -> None:
        texts = [text for row, _ in rows for text in row]
        self.slots = tuple([slot for slot, _ in texts])
        self.opens = [number == 0 for row, _ in rows for number in range(len(row))]
        """For each text whether it is the first of its line."""
        self.frame = self.slots[0].frame
        self.limit = self.frame.limit
        """The widest that a line may be, in Pango units."""
        self.factor = self.frame.factors[True] or 0.0
        self.keeps = keeps
        """Whether blanks stay as they are."""
        self.divided = divided
        """Whether each part of the one text between newlines is a line."""
        self.fonts = frozenset([slot.face.style.font for slot in self.slots])
        self.ruled = any(slot.ruled for slot in self.slots)
        self._said = [_spoken(said) for _, said in texts]
        self._lines: list[Line] = []
        self._begins: list[Begins] = []
        now: TextStyle | None = None
        for row, ending in rows:
            on_it = [*[slot for slot, _ in row], *([ending] if ending is not None else [])]
            above = max([self.frame.above, *[slot.above for slot in on_it]])
            down = self._add(above, above + max([self.frame.below, *[slot.below for slot in on_it]]))
            for slot, _ in row:
                self._begins.append(Begins(changed(now, slot.face.style), down))
                down, now = 0, slot.face.style
        starts = [number for number, opens in enumerate(self.opens) if opens]
        self._rows = list(pairwise([*starts, len(texts)]))
        self._shape = shape_of(self._lines)

    @classmethod
    def of_text(cls, slot: Slot, said: Said) -> "Plan":
        """The plan of a block that is one text."""
        style = slot.face.style
        return cls([([(slot, said)], None)], not style.collapses, style.white_space in ("pre", "pre-line"))

    def _add(self, above: float, height: float) -> int:
        """Adds a line; tells how far its baseline is below the one before, in thousandths."""
        top = last = 0.0
        if self._lines:
            before = self._lines[-1]
            top, last = before.top + before.height, before.baseline
        self._lines.append(Line(top, height, top + above, (), ()))
        return thousandths_of(top + above) - thousandths_of(last)

    def begin(self, number: int) -> Begins:
        """What stands before the text of that number in a block."""
        while number >= len(self._begins):
            # Only texts that are divided have more than was planned.
            first = self._lines[0]
            self._begins.append(Begins("", self._add(first.baseline, first.height)))
        return self._begins[number]

    def texts(self, values: Sequence[Sequence[str]]) -> tuple[list[str], list[int]]:
        """The texts of many blocks, block after block, and how many each has.

        `values` has a column for each value.
        """
        count = len(values[0])
        columns: list[Iterable[str]] = []
        for form, numbers in self._said:
            if not form:
                columns.append(values[numbers[0]])
            elif not numbers:
                columns.append([form] * count)
            else:
                columns.append(map(form.__mod__, zip(*[values[n] for n in numbers], strict=True)))
        if self.divided:
            parts = [text.split("\n") for text in columns[0]]
            return list(chain.from_iterable(parts)), list(map(len, parts))
        if len(columns) == 1:
            return list(columns[0]), [1] * count
        return list(chain.from_iterable(zip(*columns, strict=True))), [len(columns)] * count

    def shape(self, texts: int) -> tuple[object, ...]:
        """What places in a letter depend on, for a block of so many texts."""
        if self.divided:
            return shape_of(self._standing(texts))
        return self._shape

    def block(self, values: Sequence[str], advances: Units, operators: bytes) -> SetBlock:
        """One of the blocks, from its values, the advances of its texts, and its operators."""
        if isinstance(advances, int):
            return self._only(self._text(0, values), advances, operators)
        if self.divided:
            texts = self._text(0, values).split("\n")
            rows = [(number, number + 1) for number in range(len(texts))]
        else:
            texts = [self._text(number, values) for number in range(len(self.slots))]
            rows = self._rows
        shown = operators.decode("ascii").split("]TJ\n")
        lines = []
        for line, (first, last) in zip(self._standing(len(texts)), rows, strict=True):
            top, height, baseline, _, _ = line
            free = self.frame.width - sum(advances[first:last]) / PANGO_SCALE
            moved = free * self.factor if 0 < free < _ENDLESS else 0.0
            pieces = []
            at = 0
            for number in range(first, last):
                style = self.slots[0 if self.divided else number].face.style
                width = advances[number] / PANGO_SCALE
                glyphs = _glyphs(shown[number])
                pieces.append(Piece(at / PANGO_SCALE + moved, baseline, style, glyphs, width, texts[number]))
                at += advances[number]
            lines.append(Line(top, height, baseline, tuple(pieces), ()))
        shape = self.shape(len(texts))
        return SetBlock(top + height, tuple(lines), self.fonts, operators, shape, self.ruled)

    def _only(self, text: str, advance: int, operators: bytes) -> SetBlock:
        """A block that is one text; most are, and quicker so."""
        ((_, height, baseline, _, _),) = self._lines
        width = advance / PANGO_SCALE
        free = self.frame.width - width
        x = free * self.factor if 0 < free < _ENDLESS else 0.0
        glyphs = _glyphs(operators[:-4].decode("ascii"))
        piece = Piece(x, baseline, self.slots[0].face.style, glyphs, width, text)
        line = Line(0.0, height, baseline, (piece,), ())
        return SetBlock(height, (line,), self.fonts, operators, self._shape, self.ruled)

    def _text(self, number: int, values: Sequence[str]) -> str:
        form, taken = self._said[number]
        if not form:
            return values[taken[0]]
        return form % tuple([values[n] for n in taken]) if taken else form

    def _standing(self, texts: int) -> list[Line]:
        """The lines of a block of so many texts, without these."""
        if not self.divided:
            return self._lines
        self.begin(texts - 1)
        return self._lines[:texts]


def plan_of(
    rows: Sequence[tuple[Sequence[tuple[Slot | None, Said]], Slot | None]], bare: bool
) -> Plan | None:
    """The plan of these texts, when they are usual and nothing else decides what their lines are.

    `bare` says that it is one text in no element of the line.
    """
    usual: list[Row] = []
    for row, ending in rows:
        texts = [(slot, said) for slot, said in row if slot is not None and _has_ink(said)]
        if not texts or len(texts) < len(row):
            return None
        usual.append((texts, ending))
    slot, said = usual[0][0][0]
    frame = slot.frame
    if frame.factors[True] is None:
        return None
    if bare:
        simple = slot.simple or (not slot.face.collapses and slot.face.style.text_transform == "none")
        return Plan.of_text(slot, said) if simple else None
    if not frame.sure or not all(slot.simple for row, _ in usual for slot, _ in row):
        return None
    return Plan(usual)


def _glyphs(shown: str) -> str:
    """What stands between `[<` and `>]` in a text's operators, before `<>` has been made a blank."""
    glyphs = shown.partition("[<")[2]
    return glyphs[:-1] + "<" if glyphs[-1] == " " else glyphs[:-1]


def _has_ink(said: Said) -> bool:
    return any(isinstance(part, int) or not (part.isspace() or not part) for part in said)


def _spoken(said: Said) -> tuple[str, tuple[int, ...]]:
    """A text as a pattern for the `%` operator, empty for a value alone, and the numbers of its values."""
    numbers = tuple([part for part in said if isinstance(part, int)])
    if len(said) == 1 and numbers:
        return "", numbers
    if not numbers:
        return "".join(map(str, said)), ()
    return "".join(["%s" if isinstance(p, int) else p.replace("%", "%%") for p in said]), numbers
