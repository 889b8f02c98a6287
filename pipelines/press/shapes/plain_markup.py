"""Markup as it is usually written, tags and references: all else is refused.

HTML has an answer to everything: to a quote in a bare value, to a comment that ends as it begins, to
a reference without its end. Those answers are not repeated here.
"""

import html
import re
from collections.abc import Iterator
from html.entities import html5

UNTAUGHT = frozenset(("base", "link", "style", "iframe", "noembed", "noframes", "noscript", "script"))
UNTAUGHT |= {"listing", "plaintext", "template", "textarea", "xmp"}
"""Tags that change the look of others, or whose content HTML does not read as markup."""
BARE = frozenset(("html", "head", "table", "tbody", "thead", "tfoot", "tr", "colgroup"))
"""Tags that hold no texts of their own."""
SECTIONS = frozenset(("caption", "col", "colgroup", "tbody", "tfoot", "thead"))
"""Tags that end a table's body that is still open."""
FOREIGN = ("svg", "math")
"""Where a tag may close itself."""
_BLANK = "[ \t\n\r\f]"
"""What HTML takes for a blank in a tag."""
_ATTRIBUTE = (
    rf"{_BLANK}+([^ \t\n\r\f\"'<>=/]+)"
    rf"(?:{_BLANK}*={_BLANK}*(?:\"([^\"]*)\"|'([^']*)'|([^ \t\n\r\f\"'<>=`/]+)(?={_BLANK}|>|\Z)))?"
)
ATTRIBUTES = re.compile(_ATTRIBUTE)
"""An attribute in a start tag: its name, and its value in one of three groups."""
TOKEN = re.compile(
    r"<!--(?!-?>)(?:(?!--!?>).)*-->|<![dD][oO][^>]*>"
    rf"|</(?P<end>[a-zA-Z][a-zA-Z0-9:-]*){_BLANK}*>"
    r"|<(?P<start>[a-zA-Z][a-zA-Z0-9:-]*)"
    rf"(?P<attributes>(?:{re.sub(r'[(](?![?])', '(?:', _ATTRIBUTE)})*){_BLANK}*(?P<closed>/?)>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
"""A comment, a doctype, an end tag, a start tag or a text."""
_REFERENCES = re.compile(r"&(?:#(?P<decimal>[0-9]+);|#[xX](?P<hex>[0-9a-fA-F]+);|(?P<name>[a-zA-Z0-9]+;?)|#)")


class UnreadMarkup(Exception):
    """Markup that is not well nested or not plainly written; says where, without data."""


def unescaped(text: str) -> str:
    """The text as it is read. Raises UnreadMarkup where HTML would have to guess what a reference means."""
    if any(odd_references(text)):
        raise UnreadMarkup("a reference that is not plainly written")
    return html.unescape(text)


def odd_references(text: str) -> Iterator[re.Match[str]]:
    """References without their end, or to what is no letter."""
    for match in _REFERENCES.finditer(text):
        decimal, hexadecimal, name = match.groups()
        if name is not None:
            # What begins as no reference does is none: R&D.
            usual = (name in html5 and name[-1] == ";") or html.unescape(match[0]) == match[0]
        else:
            code = int(decimal or hexadecimal or "0", 10 if decimal else 16)
            usual = code in (9, 10) or 32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0xFDD0
        if not usual:
            yield match
