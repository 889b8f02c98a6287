"""Boxes out of the flow, placed when all else on a page stands."""

from collections.abc import Sequence

from pipelines.press.shapes.blocks import Lay
from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.pieces import Piece
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.sheet import NEARLY, Sheet

Around = tuple[float, float, float, float]
"""The padding box of what a box is placed in: left, top, width and height in px."""


class Absolutes:
    """Places the absolute boxes of a page; `lay` lays out what stands in a flow."""

    def __init__(self, sheet: Sheet, sets: Sequence[Ready], lay: Lay) -> None:
        self._sheet = sheet
        self._sets = sets
        self._lay = lay

    def place(self, piece: Piece, around: Around) -> None:
        """Lays out the absolute boxes of a piece and of all within, in their containing block."""
        part = piece.node.part
        if part.position != "static":
            around = (
                piece.x + part.border_left,
                piece.y + part.border_top,
                part.width + part.inset_left + part.inset_right,
                piece.border_height - part.border_top - part.border_bottom,
            )
        for child in piece.children:
            if child.children or child.absolutes:
                self.place(child, around)
        if piece.absolutes:
            x = piece.x + part.inset_left
            for static, node in piece.absolutes:
                made = self._placed(node, x, static, around)
                if made.children or made.absolutes:
                    self.place(made, around)
                piece.children.append(made)

    def _placed(self, node: Node, x: float, static: float, around: Around) -> Piece:
        part = node.part
        left, top, _, height = around
        made = self._made(node, left if part.left_set else x)
        if part.top is not None:
            if part.bottom is not None and part.height is None:
                raise Unfollowed("an absolute box between top and bottom")
            y = top + part.top + part.margin_top
        elif part.bottom is not None:
            y = top + height - part.bottom - part.margin_bottom - made.border_height
        else:
            y = static + part.margin_top
        made.move(y - made.y)
        if self._lowest(made) > self._sheet.bottom * NEARLY:
            raise Unfollowed("an absolute box beyond its page")
        return made

    def _made(self, node: Node, x: float) -> Piece:
        """The box by itself, somewhere above or below its place."""
        if node.leaf >= 0 and not (node.atoms or node.part.inline):
            return self._lines(node, x)
        page, self._sheet.bottom = self._sheet.bottom, float("inf")
        laid = self._lay(node, x, 0.0, 0.0, None, True, [], 0)
        self._sheet.bottom = page
        if laid.piece is None:
            raise Unfollowed("an absolute box that cannot be laid out")
        if laid.resume is not None:
            raise Unfollowed("an absolute box that breaks over pages")
        return laid.piece

    def _lines(self, node: Node, x: float) -> Piece:
        """A box of lines, which most are: as `Blocks.block` makes it where no page ends."""
        part, block = node.part, self._sets[node.leaf]
        height = block.height if part.height is None else part.height
        height = max(min(height, part.max_height), part.min_height)
        made = Piece(node, 0, x + part.x, 0.0, height, part.inset_top, part.inset_bottom, part.margin_bottom)
        made.last_line, made.lines_y = len(block.lines), part.inset_top
        if node.absolutes:
            made.absolutes = [(part.inset_top, child) for _, child in node.absolutes]
        return made

    def _lowest(self, piece: Piece) -> float:
        """Where the lowest content ends that a page break would take along."""
        found = piece.y + piece.border_height
        if piece.node.leaf >= 0 and piece.last_line > piece.first_line:
            return max(found, piece.lines_y + self._sets[piece.node.leaf].height)
        if piece.known is not None:
            return max(found, piece.y + piece.known.lowest)
        for child in piece.children:
            found = max(found, self._lowest(child))
        return found
