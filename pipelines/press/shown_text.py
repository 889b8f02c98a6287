"""The texts that a page of a print file shows, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.press.content import Matrix
from pipelines.press.printed_font import PrintedFont, Run
from pipelines.press.text_state import TextState


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


class TextReader(TextState[PrintedFont]):
    """Follows the text operators of a page of a file."""

    def __init__(self, fonts: Mapping[str, PrintedFont]) -> None:
        super().__init__()
        self._fonts = fonts

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

    def space(self, operands: bytes) -> bytes:
        """The two spacings of `"`; gives back the string behind them."""
        words, letters, text = operands.split(None, 2)
        self._word_spacing, self._spacing = float(words), float(letters)
        return text

    def _named(self, name: bytes) -> PrintedFont:
        """Raises LookupError, with the name, when the resources have no such font."""
        font = self._fonts.get(text := name.decode("latin-1"))
        if font is None:
            raise LookupError(f"/{text}")
        return font
