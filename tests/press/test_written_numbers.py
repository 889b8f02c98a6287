"""Numbers in content streams: exact to the thousandth, and none longer than it has to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.press.written_numbers import number, place, thousandths


@given(st.integers(-2_000_000, 2_000_000))
def test_numbers_are_exact(value: int) -> None:
    assert round(float(thousandths[value]) * 1000) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.0004, "0"),
        (12.5, "12.5"),
        (100.0, "100"),
        (0.1234, "0.123"),
        (-7.0, "-7"),
    ],
)
def test_a_number_has_no_idle_zeros_and_is_never_minus_nought(value: float, said: str) -> None:
    assert number(value) == said


def test_a_place_is_two_numbers_in_points() -> None:
    assert place(72_000, 700_500) == b"72 700.5"
