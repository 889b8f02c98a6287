"""Data Matrix symbols against another encoder and a reader."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.symbols import data_matrix
from pipelines.press.symbols.data_matrix import SIZES, Size
from tests.press.symbols.pictures import drawn, scanned

FORMAT = zxingcpp.BarcodeFormat.DataMatrix


@pytest.mark.parametrize(("version", "size"), list(enumerate(SIZES, start=1)))
def test_zxing_cpp_makes_the_same_symbol_of_digits(version: int, size: Size) -> None:
    for codewords in {1, 2, size.data // 2, size.data - 1, size.data}:
        digits = "".join(str((i * i + i // 3) % 10) for i in range(2 * codewords))
        theirs = zxingcpp.create_barcode(digits, FORMAT, version=version)
        assert (data_matrix.encode(digits, size).matrix == drawn(theirs)).all()


@given(st.text(st.characters(max_codepoint=127), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_ascii_text_is_read_back(text: str) -> None:
    size = data_matrix.smallest(data_matrix.codeword_count(text))
    assert size is not None
    found = scanned(data_matrix.encode(text, size))
    assert (found.format, found.text) == (FORMAT, text)


@pytest.mark.parametrize(("text", "codewords"), [("1", 1), ("12", 1), ("123", 2), ("A12B3", 4), ("", 0)])
def test_two_digits_take_one_codeword(text: str, codewords: int) -> None:
    assert data_matrix.codeword_count(text) == codewords


@pytest.mark.parametrize(("codewords", "side"), [(1, 10), (18, 18), (19, 20), (114, 40)])
def test_the_smallest_square_that_holds_them(codewords: int, side: int) -> None:
    size = data_matrix.smallest(codewords)
    assert size is not None
    assert size.side == side


def test_nothing_of_ours_holds_more_than_the_largest() -> None:
    assert data_matrix.smallest(115) is None


@pytest.mark.parametrize("text", ["1234567", "Åland", "٣"])
def test_what_does_not_fit_or_is_not_ascii_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="codewords"):
        data_matrix.encode(text, SIZES[0])
