"""How many pieces of each demand go into which lot: the lowest cost under capacities and minima.

Numbers in, numbers out: nothing here knows a calendar. Everything that is equal to the planner is
merged first, so the work depends on how many kinds of demand there are and not on how many pieces.
Where nothing limits the plan, each demand takes its cheapest option and no solver is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from pipelines.postal.linear import cheapest, total
from pipelines.postal.network import Ints, Network

STEP = 1e-4
"""Costs are counted in whole steps of this many units; what differs by less is the same."""

Place = tuple[str, date]
"""A print site (vendor) on one day."""


class Lot(NamedTuple):
    """What is handed in together."""

    vendor: str
    country: str
    product: str
    hand_in: date


@dataclass(frozen=True, slots=True)
class Choice:
    """A lot that a demand may go into."""

    lot: Lot
    cost: float
    """Expected cost of one piece, ≥ 0."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Pieces that need not be told apart."""

    rank: int
    """Its place in the caller's order of demands; no two have the same."""
    pieces: int
    sheets: int
    """Of each piece."""
    choices: tuple[Choice, ...]
    """No two into the same lot."""
    unserved: float
    """Cost of one piece that goes into no lot."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a print site can make for one day; None: no limit."""

    pieces: int | None = None
    sheets: int | None = None


@dataclass(frozen=True, slots=True)
class Minimum:
    """The fewest pieces that a lot may have."""

    pieces: int
    pay_up: float | None = None
    """Cost of each piece that a smaller lot lacks; None: a smaller lot is not taken."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a print site's capacity is worth on one day, in cost saved by one more."""

    vendor: str
    day: date
    piece: float
    sheet: float


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the planner decided; the first two lie in the order of the demands."""

    counts: tuple[tuple[int, ...], ...]
    """Pieces of each choice of each demand."""
    unserved: tuple[int, ...]
    cost: float
    """Of all pieces, those unserved and those paid for too."""
    prices: tuple[Price, ...]
    """Of each limited place, by vendor and day."""
    paid_up: Mapping[Lot, int]
    """Lots below their minimum → pieces that are paid for and not sent."""
    status: Literal["free", "limited"]
    """Free: every demand takes its cheapest choice. Limited: they were weighed against each other."""


def assign(
    demands: Sequence[Demand],
    limits: Mapping[Place, Limit] | None = None,
    minima: Mapping[Lot, Minimum] | None = None,
) -> Assignment:
    """The assignment of lowest cost that keeps all limits and minima, in whole pieces.

    Among equal costs: serve rather than leave, then fewer lots, then the earlier hand-in, then
    demands by rank. The order of demands, choices, limits and minima changes nothing. Raises
    ValueError when ranks or lots repeat or a number is negative.
    """
    _check(demands)
    limits, minima = limits or {}, minima or {}
    by_sheets = any(limit.sheets is not None for limit in limits.values())
    groups = _merged(demands, by_sheets)
    lots = sorted({c.lot for d in demands for c in d.choices}, key=_early)
    net = _network(groups, lots, limits, minima)
    free = not net.least.any() and _roomy(net)
    if free:
        on_edge, waits = _cheapest_choices(net)
        lacks = np.zeros(len(lots), dtype=np.int64)
        cost = int(net.cost @ on_edge + net.waiting @ waits)
        per_piece = per_sheet = np.zeros(len(net.most_pieces))
    else:
        flow = cheapest(net)
        on_edge, waits, lacks = flow.on_edge, flow.waits, flow.lacks
        cost, per_piece, per_sheet = total(net, flow), flow.per_piece, flow.per_sheet
    counts, unserved = _split(demands, groups, net, lots, on_edge, waits)
    places = _places(lots)
    return Assignment(
        counts=counts,
        unserved=unserved,
        cost=cost * STEP,
        prices=tuple(
            Price(*place, piece=_price(per_piece[n]), sheet=_price(per_sheet[n]))
            for n, place in enumerate(places)
            if place in limits
        ),
        paid_up={lot: int(n) for lot, n in zip(lots, lacks, strict=True) if n},
        status="free" if free else "limited",
    )


_Signature = tuple[tuple[tuple[Lot, int], ...], int, int]


@dataclass(frozen=True, slots=True)
class _Group:
    """Demands with the same choices: `edges` are (lot, cost in steps), earliest first."""

    edges: tuple[tuple[Lot, int], ...]
    unserved: int
    sheets: int
    members: tuple[int, ...]
    """Places of its demands in the caller's sequence, by rank."""
    pieces: int


def _early(lot: Lot) -> tuple[date, str, str, str]:
    return lot.hand_in, lot.vendor, lot.country, lot.product


def _steps(cost: float) -> int:
    return round(cost / STEP)


def _price(steps: float) -> float:
    return round(round(float(steps)) * STEP, 4)


def _check(demands: Sequence[Demand]) -> None:
    if len({d.rank for d in demands}) != len(demands):
        raise ValueError("two demands have the same rank")
    for d in demands:
        if len({c.lot for c in d.choices}) != len(d.choices):
            raise ValueError(f"demand {d.rank} has two choices into the same lot")
        if min(d.pieces, d.sheets, d.unserved, *(c.cost for c in d.choices)) < 0:
            raise ValueError(f"demand {d.rank} has a negative number")


def _merged(demands: Sequence[Demand], by_sheets: bool) -> list[_Group]:
    found: dict[_Signature, list[int]] = {}
    for n in sorted(range(len(demands)), key=lambda n: demands[n].rank):
        d = demands[n]
        edges = sorted(((c.lot, _steps(c.cost)) for c in d.choices), key=lambda edge: _early(edge[0]))
        signature = (tuple(edges), _steps(d.unserved), d.sheets if by_sheets else 1)
        found.setdefault(signature, []).append(n)
    return [
        _Group(edges, unserved, sheets, tuple(members), sum(demands[n].pieces for n in members))
        for (edges, unserved, sheets), members in found.items()
    ]


def _places(lots: Sequence[Lot]) -> list[Place]:
    return sorted({(lot.vendor, lot.hand_in) for lot in lots})


def _network(
    groups: Sequence[_Group],
    lots: Sequence[Lot],
    limits: Mapping[Place, Limit],
    minima: Mapping[Lot, Minimum],
) -> Network:
    places = _places(lots)
    at = {place: n for n, place in enumerate(places)}
    number = {lot: n for n, lot in enumerate(lots)}
    days = {day: n for n, day in enumerate(sorted({lot.hand_in for lot in lots}))}
    edges = [(g, number[lot], cost) for g, group in enumerate(groups) for lot, cost in group.edges]
    table = np.array(edges, dtype=np.int64).reshape(-1, 3)
    none, no_limit = Minimum(0), Limit()
    least = [minima.get(lot, none) for lot in lots]
    most = [limits.get(place, no_limit) for place in places]
    return Network(
        pieces=_ints([g.pieces for g in groups]),
        sheets=_ints([g.sheets for g in groups]),
        waiting=_ints([g.unserved for g in groups]),
        group=table[:, 0],
        lot=table[:, 1],
        cost=table[:, 2],
        place=_ints([at[lot.vendor, lot.hand_in] for lot in lots]),
        order=_ints([days[lot.hand_in] for lot in lots]),
        least=_ints([m.pieces for m in least]),
        pay_up=_ints([-1 if m.pay_up is None else _steps(m.pay_up) for m in least]),
        most_pieces=np.array([np.inf if m.pieces is None else m.pieces for m in most], dtype=np.float64),
        most_sheets=np.array([np.inf if m.sheets is None else m.sheets for m in most], dtype=np.float64),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _roomy(net: Network) -> bool:
    """Whether no limit can bind, wherever the pieces go."""
    at, pieces = net.place[net.lot], net.pieces[net.group]
    reach = np.bincount(at, pieces, len(net.most_pieces))
    sheets = np.bincount(at, pieces * net.sheets[net.group], len(net.most_sheets))
    return bool(np.all(reach <= net.most_pieces) and np.all(sheets <= net.most_sheets))


def _cheapest_choices(net: Network) -> tuple[Ints, Ints]:
    """(pieces on each edge, pieces that wait): each group on its cheapest edge.

    Among equals the lot that takes the most pieces goes first, then the next, so that there are few.
    """
    groups = len(net.pieces)
    lowest = net.waiting.copy()
    np.minimum.at(lowest, net.group, net.cost)
    best = np.flatnonzero(net.cost == lowest[net.group])
    on_edge, left = np.zeros(len(net.cost), dtype=np.int64), np.ones(groups, dtype=np.bool_)
    while len(best := best[left[net.group[best]]]):
        takes = np.bincount(net.lot[best], net.pieces[net.group[best]], len(net.place))
        takes[np.setdiff1d(np.arange(len(net.place)), net.lot[best])] = -1
        taken = best[net.lot[best] == int(np.argmax(takes))]
        on_edge[taken] = net.pieces[net.group[taken]]
        left[net.group[taken]] = False
    return on_edge, np.where(left, net.pieces, 0)


def _split(
    demands: Sequence[Demand],
    groups: Sequence[_Group],
    net: Network,
    lots: Sequence[Lot],
    on_edge: Ints,
    waits: Ints,
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """(pieces of each choice, pieces unserved) of each demand: the first by rank is the first out."""
    placed: list[dict[Lot, int]] = [{} for _ in demands]
    unserved = [0] * len(demands)
    first = np.searchsorted(net.group, np.arange(len(groups) + 1)).tolist()
    for g, group in enumerate(groups):
        turn = [[lots[net.lot[e]], int(on_edge[e])] for e in range(first[g], first[g + 1]) if on_edge[e]]
        left = iter(turn)
        lot, room = next(left, (None, 0))
        for n in group.members:
            wanted = demands[n].pieces
            while wanted and lot is not None:
                part = min(wanted, room)
                if part:
                    placed[n][lot] = part
                wanted, room = wanted - part, room - part
                if not room:
                    lot, room = next(left, (None, 0))
            unserved[n] = wanted
        if sum(unserved[n] for n in group.members) != waits[g]:
            raise ArithmeticError(f"{waits[g]} pieces wait of a group, its demands say otherwise")
    counts = tuple(tuple(placed[n].get(c.lot, 0) for c in d.choices) for n, d in enumerate(demands))
    return counts, tuple(unserved)
