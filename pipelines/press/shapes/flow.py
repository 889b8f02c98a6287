"""Where everything stands: a letter's blocks, tables and pages, from the heights of its lines.

This follows what WeasyPrint 70 does with CSS 2.1 normal flow, fixed tables, absolute boxes and
page breaks, over recorded parts instead of styles and with lines that are already set. What it
does not follow it refuses. `press.truth` holds it against WeasyPrint's own pages. Lengths are CSS
pixels from the sheet's upper left corner.
"""

from collections.abc import Mapping, Sequence

from pipelines.press.shapes.absolutes import Absolutes
from pipelines.press.shapes.blocks import Blocks
from pipelines.press.shapes.breaks import Breaks, groups
from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import PageKind, Unfollowed
from pipelines.press.shapes.pieces import Page, Piece, Resume
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.rows import Rows
from pipelines.press.shapes.sheet import Sheet, kind_of
from pipelines.press.shapes.tables import Tables

__all__ = ["MOST_PAGES", "Flow", "Page", "Piece"]

MOST_PAGES = 60
"""A letter beyond this is no letter; the rendered lane says so too."""
_BEGIN, _END = Resume(0, Resume(0)), Resume(0, Resume(1))
"""Where a chapter goes on behind another, and where the next one does: in the body, the root's only child."""


class Flow:
    """Lays one chapter out: a grown tree with a set block, and its weight, for each leaf (see `Rows`)."""

    def __init__(self, kinds: Mapping[str, PageKind], sets: Sequence[Ready], weights: Sequence[int]) -> None:
        self._kinds = kinds
        self._sheet = Sheet()
        self._breaks = Breaks(sets)
        self._blocks = Blocks(self._sheet, sets, self._breaks)
        self.rows = Rows(self._sheet, sets, weights, self._blocks.inside)
        self._absolutes = Absolutes(self._sheet, sets, self._blocks.lay)

    def pages(self, root: Node, start: int = 0, last: bool = True) -> list[Page]:
        """The pages in order, once. Raises Unfollowed, or KeyError for a kind of page that was never met.

        Of a chapter behind `start` pages, which a forced break ended; unless it is the `last`, a second
        child in the body stands for what follows.
        """
        self._blocks.table = Tables(self._sheet, self._breaks, self.rows).table
        try:
            return self._pages(root, start, last)
        finally:
            # Blocks know tables, and tables blocks; while files are made nobody collects cycles.
            del self._blocks.table

    def _pages(self, root: Node, start: int, last: bool) -> list[Page]:
        pages: list[Page] = []
        resume: Resume | None = None
        if start:
            self._sheet.follow(start)
            resume = _BEGIN
        while True:
            if start + len(pages) == MOST_PAGES:
                raise Unfollowed("more pages than a letter can have")
            name = kind_of(start + len(pages), self._kinds)
            kind = self._kinds[name]
            if kind.refused:
                raise Unfollowed(kind.refused)
            self._sheet.turn(kind)
            laid = self._blocks.block(root, kind.x, kind.y, 0.0, resume, True, [], 0)
            if laid.piece is None:
                raise Unfollowed("a page on which nothing fits")
            self._absolutes.place(laid.piece, (kind.x, kind.y, kind.width, kind.height))
            pages.append(Page(name, laid.piece))
            resume = laid.resume
            if resume is None or (not last and resume == _END):
                _check_repeated(pages)
                return pages


def _check_repeated(pages: Sequence[Page]) -> None:
    """Refuses letters in which a table's head or foot finds room on no page.

    WeasyPrint has no box of it then, so another letter has to show how it looks; whether one did
    must not decide how this one is made.
    """
    due: set[Node] = set()
    seen: set[Node] = set()
    pending = [page.root for page in pages]
    while pending:
        piece = pending.pop()
        node = piece.node
        if node.part.display == "table":
            head, _, foot = groups(node)
            due.update(group for group in (head, foot) if group is not None)
            seen.update(child.node for child in piece.children if child.repeats)
        pending += [child for child in piece.children if child.children]
    if not due <= seen:
        raise Unfollowed("a part of which nothing shows")
