"""Private signs round the values in a document, so that data can be told from template.

What a template prints is one of three things: the template's own words, which stay as they are; a
value (a text, a number, a symbol), which gets a sign before and behind; or markup that the template
made of both (a macro, a set block, a text of `say`), which has its signs inside already. Nothing is
signed twice, and the signs taken out again leave the plain document.

The signs are two code points that Unicode keeps for a program's own use and no text may hold.
"""

import re
from typing import Any

from markupsafe import Markup, escape

from pipelines.press.environment import SYMBOLS

SIGN = "\ufdd0"
"""Stands before and behind each value in a marked document."""
DRAWN = "\ufdd1"
"""Behind the first sign, when the value is a symbol; then between its kind, its sizes, its payload."""

_SHOWN = repr(SIGN)[1:-1]
_TAG = re.compile(r"(<[^<>]*>)")
_SYMBOL = re.compile(f"{SIGN}{DRAWN}([^{SIGN}]*){SIGN}")
_FOREIGN = "a value holds a code point that no text may hold"


class Unmarkable(Exception):
    """A letter whose data cannot be told from its template; the text holds no personal data."""


class Bare(Markup):
    """Markup whose signs have been taken off, or that an expression made.

    What of it is template is no longer known: printed, each text between its tags is a value.
    """

    def __repr__(self) -> str:
        return f"Markup({str.__repr__(self)})"


class Place(Markup):
    """A symbol's place between two signs: what stands there instead of the drawing."""


def printed(value: Any) -> str:
    """What the document shows of a value, escaped, signs round it.

    Raises Unmarkable when the value holds a sign itself.
    """
    kind = type(value)
    if kind is str:
        text: str = value
    elif isinstance(value, Markup):
        return value if kind is not Bare else signed_between_tags(value)
    elif hasattr(value, "__html__"):
        return signed_between_tags(value.__html__())
    else:
        text = str(value)
        if _SHOWN in text:
            raise Unmarkable("a template prints how a value looks to a program")
    if SIGN in text or DRAWN in text:
        raise Unmarkable(_FOREIGN)
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        text = escape(text)
    return f"{SIGN}{text}{SIGN}"


def bare(value: Any) -> Any:
    """The value as the plain document has it: no signs, symbols drawn."""
    if isinstance(value, Markup) and SIGN in value:
        return Bare(unsigned(value))
    return value


def made(value: Any) -> Any:
    """What an expression gave: markup is not known to be the template's own."""
    return Bare(value) if type(value) is Markup else value


def remade(value: Any) -> Markup:
    """What the filter of a block gave, which a template prints as it is."""
    return Markup(signed_between_tags(str(value)))


def unsigned(text: str) -> str:
    """A marked document, or a part of one, as the plain environment prints it."""
    if DRAWN in text:
        text = _SYMBOL.sub(_draw, text)
    return text.replace(SIGN, "")


def signed_between_tags(markup: str) -> str:
    """The same markup with signs round each text that has a way back from its escaped form."""
    if has_signs(markup):
        raise Unmarkable(_FOREIGN)
    return "".join(map(_signed, _TAG.split(markup)))


def has_signs(text: str) -> bool:
    """Whether the text holds one of the code points that no text may hold."""
    return SIGN in text or DRAWN in text


def plain_text(escaped: str) -> str:
    """The text that markupsafe escapes to the given one."""
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("&", "&amp;")):
        escaped = escaped.replace(entity, sign)
    return escaped


def place(kind: str, payload: str, sizes: tuple[float, ...]) -> Place:
    """Where a symbol will be drawn, sizes in mm."""
    if has_signs(payload):
        raise Unmarkable(_FOREIGN)
    if not all(type(size) in (int, float) for size in sizes):
        raise Unmarkable("the size of a symbol is no number")
    return Place(f"{SIGN}{DRAWN}{kind}{DRAWN}{' '.join(map(repr, sizes))}{DRAWN}{payload}{SIGN}")


def symbol_of(drawn: str) -> tuple[str, str, tuple[float, ...]]:
    """Kind, payload and sizes in mm of a symbol, from what stands between its signs behind DRAWN."""
    kind, sizes, payload = drawn.split(DRAWN, 2)
    return kind, payload, tuple(map(float, sizes.split()))


def _draw(found: re.Match[str]) -> str:
    kind, payload, sizes = symbol_of(found[1])
    return SYMBOLS[kind](payload, *sizes)


def _signed(part: str) -> str:
    if not part or part.isspace() or part[0] == "<" or escape(plain_text(part)) != part:
        return part
    return f"{SIGN}{part}{SIGN}"
