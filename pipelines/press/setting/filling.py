"""How much of a paragraph of plain words each line takes, told by the sums of their advances.

Usual texts only: where a line fits by a hair, or depends on more than its words, `Unusual` is raised.
"""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from pipelines.press.setting.opportunities import HYPHEN, plain
from pipelines.press.setting.style import TextStyle
from pipelines.press.setting.words import Word, Words, split

_LETTER = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
"""What makes a text one of the Latin script, if it has no letters of another; `Words` know that."""


SHORT = 36
"""Characters below which a text is set by its pairs: hardly any such text comes twice."""


class Unusual(Exception):
    """The block must be set the other way."""


class Face(NamedTuple):
    """A text style, as its lines need it."""

    style: TextStyle
    letters: Words
    figures: Words
    """For texts without letters, which are of no script."""
    wraps: bool
    collapses: bool


Part = tuple[str, str, int]
"""A text that stands on one line, its operators, its width in Pango units."""


def words_of(face: Face, text: str) -> Words:
    """The words of the text's script."""
    return face.letters if _LETTER.search(text) else face.figures


def measured(face: Face, text: str) -> int:
    """The width of a text set alone, in Pango units."""
    words = words_of(face, text)
    if len(text) < SHORT:
        return words.whole(text)[1]
    return sum(map(words.advances.__getitem__, split(text)))


def cuts_of(face: Face, text: str, first: int, limit: int) -> list[Part]:
    """The lines of a paragraph: the first line takes `first` Pango units, the others `limit`.

    None at all when nothing of it fits on the first line. A part that is not broken anywhere may
    be wider than its line; a first part is empty when the line takes but the blank at the text's
    begin.
    """
    words = words_of(face, text)
    if len(text) < SHORT:
        shown, units = words.whole(text)
        if units <= first or not face.wraps:
            return [(text, shown, units)]
    texts = split(text)
    ends = list(accumulate(map(words.advances.__getitem__, texts), initial=0))
    if ends[-1] <= first or not face.wraps:
        return [(text, "".join(map(words.shown.__getitem__, texts)), ends[-1])]
    if not face.collapses or not plain(texts):
        raise Unusual
    if not texts[-1]:
        texts.pop()
        ends.pop()
    keys: list[Word] = list(texts)
    blank = words.blank
    if "-" not in text or not HYPHEN.search(text):
        return _filled(face, words, keys, texts, ends, ends, blank, first, limit)
    keys, texts = _parted(texts)
    ends = list(accumulate(map(words.advances.__getitem__, keys), initial=0))
    bare = [0]
    bare += [end - blank if said[-1] == " " else end for said, end in zip(texts, ends[1:], strict=True)]
    return _filled(face, words, keys, texts, ends, bare, 0, first, limit)


def _parted(words: list[str]) -> tuple[list[Word], list[str]]:
    """The words parted behind their hyphens."""
    keys: list[Word] = []
    texts: list[str] = []
    for word in words:
        at = 0
        if "-" in word:
            for match in HYPHEN.finditer(word):
                texts.append(word[at : match.end()])
                at = match.end()
                keys.append((texts[-1], word[at]))
        texts.append(word[at:])
        keys.append(word[at:])
    return keys, texts


def _filled(
    face: Face,
    words: Words,
    keys: list[Word],
    texts: list[str],
    ends: list[int],
    bare: list[int],
    slack: int,
    first: int,
    limit: int,
) -> list[Part]:
    """Lines of words, each filled as far as it goes.

    `ends` has where each word ends in the paragraph with its blank, `bare` without it, and `slack`
    more than that.
    """
    advances, shown = words.advances, words.shown
    cuts: list[Part] = []
    at, count, room = 0, len(keys), first
    tail = texts[-1][-1] == " "
    while ends[-1] - (base := ends[at]) > room:
        to = bisect_right(bare, room + base + slack, at + 1, count) - 1
        if tail and ends[-1] - words.blank - base <= room:
            # All but the blank at the end, of which WeasyPrint sets the first word alone.
            raise Unusual
        # A pair across the break may be kerned: the line must fit, and must be full, either way.
        if (tail or to + 1 < count) and ends[to] - base + advances[texts[to].rstrip(" ")] <= room:
            raise Unusual
        if to <= at:
            if at:
                raise Unusual
            return []
        last = texts[to - 1].rstrip(" ")
        said = "".join(texts[at : to - 1]) + last
        if _LETTER.search(said):
            width = ends[to - 1] - base + advances[last]
            here = "".join(map(shown.__getitem__, keys[at : to - 1])) + shown[last]
        elif not said and not at:
            width, here = 0, ""
        elif said and _LETTER.search(texts[to]):
            # WeasyPrint lays each line out by itself, and a line without letters is of no script.
            here, width = face.figures.whole(said)
        else:
            raise Unusual
        if width > room:
            raise Unusual
        cuts.append((said, here, width))
        at, room = to, limit
    said = "".join(texts[at:])
    if _LETTER.search(said):
        cuts.append((said, "".join(map(shown.__getitem__, keys[at:])), ends[-1] - base))
        return cuts
    here, width = face.figures.whole(said)
    if width > room:
        raise Unusual
    cuts.append((said, here, width))
    return cuts
