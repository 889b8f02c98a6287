"""What stands between texts, and the numbers in them, known again by their wording."""

import numpy as np
import pytest

from pipelines.press.scan_gaps import MOST, ROOM, Adjustments, Gaps

FIRST = b"TJ\n1 0 0 1 60 300 Tm\n/F1 9 Tf 0 0 0 1 k 5 -12 Td"
NEXT = b"TJ\n/F2 10.5 Tf -3.5 .25 Td"


def found(gaps: Gaps, *wordings: bytes) -> list[int]:
    """Their numbers, looked up together."""
    lengths = list(map(len, wordings))
    ends = np.cumsum(lengths)
    return gaps.find(b"".join([*wordings, b"\n" * ROOM]), ends - lengths, ends).tolist()


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_wordings_say(times: int) -> None:
    gaps = Gaps()
    for _ in range(times):
        first, following, again = found(gaps, FIRST, NEXT, FIRST)
    assert first == again != following
    assert [gaps.starts[first], gaps.x[first], gaps.y[first]] == [True, 65, 288]
    assert [gaps.starts[following], gaps.x[following], gaps.y[following]] == [False, -3.5, 0.25]
    assert gaps.fonts[gaps.font[first]] == (b"F1", 9.0)
    assert gaps.fonts[gaps.font[following]] == (b"F2", 10.5)
    assert gaps.inks[gaps.ink[first]] == (0, 0, 0, 1)
    assert gaps.ink[following] == 0


@pytest.mark.parametrize(
    "wording",
    [
        b"TJ\n",
        b"TJ\n1 0 0 1 60 700/F1 9 Tf 0 0 0 1 k 0 -9 Td",
        b"TJ\n/F1 9/F1 9 Tf 0 0 0 1 k 0 -9 Td",
        b"TJ\n0 0 0 k 0 -9 Td",
        b"TJ 0 -12 Td 1 0 0 1 60 300 Tm",
        b"TJ 0 -12 TD",
        b"Tj 0 -12 Td",
        b"TJ 0 1e3 Td",
        b"TJ 0 -12 Td 3 Tr",
        b"TJ\n/F1 9 Tf 0 0 0 1 k",
        b"TJ\nET\nBT\n0 0 Td",
        b"TJ% 0 -12 Td",
        b"TJ 0 -1234567 Td",
    ],
)
def test_wordings_that_are_not_understood(wording: bytes) -> None:
    gaps = Gaps()
    assert found(gaps, wording, FIRST, wording)[::2] == [0, 0]
    assert found(gaps, FIRST, wording, NEXT)[1] == 0


def test_a_wording_that_is_too_long_to_be_looked_up_with_others() -> None:
    gaps = Gaps()
    long = FIRST.replace(b"0 0 0 1 k", b"0.00000000 0.00000000 0.00000000 1.00000000 k")
    assert len(long) > ROOM
    one, other = found(gaps, long, long.replace(b"-12", b"-13"))
    assert found(gaps, long) == [one]
    assert (gaps.y[one], gaps.y[other]) == (288, 287)


def test_wordings_that_differ_in_their_last_byte_only() -> None:
    gaps = Gaps()
    for length in range(1, 70):
        head = b"TJ" + b"\n" * length
        one, other = found(gaps, head + b"0 1 Td", head + b"0 2 Td")
        assert (gaps.y[one], gaps.y[other]) == (1, 2)
        assert found(gaps, head + b"0 1 Te") == [0]


def test_more_wordings_than_are_kept() -> None:
    gaps = Gaps()
    for start in range(0, MOST + 4000, 4000):
        heights = range(start, start + 4000)
        numbers = found(gaps, *[b"TJ\n/F%d 9 Tf 0 %d Td" % (height % 7, height) for height in heights])
        assert gaps.y[numbers].tolist() == list(heights)
        assert [gaps.fonts[font] for font in gaps.font[numbers[:7]]] == [
            (b"F%d" % (height % 7), 9.0) for height in heights[:7]
        ]


def test_adjustments() -> None:
    known = Adjustments()
    written = [b"-12", b"7", b"12.5", b".5", b"-.25", b"12", b"00000012"]
    for _ in range(2):
        words = np.array([int.from_bytes(one, "little") for one in written], np.uint64)
        assert known.values(words).tolist() == [-12, 7, 12.5, 0.5, -0.25, 12, 12]


@pytest.mark.parametrize(
    "written", [b"--1", b"1e3", b"nan", b"inf", b"1_0", b"1 2", b".", b"-", b"+1", b"(1)"]
)
def test_what_is_no_adjustment(written: bytes) -> None:
    words = np.array([int.from_bytes(one, "little") for one in (b"5", written)], np.uint64)
    values = Adjustments().values(words)
    assert values[0] == 5
    assert np.isnan(values[1])
