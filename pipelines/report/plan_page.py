"""The plan's page: one HTML file with pictures that needs nothing else, not even a script."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.report import plan_figures
from pipelines.report.plan_figures import PlanFigures

_HERE = Path(__file__).parent


def draw(figures: PlanFigures) -> str:
    """The page that shows `figures`; the same figures give the same page."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["thousands"] = lambda n: _narrow(f"{n:,}")
    environment.filters["cost"] = lambda n: _narrow(f"{n:,.2f}")
    environment.filters["more"] = lambda n: _narrow(f"{n:+,}") if n else "–"
    environment.filters["more_cost"] = lambda n: _narrow(f"{n:+,.2f}") if n else "–"
    environment.filters["narrow"] = _narrow
    for name in ("capacity", "filled", "gained", "price", "said", "told", "whose"):
        environment.globals[name] = getattr(plan_figures, name)
    page = environment.get_template("plan.html")
    return page.render(f=figures, plan=figures.plan, worth=figures.plan.worth)


def _narrow(number: str) -> str:
    return number.replace(",", "\N{NARROW NO-BREAK SPACE}")
