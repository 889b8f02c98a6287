from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import locale
from pipelines.money import in_locale, money

PLACES = [
    ("sv", "SE"),
    ("en", "SE"),
    ("fi", "FI"),
    ("sv", "FI"),
    ("en", "FI"),
    ("de", "SE"),
    ("es", "FI"),
    ("ar", "SE"),
]
AMOUNTS = st.decimals(0, Decimal("9999999999.99"), places=2)


@given(AMOUNTS, st.sampled_from(["SEK", "EUR"]), st.sampled_from(PLACES))
def test_an_amount_is_set_as_babel_sets_it(amount: Decimal, currency: str, place: tuple[str, str]) -> None:
    language, country = place
    assert money(amount, currency, language, country) == format_currency(
        amount, currency, locale=locale(language, country)
    )


@pytest.mark.parametrize(
    ("language", "country", "currency", "text"),
    [
        ("sv", "SE", "SEK", "1 234,50 kr"),
        ("en", "SE", "SEK", "1 234,50 kr"),
        ("fi", "FI", "EUR", "1 234,50 €"),
        ("sv", "FI", "EUR", "1 234,50 €"),
    ],
)
def test_amounts_have_blanks_that_do_not_break(language: str, country: str, currency: str, text: str) -> None:
    assert money(Decimal("1234.50"), currency, language, country) == text.replace(" ", "\N{NO-BREAK SPACE}")


def test_an_amount_without_cents_shows_two_decimals() -> None:
    assert money(Decimal(1000), "SEK", "sv", "SE") == money(Decimal("1000.00"), "SEK", "sv", "SE")


@pytest.mark.parametrize("amount", ["1E+3", "0E+2", "12.5", "0.005", "-0.00", "-1234567.89"])
def test_amounts_of_another_form_are_set_as_babel_sets_them(amount: str) -> None:
    wanted = format_currency(Decimal(amount), "SEK", locale=locale("sv", "SE"))
    assert money(Decimal(amount), "SEK", "sv", "SE") == wanted


def test_a_negative_amount_keeps_its_sign() -> None:
    assert money(Decimal("-5.00"), "EUR", "fi", "FI") == "-5,00\N{NO-BREAK SPACE}€"


def test_a_locale_sets_amounts_of_all_currencies_as_money_does() -> None:
    written = in_locale("sv", "FI")
    for amount in map(Decimal, ("0.00", "999.99", "1000.00", "999999.99", "1000000.00", "-1.00", "1E+3")):
        for currency in ("EUR", "SEK", "EUR"):
            assert written(amount, currency) == money(amount, currency, "sv", "FI")
