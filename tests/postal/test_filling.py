from collections.abc import Callable
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.postal.filling import Load, Row, filled

sizes = st.lists(st.integers(1, 20), min_size=1, max_size=12)


def row(pieces: list[int], most: int) -> Row:
    """Postcodes of so many letters, each of 5 g and 1 mm."""
    count = len(pieces)
    return Row(
        np.array(pieces, np.int64),
        np.full(count, 5000, np.int64),
        np.full(count, 1000, np.int64),
        np.arange(count, dtype=np.int64),
        Load(most, 10**9, 10**9),
    )


def at_least(least: int) -> Callable[[Load], bool]:
    return lambda load: load.pieces >= least


def spans(pieces: list[int], most: int, least: int, overflow: bool = False) -> list[tuple[int, int, bool]]:
    return filled(row(pieces, most), (0, sum(pieces)), at_least(least), overflow)


def test_containers_are_as_full_as_whole_postcodes_allow() -> None:
    assert spans([5, 5, 5, 5], 12, 1) == [(0, 10, False), (10, 20, False)]


def test_containers_are_balanced_when_one_would_be_too_small() -> None:
    assert spans([4, 4, 4], 10, 4) == [(0, 8, False), (8, 12, False)]
    assert spans([2, 2, 2, 2, 2, 2], 10, 4) == [(0, 6, False), (6, 12, False)]


def test_what_cannot_be_placed_is_left_from_the_end() -> None:
    assert spans([10, 3], 10, 4) == [(0, 10, False)]


def test_a_small_postcode_before_a_large_one_is_left_in_the_middle() -> None:
    assert spans([10, 3, 10], 10, 4) == [(0, 10, False), (13, 23, False)]


def test_overflow_stays() -> None:
    assert spans([10, 3, 10], 10, 4, overflow=True) == [(0, 10, False), (10, 13, True), (13, 23, False)]


def test_the_load_of_a_span_is_exact_to_the_milligram() -> None:
    letters = Row(
        np.array([3, 2], np.int64),
        np.array([12_001, 17_002], np.int64),
        np.array([740, 1180], np.int64),
        np.array([0, 0], np.int64),
        Load(9, 10**9, 10**9),
    )
    assert letters.load(0, 5) == Load(5, 3 * 12_001 + 2 * 17_002, 3 * 740 + 2 * 1180)
    assert letters.load(2, 4) == Load(2, 12_001 + 17_002, 740 + 1180)
    assert letters.load(5, 5) == Load(0, 0, 0)


def fewest_left(pieces: list[int], most: int, least: int) -> int:
    """By trying everything."""

    @cache
    def left(start: int) -> int:
        if start == len(pieces):
            return 0
        found = pieces[start] + left(start + 1)
        for stop in range(start + 1, len(pieces) + 1):
            if least <= sum(pieces[start:stop]) <= most:
                found = min(found, left(stop))
        return found

    return left(0)


@settings(deadline=None, max_examples=150)
@given(pieces=sizes, most=st.integers(20, 60), least=st.integers(1, 60))
def test_no_choice_of_whole_postcodes_leaves_fewer_letters(pieces: list[int], most: int, least: int) -> None:
    placed = spans(pieces, most, least)
    assert sum(pieces) - sum(b - a for a, b, _ in placed) == fewest_left(pieces, most, least)


@settings(deadline=None, max_examples=100)
@given(pieces=sizes, most=st.integers(1, 60), least=st.integers(1, 60), overflow=st.booleans())
def test_containers_never_overlap_or_break_a_limit(
    pieces: list[int], most: int, least: int, overflow: bool
) -> None:
    done = 0
    ends = {0, *np.cumsum(pieces).tolist()}
    for first, end, spilt in spans(pieces, most, least, overflow):
        assert done <= first < end <= first + most
        assert spilt == (end - first < least)
        assert overflow or not spilt
        if max(pieces) <= most:
            assert {first, end} <= ends
        done = end
    if overflow:
        assert done == sum(pieces)
