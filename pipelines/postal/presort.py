"""Containers of a lot, and with them the order in which its letters are printed and posted.

Only counts are needed: letters of one stack, postcode and number of sheets stand in the order
of their piece ids, and a container takes ranges of them. Level by level, from fine to coarse,
each key fills containers; what is too little for its level waits for the next coarser one, and
the last level takes all that is left.

Nothing sorts the letters again: sequence numbers run through the containers in their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from pipelines.errors import BrevpressError
from pipelines.postal.fullness import MICRO
from pipelines.postal.levels import Filled, Sorter
from pipelines.postal.sorting import Scheme
from pipelines.postal.weights import Measure

RANGES = pa.schema(
    [
        pa.field("stack", pa.int32()),
        pa.field("container", pa.int32()),
        pa.field("postal_code", pa.string()),
        pa.field("sheets", pa.int32()),
        pa.field("first_rank", pa.int64()),
        pa.field("pieces", pa.int64()),
        pa.field("first_sequence", pa.int64()),
    ]
)
"""Where letters stand, in the order of the lot: of stack, postcode and number of sheets those
that are `first_rank`.. in the order of piece ids (from 0) get the sequence numbers
`first_sequence`.. (from 1). `stack` and `container` count from 0 in `Presorted`."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Letters of one lot that may share containers: same weight step, same delivery group."""

    weight_step: float
    """Grams up to which the letters may weigh."""
    delivery_group: str
    delivery_date: date
    scheme: Scheme
    cells: pa.Table
    """CELLS."""


@dataclass(frozen=True, slots=True)
class Container:
    """A tray: letters `first_sequence` to `last_sequence` of its lot, both counted."""

    id: str
    level: str
    key: str
    """Of its level; empty where the level puts all together."""
    region: str
    """The key of the coarsest level that has one; empty in mixed containers."""
    label: str
    first_sequence: int
    last_sequence: int
    pieces: int
    grams: float
    millimetres: float
    first_postal_code: str
    last_postal_code: str
    delivery_group: str
    weight_step: float
    delivery_date: date
    overflow: bool
    """Whether it has fewer than its level's minimum, after others of its key."""


@dataclass(frozen=True, slots=True)
class Presorted:
    """The containers of a lot in the order of print, and which letters are in them."""

    lot_id: str
    stacks: tuple[Stack, ...]
    """By delivery date, delivery group and weight step."""
    containers: tuple[Container, ...]
    ranges: pa.Table
    """RANGES."""


def presort(
    lot_id: str,
    stacks: Sequence[Stack],
    sizes: Mapping[int, Measure],
    saves: Mapping[str, float] | None = None,
) -> Presorted:
    """The letters of a lot in containers; `sizes` gives the size for each number of sheets.

    `saves` is the share of the price that a piece saves at each level (a product's `presort`).
    Where it says that this pays, a full container gives postcodes up to the next level.

    The order is: delivery date, delivery group, weight step; then region, key and level, mixed
    containers after the sorted ones of their region; then postcode, sheets and piece id. The same
    for the same counts in any order. Raises TableError when a single letter is over a limit of a
    container, or a postcode is not in a sort file that rejects such.
    """
    ordered = sorted(stacks, key=lambda s: (s.delivery_date, s.delivery_group, s.weight_step))
    names = [(s.delivery_date, s.delivery_group, s.weight_step) for s in ordered]
    if len(set(names)) < len(names):
        raise BrevpressError(f"lot {lot_id}: two stacks with the same delivery and weight step")
    containers: list[Container] = []
    tables: list[pa.Table] = []
    sequence = 1
    for number, stack in enumerate(ordered):
        found = Sorter(stack.scheme, stack.cells, sizes, saves or {}).sorted()
        if not found.containers:
            continue
        first = sequence + np.cumsum(found.pieces) - found.pieces
        ranges = {
            "stack": np.full(len(first), number),
            "container": found.container + len(containers),
            "postal_code": found.postal_codes,
            "sheets": found.sheets,
            "first_rank": found.first_rank,
            "pieces": found.pieces,
            "first_sequence": first,
        }
        tables.append(pa.table([pa.array(ranges[f.name], f.type) for f in RANGES], schema=RANGES))
        for item in found.containers:
            containers.append(_numbered(item, lot_id, len(containers) + 1, sequence, stack))
            sequence += item.load.pieces
    return Presorted(
        lot_id, tuple(ordered), tuple(containers), pa.concat_tables([RANGES.empty_table(), *tables])
    )


def _numbered(item: Filled, lot_id: str, number: int, sequence: int, stack: Stack) -> Container:
    return Container(
        id=f"{lot_id}-{number:04}",
        level=item.level.code,
        key=item.keys["key"],
        region=item.keys["region"],
        label=item.level.label.format_map(
            {**item.keys, "from": item.first_postal_code, "to": item.last_postal_code}
        ).strip(),
        first_sequence=sequence,
        last_sequence=sequence + item.load.pieces - 1,
        pieces=item.load.pieces,
        grams=item.load.milligrams / MICRO,
        millimetres=item.load.micrometres / MICRO,
        first_postal_code=item.first_postal_code,
        last_postal_code=item.last_postal_code,
        delivery_group=stack.delivery_group,
        weight_step=stack.weight_step,
        delivery_date=stack.delivery_date,
        overflow=item.overflow,
    )
