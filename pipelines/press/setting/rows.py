"""Usual blocks of several texts: side by side on one line, or filling several."""

from pipelines.press.setting.content import Item, Span, Text
from pipelines.press.setting.filling import SHORT, Face, Part, Unusual, cuts_of, measured, words_of
from pipelines.press.setting.galley import Line, Piece, SetBlock
from pipelines.press.setting.operators import changed, finished, thousandths_of
from pipelines.press.setting.opportunities import may_break
from pipelines.press.setting.slots import Run, Slot, aligned
from pipelines.press.setting.style import PANGO_SCALE, TextStyle
from pipelines.press.written_numbers import thousandths


def beside(runs: list[Run]) -> SetBlock | None:
    """Short texts side by side on the only line of their block; None when they are something else."""
    frame = runs[0][0].frame
    above, below = frame.above, frame.below
    at = 0
    found = []
    ruled = False
    for slot, text, _ in runs:
        if not 0 < len(text) < SHORT or "\n" in text or text.isspace():
            return None
        shown, units = words_of(slot.face, text).whole(text)
        found.append((at, slot.face.style, shown, units, text))
        at += units
        if slot.above > above:
            above = slot.above
        if slot.below > below:
            below = slot.below
        if slot.ruled:
            ruled = True
    if at > frame.limit or text[-1] == " " or found[0][4][0] == " " or not frame.sure:
        return None
    moved = aligned(frame, at / PANGO_SCALE, True)
    here, down = 0, thousandths[-thousandths_of(above)]
    pieces, said = [], []
    now: TextStyle | None = None
    for units_before, style, shown, units, text in found:
        x = units_before / PANGO_SCALE + moved
        pieces.append(Piece(x, above, style, shown, units / PANGO_SCALE, text))
        there = thousandths_of(x)
        said.append(f"{changed(now, style)}{thousandths[there - here]} {down} Td[<{shown}>]TJ\n")
        here, down, now = there, "0", style
    operators = "".join(said).replace("<>", " ").encode("ascii")
    fonts = frozenset([style.font for _, style, _, _, _ in found])
    height = above + below
    line = Line(0.0, height, above, tuple(pieces), ())
    return SetBlock(height, (line,), fonts, operators, (1, height, above), ruled)


class Row:
    """Fills the lines of a block whose texts are of several styles."""

    def __init__(self, items: tuple[Item, ...], runs: list[Run]) -> None:
        self._items, self._runs = items, runs
        self._frame = runs[0][0].frame
        self._lines: list[Line] = []
        self._fonts: set[str] = set()
        self._top = 0.0

    def set(self) -> SetBlock:
        """The lines."""
        if not self._frame.sure:
            raise Unusual
        self._begin()
        for index, (slot, text, _) in enumerate(self._runs):
            if not text:
                self._nothing(slot.above, slot.below)
                self._end(True)
            elif "\n" not in text:
                self._text(index, slot, text)
            else:
                parts = text.split("\n")
                for number, part in enumerate(parts):
                    if number:
                        self._end(True)
                        if not part and number == len(parts) - 1:
                            break
                    if not part:
                        self._nothing(*slot.around)
                    elif slot.face.collapses and part[-1] == " " and number < len(parts) - 1:
                        raise Unusual
                    else:
                        self._text(index, slot, part)
        if not self._empty:
            self._end(True)
        return finished(tuple(self._lines), self._top, frozenset(self._fonts))

    def _begin(self) -> None:
        self._above, self._below = self._frame.above, self._frame.below
        self._pieces: list[tuple[Face, str, str, int, int]] = []
        self._x = 0
        self._empty = True

    def _text(self, index: int, slot: Slot, text: str) -> None:
        """A text without newlines."""
        face, limit = slot.face, self._frame.limit
        if self._empty and face.collapses:
            text = text.lstrip(" ")
            if not text:
                raise Unusual
        cuts = cuts_of(face, text, limit - self._x, limit)
        if not cuts or (len(cuts) == 1 and cuts[0][2] > limit - self._x):
            self._leave(index, cuts, text)
            cuts = cuts_of(face, text, limit, limit)
            if not cuts or (len(cuts) == 1 and cuts[0][2] > limit):
                raise Unusual
        for number, (said, shown, units) in enumerate(cuts):
            if number:
                if number == 1:
                    self._end(False)
                if number < len(cuts) - 1:
                    self._whole(slot, said, shown, units)
                    continue
            elif not said:
                # The blank at the text's begin is where the line ends; no box is left of it.
                if type(self._items[self._runs[index][2]]) is not Text:
                    raise Unusual
                continue
            self._stand(slot.above, slot.below)
            self._pieces.append((face, said, shown, units, self._x))
            self._x += units

    def _whole(self, slot: Slot, said: str, shown: str, units: int) -> None:
        """A line that is one text with others of it before and behind."""
        width, above = units / PANGO_SCALE, slot.above
        base = self._top + above
        self._fonts.add(slot.face.style.font)
        piece = Piece(aligned(self._frame, width, False), base, slot.face.style, shown, width, said)
        self._lines.append(Line(self._top, slot.height, base, (piece,), ()))
        self._top += slot.height

    def _leave(self, index: int, cuts: list[Part], text: str) -> None:
        """Ends the line before a text of which nothing fits on it, where WeasyPrint does the same."""
        slot, _, number = self._runs[index]
        alone = [run[2] for run in self._runs].count(number) == 1
        if self._empty or not alone or not self._frame.breaks_between or slot.face.style.breaks_words:
            raise Unusual
        if not self._pieces or self._pieces[-1][1][-1:] != " " or text[0] == " ":
            raise Unusual
        if cuts and text[-1] == " ":
            raise Unusual
        item = self._items[number]
        if not isinstance(item, Text | Span) or not may_break(" ", text[0], item.style.language):
            raise Unusual
        self._end(False)

    def _stand(self, above: float, below: float) -> None:
        self._empty = False
        if above > self._above:
            self._above = above
        if below > self._below:
            self._below = below

    def _nothing(self, above: float, below: float) -> None:
        """A text that ends the line at its begin: only the elements round it stand on that."""
        if self._pieces and self._pieces[-1][1][-1] == " ":
            # Whether this blank goes depends on what stands behind it.
            raise Unusual
        self._stand(above, below)

    def _end(self, last: bool) -> None:
        """Ends the line."""
        pieces, base = self._pieces, self._top + self._above
        if pieces and pieces[-1][1][-1] == " " and pieces[-1][0].collapses:
            face, said, shown, _, x = pieces[-1]
            said = said.rstrip(" ")
            units = measured(face, said) if said else 0
            pieces[-1] = face, said, shown, units, x
            self._x = x + units
        moved = aligned(self._frame, self._x / PANGO_SCALE, last)
        made = []
        for face, said, shown, units, x in pieces:
            if said.strip():
                self._fonts.add(face.style.font)
            else:
                shown = ""
            made.append(Piece(x / PANGO_SCALE + moved, base, face.style, shown, units / PANGO_SCALE, said))
        height = self._above + self._below
        self._lines.append(Line(self._top, height, base, tuple(made), ()))
        self._top += height
        self._begin()
