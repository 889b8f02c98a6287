"""The cheapest flow of pieces into lots, in whole numbers.

With limits in pieces this is a flow through a network, and the cheapest flow is integral. Two things
make it harder: a limit in sheets, since letters differ in sheets, and a lot that must reach a minimum
or stay closed; then whole numbers are asked for. Costs are whole numbers, so that the costs of two
flows of a network are equal or at least 1 apart.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.postal.minima import opened_lots
from pipelines.postal.network import GAP, SERVED, Bools, Floats, Ints, Network, Program, is_whole
from pipelines.postal.preferences import preferred

_AMPLE = 2
"""Times its minimum that a lot has without being asked, to be left alone at first."""
_NEAR = 0.05
"""Share of the mean cost of a piece by which an edge may be dearer to be tried in rounding."""
_STIR = 10
"""Pieces by which rounding may change an edge."""
_BROKEN = 1e-6
"""A fraction of a piece."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The cheapest assignment."""

    on_edge: Ints
    waits: Ints
    """Pieces of a group that go into no lot."""
    lacks: Ints
    """Pieces that a lot lacks and that are paid for."""
    load: Ints
    """Pieces of a lot."""
    per_piece: Floats
    """What one piece more would save at a place."""
    per_sheet: Floats


def cheapest(net: Network) -> Flow:
    """The assignment of lowest cost; of several the one with fewer lots, then earlier hand-in, then
    earlier groups first. Exact for limits in pieces, else within GAP of the lowest cost (see
    `minima.CUT_ABOVE`, too). "Fewer lots" is a set from which no lot can be taken away, not always
    the smallest.

    Raises ArithmeticError when the solver fails, which no input should cause.
    """
    none, everything = np.zeros(len(net.place), dtype=np.bool_), np.ones(len(net.place), dtype=np.bool_)
    flow, watched = None, none
    # With fewer minima it cannot get dearer; so when the others are kept all the same, it is the answer.
    while flow is None or np.any((flow.load > 0) & (flow.load < net.least) & ~watched):
        if flow is not None:
            watched = everything if watched.any() else flow.load < _AMPLE * net.least
        some = replace(net, least=np.where(watched, net.least, 0))
        flow = _with_minima(some) if watched.any() else _flow(some, everything)
    return flow


def total(net: Network, flow: Flow) -> int:
    """The cost of a flow."""
    paid = np.where(net.least > 0, net.pay_up, 0) @ flow.lacks
    return int(net.cost @ flow.on_edge + net.waiting @ flow.waits + paid)


def _with_minima(net: Network) -> Flow:
    try:
        return _flow(net, opened_lots(net))
    except ArithmeticError:
        # These lots reach their minima with pieces cut only.
        return _flow(net, opened_lots(net, whole=True))


def _flow(net: Network, opened: Bools) -> Flow:
    """The cheapest flow through the lots that are `opened`; each of them keeps its minimum."""
    program = Program(net, opened)
    simple = not len(program.by_sheets)
    found = program.relaxed(program.costs(preferring=simple))
    pieces, sheets = len(program.by_pieces), len(program.by_sheets)
    price = -found.ineqlin.marginals / SERVED if len(program.limits) else np.zeros(0)
    per_piece, per_sheet = np.zeros(len(net.most_pieces)), np.zeros(len(net.most_sheets))
    per_piece[program.by_pieces] = price[:pieces]
    per_sheet[program.by_sheets] = price[pieces : pieces + sheets]
    columns = found.x
    if simple and is_whole(columns):
        columns = preferred(program, found)
    else:
        if not is_whole(columns):
            columns = _rounded(program, found)
        if not simple:
            columns = _by_sheets(net, opened, np.rint(columns).astype(np.int64))
    counts = np.rint(columns).astype(np.int64)
    on_edge, waits, _ = np.split(counts, [program.edges, program.edges + program.groups])
    load = np.bincount(net.lot, on_edge, len(net.place))
    lacks = np.where(load > 0, np.maximum(net.least - load, 0), 0).astype(np.int64)
    return Flow(on_edge, waits, lacks, load.astype(np.int64), per_piece, per_sheet)


def _by_sheets(net: Network, opened: Bools, counts: Ints) -> Ints:
    """As cheap as `counts`, but with the preferences among equals.

    What each place gives to letters of each number of sheets is kept as it is. Then a limit in
    sheets is a limit in pieces for each number, and the flow that of a network.
    """
    edges, groups = len(net.cost), len(net.pieces)
    kinds, kind = np.unique(net.sheets, return_inverse=True)
    width, places = len(kinds), len(net.most_pieces)
    # A lot for each number of sheets, so that its place can be one for each number, too.
    lot = net.lot * width + kind[net.group]
    at, each = np.repeat(net.place, width), np.tile(np.arange(width), len(net.place))
    place = np.where(np.isfinite(net.most_sheets)[at], places + at * width + each, at)
    room = np.bincount(place[lot], counts[:edges], places * (1 + width)).astype(np.float64)
    room[:places] = net.most_pieces
    if np.any((net.least > 0) & opened & (np.bincount(net.lot, counts[:edges], len(net.place)) > 0)):
        return counts  # A minimum is for all numbers of sheets together.
    split = Network(
        pieces=net.pieces,
        sheets=np.ones_like(net.sheets),
        waiting=net.waiting,
        group=net.group,
        lot=lot,
        cost=net.cost,
        place=place,
        order=np.repeat(net.order, width),
        least=np.zeros(len(place), dtype=np.int64),
        pay_up=np.repeat(net.pay_up, width),
        most_pieces=room,
        most_sheets=np.full(len(room), np.inf),
    )
    found = _flow(split, np.repeat(opened, width))
    made = np.concatenate([found.on_edge, found.waits, counts[edges + groups :]])
    before, after = (net.cost @ c[:edges] + net.waiting @ c[edges : edges + groups] for c in (counts, made))
    return made if after <= before else counts


def _rounded(program: Program, found: Any) -> Floats:
    """The cheapest flow in whole numbers, near the one in fractions if it is within GAP of its cost.

    A limit in sheets leaves few fractions, so moving a few pieces is mostly enough; else the whole
    problem is searched.
    """
    costs = program.costs(preferring=False)
    nothing, floor = np.zeros(program.columns), np.full(len(program.limits), -np.inf)
    edges, groups, fractions = program.edges, program.groups, found.x
    of_group = np.concatenate([program.net.group, np.arange(groups)])
    broken = np.zeros(groups, dtype=np.bool_)
    broken[of_group[np.abs(fractions - np.rint(fractions))[: edges + groups] > _BROKEN]] = True
    near = found.lower.marginals < _NEAR * SERVED * program.net.cost.mean()
    near[: edges + groups] |= broken[of_group]
    lower = np.where(near, np.maximum(np.floor(fractions) - _STIR, 0), np.rint(fractions))
    upper = np.where(near, np.minimum(np.ceil(fractions) + _STIR, program.upper), np.rint(fractions))
    columns = program.solve(costs, lower, upper, floor, whole=True)
    if columns is None or costs @ columns > found.fun * (1 + GAP):
        columns = program.solve(costs, nothing, program.upper, floor, whole=True)
    if columns is None:
        raise ArithmeticError("the solver finds no assignment in whole pieces")
    return columns
