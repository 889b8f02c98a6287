"""The statement of mailing on paper: what is handed in, and its pieces by zone and weight step.

Zones are rows, since there can be a hundred of them; weight steps are columns, a handful at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Any

from pipelines.press import papers

MOST_STEPS = 4
"""Columns that stand side by side on A4; further weight steps follow in a table below."""
_KILOGRAM = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """The pieces of one zone and weight step."""

    zone: str
    step: str
    pieces: int
    grams: float
    """Of all of them."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the page says."""

    title: str
    day: date
    """Of hand-in; stands for all dates of the file."""
    rows: tuple[tuple[str, str], ...]
    """Names and values in reading order: customer, product, hand-in, entry site."""
    counts: tuple[Count, ...]
    """Zones and steps are shown in the order in which they first come."""


def statement_pdf(statement: Statement) -> bytes:
    """A PDF of A4 pages with the rows, a table of counts with its totals, and two lines to sign.

    Raises ValueError when a zone and weight step is counted twice.
    """
    values = {
        "rows": [(papers.settable(name), papers.settable(value)) for name, value in statement.rows],
        "blocks": _blocks(statement.counts),
    }
    return papers.pdf("statement", statement.title, statement.day, values)


def _blocks(counts: Sequence[Count]) -> list[dict[str, Any]]:
    """The table cut into blocks of at most MOST_STEPS columns; the last one has the sums of all."""
    zones, steps = _in_order(one.zone for one in counts), _in_order(one.step for one in counts)
    pieces = {(one.zone, one.step): one.pieces for one in counts}
    if len(pieces) != len(counts):
        raise ValueError("a zone and weight step is counted twice")
    of_zone: dict[str, list[Count]] = {zone: [] for zone in zones}
    for one in counts:
        of_zone[one.zone].append(one)
    blocks = []
    for start in range(0, max(1, len(steps)), MOST_STEPS):
        here = steps[start : start + MOST_STEPS]
        inside = {zone: [pieces.get((zone, step), 0) for step in here] for zone in zones}
        sums = [sum(column) for column in zip(*inside.values(), strict=True)]
        blocks.append(
            {
                "steps": [papers.settable(step) for step in here],
                "zones": [_row(zone, inside[zone], of_zone[zone]) for zone in zones],
                "total": _row("Total", sums, counts),
            }
        )
    return blocks


def _row(name: str, pieces: Sequence[int], whole: Sequence[Count]) -> dict[str, Any]:
    """A row of the table; `whole` are the counts of all weight steps, also of other blocks."""
    return {
        "name": papers.settable(name),
        "pieces": [_grouped(f"{number:,}") for number in pieces],
        "total": _grouped(f"{sum(one.pieces for one in whole):,}"),
        "kilograms": _grouped(f"{fsum(one.grams for one in whole) / _KILOGRAM:,.2f}"),
    }


def _grouped(figures: str) -> str:
    return figures.replace(",", "\N{NO-BREAK SPACE}")


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
