"""One content stream while it is scanned: its statements one by one, its texts all together."""

from collections.abc import Sequence
from typing import Protocol

from pipelines.press import content
from pipelines.press.drawing import BLACK, Form, Ink, Resources, Style
from pipelines.press.scan_paint import Paint
from pipelines.press.scan_stamps import Guard, Stamp
from pipelines.press.scan_state import LOST, State
from pipelines.press.scan_statements import (
    DRAWN,
    FONT,
    IMAGE,
    IMAGE_END,
    INK,
    MATRIX,
    PATH,
    START_OF_TEXT,
    STATE,
    WIDTH,
    WORD,
    Lines,
    Other,
    Place,
    Placed,
    Text,
)
from pipelines.press.scan_text import Glyphs, Setting

_NEVER_CLIPPED = (DRAWN, IMAGE)
_NO_BLANK = b"\x0b"
"""A blank to regular expressions, and none to PDF."""


class Shared(Protocol):
    """What the content streams of a file have in common."""

    lines: Lines

    def setting(self, resources: Resources, font: bytes, size: bytes, watched: tuple[int, ...]) -> Setting:
        """The named font at a size; raises LookupError or ValueError."""

    def stamp(self, form: Form) -> Stamp | None:
        """A form, unless it depends on its page."""


class ScannedPage:
    """A page, or a form: `read`, then `set_texts`; both say False when something is not understood.

    What is painted goes into the zones of `guards` and into `styles`. A form (`alone`) must set
    what it paints with, and the stamps that it draws are kept in `placed` instead. A part of a page
    that is read `apart` must set its inks, and leave no line behind that another part could draw with.
    """

    def __init__(
        self,
        shared: Shared,
        resources: Resources,
        watched: tuple[int, ...],
        guards: Sequence[Guard],
        styles: set[Style],
        alone: bool = False,
        apart: bool = False,
    ) -> None:
        self.placed: list[tuple[Stamp, float, float]] = []
        self._shared = shared
        self._resources = resources
        self._watched = watched
        self._guards = guards
        self._styles = styles
        self._paint = Paint(guards, styles, alone)
        self._alone = alone
        self._apart = apart
        self._state = State()
        if apart:
            self._state.fill = LOST
        self._saved: list[State] = []
        self._in_text = False
        self._in_image = False
        self._leads: dict[int, tuple[Setting | None, Ink | None]] = {}
        self._texts: dict[Glyphs, list[bytes]] = {}
        self._used: set[tuple[Setting, Ink | None]] = set()
        self._stamps: dict[bytes, Stamp] = {}
        self._near: list[tuple[Setting, float, float, bytes]] = []

    def read(self, data: bytes, by_line: bool) -> bool:
        """Take in the content, line by line when all statements end with a line.

        Raises ValueError or LookupError for numbers and names that are none.
        """
        if _NO_BLANK in data or not self._read(data, by_line):
            return False
        # A page ends as it began, since its mark may follow; what a form leaves behind ends with it.
        state = self._state
        ended = not self._saved and not self._in_text and not self._in_image
        untouched = state.matrix == content.IDENTITY and state.clip is None
        lines = state.stroke is not None or state.width is not None
        return ended and (self._alone or untouched) and not (self._apart and lines)

    def _read(self, data: bytes, by_line: bool) -> bool:
        lines, state = self._shared.lines, self._state
        known, read = (lines.known, lines.keep) if by_line else ({}, lines.read)
        leads, near = self._leads, self._near
        setting = state.setting
        texts = [] if setting is None else self._texts[setting.glyphs]
        starts = False  # whether a text may follow without a move of its own
        new = True  # whether the next text is the first in its font and ink
        x = y = 0.0
        right, up = state.matrix[4:]
        for line in data.split(b"\n") if by_line else (data,):
            if line[-3:] == b" Tm" and by_line:  # the one line that is another on each page
                start = START_OF_TEXT.fullmatch(line)
                if start is None or not self._in_text:
                    return False
                x, y, starts = float(start[1]) + right, float(start[2]) + up, True
                continue
            if (statements := known.get(line)) is None and (statements := read(line)) is None:
                return False
            for statement in statements:
                if type(statement) is Text:
                    lead, place, move, operand = statement
                    if lead:
                        font, ink = leads.get(lead) or self._lead(lead)
                        if font is not None:
                            state.setting = setting = font
                            texts = self._texts[font.glyphs]
                        if ink is not None:
                            state.fill = ink
                        new = True
                    if place is not None:
                        x, y, starts = place[0] + right, place[1] + up, True
                    if move is not None:
                        x, y = x + move[0], y + move[1]
                    elif not starts:
                        return False  # it follows the text before it, and only the full reader knows where
                    if setting is None or not self._in_text:
                        return False
                    starts = False
                    texts.append(operand)
                    if new:
                        self._used.add((setting, state.fill))
                        new = False
                    for low, high, end in setting.near:
                        if low < y < high and x < end:
                            near.append((setting, x, y, operand))
                            break
                elif type(statement) is Place:
                    if not self._in_text:
                        return False
                    x, y, starts = statement.x + right, statement.y + up, True
                elif type(statement) is Placed:
                    if not state.moved or self._in_text or self._in_image or state.clip is not None:
                        return False
                    if not self._draw(statement.name, statement.x + right, statement.y + up):
                        return False
                elif self._do(statement):
                    state, new = self._state, True
                    if (setting := state.setting) is not None:
                        texts = self._texts[setting.glyphs]
                    right, up = state.matrix[4:]
                    if statement.name == b"BT":
                        x, y, starts = right, up, True
                else:
                    return False
        return True

    def _lead(self, index: int) -> tuple[Setting | None, Ink | None]:
        font, size, ink = self._shared.lines.leads[index]
        self._leads[index] = (self._setting(font, size) if font else None, ink)
        return self._leads[index]

    def _setting(self, font: bytes, size: bytes) -> Setting:
        setting = self._shared.setting(self._resources, font, size, self._watched)
        self._texts.setdefault(setting.glyphs, [])
        return setting

    def _do(self, statement: Other) -> bool:
        """A statement that shows no text."""
        kind, name, data, numbers = statement
        state = self._state
        if state.clip is not None and kind in _NEVER_CLIPPED:
            return False
        if self._in_image or kind == IMAGE_END:
            self._in_image = not self._in_image
            return kind == IMAGE_END and not self._in_image
        if kind == WORD:
            return self._follow(name)
        if kind == FONT:
            state.setting = self._setting(name, data)
        elif kind == INK:
            c, m, y, k = numbers
            if name == b"fill":
                state.fill = (c, m, y, k)
            else:
                state.stroke = (c, m, y, k)
        elif self._in_text:
            return False
        elif kind == MATRIX:
            a, b, c, d, e, f = numbers
            state.matrix = content.multiply((a, b, c, d, e, f), state.matrix)
            state.moved = state.matrix[:4] == content.IDENTITY[:4]
        elif kind == WIDTH:
            (state.width,) = numbers
        elif kind == PATH:
            return self._paint.path(data, name, state)
        elif kind == DRAWN:
            if name.decode("latin-1") in self._resources.images:
                return self._paint.picture(Style("image", None), True, state)
            return state.moved and self._draw(name, *state.matrix[4:])
        elif kind == IMAGE:
            self._in_image = True
            style = Style("image", state.fill or BLACK)
            return state.fill is not LOST and self._paint.picture(style, state.fill is not None, state)
        else:
            return kind == STATE and name.decode("latin-1") in self._resources.states
        return True

    def _follow(self, word: bytes) -> bool:
        """BT, ET, q or Q; False where it must not stand."""
        if word == b"ET" or self._in_text:
            ends = word == b"ET" and self._in_text
            self._in_text = False
            return ends
        if word == b"BT":
            self._in_text = True
            return self._state.moved and self._state.clip is None
        if word == b"q":
            self._saved.append(self._state.copy())
        elif self._saved:
            self._state = self._saved.pop()
        else:
            return False
        return True

    def set_texts(self) -> bool:
        """Check the texts, all of a font at once, and place those near a guarded zone."""
        inked = {glyphs: glyphs.inked(texts) for glyphs, texts in self._texts.items() if texts}
        if None in inked.values() or any(ink is LOST for _, ink in self._used):
            return False
        for setting, ink in self._used:
            if inked[setting.glyphs]:
                if ink is None and self._alone:
                    return False
                self._styles.add(setting.style(ink or BLACK))
        for stamp in self._stamps.values():
            self._styles |= stamp.styles
        for setting, x, y, operand in self._near:
            box = setting.box(x, y, operand)
            hit = [hits for zone, hits in self._guards if box.meets(zone)]
            if hit and (text := setting.placed(x, y, operand, box)) is not None:
                for hits in hit:
                    hits.append(text)
        return True

    def _draw(self, name: bytes, x: float, y: float) -> bool:
        """A form, moved so far."""
        if (stamp := self._stamps.get(name)) is None:
            stamp = self._shared.stamp(self._resources.forms[name.decode("latin-1")])
            if stamp is None:
                return False
            self._stamps[name] = stamp
        if self._alone:
            self.placed.append((stamp, x, y))
        else:
            stamp.paint(x, y, self._guards)
        return True
