"""Until when a letter asks to be paid."""

from datetime import date

from pipelines.letters.deadline import deadline

PLANNED, LATER, EARLIER = date(2027, 1, 4), date(2027, 1, 20), date(2026, 12, 20)


def test_a_demand_is_due_on_the_plans_day() -> None:
    assert deadline("demand", PLANNED, EARLIER) == PLANNED
    assert deadline("demand", PLANNED, LATER) == PLANNED


def test_a_bill_is_never_due_before_its_own_due_date() -> None:
    assert deadline("invoice", PLANNED, LATER) == LATER


def test_a_bill_whose_due_date_comes_too_soon_gets_the_time_that_the_rules_demand() -> None:
    assert deadline("invoice", PLANNED, EARLIER) == PLANNED
