"""The plan: who gets a letter, on which day, in which lot, file and tray, before a page is made.

A plan is a value. `planning.make_plan` makes it from counts; it is the same for the same counts in
any order, it pickles, and `plan.json` says all of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any, Self

import pyarrow as pa

from pipelines.model import (
    Days,
    LotHead,
    PlannedContainer,
    PlannedFile,
    PlannedLot,
    PostalArea,
    SiteLoad,
    TableVersion,
    Waiting,
    Worth,
)
from pipelines.postal import written
from pipelines.postal.calendars import Kind
from pipelines.postal.lots import job_numbers
from pipelines.postal.placing import Placed, Places


@dataclass(frozen=True, slots=True)
class Closed:
    """A calendar as it was resolved for the plan: what a plain week would not tell."""

    country: str
    kind: Kind
    first: date
    last: date
    days: tuple[date, ...]
    """Closed Mondays to Fridays and open Saturdays and Sundays of `first`..`last`."""
    region: str = ""


@dataclass(frozen=True)
class Plan:
    """All decisions of a run. Made by `planning.make_plan`; read back by `Plan.from_json`."""

    run_id: str
    period: str
    today: date
    days: tuple[Days, ...]
    """By cohort; the parts of one in the order in which it is cut."""
    waiting: tuple[Waiting, ...]
    areas: tuple[PostalArea, ...]
    """By country and groups."""
    lots: tuple[PlannedLot, ...]
    """By lot id."""
    load: tuple[SiteLoad, ...]
    """By vendor and day."""
    worth: Worth
    tables: tuple[TableVersion, ...]
    """Every dated table and imported file used, and the library `holidays` with the hash of `closed`."""
    closed: tuple[Closed, ...]
    remarks: tuple[str, ...]
    """What the operator should know."""

    def place(self, drafts: pa.Table) -> Placed:
        """Where the mail pieces of a slice (SORTED_DRAFTS) go, the claims that wait, and the pieces
        whose place can only be told among all pieces of their postcode.

        Raises BrevpressError for a piece that was not counted when the plan was made.
        """
        return self._places.place(drafts)

    def place_whole(self, drafts: pa.Table) -> Placed:
        """The same when `drafts` are all pieces of their postcodes, so that none is left over."""
        return self._places.place_whole(drafts)

    def days_of(self, lot_id: str, drafts: pa.Table) -> tuple[Days, ...]:
        """The days of every mail piece of a slice (SORTED_DRAFTS), all of the lot. Raises BrevpressError."""
        return tuple(self.days[n] for n in self._places.days_in(lot_id, drafts).tolist())

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
        return written.text(
            {
                "schema": written.SCHEMA,
                "run_id": self.run_id,
                "period": self.period,
                "today": self.today,
                "costs": written.record(self.worth),
            },
            {
                "days": (written.record(day) for day in self.days),
                "waiting": (written.record(wait) for wait in self.waiting),
                "load": (written.record(load) for load in self.load),
                "remarks": ({"text": remark} for remark in self.remarks),
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
                "areas": (written.record(area) for area in self.areas),
                "closed": (written.record(calendar) for calendar in self.closed),
                "tables": (written.record(table) for table in self.tables),
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
            areas=tuple(written.restored(PostalArea, item) for item in found["areas"]),
            lots=tuple(
                written.restored(PlannedLot, item, files=tuple(files[item["lot_id"]]))
                for item in found["lots"]
            ),
            load=tuple(written.restored(SiteLoad, item) for item in found["load"]),
            worth=written.restored(Worth, found["costs"]),
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
        return Places(self.days, self.waiting, self.areas, self.lots)
