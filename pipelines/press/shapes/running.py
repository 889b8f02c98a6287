"""Running texts of page margins: named strings and page numbers, which every letter has its own of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.press.shapes.markup import filled
from pipelines.press.shapes.nodes import Words, wording
from pipelines.press.shapes.parts import Learnt, MarginBox, Unfollowed
from pipelines.press.shapes.ready import Kept, Ready, Typesetter, at, ruled_at

if TYPE_CHECKING:
    from pipelines.press.stamps import ShapePage

_HAIR = 0.01
"""px by which texts beside each other must fit, to be sure."""


class Margin(NamedTuple):
    """The margin texts of a page, as operators."""

    texts: bytes
    """Within a text object."""
    drawn: bytes
    """Texts with lines under or through them, outside of text objects."""
    fonts: frozenset[str]


_EMPTY = Margin(b"", b"", frozenset())


class Running:
    """The running texts of a shape's pages."""

    def __init__(self, pages: "Sequence[ShapePage]", learnt: Learnt, setter: Typesetter) -> None:
        self._pages = pages
        self._learnt = learnt
        self._boxes = [
            [
                (margin, setter.kept(wording(margin.block, (Words(margin.text, (0,)),))))
                for margin in learnt.pages[page.kind].margins
            ]
            for page in pages
        ]
        self._named = any(
            kind.startswith("named") for boxes in self._boxes for one, _ in boxes for kind, _ in one.content
        )
        self._same: list[Margin] | None = None

    def margins(self, values: Sequence[str]) -> list[Margin]:
        """For each page its margin texts in a letter with these values.

        Raises Unfollowed when texts side by side do not fit into one line.
        """
        if self._same is not None:
            return self._same
        found = []
        carried: dict[str, str] = {}
        for number, (page, boxes) in enumerate(zip(self._pages, self._boxes, strict=True), start=1):
            here: dict[str, list[str]] = {}
            for node in page.strings if self._named else ():
                for name, items in node.strings:
                    text = "".join([filled(item, values) for item in items])
                    here.setdefault(name, []).append(text)
            found.append(self._margin(boxes, here, carried, number))
            carried |= {name: told[-1] for name, told in here.items()}
        if not self._named:
            self._same = found
        return found

    def _margin(
        self,
        boxes: Sequence[tuple[MarginBox, Kept]],
        here: dict[str, list[str]],
        carried: dict[str, str],
        number: int,
    ) -> Margin:
        if not boxes:
            return _EMPTY
        blocks: list[Ready] = []
        texts, drawn = [], []
        for margin, kept in boxes:
            said = _said(margin, here, carried, number, len(self._pages), self._learnt)
            made = kept[said].block()
            blocks.append(made)
            where = at(_left(margin, said, made), margin.y + _down(margin, made))
            if made.ruled:
                drawn.append(ruled_at(where, made.lines))
            elif made.operators:
                texts += [where, made.operators]
        _check_sides([margin for margin, _ in boxes], blocks)
        fonts = frozenset().union(*[made.fonts for made in blocks if made.ruled or made.operators])
        return Margin(b"".join(texts), b"".join(drawn), fonts)


def _said(
    margin: MarginBox,
    here: dict[str, list[str]],
    carried: dict[str, str],
    number: int,
    count: int,
    learnt: Learnt,
) -> str:
    parts = []
    for kind, value in margin.content:
        if kind == "string":
            parts.append(value)
        elif kind == "page":
            parts.append(learnt.counters[value][number])
        elif kind == "pages":
            parts.append(learnt.counters[value][count])
        elif value in here:
            parts.append(here[value][-1 if kind == "named last" else 0])
        else:
            parts.append(carried.get(value, ""))
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
