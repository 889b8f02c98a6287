"""Which lots to open, where a lot must reach a minimum, be paid up or stay closed."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]  # ships no types

from pipelines.postal.network import GAP, Bools, Network, Program, rows_of, solved, widened

CUT_ABOVE = 5_000
"""Pieces of a plan with limits in sheets and minima, above which the lots to open are chosen as if
pieces could be cut. That is wrong by a few pieces' cost at most and many times as fast."""


def opened_lots(net: Network, whole: bool = False) -> Bools:
    """Which lots the cheapest assignment opens, when every open lot must reach its minimum.

    `whole`: pieces are not cut, however many there are (see CUT_ABOVE).
    """
    program = Program(net, np.zeros(len(net.place), dtype=np.bool_))
    lots = np.flatnonzero(net.least > 0)
    edges, groups, columns = program.edges, program.groups, program.columns
    binary = np.full(len(net.place), -1)
    binary[lots] = np.arange(len(lots))
    width = columns + len(lots)
    under = np.flatnonzero(binary[net.lot] >= 0)
    room = net.pieces[net.group[under]].astype(np.float64)
    n = np.arange(len(under))
    # A piece needs its lot open: edge by edge, which says more to the solver than a sum would.
    needs = rows_of(
        [(n, under, np.ones(len(under))), (n, columns + binary[net.lot[under]], -room)],
        (len(under), width),
    )
    row = np.arange(len(lots))
    reaches = rows_of(
        [
            (binary[net.lot[under]], under, np.ones(len(under))),
            (row, edges + groups + lots, np.ones(len(lots))),
            (row, columns + row, -net.least[lots].astype(np.float64)),
        ],
        (len(lots), width),
    )
    upper = np.concatenate([program.upper, np.ones(len(lots))])
    upper[:edges] = np.inf
    upper[edges + groups : columns] = np.where(net.pay_up >= 0, net.least, 0)
    wide = [widened(part, len(lots)) for part in (program.whole, program.limited)]
    rows = [
        LinearConstraint(wide[0], net.pieces, net.pieces),
        LinearConstraint(needs, -np.inf, 0),
        LinearConstraint(reaches, 0, np.inf),
    ]
    if len(program.limits):
        rows.append(LinearConstraint(wide[1], -np.inf, program.limits))
    costs = np.concatenate([program.costs(preferring=False), np.full(len(lots), 1 / (len(lots) + 1))])
    uncut = len(program.by_sheets) > 0 and (whole or int(net.pieces.sum()) <= CUT_ABOVE)
    found = solved(
        milp(
            costs,
            integrality=np.concatenate([np.full(columns, int(uncut)), np.ones(len(lots))]),
            bounds=Bounds(np.zeros(len(upper)), upper),
            constraints=rows,
            options={"mip_rel_gap": GAP},
        )
    )
    opened: Bools = net.least == 0
    opened[lots] = found.x[columns:] > 0.5
    return opened
