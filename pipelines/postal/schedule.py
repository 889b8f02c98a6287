"""Backwards from the wage to the post's counter: the days of one cohort.

The letter shall lie on the doormat when the wage is paid, so the plan takes the latest
delivery day that is not after the payday, and the latest hand-in day that reaches it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from pipelines.config import Config
from pipelines.errors import ConfigError, TableError
from pipelines.model import Days, TableVersion, Waiting
from pipelines.postal.calendars import Calendars
from pipelines.postal.paydays import Month, Paydays, payday
from pipelines.postal.products import Product, Products
from pipelines.reasons import Hold

MinimumDays = Callable[[str, date], int]
"""(country, delivery date) → days that the law gives the recipient after delivery, at least."""

LATER_PAYDAYS = 26
"""Months of wages that a plan knows: the longest instalment offer, and two to spare."""

_DAY = timedelta(days=1)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Rules:
    """The dated tables of the post room and the law's minimum of days."""

    products: Products
    paydays: Paydays
    calendars: Calendars
    minimum_days: MinimumDays

    @classmethod
    def load(cls, config: Config, minimum_days: MinimumDays) -> Self:
        """The tables that the configuration names, else the shipped ones. Raises TableError."""
        own = config.schedule.tables
        return cls(Products.load(own), Paydays.load(own), Calendars.load(own), minimum_days)

    @property
    def versions(self) -> tuple[TableVersion, ...]:
        """What goes into the manifests, by name."""
        return (self.calendars.version, self.paydays.version, self.products.version)


@dataclass(frozen=True, slots=True)
class _Route:
    """Where the letters of one country go through: its product, vendor and calendars."""

    country: str
    product: str
    vendor: str
    production_days: int
    rules: Rules

    @classmethod
    def of(cls, country: str, config: Config, rules: Rules) -> Self:
        if country not in config.countries:
            raise ConfigError(f"countries.{country}: no such section", "add it to brevpress.toml")
        found = config.countries[country]
        return cls(country, found.product, found.vendor, config.schedule.production_days, rules)

    def payday(self, own: int | None, month: Month) -> date:
        bank = self.rules.calendars.of("bank", self.country)
        return payday(self.country, own, month, self.rules.paydays, bank)

    def earliest(self, today: date) -> date:
        return self.rules.calendars.of("print_site", self.country).add(today, self.production_days)

    def latest(self, aim: date, earliest: date) -> tuple[date, date, Product] | None:
        """(hand-in, delivery, product): the latest hand-in with delivery not after `aim`."""
        calendars = self.rules.calendars
        processing = calendars.of("post_processing", self.country)
        delivery = calendars.of("post_delivery", self.country)
        site = calendars.of("print_site", self.country)
        day = aim
        while day >= earliest:
            # Asked for each day, so that a table that ends before the payday stops the run.
            product = self.rules.products.of(self.product, self.country, day)
            if processing.is_open(day) and site.is_open(day):
                arrival = product.delivered(day, processing, delivery)
                if arrival is None:
                    raise TableError(
                        f"products: {self.product} of {self.country}: no delivery day after {day}",
                        "mend delivery_weekdays, or the calendar post_delivery",
                    )
                if arrival <= aim:
                    return day, arrival, product
            day -= _DAY
        return None

    def due(self, delivery: date, aim: date) -> tuple[date, int]:
        """The deadline and the law's days: after both the law's minimum and the payday, on a bank day."""
        least = self.rules.minimum_days(self.country, delivery)
        bank = self.rules.calendars.of("bank", self.country)
        return bank.following(max(delivery + least * _DAY, aim + _DAY)), least


def days(
    country: str, own_payday: int | None, period: Month, today: date, config: Config, rules: Rules
) -> Days | Waiting:
    """The days of the recipients in `country` with `own_payday`, aimed at the payday of `period`.

    Waiting when the latest hand-in day lies before the first one that production can reach;
    its `until` is the hand-in day for the first later month that can be reached. A day is never
    reached by sending late: the day after payday the money is gone. Raises TableError when a
    table is unknown or ends too early, ConfigError when the country has no section.
    """
    route = _Route.of(country, config, rules)
    earliest = route.earliest(today)
    aim = route.payday(own_payday, period)
    found = route.latest(aim, earliest)
    if found is None:
        return Waiting(
            country, own_payday, Hold.PAYDAY_TOO_NEAR.value, _next(route, own_payday, period, earliest)
        )
    hand_in, delivery, product = found
    due, least = route.due(delivery, aim)
    whose = "the country's" if own_payday is None else "the recipient's own"
    spare = f" and {product.spare_days} to spare" if product.spare_days else ""
    why = (
        f"{whose} payday of {period} is {_said(aim)}; {product.id} needs {product.transit_days} working days"
        f"{spare}, so hand in {_said(hand_in)} by {product.cut_off:%H:%M} for delivery on {_said(delivery)}; "
        f"due on {_said(due)}, at least {least} days after delivery"
    )
    return Days(
        country=country,
        own_payday=own_payday,
        payday=aim,
        delivery_date=delivery,
        hand_in_date=hand_in,
        due_date=due,
        product=product.id,
        vendor=route.vendor,
        why=why,
        later_paydays=tuple(_later(route, own_payday, period)),
    )


def _later(route: _Route, own: int | None, month: Month) -> Iterator[date]:
    for _ in range(LATER_PAYDAYS):
        month = month.next()
        yield route.payday(own, month)


def _next(route: _Route, own: int | None, period: Month, earliest: date) -> date:
    while True:
        period = period.next()
        if found := route.latest(route.payday(own, period), earliest):
            return found[0]


def _said(day: date) -> str:
    # Not strftime's %a, which speaks the language of the machine.
    return f"{_NAMES[day.weekday()]} {day}"
