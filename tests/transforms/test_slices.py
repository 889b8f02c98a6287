"""Arrow slices as bytes."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.transforms.slices import pack, unpack

SCHEMA = pa.schema(
    [("id", pa.string()), ("parts", pa.list_(pa.struct([("n", pa.int64()), ("d", pa.date32())])))]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.none() | st.text(),
            "parts": st.none()
            | st.lists(
                st.fixed_dictionaries(
                    {"n": st.none() | st.integers(-(2**63), 2**63 - 1), "d": st.none() | st.dates()}
                ),
                max_size=3,
            ),
        }
    ),
    max_size=6,
)


@given(st.lists(ROWS, max_size=4))
def test_what_is_packed_in_slices_comes_back_as_one_table(groups: list[list[dict[str, object]]]) -> None:
    slices = [pack(pa.Table.from_pylist(rows, schema=SCHEMA)) for rows in groups]
    assert unpack(slices, SCHEMA).to_pylist() == [row for rows in groups for row in rows]


def test_a_table_of_many_chunks_is_one_slice() -> None:
    table = pa.concat_tables([pa.table({"id": [str(n)]}) for n in range(5)])
    assert unpack([pack(table)], table.schema).to_pylist() == table.to_pylist()
