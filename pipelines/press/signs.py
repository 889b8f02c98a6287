"""Private signs round the values in a document, so that data can be told from template.

What a template prints is one of three things: the template's own words, which stay as they are; a
value (a text, a number, a symbol), which gets a sign before and behind; or markup that the template
made of both (a macro, a set block, a text of `say`), which has its signs inside already. Nothing is
signed twice, and the signs taken out again leave the plain document.

Between its signs a value stands as it is read, not escaped: it is told apart and never read as HTML.
The signs are two code points that Unicode keeps for a program's own use and no text may hold.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from jinja2.runtime import markup_join
from markupsafe import Markup, escape

from pipelines.press.environment import SYMBOLS

SIGN = "\ufdd0"
"""Stands before and behind each value in a marked document."""
DRAWN = "\ufdd1"
"""Behind the first sign, when the value is a symbol; then between its kind, its sizes, its payload."""

_LOOKS = repr(SIGN)[1:-1]
_TAG = re.compile(r"(<[^<>]*>)")
_FOREIGN = "a value holds a code point that no text may hold"


class Unmarkable(Exception):
    """A letter whose data cannot be told from its template; the text holds no personal data."""


class Bare(Markup):
    """Markup whose signs have been taken off, or that an expression made.

    What of it is template is no longer known: printed, each text between its tags is a value.
    """

    def __repr__(self) -> str:
        return f"Markup({str.__repr__(self)})"


_bare: Callable[[str], Bare] = partial(str.__new__, Bare)
"""As `Bare` itself, without the question whether a text knows better how it looks as markup."""


class Place(Markup):
    """A symbol's place between two signs: what stands there instead of the drawing."""


def printed(value: Any) -> str:
    """What the document shows of a value, signs round it.

    Raises Unmarkable when the value holds a sign itself.
    """
    kind = type(value)
    if kind is str:
        text: str = value
    elif kind is int or kind is float:
        return f"{SIGN}{value}{SIGN}"
    elif isinstance(value, Markup):
        return value if kind is not Bare else signed_between_tags(value)
    elif hasattr(value, "__html__"):
        return signed_between_tags(value.__html__())
    else:
        text = str(value)
        if _LOOKS in text:
            raise Unmarkable("a template prints how a value looks to a program")
    if SIGN in text or DRAWN in text:
        raise Unmarkable(_FOREIGN)
    return f"{SIGN}{text}{SIGN}"


def joined(parts: Sequence[Any]) -> str:
    """The texts of a `~`; where one of them is markup, the others are escaped and all are markup."""
    for part in parts:
        if type(part) is not str:
            return markup_join(parts)
    return "".join(parts)


def bare(value: Any) -> Any:
    """The value as the plain document has it: no signs, symbols drawn."""
    if isinstance(value, Markup) and SIGN in value:
        return _bare(unsigned(value))
    return value


def made(value: Any) -> Any:
    """What an expression gave: markup is not known to be the template's own."""
    return _bare(value) if type(value) is Markup else value


def remade(value: Any) -> Markup:
    """What the filter of a block gave, which a template prints as it is."""
    return Markup(signed_between_tags(str(value)))


def unsigned(text: str) -> str:
    """A marked document, or a part of one, as the plain environment prints it."""
    parts = str.split(text, SIGN)
    parts[1::2] = map(_shown, parts[1::2])
    return "".join(parts)


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
    if not isinstance(payload, str):
        raise Unmarkable("the payload of a symbol is no text")
    if has_signs(payload):
        raise Unmarkable(_FOREIGN)
    if not all(type(size) in (int, float) for size in sizes):
        raise Unmarkable("the size of a symbol is no number")
    return Place(f"{SIGN}{DRAWN}{kind}{DRAWN}{' '.join(map(repr, sizes))}{DRAWN}{payload}{SIGN}")


def symbol_of(drawn: str) -> tuple[str, str, tuple[float, ...]]:
    """Kind, payload and sizes in mm of a symbol, from what stands between its signs behind DRAWN."""
    kind, sizes, payload = drawn.split(DRAWN, 2)
    return kind, payload, tuple(map(float, sizes.split()))


def _shown(value: str) -> str:
    if value[:1] != DRAWN:
        return escape(value)
    kind, payload, sizes = symbol_of(value[1:])
    return SYMBOLS[kind](payload, *sizes)


def _signed(part: str) -> str:
    if not part or part.isspace() or part[0] == "<":
        return part
    text = plain_text(part)
    return f"{SIGN}{text}{SIGN}" if escape(text) == part else part
