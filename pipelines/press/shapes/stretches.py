"""Documents cut into stretches that come again: what stands in the body, rows of tables, blocks in both.

Letters of a layout are put together from few such stretches in ever new ways. A stretch is known by
its text, in which marks stand for the letter's values, and is read once; so a new document costs
only what is new in it. Cuts are made without a look at the whole markup. Where that does not come out
even (a row within a row, a stretch in a comment), no stretch or document is well nested any more,
and the document is read as a whole.
"""

import functools
import html
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress

from pipelines.press.marking import Marked, SymbolSlot
from pipelines.press.recent import Recent
from pipelines.press.shapes.cutting import in_body, in_lines
from pipelines.press.shapes.markup import MARKS, Element, Shared, UnreadMarkup, alone, tree

ROWS = 2_000
"""Rows of tables that are kept, by their text; some 5 kB each."""
SECTIONS = 300
"""What stood in bodies, by its text and rows; some 20 kB each."""
BLOCKS = 1_000
"""What stood in these and in long rows, by its text and rows; some 5 kB each."""
LONG = 500
"""How many characters a row or a block has at the least that is cut again; reading one takes 20 us."""
BEGINNINGS = 20
"""How many tags with which something in the body begins are kept; layouts have two or three."""
_VALUE, _FIXED, _DRAWN, _SHARED = "\ufdd6", "\ufdd7", "\ufdd8", "\ufdd9"
_ALL = "\ufdd4\ufdd5" + _VALUE + _FIXED + _DRAWN + _SHARED
_MARK = re.compile(f"{_VALUE}(?:{_FIXED}([^{_FIXED}]*){_FIXED}|{_DRAWN}([^{_DRAWN}]*){_DRAWN})?|({_SHARED})")


class Stretches:
    """The stretches of one layout's documents."""

    def __init__(self) -> None:
        self._rows: Recent[str, Shared] = Recent(ROWS)
        self._beginnings: set[str] = set()
        self._sections: Recent[tuple[object, ...], Shared] = Recent(SECTIONS)
        self._blocks: Recent[tuple[object, ...], Shared] | None = Recent(BLOCKS)

    def tree(self, marked: Marked, fixed: Iterable[int]) -> Element:
        """The document element; what it shares with others stands in it unopened.

        `fixed` are the values that may change the look (see `tags.fixed_slots`). Raises UnreadMarkup
        when the document cannot be cut, or not be read at all.
        """
        text, rows = self._without_rows(written(marked, fixed))
        try:
            return self._tree(text, rows, self._begun(text))
        except UnreadMarkup:
            # Something begins so within others too, or something new stands in the body.
            places = in_body(text)
            self._beginnings.update(text[start : text.index(">", start) + 1] for start, _ in places)
            if len(self._beginnings) > BEGINNINGS:
                self._beginnings.clear()
            return self._tree(text, rows, places)

    def uncut(self) -> None:
        """Says that something shared stood in a line of text: then blocks are cut out no more."""
        if self._blocks is not None:
            self._blocks = None
            self._rows.clear()
            self._sections.clear()

    def _tree(self, text: str, rows: Sequence[Shared], places: Sequence[tuple[int, int]]) -> Element:
        parts: list[str] = []
        sections: list[Shared] = []
        at = used = 0
        for start, end in places:
            parts += (text[at:start], _SHARED)
            said = text[start:end]
            count = said.count(_SHARED)
            sections.append(self._section(said, rows[used : used + count]))
            used += count
            at = end
        if used < len(rows):
            raise UnreadMarkup("a row outside of the body")
        return tree(*_apart("".join([*parts, text[at:]]), sections))

    def _begun(self, text: str) -> list[tuple[int, int]]:
        """Where something stands in the body, by how it began in other documents."""
        starts = sorted([at for tag in self._beginnings if (at := text.find(tag)) >= 0])
        end = text.rfind("</body")
        if not starts or end < starts[-1]:
            raise UnreadMarkup("a body of which nothing is known")
        ends = [*starts[1:], end]
        return [(at, at + len(text[at:to].rstrip())) for at, to in zip(starts, ends, strict=True)]

    def _without_rows(self, text: str) -> tuple[str, list[Shared]]:
        first, *others = text.split("<tr")
        parts = [first]
        rows = []
        for other in others:
            said, end, rest = other.partition("</tr>")
            said = f"<tr{said}{end}"
            row = self._rows.get(said)
            if row is None:
                row = self._rows.keep(said, self._shared(said, ()))
            rows.append(row)
            parts += (_SHARED, rest)
        return "".join(parts), rows

    def _section(self, said: str, rows: Sequence[Shared]) -> Shared:
        key = (said, *rows)
        section = self._sections.get(key)
        if section is None:
            section = self._sections.keep(key, self._shared(said, rows))
        return section

    def _shared(self, said: str, rows: Sequence[Shared]) -> Shared:
        """An element, put together from blocks that stood in others where its lines allow it."""
        if self._blocks is not None and len(said) >= LONG:
            with suppress(UnreadMarkup):
                return self._of_blocks(said, rows, self._blocks)
        return _shared(said, rows)

    def _of_blocks(
        self, said: str, rows: Sequence[Shared], blocks: Recent[tuple[object, ...], Shared]
    ) -> Shared:
        parts: list[str] = []
        inner: list[Shared] = []
        at = used = 0
        for start, end in in_lines(said):
            before = used + said.count(_SHARED, at, start)
            behind = before + said.count(_SHARED, start, end)
            parts += (said[at:start], _SHARED)
            own, its = said[start:end], rows[before:behind]
            key = (own, *its)
            block = blocks.get(key)
            if block is None:
                block = blocks.keep(key, self._shared(own, its))
            inner += (*rows[used:before], block)
            at, used = end, behind
        return _shared("".join([*parts, said[at:]]), [*inner, *rows[used:]])


def written(marked: Marked, fixed: Iterable[int]) -> str:
    """The document with a mark for each value, which says of it what the tree depends on."""
    marks = [_VALUE] * len(marked.values)
    quoted = drawn = 0
    for i in fixed:
        quoted += 1
        marks[i] = _fixed_mark(str(marked.values[i]))
    for i in marked.symbols:
        value = marked.values[i]
        if isinstance(value, SymbolSlot):
            drawn += 1
            marks[i] = f"{_VALUE}{_DRAWN}{' '.join([value.kind, *map(repr, value.arguments)])}{_DRAWN}"
    parts = [""] * (2 * len(marks) + 1)
    parts[::2] = marked.pieces
    parts[1::2] = marks
    text = "".join(parts)
    if [text.count(mark) for mark in _ALL] != [0, 0, len(marks), 2 * quoted, 2 * drawn, 0]:
        raise UnreadMarkup("a template with a mark in it")
    return text


@functools.lru_cache(4_096)
def _fixed_mark(value: str) -> str:
    """The mark for a value that may change the look. Raises UnreadMarkup."""
    said = html.escape(value)
    if MARKS.search(said):
        raise UnreadMarkup("a value with a mark in it")
    return f"{_VALUE}{_FIXED}{said}{_FIXED}"


def _shared(said: str, inner: Sequence[Shared]) -> Shared:
    element = alone(*_apart(said, inner))
    return Shared(element, said.count(_VALUE) + sum(one.count for one in inner))


def _apart(text: str, inner: Sequence[Shared]) -> tuple[list[str], list[str | SymbolSlot | Shared]]:
    """The text's pieces, and what stands between them as far as the tree depends on it."""
    pieces: list[str] = []
    values: list[str | SymbolSlot | Shared] = []
    waiting = iter(inner)
    at = 0
    for mark in _MARK.finditer(text):
        pieces.append(text[at : mark.start()])
        at = mark.end()
        said, drawn, shared = mark.groups()
        if shared is not None:
            values.append(next(waiting))
        elif drawn is not None:
            kind, *sizes = drawn.split(" ")
            values.append(SymbolSlot(kind, "", tuple(map(float, sizes))))
        else:
            values.append(html.unescape(said or ""))
    pieces.append(text[at:])
    return pieces, values
