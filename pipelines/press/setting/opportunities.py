"""Where a line may be broken: Unicode's line breaking as Pango does it.

Plain texts - words, numbers, usual punctuation, single blanks - break after blanks and after
hyphens between letters and nowhere else; a pattern tells them. Pango answers for all others.
"""

import functools
import re
from itertools import accumulate

from weasyprint.text.ffi import ffi
from weasyprint.text.line_break import can_break_text, get_log_attrs

_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_PLAIN = re.compile(
    f"[(]?[{_LETTER}0-9]+"
    f"(?:[.,:-][{_LETTER}]+|(?<=[0-9])[.,:/-][0-9]+|[).,:;?!]*\u00a0(?:[{_LETTER}0-9]+|[\u20ac%]))*"
    "[).,:;?!]* ?"
)
_BEGIN = re.compile("[).,:;?!]+ ?| ")
"""What a text may begin with that goes on after another one."""
HYPHEN = re.compile(f"-(?=[{_LETTER}])")
"""A hyphen in a plain word, after which a line may be broken."""
_WORDS_KEPT = 100_000
_PAIRS_KEPT = 20_000
"""Pairs of words round the ends of lines, some 0.2 kB each; those with values hardly come again."""

_plain: set[str] = set()
"""Words met that are plain."""


def opportunities(text: str, language: str) -> list[int]:
    """The places of `text`, a paragraph without newline, before which a line may begin, in order.

    Its end is not among them.
    """
    words = text.replace(" ", " \0").split("\0")
    if not plain(words) or "\0" in text:
        return list(_asked(text, language))
    found = list(accumulate(map(len, words)))
    while found and found[-1] >= len(text):
        found.pop()
    if "-" in text:
        found += [match.end() for match in HYPHEN.finditer(text)]
        found.sort()
    return found


def plain(words: list[str]) -> bool:
    """Whether a line may be broken behind the blanks of these words, after `HYPHEN`, and nowhere else.

    Each word has the blank behind it. The first may be no more than a blank or closing punctuation,
    and the last one nothing.
    """
    if _plain.issuperset(words):
        return True
    strange = [word for word in words if word not in _plain]
    if strange[-1] == "" and not words[-1]:
        strange.pop()
    if strange and strange[0] is words[0] and _BEGIN.fullmatch(strange[0]):
        del strange[0]
    if not all(map(_PLAIN.fullmatch, strange)):
        return False
    if len(_plain) > _WORDS_KEPT:
        _plain.clear()
    _plain.update(strange)
    return True


def plain_inside(words: list[str]) -> bool:
    """The same for whole words that stand behind others; it does not keep them in mind."""
    return all(map(_PLAIN.fullmatch, words))


class _Between(dict[str, int]):
    """How much of the second of two words a line may take beyond the blank between them, in characters.

    As much as goes before its first hyphen, or all of it; 0 when the words do not tell. If they are
    plain, they alone decide where between and in them a line may be broken.
    """

    def __missing__(self, words: str) -> int:
        if len(self) >= _PAIRS_KEPT:
            self.clear()
        before, _, behind = words.partition(" ")
        found = 0
        if _PLAIN.fullmatch(behind) and (_BEGIN.fullmatch(f"{before} ") or _PLAIN.fullmatch(before)):
            hyphen = HYPHEN.search(behind)
            found = hyphen.end() if hyphen else len(behind)
        self[words] = found
        return found


between = _Between()
"""By pairs of words, the first perhaps no more than closing punctuation."""


@functools.lru_cache(2048)
def _asked(text: str, language: str) -> tuple[int, ...]:
    attributes = get_log_attrs(text, language or None)
    words = memoryview(ffi.buffer(attributes)).cast("B").cast("I")
    return tuple([at for at in range(1, len(text)) if words[at] & 1])


@functools.lru_cache(4096)
def may_break(before: str, after: str, language: str) -> bool:
    """Whether a line may be broken between two characters of adjacent boxes."""
    return bool(can_break_text(before + after, language or None))
