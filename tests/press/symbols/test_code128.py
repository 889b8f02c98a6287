"""Code 128 symbols against another encoder and a reader."""

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.press.symbols import code128
from tests.press.symbols.pictures import drawn, scanned

FORMAT = zxingcpp.BarcodeFormat.Code128
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)


def theirs(payload: str) -> list[bool]:
    return drawn(zxingcpp.create_barcode(payload, FORMAT))[0].tolist()


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_zxing_cpp_makes_the_same_bars_of_digits(first: int) -> None:
    digits = "".join(f"{pair:02}" for pair in range(first, first + 10))
    assert code128.encode(digits).matrix[0].tolist() == theirs(digits)


def test_every_character_is_read_back() -> None:
    text = "".join(map(chr, range(32, 127)))
    assert scanned(code128.encode(text), quiet=12).text == text


@given(st.text(PRINTABLE | st.sampled_from("0123456789"), min_size=1, max_size=30))
@example("12")
@example("123")
@example("a12345b123456c1234567d")
@settings(max_examples=80, deadline=None)
def test_any_text_is_read_back_and_no_wider_than_another_makes_it(payload: str) -> None:
    made = code128.encode(payload)
    assert scanned(made, quiet=12).text == payload
    assert made.width <= len(theirs(payload))


@pytest.mark.parametrize("payload", ["", "Perintä", "a\tb", "123٣"])
def test_a_payload_that_cannot_be_code_128(payload: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        code128.encode(payload)
