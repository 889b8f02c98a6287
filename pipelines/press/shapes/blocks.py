"""Blocks one below the other: margins collapsed, heights, and where a page ends among them.

CSS 2.1 8.3.1, 9.4.1 and 10.6, as WeasyPrint 70 follows them.
"""

from collections.abc import Callable, Sequence

from pipelines.press.shapes.breaks import AVOID, FORCED, Breaks, between
from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.paragraphs import Filled, check_atoms, fill
from pipelines.press.shapes.parts import NAMELESS, Unfollowed
from pipelines.press.shapes.pieces import Laid, Piece, Resume, Torn, collapsed, cut, move_relative
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.sheet import NEARLY, Sheet

Lay = Callable[[Node, float, float, float, Resume | None, bool, list[float], int], Laid]
"""Lays a node out at `x` (its parent's content edge) and `y` (before margins), with so much `space`
kept free at the page's end, from where the page before ended; whether the page is `empty` so far,
the margins that collapse with its own, and its number among its siblings."""


class Blocks:
    """Lays out blocks. `table` lays out tables."""

    table: Lay

    def __init__(self, sheet: Sheet, sets: Sequence[Ready], breaks: Breaks) -> None:
        self._sheet = sheet
        self._sets = sets
        self._breaks = breaks

    def lay(
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
        """Lays out anything that stands in the flow by itself (see `Lay`)."""
        part = node.part
        if part.display == "table":
            return self.table(node, x, y, space, resume, empty, margins, index)
        if part.display in ("picture", "symbol"):
            margins.append(part.margin_top)
            top = y + collapsed(margins)
            piece = Piece(node, index, x + part.x, top, part.height or 0.0, part.inset_top, part.inset_bottom)
            piece.margin_bottom = part.margin_bottom
            return Laid(piece, None, [])
        return self.block(node, x, y, space, resume, empty, margins, index)

    def block(
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
        """Lays out a block (see `Lay`)."""
        part = node.part
        if resume is None:
            inset_top, margin_top = part.inset_top, part.margin_top
            if empty and (node.top or margins) and self._sheet.cuts_margin(node):
                margin_top = 0.0
        else:
            inset_top = margin_top = 0.0
        margins.append(margin_top)
        own = margins
        rooted = part.flow_root or node.number == 0
        joined = not (inset_top or rooted)
        piece = Piece(node, index, x + part.x, y, 0.0, inset_top)
        if joined:
            inner = y
        else:
            piece.y = y + collapsed(margins)
            margins = []
            inner = piece.y + inset_top
        kept = part.break_inside in AVOID and not empty
        if node.leaf < 0 or node.atoms or node.absolutes:
            self._sheet.kept += kept
            try:
                at, margins, rest = self.inside(piece, inner, margins, space, resume, empty)
            except Torn:
                if not kept:
                    raise
                at = None
            finally:
                self._sheet.kept -= kept
        else:
            at, margins, rest = fill(
                self._sheet, piece, self._sets[node.leaf], inner, margins, space, resume, empty
            )
        if at is None or (kept and rest is not None):
            return Laid(None, None, [])
        if joined:
            piece.y = y + collapsed(own)
        through = False
        if not (piece.children or piece.last_line > piece.first_line):
            if (
                part.height in (None, 0.0)
                and part.min_height == 0
                and not (inset_top or part.inset_bottom or (part.flow_root and part.position == "absolute"))
            ):
                through = True
            else:
                at += collapsed(margins)
                margins = []
        elif part.height is not None:
            margins = []
        inset_bottom = part.inset_bottom if rest is None else 0.0
        if inset_bottom or rooted:
            at += collapsed(margins)
            margins = []
        height = part.height
        if height is None:
            height = max(0.0, at - piece.y - inset_top)
        if rest is None:
            height = max(min(height, part.max_height), part.min_height)
            piece.inset_bottom = inset_bottom
            piece.margin_bottom = part.margin_bottom
        else:
            piece.broken = True
            height = max(height, self._sheet.bottom - space - piece.y - inset_top)
        piece.height = height
        if part.decoration is not None:
            cut(piece, resume is not None, rest is not None)
        move_relative(piece.children)
        return Laid(piece, rest, margins, through)

    def inside(
        self,
        piece: Piece,
        at: float,
        margins: list[float],
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> Filled:
        """Fills a block's or cell's piece with its lines or blocks, from `at` on."""
        node = piece.node
        part = node.part
        if node.leaf >= 0:
            if node.atoms:
                check_atoms(node, self._sets)
            if resume is None and node.absolutes:
                piece.absolutes = [(at, child) for _, child in node.absolutes]
            return fill(self._sheet, piece, self._sets[node.leaf], at, margins, space, resume, empty)
        skip, deeper = (resume.at, resume.inner) if resume is not None else (0, None)
        out = iter(node.absolutes)
        waiting = next(out, None)
        before: Node | None = None
        for i, child in enumerate(node.children[skip:] if skip else node.children, start=skip):
            while waiting is not None and waiting[0] <= i:
                if resume is None or waiting[0] > skip:
                    piece.absolutes.append((at + collapsed(margins), waiting[1]))
                waiting = next(out, None)
            if before is None:
                if piece.absolutes and not (piece.inset_top or part.flow_root or node.number == 0):
                    self._draw_down(piece, child, margins, empty)
            elif between(before, child) in FORCED:
                self._sheet.force()
                return at, [], Resume(i)
            at_next, margins, rest, stop = self._child(piece, child, i, at, margins, space, deeper, empty)
            deeper = None
            if at_next is None:
                return None, [], None
            at = at_next
            if stop:
                if part.height is not None and self._past(piece, at, margins):
                    # WeasyPrint forgets what does not fit.
                    raise Unfollowed("a box of fixed height whose content runs over the page")
                return at, [], rest
            before = child
        while waiting is not None:
            if resume is None or waiting[0] > skip:
                piece.absolutes.append((at + collapsed(margins), waiting[1]))
            waiting = next(out, None)
        return at, margins, None

    def _child(
        self,
        piece: Piece,
        child: Node,
        index: int,
        at: float,
        margins: list[float],
        space: float,
        resume: Resume | None,
        empty: bool,
    ) -> tuple[float | None, list[float], Resume | None, bool]:
        """Lays a child behind the others; place, margins, where to go on, and whether to stop."""
        part = piece.node.part
        alone = empty and not piece.children
        x = piece.x + part.inset_left
        before = list(margins)
        laid = self.lay(child, x, at, space, resume, alone, margins, index)
        made = laid.piece
        if made is not None:
            if not laid.through:
                more = space + made.inset_bottom
                if part.inset_bottom or part.flow_root or piece.node.number == 0:
                    more += made.margin_bottom
                content = made.y + made.inset_top + made.height
                border = made.y + made.border_height
                if alone:
                    at = border
                elif self._sheet.over(space, content):
                    made = None
                elif self._sheet.over(more, border):
                    margins = before
                    laid = self.lay(child, x, at, more, resume, alone, margins, index)
                    made = laid.piece
                    if made is not None:
                        at = made.y + made.border_height
                else:
                    at = border
            margins = laid.margins
            if made is not None:
                margins.append(made.margin_bottom)
        if made is None:
            return self._ended(piece, child, index, at, margins, empty)
        piece.children.append(made)
        if laid.resume is not None:
            return at, margins, Resume(index, laid.resume), True
        return at, margins, None, False

    def _ended(
        self, piece: Piece, child: Node, index: int, at: float, margins: list[float], empty: bool
    ) -> tuple[float | None, list[float], Resume | None, bool]:
        """Ends the page before a child that does not fit, or earlier when that is to be avoided."""
        if not piece.children:
            return None, [], None, True
        if between(piece.children[-1].node, child) in AVOID:
            found = self._breaks.earlier(piece.children)
            if found is not None:
                piece.children, rest = found
                piece.check_kept(rest)
                return at, margins, rest, True
            if not empty:
                return None, [], None, True
        return at, margins, Resume(index), True

    def _draw_down(self, piece: Piece, child: Node, margins: list[float], empty: bool) -> None:
        """Absolute boxes in front of the first block move by what its margin adds."""
        margin = 0.0 if child.part.display == NAMELESS else child.part.margin_top
        if empty and self._sheet.cuts_margin(piece.node):
            margin = 0.0
        more = collapsed([*margins, margin]) - collapsed(margins)
        piece.absolutes = [(y + more, node) for y, node in piece.absolutes]

    def _past(self, piece: Piece, at: float, margins: list[float]) -> bool:
        part = piece.node.part
        bottom = piece.y + part.inset_top + (part.height or 0.0) + part.inset_bottom
        return at - collapsed(margins) > bottom * NEARLY
