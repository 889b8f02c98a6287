"""Where markup can be cut into elements without reading all of it: by tags, or by lines."""

import functools
import re
from typing import NamedTuple

from pipelines.press.shapes.markup import VOID

_TAG = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][^\s>/]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_BLOCKS = frozenset(("address", "article", "aside", "blockquote", "div", "dl", "figure", "footer", "form"))
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "header", "main", "nav", "ol", "p", "section", "ul"}
_BLOCKS |= {"table", "td", "th"}
"""What usually stands by itself and can be grown so, and what HTML puts nothing about."""


class _Line(NamedTuple):
    """What one line does to how deep its markup is nested."""

    block: bool
    """Whether it begins with an element that stands by itself."""
    within: float
    """How deep it is at the least behind a tag, before the last one; beside where it began."""
    end: int
    """How deep it is at its end."""
    closes: bool
    """Whether it ends with a tag."""


def in_body(text: str) -> list[tuple[int, int]]:
    """Where the elements begin and end that stand in the body itself."""
    found = []
    depth = begin = 0
    at = text.find("<body")
    for tag in _TAG.finditer(text, at) if at >= 0 else ():
        step = _step(tag)
        if step > 0 and depth == 1:
            begin = tag.start()
        depth += step
        if step < 0 and depth == 1:
            found.append((begin, tag.end()))
        elif step < 0 and depth < 1:
            break
    return found


def in_lines(text: str) -> list[tuple[int, int]]:
    """Where blocks begin and end that stand in the element which the text is, and have lines for themselves.

    Lines are known from other texts, so this takes little. What it finds need not be elements
    where the markup is odd (a line that ends in a tag): the reader will tell.
    """
    found = []
    depth = at = 0
    begin = -1
    for said in text.split("\n"):
        line = _line(said)
        if begin < 0 and line.block and depth == 1:
            begin = at
        at += len(said) + 1
        if begin >= 0:
            if depth + line.within <= 1:
                begin = -1  # More than one element, or a part of one.
            elif depth + line.end == 1 and line.closes:
                found.append((begin, at - 1))
                begin = -1
        depth += line.end
    return found


def _step(tag: re.Match[str]) -> int:
    """How much deeper the markup is behind a tag or comment."""
    end, name, rest = tag.groups()
    if end:
        return -1
    return int(name is not None and name.lower() not in VOID and rest[-1:] != "/")


@functools.lru_cache(8_192)
def _line(text: str) -> _Line:
    depth = last = 0
    depths = []
    first = ""
    for tag in _TAG.finditer(text):
        if tag[2] is None:
            continue
        if not tag.start():
            first = "" if tag[1] else tag[2].lower()
        last = tag.end()
        depth += _step(tag)
        depths.append(depth)
    closes = bool(depths) and last == len(text)
    within = depths[:-1] if closes else depths
    return _Line(first in _BLOCKS, min(within, default=float("inf")), depth, closes)
