"""The postal plan: days and containers for a month's pieces, beside the greedy plan.

    python benchmarks/postal.py [--pieces 300000 3000000] [--json FILE] [--only CASE …]

Counts over 17,000 postcodes of a country, made from a fixed seed; each case is a fresh process.
`schedule` is the days of all cohorts with their reasons and the report's figures; `gains` what one
more day or shift would give, which plans anew; `presort` the containers of all lots. The greedy plan
sends everything on the latest day that the promise allows, overflow on earlier days; it has the same
options, costs, limits and minima.
Costs are a piece's expected cost in units of `schedule.costs.rates`, postage included; `early` are
calendar days before payday, `late` the share that is expected after it; `sorted` is the share of
the pieces in containers of a level finer than the last.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # As a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402

from pipelines import config as configs  # noqa: E402
from pipelines.config import Capacity, Config  # noqa: E402
from pipelines.postal.demands import Problem  # noqa: E402
from pipelines.postal.greedy import greedy  # noqa: E402
from pipelines.postal.levels import CELLS  # noqa: E402
from pipelines.postal.paydays import Month  # noqa: E402
from pipelines.postal.presort import Stack, presort  # noqa: E402
from pipelines.postal.products import Products  # noqa: E402
from pipelines.postal.schedule import gains, schedule  # noqa: E402
from pipelines.postal.sorting import Schemes  # noqa: E402
from pipelines.postal.terms import Cohort  # noqa: E402
from pipelines.postal.timetable import Rules, Timetable, route  # noqa: E402
from pipelines.postal.weights import measure, weight_step  # noqa: E402

PERIOD, TODAY = Month(2026, 11), date(2026, 10, 19)
POSTCODES = 17_000
SEED = 1
GROUPS = {"SE": ("A", "B", "box"), "FI": ("week", "light", "A", "B")}
SHEETS = {1: 0.62, 2: 0.25, 3: 0.09, 4: 0.04}
OWN_PAYDAYS = 0.4
"""Share of the recipients whose own payday is known; half of these on the 25th, 27th, 28th or 30th."""


@dataclass(frozen=True, slots=True)
class Case:
    """What limits the plan, in shares of all pieces."""

    countries: tuple[str, ...] = ("SE",)
    pieces: float | None = None
    """Capacity of each print site a day."""
    sheets: float | None = None
    least: float = 0
    """Minimum of a lot."""


CASES = {
    "no limit": Case(),
    "tight": Case(pieces=1 / 14),
    "tight, in sheets": Case(sheets=1.6 / 14),
    "tight, with minima": Case(pieces=1 / 12, least=1 / 60),
    "too tight": Case(pieces=1 / 26),
    "two sites, two countries": Case(("SE", "FI"), pieces=1 / 26),
}

Cells = dict[Cohort, tuple[Any, Any]]
"""Of each cohort its postcodes, rising, and the pieces of each."""


def counts(country: str, pieces: int, products: int) -> Cells:
    """The pieces of a country by cohort and postcode; the same every time."""
    dice = np.random.default_rng([SEED, *country.encode()])
    codes = np.sort(dice.choice(np.arange(10_000, 99_999), POSTCODES, replace=False)).astype(str)
    weights = dice.pareto(1.5, POSTCODES) + 0.2
    at = dice.multinomial(pieces, weights / weights.sum())
    groups = GROUPS[country]
    group = np.minimum(dice.integers(0, 20, POSTCODES) * len(groups) // 20, len(groups) - 1)
    paydays = np.full(32, OWN_PAYDAYS / 2 / 31)
    paydays[0] = 1 - OWN_PAYDAYS
    paydays[[25, 27, 28, 30]] += OWN_PAYDAYS / 2 / 4
    kinds = [(own, sheets) for own in range(32) for sheets in SHEETS]
    shares = np.array([paydays[own] * SHEETS[sheets] for own, sheets in kinds])
    number = dice.multinomial(at, shares / shares.sum())
    found: Cells = {}
    for n, (own, sheets) in enumerate(kinds):
        for g, name in enumerate(groups):
            rows = (group == g) & (number[:, n] > 0)
            if rows.any():
                rule = "" if own else "salary"
                who = Cohort(country, own, rule, "demand", sheets, tuple([name] * products))
                found[who] = codes[rows], number[rows, n]
    return found


def desk(case: Case, pieces: int) -> tuple[Config, Rules]:
    """Configuration and tables of a case."""
    base = configs.load()
    share = Capacity(
        pieces=None if case.pieces is None else int(pieces * case.pieces),
        sheets=None if case.sheets is None else int(pieces * case.sheets),
    )
    site = base.vendors["strand"].model_copy(update={"capacity": share})
    finnish = base.countries["FI"].model_copy(update={"vendor": "nord", "also": ("fi-kirje-nopea",)})
    config = base.model_copy(
        update={
            "vendors": {"strand": site, "nord": site},
            "countries": base.countries | {"FI": finnish},
        }
    )
    rules = Rules.load(config, lambda country, day: 14)
    if case.least:
        least = {"min_pieces": int(pieces * case.least), "below_minimum": "pay_up", "falls_back_to": None}
        products = tuple(p.model_copy(update=least) for p in rules.products.products)
        rules = replace(rules, products=Products(rules.products.version, products))
    return config, rules


def one(case: Case, pieces: int) -> dict[str, Any]:
    """The figures of a case from this process."""
    config, rules = desk(case, pieces)
    cells: Cells = {}
    for country in case.countries:
        products = len(route(country, config, rules.products).products)
        cells |= counts(country, pieces // len(case.countries), products)
    asked = [(cohort, int(number.sum())) for cohort, (_, number) in cells.items()]
    before = _peak_mb()
    began = time.perf_counter()
    made = schedule(asked, PERIOD, TODAY, config, rules)
    took = time.perf_counter() - began
    began = time.perf_counter()
    more = gains(asked, PERIOD, TODAY, config, rules)
    asking = time.perf_counter() - began
    timetable = Timetable(PERIOD, TODAY, config, rules)
    problem = Problem.of(sorted(asked), timetable, timetable.earliest)
    usual = greedy(problem.demands, problem.turns(timetable), problem.limits, problem.minima)
    rank = {c.cohort: n for n, c in enumerate(problem.cases)}
    ours = [tuple([0] * len(c.options)) for c in problem.cases]
    for planned in made.planned:
        n = rank[planned.cohort]
        part = {a.option: a.pieces for a in planned.allocations}
        ours[n] = tuple(part.get(option, 0) for option in problem.cases[n].options)
    began = time.perf_counter()
    containers, in_levels = _presorted(problem, ours, cells, timetable)
    sorting = time.perf_counter() - began
    peak = _peak_mb()
    _, greedy_levels = _presorted(problem, usual.counts, cells, timetable)
    return {
        "cohorts": len(asked),
        "cells": sum(len(codes) for codes, _ in cells.values()),
        "schedule_seconds": took,
        "gains_seconds": asking,
        "presort_seconds": sorting,
        "peak_mb": peak,
        "above_start_mb": peak - before,
        "containers": containers,
        "plan": _worth(problem, ours, made.worth.cost, in_levels),
        "greedy": _worth(problem, usual.counts, made.worth.greedy_cost, greedy_levels),
        "gains": [[g.change, g.vendor, str(g.day or ""), g.saves, g.serves] for g in more],
    }


def _worth(
    problem: Problem, rows: Sequence[Sequence[int]], cost: float, levels: Counter[str]
) -> dict[str, float]:
    """What a plan is worth: cost a piece, share waiting, days early, share late, share sorted, lots."""
    everyone = sum(d.pieces for d in problem.demands)
    sent = early = 0
    late = 0.0
    lots = set()
    for case, demand, row in zip(problem.cases, problem.demands, rows, strict=True):
        for option, choice, n in zip(case.options, demand.choices, row, strict=True):
            sent += n
            early += n * (case.payday - option.delivery).days
            late += n * (1 - option.on_time)
            if n:
                lots.add(choice.lot)
    return {
        "cost": cost / everyone,
        "waiting": (everyone - sent) / everyone,
        "early_days": early / max(sent, 1),
        "late": late / max(sent, 1),
        "sorted": 1 - levels["MIX"] / max(levels.total(), 1),
        "lots": len(lots),
    }


def _presorted(
    problem: Problem, rows: Sequence[Sequence[int]], cells: Cells, timetable: Timetable
) -> tuple[int, Counter[str]]:
    """The number of containers of all lots, and the pieces by level."""
    parts: dict[Any, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for case, demand, row in zip(problem.cases, problem.demands, rows, strict=True):
        codes, number = cells[case.cohort]
        ends = np.cumsum(number)
        first = 0
        for option, choice, n in zip(case.options, demand.choices, row, strict=True):
            if not n:
                continue
            # The cohort is cut in the order of its postcodes.
            part = np.clip(ends, first, first + n) - np.clip(ends - number, first, first + n)
            product = timetable.product(case.cohort.country, option)
            vendor = timetable.config.vendors[choice.lot.vendor]
            step = weight_step(measure(case.cohort.sheets, vendor), product)
            place = timetable.route(case.cohort.country).products.index(option.product)
            stack = option.delivery, case.cohort.groups[place], step.to_grams if step else 0.0
            kept = part > 0
            parts[choice.lot][stack].append((codes[kept], case.cohort.sheets, part[kept]))
            first += n
    schemes = Schemes.load({})
    containers = 0
    levels: Counter[str] = Counter()
    for lot, stacks in sorted(parts.items()):
        vendor = timetable.config.vendors[lot.vendor]
        product = timetable.rules.products.of(lot.product, lot.country, lot.hand_in)
        made = presort(
            f"{lot.product}-{lot.hand_in}",
            [
                Stack(step, group, day, schemes.of(lot.country, lot.product, lot.hand_in, day), _cells(found))
                for (day, group, step), found in sorted(stacks.items())
            ],
            {sheets: measure(sheets, vendor) for sheets in SHEETS},
            dict(product.presort),
        )
        containers += len(made.containers)
        for container in made.containers:
            levels[container.level] += container.pieces
    return containers, levels


def _cells(found: list[tuple[Any, int, Any]]) -> pa.Table:
    """Counts of several cohorts, added up by postcode and number of sheets."""
    codes = np.concatenate([c for c, _, _ in found])
    sheets = np.concatenate([np.full(len(c), s) for c, s, _ in found])
    pieces = np.concatenate([p for _, _, p in found])
    table = pa.table(
        [pa.array(codes, pa.string()), pa.array(sheets, pa.int32()), pa.array(pieces)], CELLS.names
    )
    added = table.group_by(CELLS.names[:2]).aggregate([("pieces", "sum")])
    return added.rename_columns(CELLS.names).select(CELLS.names).cast(CELLS)


def _peak_mb() -> float:
    """The most memory that this process has had; unlike ru_maxrss without its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError("/proc/self/status has no VmHWM")


def measured(name: str, pieces: int) -> dict[str, Any]:
    """The figures of a case from a process of its own."""
    command = [sys.executable, __file__, "--one", name, "--pieces", str(pieces)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: exit code {done.returncode}")
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def markdown(report: dict[str, Any]) -> str:
    """The table: each case, the plan and the greedy plan under each other."""
    names = ["cost", "waiting", "days early", "late", "sorted", "lots"]
    names += ["schedule s", "gains s", "presort s", "MB"]
    lines = ["| case | pieces | | " + " | ".join(names) + " |", "|---|--:|---|" + "--:|" * len(names)]
    for size, cases in report["pieces"].items():
        for name, found in cases.items():
            for who in ("plan", "greedy"):
                w = found[who]
                own = who == "plan"
                took = [found[f"{part}_seconds"] for part in ("schedule", "gains", "presort")] if own else []
                spent = [f"{t:.2f}" for t in took] + [f"{found['peak_mb']:.0f}"] if own else [""] * 4
                cells = [name if own else "", f"{int(size):,}" if own else "", who, f"{w['cost']:.3f}"]
                cells += [f"{w['waiting']:.1%}", f"{w['early_days']:.2f}", f"{w['late']:.1%}"]
                cells += [f"{w['sorted']:.1%}", f"{w['lots']:.0f}", *spent]
                lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pieces", type=int, nargs="+", default=[300_000, 3_000_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), metavar="CASE")
    parser.add_argument("--one", choices=CASES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(CASES[arguments.one], arguments.pieces[0])))
        return
    report = {
        "pieces": {
            str(size): {name: measured(name, size) for name in arguments.only} for size in arguments.pieces
        },
        "run": {"postcodes": POSTCODES, "python": platform.python_version(), "cores": os.cpu_count()},
    }
    print(markdown(report))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
