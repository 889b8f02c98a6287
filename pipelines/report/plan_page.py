"""The plan's page: one HTML file with pictures that needs nothing else, not even a script."""

from pipelines.report import plan_figures
from pipelines.report.frame import environment, narrow
from pipelines.report.plan_figures import PlanFigures


def draw(figures: PlanFigures) -> str:
    """The page that shows `figures`; the same figures give the same page."""
    made = environment()
    made.filters["cost"] = lambda n: narrow(f"{n:,.2f}")
    made.filters["more"] = lambda n: narrow(f"{n:+,}") if n else "–"
    made.filters["more_cost"] = lambda n: narrow(f"{n:+,.2f}") if n else "–"
    made.filters["narrow"] = narrow
    for name in ("capacity", "filled", "gained", "price", "said", "told", "whose"):
        made.globals[name] = getattr(plan_figures, name)
    return made.get_template("plan.html").render(f=figures, plan=figures.plan, worth=figures.plan.worth)
