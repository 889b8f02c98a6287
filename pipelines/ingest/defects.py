"""A defect as a value: one reason, one field, and the rows of a table that have it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.reasons import PRECEDENCE, Reason

RANK = {reason.value: rank for rank, reason in enumerate(PRECEDENCE)}
"""Where a reason stands in the order of precedence; 0 counts first."""


@dataclass(frozen=True, slots=True, eq=False)
class Defect:
    """What is wrong, where, and with which rows. `detail` says how, never with what value."""

    reason: Reason
    field: str | None
    detail: str
    rows: np.ndarray
    """A bool for every row of the table."""


def marked(condition: pa.Array) -> np.ndarray:
    """An Arrow mask as a numpy one; unknown (null) is not marked."""
    return np.asarray(pc.fill_null(condition, False).to_numpy(zero_copy_only=False))


def first_of(defects: Sequence[Defect], rows: int) -> np.ndarray:
    """For every row the number of its first defect in `defects`, or -1."""
    first = np.full(rows, -1, np.int64)
    for number in reversed(range(len(defects))):
        first[defects[number].rows] = number
    return first


def in_precedence(defects: Iterable[Defect]) -> list[Defect]:
    """The defects that any row has, those that count first first; equal reasons keep their order."""
    return sorted((d for d in defects if d.rows.any()), key=lambda d: RANK[d.reason.value])
