"""Labels and statement say what was printed."""

import io
from dataclasses import replace
from datetime import date
from functools import cache

import pyarrow as pa
import pypdf
import pytest

from pipelines import config
from pipelines.model import PIECES, PlannedLot
from pipelines.transforms.papers import PostRoom
from tests.postal.desk import Count
from tests.postal.test_plan import plan_of

ROWS: list[Count] = [("SE", None, "41101", 30), ("SE", None, "41102", 4, 3), ("SE", None, "41901", 6)]


@cache
def room() -> PostRoom:
    return PostRoom.of(config.load())


@pytest.fixture(scope="module")
def lot() -> PlannedLot:
    [found] = plan_of(ROWS).lots
    return found


def printed(lot: PlannedLot, sheets: int | None = None) -> pa.Table:
    """PIECES of all letters of the lot, with the forecast number of sheets or another."""
    rows = []
    for file in lot.files:
        kinds = [n for n, count in zip(file.sheets, file.cell_pieces, strict=True) for _ in range(count)]
        for tray in file.containers:
            for sequence in range(tray.first_sequence, tray.last_sequence + 1):
                kind = sheets or kinds[sequence - file.first_sequence]
                facts = {"container_id": tray.id, "sequence": sequence, "sheets": kind, "name": "Åsa Ek"}
                days = {"delivery_date": file.delivery_date, "payday": date(2026, 12, 23)}
                rows.append(dict.fromkeys(PIECES.names) | facts | days)
    return pa.Table.from_pylist(rows, schema=PIECES)


def text(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_there_is_a_label_for_each_tray_and_a_statement_for_the_lot(lot: PlannedLot) -> None:
    papers = room().papers(lot, printed(lot))
    assert sorted(papers.files) == ["labels.pdf", "statement.pdf"]
    trays = [tray for file in lot.files for tray in file.containers]
    labels = text(papers.files["labels.pdf"])
    assert len(labels) == len(trays) == len(papers.grams)
    for label, tray in zip(labels, trays, strict=True):
        assert tray.id in label
        assert str(tray.delivery_date) in label
        assert papers.grams[tray.id] == pytest.approx(tray.grams)
    [statement] = text(papers.files["statement.pdf"])
    assert lot.lot_id in statement
    assert "40" in statement
    assert "Åsa" not in statement + "".join(labels)


def test_the_same_letters_make_the_same_bytes(lot: PlannedLot) -> None:
    assert room().papers(lot, printed(lot)) == PostRoom.of(config.load()).papers(lot, printed(lot))


def test_the_statement_counts_the_sheets_that_were_printed_and_not_those_that_were_forecast(
    lot: PlannedLot,
) -> None:
    told = room().papers(lot, printed(lot)).statement
    assert told is not None
    assert {line["weight_step"]: line["pieces"] for line in told["lines"]} == {20: 36, 50: 4}
    heavy = room().papers(lot, printed(lot, sheets=4)).statement
    assert heavy is not None
    assert {line["weight_step"]: line["pieces"] for line in heavy["lines"]} == {50: 40}
    assert heavy["pieces"] == told["pieces"] == 40
    assert heavy["grams"] > told["grams"]


def test_letters_beyond_the_last_weight_step_are_counted_there(lot: PlannedLot) -> None:
    told = room().papers(lot, printed(lot, sheets=60)).statement
    assert told is not None
    assert {line["weight_step"]: line["pieces"] for line in told["lines"]} == {250: 40}


def test_sort_files_of_other_products_do_not_count_for_a_lot(lot: PlannedLot) -> None:
    tables = plan_of(ROWS).tables
    other = replace(tables[0], name="sorting/se-offices/2026-11")
    assert room().tables(lot, [*tables, other]) == list(tables)
