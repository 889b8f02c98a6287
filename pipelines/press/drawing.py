"""What a page paints, as values: the things in guarded zones, and the styles in use.

For every zone of the page that somebody guards (the window, the mark, the back of the mark) a
drawing lists what is painted there, with its text; for the rest it keeps the inks, kinds and
sizes in use, once each. `page_reader` makes drawings, `preflight` judges them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.press.content import Matrix
from pipelines.press.geometry import Box
from pipelines.press.printed_font import PrintedFont

Ink = tuple[float, float, float, float]
"""Cyan, magenta, yellow, black, each 0..1."""

BLACK: Ink = (0.0, 0.0, 0.0, 1.0)
_MOST_KEPT_FORMS = 256


class Painted(NamedTuple):
    """One thing on the page, in points from the lower left corner."""

    kind: str
    """`text`, `path`, `image` or `shading`."""
    box: Box
    text: str = ""
    origin: tuple[float, float] = (0.0, 0.0)
    """Where a text's baseline starts."""
    size: float = 0.0
    """A text's font size on paper."""


@dataclass(frozen=True, slots=True, order=True)
class Style:
    """A way of painting that occurs on the page."""

    kind: str
    ink: Ink | None
    """None for images, shadings and patterns."""
    size: float = 0.0
    """Font size, or width of a stroked line, on paper and in points; 0 for a filled path."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fact about a content stream that preflight has a rule for."""

    what: str
    """`rgb`, `space`, `glyph`, `hidden`, `resource` or `syntax`."""
    fact: str


@dataclass(slots=True)
class Drawing:
    """All that a page paints."""

    zones: tuple[list[Painted], ...]
    """What is painted in each of the zones that were asked for, in the order painted."""
    styles: set[Style] = field(default_factory=set)
    findings: set[Finding] = field(default_factory=set)

    @property
    def blank(self) -> bool:
        """Whether nothing at all is painted."""
        return not self.styles

    def add(self, other: "Drawing") -> None:
        """Take in what a form paints."""
        for own, more in zip(self.zones, other.zones, strict=True):
            own += more
        self.styles |= other.styles
        self.findings |= other.findings


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form XObject."""

    data: Callable[[], bytes]
    matrix: Matrix
    box: tuple[float, float, float, float]
    resources: Callable[[], "Resources"]
    written: bytes | None = None
    """Its data as they stand in the file, deflated; None when more than these says what they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Resources:
    """What the names in one content stream stand for."""

    fonts: Mapping[str, PrintedFont]
    spaces: Mapping[str, int | None]
    """Name of a colour space -> its components when it is a device space we allow, else None."""
    forms: Mapping[str, Form]
    images: frozenset[str]
    states: frozenset[str]
    shadings: frozenset[str]


NOTHING = Resources({}, {}, {}, frozenset(), frozenset(), frozenset())
_Key = tuple[Form, Matrix, Box, Ink | None, Ink | None, int | None, int | None, float]


class Memory:
    """The drawings of the forms that pages share, the first ones dropped when there are many."""

    def __init__(self, drawn: set[Form] | None = None) -> None:
        self._kept: dict[_Key, Drawing] = {}
        self.drawn: set[Form] = set() if drawn is None else drawn
        """The forms whose drawings were ever kept; may be shared with other memories."""

    def get(self, key: _Key) -> Drawing | None:
        """The drawing of that form in that state, when it is still known."""
        return self._kept.get(key)

    def put(self, key: _Key, drawing: Drawing) -> None:
        """Keep a drawing."""
        if len(self._kept) >= _MOST_KEPT_FORMS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = drawing
        self.drawn.add(key[0])
