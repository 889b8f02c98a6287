"""Glyphs are looked up in the fonts they are shown in, and found exactly or not at all."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.glyph_codes import OTHER
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_fonts import FontTables

KNOWN = ({0x0281: "a", 0x0282: "b", 0x1FC1: " "}, {0x0282: "B", 0x0381: "C", 0xABCD: "fi"})
MEANT = (0x0028, 0x2981, 0x025C, 0x0A81, 0x810D, 0x5B81, 0x815D, 0x0081, 0x0241)
"""Glyphs with a byte that may stand outside of strings, or means something in them."""


def font(characters: dict[int, str]) -> PrintedFont:
    widths = dict.fromkeys(characters, 500.0)
    return PrintedFont("Sans", True, 0.7, -0.2, widths, 0.0, characters, (), ())


TABLES = FontTables(
    {f"F{index}": font(known | dict.fromkeys(MEANT, "x")) for index, known in enumerate(KNOWN)}
)
SHOWN = st.tuples(
    st.integers(0, 1), st.sampled_from([0x0281, 0x0282, 0x0283, 0x0381, 0x1FC1, 0xABCD, 0xFFFE, 0, *MEANT])
)


def codes(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
    return np.frombuffer(b"".join([number.to_bytes(2) for number in numbers]), np.uint16)


def test_no_font_has_a_glyph_that_cannot_be_found() -> None:
    dice = random.Random(2)
    plain = [number for number in range(1, 1 << 16) if not {*number.to_bytes(2)} & {*OTHER, 0}]
    fonts = [font(dict.fromkeys(dice.sample(plain, 700), "x")) for _ in range(16)]
    tables = FontTables({f"F{index:02}": one for index, one in enumerate(fonts)})
    lost = 0
    for index, one in enumerate(fonts):
        read = codes([*one.characters])
        found = tables.find(read, np.full(len(read), index, np.uint32)) > 0
        assert (tables.having[read] >> index & 1).astype(bool).tolist() == found.tolist()
        lost += len(read) - found.sum()
    assert lost, "so many glyphs have no room in the tables"


@given(st.lists(SHOWN, max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_glyph_is_found_in_its_own_font_alone(shown: list[tuple[int, int]]) -> None:
    fonts = np.array([which for which, _ in shown], np.uint32)
    read = codes([number for _, number in shown])
    wanted = [KNOWN[which].get(number, "") for which, number in shown]
    slots = TABLES.find(read, fonts)
    each = np.arange(len(shown))
    assert TABLES.texts(slots, each, np.ones_like(each)) == wanted
    assert (TABLES.having[read] >> fonts & 1).astype(bool).tolist() == [text != "" for text in wanted]
