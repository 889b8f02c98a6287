"""What the setting engine must know of a style: small frozen values, recorded once, picklable.

They are read from WeasyPrint's computed styles while a letter is recorded; at stamping time
WeasyPrint is not asked. Styles are compared by identity, which keeps looking them up cheap: a
recording should hold one object for each style.
"""

from dataclasses import dataclass

NEWLINE_WRAPS = frozenset(("normal", "pre-wrap", "pre-line"))
COLLAPSES = frozenset(("normal", "nowrap", "pre-line"))
PANGO_SCALE = 1024
"""Pango units in a CSS pixel."""
WIDEST = 2**21
"""px; WeasyPrint takes anything wider for no limit."""


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """What the setting engine does not follow, so that WeasyPrint must set it; holds no data."""

    reason: str


class CannotFollow(Exception):
    """Raised inside the engine; becomes an `Unfollowed` at its door."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Decoration:
    """A solid line along a piece of text."""

    y: float
    """The middle of the line below the baseline, px."""
    thickness: float
    """px"""
    colour: bytes
    """The operator that sets its colour for strokes."""
    behind: bool
    """Drawn before the text, as underlines are."""


@dataclass(frozen=True, slots=True, eq=False)
class TextStyle:
    """How a text is set."""

    font: str
    """The font's name in content streams: a key of `Painter.typefaces`."""
    size: int
    """Font size in Pango units."""
    features: tuple[tuple[str, int], ...]
    """OpenType features that the style switches, beside HarfBuzz's own."""
    language: str
    """The language that text is shaped in; empty when it has none."""
    transform_language: str
    """The language that `text-transform` follows; empty when it has none."""
    colour: bytes
    """The operator that sets the colour of the glyphs."""
    visible: bool
    letter_spacing: float
    """px"""
    word_spacing: float
    """px"""
    white_space: str
    breaks_words: bool
    """Whether a word that is too long for a line of its own is broken (`overflow-wrap`)."""
    text_transform: str
    drops_soft_hyphens: bool
    line_height: float
    """Used line height, px."""
    baseline: float
    """Baseline below the top of the line height, px."""
    decorations: tuple[Decoration, ...] = ()

    @property
    def wraps(self) -> bool:
        """Whether lines may be broken where the text has no newline."""
        return self.white_space in NEWLINE_WRAPS

    @property
    def collapses(self) -> bool:
        """Whether blanks collapse."""
        return self.white_space in COLLAPSES


@dataclass(frozen=True, slots=True, eq=False)
class SpanStyle:
    """An inline element without margins, borders and padding: what it adds to its lines."""

    line_height: float
    baseline: float
    white_space: str
    language: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BlockStyle:
    """A block of lines. `width` is its content's, in px, and may be infinite for texts that do not wrap."""

    width: float
    align: str
    """`start`, `end`, `center` or `justify`."""
    align_last: str
    """The same for last lines and those before a forced break."""
    indent: float
    """px"""
    white_space: str
    line_height: float
    baseline: float
