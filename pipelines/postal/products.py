"""What a post sells: how many working days a letter takes, and on which weekdays it comes.

Names are the trade's and not a post's brand, so that another post can sell the same thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field

from pipelines.model import TableVersion
from pipelines.postal.calendars import LONGEST_CLOSURE, Calendar
from pipelines.postal.dated import WEEKDAYS, Entry, Weekday, entries, only_one, table


class Product(Entry):
    """An entry `[[product]]` of the table `products`."""

    id: Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    """Part of every lot id."""
    name: str
    transit_days: Annotated[int, Field(ge=1, le=20)]
    """Working days of the post's sorting between hand-in and the carrier's bag."""
    spare_days: Annotated[int, Field(ge=0, le=20)] = 0
    """Working days kept in hand, for areas that the carrier does not visit every day and for
    letters that the post moves slowly. The planned delivery day is the last likely one."""
    delivery_weekdays: Annotated[frozenset[Weekday], Field(min_length=1)]
    """Weekdays on which letters of this product reach the doormat."""
    cut_off: time
    """The post's counter closes for the day."""
    min_pieces: Annotated[int, Field(ge=0)] = 0
    """A smaller lot is not taken, or costs as much as this many pieces."""

    def next_delivery(self, day: date, delivery: Calendar) -> date | None:
        """The first day on or after `day` on which the letter can be delivered, if one is near."""
        for _ in range(LONGEST_CLOSURE):
            day = delivery.following(day)
            if WEEKDAYS[day.weekday()] in self.delivery_weekdays:
                return day
            day = date.fromordinal(day.toordinal() + 1)
        return None

    def delivered(self, hand_in: date, processing: Calendar, delivery: Calendar) -> date | None:
        """When a letter handed in on `hand_in` is delivered at the latest: the first delivery day
        on or after hand-in ⊕ (transit + spare days). None when the product reaches nobody."""
        return self.next_delivery(processing.add(hand_in, self.transit_days + self.spare_days), delivery)


@dataclass(frozen=True, slots=True)
class Products:
    """All products of the table `products`."""

    version: TableVersion
    products: tuple[Product, ...]

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table. Raises TableError."""
        source = table("products", own)
        return cls(source.version, entries(source, "product", Product))

    def of(self, product: str, country: str, day: date) -> Product:
        """The product as it is sold on `day` in `country`.

        Raises TableError when it is unknown, not sold there, expired or not yet sold.
        """
        known = (p for p in self.products if p.id == product and p.country == country)
        return only_one(known, day, f"products: {product} of {country}")
