"""Blocks whose lines are known before their texts, set many at a time: a batch's names, sums and dates.

What comes out is what `Usual` gives for each of them alone; only the way differs. The texts of all
blocks go through `Cases` at once, and their places are worked out as arrays, so that a text costs
a fraction of a microsecond. A block that comes out otherwise - wider than its room, blanks at its
ends or side by side, a pair that has to be shaped with its neighbours - is left to the other ways.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import add
from typing import NamedTuple

import numpy as np

from pipelines.press.setting.cases import Cases, Flags, Lettered, Numbers
from pipelines.press.setting.operators import POINTS
from pipelines.press.setting.plans import Plan, Units
from pipelines.press.setting.style import PANGO_SCALE

Rush = Sequence[tuple[Plan, Sequence[Sequence[str]]]]
"""Plans with the values of many blocks: a column for each value, all as long."""


class Many(NamedTuple):
    """Blocks of one plan, as they were set together."""

    operators: list[bytes]
    units: Sequence[Units]
    """For each block the advances of its texts."""
    fits: list[bool]
    """Whether a block is as planned; otherwise nothing is known of it."""


class Bulk:
    """Sets blocks of known lines, many at a time. Not safe for threads."""

    def __init__(self) -> None:
        self._cases = Cases()

    def set(self, rush: Rush) -> list[Many]:
        """The blocks of each plan."""
        self._cases.make_room()
        texts: list[str] = []
        spots: list[int] = []
        sizes: list[int] = []
        for number, (plan, values) in enumerate(rush):
            said, counts = plan.texts(values)
            first = sum([len(one.slots) for one, _ in rush[:number]])
            texts += said
            sizes += counts
            if plan.divided:
                spots += [first] * len(said)
            else:
                spots += list(range(first, first + len(plan.slots))) * len(counts)
        case = self._cases.case
        faces = [slot.face for plan, _ in rush for slot in plan.slots]
        spot = np.array(spots)
        letters = np.array([case(face.letters) for face in faces])[spot]
        figures = np.array([case(face.figures) for face in faces])[spot]
        found = self._cases.set(texts, letters, figures)
        ways, fits = _placed(rush, spot, np.array(sizes), found)
        return _apart(rush, sizes, found.shown, found.units.tolist(), ways, fits)


def _placed(rush: Rush, spot: Numbers, sizes: Numbers, found: Lettered) -> tuple[list[int], list[bool]]:
    """For each text its way to the right from the one before, thousandths; for each block whether it fits."""
    plans = [plan for plan, _ in rush]
    plan = np.repeat(np.arange(len(plans)), [len(one.slots) for one in plans])[spot]
    opens = np.array([opens for one in plans for opens in one.opens])[spot]
    begins = np.cumsum(sizes) - sizes
    units, sound = found.units, _unbroken(found, opens, np.array([one.keeps for one in plans])[plan])
    lines = np.flatnonzero(opens)
    widths = np.diff(np.append(lines, len(opens)))
    total = np.add.reduceat(units, lines)
    of_line = plan[lines]
    short = total <= np.array([one.limit for one in plans])[of_line]
    fits = np.logical_and.reduceat(sound & np.repeat(short, widths), begins)
    free = np.array([one.frame.width for one in plans])[of_line] - total / PANGO_SCALE
    free[(free < 0) | (free == np.inf)] = 0.0
    moved = free * np.array([one.factor for one in plans])[of_line]
    at = np.cumsum(units) - units
    x = (at - np.repeat(at[lines], widths)) / PANGO_SCALE + np.repeat(moved, widths)
    # Multiplied one by one, as `thousandths_of` does it for a text alone.
    there = np.rint(x * POINTS * 1000).astype(np.int64)
    ways = there.copy()
    ways[1:] -= there[:-1]
    ways[begins] = there[begins]
    return ways.tolist(), fits.tolist()


def _unbroken(found: Lettered, opens: Flags, keeps: Flags) -> Flags:
    """Texts that are set as they stand: blanks collapse at both ends of a line and where two meet."""
    met = found.blank_first & (opens | np.roll(found.blank_last, 1))
    met |= found.blank_last & np.roll(opens, -1)
    return found.sound & (keeps | ~(met | found.two_blanks))


def _apart(
    rush: Rush,
    sizes: Sequence[int],
    shown: Sequence[bytes],
    units: Sequence[int],
    ways: Sequence[int],
    fits: list[bool],
) -> list[Many]:
    """What was set together, by plan."""
    made = []
    at = block = 0
    for plan, values in rush:
        count = len(values[0])
        counts = sizes[block : block + count]
        end = at + sum(counts)
        operators: list[bytes]
        advances: Sequence[Units]
        if plan.divided:
            ends = list(accumulate(counts, initial=at))
            spans = list(pairwise(ends))
            begins = [plan.begin(number) for number in range(max(counts))]
            parts = [begins[n - a][ways[n]] + shown[n] for a, b in spans for n in range(a, b)]
            operators = [b"".join(parts[a - at : b - at]) for a, b in spans]
            advances = [tuple(units[a:b]) for a, b in spans]
        else:
            size = len(plan.slots)
            columns = [slice(at + number, end, size) for number in range(size)]
            told = [
                list(map(add, map(plan.begin(number).__getitem__, ways[column]), shown[column]))
                for number, column in enumerate(columns)
            ]
            operators = told[0] if size == 1 else list(map(b"".join, zip(*told, strict=True)))
            each = [units[column] for column in columns]
            advances = each[0] if size == 1 else list(zip(*each, strict=True))
        made.append(Many(operators, advances, fits[block : block + count]))
        at, block = end, block + count
    return made
