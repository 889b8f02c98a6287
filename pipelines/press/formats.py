"""How numbers and dates stand in a letter, beyond what `money` and `dates` say: for layouts.

The forms come from the Unicode locale data (CLDR) by way of babel.
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_percent
from markupsafe import Markup

from pipelines import dates
from pipelines.money import in_locale, plainly

NO_BREAK = "\N{NO-BREAK SPACE}"

_KEPT = 4096
"""Days and texts whose form is kept: a month's letters name few days, but name them often."""
_TAG = re.compile("<[^>]*>")
_LONG_WORD = 28
_LINE_LEFT = 20
"""What a long word costs beyond its letters: it starts a line and leaves the one before unfilled."""


def filters(language: str, country: str) -> Mapping[str, Callable[..., Any]]:
    """The filters of docs/layouts.md in that locale, by name. All give plain text or a number."""
    where = dates.locale(language, country)
    group_sign, point = _signs(where)
    kept = lru_cache(maxsize=_KEPT)
    return {
        "money": in_locale(language, country),
        "number": plainly(group_sign, point, partial(_grouped, group_sign=group_sign, point=point)),
        "percent": kept(lambda value: percent(value, where)),
        "day": kept(lambda value: held(dates.day(value, language, country))),
        "weekday_day": kept(lambda value: held(dates.weekday_day(value, language, country))),
        "month": kept(lambda value: dates.month(value, language, country)),
        "weekday": kept(lambda value: weekday(value, where)),
        "day_month": kept(lambda value: day_month(value, where)),
        "short": kept(lambda value: short(value, where)),
        "group": group,
        "held": held,
        "weight": weight,
        "plain": plain,
    }


def number(value: Decimal, locale: Locale) -> str:
    """`1 234,50`: two decimals, grouped as the locale does, without a currency."""
    return _grouped(value, *_signs(locale))


def plain(text: str) -> str:
    """A text of the layout as if it came from the data: without tags. Letters that differ in nothing
    else are built alike, so the press has less to work out."""
    return _without_tags(text) if isinstance(text, Markup) else text


@lru_cache(maxsize=_KEPT)
def _without_tags(text: Markup) -> str:
    return html.unescape(_TAG.sub("", text))


@lru_cache(maxsize=_KEPT)
def weight(text: str) -> int:
    """How many small letters of a line a text takes: capitals are wider, and a long word leaves
    the line before it."""
    capitals = sum(map(str.isupper, text))
    long_words = sum(len(word) > _LONG_WORD for word in text.split())
    return len(text) + capitals // 4 + _LINE_LEFT * long_words


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


def _grouped(value: Decimal, group_sign: str, point: str) -> str:
    figures = f"{value:,.2f}"
    return f"{figures[:-3].replace(',', group_sign)}{point}{figures[-2:]}"


@cache
def _signs(locale: Locale) -> tuple[str, str]:
    symbols = locale.number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@cache
def _percent_pattern(locale: Locale) -> str:
    return str(locale.percent_formats[None].pattern).replace("0%", "0.###%").replace("0\xa0%", "0.###\xa0%")
