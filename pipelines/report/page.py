"""The report's page: one HTML file that needs nothing else."""

from collections.abc import Mapping
from typing import Any

from pipelines.delivery.store import Store
from pipelines.outcome import share
from pipelines.reasons import Hold, Reason
from pipelines.report.figures import Figures, count
from pipelines.report.frame import environment


def render(store: Store, record: Mapping[str, Any]) -> str:
    """The page of a run whose books are written and whose `record` is closed; the same books give
    the same page."""
    return draw(count(store, record))


def draw(figures: Figures) -> str:
    """The page that shows `figures`."""
    page = environment()
    page.globals["top"] = lambda rows: max((n for _, n in rows), default=1) or 1
    page.globals["share"] = share
    meanings = {r.value: r.meaning for r in (*Reason, *Hold)}
    return page.get_template("report.html").render(f=figures, meanings=meanings, days=_days(figures))


def _days(figures: Figures) -> tuple[tuple[str, int, int], ...]:
    """(day, pieces handed in, pieces delivered), for every day on which something happens."""
    hand_in, delivery = dict(figures.hand_in), dict(figures.delivery)
    return tuple((day, hand_in.get(day, 0), delivery.get(day, 0)) for day in sorted({*hand_in, *delivery}))
