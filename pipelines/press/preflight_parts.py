"""Preflight of the document parts (DPart), by which a print server tells the pieces apart.

Sources: ISO 32000-2, 14.12; ISO 16612-2 (PDF/VT-1).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf

from pipelines.press.expected import Expected
from pipelines.press.preflight_records import Facts, Record, leaves, read
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule

LEVELS = ("Lot", "Container", "Piece")
_XML_NAME = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_REFERENCES = re.compile(rb"\[\s*((?:\d+ 0 R\s*)+)\]")
_DEEPEST = 16


@dataclass(slots=True)
class _Tree:
    """What was found below the root: leaves in their order, facts and children of inner nodes, levels."""

    leaves: list[Record] = field(default_factory=list)
    inner: list[tuple[int, Facts, int]] = field(default_factory=list)
    """Level, facts and number of leaves below."""
    depth: int = 0
    shallowest: int = _DEEPEST
    """The level of the leaf nearest to the root."""
    seen: set[int] = field(default_factory=set)


def check(file: PrintedFile, pages: Sequence[int], expect: Expected, found: Findings) -> None:
    """The whole tree: nodes, names, ranges, back links, facts, and one leaf a piece."""
    root = file.pdf.Root.get("/DPartRoot")
    if not isinstance(root, pikepdf.Dictionary) or not root.is_indirect:
        found.add(Rule.DPART_TREE, 0, "no indirect DPartRoot")
        return
    if str(root.get("/Type", "/DPartRoot")) != "/DPartRoot":
        found.add(Rule.DPART_TREE, 0, "a root of another Type")
    top = root.get("/DPartRootNode")
    if not isinstance(top, pikepdf.Dictionary) or not top.is_indirect:
        found.add(Rule.DPART_TREE, 0, "no indirect DPartRootNode")
        return
    walk = _Walk(file, {number: place for place, number in enumerate(pages, start=1)}, found)
    walk.node(top.objgen[0], root.objgen[0], 0)
    _check_names(root, walk.tree, found)
    _check_ranges(file, pages, walk.tree.leaves, found)
    _check_pieces(walk.tree, expect, found)


class _Walk:
    """Goes through the tree once."""

    def __init__(self, file: PrintedFile, order: dict[int, int], found: Findings) -> None:
        self.tree = _Tree()
        self._file = file
        self._order = order
        self._leaves = leaves(file)
        self._found = found

    def node(self, number: int, parent: int, level: int) -> None:
        """A node and all below it."""
        tree = self.tree
        if level > _DEEPEST or number in tree.seen:
            self._add(Rule.DPART_TREE, f"a node that stands twice, or more than {_DEEPEST} levels")
            return
        tree.seen.add(number)
        tree.depth = max(tree.depth, level + 1)
        record = self._leaves.get(number) or read(self._file, number, self._found)
        if record is None:
            self._add(Rule.DPART_TREE, "a child that is no node")
            return
        if record.type != "/DPart":
            self._add(Rule.DPART_TREE, "a node without Type DPart")
        if record.parent != parent:
            self._add(Rule.DPART_TREE, "a node whose Parent is not above it")
        if record.inner:
            before = len(tree.leaves)
            self._children(number, level)
            tree.inner.append((level, record.facts, len(tree.leaves) - before))
        else:
            tree.shallowest = min(tree.shallowest, level)
            self._leaf(record)

    def _children(self, number: int, level: int) -> None:
        node = self._file.object(number)
        if set(node.keys()) & {"/Start", "/End"}:
            self._add(Rule.DPART_TREE, "a node with both DParts and pages")
        groups = node["/DParts"]
        if not isinstance(groups, pikepdf.Array) or len(groups) == 0:
            self._add(Rule.DPART_TREE, "DParts is not an array of arrays")
            return
        for group in groups:
            if not isinstance(group, pikepdf.Array) or len(group) == 0:
                self._add(Rule.DPART_TREE, "DParts is not an array of non-empty arrays")
                continue
            for child in _numbers(group):
                if child is None:
                    self._add(Rule.DPART_TREE, "a child that is no indirect node")
                else:
                    self.node(child, number, level + 1)

    def _leaf(self, record: Record) -> None:
        first = self._order.get(record.start) if record.start is not None else None
        last = self._order.get(record.end) if record.end is not None else first
        if first is None or last is None:
            self._add(Rule.DPART_TREE, "a leaf whose Start or End is no page of the file")
            return
        if record.end is not None and last == first:
            self._found.add(Rule.DPART_TREE, first, "End on a leaf of one page")
        record.first, record.last = first, last
        self.tree.leaves.append(record)

    def _add(self, rule: Rule, fact: str) -> None:
        self._found.add(rule, 0, fact)


def _numbers(group: pikepdf.Array) -> list[int | None]:
    """The object numbers of the children; None for one that is no object of its own."""
    references = _REFERENCES.fullmatch(group.unparse())
    if references is not None:
        return [int(number) for number in references[1].split()[::3]]
    return [child.objgen[0] or None if isinstance(child, pikepdf.Dictionary) else None for child in group]


def _check_ranges(file: PrintedFile, pages: Sequence[int], leaves: Sequence[Record], found: Findings) -> None:
    expected = 1
    for leaf in leaves:
        if leaf.first != expected:
            found.add(Rule.DPART_RANGE, leaf.first, "a gap, an overlap or another order than the pages")
        if leaf.last < leaf.first:
            found.add(Rule.DPART_RANGE, leaf.first, "End stands before Start")
        for number in range(leaf.first, leaf.last + 1):
            if _leaf_of(file, pages[number - 1]) != leaf.number:
                found.add(Rule.DPART_BACKLINK, number, "the page does not point to its leaf")
        expected = max(leaf.first, leaf.last) + 1
    if expected != len(pages) + 1:
        found.add(Rule.DPART_RANGE, 0, "the leaves do not end with the last page")


def _leaf_of(file: PrintedFile, page: int) -> int | None:
    written = file.page(page)
    if written is not None and written.part is not None:
        return written.part
    part = file.object(page).get("/DPart")
    return part.objgen[0] if isinstance(part, pikepdf.Dictionary) else None


def _check_names(root: pikepdf.Object, tree: _Tree, found: Findings) -> None:
    depth = tree.depth
    names = root.get("/NodeNameList")
    listed = [str(name)[1:] for name in names] if isinstance(names, pikepdf.Array) else []
    if len(listed) != depth:
        found.add(Rule.DPART_NAMES, 0, f"NodeNameList has not {depth} names")
    elif not all(_XML_NAME.fullmatch(name) for name in listed):
        found.add(Rule.DPART_NAMES, 0, "a name of NodeNameList is no XML name")
    level: object = root.get("/RecordLevel")
    if level is not None and not (isinstance(level, int) and 0 <= level < depth):
        found.add(Rule.DPART_NAMES, 0, "RecordLevel is no level of the tree")
    if tuple(listed) != LEVELS:
        found.add(Rule.DPART_RECORD, 0, f"the levels are not {', '.join(LEVELS)}")
    if level != len(LEVELS) - 1 or tree.shallowest != depth - 1:
        found.add(Rule.DPART_RECORD, 0, "pieces are not the records, or not all leaves are pieces")


def _check_pieces(tree: _Tree, expect: Expected, found: Findings) -> None:
    """One leaf a piece; and what the nodes say of themselves."""
    wanted = [(piece.first_page, piece.first_page + piece.pages - 1) for piece in expect.pieces]
    if [(leaf.first, leaf.last) for leaf in tree.leaves] != wanted:
        found.add(Rule.DPART_PIECES, 0, f"{len(tree.leaves)} leaves for {len(wanted)} pieces, or other pages")
        return
    for leaf, piece in zip(tree.leaves, expect.pieces, strict=True):
        said = {
            "ID": piece.piece_id,
            "Sequence": piece.sequence,
            "Sheets": piece.sheets,
            "Pages": piece.pages,
        }
        if leaf.facts.get(f"Brvp_{LEVELS[-1]}") != said:
            found.add(Rule.DPART_FACTS, leaf.first, "the piece is not what its DPM says")
    for level, facts, below in tree.inner:
        name = LEVELS[min(level, len(LEVELS) - 1)]
        own = facts.get(f"Brvp_{name}", {})
        named = isinstance(own.get("ID"), str) and own["ID"] != ""
        if not named or own.get("Pieces") != below:
            found.add(Rule.DPART_FACTS, 0, f"the DPM of a {name} has no ID, or another number of pieces")
        if name == LEVELS[0] and expect.job and own.get("Job") != expect.job:
            found.add(Rule.DPART_FACTS, 0, "the DPM of the lot has another job")
