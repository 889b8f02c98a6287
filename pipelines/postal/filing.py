"""Print files of a lot: whole containers in their order, cut only when one is more than a file.

A file is what one run of the inserter takes in, so nothing is mixed in it that is not mixed in a
container: one weight step, one delivery group, one delivery date.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from pipelines.postal.filling import Ints
from pipelines.postal.presort import RANGES, Presorted

PLACES = pa.schema([*RANGES, pa.field("file", pa.int32())])
"""RANGES cut where files end too, with the file of each, counted from 0."""


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A print file: letters `first_sequence`.. of its lot, of one stack."""

    name: str
    first_sequence: int
    pieces: int
    first_container: int
    """Counted from 0 in `Presorted.containers`."""
    containers: int
    """How many it has letters of; a container that is more than a file is in several."""
    first_place: int
    places: int
    """Its rows in `Filed.places`."""
    weight_step: float
    delivery_group: str
    delivery_date: date

    @property
    def last_sequence(self) -> int:
        """Of its last letter; counted."""
        return self.first_sequence + self.pieces - 1


@dataclass(frozen=True, slots=True)
class Filed:
    """The print files of a lot in the order of print, and which letters are in them."""

    files: tuple[PrintFile, ...]
    places: pa.Table
    """PLACES."""

    def of(self, file: PrintFile) -> pa.Table:
        """The places of one file (PLACES)."""
        return self.places.slice(file.first_place, file.places)


def file_out(lot: Presorted, pieces_per_file: int) -> Filed:
    """The print files of a lot. Each holds at most `pieces_per_file` letters (1 or more) and as
    many whole containers of one stack as that allows; a container that alone is more is cut into
    files of its own. Sequence numbers run through the files without a gap."""
    spans: list[tuple[int, int, int, int]] = []
    for number, container in enumerate(lot.containers):
        same = (
            (before := lot.containers[number - 1]).delivery_group == container.delivery_group
            and before.weight_step == container.weight_step
            and before.delivery_date == container.delivery_date
        )
        # A file that has the rest of a cut container takes no other: it is put away with its parts.
        whole = bool(number) and spans[-1][0] <= lot.containers[spans[-1][2]].first_sequence
        if whole and same and container.last_sequence - spans[-1][0] < pieces_per_file:
            spans[-1] = (spans[-1][0], container.last_sequence, spans[-1][2], number)
            continue
        for first in range(container.first_sequence, container.last_sequence + 1, pieces_per_file):
            last = min(first + pieces_per_file - 1, container.last_sequence)
            spans.append((first, last, number, number))
    places, rows = _cut(lot.ranges, np.array([first for first, _, _, _ in spans], np.int64))
    files = tuple(
        PrintFile(
            name=f"print-{n + 1:04}.pdf",
            first_sequence=first,
            pieces=last - first + 1,
            first_container=low,
            containers=high - low + 1,
            first_place=int(rows[n]),
            places=int(rows[n + 1] - rows[n]),
            weight_step=lot.containers[low].weight_step,
            delivery_group=lot.containers[low].delivery_group,
            delivery_date=lot.containers[low].delivery_date,
        )
        for n, (first, last, low, high) in enumerate(spans)
    )
    return Filed(files, places)


def _cut(ranges: pa.Table, firsts: Ints) -> tuple[pa.Table, Ints]:
    """The ranges cut where files begin (PLACES), and the first row of each file and the end."""
    starts = np.asarray(ranges["first_sequence"], np.int64)
    ends = starts + np.asarray(ranges["pieces"], np.int64)
    parts = np.unique(np.concatenate([starts, firsts]))
    at = np.searchsorted(starts, parts, side="right") - 1
    places = ranges.take(pa.array(at))
    values = {
        "first_rank": np.asarray(places["first_rank"], np.int64) + parts - starts[at],
        "pieces": np.minimum(np.append(parts[1:], ends[-1:]), ends[at]) - parts,
        "first_sequence": parts,
        "file": np.searchsorted(firsts, parts, side="right") - 1,
    }
    columns = [
        pa.array(values[f.name], f.type) if f.name in values else places[f.name].combine_chunks()
        for f in PLACES
    ]
    return pa.table(columns, schema=PLACES), np.searchsorted(parts, np.append(firsts, ends[-1:] + 1))
