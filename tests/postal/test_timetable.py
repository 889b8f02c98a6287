"""The timetable of a run: how far its tables have to reach, and what its routes take."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.config import Config
from pipelines.errors import ConfigError, TableError
from pipelines.postal.backward import Refusal
from pipelines.postal.paydays import Month
from pipelines.postal.products import Product, Products
from pipelines.postal.terms import Cohort
from pipelines.postal.timetable import LATER_PAYDAYS, Rules, Timetable, route
from tests.postal.desk import conf, rules

DECEMBER = Month(2026, 12)
TODAY = date(2026, 12, 1)
SWEDES = Cohort("SE", 0, "salary", "demand", 1, ("A",))
SHIPPED = rules()


def timetable(known: Rules = SHIPPED, config: Config | None = None, today: date = TODAY) -> Timetable:
    return Timetable(DECEMBER, today, config or conf(), known)


def banks_until(last: date) -> Rules:
    entries = (
        e.model_copy(update={"valid_to": last} if e.kind == "bank" else {}) for e in SHIPPED.calendars.entries
    )
    return replace(SHIPPED, calendars=replace(SHIPPED.calendars, entries=tuple(entries)))


def sold(*products: Product) -> Rules:
    return replace(SHIPPED, products=Products(SHIPPED.products.version, products))


# Later paydays


def test_later_paydays_are_as_many_as_the_tables_know() -> None:
    assert len(timetable().later(SWEDES)) == LATER_PAYDAYS
    assert timetable(banks_until(date(2027, 3, 31))).later(SWEDES) == timetable().later(SWEDES)[:3]
    assert timetable(banks_until(date(2026, 12, 31))).later(SWEDES) == ()


def test_the_payday_of_the_period_itself_has_to_be_known() -> None:
    with pytest.raises(TableError, match="bank of SE: not valid on 2026-12-2"):
        timetable(banks_until(date(2026, 12, 20))).payday(SWEDES, DECEMBER)


# Those who wait


def test_until_when_pieces_wait_is_told_as_far_as_the_tables_know() -> None:
    late = date(2026, 12, 22)
    assert timetable(today=late).until(SWEDES) == date(2027, 1, 18)
    assert timetable(banks_until(date(2026, 12, 31)), today=late).until(SWEDES) is None


# The print site


def test_a_print_site_works_on_the_days_of_the_country_in_which_it_stands() -> None:
    # Sweden is closed on Epiphany, Denmark is not.
    epiphany = date(2027, 1, 6)
    day_before = epiphany.replace(day=5)
    at_home, abroad = (timetable(config=conf(country=country), today=day_before) for country in (None, "DK"))
    assert at_home.earliest("SE") == date(2027, 1, 7)
    assert abroad.earliest("SE") == epiphany
    assert abroad.a_day_sooner("SE") == day_before
    assert at_home.a_day_sooner("SE") == day_before


def test_a_print_site_in_a_country_without_a_calendar_is_refused() -> None:
    with pytest.raises(TableError, match="print_site of FR: unknown"):
        timetable(config=conf(country="FR")).earliest("SE")


def test_a_country_whose_vendor_has_no_section_is_refused() -> None:
    lost = conf().model_copy(update={"vendors": {}})
    with pytest.raises(ConfigError, match=r"vendors\.strand: no such section"):
        timetable(config=lost).earliest("SE")


# What routes fall back to

USUAL = SHIPPED.products.of("se-brev", "SE", TODAY)
CHEAP = USUAL.model_copy(
    update={
        "id": "se-cheap",
        "steps": (USUAL.steps[0].model_copy(update={"price": USUAL.steps[0].price / 2}),),
    }
)
FALLS = USUAL.model_copy(update={"below_minimum": "fall_back", "falls_back_to": "se-cheap"})


def taken(*products: Product) -> set[str]:
    """The products of the options of a Swede whose route has both products."""
    known = sold(*products)
    assert route("SE", conf(), known.products).products == ("se-brev", "se-cheap")
    both = replace(SWEDES, groups=("A", "A"))
    found = timetable(known).options(both, date(2026, 12, 23), TODAY)
    assert not isinstance(found, Refusal)
    return {option.product for option in found}


def test_a_product_that_an_ended_entry_fell_back_to_is_not_taken() -> None:
    ended = date(2026, 6, 30)
    assert taken(FALLS, CHEAP) == {"se-brev", "se-cheap"}
    old = FALLS.model_copy(update={"valid_to": ended})
    new = USUAL.model_copy(update={"valid_from": date(2026, 7, 1)})
    assert taken(old, new, CHEAP) == {"se-brev"}
    # Nor does it stop the run when it is not sold any more.
    assert taken(old, new, CHEAP.model_copy(update={"valid_to": ended})) == {"se-brev"}


def test_a_fall_back_that_begins_between_today_and_payday_is_taken() -> None:
    begins = date(2026, 12, 10)
    old = USUAL.model_copy(update={"valid_to": date(2026, 12, 9)})
    assert taken(old, FALLS.model_copy(update={"valid_from": begins}), CHEAP) == {"se-brev", "se-cheap"}
    far = date(2027, 2, 1)
    now = USUAL.model_copy(update={"valid_to": date(2027, 1, 31)})
    assert taken(now, FALLS.model_copy(update={"valid_from": far}), CHEAP) == {"se-brev"}
