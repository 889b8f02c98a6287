"""Dates and locales as a reader of the letter's language expects them in the letter's country."""

import re
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

# The year of a full date with what binds it: "y", ", y", " 'de' y".
_YEAR_AT_END = re.compile(r"[\s,]*('[^']*')?[\s,]*y+$")


@lru_cache(maxsize=256)
def locale(language: str, country: str) -> Locale:
    """The locale of a language in a country: Swedish in Finland, English in Sweden.

    A language with its own region (`en-GB`) keeps it. A language that the Unicode locale
    data do not know in that country is set as it is at home; `en_SE` and `en_FI` write dates
    day, month, year. Raises ValueError when the language itself is unknown.
    """
    tag = language.replace("-", "_")
    for name in [tag] if "_" in tag else [f"{tag}_{country}", tag]:
        try:
            return Locale.parse(name)
        except UnknownLocaleError:
            continue
    raise ValueError(f"no locale for the language {language!r}")


@lru_cache(maxsize=4096)
def day(value: date, language: str, country: str) -> str:
    """`2 mars 2027`: day, month by name, year."""
    return str(format_date(value, "long", locale=locale(language, country)))


@lru_cache(maxsize=4096)
def weekday_day(value: date, language: str, country: str) -> str:
    """`tisdag 2 mars`: weekday, day and month by name, in the order of the language."""
    where = locale(language, country)
    full = where.date_formats["full"].pattern
    yearless = _YEAR_AT_END.sub("", full)
    if yearless == full:
        return str(format_skeleton("MMMMEEEEd", value, locale=where, fuzzy=True))
    return str(format_date(value, yearless, locale=where))


@lru_cache(maxsize=1024)
def month(value: date, language: str, country: str) -> str:
    """`mars 2027`: the month by its own name (not declined) and the year."""
    return str(format_date(value, "LLLL y", locale=locale(language, country)))
