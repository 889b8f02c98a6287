"""The graphics state while a content stream is scanned."""

from pipelines.press.content import IDENTITY, Matrix
from pipelines.press.drawing import Ink
from pipelines.press.geometry import Box
from pipelines.press.scan_text import Setting

LOST: Ink = (-1.0, -1.0, -1.0, -1.0)
"""The ink behind a text object that was read in bulk: what follows has to set its own."""


class State:
    """What q saves. Inks and width are None until something sets them."""

    __slots__ = ("clip", "fill", "matrix", "moved", "setting", "stroke", "width")

    def __init__(self) -> None:
        self.matrix: Matrix = IDENTITY
        self.moved = True
        """Whether the matrix does nothing but move."""
        self.clip: Box | None = None
        self.fill: Ink | None = None
        self.stroke: Ink | None = None
        self.width: float | None = None
        self.setting: Setting | None = None

    def copy(self) -> "State":
        """The same, to be changed apart."""
        twin = State()
        twin.matrix, twin.moved, twin.fill = self.matrix, self.moved, self.fill
        twin.stroke, twin.width, twin.setting = self.stroke, self.width, self.setting
        twin.clip = self.clip
        return twin
