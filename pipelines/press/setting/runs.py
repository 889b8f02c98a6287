"""The texts of a wording, one for each stretch of a style, with their values in them.

How blanks collapse at a value's ends does not depend on the value, as long as that neither begins
nor ends in a blank, nor has more than single blanks in it. So it is worked out once.
"""

from pipelines.press.setting.content import collapsed, transformed
from pipelines.press.setting.filling import Unusual
from pipelines.press.setting.single import unruly
from pipelines.press.setting.slots import Slot
from pipelines.press.setting.spelling import FIRST_SIGN, SIGN, Spelling, Told
from pipelines.press.setting.style import CannotFollow

Place = tuple[Slot, tuple[str | int, ...] | None, int, bool]
"""A text before its values are known (see `Spot`), and whether no element is round it."""
Run = tuple[Slot, str, int, Spelling | None]
"""A text, and which of the block's items it is in; the text of a line break is empty."""
_Prepared = tuple[Slot, str, Told | None, int, Spelling | None]
_MOST_SIGNS = 1_000
_LONG = 24
"""Characters of a wording's own from which a text may well take several lines."""


class Runs:
    """Makes the runs of one wording from its values."""

    def __init__(self, places: list[Place]) -> None:
        self._places = places
        self._prepared: list[_Prepared] | None = None
        self._asked = False

    def __call__(self, values: tuple[str, ...]) -> list[Run]:
        """The texts with their blanks collapsed, and the breaks. Raises Unusual, or CannotFollow."""
        if not self._asked and values:
            self._prepare(len(values))
        prepared = self._prepared
        if prepared is None or not self._tame(values):
            return runs_of(self._places, values)
        return [
            (slot, text if told is None else told[0] % values[told[1]], number, spelling)
            for slot, text, told, number, spelling in prepared
        ]

    def _prepare(self, count: int) -> None:
        self._asked = True
        fixed = [part for _, said, _, _ in self._places for part in said or () if isinstance(part, str)]
        faces = [slot.face for slot, said, _, _ in self._places for part in said or () if type(part) is int]
        held = [part for _, said, _, _ in self._places for part in said or () if isinstance(part, int)]
        if held != list(range(count)) or count > _MOST_SIGNS or any(map(SIGN.search, fixed)):
            return
        if any(slot.face.style.text_transform != "none" for slot, _, _, _ in self._places):
            return
        try:
            runs = runs_of(self._places, tuple([chr(FIRST_SIGN + number) for number in range(count)]))
        except (Unusual, CannotFollow):
            return
        self._kept = not any(face.collapses for face in faces)
        self._lines = all(face.style.white_space == "pre-line" for face in faces)
        self._alone = {ord(text) - FIRST_SIGN for _, text, _, _ in runs if SIGN.fullmatch(text)}
        self._prepared = [
            (slot, text, Told.of(text), number, _spelling(slot, text)) for slot, text, number, _ in runs
        ]

    def _tame(self, values: tuple[str, ...]) -> bool:
        """Whether nothing is to be done to the values' own blanks, nor to those round them."""
        if self._kept:
            return all(values) and "\r" not in (said := "".join(values)) and "\u00ad" not in said
        said = f" {' '.join(values)} "
        if "  " in said or "\t" in said or "\r" in said or "\u00ad" in said:
            return False
        return "\n" not in said or (self._lines and all(map(self._divided, range(len(values)), values)))

    def _divided(self, number: int, value: str) -> bool:
        """Whether no blank is beside the value's newlines."""
        if " \n" in value or "\n " in value:
            return False
        return number in self._alone or (value[0] != "\n" and value[-1] != "\n")


def _spelling(slot: Slot, text: str) -> Spelling | None:
    face = slot.face
    if len(text) < _LONG or "\n" in text or not (face.wraps and face.collapses):
        return None
    try:
        return Spelling.of(face.letters, text)
    except CannotFollow:
        return None


def runs_of(places: list[Place], values: tuple[str, ...]) -> list[Run]:
    """The texts with their blanks collapsed, and the breaks. Raises Unusual, or CannotFollow."""
    runs: list[Run] = []
    blank = False
    for slot, said, number, bare in places:
        if said is None:
            runs.append((slot, "", number, None))
            blank = False
            continue
        text = "".join([part if type(part) is str else values[part] for part in said])  # type: ignore[index]
        style = slot.face.style
        if text:
            if slot.simple and not unruly(text):
                before, blank = blank, text[-1] == " "
                if before and text[0] == " ":
                    text = text[1:]
            else:
                text, blank, _ = collapsed(style, text, blank)
        if not text or (text == " " and not runs and bare and style.collapses):
            if not bare:
                # Nothing is left in an element, whose box is there all the same.
                raise Unusual
            continue
        if not slot.simple:
            text = transformed(style, text)
            if not text:
                raise Unusual
        runs.append((slot, text, number, None))
    return runs
