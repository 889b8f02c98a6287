import unicodedata

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest import text


@given(st.lists(st.none() | st.text()), st.data())
def test_normal_text_is_composed_trimmed_and_never_empty(
    values: list[str | None], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(values)))  # a slice: its buffers begin elsewhere
    normal = text.normal(pa.array(values, pa.string())[start:]).to_pylist()
    for given_value, value in zip(values[start:], normal, strict=True):
        if value is None:
            assert not (given_value or "").strip()
        else:
            assert unicodedata.is_normalized("NFC", value)
            assert value == value.strip()
            assert value in unicodedata.normalize("NFC", given_value or "")


@given(st.lists(st.none() | st.text()))
def test_normal_text_is_its_own_normal_form(values: list[str | None]) -> None:
    once = text.normal(pa.array(values, pa.string()))
    assert text.normal(once).equals(once)


@given(st.lists(st.none() | st.binary(max_size=6)))
def test_bytes_are_decoded_one_cell_at_a_time(cells: list[bytes | None]) -> None:
    strings, broken = text.decoded(pa.array(cells, pa.binary()))
    marks = broken.to_pylist() if broken is not None else [False] * len(cells)
    for cell, string, mark in zip(cells, strings.to_pylist(), marks, strict=True):
        try:
            expected = cell.decode() if cell is not None else None
        except UnicodeDecodeError:
            assert (string, mark) == (None, True)
        else:
            assert (string, mark) == (expected, False)
