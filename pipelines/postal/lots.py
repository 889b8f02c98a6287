"""Lots from counts: which cohorts travel together, what the lot is called, what lies where in it."""

import zlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.config import Config
from pipelines.model import Days, PlannedLot, Waiting
from pipelines.postal import presort
from pipelines.postal.placing import Cohorts, keys

_JOBS = 99_999_999
"""Job numbers 1..99 999 999: eight digits in the inserter mark."""


def lot_id(run_id: str, days: Days) -> str:
    """The id of the lot in which pieces of these days travel: run, product, hand-in date.

    A lot has one delivery date. While a product's delivery day follows from its hand-in day
    alone, the id cannot name two; `make_plan` refuses a plan in which it would. Delivery
    patterns by postcode will have to put the delivery date into the id.
    """
    return f"{run_id}-{days.product}-{days.hand_in_date:%Y%m%d}"


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


def make_lots(
    counted: pa.Table, run_id: str, days: Sequence[Days], waiting: Sequence[Waiting], config: Config
) -> tuple[PlannedLot, ...]:
    """The lots of all cohorts that do not wait, by lot id, with their files and trays.

    `counted` are COHORTS with pieces, in any order; `days` and `waiting` hold all its cohorts.
    """
    firsts: dict[str, Days] = {}
    for day in days:
        first = firsts.setdefault(lot_id(run_id, day), day)
        if (first.country, first.vendor, first.delivery_date) != (day.country, day.vendor, day.delivery_date):
            raise ValueError(f"lot {lot_id(run_id, day)} would have two vendors, countries or delivery dates")
    ids = sorted(firsts)
    number = {name: n for n, name in enumerate(ids)}
    # Cohorts that wait are in no lot: -1, and left out.
    lot_of_cohort = np.array([number[lot_id(run_id, d)] for d in days] + [-1] * len(waiting), np.int64)
    cohort = Cohorts.of(keys(days, waiting)).of_rows(counted)
    table = pa.table(
        {
            "lot": lot_of_cohort[cohort] if len(lot_of_cohort) else np.empty(0, np.int64),
            "postal_code": counted["postal_code"],
            "pieces": counted["pieces"],
        }
    )
    table = table.filter(pc.greater_equal(table["lot"], 0))
    table = table.group_by(["lot", "postal_code"]).aggregate([("pieces", "sum")])
    table = table.sort_by([("lot", "ascending"), ("postal_code", "ascending")]).combine_chunks()
    codes = _shared(table["postal_code"])
    pieces = np.asarray(table["pieces_sum"], np.int64)
    edges = np.searchsorted(np.asarray(table["lot"], np.int64), np.arange(len(ids) + 1))
    lots = []
    for n, name in enumerate(ids):
        day, rows = firsts[name], slice(edges[n], edges[n + 1])
        vendor = config.vendors[day.vendor]
        lots.append(
            PlannedLot(
                lot_id=name,
                vendor=day.vendor,
                country=day.country,
                product=day.product,
                hand_in_date=day.hand_in_date,
                delivery_date=day.delivery_date,
                pieces=int(pieces[rows].sum()),
                files=presort.files(
                    name, codes[rows], pieces[rows], vendor.pieces_per_file, vendor.pieces_per_container
                ),
            )
        )
    return tuple(lots)


def _shared(column: pa.ChunkedArray) -> list[str]:
    # One string per postcode and not per row: a pickle then names it once.
    encoded = column.combine_chunks().dictionary_encode()
    return list(np.array(encoded.dictionary.to_pylist(), object)[np.asarray(encoded.indices, np.int64)])
