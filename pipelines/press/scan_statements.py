"""The statements of a stamped page, told apart by one regular expression, line by line.

Stamping ends its lines with whole statements, and most lines stand on many pages in the same words:
each is read once and kept. Anything else is not understood.
"""

import re
from typing import NamedTuple, final

from pipelines.press.drawing import Ink

# Groups are atomic, not possessive: Python 3.11.2 keeps what a possessive group has read before it fails.
NUMBER = rb"[-+]?+(?:\d{1,6}+(?>(?:\.\d*+)?)|\.\d++)"
NAME = rb"/([^\s/\[\]<>(){}%]++)"
_PLACE = rb"1 0 0 1 (" + NUMBER + rb") (" + NUMBER + rb") Tm"
_FONT = NAME + rb"\s++(" + NUMBER + rb")\s++Tf"
_INK = rb"((?:" + NUMBER + rb"\s++){4})k"
_MOVE = rb"(" + NUMBER + rb") (" + NUMBER + rb") Td"
_STATEMENT = re.compile(
    rb"(?:"
    # 1 x, 2 y, 3 font, 4 size, 5 ink, 6 right, 7 up, 8 text
    + rb"".join(rb"(?>(?:" + part + rb"(?:\s++|(?=\[)))?)" for part in (_PLACE, _FONT, _INK, _MOVE))
    + rb"\[([^\]]*+\])\s*+TJ"
    rb"|"
    + _PLACE
    + rb"|"
    + _FONT  # 9 x, 10 y; 11 font, 12 size
    + rb"|(?>(?:/DeviceCMYK (cs|CS)\s++)?)((?:"
    + NUMBER
    + rb"\s++){4})(k|K|scn|SCN)"  # 13 space, 14 ink, 15 what for
    rb"|q\s++1 0 0 1 ("
    + NUMBER
    + rb") ("
    + NUMBER
    + rb") cm\s++"
    + NAME
    + rb"\s++Do\s++Q"  # 16 x, 17 y, 18 form
    rb"|(BT|ET|q|Q)"  # 19
    rb"|((?:" + NUMBER + rb"\s++){6})cm"  # 20
    rb"|" + NAME + rb"\s++Do"  # 21
    rb"|((?>(?:(?>(?:"
    + NUMBER
    + rb"\s++)*)(?:re|[mlch])\s++)+))(f\*?|[Ss]|[Bb]\*?|W\*?\s++n)"  # 22 path, 23 how it is painted
    rb"|(" + NUMBER + rb")\s++w"  # 24 width of lines
    rb"|BI /W (\d{1,3}) /H (\d{1,3}) /BPC 1 /IM true /F /AHx ID ([0-9a-f]++)>"  # 25, 26, 27 bits
    rb"|(EI)"  # 28
    rb"|" + NAME + rb"\s++gs"  # 29
    rb")(?:\s++|\Z)"
    rb"|(\S)"  # 30 anything else
)
START_OF_TEXT = re.compile(_PLACE)
TEXT, PLACE, FONT, INK, PLACED, WORD, MATRIX, DRAWN = 8, 10, 12, 15, 18, 19, 20, 21
PATH, WIDTH, IMAGE, IMAGE_END, STATE = 23, 24, 27, 28, 29
_SPACES = {b"k": None, b"K": None, b"scn": b"cs", b"SCN": b"CS"}
MOST_LINES = 30_000
"""Lines kept: some ten megabytes."""
Point = tuple[float, float]


class Lead(NamedTuple):
    """What a text sets before it is shown; empty or None for what stays as it was."""

    font: bytes
    size: bytes
    ink: Ink | None


@final
class Text(NamedTuple):
    """A shown text, with what is set before it."""

    lead: int
    """Index of a `Lead` of `Lines`; 0 for none."""
    place: Point | None
    """Where its line starts."""
    move: Point | None
    """How far from the start of the line before it."""
    operand: bytes
    """What stands behind the bracket of TJ."""


@final
class Place(NamedTuple):
    """Where a line of text starts from now on."""

    x: float
    y: float


@final
class Placed(NamedTuple):
    """A form, moved."""

    x: float
    y: float
    name: bytes


@final
class Other(NamedTuple):
    """Any other statement: its kind (`FONT` …) and operands."""

    kind: int
    name: bytes = b""
    """A font, form or state; a whole operator; what an ink is for; how a path is painted."""
    data: bytes = b""
    """The size of a font; a path."""
    numbers: tuple[float, ...] = ()


Statement = Text | Place | Placed | Other


class Lines:
    """Reads lines, each once as long as there are not too many."""

    def __init__(self) -> None:
        self.leads = [Lead(b"", b"", None)]
        self._indices: dict[tuple[bytes | None, ...], int] = {(None, None, None): 0}
        self.known: dict[bytes, tuple[Statement, ...]] = {}

    def keep(self, line: bytes) -> tuple[Statement, ...] | None:
        """The statements of a line, in `known` from now on; as `read`."""
        if (found := self.read(line)) is not None:
            if len(self.known) >= MOST_LINES:
                self.known.clear()
            self.known[line] = found
        return found

    def read(self, data: bytes) -> tuple[Statement, ...] | None:
        """The statements of a line or more; None when there is anything else. Raises ValueError."""
        found: list[Statement] = []
        for match in _STATEMENT.finditer(data):
            if (kind := match.lastindex) == TEXT:
                found.append(self._text(match))
            elif kind == PLACE:
                found.append(Place(float(match[9]), float(match[10])))
            elif kind == PLACED:
                found.append(Placed(float(match[16]), float(match[17]), match[18]))
            elif kind is not None and (other := _other(kind, match)) is not None:
                found.append(other)
            else:
                return None
        return tuple(found)

    def _text(self, match: re.Match[bytes]) -> Text:
        x, y, font, size, ink, right, up, operand = match.group(1, 2, 3, 4, 5, 6, 7, 8)
        lead = (font, size, ink)
        if (index := self._indices.get(lead)) is None:
            self.leads.append(Lead(font or b"", size or b"", None if ink is None else _ink(ink)))
            index = self._indices[lead] = len(self.leads) - 1
        place = None if x is None else (float(x), float(y))
        move = None if right is None else (float(right), float(up))
        return Text(index, place, move, operand)


def _other(kind: int, match: re.Match[bytes]) -> Other | None:
    if kind in (WORD, DRAWN, IMAGE_END, STATE):
        return Other(kind, name=match[kind])
    if kind == INK:
        if _SPACES[match[15]] != match[13]:
            return None
        return Other(
            kind, name=b"fill" if match[15] in (b"k", b"scn") else b"stroke", numbers=_ink(match[14])
        )
    if kind == FONT:
        return Other(kind, name=match[11], data=match[12])
    if kind == PATH:
        return Other(kind, name=match[23], data=match[22])
    if kind == IMAGE:
        whole = len(match[27]) == 2 * int(match[26]) * (-(-int(match[25]) // 8))
        return Other(kind) if whole else None
    numbers = {MATRIX: (match[20] or b"").split(), WIDTH: (match[24],)}
    return Other(kind, numbers=tuple(map(float, numbers[kind]))) if kind in numbers else None


def _ink(operands: bytes) -> Ink:
    c, m, y, k = map(float, operands.split())
    return (c, m, y, k)


LINES = Lines()
"""The one of this process: what a line says does not depend on the file."""
