"""Preflight of the page tree: every page once, counts and parents as they should be.

Source: ISO 32000-2, 7.7.3.
"""

from collections.abc import Sequence
from typing import NamedTuple

import pikepdf

from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule

MOST_KIDS = 256
"""Children of a node: beyond that a printer that looks for a page reads too much to find it."""
_DEEPEST = 32


class _Node(NamedTuple):
    """A node of the tree, or a page."""

    type: str
    parent: int | None
    below: int
    kids: Sequence[int]


def pages(file: PrintedFile, found: Findings) -> list[int]:
    """The object numbers of all pages in order."""
    walk = _Walk(file, found)
    top = file.pdf.Root.get("/Pages")
    if isinstance(top, pikepdf.Dictionary) and top.is_indirect:
        walk.take(top.objgen[0], None, 0)
    else:
        found.add(Rule.PAGE_TREE, 0, "no page tree")
    return walk.pages


class _Walk:
    """Goes through the tree once."""

    def __init__(self, file: PrintedFile, found: Findings) -> None:
        self.pages: list[int] = []
        self._file = file
        self._found = found
        self._seen: set[int] = set()

    def take(self, number: int, parent: int | None, level: int) -> None:
        """A node or page and all below it."""
        if number in self._seen or level > _DEEPEST:
            self._add("a node or page that stands in the tree twice")
            return
        self._seen.add(number)
        node = self._node(number)
        if node is None or node.type not in ("/Page", "/Pages"):
            self._add("a child that is neither node nor page")
            return
        if node.parent != parent:
            self._add("a node or page whose Parent is not above it")
        if node.type == "/Page":
            self.pages.append(number)
            return
        before = len(self.pages)
        if not 0 < len(node.kids) <= MOST_KIDS:
            self._add(f"a node with {len(node.kids)} children")
        for kid in node.kids:
            self.take(kid, number, level + 1)
        if node.below != len(self.pages) - before:
            self._add("a Count that is not the number of pages below")

    def _add(self, fact: str) -> None:
        self._found.add(Rule.PAGE_TREE, 0, fact)

    def _node(self, number: int) -> _Node | None:
        if (page := self._file.page(number)) is not None:
            return _Node("/Page", page.parent, 0, ())
        if (entries := self._file.written(number)) is not None:
            kind = entries.value("Type").decode("latin-1")
            kids, count = entries.references("Kids"), entries.value("Count")
            if kids is not None and count.isdigit():
                return _Node(kind, entries.reference("Parent"), int(count), kids)
        thing = self._file.object(number)
        if not isinstance(thing, pikepdf.Dictionary):
            return None
        above, kids_ = thing.get("/Parent"), thing.get("/Kids", pikepdf.Array())
        return _Node(
            str(thing.get("/Type", "")),
            above.objgen[0] if isinstance(above, pikepdf.Dictionary) else None,
            int(thing.get("/Count", 0)),
            [kid.objgen[0] for kid in kids_],
        )
