"""Which letters are made in both lanes: the same ones however the run is cut."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipelines.press.lane_sample import drawn, ids, together

PIECES = st.lists(
    st.tuples(
        st.sampled_from(["se/demand", "fi/demand"]), st.sampled_from(["sv", "fi"]), st.uuids().map(str)
    ),
    max_size=60,
    unique_by=lambda piece: piece[2],
)


@given(PIECES, st.integers(0, 12), st.randoms(use_true_random=False))
def test_a_run_has_the_same_sample_in_whatever_parts_and_order_its_pieces_come(
    pieces: list[tuple[str, str, str]], wanted: int, chance: Random
) -> None:
    whole = ids(drawn(pieces, wanted))
    chance.shuffle(pieces)
    cut = chance.randint(0, len(pieces))
    parts = [drawn(part, wanted) for part in (pieces[:cut], [], pieces[cut:])]
    assert ids(together(parts, wanted)) == whole
    assert ids(together([together(parts[:2], wanted), parts[2]], wanted)) == whole


@given(PIECES, st.integers(0, 12))
def test_each_layout_and_language_has_as_many_as_wanted_or_all_that_it_has(
    pieces: list[tuple[str, str, str]], wanted: int
) -> None:
    there = Counter(piece[:2] for piece in pieces)
    taken = Counter(piece[:2] for piece in pieces if piece[2] in ids(drawn(pieces, wanted)))
    for layout, count in there.items():
        assert min(count, wanted) <= taken[layout] <= min(count, wanted + wanted // 10)


def test_one_more_of_ten_is_taken_since_letters_may_fall_out() -> None:
    pieces = [("se/demand", "sv", str(n)) for n in range(100)]
    assert [len(ids(drawn(pieces, wanted))) for wanted in (0, 1, 9, 10, 20, 1000)] == [0, 1, 9, 11, 22, 100]
