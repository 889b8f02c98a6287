"""The recipient's address as it stands in the envelope's window: domestic form, no country."""

from functools import cache

from pipelines.ingest import facts

_GAP = {"SE": "  "}
"""Between postcode and city: Swedish post wants two blanks, others one."""


def lines(
    country: str, name: str, care_of: str | None, street: str, postal_code: str, city: str
) -> tuple[str, ...]:
    """Name, care-of when there is one, street, postcode and city, from the top.

    `413 03  GÖTEBORG` in Sweden, `00100 HELSINKI` in Finland.
    """
    second = (care_of_line(care_of),) if care_of and care_of.strip() else ()
    return (name, *second, street, locality_line(country, postal_code, city))


def care_of_line(care_of: str) -> str:
    """`c/o Sandström`, with the mark put before it unless it is there."""
    text = care_of.strip()
    return text if text.lower().startswith("c/o") else f"c/o {text}"


def locality_line(country: str, postal_code: str, city: str) -> str:
    """The last line: the postcode in its printed form, the city in capitals."""
    return f"{_facts(country).printed_postcode(postal_code)}{_GAP.get(country, ' ')}{city.upper()}"


@cache
def _facts(country: str) -> facts.CountryFacts:
    return facts.of(country)
