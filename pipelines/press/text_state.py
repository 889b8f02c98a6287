"""The text part of the graphics state: font, size, spacing, and where the next glyph goes.

Source: ISO 32000-2, 9.3 and 9.4.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipelines.press.content import IDENTITY, Matrix, multiply, numbers
from pipelines.press.printed_font import PrintedFont, Run

Operation = Callable[["TextState", bytes], None]
TextSnapshot = tuple[PrintedFont | None, float, float, float, float, float, float, int]
"""What q saves of the text state."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it was shown: what, and where in the user space of its moment."""

    run: Run
    matrix: Matrix
    width: float
    """In text space, as `bottom` and `top`."""
    bottom: float
    top: float
    size: float


class TextState:
    """Follows the text operators; `snapshot` and `restore` go with q and Q."""

    def __init__(self, fonts: Mapping[str, PrintedFont]) -> None:
        self.mode = 0
        self._fonts = fonts
        self._font: PrintedFont | None = None
        self._size = 0.0
        self._spacing = 0.0
        self._word_spacing = 0.0
        self._scale = 1.0
        self._leading = 0.0
        self._rise = 0.0
        self._text: Matrix = IDENTITY
        self._line: Matrix = IDENTITY

    def snapshot(self) -> TextSnapshot:
        """What q saves."""
        return (
            self._font, self._size, self._spacing, self._word_spacing,
            self._scale, self._leading, self._rise, self.mode,
        )  # fmt: skip

    def restore(self, saved: TextSnapshot) -> None:
        """What Q brings back."""
        (
            self._font, self._size, self._spacing, self._word_spacing,
            self._scale, self._leading, self._rise, self.mode,
        ) = saved  # fmt: skip

    def show(self, operands: bytes) -> Shown | None:
        """The text of a Tj or TJ, and the move behind it; None when no font is set."""
        font, size = self._font, self._size
        if font is None:
            return None
        run = font.run(operands)
        gaps = run.characters * self._spacing + run.blanks * self._word_spacing
        width = (run.width / 1000 * size + gaps) * self._scale
        a, b, c, d, e, f = matrix = self._text
        self._text = (a, b, c, d, e + width * a, f + width * b)
        return Shown(
            run, matrix, width, font.descent * size + self._rise, font.ascent * size + self._rise, size
        )

    def set_font(self, operands: bytes) -> None:
        """Tf. Raises LookupError, with the name, when the resources have no such font."""
        name, size = operands.split()
        self._size = float(size)
        self._font = self._fonts.get(name[1:].decode("latin-1"))
        if self._font is None:
            raise LookupError(name.decode("latin-1"))

    def next_line(self, _: bytes = b"") -> None:
        """T*."""
        self._text = self._line = multiply((1.0, 0.0, 0.0, 1.0, 0.0, -self._leading), self._line)

    def space(self, operands: bytes) -> bytes:
        """The two spacings of `"`; gives back the string behind them."""
        words, letters, text = operands.split(None, 2)
        self._word_spacing, self._spacing = float(words), float(letters)
        return text

    def _begin(self, _: bytes) -> None:
        self._text = self._line = IDENTITY

    def _set_spacing(self, operands: bytes) -> None:
        self._spacing = float(operands)

    def _set_word_spacing(self, operands: bytes) -> None:
        self._word_spacing = float(operands)

    def _set_scale(self, operands: bytes) -> None:
        self._scale = float(operands) / 100

    def _set_leading(self, operands: bytes) -> None:
        self._leading = float(operands)

    def _set_rise(self, operands: bytes) -> None:
        self._rise = float(operands)

    def _set_mode(self, operands: bytes) -> None:
        self.mode = int(operands)

    def _set_matrix(self, operands: bytes) -> None:
        a, b, c, d, e, f = numbers(operands)
        self._text = self._line = (a, b, c, d, e, f)

    def _move(self, operands: bytes) -> None:
        x, y = numbers(operands)
        self._text = self._line = multiply((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _move_and_lead(self, operands: bytes) -> None:
        self._leading = -numbers(operands)[1]
        self._move(operands)


OPERATIONS: Mapping[bytes, Operation] = {
    b"BT": TextState._begin,
    b"Tf": TextState.set_font,
    b"Tc": TextState._set_spacing,
    b"Tw": TextState._set_word_spacing,
    b"Tz": TextState._set_scale,
    b"TL": TextState._set_leading,
    b"Ts": TextState._set_rise,
    b"Tr": TextState._set_mode,
    b"Tm": TextState._set_matrix,
    b"Td": TextState._move,
    b"TD": TextState._move_and_lead,
    b"T*": TextState.next_line,
}
"""The operators that only change the state."""
