"""What is handed in on a day, and when it comes: by the post's promise, and by chance.

Days after a payday count only where letters may still go then; so tables that end between
payday and the last tail of a transit time are no reason to stop.
"""

from datetime import date, timedelta
from typing import NamedTuple, Protocol

from pipelines.config import Config, Vendor
from pipelines.errors import ConfigError, TableError
from pipelines.postal.calendars import Calendar, Calendars
from pipelines.postal.costs import BEYOND, Arrivals
from pipelines.postal.dated import WEEKDAYS
from pipelines.postal.products import Product, Products

_DAY = timedelta(days=1)


class DeliveryDays(Protocol):
    """The days on which one delivery group gets letters of one product."""

    def on_or_after(self, day: date) -> date:
        """The first delivery day from `day` on. Raises TableError when none is near."""
        ...

    def on_or_before(self, day: date) -> date:
        """The last delivery day up to `day`. Raises TableError when none is near."""
        ...


class Patterns(Protocol):
    """The delivery days of all groups."""

    def days(self, country: str, product: str, group: str, calendars: Calendars) -> DeliveryDays:
        """Those of one group; of an unknown one (`""`) the worst case over the groups.

        Raises TableError when country or group are unknown.
        """
        ...


def target(payday: date, days: DeliveryDays) -> date:
    """The day to aim at: the last delivery day that is not after `payday`."""
    return days.on_or_before(payday)


def print_site(country: str, vendor: str, config: Config, calendars: Calendars) -> Calendar:
    """The working days of the site where a vendor prints the letters of `country`.

    They are those of the country in which the site stands. Raises ConfigError for an unknown
    vendor, TableError when the table has no such calendar.
    """
    return calendars.of("print_site", section(vendor, config).country or country)


def section(vendor: str, config: Config) -> Vendor:
    """What a vendor wants. Raises ConfigError for an unknown one."""
    if vendor not in config.vendors:
        raise ConfigError(f"vendors.{vendor}: no such section", "add it to brevpress.toml")
    return config.vendors[vendor]


class Way(NamedTuple):
    """One product to one delivery group."""

    country: str
    vendor: str
    product: str
    group: str
    usual: bool
    """The usual product of the country has to be known on every day; others may begin and end."""


class Promises:
    """The hand-ins of one plan; remembers what it has counted."""

    def __init__(self, products: Products, calendars: Calendars, patterns: Patterns, config: Config) -> None:
        self._products = products
        self._calendars = calendars
        self._patterns = patterns
        self._config = config
        self._promises: dict[tuple[Way, date], tuple[Product, date] | None] = {}
        self._arrivals: dict[tuple[Way, date], Arrivals] = {}
        self._sorted: dict[tuple[str, date, int], date] = {}
        self._delivery_days: dict[tuple[str, str, str], DeliveryDays] = {}

    def promise(self, way: Way, day: date, payday: date, late_too: bool) -> tuple[Product, date] | None:
        """The product as it is sold on a hand-in day, and the planned delivery.

        None when nothing is handed in on that day; unless `late_too`, also when it comes after
        `payday` on a day beyond the tables. Raises TableError when a table is unknown or not
        valid on a day that counts.
        """
        key = way, day
        if key not in self._promises:
            sold = self._taken(way, day)
            if sold is None:
                self._promises[key] = None
                return None
            try:
                self._promises[key] = sold, self._comes(way, day, sold.transit_days)
            except TableError:
                if late_too or not self._is_late(way, day, sold.transit_days, payday):
                    raise
                return None
        return self._promises[key]

    def _taken(self, way: Way, day: date) -> Product | None:
        """What is handed in on `day`; None when print site or post are closed, or it is not sold."""
        site = print_site(way.country, way.vendor, self._config, self._calendars)
        if not (self._calendars.of("post_processing", way.country).is_open(day) and site.is_open(day)):
            return None
        sold = self.sold(way.product, way.country, day, way.usual)
        return sold if sold is not None and WEEKDAYS[day.weekday()] in sold.hand_in_weekdays else None

    def sold(self, product: str, country: str, day: date, usual: bool) -> Product | None:
        """As of `day`; None when another product than the usual one is known, but not sold then.

        Raises TableError.
        """
        known = [p for p in self._products.products if p.id == product and p.country == country]
        if known and not usual and not any(p.valid_from <= day <= p.valid_to for p in known):
            return None
        return self._products.of(product, country, day)

    def chances(self, way: Way, day: date, sold: Product, payday: date) -> Arrivals:
        """When the letters come; what comes after `payday` on a day beyond the tables is BEYOND.

        Raises TableError for a day up to `payday` that is unknown.
        """
        key = way, day
        if key in self._arrivals:
            return self._arrivals[key]

        def comes(working_days: int) -> date:
            try:
                return self._comes(way, day, working_days)
            except TableError:
                if not self._is_late(way, day, working_days, payday):
                    raise
                return BEYOND

        arrivals = Arrivals.of((comes(working_days), share) for working_days, share in sold.chances())
        if arrivals.days[-1] != BEYOND:  # Else it holds for this payday only.
            self._arrivals[key] = arrivals
        return arrivals

    def _comes(self, way: Way, day: date, working_days: int) -> date:
        days = self.days(way.country, way.product, way.group)
        return days.on_or_after(self._bagged(way.country, day, working_days))

    def _is_late(self, way: Way, day: date, working_days: int, payday: date) -> bool:
        """Whether it comes after `payday`, told by the days up to payday alone; they must be known."""
        post = self._calendars.of("post_processing", way.country)
        if sum(post.is_open(day + n * _DAY) for n in range(1, (payday - day).days + 1)) < working_days:
            return True
        bagged = self._bagged(way.country, day, working_days)
        return target(payday, self.days(way.country, way.product, way.group)) < bagged

    def _bagged(self, country: str, day: date, working_days: int) -> date:
        """`day` ⊕ n: when the sorting of a letter that was handed in on `day` ends."""
        key = country, day, working_days
        if key not in self._sorted:
            self._sorted[key] = self._calendars.of("post_processing", country).add(day, working_days)
        return self._sorted[key]

    def days(self, country: str, product: str, group: str) -> DeliveryDays:
        """Those of a group. Raises TableError when country or group are unknown."""
        key = country, product, group
        if key not in self._delivery_days:
            self._delivery_days[key] = self._patterns.days(*key, self._calendars)
        return self._delivery_days[key]
