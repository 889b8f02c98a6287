import json
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest import extras

names = st.text(max_size=4)
cells = {
    pa.string(): st.none() | st.text(max_size=4),
    pa.int64(): st.none() | st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.none() | st.floats(allow_nan=False, allow_infinity=False),
    pa.bool_(): st.none() | st.booleans(),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, dict[str, pa.Array]]:
    rows = draw(st.integers(0, 5))
    columns = {}
    for name in draw(st.sets(names, max_size=4)):
        kind = draw(st.sampled_from(list(cells)))
        columns[name] = pa.array(draw(st.lists(cells[kind], min_size=rows, max_size=rows)), kind)
    return rows, columns


@given(tables())
def test_every_row_is_what_json_makes_of_its_cells(table: tuple[int, dict[str, pa.Array]]) -> None:
    rows, columns = table
    found = extras.to_json(columns, rows).to_pylist()
    for row in range(rows):
        filled = {name: column[row].as_py() for name, column in columns.items() if column[row].is_valid}
        expected = json.dumps(filled, sort_keys=True, ensure_ascii=False) if filled else None
        assert found[row] == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (pa.array([Decimal("1.50")]), "1.50"),
        (pa.array([Decimal("1.50")], pa.decimal32(5, 2)), "1.50"),
        (pa.array([1], pa.timestamp("ns")), "1970-01-01 00:00:00.000000001"),
        (pa.array([datetime(2026, 1, 2)], pa.timestamp("us", tz="UTC")), "2026-01-02 00:00:00.000000Z"),
        (pa.array([-1_000_000], pa.int32()).cast(pa.date32()), "-0768-02-04"),
        (pa.array([time(1, 2)]), "01:02:00.000000"),
        (pa.array([timedelta(days=1)]), "1 day, 0:00:00"),
        (pa.array([b"\xff\x00"]), "ff00"),
        (pa.array([b"\xff\x00"], pa.binary(2)), "ff00"),
        (pa.array(["x"]).dictionary_encode(), "x"),
        (pa.array([2**63], pa.uint64()), 2**63),
        (pa.array([0.5], pa.float16()), 0.5),
    ],
)
def test_a_cell_of_any_type_has_a_form_in_json(column: pa.Array, value: Any) -> None:
    assert json.loads(extras.to_json({"k": column}, 1)[0].as_py()) == {"k": value}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), None])
def test_what_json_has_no_number_for_is_left_out(number: float | None) -> None:
    column = pa.array([number, 1.0], pa.float64())
    assert extras.to_json({"k": column}, 2).to_pylist() == [None, '{"k": 1.0}']


def test_the_texts_inside_are_given_without_their_names_and_escapes() -> None:
    objects = pa.array(['{"ä": "a\\n\\"b", "n": 1, "z": "c"}', None, '{"n": 1}'])
    assert extras.texts(objects).to_pylist() == ['a\n"bc', None, ""]
