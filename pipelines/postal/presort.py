"""Order in the lot: pieces by postcode, whole postcodes in print files, trays within files.

The order here is the order of printing, enveloping and mailing; nothing sorts the pieces
again. Only counts per postcode are needed for it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.model import PlannedContainer, PlannedFile

Counts = NDArray[np.int64]


def files(
    lot_id: str, postal_codes: Sequence[str], pieces: Counts, per_file: int, per_container: int
) -> tuple[PlannedFile, ...]:
    """The print files of one lot, with their trays.

    `postal_codes` ascend and are distinct; `pieces` (all > 0) are their counts. A file holds
    whole postcodes and at most `per_file` pieces, but for a postcode that alone has more: that
    one is a file of its own. A tray holds at most `per_container` pieces of one file. Sequence
    numbers run from 1 through the files without a gap.
    """
    ends = np.cumsum(pieces)
    planned: list[PlannedFile] = []
    trays = 0
    row = 0
    while row < len(ends):
        before = int(ends[row - 1]) if row else 0
        # The first postcode goes in whatever its size; else one too large would go nowhere.
        stop = max(int(np.searchsorted(ends, before + per_file, side="right")), row + 1)
        spans = _trays(before, ends[row:stop], per_container)
        containers = tuple(
            PlannedContainer(
                id=f"{lot_id}-{number:04}",
                level="postcode",
                key=f"{postal_codes[row + first_code]}-{postal_codes[row + last_code]}",
                first_sequence=first,
                last_sequence=last,
            )
            for number, (first, last, first_code, last_code) in enumerate(spans, start=trays + 1)
        )
        trays += len(containers)
        planned.append(
            PlannedFile(
                name=f"print-{len(planned) + 1:04}.pdf",
                first_sequence=before + 1,
                pieces=int(ends[stop - 1]) - before,
                postal_codes=tuple(postal_codes[row:stop]),
                containers=containers,
            )
        )
        row = stop
    return tuple(planned)


def _trays(before: int, ends: Counts, capacity: int) -> list[tuple[int, int, int, int]]:
    """(first sequence, last sequence, first postcode, last postcode) of each tray of a file.

    `ends` are the sequence numbers on which the postcodes end. A tray ends with a postcode; only
    a postcode that alone is more than a tray is cut.
    """
    spans: list[tuple[int, int, int, int]] = []
    done, final = before, int(ends[-1])
    while done < final:
        whole = int(np.searchsorted(ends, done + capacity, side="right"))
        last = int(ends[whole - 1]) if whole else 0
        if last <= done:
            last = done + capacity
        first_code = int(np.searchsorted(ends, done + 1, side="left"))
        last_code = int(np.searchsorted(ends, last, side="left"))
        spans.append((done + 1, last, first_code, last_code))
        done = last
    return spans
