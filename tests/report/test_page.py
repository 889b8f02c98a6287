"""The report's page."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pipelines.reasons import Hold, Reason
from pipelines.report.figures import Breached, Figures, Lot, count
from pipelines.report.page import draw, render
from tests.report.small_books import PERSONAL, Books, piece, planned
from tests.report.test_figures import BOOKS

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """A page taken apart: its texts by section, its bars, its links, and whether its tags close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.section = ""
        self.texts: dict[str, list[str]] = {}
        self.bars: dict[str, list[tuple[str, float]]] = {}
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.rectangles = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.rectangles += tag == "rect"
        self.links += [given[name] for name in ("src", "href", "action", "data", "srcset") if name in given]
        if tag == "section":
            self.section = given["id"]
        if given.get("class", "").startswith("bar") and "hidden" not in given:
            width = float(re.fullmatch(r"width: ([\d.]+)%", given["style"])[1])  # type: ignore[index]
            self.bars.setdefault(self.section, []).append((given["class"], width))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.setdefault(self.section, []).append(data.strip())


def figures(books: Books) -> Figures:
    return count(books.store(), books.record())


def test_every_tag_that_is_opened_is_closed() -> None:
    assert Page(draw(figures(BOOKS))).open == []


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    page = Page(draw(figures(BOOKS)))
    assert page.bars["quarantine"] == [("bar", 100.0), ("bar", 66.67), ("bar", 33.33)]
    assert page.bars["held"] == [("bar", 100.0), ("bar", 50.0)]
    assert page.bars["pages"] == [("bar", 100.0), ("bar", 50.0), ("bar", 50.0)]


def test_days_show_hand_in_and_delivery_on_one_scale_and_only_what_happens() -> None:
    page = Page(draw(figures(BOOKS)))
    assert page.bars["days"] == [
        ("bar", 33.33),  # 9 December: one piece handed in
        ("bar second", 33.33),  # 11 December: delivered
        ("bar", 100.0),  # 18 December: three handed in
        ("bar second", 33.33),
        ("bar second", 66.67),
    ]
    days = [text for text in page.texts["days"] if re.fullmatch(r"\d{4}-\d\d-\d\d", text)]
    assert days == ["2026-12-09", "2026-12-11", "2026-12-18", "2026-12-21", "2026-12-22"]


def test_every_reason_is_shown_with_its_meaning() -> None:
    books = Books(quarantined=[r.value for r in Reason], held=[h.value for h in Hold])
    page = Page(draw(figures(books)))
    for section, reasons in (("quarantine", tuple(Reason)), ("held", tuple(Hold))):
        for reason in reasons:
            place = page.texts[section].index(reason.value)
            assert page.texts[section][place + 1] == reason.meaning


def test_every_region_has_its_bar_in_its_country() -> None:
    pieces = [piece(postal_code=f"{region:02}000") for region in range(10, 99)]
    pieces.append(piece(country="FI", postal_code="00100"))
    page = Page(draw(figures(Books(pieces=pieces))))
    assert page.rectangles == 90
    assert {"postcodes-SE", "postcodes-FI"} <= page.texts.keys()
    assert "98: 1" in page.texts["postcodes-SE"]


def test_counts_are_grouped_in_thousands() -> None:
    books = Books(run={"counts": {**Books().record()["counts"], "rows_read": 1_500_000}})
    assert "1\u202f500\u202f000" in Page(draw(figures(books))).texts[""]


def test_the_lanes_are_shown_with_their_share_and_how_many_were_compared() -> None:
    counts = {**Books().record()["counts"], "pieces": 3, "stamped": 2, "compared": 1_200}
    pieces = [piece(), piece(), piece(lane="rendered")]
    page = Page(draw(figures(Books(pieces=pieces, run={"counts": counts}))))
    assert page.bars["lanes"] == [("bar", 100.0), ("bar", 50.0)]
    assert page.texts["lanes"][-1] == (
        "66.6 % stamped. 1\u202f200 stamped pieces were rendered too and compared."
    )


def test_a_run_says_why_its_lots_were_stopped_and_a_good_one_has_no_such_table() -> None:
    breach = {"lot_id": "se-lot", "file": "print-0001.pdf", "rule": "lane-difference", "count": 2, "page": 3}
    fact = "4 differences, first glyph at 70.1, 90.2 pt"
    page = Page(draw(figures(Books(run={"breaches": [{**breach, "fact": fact}]}))))
    assert {"lane-difference", fact} <= set(page.texts["stopped"])
    assert page.texts["stopped"][-1].endswith("-rendered.pdf")
    assert "stopped" not in Page(draw(figures(BOOKS))).texts


def test_all_text_is_escaped() -> None:
    evil = "<b onload=x>&\"'"
    lot = Lot(evil, evil, evil, evil, 1, 1, "published")
    plain = figures(BOOKS)
    bars = ((evil, 1),)
    marked = replace(
        plain,
        run={**plain.run, "run_id": evil, "period": evil, "today": evil, "state": evil},
        hand_in=bars, delivery=bars, pages=bars, kinds=bars, languages=bars, quarantined=bars, held=bars,
        regions={evil: bars}, lots=(lot,), lanes=bars, unstamped=bars,
        breached=(Breached(evil, evil, evil, 1, 1, evil, evil),),
    )  # fmt: skip
    html = draw(marked)
    page = Page(html)
    assert "<b onload" not in html
    assert page.tags <= Page(draw(plain)).tags
    sections = {section for section, texts in page.texts.items() if evil in texts}
    counted = {"lanes", "unstamped", "quarantine", "held", "pages", "kinds"}
    assert {"days", "lots", "stopped"} | counted <= sections
    assert f"postcodes-{evil}" in page.texts


def test_a_lot_id_with_a_bracket_comes_through_the_books_as_text() -> None:
    books = Books(pieces=[piece("<lot>")], lots=[planned("<lot>", vendor="a & b")])
    html = render(books.store(), books.record())
    assert "<lot>" not in html
    assert {"<lot>", "a & b"} <= set(Page(html).texts["lots"])


def test_nothing_personal_is_shown() -> None:
    html = draw(figures(BOOKS))
    assert not [text for text in PERSONAL if text in html]


@pytest.mark.parametrize("books", [BOOKS, Books()], ids=["some pieces", "none"])
def test_the_page_refers_to_nothing_but_the_timing_beside_it(books: Books) -> None:
    html = draw(figures(books))
    assert Page(html).links == ["timing.js"]
    assert "//" not in html
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", html)


def test_the_same_books_give_the_same_bytes_whatever_the_order_of_their_rows() -> None:
    pages = {render(BOOKS.store(order), BOOKS.record()) for order in (1, 1, -1)}
    assert len(pages) == 1


def test_books_without_a_piece_give_a_whole_page() -> None:
    page = Page(draw(figures(Books())))
    assert page.open == []
    assert page.bars == {}
    assert page.texts["quarantine"][-1] == "none"
    assert page.rectangles == 0


def test_a_stopped_run_and_its_lot_stand_out() -> None:
    books = Books(lots=[planned("se-stopped")], run={"state": "stopped"})
    html = draw(figures(books))
    assert '<b class="bad">stopped</b>' in html
    assert '<td class="bad">not published</td>' in html
    assert 'class="bad"' not in draw(figures(Books(pieces=[piece()], lots=[planned("se-lot")])))
