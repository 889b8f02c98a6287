"""The record of a run, `run.json`: what went in, what came out, and how it stands.

It is opened before the first row is read and closed after the last book is written. It holds
no clock, so a run that was killed and finished ends with the same bytes as one that was not.
Its form is in `schemas/run.schema.json`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pipelines.delivery import places
from pipelines.delivery.books import Totals
from pipelines.delivery.lots import LotOutcome
from pipelines.delivery.manifest import dump
from pipelines.delivery.store import Store
from pipelines.errors import RunConflict, StoreError, UsageError
from pipelines.model import TableVersion

SCHEMA = "brevpress-run-1"
RECORD = "run.json"

Begun = Literal["new", "resumed", "finished"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Everything that decides the output of a run."""

    run_id: str
    period: str
    today: date
    software: str
    config: str
    """`Config.fingerprint()`."""
    inputs: tuple[tuple[str, int, str], ...]
    """Name, bytes and sha256 of every file of the export."""
    tables: tuple[TableVersion, ...]
    assets: tuple[tuple[str, str], ...]
    """Name of an asset folder (`layouts`, `fonts`) and the sha256 over it."""

    def identity(self) -> tuple[tuple[str, str], ...]:
        """Name → value of everything that must be the same when the run is called again."""
        return (
            ("period", self.period),
            ("today", self.today.isoformat()),
            *(
                (f"export file {name}", f"{size} bytes, sha256 {sha}")
                for name, size, sha in sorted(self.inputs)
            ),
            ("configuration", f"sha256 {self.config}"),
            *((f"table {t.name}", f"{t.version}, sha256 {t.sha256}") for t in _sorted(self.tables)),
            *((f"folder {name}", f"sha256 {sha256}") for name, sha256 in sorted(self.assets)),
            ("software", self.software),
        )


def begin(store: Store, record: RunRecord) -> Begun:
    """Opens the record of a run: `new`, or `resumed`, or `finished` when nothing is left to do.

    A stopped run is resumed: what it found is found again, or is mended. A run that ended before
    anything was made (an export that could not be read) has used up nothing: with other inputs
    its record is replaced and the run is `new`. Else other inputs raise RunConflict, which names
    the first difference.
    """
    key = places.run(record.run_id, RECORD)
    if store.create(key, dump(_opened(record))):
        return "new"
    there = read(store, record.run_id)
    before, now = _record(there).identity(), record.identity()
    if dict(before) != dict(now) and _made_nothing(store, there):
        store.put_bytes(key, dump(_opened(record)))
        return "new"
    _compare(record.run_id, before, now)
    return "finished" if there["state"] == "finished" else "resumed"


def confirm(store: Store, run_id: str, identity: tuple[tuple[str, str], ...]) -> None:
    """Nothing when the record is still that of these inputs; else RunConflict.

    To be asked just before the first thing is made: another call may have replaced the record.
    """
    _compare(run_id, _record(read(store, run_id)).identity(), identity)


def closed(store: Store, run_id: str, totals: Totals, outcomes: Iterable[LotOutcome]) -> dict[str, Any]:
    """The record with what came of the run: `stopped` when a lot was, else `finished`. Writes nothing."""
    there = read(store, run_id)
    ended = sorted(outcomes, key=lambda o: o.lot_id)
    stopped = [o for o in ended if o.state == "stopped"]
    record = {
        **_opened(_record(there)),
        "state": "stopped" if stopped else "finished",
        "counts": counts(totals),
        "stopped_lots": [o.lot_id for o in stopped],
        "empty_lots": [o.lot_id for o in ended if o.state == "empty"],
        "breaches": [
            {
                "lot_id": o.lot_id,
                "file": b.file,
                "rule": b.rule,
                "count": b.count,
                "page": b.page,
                "fact": b.fact,
            }
            for o in stopped
            for b in o.breaches
        ],
    }
    for entry in record["inputs"]:
        entry["rows"] = totals.read.get(entry["name"], 0)
    return record


def close(store: Store, run_id: str, record: Mapping[str, Any]) -> None:
    """Writes the closed `record`, the last thing that is written of a run."""
    if record != read(store, run_id):
        store.put_bytes(places.run(run_id, RECORD), dump(record))


def counts(totals: Totals) -> dict[str, Any]:
    """The control totals as they stand in `run.json`."""
    return {
        "rows_read": sum(totals.read.values()),
        "claims_printed": totals.printed,
        "claims_quarantined": sum(totals.quarantined.values()),
        "quarantined": dict(totals.quarantined),
        "claims_held": sum(totals.held.values()),
        "held": dict(totals.held),
        "pieces": totals.pieces,
        "sheets": totals.sheets,
        "pages": totals.pages,
        "files": totals.files,
        "lots": totals.lots,
        "stamped": totals.stamped,
        "rendered": totals.pieces - totals.stamped,
        "unstamped": dict(totals.unstamped),
        "compared": totals.compared,
    }


def read(store: Store, run_id: str) -> dict[str, Any]:
    """`run.json` as it stands; UsageError when there is no such run, StoreError when it is broken."""
    key = places.run(run_id, RECORD)
    if not store.exists(key):
        raise UsageError(f"{store.uri}: no run {run_id}", "name a run that stands below runs/")
    try:
        found: dict[str, Any] = json.loads(store.get(key))
        if found["schema"] != SCHEMA or found["run_id"] != run_id:
            raise ValueError(found["schema"])
    except (ValueError, LookupError, TypeError) as error:
        raise StoreError(f"{key}: not the record of a run", "bring it back from a backup") from error
    return found


def day_of(store: Store, run_id: str) -> date | None:
    """The day (`--today`) with which a run was begun, or None when nothing is made of it yet."""
    if not store.exists(places.run(run_id, RECORD)):
        return None
    there = read(store, run_id)
    # Else an export that is mended days later would be planned as on the day it was refused.
    return None if _made_nothing(store, there) else date.fromisoformat(there["today"])


def run_ids(store: Store) -> tuple[str, ...]:
    """The ids of all runs in the store, sorted."""
    keys = (key.split("/") for key in store.list("runs/"))
    return tuple(sorted(parts[1] for parts in keys if len(parts) == 3 and parts[2] == RECORD))


def _opened(record: RunRecord) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "run_id": record.run_id,
        "state": "running",
        "period": record.period,
        "today": record.today.isoformat(),
        "software": record.software,
        "config": record.config,
        "inputs": [
            {"name": name, "bytes": size, "sha256": sha256, "rows": None}
            for name, size, sha256 in sorted(record.inputs)
        ],
        "tables": {t.name: {"version": t.version, "sha256": t.sha256} for t in _sorted(record.tables)},
        "assets": dict(sorted(record.assets)),
        "counts": None,
        "stopped_lots": [],
        "empty_lots": [],
        "breaches": [],
    }


def _record(there: Mapping[str, Any]) -> RunRecord:
    return RunRecord(
        run_id=there["run_id"],
        period=there["period"],
        today=date.fromisoformat(there["today"]),
        software=there["software"],
        config=there["config"],
        inputs=tuple((f["name"], f["bytes"], f["sha256"]) for f in there["inputs"]),
        tables=tuple(TableVersion(n, t["version"], t["sha256"]) for n, t in there["tables"].items()),
        assets=tuple(there["assets"].items()),
    )


def _made_nothing(store: Store, there: Mapping[str, Any]) -> bool:
    """Whether a run is still before its plan: nothing of it beside its record, nor in the outbox."""
    run_id: str = there["run_id"]
    if there["state"] != "running" or store.list(places.run(run_id)) != (places.run(run_id, RECORD),):
        return False
    folders = (key.split("/")[:4] for key in store.list("outbox/"))
    # The id of a lot begins with that of its run.
    return not any(parts[-1].startswith(run_id) for parts in folders if len(parts) == 4)


def _sorted(tables: Iterable[TableVersion]) -> list[TableVersion]:
    return sorted(tables, key=lambda t: t.name)


def _compare(run_id: str, before: tuple[tuple[str, str], ...], now: tuple[tuple[str, str], ...]) -> None:
    had, has = dict(before), dict(now)
    for name in [*has, *(name for name in had if name not in has)]:
        if had.get(name) != has.get(name):
            raise RunConflict(
                f"{run_id} was begun with other inputs: {name} was {had.get(name, 'not there')}, "
                f"is {has.get(name, 'not there')}",
                f"call it with --today {had['today']}"
                if name == "today"
                else "call it with the same inputs, or with another --out",
            )
