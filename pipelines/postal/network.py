"""Groups of pieces, lots and places as a network, and its rows as the solver wants them.

Groups stand before lots, lots before places (a print site on one day). The solver is HiGHS. It gets
the rows in one fixed order and no clock, so the same problem gives the same answer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import (  # type: ignore[import-untyped]  # ships no types
    Bounds,
    LinearConstraint,
    linprog,
    milp,
)
from scipy.sparse import coo_array, csr_array  # type: ignore[import-untyped]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

GAP = 1e-5
"""Relative gap at which a search for whole numbers may end. Proving each of millions of pieces to be in
its cheapest place can take hours; this is the cost of ten pieces in a million."""

SERVED = 4
"""Costs are multiplied by it, to have room for a preference below every real difference."""

_INFEASIBLE = 2
"""Status of scipy's solvers."""
_WHOLE = 1e-5
"""A number of pieces is whole when it is this near to a whole number."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Groups, edges from groups to lots, lots, places; every array in a fixed order."""

    pieces: Ints
    """A group's pieces. Earlier groups get the earlier hand-in where it costs the same."""
    sheets: Ints
    """Sheets of each piece of a group; all 1 where no place limits them."""
    waiting: Ints
    """Cost of a piece of a group that goes into no lot."""
    group: Ints
    """Of an edge."""
    lot: Ints
    """Of an edge."""
    cost: Ints
    """Of a piece on an edge."""
    place: Ints
    """Of a lot."""
    order: Ints
    """Of a lot: 0 for the earliest hand-in, and so on."""
    least: Ints
    """Pieces that a lot must have, if any; 0: no minimum."""
    pay_up: Ints
    """Cost of a piece that a lot lacks; -1: such a lot is not taken."""
    most_pieces: Floats
    """Of a place; infinite: no limit."""
    most_sheets: Floats


class Program:
    """The rows of a network; columns are its edges, its groups' waiting and its lots' lacking."""

    def __init__(self, net: Network, opened: Bools) -> None:
        """Lots that are `opened` keep their minimum, into others nothing goes."""
        self.net = net
        edges, groups, lots = len(net.cost), len(net.pieces), len(net.place)
        self.edges, self.groups, self.columns = edges, groups, edges + groups + lots
        at, edge = net.place[net.lot], np.arange(edges)
        reach = np.bincount(at, net.pieces[net.group], len(net.most_pieces))
        self.by_pieces = np.flatnonzero(reach > net.most_pieces)
        reach = np.bincount(at, net.pieces[net.group] * net.sheets[net.group], len(net.most_sheets))
        self.by_sheets = np.flatnonzero(reach > net.most_sheets)
        self.by_least = np.flatnonzero((net.least > 0) & opened)
        ones = np.ones(edges)
        self.whole = rows_of(
            [(net.group, edge, ones), (np.arange(groups), edges + np.arange(groups), np.ones(groups))],
            (groups, self.columns),
        )
        lacking = (np.arange(lots), edges + groups + np.arange(lots), -np.ones(lots))
        parts = [
            rows_of([(at, edge, ones)], (len(net.most_pieces), self.columns))[self.by_pieces],
            rows_of([(at, edge, net.sheets[net.group] * ones)], (len(net.most_sheets), self.columns))[
                self.by_sheets
            ],
            rows_of([(net.lot, edge, -ones), lacking], (lots, self.columns))[self.by_least],
        ]
        self.limited = _stacked(parts, self.columns)
        self.limits = np.concatenate(
            [net.most_pieces[self.by_pieces], net.most_sheets[self.by_sheets], -net.least[self.by_least]]
        )
        self.upper = np.full(self.columns, np.inf)
        self.upper[:edges][~opened[net.lot]] = 0
        self.upper[edges + groups :] = np.where(opened & (net.pay_up >= 0), net.least, 0)

    def costs(self, preferring: bool) -> Floats:
        """The cost of each column; `preferring`: a piece that waits costs a little more than is said."""
        waiting = self.net.waiting * SERVED + (1 if preferring else 0)
        paid = np.maximum(self.net.pay_up, 0) * SERVED
        return np.concatenate([self.net.cost * SERVED, waiting, paid]).astype(np.float64)

    def relaxed(self, costs: Floats) -> Any:
        """The cheapest flow, perhaps in fractions, with the prices of the rows."""
        found = linprog(
            costs,
            A_ub=self.limited if len(self.limits) else None,
            b_ub=self.limits if len(self.limits) else None,
            A_eq=self.whole,
            b_eq=self.net.pieces,
            bounds=np.column_stack([np.zeros(self.columns), self.upper]),
            method="highs-ds",
        )
        return solved(found)

    def solve(self, costs: Floats, lower: Floats, upper: Floats, floor: Floats, whole: bool) -> Floats | None:
        """The cheapest columns from `lower` to `upper`, rows at `floor` or above; None: there are none."""
        rows = [LinearConstraint(self.whole, self.net.pieces, self.net.pieces)]
        if len(self.limits):
            rows.append(LinearConstraint(self.limited, floor, self.limits))
        found = milp(
            costs,
            integrality=np.full(self.columns, int(whole)),
            bounds=Bounds(lower, upper),
            constraints=rows,
            options={"mip_rel_gap": GAP} if whole else {},
        )
        if found.status == _INFEASIBLE:
            return None
        columns: Floats = solved(found).x
        return columns


def rows_of(entries: list[tuple[Any, Any, Any]], shape: tuple[int, ...]) -> Any:
    """A sparse matrix from (rows, columns, values)."""
    row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    return csr_array(coo_array((value, (row, column)), shape=shape))


def _stacked(parts: list[Any], columns: int) -> Any:
    entries, start = [], 0
    for part in parts:
        flat = part.tocoo()
        entries.append((flat.row + start, flat.col, flat.data))
        start += part.shape[0]
    return rows_of(entries, (start, columns))


def widened(part: Any, more: int) -> Any:
    """The matrix with more columns, all empty."""
    return csr_array((part.data, part.indices, part.indptr), shape=(part.shape[0], part.shape[1] + more))


def is_whole(columns: Floats) -> bool:
    """Whether all numbers of pieces are whole."""
    return bool(np.all(np.abs(columns - np.rint(columns)) < _WHOLE))


def solved(found: Any) -> Any:
    """What the solver found. Raises ArithmeticError when it stopped."""
    if found.status != 0 or found.x is None:
        raise ArithmeticError(f"the solver stopped: {found.message}")
    return found
