"""A small real run for tests of the transforms, and what a transform gives when Beam runs it.

The export, the run, the store and the plan are real. Only the press is stood in for, by rooms that
fill blank pages; what a transform needs from the stages before it is made by the rooms' own functions,
without Beam.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.flow import BlankRoom
from pipelines import config, runners
from pipelines.config import Config
from pipelines.delivery.opening import open_store
from pipelines.ingest import check, facts, read
from pipelines.letters import claims as letter_claims
from pipelines.letters import household, rules
from pipelines.model import DRAFTS, SORTED_DRAFTS, Breach, PrintFile, Refusal
from pipelines.postal import cohorts
from pipelines.postal.forecast import Forecast
from pipelines.postal.paydays import Month, Paydays
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from pipelines.prepare import Prepared, prepare
from pipelines.progress import Channel
from pipelines.run import Run
from pipelines.transforms.press import ToPress
from pipelines.transforms.slices import pack

PERIOD, TODAY = "2026-12", date(2026, 12, 1)
RUN_ID = f"monthly-{PERIOD}"
NEAR_PAYDAY = 2
"""An own payday that no letter of a run on TODAY can reach in time."""

SE_1, SE_2, FI_1, FI_2 = (
    "claims-001-se.parquet", "claims-002-se.parquet", "claims-003-fi.parquet", "claims-004-fi.parquet",
)  # fmt: skip
"""The files of the sample; a recipient's claims may stand in both of its country."""

Slices = list[tuple[tuple[str, str], bytes]]

_kept: dict[str, list[Any]] = {}


class _Keep(beam.DoFn):
    """Puts elements where the test finds them: the local runner works in the test's own process."""

    def __init__(self, name: str) -> None:
        self._name = name

    def process(self, element: Any) -> None:
        _kept[self._name].append(element)


def given(build: Callable[[beam.Pipeline], Mapping[str, beam.PCollection]]) -> dict[str, list[Any]]:
    """All elements of the collections that `build` names, once the pipeline has run to its end."""
    options = runners.options_of([], rows=1)
    pipeline = beam.Pipeline(runner=runners.runner_of(options), options=options)
    collections = build(pipeline)
    _kept.clear()
    for name, collection in collections.items():
        _kept[name] = []
        _ = collection | f"keep {name}" >> beam.ParDo(_Keep(name))
    pipeline.run().wait_until_finish()
    return dict(_kept)


def opened(exports: Path, out: Path, settings: Config | None = None) -> Prepared:
    """The run of `exports` into the folder `out`, with its record begun."""
    chosen = settings or config.load(None)
    store = open_store(str(out), chosen.delivery)
    return prepare(RUN_ID, PERIOD, str(exports), str(out), chosen, TODAY, store, Channel(None))


def small_files(pieces: int) -> Config:
    """The default configuration with a vendor who wants no more than `pieces` in a print file."""
    default = config.load(None)
    vendors = {
        name: vendor.model_copy(update={"pieces_per_file": pieces, "pieces_per_container": pieces})
        for name, vendor in default.vendors.items()
    }
    return default.model_copy(update={"vendors": vendors})


def edit(path: Path, changes: Mapping[int, Mapping[str, object]]) -> None:
    """Changes an export file: row (0-based) → column → value."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    for row, values in changes.items():
        rows[row] |= values
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def drafts_of(prepared: Prepared) -> pa.Table:
    """The mail pieces of a faultless export: SORTED_DRAFTS sorted by piece id."""
    run, countries = prepared.run, facts.all()
    accepted = []
    for task in prepared.survey.tasks:
        for table in read.read(task, run.access):
            checked = check.check(table, countries, run.settable, run.today, pa.array([], pa.string()))
            accepted.append(letter_claims.check(checked.accepted, run.today, {})[0])
    nobody = check.CONDEMNED.empty_table()
    made = household.make_pieces(pa.concat_tables(accepted), nobody, run.run_id, run.config)[0]
    return sorted_out(made)


def sorted_out(drafts: pa.Table) -> pa.Table:
    """DRAFTS as SORTED_DRAFTS."""
    return cohorts.sort_out(drafts, Paydays.load({}), Forecast.load({}, {}), Month.parse(PERIOD).day(1))


def counted(drafts: pa.Table) -> pa.Table:
    """SORTED_COHORTS of the pieces."""
    return cohorts.count(drafts)


def planned(run: Run, drafts: pa.Table) -> Plan:
    """The plan of the pieces, which lies in the store as well."""
    minimum = partial(rules.minimum_days, own={})
    plan = make_plan(counted(drafts), run.run_id, run.period, run.today, run.config, minimum)
    store = open_store(run.out, run.config.delivery)
    store.put_bytes(f"runs/{run.run_id}/plan.json", plan.to_json().encode())
    return plan


def placed(plan: Plan, drafts: pa.Table, rows: int = 1) -> Slices:
    """The pieces on their way to their print files, in slices of so many rows."""
    straight = plan.place(drafts)
    ranked = [plan.place_whole(part) for _, _, part in straight.unranked()]
    return [
        ((lot_id, file), pack(part.select(SORTED_DRAFTS.names).slice(start, rows)))
        for slice_ in (straight, *ranked)
        for lot_id, file, part in slice_
        for start in range(0, part.num_rows, rows)
    ]


def with_near_payday(drafts: pa.Table, pieces: int) -> pa.Table:
    """The drafts, the first `pieces` of which have an own payday that is too near."""
    place = drafts.column_names.index("payday")
    near = pa.array([n < pieces for n in range(drafts.num_rows)])
    changed = drafts.set_column(
        place,
        drafts.schema.field("payday"),
        pc.if_else(near, pa.scalar(NEAR_PAYDAY, pa.int32()), drafts["payday"]),
    )
    return sorted_out(changed.select(DRAFTS.names))


def claim_ids(drafts: pa.Table) -> list[str]:
    """The claim ids inside the drafts, sorted."""
    return sorted(claim["claim_id"] for claims in drafts["claims"].to_pylist() for claim in claims)


class CountingRoom(BlankRoom):
    """Fills blank pages, and remembers what it was asked to press."""

    pressed: list[tuple[str, str]] = []  # noqa: RUF012 - Beam makes the rooms; the class is what a test can see

    def press(self, asked: ToPress, out: Path) -> tuple[PrintFile, list[Refusal]]:
        self.pressed.append((asked.lot_id, asked.file.name))
        return super().press(asked, out)


class RefusingRoom(BlankRoom):
    """Cannot set the first letter of a file."""

    def press(self, asked: ToPress, out: Path) -> tuple[PrintFile, list[Refusal]]:
        printed, _ = super().press(asked._replace(drafts=asked.drafts.slice(1)), out)
        return printed, [Refusal(asked.drafts["piece_id"][0].as_py(), "too_many_sheets", detail="9 sheets")]


class HelplessRoom(BlankRoom):
    """Cannot set any letter."""

    def press(self, asked: ToPress, out: Path) -> tuple[PrintFile, list[Refusal]]:
        printed, _ = super().press(asked._replace(drafts=asked.drafts.slice(0, 0)), out)
        return printed, [
            Refusal(piece, "composition_failed", detail="KeyError")
            for piece in asked.drafts["piece_id"].to_pylist()
        ]


class DifferingRoom(BlankRoom):
    """Finds that the lanes of the first letter of a Finnish file differ, and keeps both pages."""

    def press(self, asked: ToPress, out: Path) -> tuple[PrintFile, list[Refusal]]:
        printed, refused = super().press(asked, out)
        if asked.plan.lot(asked.lot_id).country != "FI":
            return printed, refused
        for lane in ("stamped", "rendered"):
            kept = out.with_name(f"{out.stem}-{asked.drafts['piece_id'][0]}-{lane}.pdf")
            kept.write_bytes(f"%PDF {lane}".encode())
        found = (Breach("lane-difference", 1, "1 differences, first glyph at 70.0, 90.0 pt"),)
        return replace(printed, breaches=found), refused


class BreachingRoom(BlankRoom):
    """Presses Finnish files in a colour space that no print shop takes."""

    def press(self, asked: ToPress, out: Path) -> tuple[PrintFile, list[Refusal]]:
        printed, refused = super().press(asked, out)
        found = (
            (Breach("colour.rgb", 1, "DeviceRGB"),) if asked.plan.lot(asked.lot_id).country == "FI" else ()
        )
        return replace(printed, breaches=found), refused
