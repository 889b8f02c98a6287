"""The plan: who gets a letter, on which day, in which lot, file and tray, before a page is made.

A plan is a value. It is made from counts per country, own payday and postcode, it is the same
for the same input in any order, it pickles, and `plan.json` says all of it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from importlib.metadata import version
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.config import Config
from pipelines.model import (
    Days,
    LotHead,
    PlannedContainer,
    PlannedFile,
    PlannedLot,
    TableVersion,
    Waiting,
)
from pipelines.postal import schedule, written
from pipelines.postal.calendars import KINDS, Kind
from pipelines.postal.lots import job_numbers, lot_id, make_lots
from pipelines.postal.paydays import Month
from pipelines.postal.placing import Placed, Places
from pipelines.postal.schedule import MinimumDays, Rules


@dataclass(frozen=True, slots=True)
class Closed:
    """A calendar as it was resolved for the plan: what a plain week would not tell."""

    country: str
    kind: Kind
    first: date
    last: date
    days: tuple[date, ...]
    """Closed Mondays to Fridays and open Saturdays and Sundays of `first`..`last`."""


@dataclass(frozen=True)
class Plan:
    """All decisions of a run. Made by `make_plan`; read back by `Plan.from_json`."""

    run_id: str
    period: str
    today: date
    days: tuple[Days, ...]
    """By country and own payday; a piece's `day_index` counts in here."""
    waiting: tuple[Waiting, ...]
    pieces: tuple[int, ...]
    """How many mail pieces each of `days` has, then each of `waiting`."""
    lots: tuple[PlannedLot, ...]
    """By lot id."""
    tables: tuple[TableVersion, ...]
    """Every dated table used, and the library `holidays` with the hash of `closed`."""
    closed: tuple[Closed, ...]
    remarks: tuple[str, ...]
    """What the operator should know: lots below the product's minimum, unverified products."""

    def place(self, drafts: pa.Table) -> Placed:
        """Where the mail pieces of a slice (DRAFTS) go, and the claims that wait.

        Raises BrevpressError for a piece that was not counted when the plan was made.
        """
        return self._places.place(drafts)

    def days_of(self, drafts: pa.Table) -> tuple[Days, ...]:
        """The days of every mail piece of a slice, none of which may wait."""
        return tuple(self.days[n] for n in self._places.cohorts(drafts).tolist())

    def lot(self, lot_id: str) -> PlannedLot:
        """The lot `lot_id`. Raises KeyError."""
        return self._lots[lot_id]

    def file(self, lot_id: str, name: str) -> PlannedFile:
        """The print file `name` of a lot. Raises KeyError."""
        return self._files[lot_id, name]

    def head(self, lot_id: str) -> LotHead:
        """What a print file needs to know of its lot. Raises KeyError."""
        lot = self._lots[lot_id]
        return LotHead(
            run_id=self.run_id,
            lot_id=lot_id,
            vendor=lot.vendor,
            country=lot.country,
            product=lot.product,
            hand_in_date=lot.hand_in_date,
            delivery_date=lot.delivery_date,
            job=self._jobs[lot_id],
        )

    def to_json(self) -> str:
        """The text of `plan.json`: sorted, stable, one record a line; see schemas/plan.schema.json."""
        count = len(self.days)
        return written.text(
            {"schema": written.SCHEMA, "run_id": self.run_id, "period": self.period, "today": self.today},
            {
                "days": _counted(self.days, self.pieces[:count]),
                "waiting": _counted(self.waiting, self.pieces[count:]),
                "lots": (
                    written.record(lot, files=[file.name for file in lot.files], job=self._jobs[lot.lot_id])
                    for lot in self.lots
                ),
                "files": (
                    written.record(file, ["containers"], lot_id=lot.lot_id)
                    for lot in self.lots
                    for file in lot.files
                ),
                "containers": (
                    written.record(tray, lot_id=lot.lot_id, file=file.name)
                    for lot in self.lots
                    for file in lot.files
                    for tray in file.containers
                ),
                "closed": (written.record(calendar) for calendar in self.closed),
                "tables": (written.record(table) for table in self.tables),
                "remarks": ({"text": remark} for remark in self.remarks),
            },
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The plan that `to_json` wrote."""
        found = json.loads(text)
        trays: dict[tuple[str, str], list[PlannedContainer]] = {}
        for item in found["containers"]:
            trays.setdefault((item["lot_id"], item["file"]), []).append(
                written.restored(PlannedContainer, item)
            )
        files: dict[str, list[PlannedFile]] = {}
        for item in found["files"]:
            containers = tuple(trays[item["lot_id"], item["name"]])
            files.setdefault(item["lot_id"], []).append(
                written.restored(PlannedFile, item, containers=containers)
            )
        return cls(
            run_id=found["run_id"],
            period=found["period"],
            today=date.fromisoformat(found["today"]),
            days=tuple(written.restored(Days, item) for item in found["days"]),
            waiting=tuple(written.restored(Waiting, item) for item in found["waiting"]),
            pieces=tuple(item["pieces"] for item in found["days"] + found["waiting"]),
            lots=tuple(
                written.restored(PlannedLot, item, files=tuple(files[item["lot_id"]]))
                for item in found["lots"]
            ),
            tables=tuple(written.restored(TableVersion, item) for item in found["tables"]),
            closed=tuple(written.restored(Closed, item) for item in found["closed"]),
            remarks=tuple(item["text"] for item in found["remarks"]),
        )

    def __getstate__(self) -> dict[str, Any]:
        # Only what the plan says; what was made from it in this process is made again.
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @cached_property
    def _lots(self) -> Mapping[str, PlannedLot]:
        return {lot.lot_id: lot for lot in self.lots}

    @cached_property
    def _files(self) -> Mapping[tuple[str, str], PlannedFile]:
        return {(lot.lot_id, file.name): file for lot in self.lots for file in lot.files}

    @cached_property
    def _jobs(self) -> Mapping[str, int]:
        return job_numbers([lot.lot_id for lot in self.lots])

    @cached_property
    def _places(self) -> Places:
        number = {lot.lot_id: n for n, lot in enumerate(self.lots)}
        return Places(self.days, self.waiting, self.lots, [number[lot_id(self.run_id, d)] for d in self.days])


def make_plan(
    cohorts: pa.Table, run_id: str, period: str, today: date, config: Config, minimum_days: MinimumDays
) -> Plan:
    """The plan for all mail pieces counted in `cohorts` (COHORTS; rows in any order).

    `period` is what the run aims at: the month `YYYY-MM` whose paydays count. `minimum_days`
    is `minimum_days(country, delivery_date)`, from the rules of the letters.
    Raises TableError for an unknown or expired table, ConfigError for a country without a
    section, UsageError for a period that is no month.
    """
    month = Month.parse(period)
    rules = Rules.load(config, minimum_days)
    counted = cohorts.filter(pc.greater(cohorts["pieces"], 0))
    days, waiting, pieces = _days(counted, month, today, config, rules)
    lots = make_lots(counted, run_id, days, waiting, config)
    closed = _closed(days, waiting, today, rules)
    resolved = TableVersion(
        "holidays",
        version("holidays"),
        hashlib.sha256("\n".join(str(written.record(c)) for c in closed).encode()).hexdigest(),
    )
    return Plan(
        run_id=run_id,
        period=period,
        today=today,
        days=days,
        waiting=waiting,
        pieces=pieces,
        lots=lots,
        tables=tuple(sorted((*rules.versions, resolved), key=lambda t: t.name)),
        closed=closed,
        remarks=tuple(sorted(_remarks(lots, rules))),
    )


def _days(
    counted: pa.Table, month: Month, today: date, config: Config, rules: Rules
) -> tuple[tuple[Days, ...], tuple[Waiting, ...], tuple[int, ...]]:
    sums = counted.group_by(["country", "payday"]).aggregate([("pieces", "sum")]).to_pylist()
    days: list[tuple[Days, int]] = []
    waiting: list[tuple[Waiting, int]] = []
    for row in sorted(sums, key=lambda r: (r["country"], r["payday"] or 0)):
        found = schedule.days(row["country"], row["payday"], month, today, config, rules)
        if isinstance(found, Days):
            days.append((found, row["pieces_sum"]))
        else:
            waiting.append((found, row["pieces_sum"]))
    pieces = tuple(count for _, count in (*days, *waiting))
    return tuple(d for d, _ in days), tuple(w for w, _ in waiting), pieces


def _closed(
    days: Sequence[Days], waiting: Sequence[Waiting], today: date, rules: Rules
) -> tuple[Closed, ...]:
    spans: dict[str, list[date]] = {}
    for day in days:
        spans.setdefault(day.country, [today]).extend((day.hand_in_date, day.payday, day.due_date))
    for wait in waiting:
        spans.setdefault(wait.country, [today]).append(wait.until)
    return tuple(
        Closed(
            country,
            kind,
            min(span),
            max(span),
            rules.calendars.of(kind, country).closures(min(span), max(span)),
        )
        for country, span in sorted(spans.items())
        for kind in sorted(KINDS)
    )


def _remarks(lots: Sequence[PlannedLot], rules: Rules) -> Iterator[str]:
    unverified = set()
    for lot in lots:
        product = rules.products.of(lot.product, lot.country, lot.hand_in_date)
        if lot.pieces < product.min_pieces:
            yield f"lot {lot.lot_id} has {lot.pieces} pieces, {product.id} asks for {product.min_pieces}"
        if not product.verified:
            unverified.add(product.id)
    for name in unverified:
        yield f"product {name} is not verified: check its entry with the post (docs/tables.md)"


def _counted(values: Sequence[Days] | Sequence[Waiting], pieces: Sequence[int]) -> Iterator[dict[str, Any]]:
    return (written.record(v, pieces=n) for v, n in zip(values, pieces, strict=True))
