"""What a post sells: how long a letter takes, what it may hold, how heavy it may be, what it costs.

Names are the trade's and not a post's brand, so that another post can sell the same thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import accumulate, pairwise
from math import fsum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.errors import TableError
from pipelines.model import TableVersion
from pipelines.postal.dated import WEEKDAYS, Entry, Weekday, entries, only_one, table

Content = Literal["demand", "invoice", "advertising"]
"""What a letter is. The export knows the first two; some products take the third only."""

Share = Annotated[float, Field(ge=0, le=1)]
ProductId = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]

_EXACT = 1e-9
"""As near to 1 as shares that were written in decimals have to sum."""


class Step(BaseModel):
    """A weight step: pieces up to so many grams cost so much."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to_grams: Annotated[float, Field(gt=0)]
    """Counted to this step: a piece of just this weight."""
    price: Annotated[Decimal, Field(ge=0)]
    """Of one piece, unsorted, in the product's currency."""


class Product(Entry):
    """An entry `[[product]]` of the table `products`."""

    id: ProductId
    """Part of every lot id."""
    name: str

    transit: Annotated[Mapping[Annotated[int, Field(ge=1, le=20)], Share], Field(min_length=1)]
    """Working days of the post's sorting between hand-in and the carrier's bag → share of the pieces."""
    promised_days: Annotated[int, Field(ge=1, le=20)]
    """Working days after which the post says the letter is in the bag: gives the planned delivery date."""

    entry_site: str = ""
    """Where it is handed in: `mail centre`, `terminal`; other sites are other entries."""
    entry_days: Annotated[int, Field(ge=0, le=5)] = 0
    """Working days that this site adds to the transit."""
    cut_off: time
    """The post's counter closes for the day."""
    hand_in_weekdays: Annotated[frozenset[Weekday], Field(min_length=1)] = frozenset(WEEKDAYS)
    """Weekdays on which it is taken, when sorting is open."""

    content: Annotated[frozenset[Content], Field(min_length=1)] = frozenset({"demand", "invoice"})
    """Kinds of letter that may travel as this product."""
    formats: tuple[str, ...] = ()
    """Envelopes that may, as the vendor calls them up to the first hyphen: `C5`; empty: any."""
    thickest_millimetres: Annotated[float, Field(gt=0)] | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """By rising weight. Heavier than the last one is not taken."""

    min_pieces: Annotated[int, Field(ge=0)] = 0
    """The fewest pieces that are taken at the price of the product."""
    min_per: Literal["lot", "weight_step"] = "lot"
    """What the minimum is counted in. A lot has one format, so `lot` is also per format."""
    below_minimum: Literal["pay_up", "refuse", "fall_back"] = "pay_up"
    """Pay for the minimum all the same; not taken; or goes as the product `falls_back_to`."""
    falls_back_to: ProductId | None = None
    presort: Mapping[str, Share] = {}
    """Level of the table `sorting` → share of the price that a piece in such a container saves."""

    illustrative: tuple[str, ...] = ()
    """Keys whose values stand in no source: invented so that the example can be run."""

    @model_validator(mode="after")
    def _transit_is_a_distribution(self) -> Self:
        if abs((total := fsum(self.transit.values())) - 1) > _EXACT:
            raise ValueError(f"the shares of transit sum to {total:.9g}, not to 1")
        return self

    @model_validator(mode="after")
    def _steps_rise(self) -> Self:
        if any(low.to_grams >= high.to_grams for low, high in pairwise(self.steps)):
            raise ValueError("the steps must rise in to_grams")
        return self

    @model_validator(mode="after")
    def _falls_back_to_belongs_to_fall_back(self) -> Self:
        if (self.below_minimum == "fall_back") != (self.falls_back_to is not None):
            raise ValueError("below_minimum 'fall_back' needs falls_back_to, and nothing else has it")
        return self

    @model_validator(mode="after")
    def _illustrative_keys_are_keys(self) -> Self:
        if unknown := sorted(set(self.illustrative) - set(type(self).model_fields)):
            raise ValueError(f"illustrative names {unknown[0]!r}, which is no key")
        return self

    @property
    def transit_days(self) -> int:
        """The promise, from the counter of the entry site on."""
        return self.promised_days + self.entry_days

    def chances(self) -> tuple[tuple[int, float], ...]:
        """(working days from the entry site on, share) by rising days, without shares of 0."""
        return tuple((days + self.entry_days, p) for days, p in sorted(self.transit.items()) if p > 0)

    def days_for(self, share: float) -> int:
        """Working days in which at least `share` of the pieces, 0..1, is in the carrier's bag."""
        chances = self.chances()
        sums = accumulate(p for _, p in chances)
        reached = (days for (days, _), so_far in zip(chances, sums, strict=True) if so_far >= share - _EXACT)
        return next(reached, chances[-1][0])


@dataclass(frozen=True, slots=True)
class Products:
    """All products of the table `products`."""

    version: TableVersion
    products: tuple[Product, ...]

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table. Raises TableError."""
        source = table("products", own)
        found = cls(source.version, entries(source, "product", Product))
        found._check_fall_backs()
        return found

    def of(self, product: str, country: str, day: date) -> Product:
        """The product as it is sold on `day` in `country`.

        Raises TableError when it is unknown, not sold there, expired or not yet sold.
        """
        known = (p for p in self.products if p.id == product and p.country == country)
        return only_one(known, day, f"products: {product} of {country}")

    def _check_fall_backs(self) -> None:
        """Raises TableError unless every fall-back is sold in the country and ends somewhere."""
        known = {(p.country, p.id) for p in self.products}
        onward = {(p.country, p.id): p.falls_back_to for p in self.products if p.falls_back_to}
        for country, start in sorted(onward):
            name: str | None = start
            passed = []
            while name is not None and name not in passed:
                passed.append(name)
                name = onward.get((country, name))
                if name is not None and (country, name) not in known:
                    raise TableError(
                        f"products: {passed[-1]} of {country}: falls_back_to {name!r} is unknown",
                        "see docs/tables.md",
                    )
            if name is not None:
                raise TableError(
                    f"products: {start} of {country}: falls back to itself",
                    "let one of the products not fall back",
                )
