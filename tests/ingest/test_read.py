import json
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ContractError
from pipelines.ingest import delimited, read
from pipelines.ingest.access import Access
from pipelines.ingest.survey import survey
from pipelines.model import CONTRACT
from tests.ingest.exports import claim, read_all, without_source, write_csv, write_parquet

LOCAL = Access()


def one(path: Path) -> dict[str, Any]:
    (row,) = read_all(path)
    return row


def csv_with(tmp_path: Path, **cells: Any) -> dict[str, Any]:
    return one(write_csv(tmp_path / "a.csv", claim(**cells)))


def test_csv_and_parquet_of_the_same_claims_read_the_same(tmp_path: Path) -> None:
    rows = [claim(), claim(claim_id="C2", care_of="c/o Ek", protected=True, principal=Decimal("-0.01"))]
    columnar = read_all(write_parquet(tmp_path / "a" / "a.parquet", *rows))
    delimited_ = read_all(write_csv(tmp_path / "b" / "a.csv", *rows))
    assert [without_source(row) for row in columnar] == [without_source(row) for row in delimited_]
    assert {name: columnar[0][name] for name in CONTRACT.names} == rows[0]


def test_every_row_knows_its_file_and_its_number_in_it(tmp_path: Path) -> None:
    rows = [claim(claim_id=f"C{n}") for n in range(5)]
    write_parquet(tmp_path / "a" / "x.parquet", *rows, row_group_size=2)
    write_csv(tmp_path / "b.csv", *rows)
    places = [(row["source_file"], row["source_row"]) for row in read_all(tmp_path)]
    assert places == [("a/x.parquet", n) for n in range(5)] + [("b.csv", n) for n in range(5)]


def test_a_large_row_group_comes_in_several_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "ROWS_PER_TABLE", 3)
    write_parquet(tmp_path / "a.parquet", *(claim(claim_id=f"C{n}") for n in range(14)), row_group_size=7)
    tasks = survey(str(tmp_path), LOCAL).tasks
    tables = list(read.read(tasks[1], LOCAL))
    assert [len(t) for t in tables] == [3, 3, 1]
    assert [n for t in tables for n in t["source_row"].to_pylist()] == list(range(7, 14))
    assert all(t.schema.equals(read.READ) for t in tables)


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_csv_may_have_quoted_line_ends_and_a_byte_order_mark(
    tmp_path: Path, start: str, line_end: str
) -> None:
    text = 'El,\r\n"oktober"\n2026'
    row = claim(subject=text)
    write_csv(tmp_path / "a.csv", row, row, line_end=line_end, start=start)
    assert [r["subject"] for r in read_all(tmp_path)] == [text, text]


@pytest.mark.parametrize("block_bytes", [1_100, 2_000, 5_000])
def test_ragged_rows_keep_their_places_whatever_the_blocks(tmp_path: Path, block_bytes: int) -> None:
    path = write_csv(tmp_path / "a.csv", *(claim(claim_id=f"C{n}") for n in range(60)))
    lines = path.read_text().splitlines()
    spoilt = {1: "one cell", 2: "a,b", 3: "", 20: lines[20] + ",too,many", 21: "x,y", 60: "the,last"}
    kept = [spoilt.get(number, line) for number, line in enumerate(lines)]
    path.write_text("\r\n".join(kept))
    found = []
    for block in delimited.blocks(LOCAL, str(path), "a.csv", block_bytes=block_bytes):
        ids = block.cells.column(0).to_pylist()
        found += list(zip(ids, block.ragged.to_pylist(), strict=True))
    whole = [(None, True), (None, True)]  # the third line is blank, and so is no row
    whole += [(b"C%d" % n, False) for n in range(3, 19)]
    whole += [(None, True), (None, True)]
    whole += [(b"C%d" % n, False) for n in range(21, 59)]
    assert found == [*whole, (None, True)]


def test_a_ragged_row_is_empty_and_marked_as_a_whole(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim(), claim(claim_id="C2"))
    path.write_text(path.read_text() + "C3,demand\r\n")
    rows = read_all(tmp_path)
    assert [(r["claim_id"], r["source_row"], r["unread"]) for r in rows] == [
        ("C1", 0, None),
        ("C2", 1, None),
        (None, 2, read.WHOLE_ROW),
    ]


def test_a_quote_that_is_never_closed_stops_the_reading_without_quoting_the_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim())
    path.write_text(path.read_text() + 'C2,"Åsa Hemlig\r\n')
    with pytest.raises(ContractError, match=r"a\.csv: row 1 opens a quote") as caught:
        read_all(tmp_path)
    assert "Hemlig" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_row_longer_than_a_block_is_refused_without_quoting_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim(), claim(subject="Hemlig " * 1000))
    with pytest.raises(ContractError, match=r"a\.csv: cannot be read as CSV") as caught:
        list(delimited.blocks(LOCAL, str(path), "a.csv", block_bytes=2_000))
    assert "Hemlig" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_row_group_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", claim())
    raw = bytearray(path.read_bytes())
    raw[4:400] = bytes(396)
    path.write_bytes(raw)
    with pytest.raises(ContractError, match=r"a\.parquet: row group 0 cannot be read"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("step", "one"),
        ("step", "1.0"),
        ("step", "2147483648"),
        ("principal", "12,50"),
        ("principal", "1e3"),
        ("principal", "0.005"),
        ("principal", "12345678901"),
        ("principal", "12345678900"),
        ("principal", "."),
        ("due_date", "2026-02-29"),
        ("due_date", "01.10.2026"),
        ("due_date", "2026-1-1"),
        ("due_date", "0000-00-00"),
        ("paid", "yes"),
        ("score", "high"),
        ("score", "inf"),
    ],
)
def test_a_csv_cell_that_is_not_of_its_type_is_null_and_marked(
    tmp_path: Path, column: str, cell: str
) -> None:
    row = csv_with(tmp_path, **{column: cell})
    assert (row[column], row["unread"]) == (None, column)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("step", "+2", 2),
        ("step", " 2 ", 2),
        ("principal", "7", Decimal("7.00")),
        ("principal", "0", Decimal("0.00")),
        ("principal", "00012.5000", Decimal("12.50")),
        ("principal", ".5", Decimal("0.50")),
        ("principal", "-3.1", Decimal("-3.10")),
        ("principal", "9999999999.99", Decimal("9999999999.99")),
        ("due_date", "2024-02-29", date(2024, 2, 29)),
        ("due_date", "0001-01-01", date(1, 1, 1)),
        ("paid", "1", True),
        ("paid", "FALSE", False),
        ("score", "1e-3", 0.001),
        ("score", "NaN", None),
        ("score", "", None),
        ("care_of", "  ", None),
        ("name", " A\u030asa\u00a0", "Åsa"),
    ],
)
def test_a_csv_cell_of_its_type_is_read(tmp_path: Path, column: str, cell: str, value: Any) -> None:
    row = csv_with(tmp_path, **{column: cell})
    assert (row[column], row["unread"]) == (value, None)


def test_the_first_of_several_unread_fields_is_named(tmp_path: Path) -> None:
    assert csv_with(tmp_path, step="x", fees="x", score="x")["unread"] == "step"


@pytest.mark.parametrize(
    ("column", "cell"), [("birth_date", "17.5.1980"), ("protected", "kanske"), ("deceased", "?")]
)
def test_a_shield_that_cannot_be_read_is_marked_whatever_else_cannot_be(
    tmp_path: Path, column: str, cell: str
) -> None:
    row = csv_with(tmp_path, **{column: cell, "step": "x"})
    assert (row[column], row["unread_shield"], row["unread"]) == (None, column, "step")


def test_a_cell_that_is_not_utf8_costs_its_row_and_no_other(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim(city="X1"), claim(city="Y2"))
    path.write_bytes(path.read_bytes().replace(b"X1", "Ål".encode("latin-1")))
    assert [(r["city"], r["unread"]) for r in read_all(tmp_path)] == [(None, "city"), ("Y2", None)]


def test_so_it_is_in_parquet_whose_writer_lied(tmp_path: Path) -> None:
    rows = pa.Table.from_pylist([claim(), claim(claim_id="C2")], schema=CONTRACT)
    lie = pa.array([b"\xc5l", b"Ume\xc3\xa5"]).view(pa.string())
    place = CONTRACT.get_field_index("city")
    pq.write_table(rows.set_column(place, CONTRACT.field("city"), lie), tmp_path / "a.parquet")
    assert [(r["city"], r["unread"]) for r in read_all(tmp_path)] == [(None, "city"), ("Umeå", None)]


@pytest.mark.parametrize(
    ("column", "kind", "given_value", "value"),
    [
        ("principal", pa.decimal128(5, 1), Decimal("7.5"), Decimal("7.50")),
        ("principal", pa.decimal256(50, 4), Decimal("7.5000"), Decimal("7.50")),
        ("step", pa.int8(), 3, 3),
        ("step", pa.uint64(), 3, 3),
        ("subject", pa.dictionary(pa.int32(), pa.string()), "El", "El"),
        ("subject", pa.large_string(), "El", "El"),
        ("due_date", pa.date64(), date(2026, 10, 1), date(2026, 10, 1)),
        ("due_date", pa.timestamp("ns"), datetime(2026, 10, 1), date(2026, 10, 1)),
        ("score", pa.float32(), 0.5, 0.5),
        ("score", pa.float64(), float("nan"), None),
        ("care_of", pa.null(), None, None),
    ],
)
def test_a_kindred_type_is_cast(
    tmp_path: Path, column: str, kind: pa.DataType, given_value: Any, value: Any
) -> None:
    schema = CONTRACT.set(CONTRACT.get_field_index(column), pa.field(column, kind))
    row = one(write_parquet(tmp_path / "a.parquet", claim(**{column: given_value}), schema=schema))
    assert (row[column], row["unread"]) == (value, None)


@pytest.mark.parametrize(
    ("column", "kind", "value"),
    [
        ("principal", pa.decimal128(20, 3), Decimal("7.505")),
        ("principal", pa.decimal128(20, 2), Decimal("10000000000.00")),
        ("step", pa.int64(), 2**31),
        ("step", pa.uint64(), 2**64 - 1),
        ("due_date", pa.timestamp("ms"), datetime(2026, 10, 1, 12)),
        ("score", pa.float64(), float("inf")),
    ],
)
def test_a_value_that_does_not_fit_the_contracts_type_is_null_and_marked(
    tmp_path: Path, column: str, kind: pa.DataType, value: Any
) -> None:
    schema = CONTRACT.set(CONTRACT.get_field_index(column), pa.field(column, kind))
    row = one(write_parquet(tmp_path / "a.parquet", claim(**{column: value}), schema=schema))
    assert (row[column], row["unread"]) == (None, column)


def test_extra_columns_reach_extras_as_json_with_sorted_keys(tmp_path: Path) -> None:
    more = {
        "creditor_offer": pa.string(),
        "agreed": pa.bool_(),
        "meter": pa.int64(),
        "share": pa.float64(),
        "limit": pa.decimal128(9, 2),
        "visited": pa.date32(),
    }
    schema = pa.schema([*CONTRACT, *(pa.field(name, kind) for name, kind in more.items())])
    full = claim(
        creditor_offer=' Betala "hälften"\\ ',
        agreed=True,
        meter=7,
        share=0.5,
        limit=Decimal("3.10"),
        visited=date(2026, 1, 2),
    )
    empty = claim(creditor_offer=" ", share=float("nan"))
    rows = read_all(write_parquet(tmp_path / "a.parquet", full, empty, schema=schema))
    assert rows[0]["extras"] == (
        '{"agreed": true, "creditor_offer": "Betala \\"hälften\\"\\\\", "limit": "3.10", "meter": 7,'
        ' "share": 0.5, "visited": "2026-01-02"}'
    )
    assert rows[1]["extras"] is None


def test_an_extra_column_may_have_the_name_of_an_inner_one(tmp_path: Path) -> None:
    row = csv_with(tmp_path, source_row="seven", extras="x", unread="y")
    assert (row["source_row"], row["unread"]) == (0, None)
    assert json.loads(row["extras"]) == {"extras": "x", "source_row": "seven", "unread": "y"}


def test_an_extra_cell_that_is_not_utf8_marks_its_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", claim(note="X1"))
    path.write_bytes(path.read_bytes().replace(b"X1", b"\xff"))
    row = one(path)
    assert (row["extras"], row["unread"]) == (None, "note")


texts = st.text(max_size=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries({"name": texts, "subject": texts, "note": texts, "ü": texts})))
def test_any_text_is_read_and_comes_out_in_normal_form(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, str]]
) -> None:
    schema = pa.schema([*CONTRACT, pa.field("note", pa.string()), pa.field("ü", pa.string())])
    path = tmp_path_factory.mktemp("export") / "a.parquet"
    rows = read_all(write_parquet(path, *(claim(**c) for c in cells), schema=schema))
    assert len(rows) == len(cells)
    normal = [{k: normal_form(v) for k, v in c.items()} for c in cells]
    for row, cell in zip(rows, normal, strict=True):
        assert (row["name"], row["subject"]) == (cell["name"], cell["subject"])
        extras = {k: cell[k] for k in ("note", "ü") if cell[k]}
        expected = json.dumps(extras, sort_keys=True, ensure_ascii=False) if extras else None
        assert row["extras"] == expected


def normal_form(text: str) -> str | None:
    """The normal form by another way: one value, trimmed before it is composed."""
    trimmed = pc.utf8_trim_whitespace(pa.scalar(text)).as_py()
    return unicodedata.normalize("NFC", trimmed) or None
