"""The report, opened in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browsing import MARKS, browser
from tests.end_to_end.conftest import PERIOD, Ran

pytestmark = [pytest.mark.beam, *MARKS]
RUN = f"monthly-{PERIOD}"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, on_folder: Ran) -> Iterator[webdriver.Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        driver.get((Path(on_folder.out) / "runs" / RUN / "report.html").resolve().as_uri())
        yield driver


def test_the_page_loads_without_a_complaint(page: webdriver.Chrome) -> None:
    assert page.title.startswith(RUN)
    assert page.get_log("browser") == []


def test_the_page_shows_the_counts_of_the_books(page: webdriver.Chrome, on_folder: Ran) -> None:
    pieces = pq.read_metadata(Path(on_folder.out) / "runs" / RUN / "pieces.parquet").num_rows
    quarantined = pq.read_metadata(Path(on_folder.out) / "runs" / RUN / "quarantine.parquet").num_rows
    cards = {c.find_element(By.TAG_NAME, "span").text: c.find_element(By.TAG_NAME, "b").text
             for c in page.find_elements(By.CLASS_NAME, "card")}  # fmt: skip
    assert int("".join(filter(str.isdigit, cards["mail pieces"]))) == pieces
    assert int("".join(filter(str.isdigit, cards["claims quarantined"]))) == quarantined


def test_every_bar_is_drawn_within_its_picture(page: webdriver.Chrome) -> None:
    bars = [b for b in page.find_elements(By.CSS_SELECTOR, "span.bar") if b.is_displayed()]
    assert len(bars) > 15
    for bar in bars:
        room = bar.find_element(By.XPATH, "..").rect
        assert 0 < bar.rect["width"] <= room["width"] + 0.5


def test_longer_bars_mean_more_pieces(page: webdriver.Chrome) -> None:
    rows = page.find_elements(By.CSS_SELECTOR, "#pages tr")
    drawn = [
        (
            int(row.find_elements(By.TAG_NAME, "td")[-1].text),
            row.find_element(By.CSS_SELECTOR, ".bar").rect["width"],
        )
        for row in rows
    ]
    assert [n for n, _ in sorted(drawn, key=lambda d: (d[1], d[0]))] == sorted(n for n, _ in drawn)


def test_the_stages_times_are_shown(page: webdriver.Chrome) -> None:
    rows = page.find_elements(By.CSS_SELECTOR, "#timing table tr")
    assert [row.find_elements(By.TAG_NAME, "td")[0].text for row in rows] == [
        "read",
        "pieces",
        "press",
        "lots",
    ]


def test_the_lanes_and_what_the_press_had_to_learn_are_shown(page: webdriver.Chrome) -> None:
    lanes = {
        row.find_elements(By.TAG_NAME, "td")[0].text
        for row in page.find_elements(By.CSS_SELECTOR, "#lanes tr")
    }
    assert "stamped" in lanes
    assert "% stamped." in page.find_element(By.CSS_SELECTOR, "#lanes p").text
    said = page.find_element(By.ID, "full-layouts").text
    assert re.fullmatch(r"Full layouts, so that the press could learn: \d+", said)


def test_nothing_is_wider_than_the_window(page: webdriver.Chrome) -> None:
    for width in (1300, 600):
        page.set_window_size(width, 2600)
        assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
