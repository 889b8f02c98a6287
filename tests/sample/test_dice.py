from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import MONEY, RATE
from pipelines.sample import dice


@given(st.lists(st.integers(-(10**12) + 1, 10**12 - 1), max_size=20))
def test_money_is_the_exact_decimal_of_the_cents(cents):
    column = dice.money(np.array(cents, dtype=np.int64))
    assert column.type == MONEY
    assert column.to_pylist() == [Decimal(c).scaleb(-2) for c in cents]


def test_a_rate_has_three_decimals():
    column = dice.rate(np.array([10_500, 0, 9_125]))
    assert column.type == RATE
    assert column.to_pylist() == [Decimal("10.500"), Decimal("0.000"), Decimal("9.125")]


def test_a_stream_repeats_and_differs_from_its_neighbours():
    draws = {path: dice.stream(1, *path).integers(0, 2**60) for path in [(1,), (2,), (1, 0, 1), (1, 2)]}
    assert len(set(draws.values())) == len(draws)
    assert all(dice.stream(1, *path).integers(0, 2**60) == draw for path, draw in draws.items())


def test_weighted_picks_come_as_often_as_their_weights_say():
    picks = dice.weighted(dice.stream(3), [6, 0, 3, 1], 20_000)
    shares = np.bincount(picks, minlength=4) / 20_000
    assert shares == pytest.approx([0.6, 0, 0.3, 0.1], abs=0.02)


def test_early_words_come_more_often_and_all_are_within_the_list():
    picks = dice.early(dice.stream(4), np.full(10_000, 10))
    counts = np.bincount(picks, minlength=10)
    assert len(counts) == 10
    assert counts[0] > 2 * counts[9] > 0
