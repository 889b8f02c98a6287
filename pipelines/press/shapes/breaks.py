"""Page breaks: what stands between two siblings, and the last place where a page may end.

CSS Fragmentation 3: forced breaks win, `avoid` moves a break back to where none is avoided,
orphans and widows keep lines together.
"""

from collections.abc import Sequence

from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.pieces import Piece, Resume
from pipelines.press.shapes.ready import Ready

AVOID = ("avoid", "avoid-page")
FORCED = ("page", "always", "left", "right", "recto", "verso")
_SIDES = ("left", "right", "recto", "verso")
_WHOLE = ("row", "cell", "picture", "symbol")


def between(before: Node, after: Node) -> str:
    """The break value that wins between two siblings."""
    result = "auto"
    for value in (*_afters(before), *_befores(after)):
        if value in _SIDES:
            result = value
        elif value in ("page", "always") and result in ("auto", *AVOID):
            result = "page"
        elif value in AVOID and result == "auto":
            result = value
    return result


def _afters(node: Node) -> list[str]:
    """The values that are said behind a node, from the innermost; without those that say nothing."""
    values: list[str] = []
    at: Node | None = node
    while at is not None and (part := at.part).display not in ("cell", "atom"):
        if part.break_after != "auto":
            values.insert(0, part.break_after)
        at = _edge(at, True) if at.children else None
    return values


def _befores(node: Node) -> list[str]:
    """The values that are said in front of a node, from the outermost; without those that say nothing."""
    values: list[str] = []
    at: Node | None = node
    while at is not None and (part := at.part).display not in ("cell", "atom"):
        if part.break_before != "auto":
            values.append(part.break_before)
        at = _edge(at, False) if at.children else None
    return values


def _edge(node: Node, last: bool) -> Node | None:
    """The first or last child, where breaks on both meet; none when a box out of the flow stands there."""
    if node.part.display == "table":
        head, bodies, foot = groups(node)
        found = [g for g in (head, *(g for _, g in bodies), foot) if g is not None]
        return found[-1 if last else 0]
    if node.absolutes:
        at = len(node.children) if last else 0
        if any(before == at for before, _ in node.absolutes):
            return None
    return node.children[-1 if last else 0]


def groups(table: Node) -> tuple[Node | None, list[tuple[int, Node]], Node | None]:
    """A table's head, its other groups with their numbers, and its foot."""
    head = next((g for g in table.children if g.part.display == "head"), None)
    foot = next((g for g in table.children if g.part.display == "foot"), None)
    return head, [(i, g) for i, g in enumerate(table.children) if g is not head and g is not foot], foot


class Breaks:
    """Finds where a page ends among pieces that stand on it."""

    def __init__(self, sets: Sequence[Ready]) -> None:
        self._sets = sets

    def before(
        self, node: Node, index: int, made: list[Piece], empty: bool
    ) -> tuple[list[Piece], Resume] | None:
        """A break before a row or group that does not fit, or earlier when that is to be avoided."""
        if not made:
            return None
        if between(made[-1].node, node) in AVOID:
            found = self.earlier(made)
            if found is not None:
                return found
            if not empty:
                return None
        return made, Resume(index)

    def earlier(self, pieces: list[Piece]) -> tuple[list[Piece], Resume] | None:
        """The last place among pieces where a page may break: what stays, and where the next goes on."""
        following: Piece | None = None
        for i in range(len(pieces) - 1, -1, -1):
            piece = pieces[i]
            if piece.repeats:
                continue
            if following is not None and between(piece.node, following.node) not in AVOID:
                return pieces[: i + 1], Resume(pieces[i + 1].index)
            following = piece
            part = piece.node.part
            if part.break_inside in AVOID or part.display in _WHOLE:
                continue
            if piece.node.leaf >= 0:
                rest = self._between_lines(piece)
                if rest is not None:
                    return pieces[: i + 1], Resume(piece.index, rest)
                continue
            found = self.earlier(piece.children)
            if found is not None:
                piece.children, inner = found
                piece.check_kept(inner)
                _cut(piece, piece.height)
                # WeasyPrint leaves the foot where it was.
                feet = [p for p in pieces[i + 1 :] if p.repeats]
                return [*pieces[: i + 1], *feet], Resume(piece.index, inner)
        return None

    def _between_lines(self, piece: Piece) -> Resume | None:
        """Breaks a leaf before as many lines as must stay together at its end."""
        part = piece.node.part
        count = piece.last_line - piece.first_line
        keep = count - part.widows
        if count == 0 or keep < part.orphans:
            return None
        piece.check_kept()
        lines = self._sets[piece.node.leaf].lines
        piece.last_line = piece.first_line + keep
        cut = sum(line.height for line in lines[piece.last_line : piece.last_line + part.widows])
        _cut(piece, piece.height - cut)
        return Resume(piece.last_line)


def _cut(piece: Piece, height: float) -> None:
    if piece.node.part.decoration is not None:
        raise Unfollowed("a box with border or background that breaks over pages")
    piece.broken = True
    piece.height = height
