from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.delivery import verify_deep
from pipelines.delivery.findings import Code, Finding, Notes
from pipelines.model import PIECES
from pipelines.press import marks
from pipelines.progress import Channel
from tests.delivery.small_run import JOBS, SE, VENDOR, press

MADE = press(SE, "print-0001.pdf")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deep") / "print-0001.pdf"
    path.write_bytes(MADE.data)
    return path


def found(path: Path, rows: pa.Table = MADE.rows) -> tuple[Finding, ...]:
    notes = Notes()
    verify_deep.check(path, "print-0001.pdf", rows, VENDOR, notes, Channel(None))
    return notes.sorted()


def booked(number: int, **facts: Any) -> pa.Table:
    rows = MADE.rows.to_pylist()[: number + 1]
    rows[number].update(facts)
    return pa.Table.from_pylist(rows, schema=PIECES)


def test_a_good_file_is_read_back_in_full(path: Path) -> None:
    assert found(path) == ()


@pytest.mark.parametrize(
    ("facts", "code", "fact"),
    [
        ({"name": "Maj-Britt Öberg zzz"}, Code.TEXT_READ, "piece 2: its name is not in its text"),
        ({"amount_due": Decimal("11236.51")}, Code.TEXT_READ, "piece 2: its amount is not in its text"),
        # What is printed is 11 236,50: a part of a number is not that number.
        ({"amount_due": Decimal("1236.50")}, Code.TEXT_READ, "piece 2: its amount is not in its text"),
        ({"payment_reference": "770200000"}, Code.TEXT_READ, "piece 2: its reference is not in its text"),
        ({"payment_reference": None}, Code.TEXT_READ, "piece 2: its reference is not in its text"),
        ({"codes": ["C2;A1"]}, Code.CODE_READ, "piece 2: 1 codes are read that are not in the books"),
        (
            {"codes": [*MADE.printed.pieces[1].codes, "one more"]},
            Code.CODE_READ,
            "piece 2: 1 of 3 codes are not read",
        ),
        (
            {"mark": marks.payload(VENDOR.mark, JOBS["se-lot"], 3, 1, 1)},
            Code.MARK_READ,
            "piece 2: its mark in the books is not of the vendor's template",
        ),
    ],
)
def test_what_the_books_say_and_the_page_does_not_is_found(
    path: Path, facts: dict[str, Any], code: Code, fact: str
) -> None:
    assert Finding(code, "print-0001.pdf", fact) in found(path, booked(1, **facts))


def painted(path: Path, target: Path, page: int, ops: bytes) -> Path:
    with pikepdf.open(path) as pdf:
        sheet = pdf.pages[page - 1].obj
        sheet.Contents = pikepdf.Array([*sheet.Contents, pdf.make_stream(ops)])
        pdf.save(target)
    return target


def white(box: tuple[float, float, float, float]) -> bytes:
    return ("q 0 0 0 0 k {} {} {} {} re f Q".format(*box)).encode()


QUIET = marks.quiet_box(VENDOR.mark)
MARK = white((QUIET.left, QUIET.bottom, QUIET.width, QUIET.height))
ALL_CODES = white((50, 0, 500, 120))


@pytest.mark.parametrize(
    ("page", "ops", "expected"),
    [
        (1, MARK, {(Code.MARK_READ, "piece 1: page 1 has 0 marks, not the right one")}),
        # The second sheet of the third piece: its mark is not in the list of pieces, but follows from it.
        (7, MARK, {(Code.MARK_READ, "piece 3: page 7 has 0 marks, not the right one")}),
        (9, ALL_CODES, {(Code.CODE_READ, "piece 4: 2 of 2 codes are not read")}),
    ],
)
def test_what_is_painted_over_is_found(
    path: Path, tmp_path: Path, page: int, ops: bytes, expected: set[tuple[Code, str]]
) -> None:
    spoiled = painted(path, tmp_path / "spoiled.pdf", page, ops)
    up_to = MADE.rows.filter(pc.less_equal(MADE.rows["first_page"], page))
    assert {(f.code, f.fact) for f in found(spoiled, up_to)} == expected


def test_the_mark_of_another_sheet_is_found(path: Path, tmp_path: Path) -> None:
    _, other = marks.mark_ops(VENDOR.mark, JOBS["se-lot"], 1, 2, 2)
    spoiled = painted(path, tmp_path / "spoiled.pdf", 1, MARK + b"\n" + other)
    assert [f.code for f in found(spoiled, MADE.rows.slice(0, 1))] == [Code.MARK_READ]


def test_a_mark_on_a_back_is_found(path: Path, tmp_path: Path) -> None:
    _, ops = marks.mark_ops(VENDOR.mark, JOBS["se-lot"], 1, 1, 1)
    spoiled = painted(path, tmp_path / "spoiled.pdf", 2, ops)
    facts = [f.fact for f in found(spoiled, MADE.rows.slice(0, 1))]
    assert facts == ["piece 1: page 2 has 1 marks, not the right one"]


def test_pages_that_are_missing_are_found(path: Path, tmp_path: Path) -> None:
    with pikepdf.open(path) as pdf:
        del pdf.pages[-1]
        pdf.save(tmp_path / "short.pdf")
    assert "piece 4: 1 of its pages are missing" in {f.fact for f in found(tmp_path / "short.pdf")}


def test_every_page_counts_as_progress(path: Path, tmp_path: Path) -> None:
    verify_deep.check(path, "x", MADE.rows, VENDOR, Notes(), Channel(str(tmp_path)))
    lines = [line for file in tmp_path.iterdir() for line in file.read_text().splitlines()]
    assert sum(int(line.split(",")[1]) for line in lines) == MADE.rows.num_rows


DIGITS = st.text("0123456789", min_size=4, max_size=20)


@given(DIGITS, st.text(" \u00a0\u202f\n", min_size=1, max_size=2), st.integers(1, 4))
def test_a_reference_is_found_however_it_is_grouped(reference: str, blank: str, size: int) -> None:
    groups = [reference[n : n + size] for n in range(0, len(reference), size)]
    text = verify_deep.normalised(f"OCR {blank.join(groups)} att betala")
    assert verify_deep._stands(reference, text)


@given(DIGITS, st.sampled_from("123456789"))
def test_a_part_of_a_longer_number_is_not_the_number(reference: str, digit: str) -> None:
    for longer in (digit + reference, reference + digit):
        alone = verify_deep._stands(reference, f"a {longer} b")
        assert not alone, longer
