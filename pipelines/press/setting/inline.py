"""Lines of mixed content: texts side by side, inline elements, boxes among letters.

This follows WeasyPrint's `layout/inline.py` step by step, where it breaks a line between or
inside boxes, since its choices differ from those of a textbook: a box that has been set is taken
back and cut again, in steps of one pixel, when a later one does not fit.

A place to go on from is `None` for the begin, or a child's index with the place inside it; in a
text the place inside is a number of characters.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.press.setting.content import Atom, Branch, Leaf, Node
from pipelines.press.setting.lines import Measured
from pipelines.press.setting.opportunities import may_break
from pipelines.press.setting.style import NEWLINE_WRAPS, CannotFollow

Place = tuple[int, "Place | int | None"]
_IDEOGRAPH = "\u2e80"
"""What boxes count as for line breaking."""
_OVER = 1 + 1e-9
"""WeasyPrint's allowance for what floats lose."""


@dataclass(slots=True, eq=False)
class Set:
    """A node, or the part of it, on a line: texts have a slice, elements have children."""

    node: Node
    x: float
    width: float
    start: int = 0
    end: int = 0
    drawn: int = 0
    """The end of what WeasyPrint draws: blanks that a line's end swallows are still among the glyphs."""
    children: list["Set"] = field(default_factory=list)

    def text(self) -> str:
        """The characters of a text's part."""
        return self.node.text[self.start : self.end] if isinstance(self.node, Leaf) else ""


@dataclass(slots=True)
class _Split:
    made: Set | None
    resume: "Place | int | None"
    forced: bool
    first: str | bool | None
    last: str | bool | None


class Inline:
    """Sets the lines of one block. `measured` gives a text's measures."""

    def __init__(self, root: Branch, measured: Callable[[Leaf], Measured]) -> None:
        self._root = root
        self._measured = measured
        self._begin = 0.0

    def line(self, place: Place | None, indent: float, width: float) -> _Split | None:
        """One line from `place` on; None when nothing is left."""
        found = self._skipped(self._root, place)
        if isinstance(found, bool):
            return None
        on_line: list[Set] = []
        self._begin = indent
        return self._branch(
            self._root, indent, width, found if isinstance(found, tuple) else None, on_line, True
        )

    def bare(self, line: Set) -> None:
        """Takes the blanks at the line's end away."""
        above, last = [], line
        while isinstance(last.node, Branch):
            above.append(last)
            if not last.children:
                return
            last = last.children[-1]
        if not isinstance(last.node, Leaf) or not last.node.style.collapses:
            return
        text = last.text()
        kept = len(text.rstrip(" "))
        if kept == len(text):
            return
        width = self._measured(last.node).pixels(last.start, last.start + kept) if kept else 0.0
        for one in above:
            one.width -= last.width - width
        last.end, last.width = last.start + kept, width

    def _skipped(self, node: Node, place: "Place | int | None") -> "Place | int | bool | None":
        """The place behind blanks that a line's begin swallows; False when the node has been used up."""
        if isinstance(node, Leaf):
            at = place if isinstance(place, int) else 0
            if at == len(node.text):
                return False
            if node.style.collapses:
                while node.text[at : at + 1] == " ":
                    at += 1
            return at or None
        if isinstance(node, Branch):
            index, inside = place if isinstance(place, tuple) else (0, None)
            if index == 0 and not node.children:
                return None
            result = self._skipped(node.children[index], inside)
            if result is False:
                index += 1
                if index >= len(node.children):
                    return False
                result = self._skipped(node.children[index], None)
                if result is False:
                    result = None
            return (index, result) if index or result else None
        return None

    def _node(
        self, node: Node, x: float, limit: float, place: "Place | int | None", on_line: list[Set]
    ) -> _Split:
        if isinstance(node, Branch):
            return self._branch(node, x, limit, place if isinstance(place, tuple) else None, on_line, False)
        if isinstance(node, Atom):
            return _Split(Set(node, x, node.width), None, False, _IDEOGRAPH, _IDEOGRAPH)
        start = place if isinstance(place, int) else 0
        # WeasyPrint takes a text inside an element for the line's first one while the element grows.
        at_start = None if not on_line and x > self._begin else not on_line
        cut = self._measured(node).cut(start, limit - x, at_start)
        if cut is None:
            return _Split(None, None, False, node.text[0], node.text[-1])
        made = Set(node, x, cut.width, cut.start, cut.end, cut.end) if cut.end > cut.start else None
        last = node.text[-1] if cut.resume is None else node.text[cut.resume - 1]
        return _Split(made, cut.resume, cut.forced, node.text[0], last)

    def _branch(
        self, node: Branch, x: float, limit: float, place: Place | None, on_line: list[Set], is_line: bool
    ) -> _Split:
        limit *= _OVER
        begin = x
        skip, inside = place if place is not None else (0, None)
        kept: list[tuple[int, Set]] = []
        waiting: list[tuple[int, Set]] = []
        forced = False
        first: str | bool | None = None
        last: str | bool | None = None
        resume: Place | None = None
        for index in range(skip, len(node.children)):
            child = node.children[index]
            split = self._node(child, x, limit, inside, on_line)
            inside = None
            forced = forced or split.forced
            if self._breaks_between(node, last, split.first, child):
                kept += waiting
                waiting = []
            if first is None:
                first = split.first
            last = True if isinstance(child, Branch) and child.ends_in_lost_blank else split.last
            after = (index, split.resume) if split.resume is not None else None
            if split.made is not None:
                if is_line:
                    on_line.append(split.made)
                right = split.made.x + split.made.width
                if right > limit and right - self._blank_end(split.made) > limit:
                    if forced:
                        raise CannotFollow("a forced break in a line that is too long")
                    taken_back = self._taken_back(node, place, on_line, kept, waiting)
                    if taken_back is not None:
                        resume = taken_back
                        break
                x = right
                waiting.append((index, split.made))
            if after is not None:
                kept += waiting
                resume = after
                break
        else:
            kept += waiting
        children = [child for _, child in kept]
        width = children[-1].x + children[-1].width - (0.0 if is_line else begin) if children else 0.0
        return _Split(Set(node, begin, width, children=children), resume, forced, first, last)

    def _breaks_between(
        self, node: Branch, last: str | bool | None, first: str | bool | None, child: Node
    ) -> bool:
        if last is True:
            last = " "
        elif node.white_space in ("pre", "nowrap"):
            return False
        if not isinstance(last, str) or not isinstance(first, str):
            return False
        return may_break(last, first, _language(child))

    def _taken_back(
        self,
        node: Branch,
        place: Place | None,
        on_line: list[Set],
        kept: list[tuple[int, Set]],
        waiting: list[tuple[int, Set]],
    ) -> Place | None:
        """Where the next line begins, when the line is cut in what was set before; changes `kept`."""
        left = list(waiting)
        while left:
            index, made = left.pop()
            if not self._breakable(made):
                continue
            inside = place[1] if place is not None and place[0] == index else None
            limit = made.x + made.width - 1
            while limit > made.x:
                split = self._node(made.node, made.x, limit, inside, on_line)
                if split.resume is not None:
                    break
                limit -= 1
            else:
                continue
            kept += left
            if split.made is not None:
                kept.append((index, split.made))
            return index, split.resume
        return (kept[-1][0] + 1, None) if kept else None

    def _breakable(self, made: Set) -> bool:
        node = made.node
        if isinstance(node, Leaf):
            if not node.style.wraps:
                return False
            breaks = self._measured(node).inside(made.start, made.end)
            return bool(breaks)
        if isinstance(node, Branch):
            return node.white_space in NEWLINE_WRAPS and any(map(self._breakable, made.children))
        return False

    def _blank_end(self, made: Set) -> float:
        """The width of the blanks that the box ends in."""
        above: Set | None = None
        while isinstance(made.node, Branch):
            if not made.children:
                return 0.0
            above, made = made, made.children[-1]
        if not isinstance(made.node, Leaf) or not made.node.style.collapses:
            return 0.0
        text = made.text()
        if not text.endswith(" "):
            return 0.0
        kept = len(text.rstrip(" "))
        measured = self._measured(made.node)
        if kept:
            return measured.pixels(made.start, made.end) - measured.pixels(made.start, made.start + kept)
        width = measured.pixels(made.start, made.end)
        if above is not None and len(above.children) > 1:
            width += self._blank_end(above.children[-2])
        return width


def extent(line: Set) -> tuple[float, float]:
    """How far a line reaches above and below its baseline, everything on it standing on that."""
    node = line.node
    if isinstance(node, Leaf):
        above, height = node.style.baseline, node.style.line_height
    elif isinstance(node, Atom):
        above, height = node.baseline, node.height
    else:
        above, height = node.baseline, node.line_height
    below = height - above
    for child in line.children:
        up, down = extent(child)
        above, below = max(above, up), max(below, down)
    return above, below


def phantom(line: Set) -> bool:
    """Whether nothing stands on the line."""
    return all(isinstance(child.node, Branch) and phantom(child) for child in line.children)


def _language(node: Node) -> str:
    if isinstance(node, Branch):
        return node.language
    return node.style.language if isinstance(node, Leaf) else node.language
