"""From counts to the plan: which days, lots, files and containers, and what waits, in one pass.

The work goes by cohorts and by cells of (lot, postcode, sheets). No piece is seen.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import tables
from pipelines.config import Config
from pipelines.errors import AssetError
from pipelines.model import Days, TableVersion, Waiting
from pipelines.postal import written
from pipelines.postal.calendars import KINDS, Calendar
from pipelines.postal.cells import Cells, Part, areas_of
from pipelines.postal.forecast import Forecast
from pipelines.postal.lots import LotKey, StackKey, check_names, lot_id, make_lots, scheme_of
from pipelines.postal.paydays import Month
from pipelines.postal.plan import Closed, Plan
from pipelines.postal.products import Product
from pipelines.postal.remarks import remarks
from pipelines.postal.schedule import Schedule, schedule
from pipelines.postal.sorting import Scheme, Schemes
from pipelines.postal.terms import Cohort, Route, group_on
from pipelines.postal.timetable import LATER_PAYDAYS, MinimumDays, Rules, route
from pipelines.postal.weights import measure, weight_step

EARLIER_DAYS = 31
"""Days before the period from which the groups of postcodes are told: a payday that is over is asked
for the delivery days before it, to say why the letter does not come."""

GROUPS_DAYS = 45
"""Days after the period in which a move of postcodes to other delivery groups is looked for: those
who wait are planned for the next payday."""

SORT_FILES = "sorting/"
"""Sort files of the table `sorting` are named so among the tables of a plan."""


def make_plan(
    cohorts: pa.Table, run_id: str, period: str, today: date, config: Config, minimum_days: MinimumDays
) -> Plan:
    """The plan for all mail pieces counted in `cohorts` (SORTED_COHORTS; rows in any order).

    `period` is what the run aims at: the month `YYYY-MM` whose paydays count. `minimum_days`
    is `minimum_days(country, delivery_date)`, from the rules of the letters.
    Raises TableError for an unknown or expired table, ConfigError for a country without a
    section and for a product of two countries, UsageError for a period that is no month.
    """
    month = Month.parse(period)
    rules, schemes = Rules.load(config, minimum_days), Schemes.load(config.schedule.tables)
    counts = cohorts.filter(pc.greater(cohorts["pieces"], 0))
    routes = {c: route(c, config, rules.products) for c in sorted(counts["country"].unique().to_pylist())}
    check_names(routes.values())
    since = min(today, month.day(1) - timedelta(days=EARLIER_DAYS))
    last = month.day(31) + timedelta(days=GROUPS_DAYS)
    areas = areas_of(counts, routes.values(), rules.patterns, since, last)
    cells = Cells.of(counts, areas)
    scheduled = schedule(cells.cohorts, month, today, config, rules)
    decided = _decided(scheduled, cells, run_id, config, rules)
    sorted_by = {s: scheme_of(s, config.vendors[s.lot.vendor], schemes) for s in decided.stacks}
    lots = make_lots(decided.stacks, cells.sums(decided.parts), decided.products, sorted_by, config.vendors)
    closed = tuple(_closed(routes, month, today, config, rules))
    return Plan(
        run_id=run_id,
        period=period,
        today=today,
        days=decided.days,
        waiting=decided.waiting,
        areas=areas,
        lots=lots,
        load=scheduled.load,
        worth=scheduled.worth,
        tables=_tables(config, routes, rules, schemes, tuple(sorted_by.values()), closed),
        closed=closed,
        remarks=tuple(
            remarks(counts, today, decided.products, scheduled.paid_up, areas, sorted_by, lots, rules)
        ),
    )


_LAST = 1 << 30
"""The place of those who wait among the parts of their cohort."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the schedule says, by parts of cohorts; `parts` are those of `days` and `waiting`."""

    days: tuple[Days, ...]
    waiting: tuple[Waiting, ...]
    parts: tuple[Part, ...]
    """In the order of the cohorts and of their cuts."""
    stacks: tuple[StackKey, ...]
    """Ascending."""
    products: dict[LotKey, Product]


def _decided(scheduled: Schedule, cells: Cells, run_id: str, config: Config, rules: Rules) -> Decided:
    number = {cohort: n for n, (cohort, _) in enumerate(cells.cohorts)}
    products: dict[LotKey, Product] = {}
    found: list[tuple[int, int, Days | Waiting, StackKey | None]] = []
    for planned in scheduled.planned:
        n, vendor = number[planned.cohort], config.vendors[planned.vendor]
        for place, made in enumerate(planned.allocations):
            option, cohort = made.option, planned.cohort
            product = rules.products.of(option.product, cohort.country, option.hand_in)
            step = weight_step(measure(cohort.sheets, vendor), product)
            assert step is not None, "an option has a price"
            name = lot_id(run_id, option.product, option.hand_in)
            lot = LotKey(name, planned.vendor, cohort.country, option.product, option.hand_in)
            products[lot] = product
            names = route(cohort.country, config, rules.products).products
            group = group_on(cohort.groups[names.index(option.product)], option.delivery)
            days = Days(
                **_facts(cohort),
                payday=planned.payday,
                delivery_date=option.delivery,
                hand_in_date=option.hand_in,
                due_date=made.due,
                product=option.product,
                vendor=planned.vendor,
                why=made.why,
                later_paydays=planned.later_paydays,
                lot_id=name,
                delivery_group=group,
                weight_step=step.to_grams,
                pieces=made.pieces,
            )
            found.append((n, place, days, StackKey(lot, option.delivery, group, step.to_grams)))
    for waits in scheduled.waiting:
        wait = Waiting(**_facts(waits.cohort), reason=waits.reason, until=waits.until, pieces=waits.pieces)
        found.append((number[waits.cohort], _LAST, wait, None))
    found.sort(key=lambda item: item[:2])
    stacks = tuple(sorted({stack for *_, stack in found if stack is not None}))
    at = {stack: n for n, stack in enumerate(stacks)}
    parts = tuple(Part(n, told.pieces, -1 if s is None else at[s]) for n, _, told, s in found)
    told = [
        replace(one, first_postal_code=code, first_rank=rank)
        for (_, _, one, _), (code, rank) in zip(found, cells.begins(parts), strict=True)
    ]
    return Decided(
        days=tuple(one for one in told if isinstance(one, Days)),
        waiting=tuple(one for one in told if isinstance(one, Waiting)),
        parts=parts,
        stacks=stacks,
        products=products,
    )


def _facts(cohort: Cohort) -> dict[str, Any]:
    return {
        "country": cohort.country,
        "own_payday": cohort.own_payday or None,
        "rule": cohort.rule,
        "kind": cohort.kind,
        "sheets": cohort.sheets,
        "groups": cohort.groups,
    }


def _tables(
    config: Config,
    countries: Iterable[str],
    rules: Rules,
    schemes: Schemes,
    used: Sequence[Scheme],
    closed: Sequence[Closed],
) -> tuple[TableVersion, ...]:
    """Every dated table and imported file that the plan rests on, by name."""
    resolved = TableVersion(
        "holidays",
        version("holidays"),
        hashlib.sha256("\n".join(str(written.record(c)) for c in closed).encode()).hexdigest(),
    )
    schedule = config.schedule
    sheets = Forecast.load(schedule.tables, schedule.forecast_sheets).version
    files = {sort_file(s.sort_file.version) for s in used if s.sort_file is not None}
    laws = _laws(countries, schedule.tables)
    every = {*rules.versions, schemes.version, sheets, resolved, *laws, *files}
    return tuple(sorted(every, key=lambda t: (t.name, t.version)))


def _laws(countries: Iterable[str], own: Mapping[str, Path]) -> Iterator[TableVersion]:
    """The tables of the law that `minimum_days` goes by: it moves due dates."""
    for country in countries:
        name = f"rules/{country.lower()}"
        if name in own:
            yield tables.read(own[name]).version
        else:
            # Who has no table has told the law's days in another way.
            with suppress(AssetError):
                yield tables.load(name).version


def sort_file(of: TableVersion) -> TableVersion:
    """A sort file as it stands among the tables: `sorting/se-offices/2026-12`."""
    return replace(of, name=f"{SORT_FILES}{of.name}/{of.version}")


def _closed(
    routes: Mapping[str, Route], month: Month, today: date, config: Config, rules: Rules
) -> Iterator[Closed]:
    """The calendars of the countries and of their print sites, over days that hang on `today` and
    period alone: so their hash is another one only when a holiday is."""
    far = month
    for _ in range(LATER_PAYDAYS):
        far = far.next()
    sites = {config.vendors[r.vendor].country or r.country for r in routes.values()}
    near = max(today, month.day(31) + timedelta(days=GROUPS_DAYS))
    for country, kind, region in sorted({(e.country, e.kind, e.region) for e in rules.calendars.entries}):
        if kind in KINDS and country in (sites if kind == "print_site" else routes):
            calendar = rules.calendars.of(kind, country, region)
            last = _told(calendar, today, far.day(31) if kind == "bank" else near)
            yield Closed(country, kind, today, last, calendar.closures(today, last), region)


def _told(calendar: Calendar, first: date, last: date) -> date:
    """The last day of `first`..`last` up to which the calendar tells of every day."""
    told = first
    for entry in sorted(calendar.entries, key=lambda entry: entry.valid_from):
        if entry.valid_from <= min(last, told + timedelta(days=1)) and entry.valid_to > told:
            told = min(last, entry.valid_to)
    return told
