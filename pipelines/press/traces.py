"""What a page shows, as values: every glyph, every painted area, every picture in its place.

`tracing` makes traces, `truth` compares them.
"""

from dataclasses import dataclass, field

from pipelines.press.areas import Clip, Drawing, Ink
from pipelines.press.polygons import Point, Rectangle


class TraceError(ValueError):
    """A page that cannot be followed; the message says why and holds nothing of the letter."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a glyph is set."""

    face: int
    """The typeface: its place among those that were given."""
    shape: tuple[float, float, float, float]
    """The em's two edges on paper: size, slant and turn, in points."""
    ink: Ink
    mode: int
    """The text rendering mode."""


@dataclass(frozen=True, slots=True)
class Run:
    """The glyphs that one operator shows."""

    start: int
    """The first one's place in the trace's lists; the next run's `start` ends it."""
    order: int
    """When it is painted."""
    look: int
    box: Rectangle
    """Holds all its ink."""
    clip: Clip | None
    """What cuts into it, if anything does."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, or an image mask, in its place."""

    digest: bytes
    """Over its samples and what they mean."""
    ink: Ink | None
    """Of a mask."""
    corners: tuple[Point, ...]
    seen: Rectangle


@dataclass(slots=True)
class Trace:
    """All that one page paints; lists in painting order."""

    glyphs: list[int] = field(default_factory=list)
    """Glyph numbers."""
    xs: list[float] = field(default_factory=list)
    """Where each glyph's origin is, in points from the lower left; `ys` likewise."""
    ys: list[float] = field(default_factory=list)
    advances: list[float] = field(default_factory=list)
    """How far each glyph's own width reaches along the line, in points."""
    runs: list[Run] = field(default_factory=list)
    looks: dict[Look, int] = field(default_factory=dict)
    rectangles: list[tuple[int, Ink, Rectangle]] = field(default_factory=list)
    """When, in which ink, where."""
    drawings: list[tuple[int, Drawing]] = field(default_factory=list)
    pictures: list[tuple[int, Picture]] = field(default_factory=list)
