"""A letter's markup as a tree: elements, their fixed attributes, and where the data stand.

Jinja gives the letter as fixed pieces with values between them (see `press.marking`). The pieces
alone say how the document is built, so letters with the same pieces share one tree. Values in
texts, and in attributes whose name begins with `data-`, may be anything; a value in any other
attribute (`class`, `style`) can change the look, so it is part of the tree's key.

The reader takes well-nested HTML, where every element is closed by its own tag; what HTML would
mend by itself is refused, and `recording` holds each tree against WeasyPrint's own.
"""

import functools
import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.press.marking import SymbolSlot

Said = tuple[str | int, ...]
"""A text with slots: fixed strings, and numbers of values."""

FREE = "data-"
"""Attributes whose name begins so may bear data without being part of the key."""
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"))
SYMBOL = "svg"
"""The tag of the drawing that stands for a code."""
_OPEN, _CLOSE = "\ufdd4", "\ufdd5"
_TOKEN = re.compile(
    r"<!--.*?-->|<![dD][oO][^>]*>"
    r"|</(?P<end>[a-zA-Z][^\s>/]*)\s*>"
    r"|<(?P<start>[a-zA-Z][^\s>/]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_SLOT = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_IN_TAG = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*(?:\"[^\"]*|'[^']*)?\Z", re.DOTALL)
_NAME_BEFORE = re.compile(r"([^\s=]+)\s*=\s*[\"']?[^\"'<>]*\Z")


class UnreadMarkup(Exception):
    """Markup that is not well nested; says where, without data."""


@dataclass(eq=False, slots=True)
class Element:
    """One element: `attributes` are fixed, `slots` are the texts of its `data-` attributes."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, Said], ...]
    children: "list[Element | Said]"
    symbol: int = -1
    """The value that this element draws as a code, -1 when it draws none."""
    look: int = -1
    """A number for its tag, attributes and names of slots: the same one for equal ones, in this process."""


_LOOKS: dict[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], int] = {}
_MOST_LOOKS = 50_000
_looks = itertools.count()


def look_of(tag: str, attributes: tuple[tuple[str, str], ...], names: tuple[str, ...] = ()) -> int:
    """The number of a tag with these attributes and names of slots. No number comes twice."""
    known = _LOOKS.get((tag, attributes, names))
    if known is None:
        if len(_LOOKS) >= _MOST_LOOKS:
            _LOOKS.clear()
        known = _LOOKS[tag, attributes, names] = next(_looks)
    return known


def fixed_slots(pieces: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the values that stand in attributes which may change the look."""
    found = []
    inside = ""
    for i, piece in enumerate(pieces[:-1]):
        inside = _tail(inside + piece if inside else piece)
        if inside:
            name = _NAME_BEFORE.search(inside)
            if name is None or not name[1].startswith(FREE):
                found.append(i)
            inside += "0"
    return tuple(found)


def tree(pieces: Sequence[str], values: Sequence[str | SymbolSlot]) -> Element:
    """The document element. Raises UnreadMarkup when the markup is not well nested."""
    top = Element("", (), (), [])
    stack = [top]
    number = 0
    for text, slots in _runs(pieces, values):
        for event in _events(text):
            here = stack[-1]
            if isinstance(event, str):
                _add_text(here, event)
            elif isinstance(event, _Start):
                if event.tag == "tr" and here.tag == "table":
                    here.children.append(body := Element("tbody", (), (), [], -1, look_of("tbody", ())))
                    stack.append(here := body)
                named = event.slots
                if slots and named:
                    named = tuple([(name, _moved(said, number)) for name, said in named])
                made = Element(event.tag, event.attributes, named, [], -1, event.look)
                here.children.append(made)
                if not event.void:
                    stack.append(made)
            else:
                tag = event.tag
                if (
                    tag == "table"
                    and here.tag == "tbody"
                    and stack[-2].tag == "table"
                    and not here.attributes
                ):
                    stack.pop()
                if stack[-1].tag != tag or len(stack) == 1:
                    raise UnreadMarkup(f"</{tag}> closes <{stack[-1].tag}>")
                stack.pop()
        number += slots
        if number < len(values):
            value = values[number]
            if type(value) is SymbolSlot:
                kind = (("symbol", value.kind), ("arguments", repr(value.arguments)))
                look = look_of(SYMBOL, kind)
                stack[-1].children.append(Element(SYMBOL, kind, (), [], symbol=number, look=look))
            else:
                _add_text(stack[-1], number)
            number += 1
    elements = [child for child in top.children if isinstance(child, Element)]
    if len(stack) != 1 or len(elements) != 1:
        raise UnreadMarkup(f"<{stack[-1].tag or 'html'}> is not closed, or not the only one")
    return elements[0]


def filled(said: Said, values: Sequence[str | SymbolSlot]) -> str:
    """The text with its values."""
    return "".join([part if isinstance(part, str) else str(values[part]) for part in said])


@dataclass(frozen=True, slots=True)
class _Start:
    tag: str
    attributes: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, Said], ...]
    void: bool
    look: int


@dataclass(frozen=True, slots=True)
class _End:
    tag: str


def _runs(pieces: Sequence[str], values: Sequence[str | SymbolSlot]) -> Iterator[tuple[str, int]]:
    """The markup in stretches between values that stand outside of tags.

    Values inside of tags are in the stretch: fixed ones as they are, others as slots, which are
    counted from the first value inside.
    """
    i = 0
    while i < len(pieces):
        text, first = pieces[i], i
        while i < len(values) and (inside := _tail(text)):
            name = _NAME_BEFORE.search(inside)
            if name is not None and name[1].startswith(FREE):
                text += f"{_OPEN}{i - first}{_CLOSE}"
            else:
                if not isinstance(values[i], str):
                    raise UnreadMarkup("a code inside a tag")
                text += html.escape(str(values[i]))
            i += 1
            text += pieces[i]
        yield text, i - first
        i += 1


@functools.lru_cache(16_384)
def _tail(text: str) -> str:
    """The tag that is open at the end of the text, or nothing."""
    match = _IN_TAG.search(text, max(text.rfind("<"), 0))
    return match[0] if match else ""


@functools.lru_cache(16_384)
def _events(text: str) -> "tuple[str | _Start | _End, ...]":
    """Texts, start tags and end tags. The same stretches come again in nearly all letters."""
    found: list[str | _Start | _End] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnreadMarkup("a stray < or an unfinished tag")
        at = match.end()
        if (words := match["text"]) is not None:
            found.append(html.unescape(words))
        elif (tag := match["start"]) is not None:
            attributes, slots = _attributes(match["attributes"])
            void = tag.lower() in VOID or match["attributes"].endswith("/")
            look = look_of(tag.lower(), attributes, tuple([name for name, _ in slots]))
            found.append(_Start(tag.lower(), attributes, slots, void, look))
        elif (tag := match["end"]) is not None:
            found.append(_End(tag.lower()))
    return tuple(found)


def _add_text(here: Element, part: str | int) -> None:
    """Puts a text or a value behind what the element holds; neighbours are one text."""
    if here.children and type(here.children[-1]) is tuple:
        here.children[-1] += (part,)
    else:
        here.children.append((part,))


def _moved(said: Said, by: int) -> Said:
    return tuple([part if isinstance(part, str) else part + by for part in said])


def _attributes(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Said], ...]]:
    fixed, slots = [], []
    for name, *texts in _ATTRIBUTE.findall(text):
        value = html.unescape("".join(texts))
        parts = _SLOT.split(value)
        if len(parts) == 1 and not name.startswith(FREE):
            fixed.append((name.lower(), value))
            continue
        said = tuple(part if i % 2 == 0 else int(part) for i, part in enumerate(parts) if part)
        slots.append((name.lower(), said))
    return tuple(fixed), tuple(slots)
