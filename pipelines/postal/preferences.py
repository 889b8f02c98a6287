"""Among flows that cost the same: fewer lots, then the earlier hand-in, then earlier groups first."""

from typing import Any

import numpy as np

from pipelines.postal.network import Floats, Program, is_whole


def preferred(program: Program, found: Any) -> Floats:
    """Of all flows of the lowest cost the preferred one: fewer lots, earlier, earlier groups first.

    A flow is cheapest exactly when it uses no column that the optimum prices above its worth and
    fills every row that has a price. Prices are whole numbers in a network, so the test is sharp.
    """
    net, edges, groups = program.net, program.edges, program.groups
    upper = np.where(found.lower.marginals > 0.5, 0, program.upper)
    if np.all(np.bincount(net.group, upper[:edges] > 0, groups) + (upper[edges : edges + groups] > 0) <= 1):
        columns: Floats = found.x
        return columns
    floor = np.full(len(program.limits), -np.inf)
    if len(program.limits):
        floor = np.where(found.ineqlin.marginals < -0.5, program.limits, floor)
    upper = _fewer_lots(program, found.x, upper, floor)
    last = int(net.order.max(initial=0)) + 1
    when = np.concatenate([net.order[net.lot], np.full(groups, last), np.zeros(len(net.place))])
    # One day of one piece outweighs every change of turns that a cycle through the network can make.
    longest = 2 * (len(net.most_pieces) + len(net.place) + 1)
    turns = groups - np.concatenate([net.group, np.arange(groups), np.zeros(len(net.place))])
    weights = when * (longest * groups * (last + 1) + turns)
    made = program.solve(weights, np.zeros(program.columns), upper, floor, whole=False)
    return found.x if made is None or not is_whole(made) else made


def _fewer_lots(program: Program, columns: Floats, upper: Floats, floor: Floats) -> Floats:
    """`upper` with lots closed, smallest and latest first, as long as the lowest cost stays."""
    net, edges = program.net, program.edges
    nothing = np.zeros(program.columns)
    kept: set[int] = set()
    while True:
        load = np.bincount(net.lot, columns[:edges], len(net.place))
        upper = upper.copy()
        upper[:edges][load[net.lot] < 0.5] = 0
        free = upper[:edges] > 0
        ways = np.bincount(net.group, free, program.groups)
        needed = np.bincount(net.lot, free & (ways[net.group] == 1), len(net.place)) > 0
        ranked = np.lexsort((-net.order, load))
        tried = next((i for i in ranked.tolist() if load[i] > 0.5 and not needed[i] and i not in kept), None)
        if tried is None:
            return upper
        without = upper.copy()
        without[:edges][net.lot == tried] = 0
        found = program.solve(nothing, nothing, without, floor, whole=False)
        if found is None:
            kept.add(tried)
        else:
            columns, upper = found, without
