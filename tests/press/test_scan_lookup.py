"""Numbers that are found among many at once, exactly or not at all."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.scan_lookup import Lookup, ranges, word_masks


@given(
    st.sampled_from([np.uint32, np.uint64]),
    st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=300),
    st.lists(st.integers(0, 2**32 - 1), max_size=50),
)
@settings(max_examples=60, deadline=None)
def test_known_numbers_have_their_index_and_others_none(
    kind: type[np.uint32] | type[np.uint64], keys: list[int], others: list[int]
) -> None:
    lookup = Lookup(np.array(keys, kind))
    wanted = [*keys, *others, 0]
    indices, known = lookup.find(np.array(wanted, kind))
    assert known.tolist() == [key in keys for key in wanted]
    assert [keys[index - 1] for index in indices[known]] == [key for key in wanted if key in keys]


def test_digits_of_all_codes_are_told_apart() -> None:
    keys = [int.from_bytes(b"%04x" % code, "little") for code in range(1, 1500)]
    indices, known = Lookup(np.array(keys, np.uint32)).find(np.array(keys, np.uint32))
    assert known.all()
    assert indices.tolist() == list(range(1, 1500))


def test_masks_leave_what_belongs_to_a_string() -> None:
    text = b"ABCDEFGHIJKLMNOP"
    words = np.frombuffer(text, np.uint64)
    for length in range(17):
        left = words & np.array(word_masks(length, 2), np.uint64)
        assert left.tobytes() == text[:length].ljust(16, b"\x00")


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 5)), max_size=20), st.integers(1, 8))
def test_ranges_are_what_python_makes_of_them(spans: list[tuple[int, int]], step: int) -> None:
    starts, counts = (np.array([span[i] for span in spans], np.int64) for i in range(2))
    numbers, firsts = ranges(starts, counts, step)
    wanted = [list(range(start, start + step * count, step)) for start, count in spans]
    assert numbers.tolist() == [number for one in wanted for number in one]
    assert numbers[firsts].tolist() == starts.tolist()
