"""A plan on a terminal: days, loads, what waits, what it costs; plain where there is no terminal."""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.model import SiteLoad
from pipelines.postal.comparing import Changed, Difference, Figure
from pipelines.report.plan_figures import (
    Days,
    HandIn,
    PlanFigures,
    capacity,
    filled,
    gained,
    price,
    said,
    told,
    whose,
)

WIDTH = 80
"""Columns where the output is no terminal."""
BAR = 8
"""Columns of a full bar."""
PRICE = "price: what capacity for one more piece (sh: one more sheet) would save"
MOST_MOVES = 40
"""Moves of cohorts that are shown; a page shows all."""


def show(figures: PlanFigures, stream: TextIO) -> None:
    """Writes tables of the plan to `stream`, and after them the difference to the other plan, if any."""
    console = Console(
        file=stream, width=None if stream.isatty() else WIDTH, highlight=False, markup=False, emoji=False
    )
    # Where the stream cannot say a block it would not be written at all.
    block = "█" if (console.encoding or "").startswith("utf") else "#"
    plan = figures.plan
    console.print(Text(f"Plan for {plan.period} as of {plan.today}", "bold"))
    most = max((load.pieces for load in plan.load), default=0)
    for days in figures.days:
        title = f"{days.country}: {days.product}, printed by {days.vendor}"
        _print(console, title, _table(days, most, block))
    if any(price(load) for load in plan.load):
        console.print(Text(f"  {PRICE}", "dim"))
    if figures.waits:
        _print(console, "Waiting", _waiting(figures))
    _print(console, "Worth", _worth(figures))
    if plan.remarks:
        _print(console, "Remarks", _lines(plan.remarks))
    if figures.against is not None:
        _print(console, "Difference from the other plan to this one", *_difference(figures.against))


def _print(console: Console, title: str, *parts: RenderableType) -> None:
    console.print()
    console.print(Text(title, "bold"))
    for part in parts:
        console.print(Padding(part, (0, 0, 0, 2), expand=False))


def _grid(*columns: str) -> Table:
    """A table; columns that begin with `>` hold numbers, one that begins with `~` is wrapped."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    for column in columns:
        name = column.lstrip(">~")
        wraps = column.startswith("~")
        table.add_column(
            name, justify="right" if column.startswith(">") else "left", no_wrap=not wraps, vertical="top"
        )
    return table


def _table(days: Days, most: int, block: str) -> Table:
    table = _grid("hand in", ">pieces", ">sheets", ">capacity", "load", ">price", "~delivered")
    for row in days.rows:
        table.add_row(
            said(row.day),
            f"{row.pieces:,}",
            f"{row.sheets:,}",
            capacity(row.site),
            _bar(row.site, most, block),
            price(row.site),
            "\n".join(_deliveries(row)),
        )
    return table


def _deliveries(row: HandIn) -> Iterable[str]:
    for day, pieces in row.deliveries:
        yield said(day) if len(row.deliveries) == 1 else f"{said(day)} {pieces:,}"


def _bar(site: SiteLoad, most: int, block: str) -> Text:
    """As long as the day is full; without a limit beside the fullest day of all."""
    share = filled(site)
    length = share if share is not None else site.pieces / most if most else 0.0
    bar = block * max(1 if site.pieces else 0, round(BAR * min(1.0, length)))
    told = "" if share is None else f"{int(100 * share):>4}%"
    return Text(f"{bar:<{BAR}}", "yellow" if share is not None and share >= 1 else "cyan").append(told, "")


def _waiting(figures: PlanFigures) -> Table:
    table = _grid("country", "reason", ">pieces", "until", "~meaning")
    for wait in figures.waits:
        until = "not known" if wait.until is None else wait.until.isoformat()
        table.add_row(wait.country, wait.reason, f"{wait.pieces:,}", until, wait.meaning)
    return table


def _worth(figures: PlanFigures) -> Table:
    worth = figures.plan.worth
    table = _grid("", "~")
    table.show_header = False
    usual = f"{worth.greedy_cost:,.2f} with {worth.greedy_waiting:,} pieces waiting"
    table.add_row("expected cost", f"{worth.cost:,.2f}, {100 * figures.saved:.1f} % less than")
    table.add_row("latest promised day", usual)
    table.add_row("earliness", f"{figures.early_days:.2f} days before payday on average")
    table.add_row("expected late", f"{100 * worth.late_share:.1f} % of the pieces handed in")
    for gain in figures.gains:
        table.add_row("what if", gained(gain))
    return table


def _lines(lines: Iterable[str]) -> Table:
    table = _grid("~")
    table.show_header = False
    for line in lines:
        table.add_row(line)
    return table


def _difference(found: Difference) -> Iterable[RenderableType]:
    if found.is_empty:
        yield "no difference"
        return
    figures = _grid("", ">before", ">after", ">more")
    for name, figure, digits in (
        ("pieces handed in", found.pieces, 0),
        ("expected cost", found.cost, 2),
        ("days early", found.early_days, 2),
        ("expected late, %", _times(found.late_share, 100), 2),
    ):
        figures.add_row(
            name,
            f"{figure.before:,.{digits}f}",
            f"{figure.after:,.{digits}f}",
            f"{figure.more:+,.{digits}f}" if figure.more else "",
        )
    for title, counts in (("handed in", found.days), ("waiting", found.waiting)):
        for count in counts:
            name = f"{title} {' '.join(count.name)}"
            figures.add_row(name, f"{count.before:,}", f"{count.after:,}", f"{count.more:+,}")
    yield figures
    if found.moved:
        moves = _grid("payday", ">pieces", "~from", "~to")
        for move in found.moved[:MOST_MOVES]:
            who = f"{move.country} {whose(move.own_payday, move.rule)}"
            moves.add_row(who, f"{move.pieces:,}", told(move.before), told(move.after))
        if len(found.moved) > MOST_MOVES:
            moves.add_row(f"and {len(found.moved) - MOST_MOVES:,} more", "", "", "")
        yield moves
    yield from _changes("capacity", found.capacity)
    yield from _changes("table", found.tables)
    for remark in found.remarks:
        yield Text(f"{'-' if remark.before else '+'} {remark.name}")
    yield Text(f"what differs in plan.json: {', '.join(found.parts)}")


def _changes(what: str, changes: Iterable[Changed]) -> Iterable[RenderableType]:
    for change in changes:
        yield Text(f"{what} {change.name}: {change.before or 'none'} → {change.after or 'none'}")


def _times(figure: Figure, factor: float) -> Figure:
    return Figure(factor * figure.before, factor * figure.after)
