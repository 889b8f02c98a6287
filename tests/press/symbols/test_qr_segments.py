"""The cut of a payload that takes the fewest bits."""

from functools import cache

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.symbols import qr_segments

HEADERS = ((14, 13, 12), (16, 15, 20), (18, 17, 20))


def fewest_bits(kinds: str, span: int) -> int:
    """The bits of the best cut, by trying each mode for each character."""
    # The cost of a segment grows with each character by what the table says, in the order of their coming.
    growth = ((4, 3, 3), (6, 5), (8,))

    @cache
    def best(place: int, mode: int, length: int) -> int:
        if place == len(kinds):
            return 0
        costs = []
        for following in range("dab".index(kinds[place]), 3):
            if following == mode:
                step = growth[mode][length % len(growth[mode])]
                costs.append(step + best(place + 1, mode, (length + 1) % 6))
            else:
                costs.append(HEADERS[span][following] + growth[following][0] + best(place + 1, following, 1))
        return min(costs)

    return best(0, -1, 0)


@given(
    st.lists(
        st.tuples(st.sampled_from("dab"), st.integers(1, 9) | st.integers(10, 20)), min_size=1, max_size=9
    ),
    st.integers(0, 2),
)
@settings(max_examples=300, deadline=None)
def test_no_cut_takes_fewer_bits(runs: list[tuple[str, int]], span: int) -> None:
    kinds = "".join(kind * length for kind, length in runs)
    cut, bits = qr_segments.cut(kinds.encode(), span)
    assert bits == fewest_bits(kinds, span)
    assert [cut[0][1], *(end for *_, end in cut[:-1]), cut[-1][2]] == [
        0,
        *(start for _, start, _ in cut[1:]),
        len(kinds),
    ]
    assert all("dab".index(kind) <= mode for mode, start, end in cut for kind in kinds[start:end])


@pytest.mark.parametrize(
    ("payload", "mode"), [("0123456789", "numeric"), ("ABC $%*+-./:", "alphanumeric"), ("bankgiro;", "byte")]
)
def test_a_payload_of_one_kind_is_one_segment(payload: str, mode: str) -> None:
    made = segno.make(payload, error="M", boost_error=False, micro=False)
    version, data = qr_segments.codewords(payload, "M")
    indicator = {"numeric": 1, "alphanumeric": 2, "byte": 4}[mode]
    assert (version, data[0] >> 4, made.mode) == (made.version, indicator, mode)


def test_text_beyond_ascii_is_declared_as_utf_8() -> None:
    _, data = qr_segments.codewords("Åä", "M")
    bits = int.from_bytes(data)
    head = bits >> 8 * len(data) - 24 - 32
    assert head == (0b0111 << 8 | 26) << 44 | (0b0100 << 8 | 4) << 32 | int.from_bytes("Åä".encode())


@pytest.mark.parametrize(("length", "version"), [(14, 1), (15, 2), (2331, 40)])
def test_a_symbol_is_filled_to_its_last_byte_before_a_larger_one_is_taken(length: int, version: int) -> None:
    assert qr_segments.codewords("x" * length, "M")[0] == version


@pytest.mark.parametrize("payload", ["", "x" * 2332, "9" * 8000, "ä" * 1166])
def test_a_payload_that_no_symbol_holds(payload: str) -> None:
    with pytest.raises(ValueError, match="QR payload"):
        qr_segments.codewords(payload, "M")
