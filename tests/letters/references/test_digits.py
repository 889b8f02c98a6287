"""Check digits of one number, held against python-stdnum's."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from pipelines.letters.references import digits

NUMBERS = st.text("0123456789", min_size=1, max_size=30)


@given(NUMBERS)
def test_the_luhn_digit_makes_a_number_valid(number: str) -> None:
    assert str(digits.luhn(f"{number}0")) == luhn.calc_check_digit(number)


@given(NUMBERS)
def test_a_number_is_valid_when_nothing_lacks(number: str) -> None:
    assert (digits.luhn(number) == 0) == luhn.is_valid(number)
