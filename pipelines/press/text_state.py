"""The text part of the graphics state: font, size, spacing, and where the next glyph goes.

What a font is, and what is done with the texts that are shown, is the business of those who follow
a page: `shown_text` reads pages of a file, `traced_text` pages before they are in one.
Source: ISO 32000-2, 9.3 and 9.4.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pipelines.press.content import IDENTITY, Matrix, numbers

Font = TypeVar("Font")
Operation = Callable[["TextState[Any]", bytes], None]
TextSnapshot = tuple[Font | None, float, float, float, float, float, float, int]
"""What q saves of the text state."""


class TextState(ABC, Generic[Font]):
    """Follows the text operators; `snapshot` and `restore` go with q and Q."""

    def __init__(self) -> None:
        self.mode = 0
        self._font: Font | None = None
        self._size = 0.0
        self._spacing = 0.0
        self._word_spacing = 0.0
        self._scale = 1.0
        self._leading = 0.0
        self._rise = 0.0
        self._text: Matrix = IDENTITY
        self._line: Matrix = IDENTITY

    def snapshot(self) -> TextSnapshot[Font]:
        """What q saves."""
        return (
            self._font, self._size, self._spacing, self._word_spacing,
            self._scale, self._leading, self._rise, self.mode,
        )  # fmt: skip

    def restore(self, saved: TextSnapshot[Font]) -> None:
        """What Q brings back."""
        (
            self._font, self._size, self._spacing, self._word_spacing,
            self._scale, self._leading, self._rise, self.mode,
        ) = saved  # fmt: skip

    def next_line(self, _: bytes = b"") -> None:
        """T*."""
        self._step(0.0, -self._leading)

    @abstractmethod
    def _named(self, name: bytes) -> Font:
        """The font of that name in the resources; raises when there is none."""

    def _begin(self, _: bytes) -> None:
        self._text = self._line = IDENTITY

    def _set_font(self, operands: bytes) -> None:
        name, size = operands.split()
        self._size = float(size)
        self._font = None
        self._font = self._named(name[1:])

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
        self._step(x, y)

    def _step(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self._line
        self._text = self._line = (a, b, c, d, e + a * x + c * y, f + b * x + d * y)

    def _move_and_lead(self, operands: bytes) -> None:
        self._leading = -numbers(operands)[1]
        self._move(operands)


OPERATIONS: Mapping[bytes, Operation] = {
    b"BT": TextState._begin,
    b"Tf": TextState._set_font,
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
