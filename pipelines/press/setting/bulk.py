"""Blocks of texts set many at a time: a batch's names, sums, dates and paragraphs.

What comes out is what `Usual` gives for each of them alone; only the way differs. The texts of all
blocks go through `Cases` at once, lines that are too long are broken by `wrapping`, and places are
worked out as arrays, so that a text costs a fraction of a microsecond. A block that comes out otherwise
than planned - blanks at the ends of lines or side by side, a word wider than its room, a pair that has
to be shaped with its neighbours - is left to the other ways.
"""

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from operator import add
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.press.setting.cases import LETTER, Cases, Composed, Flags, Numbers
from pipelines.press.setting.galley import Piece, SetBlock
from pipelines.press.setting.moves import Moves
from pipelines.press.setting.operators import POINTS
from pipelines.press.setting.plans import Plan, Texts
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.setting.wrapping import Lines, Parts, broken, divided

Floats = npt.NDArray[np.float64]
Rush = Sequence[tuple[Plan, Sequence[Sequence[str]]]]
"""Plans with the values of many blocks: a column for each value, all as long."""
_MOST_LINES = 200
"""Lines that a block may have."""


class _Standing(NamedTuple):
    """Parts of texts, where they stand in their blocks."""

    parts: Parts
    rows: Numbers
    """The line of each, counted within the block."""
    units: Numbers
    """Advances in Pango units."""
    left: Floats
    """px from the block's left edge."""
    said: str
    firsts: list[int]
    """The first part of each block, and, last, how many there are."""


class Many:
    """Blocks of one plan, as they were set together."""

    __slots__ = ("_first_block", "_first_spot", "_plan", "_standing", "fits", "lines", "operators")

    def __init__(
        self,
        plan: Plan,
        operators: list[bytes],
        lines: list[int],
        fits: list[bool],
        standing: _Standing,
        first_block: int,
        first_spot: int,
    ) -> None:
        self._plan, self._standing = plan, standing
        self._first_block, self._first_spot = first_block, first_spot
        self.operators = operators
        self.lines = lines
        """How many lines each has."""
        self.fits = fits
        """Whether a block is as planned; otherwise nothing is known of it."""

    def block(self, number: int) -> SetBlock:
        """One of the blocks."""
        plan, operators, lines = self._plan, self.operators[number], self._plan.lines(self.lines[number])
        parts, rows, units, left, said, firsts = self._standing
        some = slice(*firsts[self._first_block + number : self._first_block + number + 2])
        columns = (parts.spots, rows, parts.begins, parts.ends, units, left)
        pieces: list[list[Piece]] = [[] for _ in lines]
        shown = operators.decode("latin-1").split("]TJ\n")[:-1]
        for glyphs, *told in zip(shown, *[column[some].tolist() for column in columns], strict=True):
            spot, row, begin, end, advance, x = told
            style = plan.slots[spot - self._first_spot].face.style
            width = advance / PANGO_SCALE
            pieces[row].append(Piece(x, lines[row].baseline, style, _glyphs(glyphs), width, said[begin:end]))
        made = [line._replace(pieces=tuple(row)) for line, row in zip(lines, pieces, strict=True)]
        height = made[-1].top + made[-1].height
        return SetBlock(height, tuple(made), plan.fonts, operators, plan.shape(len(made)), plan.ruled)


class Bulk:
    """Sets blocks of plans, many at a time. Not safe for threads."""

    def __init__(self) -> None:
        self._cases = Cases()
        self._moves = Moves()

    def set(self, rush: Rush) -> list[Many]:
        """The blocks of each plan."""
        self._cases.make_room()
        plans = [plan for plan, _ in rush]
        texts = [plan.texts(values) for plan, values in rush]
        parts, composed = self._composed(plans, texts)
        parts, fits = self._broken(plans, composed, parts)
        return self._apart(rush, composed, parts, fits)

    def _composed(self, plans: Sequence[Plan], texts: Sequence[Texts]) -> tuple[Parts, Composed]:
        """The texts in their order, and as their pairs set them."""
        plan = np.repeat(np.arange(len(plans)), [len(one.said) for one in texts])
        firsts = np.array([*accumulate([len(one.slots) for one in plans], initial=0)])
        spots = np.array([*chain.from_iterable([one.spots for one in texts])]) + firsts[plan]
        case = self._cases.case
        faces = [slot.face for one in plans for slot in one.slots]
        letters = np.array([case(face.letters) for face in faces])[spots]
        figures = np.array([case(face.figures) for face in faces])[spots]
        said = [*chain.from_iterable([one.said for one in texts])]
        composed = self._cases.composed(said, letters, figures)
        counts = [*chain.from_iterable([one.counts for one in texts])]
        blocks = np.repeat(np.arange(len(counts)), counts)
        downs = np.array([*chain.from_iterable([one.downs for one in texts])])
        starts, none, nowhere = composed.starts, np.zeros_like(spots), np.zeros(len(said), np.bool_)
        parts = Parts(plan, spots, blocks, downs, nowhere, nowhere, starts, starts, composed.ends, none)
        return parts, composed

    def _broken(self, plans: Sequence[Plan], texts: Composed, parts: Parts) -> tuple[Parts, Flags]:
        """The parts of texts that stand on each line, and for each block whether it is as planned."""
        begins = _begins(parts)
        opens = _opens(parts, begins)
        lines = np.flatnonzero(opens)
        plan, block = parts.plans[lines], parts.blocks[lines]
        limits = np.array([one.limit for one in plans])[plan]
        units = np.add.reduceat(texts.advances, texts.starts, dtype=np.int64)
        long = np.add.reduceat(units, lines) > limits
        sound = _unbroken(texts, opens, np.array([one.keeps for one in plans])[parts.plans])
        fits = np.logical_and.reduceat(sound, begins)
        flows = np.array([one.flows for one in plans])[plan] & fits[block]
        fits[block[long & ~flows]] = False
        wrap = np.flatnonzero(long & flows)
        if len(wrap):
            planned = [text for one in plans for text in one.planned]
            last = np.append(lines[1:], len(opens))[wrap] - 1
            leaves = np.array([text.leaves for text in planned])[parts.spots] & ~opens
            bare = np.array([text.bare for text in planned])[parts.spots]
            found = broken(
                self._cases,
                texts,
                Lines(texts.starts[lines[wrap]], texts.ends[last], limits[wrap], leaves, bare),
            )
            fits[block[wrap[~found.sound]]] = False
            parts = divided(parts, texts, found)
            # The font could set a part without letters otherwise.
            letters = np.bitwise_or.reduceat(texts.letters, parts.starts) & LETTER > 0
            fits[parts.blocks[parts.cut & ~letters]] = False
        return parts, fits

    def _apart(self, rush: Rush, texts: Composed, parts: Parts, fits: Flags) -> list[Many]:
        """What was set together, by plan."""
        plans = [plan for plan, _ in rush]
        begins = _begins(parts)
        below = np.cumsum(parts.downs)
        rows = below - below[begins][parts.blocks]
        lines = rows[np.append(begins[1:], len(rows)) - 1] + 1
        fits &= lines <= _MOST_LINES
        rows[rows >= _MOST_LINES] = 0
        units = np.add.reduceat(texts.advances, parts.starts, dtype=np.int64) - parts.lost
        left = _left(plans, parts, begins, units)
        said = map(self._moves.__getitem__, self._keys(plans, parts, begins, rows, left))
        shown = list(map(add, said, self._cases.cast(texts.pairs)))
        firsts = [*begins.tolist(), len(rows)]
        standing = _Standing(parts, rows, units, left, texts.said, firsts)
        made = []
        block = spot = 0
        for plan, values in rush:
            end = block + len(values[0])
            bounds = firsts[block : end + 1]
            operators = shown[bounds[0] : bounds[-1]]
            if len(operators) > end - block:
                operators = [b"".join(shown[a:b]) for a, b in pairwise(bounds)]
            some = slice(block, end)
            made.append(
                Many(plan, operators, lines[some].tolist(), fits[some].tolist(), standing, block, spot)
            )
            block, spot = end, spot + len(plan.slots)
        return made

    def _keys(
        self, plans: Sequence[Plan], parts: Parts, begins: Numbers, rows: Numbers, left: Floats
    ) -> list[int]:
        """The move to each part from the one before, or from the block's corner."""
        # Multiplied one by one, as `thousandths_of` does it for a text alone.
        there = np.rint(left * POINTS * 1000).astype(np.int64)
        starts = np.flatnonzero(np.diff(parts.plans, prepend=-1))
        counts = np.maximum.reduceat(rows, starts) + 1
        heights = [plan.heights(count) for plan, count in zip(plans, counts.tolist(), strict=True)]
        offsets = np.array([*accumulate(map(len, heights), initial=0)])
        up = np.array([*chain.from_iterable(heights)])[offsets[parts.plans] + rows]
        fresh: list[int] = []
        after: list[int] = []
        change = self._moves.change
        for plan in plans:
            styles = [slot.face.style for slot in plan.slots]
            fresh += [change(None, style) for style in styles]
            after += [0, *map(change, styles, styles[1:])]
        moved = np.array(after)[parts.spots]
        moved[1:][parts.spots[1:] == parts.spots[:-1]] = 0
        moved[begins] = np.array(fresh)[parts.spots[begins]]
        keys = moved * Moves.CHANGE + _steps(up, begins) * Moves.UP + _steps(there, begins)
        found: list[int] = keys.tolist()
        return found


def _begins(parts: Parts) -> Numbers:
    """The first part of each block."""
    return np.flatnonzero(np.diff(parts.blocks, prepend=-1))


def _opens(parts: Parts, begins: Numbers) -> Flags:
    """Of each part whether it is the first on its line."""
    opens = parts.downs > 0
    opens[begins] = True
    return opens


def _unbroken(texts: Composed, opens: Flags, keeps: Flags) -> Flags:
    """Texts that are set as they stand: blanks collapse at both ends of a line and where two meet."""
    first, last = texts.blank_first, texts.blank_last
    met = first & (opens | np.roll(last, 1)) | last & np.roll(opens, -1)
    unbroken: Flags = texts.sound & (keeps | ~(met | texts.two_blanks))
    return unbroken


def _left(plans: Sequence[Plan], parts: Parts, begins: Numbers, units: Numbers) -> Floats:
    """How far each part is from its block's left edge, px."""
    lines = np.flatnonzero(_opens(parts, begins))
    sizes = np.diff(lines, append=len(units))
    plan = parts.plans[lines]
    free = np.array([one.frame.width for one in plans])[plan] - np.add.reduceat(units, lines) / PANGO_SCALE
    free[(free < 0) | (free == np.inf)] = 0.0
    # A line is the last one of a text unless the next one was broken off it.
    last = ~np.append(parts.soft[lines[1:]], False)
    factors = np.array([one.factors for one in plans])
    moved = free * factors[plan, last.astype(np.int64)]
    at = np.cumsum(units) - units
    left: Floats = (at - np.repeat(at[lines], sizes)) / PANGO_SCALE + np.repeat(moved, sizes)
    return left


def _steps(places: Numbers, begins: Numbers) -> Numbers:
    """How far each place is from the one before; first ones from nothing."""
    steps = np.diff(places, prepend=0)
    steps[begins] = places[begins]
    return steps


def _glyphs(shown: str) -> str:
    """What stands between `[(` and `)` in a text's operators, before `()` has been made a blank."""
    glyphs = shown.partition("[(")[2]
    return glyphs[:-1] + "(" if glyphs[-1] == " " else glyphs[:-1]
