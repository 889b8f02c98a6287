"""Rows of a table: cells side by side, as high as the highest, their contents aligned."""

from collections.abc import Callable, Sequence

from pipelines.press.shapes.breaks import AVOID
from pipelines.press.shapes.nodes import Grown, Node
from pipelines.press.shapes.paragraphs import Filled, fill, ink
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.pieces import (
    KnownRow,
    Piece,
    Resume,
    RowLines,
    Torn,
    collapsed,
    cut,
    move_relative,
)
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.sheet import NEARLY, Sheet

Fill = Callable[[Piece, float, list[float], float, Resume | None, bool], Filled]
MOST_ROWS = 100
"""In how many forms a row is kept; most have two or three."""
_EDGES = ("top", "middle", "bottom")


class Rows:
    """Lays out rows; `inside` fills a cell with what it holds.

    `rest` is where the next page goes on in each cell of the last row that was divided; `opened` tells
    whether places depend on more of a known row than its weight. `weights` has a number for each leaf:
    the same one for blocks of the same shape.
    """

    def __init__(self, sheet: Sheet, sets: Sequence[Ready], weights: Sequence[int], inside: Fill) -> None:
        self._sheet = sheet
        self.rest: tuple[Resume, ...] = ()
        self.opened = False
        self._sets = sets
        self._weights = weights
        self._inside = inside

    def row(
        self,
        node: Node,
        x: float,
        y: float,
        space: float,
        empty: bool,
        index: int,
        resumes: tuple[Resume, ...],
    ) -> Piece | None:
        """The row; None when nothing of it fits, or it must not break and does not fit.

        Raises Torn when it does not fit and stands in something that a page may not divide.
        `resumes` says where the page before ended in each cell. When the row is divided, its piece is
        broken and `rest` says where the next page goes on.
        """
        if node.shared is not None and not resumes:
            known = self.known(node)
            if known is not None and not (known.blocks and empty):
                end = (self._sheet.bottom - space) * NEARLY
                if y + known.safe <= end:
                    piece = Piece(node, index, x, y, known.height)
                    piece.known = known
                    return piece
                if not empty and y + known.height > end:
                    if self._sheet.kept:
                        raise Torn
                    if known.kept:
                        return None
        self.opened = True
        return self._laid(node, x, y, space, empty, index, resumes)

    def _laid(
        self,
        node: Node,
        x: float,
        y: float,
        space: float,
        empty: bool,
        index: int,
        resumes: tuple[Resume, ...],
    ) -> Piece | None:
        piece = Piece(node, index, x, y)
        rests: list[Resume | None] = []
        for i, cell in enumerate(node.cells()):
            part = cell.part
            resume = resumes[i] if resumes else None
            inset_top = part.inset_top if resume is None else 0.0
            made = Piece(cell, i, x + part.x, y, 0.0, inset_top, part.inset_bottom)
            piece.children.append(made)
            inner = y + inset_top
            if cell.leaf < 0 or cell.atoms or cell.absolutes:
                at, margins, rest = self._inside(made, inner, [], space, resume, empty)
            else:
                block = self._sets[cell.leaf]
                at, margins, rest = fill(self._sheet, made, block, inner, [], space, resume, empty)
            if at is None:
                made.children, made.absolutes, made.last_line = [], [], made.first_line
                if resume is not None:
                    # WeasyPrint begins such a cell again.
                    raise Unfollowed("a table row that breaks over pages")
                rest = Resume(0)
            else:
                made.height = max(0.0, at + collapsed(margins) - inner)
                if made.children:
                    move_relative(made.children)
            rests.append(rest)
        if any(rests):
            shown = any(c.children or c.last_line > c.first_line for c in piece.children)
            if not shown or (not empty and _kept(piece)):
                return None
            self._divide(piece, rests, space)
        if resumes or piece.broken:
            for cell_piece in piece.children:
                cut(cell_piece, bool(resumes), piece.broken)
            if sum(c.node.part.align not in _EDGES for c in piece.children) > 1:
                # Of the cells whose first lines stand side by side, some may be at their end.
                raise Unfollowed("a table row that breaks over pages")
        height = max([cell.border_height for cell in piece.children], default=0.0)
        piece.height = height if node.part.height is None else max(height, node.part.height)
        self._align(piece)
        return piece

    def known(self, node: Node) -> KnownRow | None:
        """How a plain row looks where no page ends; None when it has to be laid out anew."""
        shared = node.shared
        assert shared is not None
        first, end = node.first_leaf, node.first_leaf + len(shared.leaves)
        key = tuple(self._weights[first:end])
        rows = shared.rows
        found = rows.get(key)
        if found is None and key not in rows:
            if len(rows) >= MOST_ROWS:
                rows.clear()
            ruled = any(block.ruled for block in self._sets[first:end])
            found = rows[key] = None if ruled else self._whole(node, shared)
        return found

    def _whole(self, node: Node, shared: Grown) -> KnownRow | None:
        page, self._sheet.bottom = self._sheet.bottom, float("inf")
        row = self._laid(node, 0.0, 0.0, 0.0, False, 0, ())
        self._sheet.bottom = page
        assert row is not None
        frames = []
        fixed: list[tuple[int, float, float, int]] = []
        varying: list[tuple[int, float, float, int]] = []
        lowest = safe = row.height
        pending = [row]
        while pending:
            piece = pending.pop()
            pending += reversed(piece.children)
            part = piece.node.part
            bottom = piece.y + piece.border_height
            lowest = max(lowest, bottom)
            if part.display not in ("row", "cell"):
                # A block has to keep its own lower edge and margin free once more (see `Blocks`).
                safe = max(safe, bottom + piece.inset_bottom + abs(piece.margin_bottom))
            if part.decoration is not None:
                if piece.border_height < part.decoration.least:
                    return None
                frames.append((part.decoration, piece.x, piece.y, piece.border_height))
            if piece.last_line:
                block = self._sets[piece.node.leaf]
                leaf = piece.node.leaf - node.first_leaf
                top = piece.lines_y - block.lines[0].top
                texts = varying if shared.leaves[leaf].slots else fixed
                texts.append((leaf, piece.x + part.inset_left, top, len(block.lines)))
                lines = piece.lines_y + block.height
                lowest, safe = max(lowest, lines), max(safe, lines + part.inset_bottom)
        baseline = self._first_baseline(row)
        own = self._sets[node.first_leaf : node.first_leaf + len(shared.leaves)]
        blocks = any(cell.children for cell in row.children)
        return KnownRow(
            row.height,
            safe if blocks else row.height,
            blocks,
            not blocks and _kept(row),
            baseline,
            lowest,
            tuple(frames),
            _inked(fixed, own, shared),
            _inked(varying, own, shared),
        )

    def _divide(self, row: Piece, rests: Sequence[Resume | None], space: float) -> None:
        """Takes the lower edges off the cells of a row that goes on; a cell that does fills the page."""
        row.broken = True
        told = []
        for cell, rest in zip(row.children, rests, strict=True):
            cell.check_kept()
            cell.inset_bottom = 0.0
            if rest is not None and (cell.children or cell.last_line > cell.first_line):
                cell.height = max(cell.height, self._sheet.bottom - space - cell.y - cell.inset_top)
            told.append(rest or _done(cell.node, self._sets))
        self.rest = tuple(told)

    def _align(self, row: Piece) -> None:
        based = [c for c in row.children if c.node.part.align not in _EDGES]
        if based:
            lines = [self._baseline(c) for c in based]
            most = max(lines)
            for cell, line in zip(based, lines, strict=True):
                extra = most - line
                if extra:
                    cell.lower_content(extra)
                    cell.inset_top += extra
            row.height = max(row.height, max(c.border_height for c in row.children))
        for cell in row.children:
            extra = row.height - cell.border_height
            if not extra:
                continue
            align = cell.node.part.align
            down = extra if align == "bottom" else extra / 2 if align == "middle" else 0.0
            if down:
                cell.lower_content(down)
            cell.inset_top += down
            cell.inset_bottom += extra - down

    def _baseline(self, cell: Piece) -> float:
        """The first baseline below the top of the cell, or the bottom of its content."""
        found = self._first_baseline(cell)
        return found - cell.y if found is not None else cell.inset_top + cell.height

    def _first_baseline(self, piece: Piece) -> float | None:
        if piece.node.leaf >= 0:
            if piece.last_line > piece.first_line:
                return piece.lines_y + self._sets[piece.node.leaf].lines[piece.first_line].baseline
            return None
        if piece.known is not None:
            return None if piece.known.baseline is None else piece.y + piece.known.baseline
        for child in piece.children:
            found = self._first_baseline(child)
            if found is not None:
                return found
        return None


def _kept(row: Piece) -> bool:
    """Whether a row goes to the next page when it does not fit whole."""
    return any(one.node.part.break_inside in AVOID for one in (row, *row.children))


def _done(cell: Node, sets: Sequence[Ready]) -> Resume:
    """Behind all that a cell holds."""
    return Resume(len(sets[cell.leaf].lines) if cell.leaf >= 0 else len(cell.children))


def _inked(texts: Sequence[tuple[int, float, float, int]], sets: Sequence[Ready], shared: Grown) -> RowLines:
    inks = []
    for leaf, _, y, _ in texts:
        lines, recipe = sets[leaf].lines, shared.leaves[leaf].wording.recipe
        inks.append((y, ink(lines[0], lines[-1], recipe)))
    top = min([y + above for y, (above, _) in inks], default=0.0)
    return RowLines(tuple(texts), top, max([y + below for y, (_, below) in inks], default=0.0))
