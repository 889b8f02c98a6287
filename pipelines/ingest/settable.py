"""Which texts can be set on paper: what the fonts have, and never what steers a text unseen."""

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NEVER = (
    r"[\x{00}-\x{1f}\x{7f}-\x{9f}"  # control characters, line ends among them (category Cc)
    r"\x{2028}\x{2029}"  # line and paragraph separators
    r"\x{061c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"  # bidi controls (UAX #9)
)
"""RE2 class of characters that no text may hold, whatever the fonts say."""

_NEVER_RANGES = ((0x00, 0x1F), (0x7F, 0x9F), (0x200E, 0x200F), (0x2028, 0x202E), (0x2066, 0x2069))


def unsettable(texts: pa.Array, settable: str) -> np.ndarray:
    """A mask of the texts with a character that `settable` lacks or that may never be set.

    `settable` is an anchored RE2 class, `^[…]*$`. Null is settable: there is nothing to set.
    """
    bad = pc.invert(pc.match_substring_regex(texts, settable))
    if _lets_through_never(settable):
        bad = pc.or_(bad, pc.match_substring_regex(texts, NEVER))
    return np.asarray(pc.fill_null(bad, False).to_numpy(zero_copy_only=False))


@lru_cache(maxsize=8)
def _lets_through_never(settable: str) -> bool:
    """Whether a second look for NEVER is needed; a class of the fonts' characters has none of it."""
    characters = [chr(code) for low, high in _NEVER_RANGES for code in range(low, high + 1)] + ["\u061c"]
    return bool(pc.any(pc.match_substring_regex(pa.array(characters), settable)).as_py())
