"""Lines of a leaf on a page: as many as fit, with orphans and widows; and the boxes that stand in lines."""

from collections.abc import Sequence

from pipelines.press.setting.galley import Line
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.shapes.nodes import Nested, Node, Recipe, Words
from pipelines.press.shapes.parts import NAMELESS, Unfollowed
from pipelines.press.shapes.pieces import Piece, Resume, collapsed
from pipelines.press.shapes.ready import Ready
from pipelines.press.shapes.sheet import NEARLY, Sheet

_SAME = 1e-4
"""px"""
_ASCENT, _DESCENT = 0.95, 0.25
"""Ems that letters with their accents and tails reach above and below the baseline."""
Filled = tuple[float | None, list[float], Resume | None]
"""The next place (None when nothing fits), margins left over, and where the next page goes on."""


def fill(
    sheet: Sheet,
    piece: Piece,
    block: Ready,
    at: float,
    margins: list[float],
    space: float,
    resume: Resume | None,
    empty: bool,
) -> Filled:
    """Stands a leaf's lines in its piece, from `at` on."""
    part = piece.node.part
    lines = block.lines
    if not lines:
        if part.display == NAMELESS:
            # WeasyPrint makes no block of it at all.
            raise Unfollowed("an empty text beside blocks")
        return at, margins, None
    skip = resume.at if resume is not None else 0
    at += collapsed(margins)
    piece.lines_y = at
    piece.first_line = piece.last_line = skip
    last = len(lines) - 1
    end = (sheet.bottom - space) * NEARLY
    if skip == 0 and at + block.height + part.inset_bottom <= end:
        piece.last_line = last + 1
        return at + block.height, [], None
    for i in range(skip, last + 1):
        below = at + lines[i].height
        foot = part.inset_bottom if i == last else 0.0
        here = i - skip
        if (here or not empty) and below + foot > end:
            needed = max(0, part.widows - 1 - (last - i))
            spare = here - part.orphans
            if not empty and (spare < 0 or needed > spare):
                return None, [], None
            if needed and needed <= spare:
                i -= needed
                at -= sum(line.height for line in lines[i : i + needed])
            if i == skip:
                return None, [], None
            piece.check_kept()
            piece.last_line = i
            return at, [], Resume(i)
        if below > end and not here:
            raise Unfollowed("a line that is higher than its page")
        at = below
    piece.last_line = last + 1
    return at, [], None


def ink(first: Line, last: Line, recipe: Recipe) -> tuple[float, float]:
    """How far lines of a recipe and their glyphs reach, px in the block. Letters may be higher than lines.

    The largest may stand in any line: letters of the same shape have them in others.
    """
    size = _largest(recipe) / PANGO_SCALE
    top, bottom = first.baseline - size * _ASCENT, last.baseline + size * _DESCENT
    return min(first.top, top), max(last.top + last.height, bottom)


def _largest(recipe: Recipe) -> int:
    sizes = [0]
    for item in recipe:
        if isinstance(item, Words):
            sizes.append(item.style.size)
        elif isinstance(item, Nested):
            sizes.append(_largest(item.recipe))
    return max(sizes)


def check_atoms(node: Node, sets: Sequence[Ready]) -> None:
    """Raises Unfollowed when a box in a leaf's lines would stand elsewhere than its part says."""
    for atom in node.atoms:
        part = atom.part
        if atom.children or atom.absolutes or atom.atoms:
            raise Unfollowed("a box in a line with boxes of its own")
        if part.align != "baseline" or part.display != "atom":
            continue
        found = part.rise
        if atom.leaf >= 0 and (lines := sets[atom.leaf].lines):
            found = part.margin_top + part.inset_top + lines[-1].baseline
        if abs(found - part.baseline) > _SAME:
            raise Unfollowed("a box in a line whose baseline follows its text")
