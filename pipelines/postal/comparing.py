"""The difference of two plans: what an operator gains and loses by another capacity, product or table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from pipelines.postal.moves import Moved, in_order, moved
from pipelines.postal.plan import Plan


@dataclass(frozen=True, slots=True)
class Count:
    """Pieces in each plan of what `name` says: (country, product, hand-in day) or (country, reason)."""

    name: tuple[str, ...]
    before: int
    after: int

    @property
    def more(self) -> int:
        """Pieces that the other plan has more; below 0: fewer."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Changed:
    """What each plan says of a thing; empty: nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of each plan."""

    before: float
    after: float

    @property
    def more(self) -> float:
        """How much larger it is in the other plan."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Difference:
    """From one plan to another; only what differs is listed."""

    days: tuple[Count, ...]
    """Pieces by country, product and hand-in day."""
    waiting: tuple[Count, ...]
    """Pieces by country and reason."""
    moved: tuple[Moved, ...]
    """By country and payday rule; the cohorts of a rule together."""
    pieces: Figure
    """Handed in."""
    cost: Figure
    late_share: Figure
    early_days: Figure
    """Mean calendar days from planned delivery to payday."""
    capacity: tuple[Changed, ...]
    """Of sites and days that both plans have."""
    tables: tuple[Changed, ...]
    """Version, and the beginning of the sha256."""
    remarks: tuple[Changed, ...]
    """Those that stand in one plan only."""
    parts: tuple[str, ...]
    """The lists and keys of plan.json that differ at all."""

    @property
    def is_empty(self) -> bool:
        """Whether the plans are the same."""
        return not self.parts

    def reversed(self) -> Self:
        """The way back."""
        return type(self)(
            days=tuple(Count(d.name, d.after, d.before) for d in self.days),
            waiting=tuple(Count(w.name, w.after, w.before) for w in self.waiting),
            moved=in_order(
                Moved(m.country, m.own_payday, m.rule, m.after, m.before, m.pieces) for m in self.moved
            ),
            pieces=_turned(self.pieces),
            cost=_turned(self.cost),
            late_share=_turned(self.late_share),
            early_days=_turned(self.early_days),
            capacity=_back(self.capacity),
            tables=_back(self.tables),
            remarks=_back(self.remarks),
            parts=self.parts,
        )


def difference(before: Plan, after: Plan) -> Difference:
    """What changes from `before` to `after`; `difference(after, before)` is its `reversed()`."""
    return Difference(
        days=tuple(_counts(_by_day(before), _by_day(after))),
        waiting=tuple(_counts(_by_reason(before), _by_reason(after))),
        moved=moved(before, after),
        pieces=Figure(_sent(before), _sent(after)),
        cost=Figure(before.worth.cost, after.worth.cost),
        late_share=Figure(before.worth.late_share, after.worth.late_share),
        early_days=Figure(early_days(before), early_days(after)),
        capacity=tuple(_capacities(before, after)),
        tables=tuple(_changes(_tables(before), _tables(after))),
        remarks=tuple(_changes({r: r for r in before.remarks}, {r: r for r in after.remarks})),
        parts=tuple(
            "costs" if f.name == "worth" else f.name
            for f in fields(Plan)
            if getattr(before, f.name) != getattr(after, f.name)
        ),
    )


def early_days(plan: Plan) -> float:
    """Mean calendar days from planned delivery to payday of the pieces handed in; 0 without any."""
    pieces = sum(n for _, n in plan.worth.early)
    return sum(days * n for days, n in plan.worth.early) / pieces if pieces else 0.0


def _sent(plan: Plan) -> int:
    return sum(day.pieces for day in plan.days)


def _by_day(plan: Plan) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for day in plan.days:
        found[day.country, day.product, day.hand_in_date.isoformat()] += day.pieces
    return found


def _by_reason(plan: Plan) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for wait in plan.waiting:
        found[wait.country, wait.reason] += wait.pieces
    return found


def _counts(before: Counter[tuple[str, ...]], after: Counter[tuple[str, ...]]) -> Iterator[Count]:
    for name in sorted({*before, *after}):
        if before[name] != after[name]:
            yield Count(name, before[name], after[name])


def _tables(plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in plan.tables:
        told = f"{table.version} ({table.sha256[:8]})"
        found[table.name] = f"{found[table.name]}, {told}" if table.name in found else told
    return found


def _capacities(before: Plan, after: Plan) -> Iterator[Changed]:
    # A day without pieces and without a limit stands in no plan, so the days of both count.
    limits = [
        {(load.vendor, load.day): _limit(load.capacity_pieces, load.capacity_sheets) for load in plan.load}
        for plan in (before, after)
    ]
    days: dict[tuple[str, str, str], list[date]] = {}
    for place in sorted(limits[0].keys() & limits[1].keys()):
        one, other = (found[place] for found in limits)
        if one != other:
            days.setdefault((place[0], one, other), []).append(place[1])
    for (vendor, one, other), on in sorted(days.items(), key=lambda item: (item[0][0], item[1])):
        more = f" to {on[-1]} ({len(on)} days)" if len(on) > 1 else ""
        yield Changed(f"{vendor} {on[0]}{more}", one, other)


def _limit(pieces: int | None, sheets: int | None) -> str:
    parts = [f"{n:,} {unit}" for n, unit in ((pieces, "pieces"), (sheets, "sheets")) if n is not None]
    return ", ".join(parts) or "no limit"


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Changed]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Changed(name, before.get(name, ""), after.get(name, ""))


def _turned(figure: Figure) -> Figure:
    return Figure(figure.after, figure.before)


def _back(changes: Iterable[Changed]) -> tuple[Changed, ...]:
    return tuple(Changed(c.name, c.after, c.before) for c in changes)
