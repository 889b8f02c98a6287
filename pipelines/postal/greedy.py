"""The plan that a person makes without a planner, to compare with: the latest promised day.

Each demand in its turn takes the first choice that has room; what finds none waits. Nobody gives
way to somebody who would lose more, and nobody fills another's lot.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.postal.assign import Demand, Limit, Lot, Minimum, Place


@dataclass(frozen=True, slots=True)
class Greedy:
    """What came of it, in the order of the demands."""

    counts: tuple[tuple[int, ...], ...]
    unserved: tuple[int, ...]
    cost: float


def greedy(
    demands: Sequence[Demand],
    turns: Sequence[Sequence[int]],
    limits: Mapping[Place, Limit] | None = None,
    minima: Mapping[Lot, Minimum] | None = None,
) -> Greedy:
    """Each demand, by rank, on its choices in the order of its `turns` (places in `choices`).

    Lots below their minimum are paid up; where that is not possible their pieces wait.
    """
    limits, minima = limits or {}, minima or {}
    pieces: Counter[Place] = Counter()
    sheets: Counter[Place] = Counter()
    load: Counter[Lot] = Counter()
    counts = [[0] * len(d.choices) for d in demands]
    for n in sorted(range(len(demands)), key=lambda n: demands[n].rank):
        left = demands[n].pieces
        for turn in turns[n]:
            lot = demands[n].choices[turn].lot
            place = lot.vendor, lot.hand_in
            part = min(left, _room(limits.get(place), pieces[place], sheets[place], demands[n].sheets))
            counts[n][turn] = part
            pieces[place] += part
            sheets[place] += part * demands[n].sheets
            load[lot] += part
            left -= part
    paid = 0.0
    refused = set()
    for lot in sorted(lot for lot, least in minima.items() if 0 < load[lot] < least.pieces):
        least = minima[lot]
        if least.pay_up is None:
            refused.add(lot)
        else:
            paid += least.pay_up * (least.pieces - load[lot])
    kept = [
        tuple(0 if c.lot in refused else k for c, k in zip(d.choices, row, strict=True))
        for d, row in zip(demands, counts, strict=True)
    ]
    unserved = tuple(d.pieces - sum(row) for d, row in zip(demands, kept, strict=True))
    cost = sum(
        sum(k * c.cost for c, k in zip(d.choices, row, strict=True)) + wait * d.unserved
        for d, row, wait in zip(demands, kept, unserved, strict=True)
    )
    return Greedy(tuple(kept), unserved, cost + paid)


def _room(limit: Limit | None, pieces: int, sheets: int, each: int) -> int:
    room = [2**62]
    if limit is not None and limit.pieces is not None:
        room.append(limit.pieces - pieces)
    if limit is not None and limit.sheets is not None and each:
        room.append((limit.sheets - sheets) // each)
    return min(room)
