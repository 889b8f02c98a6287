"""Stampers that are broken on purpose: what each does to the pages of a letter that was stamped rightly.

They change operators, wherever those stand: in the page itself or in a form that it draws.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from pipelines.model import Letter
from pipelines.press.painting import Form, StampedPage
from pipelines.press.stamper import Stamped, Stamper, Unstamped

Pages = tuple[StampedPage, ...]
Spoil = Callable[[Pages], Pages]
_DRAWN = re.compile(rb"q 1 0 0 1 \S+ \S+ cm /(X[0-9a-f]+) Do Q\n")
_RULED_CELL = re.compile(rb"q 1 0 0 1 \S+ \S+ cm\n\S+ 0 0 \S+ 0 0 cm\nq\n[^q]*?f\*\nQ\nQ\n")
"""The frame of a cell, where all of a row stand in one form."""


def shifted(x: float, y: float) -> Spoil:
    """All of the first page stands so many points to the right and higher up."""

    def spoil(pages: Pages) -> Pages:
        first, *others = pages
        return replace(first, content=b"q 1 0 0 1 %g %g cm\n%b\nQ\n" % (x, y, first.content)), *others

    return spoil


def reversed_pages(pages: Pages) -> Pages:
    """The last page comes first."""
    return pages[::-1]


def last_page_lost(pages: Pages) -> Pages:
    """A page is missing."""
    return pages[:-1]


def page_twice(pages: Pages) -> Pages:
    """A page comes twice."""
    return (*pages, pages[-1])


def letter_before() -> Spoil:
    """Each letter says what the one before it said."""
    before: list[Pages] = []

    def spoil(pages: Pages) -> Pages:
        before.append(pages)
        return before[-2] if len(before) > 1 else pages

    return spoil


def one_rule_lost(pages: Pages) -> Pages:
    """A row of a table has no rule below one of its cells; others of the same form have theirs."""
    first, *others = pages
    for drawn in _DRAWN.finditer(first.content):
        form = next(one for one in first.forms if one.name.encode() == drawn[1])
        content, count = _RULED_CELL.subn(b"", form.content, count=1)
        if count and _RULED_CELL.search(content):
            poorer = replace(form, name=_name(content), content=content)
            called = drawn[0].replace(drawn[1], poorer.name.encode())
            content = first.content.replace(drawn[0], called, 1)
            return replace(first, content=content, forms=(*first.forms, poorer)), *others
    raise AssertionError("the letter has no row with rules")


def _respelt(pattern: bytes, by: bytes | Callable[[re.Match[bytes]], bytes]) -> Spoil:
    """The first page with what it says first in that way said otherwise, in itself or else in its forms."""
    search = re.compile(pattern, re.DOTALL)

    def spoil(pages: Pages) -> Pages:
        first, *others = pages
        content, count = search.subn(by, first.content, count=1)
        if count:
            return replace(first, content=content), *others
        for form in first.forms:
            if (other := _respelt_form(form, search, by)) is not None:
                content = first.content.replace(form.name.encode(), other.name.encode())
                forms = tuple(other if one is form else one for one in first.forms)
                return replace(first, content=content, forms=forms), *others
        raise AssertionError("the letter has nothing to spoil in that way")

    return spoil


def _respelt_form(
    form: Form, search: re.Pattern[bytes], by: bytes | Callable[[re.Match[bytes]], bytes]
) -> Form | None:
    content, count = search.subn(by, form.content, count=1)
    forms = form.forms
    if not count:
        for inner in form.forms:
            if (other := _respelt_form(inner, search, by)) is not None:
                content = form.content.replace(inner.name.encode(), other.name.encode())
                forms = tuple(other if one is inner else one for one in form.forms)
                break
        else:
            return None
    return replace(form, name=_name(content), content=content, forms=forms)


def _name(content: bytes) -> str:
    return "X" + hashlib.sha256(content).hexdigest()[:10]


def without_kerning(line: re.Match[bytes]) -> bytes:
    """A line of text whose glyphs stand as far apart as they are wide."""
    return re.sub(rb"\)-?\d+\(", b"", line[0])


def reversed_kern(pair: re.Match[bytes]) -> bytes:
    """A pair that is spread where it should be drawn together, or the other way round."""
    return b")%b%b(" % (b"" if pair[1] else b"-", pair[2])


def thicker(rule: re.Match[bytes]) -> bytes:
    """A rule of half a point, 0.3 pt thicker towards the text above."""
    return rule[0].replace(b"15.223", b"14.823")


def farther_right(x: re.Match[bytes]) -> bytes:
    """A place 0.3 pt to the right."""
    return b"%.3f" % (float(x[0]) + 0.3)


def other_nibble(digit: re.Match[bytes]) -> bytes:
    """Hex digits, the last of which has another lowest bit."""
    return digit[0][:-1] + b"%x" % (int(digit[0][-1:], 16) ^ 1)


OTHER = b"\x02\x80"
"""A glyph that the letter's texts do not end with."""
BREAKS: Mapping[str, tuple[Spoil, str]] = {
    "a page 0.3 pt too far to the right": (shifted(0.3, 0), "drawing"),
    "a page 0.3 pt too high": (shifted(0, 0.3), "drawing"),
    "a page 0.06 pt too far to the left": (shifted(-0.06, 0), "drawing"),
    "a text 0.3 pt too far to the right": (_respelt(rb"( Tf 0 0 0 1 k )0 ", rb"\g<1>0.3 "), "moved"),
    "a text 0.3 pt too low": (_respelt(rb"( Tf 0 0 0 1 k 0 -)9\.", rb"\g<1>9.3"), "moved"),
    "lines 0.1 pt too far apart": (_respelt(rb"\]TJ\n0 -13.4 Td", b"]TJ\n0 -13.5 Td"), "moved"),
    "the kerning of one pair left out": (_respelt(rb"\)-?[1-9]\d\(", b""), "moved"),
    "the kerning of one pair the other way round": (_respelt(rb"\)(-?)([1-9]\d)\(", reversed_kern), "moved"),
    "a line without kerning": (_respelt(rb"\[[^]]*\)-?[1-9]\d\([^]]*\]TJ", without_kerning), "moved"),
    "another glyph": (_respelt(rb"[^(]{2}\)\]TJ", OTHER + b")]TJ"), "glyph"),
    "a glyph too few": (_respelt(rb"[^(]{2}\)\]TJ", b")]TJ"), "glyph missing"),
    "a glyph too many": (_respelt(rb"\)\]TJ", OTHER + b")]TJ"), "glyph extra"),
    "another font": (_respelt(rb"/([A-Z]{6})( [\d.]+ Tf.*?/)(?!\1)([A-Z]{6})", rb"/\3\2\3"), "font"),
    "another size": (_respelt(rb"(/\w+) 10 Tf", rb"\1 10.2 Tf"), "size"),
    "a fainter black": (_respelt(rb"Tf 0 0 0 1 k", b"Tf 0 0 0 .9 k"), "colour"),
    "another ink": (_respelt(rb"1 0.4 0.45 0.3 scn", b"1 0.4 0.5 0.3 scn"), "shape"),
    "a rule too few": (one_rule_lost, "shape"),
    "a rule too thick": (_respelt(rb"[^\n]* 15\.89 m\n.*?re\nf\*", thicker), "shape"),
    "a module of a code": (_respelt(rb"/AHx ID [0-9a-f]{60}", other_nibble), "picture"),
    "a code 0.3 pt too far to the right": (_respelt(rb"\S+(?= \S+ cm\nBI)", farther_right), "picture"),
    "pages in another order": (reversed_pages, "drawing"),
    "a page too few": (last_page_lost, "pages"),
    "a page too many": (page_twice, "pages"),
    "the words of the letter before": (letter_before(), "glyph"),
}
"""What is wrong with a letter's pages, what makes it so, and what kind of difference is told first."""


def breaking(patch: pytest.MonkeyPatch, spoil: Spoil) -> None:
    """From now on every stamper gives pages that are spoiled, of letters that it knows and of new ones."""
    stamp = Stamper.stamp

    def broken(self: Stamper, letter: Letter) -> Stamped | Unstamped:
        made = stamp(self, letter)
        return replace(made, pages=spoil(made.pages)) if isinstance(made, Stamped) else made

    patch.setattr(Stamper, "stamp", broken)
