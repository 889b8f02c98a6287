"""What is shown of a plan, on a terminal as on a page; a plan holds no personal data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.model import SiteLoad
from pipelines.postal.comparing import Difference, early_days
from pipelines.postal.limits import Gain
from pipelines.postal.moves import ABSENT, Fate
from pipelines.postal.plan import Plan
from pipelines.reasons import Hold

NEEDS_A_PERSON = (Hold.CAPACITY, Hold.CLASS_NOT_ALLOWED, Hold.PIECE_TOO_LARGE, Hold.LOT_BELOW_MINIMUM)
"""Reasons that end by a decision, for capacity, a product or a minimum; the others end by waiting."""

_MEANINGS = {hold.value: hold.meaning for hold in Hold}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a country hands in on a day as one product."""

    day: date
    pieces: int
    sheets: int
    """Forecast."""
    site: SiteLoad
    """All that the print site makes for the day."""
    deliveries: tuple[tuple[date, int], ...]
    """(planned delivery day, pieces)"""


@dataclass(frozen=True, slots=True)
class Days:
    """The hand-in days of a country's product at one vendor."""

    country: str
    product: str
    vendor: str
    rows: tuple[HandIn, ...]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When a country's letters come and when its recipients are paid."""

    country: str
    days: tuple[tuple[date, int, int], ...]
    """(day, pieces delivered, pieces whose recipient is paid) for every day from the first to the last."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Pieces that are not handed in."""

    country: str
    reason: str
    meaning: str
    pieces: int
    until: date | None
    """The first day on which some of them can be handed in."""


@dataclass(frozen=True, slots=True)
class Why:
    """The sentence of the plan for pieces that go the same way."""

    country: str
    pieces: int
    text: str


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """Everything that is shown of a plan."""

    plan: Plan
    pieces: int
    waiting: int
    sheets: int
    early_days: float
    days: tuple[Days, ...]
    sites: tuple[tuple[str, tuple[SiteLoad, ...]], ...]
    """Vendor → its days."""
    arrivals: tuple[Arrivals, ...]
    waits: tuple[Wait, ...]
    whys: tuple[Why, ...]
    """By country, in the order of the plan."""
    gains: tuple[Gain, ...]
    against: Difference | None = None

    @property
    def needs_a_person(self) -> int:
        """Pieces that wait until somebody decides."""
        return sum(wait.pieces for wait in self.waits if wait.reason in NEEDS_A_PERSON)

    @property
    def saved(self) -> float:
        """How much less the plan costs than the greedy one, as a share of it."""
        worth = self.plan.worth
        return 1 - worth.cost / worth.greedy_cost if worth.greedy_cost else 0.0


def figures(plan: Plan, gains: Sequence[Gain] = (), against: Difference | None = None) -> PlanFigures:
    """What is shown of `plan`; `gains` and `against` when they were asked for."""
    return PlanFigures(
        plan=plan,
        pieces=sum(day.pieces for day in plan.days),
        waiting=sum(wait.pieces for wait in plan.waiting),
        sheets=sum(load.sheets for load in plan.load),
        early_days=early_days(plan),
        days=_days(plan),
        sites=tuple(
            (vendor, tuple(load for load in plan.load if load.vendor == vendor))
            for vendor in sorted({load.vendor for load in plan.load})
        ),
        arrivals=_arrivals(plan),
        waits=_waits(plan),
        whys=_whys(plan),
        gains=tuple(gains),
        against=against,
    )


def filled(load: SiteLoad) -> float | None:
    """How full the site is on the day, 0..1, by pieces or sheets, whichever is fuller; None: no limit."""
    shares = [
        done / room if room else 1.0
        for done, room in ((load.pieces, load.capacity_pieces), (load.sheets, load.capacity_sheets))
        if room is not None
    ]
    return max(shares) if shares else None


def price(load: SiteLoad) -> str:
    """What one more piece of capacity would save, or one more sheet where these are short; else empty."""
    if load.price_piece:
        return f"{load.price_piece:,.2f}"
    return f"{load.price_sheet:,.2f} sh" if load.price_sheet else ""


def capacity(load: SiteLoad) -> str:
    """The limit of the day in pieces, or in sheets where the site is fuller of these."""
    limits = [
        (done / room if room else 1.0, f"{room:,}{unit}")
        for done, room, unit in (
            (load.pieces, load.capacity_pieces, ""),
            (load.sheets, load.capacity_sheets, " sh"),
        )
        if room is not None
    ]
    return max(limits, key=lambda limit: limit[0])[1] if limits else "no limit"


def said(day: date) -> str:
    """`Thu 17 Dec`, in English on every machine."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def gained(gain: Gain) -> str:
    """What one more day or shift would give, in words."""
    what = (
        "the run a working day sooner"
        if gain.day is None
        else f"one more shift at {gain.vendor} for {said(gain.day)}"
    )
    if not gain.saves and not gain.serves:
        return f"{what}: nothing"
    more = f", {gain.serves:,} pieces {'fewer' if gain.serves > 0 else 'more'} wait".replace("-", "")
    return f"{what}: saves {gain.saves:,.2f}{more if gain.serves else ''}"


def told(fate: Fate) -> str:
    """What becomes of a piece, in a few words."""
    if fate == ABSENT:
        return "not in the plan"
    if fate.reason:
        return f"{fate.reason} until {said(fate.day) if fate.day else 'not known'}"
    assert fate.day is not None, "what is handed in has a day"
    assert fate.delivery is not None, "and another"
    due = f", due {said(fate.due)}" if fate.due else ""
    return f"{fate.product} {said(fate.day)}, comes {said(fate.delivery)}{due}"


def whose(own_payday: int | None, rule: str) -> str:
    """Whose payday counts."""
    return f"own payday {own_payday}" if own_payday else rule


def _days(plan: Plan) -> tuple[Days, ...]:
    sites = {(load.vendor, load.day): load for load in plan.load}
    found: dict[tuple[str, str, str], dict[date, Counter[date]]] = {}
    sheets: Counter[tuple[str, str, str, date]] = Counter()
    for day in plan.days:
        key = day.country, day.product, day.vendor
        found.setdefault(key, {}).setdefault(day.hand_in_date, Counter())[day.delivery_date] += day.pieces
        sheets[(*key, day.hand_in_date)] += day.pieces * day.sheets
    return tuple(
        Days(
            *key,
            tuple(
                HandIn(
                    day,
                    counts.total(),
                    sheets[(*key, day)],
                    sites[key[2], day],
                    tuple(sorted(counts.items())),
                )
                for day, counts in sorted(rows.items())
            ),
        )
        for key, rows in sorted(found.items())
    )


def _arrivals(plan: Plan) -> tuple[Arrivals, ...]:
    delivered: dict[str, Counter[date]] = {}
    paid: dict[str, Counter[date]] = {}
    for day in plan.days:
        delivered.setdefault(day.country, Counter())[day.delivery_date] += day.pieces
        paid.setdefault(day.country, Counter())[day.payday] += day.pieces
    found = []
    for country in sorted(delivered):
        every = {*delivered[country], *paid[country]}
        first, last = min(every), max(every)
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        found.append(Arrivals(country, tuple((d, delivered[country][d], paid[country][d]) for d in span)))
    return tuple(found)


def _waits(plan: Plan) -> tuple[Wait, ...]:
    pieces: Counter[tuple[str, str]] = Counter()
    until: dict[tuple[str, str], date] = {}
    for wait in plan.waiting:
        key = wait.country, wait.reason
        pieces[key] += wait.pieces
        if wait.until is not None:
            until[key] = min(until.get(key, date.max), wait.until)
    return tuple(
        Wait(*key, _MEANINGS[key[1]], n, until.get(key))
        for key, n in sorted(pieces.items(), key=lambda item: (-item[1], item[0]))
    )


def _whys(plan: Plan) -> tuple[Why, ...]:
    pieces: Counter[tuple[str, str]] = Counter()
    for day in plan.days:
        pieces[day.country, day.why] += day.pieces
    return tuple(Why(country, n, text) for (country, text), n in pieces.items())
