"""The cohorts of a run as numbers for the assignment: what each may do, and what that costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from pipelines.postal import limits as capacities
from pipelines.postal.assign import Choice, Demand, Limit, Lot, Minimum, Place
from pipelines.postal.backward import Refusal
from pipelines.postal.terms import Cohort, Option
from pipelines.postal.timetable import Timetable
from pipelines.postal.weights import measure, weight_step

MUST_GO = 1e4
"""Cost of a piece that is not sent although the policy is to send it: above all others."""


@dataclass(frozen=True, slots=True)
class Case:
    """A cohort before the assignment."""

    cohort: Cohort
    pieces: int
    payday: date
    options: tuple[Option, ...]
    """By hand-in day, then product."""
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Problem:
    """The cohorts as numbers; `cases` and `demands` lie side by side."""

    cases: tuple[Case, ...]
    demands: tuple[Demand, ...]
    limits: dict[Place, Limit]
    minima: dict[Lot, Minimum]

    @classmethod
    def of(
        cls, asked: Sequence[tuple[Cohort, int]], timetable: Timetable, earliest: Callable[[str], date]
    ) -> Self:
        """The cohorts, in the order that counts; `earliest` says each country's first hand-in day."""
        cases, demands = [], []
        minima: dict[Lot, Minimum] = {}
        for rank, (cohort, pieces) in enumerate(asked):
            aim = timetable.payday(cohort, timetable.period)
            found = timetable.options(cohort, aim, earliest(cohort.country))
            refusal = found if isinstance(found, Refusal) else None
            ordered = () if isinstance(found, Refusal) else found
            options = tuple(sorted(ordered, key=lambda option: (option.hand_in, option.product)))
            cases.append(Case(cohort, pieces, aim, options, refusal))
            choices = tuple(Choice(_lot(cohort, o, timetable, minima), o.cost) for o in options)
            demands.append(Demand(rank, pieces, cohort.sheets, choices, _unserved(options, timetable)))
        places = {(c.lot.vendor, c.lot.hand_in) for d in demands for c in d.choices}
        return cls(tuple(cases), tuple(demands), capacities.daily(timetable.config.vendors, places), minima)

    def turns(self, timetable: Timetable) -> list[tuple[int, ...]]:
        """Of each demand the choices in the order in which a person would take them: the usual
        product that can be had, on the latest day that is in time, then earlier; late ones last."""
        found = []
        for case in self.cases:
            products = timetable.route(case.cohort.country).products
            usual = min((o.product for o in case.options), key=products.index, default="")
            own = [n for n, o in enumerate(case.options) if o.product == usual]
            in_time = [n for n in own if case.options[n].delivery <= case.payday]
            late = [n for n in own if case.options[n].delivery > case.payday]
            found.append((*reversed(in_time), *late))
        return found


def _unserved(options: Sequence[Option], timetable: Timetable) -> float:
    schedule = timetable.config.schedule
    if schedule.too_late == "send_now":
        return MUST_GO
    # What waits will be sent a month later and cost about what its best day costs now.
    return schedule.costs.deferred + min((o.cost for o in options), default=0.0)


def _lot(cohort: Cohort, option: Option, timetable: Timetable, minima: dict[Lot, Minimum]) -> Lot:
    """The lot of an option; notes its minimum. Where minima are counted by weight step, the step
    stands behind the product's name: `se-brev/50`."""
    vendor = timetable.route(cohort.country).vendor
    product = timetable.product(cohort.country, option)
    name, step = product.id, product.steps[0]
    if product.min_per == "weight_step":
        found = weight_step(measure(cohort.sheets, timetable.config.vendors[vendor]), product)
        step = found or step
        name = f"{name}/{step.to_grams:g}"
    lot = Lot(vendor, cohort.country, name, option.hand_in)
    if product.min_pieces and lot not in minima:
        rates = timetable.config.schedule.costs.rates
        pay_up = float(step.price) * rates[product.currency] if product.below_minimum == "pay_up" else None
        minima[lot] = Minimum(product.min_pieces, pay_up)
    return lot
