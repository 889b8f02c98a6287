from datetime import date

import pytest

from pipelines import dates

TUESDAY = date(2027, 3, 2)


@pytest.mark.parametrize(
    ("language", "country", "day", "weekday_day", "month"),
    [
        ("sv", "SE", "2 mars 2027", "tisdag 2 mars", "mars 2027"),
        ("sv", "FI", "2 mars 2027", "tisdag 2 mars", "mars 2027"),
        ("fi", "FI", "2. maaliskuuta 2027", "tiistai 2. maaliskuuta", "maaliskuu 2027"),
        ("en", "SE", "2 March 2027", "Tuesday, 2 March", "March 2027"),
        ("en", "FI", "2 March 2027", "Tuesday, 2 March", "March 2027"),
        ("es", "SE", "2 de marzo de 2027", "martes, 2 de marzo", "marzo 2027"),
    ],
)
def test_days_are_written_as_the_language_writes_them(
    language: str, country: str, day: str, weekday_day: str, month: str
) -> None:
    assert dates.day(TUESDAY, language, country) == day
    assert dates.weekday_day(TUESDAY, language, country) == weekday_day
    assert dates.month(TUESDAY, language, country) == month


def test_a_language_that_puts_the_year_first_still_has_weekday_and_day_without_it() -> None:
    text = dates.weekday_day(TUESDAY, "hu", "SE")
    assert "2." in text
    assert "2027" not in text


def test_a_language_with_a_region_keeps_it() -> None:
    assert str(dates.locale("en-GB", "SE")) == "en_GB"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no locale"):
        dates.locale("xx", "SE")
