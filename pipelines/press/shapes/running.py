"""Running texts of page margins: named strings and page numbers, which every letter has its own of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.press.shapes.markup import filled
from pipelines.press.shapes.nodes import Words, wording
from pipelines.press.shapes.parts import Learnt, MarginBox, Unfollowed
from pipelines.press.shapes.ready import Ready, Typesetter

if TYPE_CHECKING:
    from pipelines.press.stamps import ShapePage

_HAIR = 0.01
"""px by which texts beside each other must fit, to be sure."""


def running_texts(
    pages: "Sequence[ShapePage]", learnt: Learnt, values: Sequence[str], setter: Typesetter
) -> list[list[tuple[float, float, Ready]]]:
    """For each page its margin texts: left and top of the text's block, px, and the set lines.

    Raises Unfollowed when texts side by side do not fit into one line.
    """
    out = []
    carried: dict[str, str] = {}
    for number, page in enumerate(pages, start=1):
        here: dict[str, list[str]] = {}
        for node in page.strings:
            for name, items in node.strings:
                text = "".join([filled(item, values) for item in items])
                here.setdefault(name, []).append(text)
        texts = []
        margins = learnt.pages[page.kind].margins
        for margin in margins:
            said = _said(margin, here, carried, number, len(pages), learnt)
            made = setter.set(wording(margin.block, (Words(margin.text, (0,)),)), (said,))
            texts.append((_left(margin, said, made), margin.y + _down(margin, made), made))
        _check_sides(margins, [made for _, _, made in texts])
        carried |= {name: told[-1] for name, told in here.items()}
        out.append(texts)
    return out


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
