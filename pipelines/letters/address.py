"""The recipient's address as it stands in the envelope's window, line by line.

Posted in the recipient's own country it has neither country line nor prefix; posted in another
one, the city is in capitals, and so is the country's name in the last line. How each country
writes is data: see `address_form`.
"""

from dataclasses import dataclass
from functools import cache

from pipelines.ingest import facts
from pipelines.letters import address_form

CARE_OF = "c/o {}"
"""How care-of is written where no country is given."""


def lines(
    country: str,
    name: str,
    care_of: str | None,
    street: str,
    postal_code: str,
    city: str,
    posted_in: str | None = None,
) -> tuple[str, ...]:
    """The address of a recipient in `country`, from the top; a line without content is left out.

    `413 03  GÖTEBORG` is the last line in Sweden, `10115 Berlin` in Germany. Posted in Sweden,
    the German address ends `10115 BERLIN`, `TYSKLAND`.

    Args:
        country: of the recipient.
        name, care_of, street, city: as exported.
        postal_code: in normal form (`ingest.normal_form`).
        posted_in: the country whose post takes the letter; None when it is the recipient's.

    Raises AssetError when either country has no table, TableError when it has half of one.
    """
    sheet = _sheet(country, posted_in or country)
    values = {
        "name": name,
        "care_of": care_of_line(care_of, country) if care_of and care_of.strip() else "",
        "street": street,
        "postal_code": sheet.facts.printed_postcode(postal_code),
        "city": city,
    }
    for field in sheet.capitals:
        values[field] = values[field].upper()
    shown = (line for line, fields in sheet.templates if any(values[field] for field in fields))
    return (*(line.format_map(values).strip() for line in shown), *sheet.last)


def care_of_line(care_of: str, country: str | None = None) -> str:
    """`c/o Sandström`, with the mark put before it unless it is there."""
    form = address_form.of(country).care_of if country else CARE_OF
    text = care_of.strip()
    mark = form.partition("{")[0].strip().lower()
    return text if mark and text.lower().startswith(mark) else form.format(text)


def locality_line(country: str, postal_code: str, city: str, posted_in: str | None = None) -> str:
    """The line with the city: the postcode in its printed form, the city as the country writes it."""
    sheet = _sheet(country, posted_in or country)
    values = dict.fromkeys(address_form.FIELDS, "")
    values["postal_code"] = sheet.facts.printed_postcode(postal_code)
    values["city"] = city.upper() if "city" in sheet.capitals else city
    return sheet.locality.format_map(values).strip()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How a letter for one country is addressed when it is posted in one country."""

    facts: facts.CountryFacts
    templates: tuple[tuple[str, tuple[str, ...]], ...]
    """Each line with its fields."""
    locality: str
    capitals: tuple[str, ...]
    last: tuple[str, ...]
    """The country line, or nothing."""


@cache
def _sheet(country: str, posted_in: str) -> _Sheet:
    form = address_form.of(country)
    home = country == posted_in
    return _Sheet(
        facts=facts.of(country),
        templates=tuple((line, address_form.fields_of(line)) for line in form.lines),
        locality=next(line for line in form.lines if "city" in address_form.fields_of(line)),
        capitals=form.capitals if home or "city" in form.capitals else (*form.capitals, "city"),
        last=() if home else (address_form.country_name(country, posted_in),),
    )
