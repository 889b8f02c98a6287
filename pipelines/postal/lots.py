"""Lots from what was decided: which parts of cohorts travel together, what lies where in the lot."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from pipelines.config import Vendor
from pipelines.errors import ConfigError
from pipelines.model import PlannedContainer, PlannedFile, PlannedLot
from pipelines.postal.filing import Filed, PrintFile, file_out
from pipelines.postal.filling import Ints
from pipelines.postal.fullness import MICRO
from pipelines.postal.levels import CELLS
from pipelines.postal.presort import Container, Presorted, Stack, presort
from pipelines.postal.products import Product
from pipelines.postal.sorting import Scheme, Schemes
from pipelines.postal.terms import Route
from pipelines.postal.weights import Measure, measure

_JOBS = 99_999_999
"""Job numbers 1..99 999 999: eight digits in the inserter mark."""


@dataclass(frozen=True, slots=True, order=True)
class LotKey:
    """What makes a lot."""

    lot_id: str
    vendor: str
    country: str
    product: str
    hand_in: date


@dataclass(frozen=True, slots=True, order=True)
class StackKey:
    """What letters have in common that may share a container."""

    lot: LotKey
    delivery: date
    group: str
    weight_step: float


def lot_id(run_id: str, product: str, hand_in: date) -> str:
    """The id of the lot in which pieces travel: run, product, hand-in date."""
    return f"{run_id}-{product}-{hand_in:%Y%m%d}"


def job_numbers(lot_ids: Sequence[str]) -> dict[str, int]:
    """A job number 1..99 999 999 for every lot: the CRC-32 of its id, moved up where two meet."""
    jobs: dict[str, int] = {}
    taken: set[int] = set()
    for name in sorted(lot_ids):
        job = zlib.crc32(name.encode()) % _JOBS + 1
        while job in taken:
            job = job % _JOBS + 1
        taken.add(job)
        jobs[name] = job
    return jobs


def scheme_of(stack: StackKey, vendor: Vendor, schemes: Schemes) -> Scheme:
    """How the stack is sorted. A container holds no more than the vendor's trays do.

    Where that is less than the minimum of a level, remarks.py tells: the level may stay empty.
    """
    found = schemes.of(stack.lot.country, stack.lot.product, stack.lot.hand_in, stack.delivery)
    most = min(found.limits.max_pieces, vendor.pieces_per_container)
    return replace(found, limits=found.limits.model_copy(update={"max_pieces": most}))


def check_names(routes: Iterable[Route]) -> None:
    """Raises ConfigError when two countries of a run use a product of the same id.

    The id of a lot tells no country: two lots would have one name as soon as their days are the same.
    """
    first: dict[str, str] = {}
    for route in sorted(routes, key=lambda route: route.country):
        for product in route.products:
            if (other := first.setdefault(product, route.country)) != route.country:
                raise ConfigError(
                    f"countries.{route.country}: {product} is a product of {other} too, and lots are named "
                    "by product",
                    "give one of them another id in the table products",
                )


def make_lots(
    stacks: Sequence[StackKey],
    sums: pa.Table,
    products: Mapping[LotKey, Product],
    schemes: Mapping[StackKey, Scheme],
    vendors: Mapping[str, Vendor],
) -> tuple[PlannedLot, ...]:
    """The lots of all stacks, by lot id, with their files and containers.

    `sums` are cells.SUMS whose `stack` counts in `stacks`, which ascend. Raises ValueError when one
    id would name two lots, TableError for letters that no container takes.
    """
    keys = sorted({stack.lot for stack in stacks})
    if len({key.lot_id for key in keys}) < len(keys):
        raise ValueError("a lot would have two vendors or countries: give their products different ids")
    edges = np.searchsorted(np.asarray(sums["stack"], np.int64), np.arange(len(stacks) + 1)).tolist()
    of_lot: dict[LotKey, list[Stack]] = {key: [] for key in keys}
    for n, stack in enumerate(stacks):
        counts = sums.slice(edges[n], edges[n + 1] - edges[n])
        cells = pa.table([counts[f.name] for f in CELLS], schema=CELLS)
        of_lot[stack.lot].append(Stack(stack.weight_step, stack.group, stack.delivery, schemes[stack], cells))
    return tuple(_lot(key, of_lot[key], products[key], vendors[key.vendor]) for key in keys)


def _lot(key: LotKey, stacks: Sequence[Stack], product: Product, vendor: Vendor) -> PlannedLot:
    kinds = sorted({n for stack in stacks for n in stack.cells["sheets"].unique().to_pylist()})
    sizes = {sheets: measure(sheets, vendor) for sheets in kinds}
    presorted = presort(key.lot_id, stacks, sizes, product.presort)
    filed = file_out(presorted, vendor.pieces_per_file)
    return PlannedLot(
        lot_id=key.lot_id,
        vendor=key.vendor,
        country=key.country,
        product=key.product,
        hand_in_date=key.hand_in,
        delivery_date=max(stack.delivery_date for stack in stacks),
        pieces=sum(file.pieces for file in filed.files),
        files=tuple(_files(presorted, filed, sizes)),
    )


def _files(lot: Presorted, filed: Filed, sizes: Mapping[int, Measure]) -> Iterator[PlannedFile]:
    places = filed.places
    codes = _shared(places["postal_code"])
    sheets, ranks, pieces, container = (
        np.asarray(places[name], np.int64) for name in ("sheets", "first_rank", "pieces", "container")
    )
    kinds = np.array(sorted(sizes), np.int64)
    each = np.searchsorted(kinds, sheets)
    milligrams, micrometres = (
        np.array([round(getattr(sizes[n], name) * MICRO) for n in kinds.tolist()], np.int64)[each] * pieces
        for name in ("grams", "millimetres")
    )
    for file in filed.files:
        rows = slice(file.first_place, file.first_place + file.places)
        loads = (milligrams[rows], micrometres[rows])
        yield PlannedFile(
            name=file.name,
            first_sequence=file.first_sequence,
            pieces=file.pieces,
            postal_codes=tuple(codes[rows]),
            containers=tuple(_containers(lot, file, container[rows], *loads)),
            sheets=tuple(sheets[rows].tolist()),
            first_ranks=tuple(ranks[rows].tolist()),
            cell_pieces=tuple(pieces[rows].tolist()),
            delivery_date=file.delivery_date,
            delivery_group=file.delivery_group,
            weight_step=file.weight_step,
        )


def _containers(
    lot: Presorted, file: PrintFile, container: Ints, milligrams: Ints, micrometres: Ints
) -> Iterator[PlannedContainer]:
    """The containers of a file; of one that is cut, the part in this file."""
    for n in range(file.first_container, file.first_container + file.containers):
        found: Container = lot.containers[n]
        yield PlannedContainer(
            id=found.id,
            level=found.level,
            key=found.key,
            first_sequence=max(found.first_sequence, file.first_sequence),
            last_sequence=min(found.last_sequence, file.last_sequence),
            label=found.label,
            region=found.region,
            delivery_date=found.delivery_date,
            delivery_group=found.delivery_group,
            weight_step=found.weight_step,
            grams=int(milligrams[container == n].sum()) / MICRO,
            millimetres=int(micrometres[container == n].sum()) / MICRO,
        )


def _shared(column: pa.ChunkedArray) -> list[str]:
    # One string per postcode and not per row: a pickle then names it once.
    encoded = column.combine_chunks().dictionary_encode()
    return list(np.array(encoded.dictionary.to_pylist(), object)[np.asarray(encoded.indices, np.int64)])
