"""Usual blocks whose lines are filled by several texts."""

from pipelines.press.setting.content import Item, Span, Text
from pipelines.press.setting.filling import Face, Part, Unusual, cuts_of, measured
from pipelines.press.setting.forme import Row, Stood, locked
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.opportunities import may_break
from pipelines.press.setting.phrases import SHORT
from pipelines.press.setting.runs import Run
from pipelines.press.setting.slots import Slot
from pipelines.press.setting.spelling import Spelling


class Rows:
    """Fills the lines of a block whose texts are of several styles."""

    def __init__(self, items: tuple[Item, ...], runs: list[Run], values: tuple[str, ...]) -> None:
        self._items, self._runs, self._values = items, runs, values
        self._frame = runs[0][0].frame
        self._rows: list[Row] = []

    def set(self) -> SetBlock:
        """The lines."""
        if not self._frame.sure:
            raise Unusual
        self._begin()
        for index, (slot, text, _, spelling) in enumerate(self._runs):
            if not text:
                self._nothing(slot.above, slot.below)
                self._end(True)
            elif "\n" not in text:
                self._text(index, slot, text, spelling)
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
                        self._text(index, slot, part, None)
        if not self._empty:
            self._end(True)
        return locked(self._frame, self._rows, any(run[0].ruled for run in self._runs))

    def _begin(self) -> None:
        self._above, self._below = self._frame.above, self._frame.below
        self._row: list[Stood] = []
        self._face: Face | None = None
        """That of the last text on the line."""
        self._x = 0
        self._empty = True

    def _text(self, index: int, slot: Slot, text: str, spelling: Spelling | None) -> None:
        """A text without newlines; `spelling` spells it, if it is known how."""
        face, limit = slot.face, self._frame.limit
        if self._empty and face.collapses and text[0] == " ":
            text = text.lstrip(" ")
            if not text:
                raise Unusual
            spelling = None
        if spelling is None and len(text) < SHORT:
            shown, units = face.phrases[text]
            if self._x + units <= limit:
                self._stand(slot.above, slot.below)
                self._row.append((self._x, face.style, "" if text.isspace() else shown, units, text))
                self._face = face
                self._x += units
                return
        cuts = cuts_of(face, text, limit - self._x, limit, spelling, self._values)
        if not cuts or (len(cuts) == 1 and cuts[0][2] > limit - self._x):
            self._leave(index, cuts, text)
            cuts = cuts_of(face, text, limit, limit, spelling, self._values)
            if not cuts or (len(cuts) == 1 and cuts[0][2] > limit):
                raise Unusual
        last = len(cuts) - 1
        for number, (said, shown, units) in enumerate(cuts):
            if number:
                if number == 1:
                    self._end(False)
                if number < last:
                    # A line that is one text with others of it before and behind.
                    row = [(0, face.style, shown, units, said)]
                    self._rows.append(Row(slot.above, slot.below, units, False, row))
                    continue
            elif not said:
                # The blank at the text's begin is where the line ends; no box is left of it.
                if type(self._items[self._runs[index][2]]) is not Text:
                    raise Unusual
                continue
            self._stand(slot.above, slot.below)
            self._row.append((self._x, face.style, "" if said.isspace() else shown, units, said))
            self._face = face
            self._x += units

    def _leave(self, index: int, cuts: list[Part], text: str) -> None:
        """Ends the line before a text of which nothing fits on it, where WeasyPrint does the same."""
        slot, whole, number, _ = self._runs[index]
        if "\n" in whole:
            raise Unusual
        alone = [run[2] for run in self._runs].count(number) == 1
        if self._empty or not alone or not self._frame.breaks_between or slot.face.style.breaks_words:
            raise Unusual
        if not self._row or self._row[-1][4][-1:] != " " or text[0] == " ":
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
        if self._row and self._row[-1][4][-1] == " ":
            # Whether this blank goes depends on what stands behind it.
            raise Unusual
        self._stand(above, below)

    def _end(self, last: bool) -> None:
        """Ends the line."""
        row, face = self._row, self._face
        if row and row[-1][4][-1] == " " and face is not None and face.collapses:
            at, style, shown, _, said = row[-1]
            said = said.rstrip(" ")
            units = measured(face, said) if said else 0
            row[-1] = at, style, shown if said else "", units, said
            self._x = at + units
        self._rows.append(Row(self._above, self._below, self._x, last, row))
        self._begin()
