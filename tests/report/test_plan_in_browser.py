"""The plan's page, opened in a real browser."""

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from pipelines.report.plan_page import draw
from tests.browsing import MARKS, browser
from tests.report.small_plan import tight

pytestmark = MARKS


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    folder = tmp_path_factory.mktemp("page")
    (folder / "plan.html").write_text(draw(tight()), encoding="utf-8")
    with browser(folder / "profile") as driver:
        driver.get((folder / "plan.html").resolve().as_uri())
        yield driver


def test_the_page_loads_without_a_complaint(page: webdriver.Chrome) -> None:
    assert page.title.startswith("Plan 2026-12")
    assert page.get_log("browser") == []


def test_bars_and_frames_lie_within_their_pictures_and_have_their_colours(page: webdriver.Chrome) -> None:
    for picture in page.find_elements(By.CSS_SELECTOR, "section svg"):
        room = picture.rect
        for bar in picture.find_elements(By.CSS_SELECTOR, "rect"):
            assert bar.rect["x"] >= room["x"] - 1
            assert bar.rect["y"] >= room["y"] - 1
            assert bar.rect["y"] + bar.rect["height"] <= room["y"] + room["height"] + 1
    fills = {
        name: page.find_element(By.CSS_SELECTOR, f"svg .{name}").value_of_css_property("fill")
        for name in ("load", "full", "delivered", "paid")
    }
    assert fills["load"] == fills["delivered"] != fills["full"] == fills["paid"]
    assert page.find_element(By.CSS_SELECTOR, "svg .room").value_of_css_property("fill") == "none"


def test_a_fuller_day_has_a_higher_bar(page: webdriver.Chrome) -> None:
    [(_, loads)] = tight().sites
    bars = page.find_elements(By.CSS_SELECTOR, "#site-strand svg .load, #site-strand svg .full")
    drawn = sorted((bar.rect["x"], bar.rect["height"]) for bar in bars)
    heights = [height for _, height in drawn]
    pieces = [load.pieces for load in loads]
    assert sorted(pieces) == [n for _, n in sorted(zip(heights, pieces, strict=True))]


def test_nothing_is_wider_than_the_window(page: webdriver.Chrome) -> None:
    for width in (1300, 600):
        page.set_window_size(width, 2600)
        assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
