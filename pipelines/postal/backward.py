"""Backwards from the wage to the post's counter: which product on which day, and what it costs.

A letter comes on the first delivery day of its address's group on or after hand-in ⊕ the
product's working days. So several hand-in days lead to one delivery day: room for the printer,
and a choice between letters that may come late and letters that may come early.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from pipelines.config import Config
from pipelines.errors import ConfigError
from pipelines.postal.calendars import LONGEST_CLOSURE, Calendar, Calendars
from pipelines.postal.costs import Arrivals
from pipelines.postal.products import Product, Products
from pipelines.postal.promises import DeliveryDays, Patterns, Promises, Way, section, target
from pipelines.postal.terms import Cohort, Option, Route
from pipelines.postal.weights import Measure, measure, weight_step

SEND_NOW_DAYS = 7
"""Calendar days after the first possible hand-in over which late letters may be spread."""

_DAY = timedelta(days=1)


class Refusal(StrEnum):
    """Why nothing can be done with a cohort for a payday; the values are those of `reasons.Hold`."""

    CLASS_NOT_ALLOWED = "class_not_allowed"
    """No product of the route may carry this kind of letter."""
    PIECE_TOO_LARGE = "piece_too_large"
    """No product that may carry it takes the weight, the thickness or the envelope."""
    NO_DELIVERY_DAY = "no_delivery_day"
    """The group gets no letters on payday nor in the days before it that count as near."""
    EMBARGO = "embargo"
    """Only on days on which nothing is handed in."""
    TOO_LATE = "payday_too_near"
    """No day is left on which a letter that is handed in is planned to come by payday."""


def hand_ins(aim: date, working_days: int, days: DeliveryDays, processing: Calendar) -> tuple[date, ...]:
    """The open days, rising, whose letters come on `aim` when sorting takes `working_days`.

    The last of them is the latest hand-in. One for a group that is served every day, two where
    it is every other day. Empty when `aim` is no delivery day.
    """
    if days.on_or_after(aim) != aim:
        return ()
    found: list[date] = []
    for n in range(LONGEST_CLOSURE):
        day = aim - n * _DAY
        if not processing.is_open(day):
            continue
        comes = days.on_or_after(processing.add(day, working_days))
        if comes < aim:
            break
        if comes == aim:
            found.append(day)
    return tuple(reversed(found))


def robust(aim: date, product: Product, share: float, processing: Calendar) -> date:
    """The latest open day from which at least `share` of the pieces, 0..1, is sorted by `aim`."""
    days = product.days_for(share)
    day = processing.preceding(aim)
    while processing.add(day, days) > aim:
        day = processing.preceding(day - _DAY)
    return day


@dataclass(frozen=True, slots=True)
class _HandIn:
    """One way on one hand-in day."""

    day: date
    product: Product
    delivery: date
    """Planned."""
    arrivals: Arrivals


class Backward:
    """What may be done with the cohorts of one plan; remembers what it has counted."""

    def __init__(self, products: Products, calendars: Calendars, patterns: Patterns, config: Config) -> None:
        self._products = products
        self._promises = Promises(products, calendars, patterns, config)
        self._config = config
        self._send_now = config.schedule.too_late == "send_now"
        self._reached: dict[tuple[Way, date, date, time], tuple[tuple[_HandIn, float, float], ...]] = {}
        self._measures: dict[tuple[str, int], Measure] = {}

    def options(
        self, cohort: Cohort, payday: date, route: Route, earliest: date, ready: time = time.min
    ) -> tuple[Option, ...] | Refusal:
        """What may be done, by product and hand-in day; else why there is nothing.

        `earliest` is the first day on which the pieces can be at the counter, and `ready` the
        time from which they can on that day. Planned delivery is not after `payday` and at most
        `schedule.earliest_days` before it; with the policy `send_now` it may be after. Raises
        TableError when a table is unknown or not valid on a day that counts, ConfigError when
        a vendor is unknown or a currency has no rate. Days after `payday` count with `send_now`
        only; a product other than the route's first one is left out on days when it is not sold.
        """
        piece = self._measure(route.vendor, cohort.sheets)
        embargo = self._config.schedule.embargo
        found = []
        embargoed = False
        # Asked for payday too, so that a table that ends before it stops the run.
        self._products.of(route.products[0], route.country, payday)
        for product, group in zip(route.products, cohort.groups, strict=True):
            way = Way(route.country, route.vendor, product, group, product == route.products[0])
            for hand_in, on_time, loss in self._reaching(way, payday, earliest, ready):
                price = self._price(hand_in.product, cohort.kind, piece)
                if price is None:
                    continue
                if hand_in.day in embargo:
                    embargoed = True
                    continue
                found.append(Option(product, hand_in.day, hand_in.delivery, on_time, price + loss))
        if found:
            return tuple(sorted(found, key=lambda option: (option.product, option.hand_in)))
        return self._why_not(cohort, payday, route, embargoed)

    def _reaching(
        self, way: Way, payday: date, earliest: date, ready: time
    ) -> tuple[tuple[_HandIn, float, float], ...]:
        """(hand-in, share on time, expected loss) of those from which the letter may come."""
        key = way, payday, earliest, ready
        if key not in self._reached:
            costs = self._config.schedule.costs
            self._reached[key] = tuple(
                (hand_in, hand_in.arrivals.on_time(payday), hand_in.arrivals.loss(payday, costs))
                for hand_in in self._back(*key)
            )
        return self._reached[key]

    def _back(self, way: Way, payday: date, earliest: date, ready: time) -> Iterator[_HandIn]:
        """The hand-ins whose planned delivery is where the policy wants it, the last one first."""
        floor = payday - self._config.schedule.earliest_days * _DAY
        day = max(payday, earliest + SEND_NOW_DAYS * _DAY) if self._send_now else payday
        while day >= earliest:
            promise = self._promises.promise(way, day, payday, self._send_now)
            if promise is not None and not (day == earliest and promise[0].cut_off < ready):
                sold, delivery = promise
                if delivery < floor:
                    return
                if self._send_now or delivery <= payday:
                    yield _HandIn(day, sold, delivery, self._promises.chances(way, day, sold, payday))
            day -= _DAY

    def _measure(self, vendor: str, sheets: int) -> Measure:
        if (vendor, sheets) not in self._measures:
            self._measures[vendor, sheets] = measure(sheets, section(vendor, self._config))
        return self._measures[vendor, sheets]

    def _price(self, product: Product, kind: str, piece: Measure) -> float | None:
        """Of one piece in units of `rates`; None when the product does not carry it."""
        step = weight_step(piece, product) if kind in product.content else None
        if step is None:
            return None
        rates = self._config.schedule.costs.rates
        if product.currency not in rates:
            raise ConfigError(
                f"schedule.costs.rates: none for {product.currency}", f"{product.id} has its prices in it"
            )
        return float(step.price) * rates[product.currency]

    def _why_not(self, cohort: Cohort, payday: date, route: Route, embargoed: bool) -> Refusal:
        usual = route.products[0]
        every = {
            name: self._promises.sold(name, route.country, payday, name == usual) for name in route.products
        }
        sold = {name: product for name, product in every.items() if product is not None}
        if not any(cohort.kind in product.content for product in sold.values()):
            return Refusal.CLASS_NOT_ALLOWED
        piece = self._measure(route.vendor, cohort.sheets)
        carries = {name for name, p in sold.items() if self._price(p, cohort.kind, piece) is not None}
        if not carries:
            return Refusal.PIECE_TOO_LARGE
        if embargoed:
            return Refusal.EMBARGO
        floor = payday - self._config.schedule.earliest_days * _DAY
        for name, group in zip(route.products, cohort.groups, strict=True):
            if name in carries and target(payday, self._promises.days(route.country, name, group)) >= floor:
                return Refusal.TOO_LATE
        return Refusal.NO_DELIVERY_DAY
