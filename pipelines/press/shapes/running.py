"""Running texts of page margins: named strings and page numbers, which every letter has its own of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.press.recent import Recent
from pipelines.press.shapes.markup import Said, filled
from pipelines.press.shapes.nodes import Words, wording
from pipelines.press.shapes.page_places import at
from pipelines.press.shapes.parts import Learnt, MarginBox, Unfollowed
from pipelines.press.shapes.ready import Kept, Ready, Typesetter, ruled_at

if TYPE_CHECKING:
    from pipelines.press.stamps import ShapePage

MARGINS = 500
"""Margins of pages that are kept by what they say, for each layout; some 1 kB each."""
Named = tuple[Said, ...]
"""What a named string says, before it is filled."""
_HAIR = 0.01
"""px by which texts beside each other must fit, to be sure."""


class Margin(NamedTuple):
    """The margin texts of a page, as operators."""

    texts: bytes
    """Within a text object."""
    drawn: bytes
    """Texts with lines under or through them, outside of text objects."""
    fonts: frozenset[str]


class MarginSaid(NamedTuple):
    """What the margin of a page says."""

    kind: str
    """Of the page."""
    texts: tuple[str, ...]
    """Of each of its boxes."""


class _Boxes(NamedTuple):
    """The margin boxes of a kind of page, and the blocks of each."""

    boxes: tuple[MarginBox, ...]
    kept: tuple[Kept, ...]
    named: bool
    """Whether they say what the letter names."""


class Margins:
    """The margins of one layout's pages. Many of them say what others say: `Sida 1 av 3`."""

    def __init__(self, learnt: Learnt, setter: Typesetter) -> None:
        self.learnt = learnt
        self._setter = setter
        self._boxes: dict[str, _Boxes] = {}
        self._made: Recent[MarginSaid, Margin] = Recent(MARGINS)

    def boxes(self, kind: str) -> _Boxes:
        """Those of a kind of page."""
        found = self._boxes.get(kind)
        if found is None:
            boxes = self.learnt.pages[kind].margins
            words = [wording(box.block, (Words(box.text, (0,)),)) for box in boxes]
            named = any(what.startswith("named") for box in boxes for what, _ in box.content)
            found = self._boxes[kind] = _Boxes(boxes, tuple(map(self._setter.kept, words)), named)
        return found

    def made(self, said: MarginSaid) -> Margin:
        """The margin that says so. Raises Unfollowed when texts side by side do not fit into one line."""
        found = self._made.get(said)
        if found is None:
            found = self._made.keep(said, self._set(*said))
        return found

    def want(self, said: MarginSaid) -> Iterator[Kept]:
        """Asks for the texts of such a margin, to be set together with others; where it asked."""
        if self._made.get(said) is None:
            for text, kept in zip(said.texts, self.boxes(said.kind).kept, strict=True):
                if text not in kept:
                    kept.wanted[text] = None
                    yield kept

    def _set(self, kind: str, said: tuple[str, ...]) -> Margin:
        boxes, kept, _ = self.boxes(kind)
        blocks = [one[text].block() for one, text in zip(kept, said, strict=True)]
        texts, drawn = [], []
        for margin, text, made in zip(boxes, said, blocks, strict=True):
            where = at(_left(margin, text, made), margin.y + _down(margin, made))
            if made.ruled:
                drawn.append(ruled_at(where, made.lines))
            elif made.operators:
                texts += [where, made.operators]
        _check_sides(boxes, blocks)
        fonts = frozenset[str]().union(*[made.fonts for made in blocks if made.ruled or made.operators])
        return Margin(b"".join(texts), b"".join(drawn), fonts)


class Running:
    """What the margins say on a shape's pages."""

    def __init__(self, pages: "Sequence[ShapePage]", margins: Margins) -> None:
        self._pages = pages
        self._counters = margins.learnt.counters
        self._boxes = [margins.boxes(page.kind) for page in pages]
        self._named = any(boxes.named for boxes in self._boxes)
        self._same: list[MarginSaid] | None = None

    def said(self, values: Sequence[str]) -> list[MarginSaid]:
        """What the margin of each page says in a letter with these values."""
        if self._same is not None:
            return self._same
        found = []
        carried: dict[str, Named] = {}
        for number, (page, boxes) in enumerate(zip(self._pages, self._boxes, strict=True), start=1):
            here: dict[str, list[Named]] = {}
            for node in page.strings if self._named else ():
                for name, items in node.strings:
                    here.setdefault(name, []).append(items)
            said = [self._said(margin, here, carried, number, values) for margin in boxes.boxes]
            found.append(MarginSaid(page.kind, tuple(said)))
            carried |= {name: told[-1] for name, told in here.items()}
        if not self._named:
            self._same = found
        return found

    def _said(
        self,
        margin: MarginBox,
        here: Mapping[str, Sequence[Named]],
        carried: Mapping[str, Named],
        number: int,
        values: Sequence[str],
    ) -> str:
        """What a margin box says on the page of that number."""
        parts = []
        for kind, value in margin.content:
            if kind == "string":
                parts.append(value)
            elif kind == "page":
                parts.append(self._counters[value][number])
            elif kind == "pages":
                parts.append(self._counters[value][len(self._pages)])
            elif value in here:
                parts += [filled(item, values) for item in here[value][-1 if kind == "named last" else 0]]
            else:
                parts += [filled(item, values) for item in carried.get(value, ())]
        return "".join(parts)


def _left(margin: MarginBox, said: str, made: Ready) -> float:
    if margin.hugs is None:
        return margin.x
    if said.endswith(tuple(" \t\n")):
        # WeasyPrint makes such a box a hair too narrow for its own text.
        raise Unfollowed("a margin box without a width, whose text ends in a blank")
    x, width = _span(made)
    return margin.x + margin.hugs * (margin.width - width) - x


def _down(margin: MarginBox, made: Ready) -> float:
    if margin.align == "bottom":
        return margin.height - made.height
    if margin.align == "middle":
        return (margin.height - made.height) / 2
    return 0.0


def _span(made: Ready) -> tuple[float, float]:
    """Begin and width of a single line."""
    if not made.lines:
        return 0.0, 0.0
    if len(made.lines) > 1:
        raise Unfollowed("a margin box without a width and with several lines")
    pieces = made.lines[0].pieces
    return (pieces[0].x, sum(piece.width for piece in pieces)) if pieces else (0.0, 0.0)


def _check_sides(margins: Sequence[MarginBox], made: Sequence[Ready]) -> None:
    """Boxes as wide as their texts must have the room for it, or WeasyPrint would squeeze them."""
    for side in ("top", "bottom"):
        beside = [(m, one) for m, one in zip(margins, made, strict=True) if m.side == side]
        if all(margin.hugs is None for margin, _ in beside):
            continue
        outer = {"left": 0.0, "center": 0.0, "right": 0.0}
        room = 0.0
        for margin, one in beside:
            hugs = margin.hugs is not None
            outer[margin.place] = margin.around + (_span(one)[1] if hugs else margin.width)
            if hugs:
                room = margin.width + margin.around
        if outer["center"]:
            taken = outer["center"] + 2 * max(outer["left"], outer["right"])
        else:
            taken = outer["left"] + outer["right"]
        if taken > room - _HAIR:
            raise Unfollowed("margin boxes without widths whose texts do not fit side by side")
