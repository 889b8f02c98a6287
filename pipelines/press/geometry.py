"""Where things stand on an A4 page: boxes in points, and the envelope windows of the countries.

Layout files measure in millimetres from the top left corner; PDF measures in points from the
lower left. Everything in the press uses `Box`, in points.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines import assets
from pipelines.errors import AssetError

POINTS_PER_MM = 72 / 25.4
A4_MM = (210.0, 297.0)


def points(millimetres: float) -> float:
    """The length in points (1/72 inch)."""
    return millimetres * POINTS_PER_MM


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points, from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def from_top_left(cls, x: float, y: float, width: float, height: float) -> "Box":
        """The box of the given millimetres from the top left corner of an A4 page."""
        page = A4_MM[1]
        return cls(points(x), points(page - y - height), points(x + width), points(page - y))

    @property
    def width(self) -> float:
        """From left to right, in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top, in points."""
        return self.top - self.bottom

    def grown(self, by: float) -> "Box":
        """The box with `by` points more on each side (fewer when negative)."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def clipped(self, to: "Box") -> "Box":
        """The part of the box inside `to`; without area when they do not meet."""
        left, bottom = max(self.left, to.left), max(self.bottom, to.bottom)
        return Box(left, bottom, max(left, min(self.right, to.right)), max(bottom, min(self.top, to.top)))

    def mirrored(self) -> "Box":
        """The same place seen from the other side of the sheet, turned over its long edge."""
        return Box(A4.right - self.right, self.bottom, A4.right - self.left, self.top)

    def meets(self, other: "Box") -> bool:
        """Whether the two have a point inside in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def holds(self, other: "Box", slack: float = 0.0) -> bool:
        """Whether `other` lies within, give or take `slack` points."""
        return (
            other.left >= self.left - slack
            and other.right <= self.right + slack
            and other.bottom >= self.bottom - slack
            and other.top <= self.top + slack
        )


A4 = Box(0.0, 0.0, points(A4_MM[0]), points(A4_MM[1]))


@dataclass(frozen=True, slots=True)
class Window:
    """The address window of one country's envelope, as it lies on the first page."""

    box: Box
    guarded: Box
    """The window and how far the sheet may move in the envelope: only the address is printed here."""
    inset: float
    """How far the address keeps from the window's edge, in points."""
    verified: bool
    """Whether the measures come from the envelope maker's drawing."""


@cache
def windows(source: Path | None = None) -> dict[str, Window]:
    """The windows by country code, from `layouts/shared/geometry.toml`.

    Raises AssetError when the file is missing or lacks a measure.
    """
    path = source or assets.folder("layouts") / "shared" / "geometry.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        drift = float(data["drift"])
        return {country: _window(part, drift) for country, part in sorted(data["windows"].items())}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise AssetError(f"{path.name}: {error!r}", "see docs/layouts.md, page geometry") from error


def _window(part: dict[str, float | bool], drift_mm: float) -> Window:
    x, y, w, h = (float(part[key]) for key in ("x", "y", "w", "h"))
    box = Box.from_top_left(x, y, w, h)
    return Window(
        box=box,
        guarded=box.grown(points(drift_mm)).clipped(A4),
        inset=points(float(part["inset"])),
        verified=bool(part["verified"]),
    )
