"""The plan's page."""

import re
from dataclasses import replace

from pipelines.config import Capacity
from pipelines.postal.comparing import difference
from pipelines.report.plan_figures import figures
from pipelines.report.plan_page import draw
from tests.report.small_plan import free, plan_of, tight
from tests.report.test_page import Page


def test_every_tag_that_is_opened_is_closed() -> None:
    for shown in (free(), tight(), figures(plan_of(rows=[]))):
        assert Page(draw(shown)).open == []


def test_the_page_needs_nothing_else_and_no_script() -> None:
    page = Page(draw(tight()))
    assert page.links == []
    assert "script" not in page.tags
    assert "url(" not in draw(tight())


def test_the_same_plan_gives_the_same_page() -> None:
    assert draw(tight()) == draw(tight())


def test_every_site_has_a_picture_with_a_bar_for_each_day_and_a_frame_where_it_is_limited() -> None:
    for shown, frames in ((free(), 0), (tight(), 1)):
        html = draw(shown)
        [(_, loads)] = shown.sites
        [picture] = re.findall(r'<section class="wide" id="site-strand">.*?</section>', html, re.DOTALL)
        assert len(re.findall(r'<rect class="(?:load|full)"', picture)) == len(loads)
        assert picture.count('<rect class="room"') == frames * len(loads)
        full = [load for load in loads if load.pieces == load.capacity_pieces]
        assert picture.count('<rect class="full"') == len(full)


def test_the_plan_is_compared_with_the_latest_promised_day() -> None:
    html = draw(tight())
    assert "of the latest promised day for everyone" in html
    assert "safe day" not in html


def test_a_site_that_is_limited_in_sheets_has_a_second_picture() -> None:
    html = draw(figures(plan_of(Capacity(sheets=600))))
    assert "sheets by hand-in day" in html
    assert "sheets by hand-in day" not in draw(tight())


def test_delivery_days_stand_against_paydays_in_a_picture_of_each_country() -> None:
    shown = tight()
    html = draw(shown)
    for arrivals in shown.arrivals:
        name = f'<section class="wide" id="arrivals-{arrivals.country}">'
        [picture] = re.findall(f"{name}.*?</section>", html, re.DOTALL)
        assert picture.count('class="delivered"') == sum(n > 0 for _, n, _ in arrivals.days)
        assert picture.count('class="paid"') == sum(n > 0 for _, _, n in arrivals.days)


def test_no_bar_is_higher_than_its_picture_or_wider_than_its_cell() -> None:
    html = draw(tight())
    for y, height in re.findall(r'y="([\d.-]+)" width="[\d.]+" height="([\d.-]+)"', html):
        assert float(y) >= 0
        assert float(height) >= 0
    assert all(float(width) <= 100 for width in re.findall(r"width: ([\d.]+)%", html))


def test_every_reason_for_a_day_every_remark_and_every_table_is_there() -> None:
    shown = tight()
    page = Page(draw(shown))
    for why in shown.whys:
        assert why.text in page.texts["why"]
    assert set(shown.plan.remarks) <= set(page.texts["remarks"])
    assert {t.name for t in shown.plan.tables} <= set(page.texts["tables"])
    assert {"payday_too_near", "5"} <= set(page.texts["waiting"])


def test_pieces_that_need_a_decision_stand_at_the_top() -> None:
    assert "pieces wait for a decision" in draw(figures(plan_of(Capacity(pieces=10))))
    assert "pieces wait for a decision" not in draw(free())


def test_a_difference_is_shown_only_where_there_is_another_plan() -> None:
    plan = plan_of()
    assert "difference" not in Page(draw(free())).texts
    same = Page(draw(figures(plan, against=difference(plan, plan)))).texts["difference"]
    assert same[-1] == "No difference."
    changed = Page(draw(tight())).texts["difference"]
    assert {"Pieces that move", "Capacity", "600 pieces"} <= set(changed)


def test_all_text_is_escaped() -> None:
    evil = "<b onload=x>&\"'"
    shown = tight()
    days = tuple(replace(d, why=evil) for d in shown.plan.days)
    html = draw(figures(replace(shown.plan, remarks=(evil,), days=days, run_id=evil)))
    assert "<b onload" not in html
    page = Page(html)
    assert evil in page.texts["why"]
    assert evil in page.texts["remarks"]
