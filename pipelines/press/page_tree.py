"""The page tree of a print file, balanced, built while pages come.

Source: ISO 32000-2, 7.7.3.
"""

from dataclasses import dataclass, field

from pipelines.press.writer import PdfWriter

KIDS = 50
"""Children of a node: a reader finds any page in a few steps."""


@dataclass(slots=True)
class _Node:
    """A node that still takes children."""

    number: int
    kids: list[int] = field(default_factory=list)
    pages: int = 0


class PageTree:
    """A tree of pages that all lie equally deep. Holds one open node a level, however long the file."""

    def __init__(self, file: PdfWriter) -> None:
        self._file = file
        self._open: list[_Node] = []
        self.pages = 0
        """How many pages hang on the tree."""

    def hang(self, page: int) -> int:
        """The number of the node on which the page object of that number hangs now: its /Parent."""
        node = self._roomy(0)
        node.kids.append(page)
        node.pages += 1
        self.pages += 1
        return node.number

    def close(self) -> int:
        """The number of the root. Raises ValueError for a tree without pages."""
        if not self._open:
            raise ValueError("a page tree without pages")
        level = 0
        while level < len(self._open) - 1:
            self._write(level)
            level += 1
        self._file.add(_body(self._open[-1]), self._open[-1].number)
        return self._open[-1].number

    def _roomy(self, level: int) -> _Node:
        """The node of a level that has room for one more; a full one is written first.

        A full node waits for the next child, since it may turn out to be the root.
        """
        if level == len(self._open):
            self._open.append(_Node(self._file.reserve()))
        elif len(self._open[level].kids) == KIDS:
            self._write(level)
            self._open[level] = _Node(self._file.reserve())
        return self._open[level]

    def _write(self, level: int) -> None:
        node, above = self._open[level], self._roomy(level + 1)
        above.kids.append(node.number)
        above.pages += node.pages
        self._file.add(_body(node, b"/Parent %d 0 R" % above.number), node.number)


def _body(node: _Node, parent: bytes = b"") -> bytes:
    kids = " ".join([f"{kid} 0 R" for kid in node.kids]).encode()
    return b"<</Type/Pages%b/Count %d/Kids[%b]>>" % (parent, node.pages, kids)
