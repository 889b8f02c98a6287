"""Plans of small runs, made as a run makes them, for what is shown of a plan."""

from datetime import date

from pipelines.config import Capacity
from pipelines.postal.comparing import difference
from pipelines.postal.limits import Gain
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from pipelines.report.plan_figures import PlanFigures, figures
from tests.postal.desk import GROUPED, Count, conf, counts, minimum_days

ROWS: list[Count] = [
    ("SE", None, "41101", 900, 1),
    ("SE", None, "42101", 100, 2),
    ("SE", 3, "41101", 5, 1),
    ("FI", None, "00100", 400, 1),
]
"""Own payday 3 of December cannot be reached on TODAY any more."""
TODAY = date(2026, 12, 1)
GAINS = (Gain("day", "", None, 0.0, 0), Gain("shift", "strand", date(2026, 12, 17), 1234.5, -17))


def plan_of(capacity: Capacity | None = None, rows: list[Count] | None = None) -> Plan:
    config = conf(GROUPED, capacity=capacity or Capacity())
    chosen = counts(*(ROWS if rows is None else rows))
    return make_plan(chosen, "monthly-2026-12", "2026-12", TODAY, config, minimum_days)


def free() -> PlanFigures:
    """Of a plan without limits."""
    return figures(plan_of())


def tight() -> PlanFigures:
    """Of a plan with full days, compared with the one without limits."""
    plan = plan_of(Capacity(pieces=600))
    return figures(plan, GAINS, difference(plan_of(), plan))
