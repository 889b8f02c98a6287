"""Which pieces have other days in another plan, or wait there, or are not there at all.

Pieces have no names here. They are matched by cohort; where the cohorts themselves differ, because a
table or the export does, by whose payday it is; the rest is in one of the plans only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.model import Days, Waiting
from pipelines.postal.plan import Plan


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a piece: handed in on a day as a product, or waiting for a reason."""

    day: date | None = None
    """Of hand-in; of a piece that waits the one until which it does, or None: not known."""
    product: str = ""
    delivery: date | None = None
    reason: str = ""
    """Why it waits; empty: it is handed in."""
    due: date | None = None
    """The deadline that its letter tells; a changed law moves it, and nothing else."""

    @property
    def order(self) -> tuple[bool, date, str, date, str, date]:
        """Rising: by hand-in day, what waits behind it."""
        return (
            bool(self.reason),
            self.day or date.max,
            self.product,
            self.delivery or date.max,
            self.reason,
            self.due or date.max,
        )


ABSENT = Fate()
"""The piece is not in this plan."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Pieces with the same payday rule of which something else becomes in the other plan."""

    country: str
    own_payday: int | None
    rule: str
    before: Fate
    after: Fate
    pieces: int


Rule = tuple[str, int, str]
"""Whose payday it is: country, own payday or 0, cohort of the table `paydays`."""
Key = tuple[str, int, str, str, int, tuple[str, ...]]
"""A cohort: the rule, kind, sheets and groups."""
Pair = tuple[Fate, Fate, int]


def moved(before: Plan, after: Plan) -> tuple[Moved, ...]:
    """The pieces of which something else becomes in `after`, in order; the cohorts of a rule together."""
    return in_order(_moved(before, after))


def _moved(before: Plan, after: Plan) -> Iterator[Moved]:
    cohorts: dict[Key, Counter[Fate]] = {}
    for plan, sign in ((before, -1), (after, 1)):
        for key, fate, pieces in _told(plan):
            cohorts.setdefault(key, Counter())[fate] += sign * pieces
    found: Counter[tuple[Rule, Fate, Fate]] = Counter()
    left: dict[Rule, Counter[Fate]] = {}
    for (country, own, name, *_), net in cohorts.items():
        rule = country, own, name
        for one, other, n in _matched(net):
            if other == ABSENT:
                left.setdefault(rule, Counter())[one] -= n
            elif one == ABSENT:
                left.setdefault(rule, Counter())[other] += n
            else:
                found[rule, one, other] += n
    for rule, net in left.items():
        for one, other, n in _matched(net):
            found[rule, one, other] += n
    for ((country, own, name), one, other), n in found.items():
        yield Moved(country, own or None, name, one, other, n)


def _matched(net: Counter[Fate]) -> Iterator[Pair]:
    """(from, to, pieces) of pieces that one plan has more of each fate than the other (below 0: fewer).

    Both sides are laid beside each other in order, so the way back is the same reversed; what is too
    much on one side comes from or goes to ABSENT.
    """
    ordered = sorted(net.items(), key=lambda item: item[0].order)
    lost, won = ([(fate, sign * n) for fate, n in ordered if sign * n > 0] for sign in (-1, 1))
    short = sum(n for _, n in lost) - sum(n for _, n in won)
    if short:
        (won if short > 0 else lost).append((ABSENT, abs(short)))
    if not lost:
        return
    (left, losing), (right, winning) = lost.pop(0), won.pop(0)
    while True:
        n = min(losing, winning)
        if n:
            yield left, right, n
        losing, winning = losing - n, winning - n
        if not losing:
            if not lost:
                return
            left, losing = lost.pop(0)
        if not winning:
            if not won:
                return
            right, winning = won.pop(0)


def _told(plan: Plan) -> Iterator[tuple[Key, Fate, int]]:
    for day in plan.days:
        fate = Fate(day.hand_in_date, day.product, day.delivery_date, due=day.due_date)
        yield _cohort(day), fate, day.pieces
    for wait in plan.waiting:
        yield _cohort(wait), Fate(wait.until, reason=wait.reason), wait.pieces


def _cohort(part: Days | Waiting) -> Key:
    return part.country, part.own_payday or 0, part.rule, part.kind, part.sheets, part.groups


def in_order(moves: Iterable[Moved]) -> tuple[Moved, ...]:
    """By country and payday rule, then by what was and what is."""

    def place(m: Moved) -> tuple[object, ...]:
        return m.country, m.own_payday or 0, m.rule, m.before.order, m.after.order

    return tuple(sorted(moves, key=place))
