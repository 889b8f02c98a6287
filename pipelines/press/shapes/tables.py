"""Tables of fixed columns: groups of rows, heads and feet on each page, and where a page ends among them."""

from pipelines.press.shapes.breaks import AVOID, FORCED, Breaks, between, groups
from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.pieces import Laid, Piece, Resume, collapsed, cut
from pipelines.press.shapes.rows import Rows
from pipelines.press.shapes.sheet import Sheet


class Tables:
    """Lays out tables."""

    def __init__(self, sheet: Sheet, breaks: Breaks, rows: Rows) -> None:
        self._sheet = sheet
        self._breaks = breaks
        self._rows = rows

    def table(
        self,
        node: Node,
        x: float,
        y: float,
        space: float,
        resume: Resume | None,
        empty: bool,
        margins: list[float],
        index: int,
    ) -> Laid:
        """Lays out a table (see `blocks.Lay`)."""
        part = node.part
        start = resume is None
        margin_top = part.margin_top if start else 0.0
        if start and empty and (node.top or margins) and self._sheet.cuts_margin(node):
            margin_top = 0.0
        margins.append(margin_top)
        head, bodies, foot = groups(node)
        inset_top = part.inset_top if start or head else 0.0
        piece = Piece(node, index, x + part.x, y + collapsed(margins), 0.0, inset_top)
        top = piece.y + inset_top + (part.spacing if start else 0.0)
        limit = space if empty else float("-inf")
        head_piece = self._repeated(head, piece, top, limit)
        foot_piece = self._repeated(foot, piece, top, limit)
        skip = resume.at if resume is not None else 0
        avoids = next((g.part.break_inside in AVOID for i, g in bodies if i >= skip), False)
        for above, below in _tries(head_piece, foot_piece):
            piece.children = [] if above is None else [above]
            at = top if above is None else top + above.height + part.spacing
            more = 0.0 if below is None else below.height + part.spacing
            last_try = above is None and below is None
            found = self._bodies(bodies, piece, at, space + more, resume, empty if last_try else avoids)
            if found is not None or not bodies or not empty:
                break
        if found is None:
            return Laid(None, None, [])
        at, rest = found
        if rest is not None and part.break_inside in AVOID and not empty:
            return Laid(None, None, [])
        if below is not None:
            below.move(at - below.y)
            piece.children.append(below)
            at += more
        piece.height = max(0.0, at - piece.y - inset_top)
        if part.height is not None:
            piece.height = max(piece.height, part.height)
        piece.inset_bottom = part.inset_bottom if rest is None or foot else 0.0
        piece.margin_bottom = part.margin_bottom if rest is None else 0.0
        piece.broken = rest is not None
        if part.decoration is not None:
            cut(piece, not (start or head), piece.broken and not foot)
        return Laid(piece, rest, [])

    def _repeated(self, group: Node | None, table: Piece, at: float, space: float) -> Piece | None:
        """A head or foot, which stands on each page; None when it does not fit whole."""
        if group is None:
            return None
        laid = self._group(group, table, at, space, None, False, 0)
        if laid.piece is None or laid.resume is not None:
            return None
        laid.piece.repeats = True
        return laid.piece

    def _bodies(
        self,
        bodies: list[tuple[int, Node]],
        table: Piece,
        at: float,
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> tuple[float, Resume | None] | None:
        """Stands groups below each other; the next place and where the next page goes on."""
        skip, deeper = (resume.at, resume.inner) if resume is not None else (0, None)
        count = len(table.children)
        for index, group in bodies:
            if index < skip:
                continue
            made = table.children[count:]
            if made and between(made[-1].node, group) in FORCED:
                self._sheet.force()
                return at, Resume(index)
            laid = self._group(group, table, at, space, deeper, empty, index)
            deeper = None
            if laid.piece is None:
                found = self._breaks.before(group, index, made, empty)
                if found is None:
                    return None
                table.children[count:], rest = found
                return at, rest
            table.children.append(laid.piece)
            at = laid.piece.y + laid.piece.height + table.node.part.spacing
            empty = False
            if laid.resume is not None:
                return at, Resume(index, laid.resume)
        return at, None

    def _group(
        self,
        node: Node,
        table: Piece,
        at: float,
        space: float,
        resume: Resume | None,
        empty: bool,
        index: int,
    ) -> Laid:
        x = table.x + table.node.part.inset_left
        piece = Piece(node, index, x, at)
        rows = piece.children
        spacing = table.node.part.spacing
        was_empty = empty
        rest: Resume | None = None
        skip, cells = (resume.at, resume.cells) if resume is not None else (0, ())
        for i, row in enumerate(node.children[skip:], start=skip):
            if rows and between(rows[-1].node, row) in FORCED:
                self._sheet.force()
                rest = Resume(i)
                break
            made = self._rows.row(row, x, at, space, empty, i, cells)
            cells = ()
            below = float("inf")
            if made is not None:
                below = made.y + made.height + (0.0 if made.broken else spacing)
            if made is None or (not empty and self._sheet.over(space, below)):
                if made is None and empty:
                    raise Unfollowed("a table row that is higher than its page")
                found = self._breaks.before(row, i, rows, was_empty)
                if found is None:
                    return Laid(None, None, [])
                piece.children, rest = found
                break
            rows.append(made)
            at = below
            empty = False
            if made.broken:
                rest = Resume(i, None, self._rows.rest)
                break
        rows = piece.children
        if rest is not None and not was_empty and (node.part.break_inside in AVOID or not rows):
            return Laid(None, None, [])
        if rows:
            piece.height = rows[-1].y + rows[-1].height - piece.y
            if rows[-1].broken:
                # WeasyPrint takes off the spacing below, which it has not added.
                piece.height -= spacing
        return Laid(piece, rest, [])


def _tries(head: Piece | None, foot: Piece | None) -> list[tuple[Piece | None, Piece | None]]:
    """What to try in turn until something of the table fits between its head and foot."""
    tries: list[tuple[Piece | None, Piece | None]] = []
    if head is not None and foot is not None:
        tries.append((head, foot))
    if head is not None:
        tries.append((head, None))
    elif foot is not None:
        tries.append((None, foot))
    return [*tries, (None, None)]
