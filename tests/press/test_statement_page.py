import dataclasses
import io
from datetime import date

import pypdf
import pypdfium2
import pytest

from pipelines.press.statement_page import MOST_STEPS, Count, Statement, statement_pdf

MM = 25.4 / 72
STATEMENT = Statement(
    title="Statement of mailing monthly-2026-12-se-brev-20261120",
    day=date(2026, 11, 20),
    rows=(("Customer", "Lindvall Inkasso AB"), ("Hand-in", "2026-11-20, by 17:00"), ("Site", "Göteborg")),
    counts=(
        Count("41–44", "–20 g", 1200, 18000.0),
        Count("41–44", "–50 g", 34, 1020.5),
        Count("10–19", "–20 g", 9000, 135000.0),
    ),
)


def text(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", "_")


def rows(pdf: bytes) -> list[str]:
    return [" ".join(line.split()) for line in text(pdf).splitlines() if line.strip()]


def many(zones: int, steps: int) -> Statement:
    counts = tuple(
        Count(f"zone {zone}", f"step {step}", 1000 * zone + step, 100.0)
        for zone in range(zones)
        for step in range(steps)
    )
    return dataclasses.replace(STATEMENT, counts=counts)


def test_it_says_the_rows_the_counts_and_their_totals() -> None:
    said = " ".join(rows(statement_pdf(STATEMENT)))
    assert said.startswith(STATEMENT.title)
    for name, value in STATEMENT.rows:
        assert f"{name} {value}" in said
    assert "Zone –20 g –50 g Pieces Weight, kg" in said
    assert "41–44 1_200 34 1_234 19.02" in said
    assert "10–19 9_000 0 9_000 135.00" in said
    assert "Total 10_200 34 10_234 154.02" in said
    assert "Handed in: date, time, name" in said


def test_a_long_table_goes_on_with_its_head_on_every_page() -> None:
    pages = pypdf.PdfReader(io.BytesIO(statement_pdf(many(90, 3)))).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.extract_text().split())
        assert ("Zone step 0 step 1 step 2 Pieces" in words) == ("zone " in words or "Total" in words)
        assert f"{number} / {len(pages)}" in words


def test_more_weight_steps_than_columns_follow_below_and_the_sums_come_last() -> None:
    said = " ".join(rows(statement_pdf(many(2, MOST_STEPS + 1))))
    first, second = said.split(", continued")
    assert "Weight, kg" not in first
    assert f"Zone step {MOST_STEPS} Pieces Weight, kg" in second
    total = sum(1000 * zone + step for zone in range(2) for step in range(MOST_STEPS + 1))
    assert f"{total:,}".replace(",", "_") in second


def test_nothing_runs_over_the_margins() -> None:
    wide = many(3, MOST_STEPS)
    wide = dataclasses.replace(
        wide,
        title="T" * 150,
        rows=(("n" * 80, "v" * 300),),
        counts=tuple(
            dataclasses.replace(
                one, zone=one.zone + "z" * 60, step=one.step + "s" * 40, pieces=10**7, grams=1e9
            )
            for one in wide.counts
        ),
    )
    pdf = statement_pdf(wide)
    for page in pypdfium2.PdfDocument(pdf):
        characters = page.get_textpage()
        for place in range(characters.count_chars()):
            left, bottom, right, top = (edge * MM for edge in characters.get_charbox(place))
            if left < right:
                assert left >= 19.5
                assert right <= 190.5
                assert 5 <= bottom < top <= 292


def test_without_counts_the_totals_are_nothing() -> None:
    said = " ".join(rows(statement_pdf(dataclasses.replace(STATEMENT, counts=()))))
    assert "Total 0 0.00" in said


def test_a_zone_and_step_counted_twice_is_refused() -> None:
    twice = dataclasses.replace(STATEMENT, counts=STATEMENT.counts + STATEMENT.counts[:1])
    with pytest.raises(ValueError, match="counted twice"):
        statement_pdf(twice)


def test_the_same_statement_is_the_same_bytes_and_warns_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    made = statement_pdf(STATEMENT)
    assert made == statement_pdf(STATEMENT)
    assert made != statement_pdf(dataclasses.replace(STATEMENT, day=date(2026, 11, 23)))
    assert not caplog.records
