"""The page that is being filled: where it ends, and how it began."""

from collections.abc import Mapping

from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import PageKind

NEARLY = 1 + 1e-9
"""What ends so little below the page's end still fits, as in WeasyPrint."""


class Sheet:
    """The current page of a letter."""

    __slots__ = ("_forced", "_was_forced", "bottom", "kept", "number")
    bottom: float
    """Where its content box ends, px."""
    number: int
    """From 1."""

    kept: int
    """How many boxes are being filled that go to the next page when they do not fit whole."""

    def __init__(self) -> None:
        self.bottom, self.number, self.kept = 0.0, 0, 0
        self._forced = self._was_forced = False

    def turn(self, kind: PageKind) -> None:
        """To the next page."""
        self.bottom = kind.y + kind.height
        self.number += 1
        self._was_forced, self._forced = self._forced, False

    def follow(self, number: int) -> None:
        """Behind so many pages, the last of which ended with a forced break."""
        self.number = number
        self._forced = True

    def force(self) -> None:
        """The page ends here because a break value says so."""
        self._forced = True

    def over(self, space: float, y: float) -> bool:
        """Whether `y` is below the page's end less `space`."""
        return y > (self.bottom - space) * NEARLY

    def cuts_margin(self, node: Node) -> bool:
        """Whether a margin that adjoins the page's beginning is cut off: breaks that nobody forced do."""
        return self.number > 1 and (node.part.discards or not self._was_forced)


def kind_of(number: int, kinds: Mapping[str, PageKind]) -> str:
    """Which kind the page of that number (from 0) is of: `first`, `rest`, `left` or `right`."""
    if number == 0:
        return "first"
    if "rest" in kinds:
        return "rest"
    name = "left" if number % 2 else "right"
    if name not in kinds:
        raise KeyError(name)
    return name
