"""Values inside of tags: which may be anything, and which can change how a letter looks."""

import functools
import re
from collections.abc import Sequence

FREE = "data-"
"""Attributes whose name begins so may bear data without being part of the key."""
_IN_TAG = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*(?:\"[^\"]*|'[^']*)?\Z", re.DOTALL)
_IN_QUOTES = re.compile(r"(?:[^\"']|\"[^\"]*\"|'[^']*')*(?:\"[^\"]*|'[^']*)")
_IN_DATA = re.compile(
    r"<[a-zA-Z][^\s\"'<>/=]*(?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+))?)*"
    rf"\s+{FREE}[^\s\"'<>/=]*\s*=\s*(?:\"[^\"]*|'[^']*)",
    re.ASCII,
)
"""An open tag whose end is in the quotes of a free attribute: elsewhere a value may be more than a text."""


def fixed_slots(pieces: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the values that stand in attributes which may change the look."""
    found = []
    inside = ""
    for i, opened in enumerate(map(open_tag, pieces[:-1])):
        inside = open_tag(inside + pieces[i]) if inside else opened
        if inside:
            free, inside = _with_value(inside)
            if not free:
                found.append(i)
    return tuple(found)


@functools.lru_cache(4_096)
def _with_value(inside: str) -> tuple[bool, str]:
    """Whether a value at the end of this open tag is free, and the tag with something in its place."""
    # Outside of quotes it may change how the rest of the tag is read: none of that is free.
    return is_free(inside), inside + ("0" if _IN_QUOTES.fullmatch(inside) else "==0")


def is_free(inside: str) -> bool:
    """Whether a value at the end of this open tag is part of a free attribute's text."""
    return bool(_IN_DATA.fullmatch(inside))


@functools.lru_cache(16_384)
def open_tag(text: str) -> str:
    """The tag that is open at the end of the text, or nothing."""
    match = _IN_TAG.search(text, max(text.rfind("<"), 0))
    return match[0] if match else ""
