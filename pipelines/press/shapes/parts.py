"""What the press learns of a layout: small frozen values that pickle, lengths in CSS pixels.

A `Part` belongs to a signature: an element with given attributes in given surroundings has the
same style and box model in every letter. Nothing in a part depends on a letter's text.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from pipelines.press.painting import Form
from pipelines.press.setting.style import BlockStyle, SpanStyle, TextStyle
from pipelines.press.written_numbers import number

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
POINTS = 0.75
"""Points in a CSS pixel."""
NAMELESS = "nameless"
"""The display of a block that has no element."""


class Unfollowed(Exception):
    """The press cannot follow this part of a layout; says what it is, never what it says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Decoration:
    """Borders and background of a box: operators in pixels from its border box's upper left corner.

    `words` are the operators between the numbers that grow with the box; `numbers` are
    (constant, factor): the number is constant + factor × height of the border box.
    """

    words: tuple[bytes, ...]
    numbers: tuple[tuple[float, float], ...]
    width: float
    """Of the border box."""
    least: float = 0.0
    """The border box's height below which the numbers are others, since its round corners meet."""

    def operators(self, height: float) -> bytes:
        """The operators for a border box of that height in pixels."""
        out = [self.words[0]]
        for (constant, factor), word in zip(self.numbers, self.words[1:], strict=True):
            out += [number(constant + factor * height).encode(), word]
        return b"".join(out)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that says the same on every letter: its form, and its size in pixels."""

    form: Form
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Part:
    """How the press follows one element."""

    display: str
    """`none`, `block`, `table`, `group`, `head`, `foot`, `row`, `cell`, `inline`, `atom`, `picture` or
    `symbol`."""
    refused: str = ""
    """Why the press cannot follow it; empty when it can."""
    inline: bool = False
    """Stands in a line of text."""
    position: str = "static"
    layered: bool = False
    """Painted above all that is not: positioned boxes, and drawings, which cut off what overflows."""
    x: float = 0.0
    """Left edge of the border box from the content box of the parent, or, when `left_set`, from
    the padding box of the containing block."""
    left_set: bool = False
    width: float = 0.0
    """Of the content box; of a box that shrinks to its text, the room that it has."""
    shrinks: bool = False
    margin_top: float = 0.0
    margin_bottom: float = 0.0
    inset_left: float = 0.0
    """Border and padding."""
    inset_right: float = 0.0
    inset_top: float = 0.0
    inset_bottom: float = 0.0
    border_left: float = 0.0
    border_top: float = 0.0
    border_bottom: float = 0.0
    height: float | None = None
    """Of the content box when it is fixed."""
    min_height: float = 0.0
    max_height: float = float("inf")
    top: float | None = None
    bottom: float | None = None
    break_before: str = "auto"
    break_after: str = "auto"
    break_inside: str = "auto"
    orphans: int = 2
    widows: int = 2
    discards: bool = False
    """`margin-break: discard`."""
    align: str = "baseline"
    """`vertical-align` of a cell or margin box."""
    spacing: float = 0.0
    """Vertical border-spacing of a table."""
    flow_root: bool = False
    """Margins do not collapse through it."""
    block: BlockStyle | None = None
    text: TextStyle | None = None
    text_refused: str = ""
    span: SpanStyle | None = None
    """Of an element within a line that has no margin, border, padding or background of its own."""
    decoration: Decoration | None = None
    cuts: "tuple[Decoration | None, ...]" = ()
    """The decoration without its lower edge, its upper edge, and both; empty when no page may break it."""
    strings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """`string-set`: name and (`string`|`attr`, text or attribute name) items."""
    picture: Picture | None = None
    baseline: float = 0.0
    """Of an atom: its line's, from the top of its margin box."""
    shift: tuple[float, float] = (0.0, 0.0)
    """How far it is moved right and down from its place at the end (`position: relative`)."""
    advance: float = 0.0
    """Of an atom: width of its margin box."""
    rise: float = 0.0
    """Of an atom: height of its margin box."""


def nameless(around: Part) -> Part:
    """The block that lines get when other blocks stand beside them."""
    return Part(
        NAMELESS,
        width=around.width,
        block=around.block,
        text=around.text,
        text_refused=around.text_refused,
        orphans=around.orphans,
        widows=around.widows,
    )


@dataclass(frozen=True, slots=True)
class MarginBox:
    """Running text in a page's margin: its place on the sheet and what it says.

    `content` has (`string`, text), (`named`, name), (`named last`, name), (`page`, style) and
    (`pages`, style) items.
    """

    x: float
    y: float
    width: float
    height: float
    align: str
    block: BlockStyle
    text: TextStyle
    content: tuple[tuple[str, str], ...]
    side: str = ""
    """`top` or `bottom` when it shares its room with boxes beside it."""
    place: str = ""
    """`left`, `center` or `right` on that side."""
    hugs: float | None = None
    """Where a box as wide as its text stands in `width`, its side's room: 0 left, 0.5 middle, 1 right."""
    around: float = 0.0
    """Margins and padding at both sides."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page: its content box and its margin boxes."""

    x: float
    y: float
    width: float
    height: float
    refused: str = ""
    margins: tuple[MarginBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """All that was learnt of a layout."""

    parts: dict[bytes, Part] = field(default_factory=dict)
    pages: dict[str, PageKind] = field(default_factory=dict)
    counters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Counter style → how it writes 0, 1, 2, …"""
    fonts: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    """Font name in content streams → family, weight and style of the press font."""

    def take(self, other: "Learnt") -> None:
        """Takes in what another has learnt; what is known stays as it is, since others hold on to it."""
        _add(self.parts, other.parts)
        _add(self.pages, other.pages)
        _add(self.counters, other.counters)
        _add(self.fonts, other.fonts)


def _add(mine: dict[_Key, _Value], theirs: dict[_Key, _Value]) -> None:
    for key, value in theirs.items():
        mine.setdefault(key, value)
