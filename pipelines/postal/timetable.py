"""What the dated tables say to one run: routes, paydays, options and deadlines, each looked up once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from pipelines.config import Config
from pipelines.errors import ConfigError, TableError
from pipelines.model import TableVersion
from pipelines.postal.backward import Backward, Refusal
from pipelines.postal.calendars import Calendar, Calendars
from pipelines.postal.patterns import Patterns
from pipelines.postal.paydays import SALARY, Month, Paydays, payday
from pipelines.postal.products import Product, Products
from pipelines.postal.promises import print_site
from pipelines.postal.terms import Cohort, Option, Route

MinimumDays = Callable[[str, date], int]
"""(country, delivery date) → days that the law gives the recipient after delivery, at least."""

LATER_PAYDAYS = 26
"""Months of wages that a plan knows at most: the longest instalment offer, and two to spare."""

MONTHS_AHEAD = 12
"""Months in which a payday is looked for that pieces can wait for."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """The dated tables of the post room and the law's minimum of days."""

    products: Products
    paydays: Paydays
    calendars: Calendars
    patterns: Patterns
    minimum_days: MinimumDays

    @classmethod
    def load(cls, config: Config, minimum_days: MinimumDays) -> Self:
        """The tables that the configuration names, else the shipped ones. Raises TableError."""
        own = config.schedule.tables
        return cls(
            Products.load(own), Paydays.load(own), Calendars.load(own), Patterns.load(own), minimum_days
        )

    @property
    def versions(self) -> tuple[TableVersion, ...]:
        """What goes into the manifests, by name."""
        own = (self.calendars.version, self.paydays.version, self.products.version)
        return tuple(sorted((*own, *self.patterns.versions), key=lambda version: version.name))


def route(
    country: str, config: Config, products: Products, first: date = date.min, last: date = date.max
) -> Route:
    """Where the letters of a country go through: its products and those that they fall back to.

    Fall-backs are those of entries that are valid on some day of `first`..`last`.
    `Cohort.groups` has to follow `products` of the route of all days. Raises ConfigError for
    an unknown country.
    """
    if country not in config.countries:
        raise ConfigError(f"countries.{country}: no such section", "add it to brevpress.toml")
    found = config.countries[country]
    names = list(dict.fromkeys((found.product, *found.also)))
    counts = [p for p in products.products if p.country == country and p.valid_from <= last]
    for name in names:  # grows while it is walked
        onward = {p.falls_back_to for p in counts if p.id == name and p.valid_to >= first}
        names += sorted(n for n in onward if n is not None and n not in names)
    return Route(country, found.vendor, tuple(names))


class Timetable:
    """The tables at hand; remembers what many cohorts ask for."""

    def __init__(self, period: Month, today: date, config: Config, rules: Rules) -> None:
        self.period, self.today, self.config, self.rules = period, today, config, rules
        self.backward = Backward(rules.products, rules.calendars, rules.patterns, config)
        self._routes: dict[str, Route] = {}
        self._open: dict[tuple[str, date], Route] = {}
        self._earliest: dict[str, date] = {}
        self._paydays: dict[tuple[str, int, str, Month], date] = {}
        self._options: dict[tuple[Cohort, date, date], tuple[Option, ...] | Refusal] = {}
        self._later: dict[tuple[str, int, str], tuple[date, ...]] = {}
        self._due: dict[tuple[str, date, date], tuple[date, int]] = {}

    def route(self, country: str) -> Route:
        """See `route`."""
        if country not in self._routes:
            self._routes[country] = route(country, self.config, self.rules.products)
        return self._routes[country]

    def earliest(self, country: str) -> date:
        """The first hand-in day that production can reach."""
        if country not in self._earliest:
            days = self.config.schedule.production_days
            self._earliest[country] = self._site(country).add(self.today, days)
        return self._earliest[country]

    def a_day_sooner(self, country: str) -> date:
        """The working day of the print site before `earliest`."""
        return self._site(country).preceding(self.earliest(country) - _DAY)

    def _site(self, country: str) -> Calendar:
        return print_site(country, self.route(country).vendor, self.config, self.rules.calendars)

    def payday(self, cohort: Cohort, month: Month) -> date:
        """When the cohort gets money in `month`. Raises TableError."""
        key = cohort.country, cohort.own_payday, cohort.rule, month
        if key not in self._paydays:
            bank = self.rules.calendars.of("bank", cohort.country)
            own = cohort.own_payday or None
            rule = cohort.rule or SALARY
            self._paydays[key] = payday(cohort.country, own, month, self.rules.paydays, bank, rule)
        return self._paydays[key]

    def options(self, cohort: Cohort, aim: date, earliest: date) -> tuple[Option, ...] | Refusal:
        """See `Backward.options`."""
        whole, way = self.route(cohort.country), self._open_route(cohort.country, aim)
        groups = (g for p, g in zip(whole.products, cohort.groups, strict=True) if p in way.products)
        # What can be done hangs on the payday and not on whose rule it follows from.
        like = Cohort(cohort.country, 0, "", cohort.kind, cohort.sheets, tuple(groups))
        key = like, aim, earliest
        if key not in self._options:
            self._options[key] = self.backward.options(like, aim, way, earliest)
        return self._options[key]

    def _open_route(self, country: str, aim: date) -> Route:
        """The route without what only past or coming entries fall back to."""
        key = country, aim
        if key not in self._open:
            whole = self.route(country)
            some = route(country, self.config, self.rules.products, min(self.today, aim), aim).products
            self._open[key] = replace(whole, products=tuple(p for p in whole.products if p in some))
        return self._open[key]

    def later(self, cohort: Cohort) -> tuple[date, ...]:
        """The cohort's paydays of the LATER_PAYDAYS months after the period, as far as tables reach."""
        key = cohort.country, cohort.own_payday, cohort.rule
        if key not in self._later:
            month, found = self.period, []
            for _ in range(LATER_PAYDAYS):
                month = month.next()
                try:
                    found.append(self.payday(cohort, month))
                except TableError:  # Instalments end earlier then; nothing else hangs on these days.
                    break
            self._later[key] = tuple(found)
        return self._later[key]

    def until(self, cohort: Cohort) -> date | None:
        """The best hand-in day for the first later payday that can be reached.

        None: none in a year, or none up to which the tables reach. The run of that month asks again.
        """
        month, earliest = self.period, self.earliest(cohort.country)
        for _ in range(MONTHS_AHEAD):
            month = month.next()
            try:
                found = self.options(cohort, self.payday(cohort, month), earliest)
            except TableError:
                return None
            if not isinstance(found, Refusal):
                return min(found, key=lambda option: (option.cost, option.hand_in)).hand_in
        return None

    def due(self, country: str, delivery: date, aim: date) -> tuple[date, int]:
        """The deadline and the law's days: after both the law's minimum and the payday, on a bank day."""
        key = country, delivery, aim
        if key not in self._due:
            least = self.rules.minimum_days(country, delivery)
            bank = self.rules.calendars.of("bank", country)
            self._due[key] = bank.following(max(delivery + least * _DAY, aim + _DAY)), least
        return self._due[key]

    def product(self, country: str, option: Option) -> Product:
        """The product of an option as it is sold on its hand-in day."""
        return self.rules.products.of(option.product, country, option.hand_in)
