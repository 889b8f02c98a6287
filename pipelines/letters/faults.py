"""Quarantine rows for many claims at once: which claim has which fault."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.model import QUARANTINE
from pipelines.reasons import PRECEDENCE, Reason

NONE = -1
"""The code of a row without a fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason and the field it was found in."""

    reason: Reason
    field: str


class Verdicts:
    """For each of `count` rows the fault that counts: the first by precedence, then as found."""

    def __init__(self, count: int) -> None:
        self.faults: list[Fault] = []
        self.codes: npt.NDArray[np.int32] = np.full(count, NONE, np.int32)
        self._ranks: npt.NDArray[np.int32] = np.full(count, len(PRECEDENCE), np.int32)

    def find(self, fault: Fault, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> None:
        """Notes `fault` for `rows` (indices or a mask) that have no earlier or weightier one."""
        rank = PRECEDENCE.index(fault.reason)
        chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        chosen = chosen[self._ranks[chosen] > rank]
        self._ranks[chosen] = rank
        self.codes[chosen] = len(self.faults)
        self.faults.append(fault)

    @property
    def clean(self) -> npt.NDArray[np.bool_]:
        """A mask of the rows without a fault."""
        return np.asarray(self.codes == NONE)


def quarantine(claims: pa.Table, codes: npt.NDArray[np.int32], faults: list[Fault]) -> pa.Table:
    """QUARANTINE rows of the claims whose code is not NONE, in the order of `claims`.

    Args:
        claims: CLAIMS.
        codes: for each claim the place of its fault in `faults`, or NONE.
        faults: what the codes mean.
    """
    bad = codes != NONE
    if not bad.any():
        return QUARANTINE.empty_table()
    rows = claims.select(["claim_id", "source_file", "source_row"]).filter(pa.array(bad))
    found = pa.array(codes[bad], pa.int32())
    columns = {
        "claim_id": rows["claim_id"],
        "source_file": rows["source_file"],
        "source_row": rows["source_row"],
        "reason": pa.array([fault.reason.value for fault in faults], pa.string()).take(found),
        "field": pa.array([fault.field for fault in faults], pa.string()).take(found),
        "detail": pa.nulls(rows.num_rows, pa.string()),
    }
    return pa.table(columns, schema=QUARANTINE)
