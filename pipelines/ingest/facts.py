"""What a country's table says of its recipients: languages, currencies, postcodes, age."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipelines import tables
from pipelines.errors import TableError
from pipelines.model import TableVersion


@dataclass(frozen=True)
class CountryFacts:
    """One country of `pipelines/tables/countries/`. Frozen, pickles, and compares by value."""

    country: str
    """ISO 3166-1 alpha-2."""
    languages: tuple[str, ...]
    """BCP 47 language subtags that a claim may name; the first one counts where it names none."""
    currencies: tuple[str, ...]
    """ISO 4217 codes that can be paid in the country."""
    postcode_pattern: str
    """RE2 (and Python `re`) over the postcode as exported; its groups, put together, are the
    normal form."""
    postcode_form: str
    """How the normal form is printed: `NNN NN`, where each N takes the next character."""
    adult_age: int
    timezone: str
    """A name of the IANA time zone database."""
    valid_from: date
    version: TableVersion

    @cached_property
    def postcode_normal(self) -> str:
        r"""The RE2 replacement that makes the normal form of `postcode_pattern`: `\1\2`."""
        return "".join(f"\\{group + 1}" for group in range(re.compile(self.postcode_pattern).groups))

    def printed_postcode(self, normal: str) -> str:
        """The postcode as it stands on an envelope: `41101` becomes `411 01`.

        A text of another length than the form comes back as it is.
        """
        if len(normal) != self.postcode_form.count("N"):
            return normal
        characters = iter(normal)
        return "".join(next(characters) if place == "N" else place for place in self.postcode_form)


def all() -> Mapping[str, CountryFacts]:
    """The facts of every shipped country by its code, in alphabetical order. Raises TableError.

    A table alone does not make letters for its country: a run takes the countries of its
    configuration, and of those only the ones with payment references and layouts.
    """
    return {country: of(country) for country in tables.countries()}


def of(country: str) -> CountryFacts:
    """The facts of one country. Raises AssetError without a table, TableError with half of one."""
    table = tables.load(f"countries/{country.lower()}")
    data = table.data
    try:
        facts = CountryFacts(
            country=data["country"],
            languages=tuple(data["languages"]),
            currencies=tuple(data["currencies"]),
            postcode_pattern=data["postcode"]["pattern"],
            postcode_form=data["postcode"]["form"],
            adult_age=data["adult_age"]["years"],
            timezone=data["timezone"],
            valid_from=data["valid_from"],
            version=table.version,
        )
    except KeyError as error:
        raise TableError(f"countries/{country.lower()}.toml: no key {error}", "see docs/tables.md") from error
    return facts
