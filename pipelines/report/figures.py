"""What a run's report shows, counted from its books; no personal data is read."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import pyarrow.parquet as pq

from pipelines.delivery import places
from pipelines.delivery.store import Store
from pipelines.press.printfile import LANE_DIFFERENCE

Counts = tuple[tuple[str, int], ...]
"""Rows of label and count, in the order they are drawn."""

COLUMNS = (
    "country", "hand_in_date", "delivery_date", "lot_id", "pages", "postal_code", "kind", "language", "lane",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lot:
    """One row of the report's table of lots."""

    lot_id: str
    vendor: str
    hand_in: str
    delivery: str
    pieces: int
    files: int
    state: str


@dataclass(frozen=True, slots=True)
class Breached:
    """Why a lot was stopped: one rule that a print file breaks, and where to look at it."""

    lot_id: str
    file: str
    rule: str
    count: int
    page: int
    fact: str
    look: str
    """The key of the file, or of both lanes' pages."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the report's page draws."""

    run: Mapping[str, Any]
    hand_in: Counts
    delivery: Counts
    pages: Counts
    kinds: Counts
    languages: Counts
    regions: Mapping[str, Counts]
    """Country → pieces by the first two digits of the postcode."""
    quarantined: Counts
    held: Counts
    lots: tuple[Lot, ...]
    lanes: Counts
    unstamped: Counts
    """Why letters could not be stamped → how many."""
    breached: tuple[Breached, ...]


def count(store: Store, run: Mapping[str, Any]) -> Figures:
    """The figures of the run with the closed record `run`, whose books are written."""
    root = f"runs/{run['run_id']}/"
    plan = json.loads(store.get(root + "plan.json"))
    tally: dict[str, Counter[Any]] = {name: Counter() for name in (*COLUMNS, "region")}
    books = pq.ParquetFile(BytesIO(store.get(root + "pieces.parquet")))
    for batch in books.iter_batches(columns=list(COLUMNS)):
        columns = {name: batch.column(name).to_pylist() for name in COLUMNS}
        for name in COLUMNS:
            if name != "postal_code":
                tally[name].update(columns[name])
        tally["region"].update(
            (country, code[:2])
            for country, code in zip(columns["country"], columns["postal_code"], strict=True)
        )
    return Figures(
        run=run,
        hand_in=_in_order(tally["hand_in_date"]),
        delivery=_in_order(tally["delivery_date"]),
        pages=_in_order(tally["pages"]),
        kinds=_most_first(tally["kind"]),
        languages=_most_first(tally["language"]),
        regions={
            country: _in_order(Counter({r: n for (c, r), n in tally["region"].items() if c == country}))
            for country in sorted(tally["country"])
        },
        quarantined=_most_first(_reasons(store, root + "quarantine.parquet")),
        held=_most_first(_reasons(store, root + "held.parquet")),
        lots=tuple(
            Lot(
                lot["lot_id"],
                lot["vendor"],
                lot["hand_in_date"],
                lot["delivery_date"],
                tally["lot_id"][lot["lot_id"]],
                sum(file["lot_id"] == lot["lot_id"] for file in plan["files"]),
                "published" if tally["lot_id"][lot["lot_id"]] else "not published",
            )
            for lot in plan["lots"]
        ),
        lanes=_most_first(tally["lane"]),
        unstamped=_most_first(Counter(run["counts"]["unstamped"])),
        breached=tuple(Breached(**breach, look=_look(run["run_id"], **breach)) for breach in run["breaches"]),
    )


def _look(run_id: str, lot_id: str, file: str, rule: str, **_: Any) -> str:
    """Where the pages lie that a breach was found on."""
    if rule != LANE_DIFFERENCE:
        return places.stopped(run_id, lot_id, file)
    letters = places.stopped(run_id, lot_id, PurePosixPath(file).stem)
    return f"{letters}-…-stamped.pdf, {letters}-…-rendered.pdf"


def _reasons(store: Store, key: str) -> Counter[str]:
    table = pq.read_table(BytesIO(store.get(key)), columns=["reason"])
    return Counter(table["reason"].to_pylist())


def _in_order(counts: Counter[Any]) -> Counts:
    return tuple((str(label), n) for label, n in sorted(counts.items()))


def _most_first(counts: Counter[Any]) -> Counts:
    return tuple((str(label), n) for label, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
