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
from dataclasses import dataclass, field

from pipelines.press.marking import SymbolSlot
from pipelines.press.shapes import plain_markup
from pipelines.press.shapes.tags import FREE, is_free, open_tag

Said = tuple[str | int, ...]
"""A text with slots: fixed strings, and numbers of values."""

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"))
SYMBOL = "svg"
"""The tag of the drawing that stands for a code."""
_OPEN, _CLOSE = "\ufdd4", "\ufdd5"
MARKS = re.compile("[\ufdd4-\ufdd9]")
"""What stands for values here and in stretches: no template or fixed value may have one of its own."""
_REFERENCE = re.compile(r"&#?\w*\Z")
_SLOT = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
UnreadMarkup = plain_markup.UnreadMarkup


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
    shared: "Shared | None" = None
    """What it holds, when that was read once for several places: then it has no children of its own."""
    first: int = 0
    """The value that the numbers of what it shares are counted from."""

    @property
    def inside(self) -> "list[Element | Said]":
        """What stands in it, whether shared or its own; numbers of values are the sharer's."""
        return self.children if self.shared is None else self.shared.element.children


@dataclass(eq=False, slots=True)
class Shared:
    """An element that stands in several places or documents; its values are numbered from 0."""

    element: Element
    count: int
    """How many values it has."""
    grown: dict[object, object] = field(default_factory=dict)
    """What was made of it, by what surrounds it (see `nodes.Grower`)."""

    def placed(self, first: int) -> Element:
        """Its element where its first value has that number."""
        one = self.element
        slots = one.slots
        if slots and first:
            slots = tuple([(name, moved(said, first)) for name, said in slots])
        symbol = one.symbol + first if one.symbol >= 0 else -1
        return Element(one.tag, one.attributes, slots, [], symbol, one.look, self, first)


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


def tree(pieces: Sequence[str], values: "Sequence[str | SymbolSlot | Shared]") -> Element:
    """The document element; what is shared stands among the values, between tags.

    Raises UnreadMarkup when the markup is not well nested.
    """
    elements = [child for child in _read(pieces, values) if isinstance(child, Element)]
    if len(elements) != 1:
        raise UnreadMarkup("<html> is not the only one")
    return elements[0]


def alone(pieces: Sequence[str], values: "Sequence[str | SymbolSlot | Shared]") -> Element:
    """The one element that the markup is. Raises UnreadMarkup when it is anything else."""
    found = _read(pieces, values)
    if len(found) != 1 or not isinstance(found[0], Element):
        raise UnreadMarkup("a stretch that is not one element")
    return found[0]


def _read(pieces: Sequence[str], values: "Sequence[str | SymbolSlot | Shared]") -> "list[Element | Said]":
    top = Element("", (), (), [])
    stack = [top]
    number = own = 0
    for text, slots in _runs(pieces, values):
        for event in _events(text):
            here = stack[-1]
            if isinstance(event, str):
                _add_text(here, event)
            elif isinstance(event, _Start):
                if event.tag in plain_markup.UNTAUGHT:
                    raise UnreadMarkup(f"<{event.tag}> in a letter")
                if event.tag in plain_markup.SECTIONS:
                    here = _close_body(stack)
                elif event.tag == "tr" and here.tag == "table":
                    here = _open_body(stack)
                closed = event.tag in VOID
                if event.closed and not closed:
                    closed = any(
                        tag in plain_markup.FOREIGN for tag in (event.tag, *[one.tag for one in stack])
                    )
                    if not closed:
                        raise UnreadMarkup(f"<{event.tag}/>, which HTML does not close")
                named = event.slots
                if slots and named:
                    named = tuple([(name, moved(said, number)) for name, said in named])
                made = Element(event.tag, event.attributes, named, [], -1, event.look)
                here.children.append(made)
                if not closed:
                    stack.append(made)
            else:
                tag = event.tag
                if tag == "table":
                    _close_body(stack)
                if stack[-1].tag != tag or len(stack) == 1:
                    raise UnreadMarkup(f"</{tag}> closes <{stack[-1].tag}>")
                stack.pop()
        number += slots
        own += slots
        if own < len(values):
            value = values[own]
            here = stack[-1]
            own += 1
            if type(value) is Shared:
                if value.element.tag == "tr" and here.tag == "table":
                    here = _open_body(stack)
                here.children.append(value.placed(number))
                number += value.count
                continue
            if type(value) is SymbolSlot:
                kind = (("symbol", value.kind), ("arguments", repr(value.arguments)))
                look = look_of(SYMBOL, kind)
                here.children.append(Element(SYMBOL, kind, (), [], symbol=number, look=look))
            else:
                _add_text(here, number)
            number += 1
    if len(stack) != 1:
        raise UnreadMarkup(f"<{stack[-1].tag}> is not closed")
    return top.children


def _open_body(stack: list[Element]) -> Element:
    """The body that HTML puts about a table's rows."""
    body = Element("tbody", (), (), [], -1, look_of("tbody", ()))
    stack[-1].children.append(body)
    stack.append(body)
    return body


def _close_body(stack: list[Element]) -> Element:
    """Closes a body without attributes where HTML does so by itself; the element that is open then."""
    if stack[-1].tag == "tbody" and stack[-2].tag == "table" and not stack[-1].attributes:
        stack.pop()
    return stack[-1]


def filled(said: Said, values: Sequence[str | SymbolSlot]) -> str:
    """The text with its values."""
    return "".join([part if isinstance(part, str) else str(values[part]) for part in said])


@dataclass(frozen=True, slots=True)
class _Start:
    tag: str
    attributes: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, Said], ...]
    closed: bool
    """Whether it closes itself with a slash."""
    look: int


@dataclass(frozen=True, slots=True)
class _End:
    tag: str


def _runs(pieces: Sequence[str], values: "Sequence[str | SymbolSlot | Shared]") -> Iterator[tuple[str, int]]:
    """The markup in stretches between values that stand outside of tags.

    Values inside of tags are in the stretch: fixed ones as they are, others as slots, which are
    counted from the first value inside.
    """
    for piece, after in zip(pieces, (*values, None), strict=True):
        if MARKS.search(piece):
            raise UnreadMarkup("a template with a mark in it")
        if after is not None and type(after) is not Shared and _REFERENCE.search(piece):
            # HTML would read it with the value's first letters.
            raise UnreadMarkup("a value after an unfinished reference")
    i = 0
    while i < len(pieces):
        text, first = pieces[i], i
        while i < len(values) and (inside := open_tag(text)):
            value = values[i]
            if type(value) is Shared:
                raise UnreadMarkup("a stretch inside a tag")
            if is_free(inside):
                text += f"{_OPEN}{i - first}{_CLOSE}"
            else:
                if not isinstance(value, str):
                    raise UnreadMarkup("a code inside a tag")
                if MARKS.search(value):
                    raise UnreadMarkup("a value with a mark in it")
                text += html.escape(value)
            i += 1
            text += pieces[i]
        yield text, i - first
        i += 1


@functools.lru_cache(16_384)
def _events(text: str) -> "tuple[str | _Start | _End, ...]":
    """Texts, start tags and end tags. The same stretches come again in nearly all letters."""
    found: list[str | _Start | _End] = []
    at = 0
    while at < len(text):
        match = plain_markup.TOKEN.match(text, at)
        if match is None:
            raise UnreadMarkup("a stray < or a tag that is not plainly written")
        at = match.end()
        if (words := match["text"]) is not None:
            found.append(plain_markup.unescaped(words))
        elif (tag := match["start"]) is not None:
            attributes, slots = _attributes(match["attributes"])
            look = look_of(tag.lower(), attributes, tuple([name for name, _ in slots]))
            found.append(_Start(tag.lower(), attributes, slots, bool(match["closed"]), look))
        elif (tag := match["end"]) is not None:
            found.append(_End(tag.lower()))
    return tuple(found)


def _add_text(here: Element, part: str | int) -> None:
    """Puts a text or a value behind what the element holds; neighbours are one text."""
    if here.tag in plain_markup.BARE and (isinstance(part, int) or part.strip(" \t\n\r\f")):
        raise UnreadMarkup(f"a text in <{here.tag}>, which HTML puts elsewhere")
    if here.tag == "pre" and not here.children and (isinstance(part, int) or part[:1] in "\r\n"):
        raise UnreadMarkup("<pre> that may begin with a line break, which HTML drops")
    if here.children and type(here.children[-1]) is tuple:
        here.children[-1] += (part,)
    else:
        here.children.append((part,))


def moved(said: Said, by: int) -> Said:
    """The text with its values' numbers raised."""
    if len(said) == 1:
        # Nearly always, and quicker so.
        return said if isinstance(only := said[0], str) else (only + by,)
    return tuple([part if isinstance(part, str) else part + by for part in said])


def _attributes(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Said], ...]]:
    fixed, slots = [], []
    for name, *texts in plain_markup.ATTRIBUTES.findall(text):
        value = plain_markup.unescaped("".join(texts))
        parts = _SLOT.split(value)
        if len(parts) == 1 and not name.startswith(FREE):
            fixed.append((name.lower(), value))
            continue
        said = tuple(part if i % 2 == 0 else int(part) for i, part in enumerate(parts) if part)
        slots.append((name.lower(), said))
    if len({name for name, _ in (*fixed, *slots)}) < len(fixed) + len(slots):
        raise UnreadMarkup("an attribute that is given twice")
    return tuple(fixed), tuple(slots)
