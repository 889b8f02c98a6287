"""How a country writes an address: the section `[address]` of `pipelines/tables/countries/{cc}.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from babel import Locale, UnknownLocaleError

from pipelines import tables
from pipelines.errors import TableError

FIELDS = ("name", "care_of", "street", "postal_code", "city")
"""What a recipient's address is made of: columns of the export."""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """One country's way. Frozen, pickles, and compares by value."""

    country: str
    lines: tuple[str, ...]
    """From the top: texts with fields in braces, `{postal_code}  {city}`."""
    care_of: str
    """`c/o {}`, where the braces take the name."""
    capitals: tuple[str, ...]
    """Fields in capitals when the letter is posted in the country itself."""
    required: tuple[str, ...]
    """Fields without which a letter cannot be delivered; ingest demands at least these."""
    abroad: str
    """BCP 47 language in which letters posted in this country name another one."""


@cache
def of(country: str) -> AddressForm:
    """The form of one country. Raises AssetError without a table, TableError with half of one."""
    return read(tables.load(f"countries/{country.lower()}"))


def read(table: tables.Table) -> AddressForm:
    """The form that a country's table has. Raises TableError when it lacks a part or has a wrong one."""
    try:
        return _checked(table.data["country"], table.data["address"])
    except KeyError as error:
        fault = f"no key {error}"
    except (TypeError, ValueError) as error:
        fault = str(error)
    raise TableError(f"{table.version.name}.toml, address: {fault}", "see docs/addresses.md")


@cache
def country_name(country: str, posted_in: str) -> str:
    """The last line of a letter for `country` that is posted in `posted_in`: `TYSKLAND`.

    The name is that of the Unicode locale data (CLDR) in the posting country's language, since
    its post reads the line. Raises TableError when that language does not name the country.
    """
    language = of(posted_in).abroad
    try:
        return str(Locale.parse(language).territories[country]).upper()
    except (KeyError, ValueError, UnknownLocaleError):
        raise TableError(
            f"countries/{posted_in.lower()}.toml, address.abroad: {language!r} does not name {country}",
            "see docs/addresses.md",
        ) from None


def _checked(country: str, data: Mapping[str, Any]) -> AddressForm:
    form = AddressForm(
        country=country,
        lines=tuple(data["lines"]),
        care_of=data["care_of"],
        capitals=tuple(data["capitals"]),
        required=tuple(data["required"]),
        abroad=data["abroad"],
    )
    shown = [field for line in form.lines for field in fields_of(line)]
    if sorted(shown) != sorted(FIELDS):
        raise ValueError(f"lines must show each of {', '.join(FIELDS)} once")
    if strange := {*form.capitals, *form.required} - set(FIELDS):
        raise ValueError(f"no field {min(strange)!r}")
    if fields_of(form.care_of) != ("",):
        raise ValueError("care_of must have one {}")
    return form


def fields_of(template: str) -> tuple[str, ...]:
    """The fields that a text has in braces, in its order. Raises ValueError when a brace is alone."""
    return tuple(field for _, field, _, _ in Formatter().parse(template) if field is not None)
