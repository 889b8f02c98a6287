"""What is handed in on a day and when it comes, where the tables end soon after payday."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.errors import ConfigError, TableError
from pipelines.postal.calendars import Calendars
from pipelines.postal.costs import BEYOND, loss
from pipelines.postal.patterns import Patterns
from pipelines.postal.products import Products
from pipelines.postal.promises import Promises, Way, print_site
from tests.postal.desk import conf

CALENDARS, PRODUCTS, PATTERNS = Calendars.load({}), Products.load({}), Patterns.load({})
PAYDAY = date(2026, 11, 25)
WAY = Way("SE", "strand", "se-brev", "A", usual=True)


def promises(last: date = date.max) -> Promises:
    """With calendars of the post that end on `last`."""
    entries = (
        e.model_copy(update={"valid_to": last} if e.kind.startswith("post") else {})
        for e in CALENDARS.entries
    )
    return Promises(PRODUCTS, replace(CALENDARS, entries=tuple(entries)), PATTERNS, conf())


def test_a_hand_in_has_its_product_and_planned_day_and_a_sunday_has_none() -> None:
    promise = promises().promise(WAY, date(2026, 11, 20), PAYDAY, late_too=False)
    assert promise is not None
    assert (promise[0].id, promise[1]) == ("se-brev", PAYDAY)
    assert promises().promise(WAY, date(2026, 11, 22), PAYDAY, late_too=False) is None


def test_what_comes_after_payday_is_not_asked_for_where_the_table_ends() -> None:
    monday = date(2026, 11, 23)
    whole = promises().promise(WAY, monday, PAYDAY, late_too=False)
    assert whole is not None
    assert whole[1] > PAYDAY
    assert promises(PAYDAY).promise(WAY, monday, PAYDAY, late_too=False) is None
    with pytest.raises(TableError, match="not valid on 2026-11-26"):
        promises(PAYDAY).promise(WAY, monday, PAYDAY, late_too=True)
    with pytest.raises(TableError, match="not valid on 2026-11-25"):
        promises(date(2026, 11, 24)).promise(WAY, monday, PAYDAY, late_too=False)


def test_a_tail_that_no_table_reaches_is_as_late_as_can_be() -> None:
    friday, sold = date(2026, 11, 20), PRODUCTS.of("se-brev", "SE", PAYDAY)
    found, known = (promises(last).chances(WAY, friday, sold, PAYDAY) for last in (PAYDAY, date.max))
    assert found.days == (PAYDAY, BEYOND)
    assert found.on_time(PAYDAY) == known.on_time(PAYDAY)
    costs = conf().schedule.costs
    assert loss(BEYOND, PAYDAY, costs) == costs.late + 5 * costs.later


def test_a_print_site_has_the_calendar_of_its_own_country_or_else_of_the_recipients() -> None:
    assert print_site("SE", "strand", conf(), CALENDARS).country == "SE"
    assert print_site("SE", "strand", conf(country="FI"), CALENDARS).country == "FI"
    with pytest.raises(ConfigError, match=r"vendors\.gone: no such section"):
        print_site("SE", "gone", conf(), CALENDARS)
