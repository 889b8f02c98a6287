"""What is shown of a plan."""

from dataclasses import replace
from datetime import date

from pipelines.config import Capacity
from pipelines.model import SiteLoad
from pipelines.postal.limits import Gain
from pipelines.postal.moves import ABSENT, Fate
from pipelines.reasons import Hold
from pipelines.report.plan_figures import capacity, figures, filled, gained, price, said, told, whose
from tests.report.small_plan import GAINS, free, plan_of, tight


def site(**given: object) -> SiteLoad:
    base = SiteLoad("strand", date(2026, 12, 17), 50, 60, None, None, 0.0, 0.0)
    return replace(base, **given)  # type: ignore[arg-type]


def test_every_piece_is_counted_once_on_its_hand_in_day_and_its_delivery_day() -> None:
    for shown in (free(), tight()):
        rows = [row for days in shown.days for row in days.rows]
        assert sum(row.pieces for row in rows) == shown.pieces
        assert sum(n for row in rows for _, n in row.deliveries) == shown.pieces
        assert sum(row.sheets for row in rows) == shown.sheets
        assert sum(n for a in shown.arrivals for _, n, _ in a.days) == shown.pieces
        assert sum(n for a in shown.arrivals for _, _, n in a.days) == shown.pieces
        assert sum(why.pieces for why in shown.whys) == shown.pieces
        assert shown.pieces + shown.waiting == 1405


def test_days_stand_by_country_and_product_and_arrivals_have_every_day_between() -> None:
    shown = tight()
    assert [(d.country, d.product, d.vendor) for d in shown.days] == [
        ("FI", "fi-kirje", "strand"),
        ("SE", "se-brev", "strand"),
    ]
    [_, swedish] = shown.arrivals
    days = [day for day, _, _ in swedish.days]
    assert days == [date.fromordinal(n) for n in range(days[0].toordinal(), days[-1].toordinal() + 1)]
    assert swedish.days[-1] == (date(2026, 12, 23), swedish.days[-1][1], 1000)


def test_a_wait_says_its_reason_and_from_when_the_first_of_them_can_go() -> None:
    [wait] = free().waits
    assert (wait.country, wait.reason, wait.pieces) == ("SE", "payday_too_near", 5)
    assert wait.meaning == Hold.PAYDAY_TOO_NEAR.meaning
    assert wait.until is not None
    assert wait.until > date(2026, 12, 1)


def test_pieces_that_only_wait_for_their_payday_need_nobody_and_those_without_capacity_do() -> None:
    assert free().needs_a_person == 0
    crowded = figures(plan_of(Capacity(pieces=10)))
    assert {w.reason for w in crowded.waits} == {"capacity", "payday_too_near"}
    assert crowded.needs_a_person == sum(w.pieces for w in crowded.waits if w.reason == "capacity")


def test_a_plan_of_nothing_has_figures() -> None:
    shown = figures(plan_of(rows=[]))
    assert (shown.pieces, shown.waiting, shown.sheets, shown.early_days, shown.saved) == (0, 0, 0, 0, 0)
    assert shown.days == shown.sites == shown.arrivals == shown.waits == shown.whys == ()


def test_a_day_is_as_full_as_the_fuller_of_its_pieces_and_sheets() -> None:
    assert filled(site()) is None
    assert filled(site(capacity_pieces=100)) == 0.5
    assert filled(site(capacity_pieces=100, capacity_sheets=80)) == 0.75
    assert filled(site(pieces=0, capacity_pieces=0)) == 1.0
    assert capacity(site()) == "no limit"
    assert capacity(site(capacity_pieces=100)) == "100"
    assert capacity(site(capacity_pieces=1000, capacity_sheets=80)) == "80 sh"


def test_a_price_is_that_of_a_piece_or_of_a_sheet_and_a_day_with_room_has_none() -> None:
    assert price(site()) == ""
    assert price(site(price_piece=1.257)) == "1.26"
    assert price(site(price_sheet=1200)) == "1,200.00 sh"


def test_words_for_days_fates_and_gains() -> None:
    assert said(date(2026, 12, 17)) == "Thu 17 Dec"
    assert told(ABSENT) == "not in the plan"
    assert told(Fate(None, reason="piece_too_large")) == "piece_too_large until not known"
    assert (
        told(Fate(date(2026, 12, 17), "se-brev", date(2026, 12, 23)))
        == "se-brev Thu 17 Dec, comes Wed 23 Dec"
    )
    assert whose(28, "") == "own payday 28"
    assert whose(None, "salary") == "salary"
    day, shift = GAINS
    assert gained(day) == "the run a working day sooner: nothing"
    assert gained(shift) == "one more shift at strand for Thu 17 Dec: saves 1,234.50, 17 pieces more wait"
    assert gained(Gain("day", "", None, 2, 3)).endswith("saves 2.00, 3 pieces fewer wait")
