"""Objects read in columns say what they say one by one, or are in no column."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.written_columns import Columns, columns
from pipelines.press.written_kinds import Kinds, reference

PAGE = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595.276 841.89]/Contents[%d 0 R]/DPart %d 0 R>>"
LEAF = b"<</Type/DPart/Parent 9 0 R/Start %d 0 R/End %d 0 R/DPM<</Brvp_Piece<</ID(P%dX)/Sequence %d>>>>>>"


def read(objects: list[bytes], first: int = 100) -> list[Columns]:
    text = b"\n".join([*objects, b""])
    ends = np.cumsum([len(one) + 1 for one in objects])
    starts = ends - [len(one) + 1 for one in objects]
    numbers = np.arange(first, first + len(objects))
    return list(columns(text, numbers, starts, ends, Kinds()))


def pages(*more: bytes) -> list[bytes]:
    return [*[PAGE % (2, 10 + i, 30 + i) for i in range(6)], *more]


def test_pages_and_leaves() -> None:
    leaves = [LEAF % (i, i + 1, 7 * i, i) for i in range(5)]
    one, other = sorted(read(pages(*leaves)), key=lambda group: group.numbers)
    at = one.kind.places
    assert one.numbers == list(range(100, 106))
    assert one.references(at[("Parent",)]) == [2] * 6
    assert one.references(at[("Contents", 0)]) == list(range(10, 16))
    assert one.references(at[("DPart",)]) == list(range(30, 36))
    assert one.counts(at[("DPart",)]) is None
    assert one.references(None) is None
    at = other.kind.places
    assert other.numbers == list(range(106, 111))
    assert other.strings(at[("DPM", "Brvp_Piece", "ID")]) == [f"P{7 * i}X" for i in range(5)]
    assert other.counts(at[("DPM", "Brvp_Piece", "Sequence")]) == list(range(5))
    assert other.references(at[("DPM", "Brvp_Piece", "Sequence")]) is None
    assert other.strings(at[("Start",)]) is None


@pytest.mark.parametrize(
    "odd",
    [
        PAGE.replace(b"0 R/Media", b"1 R/Media") % (2, 3, 4),
        PAGE.replace(b"0 R/Media", b"00 R/Media") % (2, 3, 4),
        PAGE.replace(b"595.276", b"595.277") % (2, 3, 4),
        PAGE.replace(b"595.276", b"0595.276") % (2, 3, 4),
        PAGE.replace(b"841.89", b"-841.89") % (2, 3, 4),
        PAGE.replace(b"%d 0 R>>", b"%d 0 R/AA 5 0 R>>") % (2, 3, 4),
        PAGE.replace(b"%d 0 R>>", b"%d  0 R>>") % (2, 3, 4),
        PAGE.replace(b"%d 0 R>>", b"%d 0 R%%\n>>") % (2, 3, 4),
        PAGE.replace(b"/Parent %d", b"/Parent +%d") % (2, 3, 4),
        PAGE % (2, 3, 10**18),
        PAGE[:-2] % (2, 3, 4) + b"/X(a>>",
        PAGE[:-2] % (2, 3, 4) + b"/X(\\()>>",
    ],
)
def test_an_object_that_is_otherwise_is_in_no_column(odd: bytes) -> None:
    for place in (3, 6):
        objects = pages()
        objects.insert(place, odd)
        (group,) = read(objects)
        assert group.numbers == [number for number in range(100, 107) if number != 100 + place]


def test_a_number_with_leading_zeros_is_that_number() -> None:
    (group,) = read(pages(PAGE.replace(b"%d", b"00%d") % (2, 3, 4)))
    assert group.references(group.kind.places[("Contents", 0)]) == [10, 11, 12, 13, 14, 15, 3]


def test_objects_that_run_into_each_other_are_in_no_column() -> None:
    text = b"".join(b"%d" % (10 + i) for i in range(6))
    starts = np.arange(0, 12, 2)
    assert list(columns(text, np.arange(6), starts, starts + 2, Kinds())) == []


def test_nothing_is_read_of_nothing() -> None:
    assert read([b""]) == []
    assert list(columns(b"", *[np.zeros(0, np.int64)] * 3, Kinds())) == []


_SIGNS = "0019 R()<>[]/Aa-.%\\\x00\n"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [PAGE % (2, 10, 11), LEAF % (5, 6, 7, 8), b"<</Count 3/Name(x)>>", b"<</A<00>/B 1>>"]
            ),
            st.lists(
                st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 4), st.text(_SIGNS, max_size=4)),
                max_size=1,
            ),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_columns_say_what_each_object_says(
    changed: list[tuple[bytes, list[tuple[float, int, str]]]],
) -> None:
    objects = []
    for text, changes in changed:
        data = bytearray(text)
        for share, length, put in changes:
            place = int(share * len(data))
            data[place : place + length] = put.encode()
        objects += [text, text, text, text, bytes(data)]
    for group in read(objects):
        for row, number in enumerate(group.numbers):
            entries = Kinds().of(objects[number - 100].rstrip())
            assert entries.kind.text == group.kind.text
            for place, value in enumerate(entries.values):
                said = group.references(place), group.counts(place), group.strings(place)
                text = value[1:-1].decode("latin-1") if value[:1] == b"(" else None
                wanted = reference(value), int(value) if value.isdigit() else None, text
                assert tuple(column and column[row] for column in said) == wanted
