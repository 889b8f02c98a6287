"""Amounts of money as a reader of the letter's language expects them in the letter's country.

The layouts' filter `money` and the amounts that the books compare with the page both come
from here, so that they cannot differ by a blank.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel.numbers import format_currency

from pipelines.dates import locale

_LONGEST, _WITHOUT_GROUP, _CENTS = len("123456"), len("123"), len("78")
_SMALL, _LARGE = Decimal("1234.56"), Decimal("7654321.98")


def money(amount: Decimal, currency: str, language: str, country: str) -> str:
    """`1 234,50 kr`: the amount with two decimals in the standard pattern of the locale.

    Blanks are the no-break blanks of the Unicode locale data (CLDR). The text is the one
    `babel.numbers.format_currency` gives.

    Args:
        amount: with at most two decimals; cents are neither added nor dropped.
        currency: ISO 4217.
        language: BCP 47, such as `sv` or `en`.
        country: ISO 3166-1 alpha-2; `sv` in `FI` is set as Swedish in Finland.
    """
    return _writer(currency, language, country)(amount)


def in_locale(language: str, country: str) -> Callable[[Decimal, str], str]:
    """`money` for that language and country."""
    writers: dict[str, Callable[[Decimal], str]] = {}

    def written(amount: Decimal, currency: str) -> str:
        writer = writers.get(currency)
        if writer is None:
            writer = writers[currency] = _writer(currency, language, country)
        return writer(amount)

    return written


def plainly(
    group: str, point: str, otherwise: Callable[[Decimal], str], before: str = "", after: str = ""
) -> Callable[[Decimal], str]:
    """How `1234.50` is written with these signs: `1 234,50`.

    What is no plain amount below a million is written `otherwise`: to ask for `f"{amount:,.2f}"` takes
    three times as long.
    """

    def written(amount: Decimal) -> str:
        whole, _, cents = str(amount).partition(".")
        size = len(whole)
        if size > _LONGEST or len(cents) != _CENTS or not whole.isdecimal():
            return otherwise(amount)
        if size <= _WITHOUT_GROUP:
            return f"{before}{whole}{point}{cents}{after}"
        return f"{before}{whole[:-3]}{group}{whole[-3:]}{point}{cents}{after}"

    return written


@lru_cache(maxsize=256)
def _writer(currency: str, language: str, country: str) -> Callable[[Decimal], str]:
    """How amounts of a currency are written in a locale."""
    where = locale(language, country)
    pattern = _pattern(currency, language, country)

    def by_babel(amount: Decimal) -> str:
        return str(format_currency(amount, currency, locale=where))

    if pattern is None:
        return by_babel
    before, group, point, after = pattern

    def grouped(amount: Decimal) -> str:
        figures = f"{amount:,}"
        if figures[0] == "-" or figures[-3:-2] != ".":
            return by_babel(amount)
        return f"{before}{figures[:-3].replace(',', group)}{point}{figures[-2:]}{after}"

    return plainly(group, point, grouped, before, after)


class _Pattern(NamedTuple):
    before: str
    group: str
    point: str
    after: str


def _pattern(currency: str, language: str, country: str) -> _Pattern | None:
    """How the locale sets amounts, read off two amounts set by babel (which takes twenty
    times as long); None when it does not group plainly by three digits."""
    where = locale(language, country)
    large = str(format_currency(_LARGE, currency, locale=where))
    digits = ("7", "654", "321", "98")
    places = []
    start = 0
    for part in digits:
        start = large.find(part, start)
        if start < 0:
            return None
        places.append(start)
        start += len(part)
    a, b, c, d = places
    group, point = large[a + 1 : b], large[c + 3 : d]
    found = _Pattern(large[:a], group, point, large[d + 2 :])
    small = f"{found.before}1{found.group}234{found.point}56{found.after}"
    same = large[b + 3 : c] == found.group and small == format_currency(_SMALL, currency, locale=where)
    return found if same else None
