"""Glyphs are looked up two at a time, in the fonts they are shown in, and found exactly or not at all."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_fonts import FontTables

KNOWN = ({1: "a", 2: "b", 0x1F: " "}, {2: "B", 3: "C", 0xABCD: "fi"})


def font(characters: dict[int, str]) -> PrintedFont:
    widths = dict.fromkeys(characters, 500.0)
    return PrintedFont("Sans", True, 0.7, -0.2, widths, 0.0, characters, (), ())


TABLES = FontTables({f"F{index}": font(characters) for index, characters in enumerate(KNOWN)})


def word(*codes: int) -> int:
    return int.from_bytes(b"".join([b"%04x" % code for code in codes]), "little")


CODES = st.sampled_from([1, 2, 3, 4, 0x1F, 0xABCD, 0xFFFE])


@given(st.lists(st.tuples(st.integers(0, 1), st.lists(CODES, min_size=1, max_size=2)), max_size=30))
@settings(max_examples=200, deadline=None)
def test_pairs_with_a_glyph_that_their_font_lacks(shown: list[tuple[int, list[int]]]) -> None:
    pairs = np.array([word(*codes) for _, codes in shown], np.uint64)
    salts = np.array([TABLES.salts[which] * ((1 << 32) + 1) for which, _ in shown], np.uint64)
    wanted = [i for i, (which, codes) in enumerate(shown) if not set(codes) <= KNOWN[which].keys()]
    for _ in range(2):  # what was found once is known again
        assert TABLES.unknown(pairs, salts).tolist() == wanted
