"""How numbers and dates stand in a letter, beyond what `money` and `dates` say: for layouts.

The forms come from the Unicode locale data (CLDR) by way of babel.
"""

from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_percent

NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: Decimal, locale: Locale) -> str:
    """`1 234,50`: two decimals, grouped as the locale does, without a currency."""
    group_sign, point = _signs(locale)
    whole, _, cents = f"{value:,.2f}".partition(".")
    return f"{whole.replace(',', group_sign)}{point}{cents}"


@lru_cache(maxsize=1024)
def percent(value: Decimal, locale: Locale) -> str:
    """`8,5 %`: a rate in per cent with as many decimals as it needs, at most three."""
    return str(format_percent(value / 100, format=_percent_pattern(locale), locale=locale))


@lru_cache(maxsize=1024)
def weekday(value: date, locale: Locale) -> str:
    """`tisdag`: the day by its own name (not declined)."""
    return str(format_date(value, "cccc", locale=locale))


@lru_cache(maxsize=1024)
def day_month(value: date, locale: Locale) -> str:
    """`2 mars`."""
    return held(str(format_skeleton("MMMMd", value, locale=locale)))


@lru_cache(maxsize=8192)
def short(value: date, locale: Locale) -> str:
    """The date in figures as tables show it: `2027-03-02` in Sweden, `2.3.2027` in Finland."""
    return str(format_date(value, "yyyy-MM-dd" if locale.territory == "SE" else "d.M.yyyy", locale=locale))


def group(value: str, size: int = 4, from_right: bool = False) -> str:
    """Digits in groups that hold together: `4821 0937 5561 04`."""
    digits = "".join(value.split())
    first = len(digits) % size if from_right else 0
    parts = [digits[:first], *(digits[i : i + size] for i in range(first, len(digits), size))]
    return NO_BREAK.join(part for part in parts if part)


def held(text: str) -> str:
    """The same text with blanks at which no line breaks: a day and its month stay together."""
    return text.replace(" ", NO_BREAK)


@cache
def _signs(locale: Locale) -> tuple[str, str]:
    symbols = locale.number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@cache
def _percent_pattern(locale: Locale) -> str:
    return str(locale.percent_formats[None].pattern).replace("0%", "0.###%").replace("0\xa0%", "0.###\xa0%")
