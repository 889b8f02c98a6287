"""The days of every cohort: which pieces are handed in when, as what, and why; or why they wait.

Backwards from the payday come the options of each cohort; capacities and minima of lots decide
between cohorts. The work depends on how many cohorts there are, not on how many pieces.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from pipelines.config import Config
from pipelines.errors import TableError
from pipelines.model import SiteLoad, Worth
from pipelines.postal.assign import Assignment, Limit, Lot, Place, assign
from pipelines.postal.backward import Refusal
from pipelines.postal.demands import Problem
from pipelines.postal.greedy import Greedy, greedy
from pipelines.postal.limits import Gain, gain, one_more_shift
from pipelines.postal.paydays import SALARY, Month
from pipelines.postal.terms import Cohort, Option, group_on
from pipelines.postal.timetable import Rules, Timetable

CAPACITY = "capacity"
"""Reason: the print site is full on every day that would do."""
LOT_BELOW_MINIMUM = "lot_below_minimum"
"""Reason: the lots that would do have too few pieces and are not taken."""

_NEVER = (Refusal.CLASS_NOT_ALLOWED, Refusal.PIECE_TOO_LARGE)
"""Reasons that no later payday mends."""
_SAME = 1e-3
"""Cost of a piece below which two options are told as equally good."""
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Allocation:
    """Pieces of a cohort that are handed in together."""

    option: Option
    pieces: int
    due: date
    """Printed on the letter: a bank day after the payday and after the law's minimum of days."""
    why: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A cohort, or the part of it that is handed in for this payday."""

    cohort: Cohort
    vendor: str
    payday: date
    allocations: tuple[Allocation, ...]
    """In the order in which the cohort's pieces are cut: by hand-in day, then product."""
    later_paydays: tuple[date, ...]
    """The wages after `payday`, one a month, as far as the tables reach: days for instalments."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Pieces of a cohort that are not handed in for this payday: always the last of its pieces."""

    cohort: Cohort
    pieces: int
    reason: str
    """A value of `reasons.Hold`."""
    until: date | None
    """Hand-in for the first later payday that can be reached; None: no payday of a year."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who is handed in when; cohorts in their order."""

    planned: tuple[Planned, ...]
    waiting: tuple[Waits, ...]
    paid_up: tuple[tuple[Lot, int], ...]
    """Lots below their minimum and the pieces that are paid for all the same."""
    load: tuple[SiteLoad, ...]
    """By vendor and day; days without pieces only where they are limited."""
    worth: Worth


def schedule(
    cohorts: Sequence[tuple[Cohort, int]], period: Month, today: date, config: Config, rules: Rules
) -> Schedule:
    """The days of all cohorts (with their pieces), aimed at the paydays of `period`.

    The order of the cohorts changes nothing. Raises TableError when a table is unknown or ends too
    early, ConfigError when a country or vendor has no section, ValueError when a cohort does not
    have a group for each product of its route.
    """
    timetable = Timetable(period, today, config, rules)
    problem = Problem.of(_counted(cohorts), timetable, timetable.earliest)
    made = _Made.of(problem, assign(problem.demands, problem.limits, problem.minima))
    usual = greedy(problem.demands, problem.turns(timetable), problem.limits, problem.minima)
    return Schedule(
        planned=tuple(_planned(made, timetable)),
        waiting=tuple(_waiting(made, timetable)),
        paid_up=tuple(sorted(made.now.paid_up.items())),
        load=tuple(_load(made)),
        worth=_worth(made, usual),
    )


def gains(
    cohorts: Sequence[tuple[Cohort, int]], period: Month, today: date, config: Config, rules: Rules
) -> tuple[Gain, ...]:
    """What a run one working day sooner would give, and one more shift on the tightest day.

    The day is left out when a table does not know it, the shift when no day is tight. Plans anew
    for each, so it is for the report. Raises as `schedule` does.
    """
    timetable, asked = Timetable(period, today, config, rules), _counted(cohorts)
    problem = Problem.of(asked, timetable, timetable.earliest)
    now = assign(problem.demands, problem.limits, problem.minima)
    found = []
    with suppress(TableError):  # That day alone is unknown: `problem` is made of the same tables.
        sooner = Problem.of(asked, timetable, timetable.a_day_sooner)
        changed = sooner.demands != problem.demands
        then = assign(sooner.demands, sooner.limits, sooner.minima) if changed else now
        found.append(gain("day", now, then))
    if shift := one_more_shift(problem.demands, problem.limits, problem.minima, now, config.vendors):
        found.append(shift)
    return tuple(found)


def _counted(cohorts: Sequence[tuple[Cohort, int]]) -> list[tuple[Cohort, int]]:
    """Each cohort that has pieces, once, in order."""
    counts: Counter[Cohort] = Counter()
    for cohort, pieces in cohorts:
        counts[cohort] += pieces
    return [(cohort, counts[cohort]) for cohort in sorted(counts) if counts[cohort] > 0]


@dataclass(frozen=True, slots=True)
class _Made:
    """The problem, what was decided, and how full lots and places are by it."""

    problem: Problem
    now: Assignment
    lots: Counter[Lot]
    pieces: Counter[Place]
    sheets: Counter[Place]

    @classmethod
    def of(cls, problem: Problem, now: Assignment) -> "_Made":
        made = cls(problem, now, Counter(), Counter(), Counter())
        for demand, row in zip(problem.demands, now.counts, strict=True):
            for lot, n in zip((choice.lot for choice in demand.choices), row, strict=True):
                made.lots[lot] += n
                made.pieces[lot.vendor, lot.hand_in] += n
                made.sheets[lot.vendor, lot.hand_in] += n * demand.sheets
        return made

    def is_full(self, lot: Lot, sheets: int) -> bool:
        """Whether no further piece of so many sheets can be made for the lot's day."""
        place = lot.vendor, lot.hand_in
        limit = self.problem.limits.get(place, Limit())
        return (limit.pieces is not None and self.pieces[place] >= limit.pieces) or (
            limit.sheets is not None and self.sheets[place] + sheets > limit.sheets
        )

    def is_too_small(self, lot: Lot) -> bool:
        """Whether the lot has a minimum and nobody goes into it."""
        return lot in self.problem.minima and not self.lots[lot]


def _planned(made: _Made, timetable: Timetable) -> Iterator[Planned]:
    for n, case in enumerate(made.problem.cases):
        row = made.now.counts[n]
        if not any(row):
            continue
        allocations = []
        for option, pieces in zip(case.options, row, strict=True):
            if pieces:
                due, _ = timetable.due(case.cohort.country, option.delivery, case.payday)
                why = _why(n, option, made, timetable)
                allocations.append(Allocation(option, pieces, due, why))
        vendor = timetable.route(case.cohort.country).vendor
        yield Planned(case.cohort, vendor, case.payday, tuple(allocations), timetable.later(case.cohort))


def _waiting(made: _Made, timetable: Timetable) -> Iterator[Waits]:
    for n, (case, pieces) in enumerate(zip(made.problem.cases, made.now.unserved, strict=True)):
        if pieces:
            until = None if case.refusal in _NEVER else timetable.until(case.cohort)
            yield Waits(case.cohort, pieces, _reason(n, made), until)


def _reason(n: int, made: _Made) -> str:
    case, demand = made.problem.cases[n], made.problem.demands[n]
    if case.refusal is not None:
        return case.refusal.value
    room = (c.lot for c in demand.choices if not made.is_full(c.lot, demand.sheets))
    return LOT_BELOW_MINIMUM if any(made.is_too_small(lot) for lot in room) else CAPACITY


def _why(n: int, option: Option, made: _Made, timetable: Timetable) -> str:
    """One sentence with all days of an allocation, and why it is not the best one, if it is not."""
    case = made.problem.cases[n]
    cohort, period = case.cohort, timetable.period
    product = timetable.product(cohort.country, option)
    due, least = timetable.due(cohort.country, option.delivery, case.payday)
    place = timetable.route(cohort.country).products.index(option.product)
    group = group_on(cohort.groups[place], option.delivery)
    whom = f" to group {group}" if group else " (the last of the groups' days: theirs is not known)"
    late = ", too late for the payday and sent at once" if option.delivery > case.payday else ""
    return (
        f"{_whose(cohort)} of {period} is {_said(case.payday)}; {product.id} promises "
        f"{product.transit_days} working days, so hand in {_said(option.hand_in)} by "
        f"{product.cut_off:%H:%M} for delivery on {_said(option.delivery)}{whom}{late}; due on {_said(due)}, "
        f"at least {least} days after delivery{_dearer(n, option, made)}"
    )


def _whose(cohort: Cohort) -> str:
    if cohort.own_payday:
        return "the recipient's own payday"
    return "the country's payday" if cohort.rule in ("", SALARY) else f"the payday {cohort.rule}"


def _dearer(n: int, option: Option, made: _Made) -> str:
    case, demand = made.problem.cases[n], made.problem.demands[n]
    place = min(range(len(case.options)), key=lambda k: (case.options[k].cost, k))
    best, lot = case.options[place], demand.choices[place].lot
    if option.cost - best.cost < _SAME:
        return ""
    if made.is_full(lot, demand.sheets):
        reason = "when the print site is full"
    elif made.is_too_small(lot):
        reason = "whose lot would be too small"
    else:
        reason = "to bring a lot to its minimum"
    return f"; {option.cost - best.cost:.2f} dearer than {best.product} on {_said(best.hand_in)}, {reason}"


def _worth(made: _Made, usual: Greedy) -> Worth:
    early: Counter[int] = Counter()
    late = 0.0
    for case, row in zip(made.problem.cases, made.now.counts, strict=True):
        for option, n in zip(case.options, row, strict=True):
            if n:
                early[(case.payday - option.delivery).days] += n
                late += n * (1 - option.on_time)
    return Worth(
        cost=made.now.cost,
        greedy_cost=usual.cost,
        greedy_waiting=sum(usual.unserved),
        late_share=late / early.total() if early else 0.0,
        early=tuple(sorted(early.items())),
    )


def _load(made: _Made) -> Iterator[SiteLoad]:
    prices = {(p.vendor, p.day): p for p in made.now.prices}
    limits = made.problem.limits
    for place in sorted({place for place, n in made.pieces.items() if n}.union(limits)):
        price, limit = prices.get(place), limits.get(place, Limit())
        yield SiteLoad(
            *place,
            pieces=made.pieces[place],
            sheets=made.sheets[place],
            capacity_pieces=limit.pieces,
            capacity_sheets=limit.sheets,
            price_piece=price.piece if price else 0.0,
            price_sheet=price.sheet if price else 0.0,
        )


def _said(day: date) -> str:
    # Not strftime's %a, which speaks the language of the machine.
    return f"{_NAMES[day.weekday()]} {day}"
