"""What preflight holds a print file against: the vendor's wishes and the planned pieces."""

from dataclasses import dataclass

from pipelines import config
from pipelines.press.drawing import Ink
from pipelines.press.geometry import Window


@dataclass(frozen=True, slots=True)
class ExpectedPiece:
    """One mail piece as it must stand in the file."""

    piece_id: str
    sequence: int
    first_page: int
    """From 1."""
    pages: int
    """Sides of paper, blank backs counted."""
    sheets: int
    mark: str
    """The payload of the mark on the first sheet."""
    address_lines: tuple[str, ...]
    """What must stand in the window, from the top."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One print file as it must be."""

    country: str
    vendor: config.Vendor
    job: int
    pieces: tuple[ExpectedPiece, ...]
    """In the order of the file."""
    accents: tuple[Ink, ...] = ()
    """Inks in which text may be set besides pure black and paper white."""
    window: Window | None = None
    """By default the country's in `layouts/shared/geometry.toml`."""
