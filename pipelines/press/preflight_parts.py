"""Preflight of the document parts (DPart), by which a print server tells the pieces apart.

Sources: ISO 32000-2, 14.12; ISO 16612-2 (PDF/VT-1).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf

from pipelines.press.expected import ExpectedPiece
from pipelines.press.rules import Findings, Rule

_XML_NAME = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_DEEPEST = 16


@dataclass(slots=True)
class _Tree:
    """What was found below the root: leaves as (node, first page, last page), and the depth."""

    leaves: list[tuple[tuple[int, int], int, int]] = field(default_factory=list)
    depth: int = 0


def check(pdf: pikepdf.Pdf, pieces: Sequence[ExpectedPiece], found: Findings) -> None:
    """The whole tree: nodes, names, ranges, back links, and one leaf a piece."""
    root = pdf.Root.get("/DPartRoot")
    if not isinstance(root, pikepdf.Dictionary) or not root.is_indirect:
        found.add(Rule.DPART_TREE, 0, "no indirect DPartRoot")
        return
    top = root.get("/DPartRootNode")
    if not isinstance(top, pikepdf.Dictionary) or not top.is_indirect:
        found.add(Rule.DPART_TREE, 0, "no indirect DPartRootNode")
        return
    pages = [page.obj for page in pdf.pages]
    order = {page.objgen: number for number, page in enumerate(pages, start=1)}
    tree = _Tree()
    _walk(top, root.objgen, 0, order, tree, found)
    _check_names(root, tree.depth, found)
    _check_ranges(pages, tree, found)
    wanted = [(piece.first_page, piece.first_page + piece.pages - 1) for piece in pieces]
    if [(first, last) for _, first, last in tree.leaves] != wanted:
        found.add(Rule.DPART_PIECES, 0, f"{len(tree.leaves)} leaves for {len(wanted)} pieces, or other pages")


def _walk(
    node: pikepdf.Object,
    parent: tuple[int, int],
    level: int,
    order: dict[tuple[int, int], int],
    tree: _Tree,
    found: Findings,
) -> None:
    if level > _DEEPEST:
        found.add(Rule.DPART_TREE, 0, f"more than {_DEEPEST} levels")
        return
    tree.depth = max(tree.depth, level + 1)
    keys = set(node.keys())
    if str(node.get("/Type", "")) != "/DPart":
        found.add(Rule.DPART_TREE, 0, "a node without Type DPart")
    if "/Parent" not in keys or node["/Parent"].objgen != parent:
        found.add(Rule.DPART_TREE, 0, "a node whose Parent is not above it")
    if "/DPM" in keys:
        _check_metadata(node["/DPM"], found, 0)
    if "/DParts" not in keys:
        _leaf(node, order, tree, found)
        return
    if keys & {"/Start", "/End"}:
        found.add(Rule.DPART_TREE, 0, "a node with both DParts and pages")
    groups = node["/DParts"]
    if not isinstance(groups, pikepdf.Array) or len(groups) == 0:
        found.add(Rule.DPART_TREE, 0, "DParts is not an array of arrays")
        return
    for group in groups:
        if not isinstance(group, pikepdf.Array) or len(group) == 0:
            found.add(Rule.DPART_TREE, 0, "DParts is not an array of non-empty arrays")
            continue
        for child in group:
            if not isinstance(child, pikepdf.Dictionary) or not child.is_indirect:
                found.add(Rule.DPART_TREE, 0, "a child that is no indirect node")
                continue
            _walk(child, node.objgen, level + 1, order, tree, found)


def _leaf(node: pikepdf.Object, order: dict[tuple[int, int], int], tree: _Tree, found: Findings) -> None:
    start, end = node.get("/Start"), node.get("/End")
    first = order.get(start.objgen) if isinstance(start, pikepdf.Dictionary) else None
    last = order.get(end.objgen) if isinstance(end, pikepdf.Dictionary) else first
    if first is None or last is None:
        found.add(Rule.DPART_TREE, 0, "a leaf whose Start or End is no page of the file")
        return
    if end is not None and last == first:
        found.add(Rule.DPART_TREE, first, "End on a leaf of one page")
    tree.leaves.append((node.objgen, first, last))


def _check_ranges(pages: list[pikepdf.Dictionary], tree: _Tree, found: Findings) -> None:
    expected = 1
    for leaf, first, last in tree.leaves:
        if first != expected:
            found.add(Rule.DPART_RANGE, first, "a gap, an overlap or another order than the pages")
        if last < first:
            found.add(Rule.DPART_RANGE, first, "End stands before Start")
        for number in range(first, last + 1):
            part = pages[number - 1].get("/DPart")
            if not isinstance(part, pikepdf.Dictionary) or part.objgen != leaf:
                found.add(Rule.DPART_BACKLINK, number, "the page does not point to its leaf")
        expected = max(first, last) + 1
    if expected != len(pages) + 1:
        found.add(Rule.DPART_RANGE, 0, "the leaves do not end with the last page")


def _check_names(root: pikepdf.Object, depth: int, found: Findings) -> None:
    names = root.get("/NodeNameList")
    if not isinstance(names, pikepdf.Array) or len(names) != depth:
        found.add(Rule.DPART_NAMES, 0, f"NodeNameList has not {depth} names")
    elif not all(_XML_NAME.fullmatch(str(name)[1:]) for name in names):
        found.add(Rule.DPART_NAMES, 0, "a name of NodeNameList is no XML name")
    level: object = root.get("/RecordLevel")
    if level is not None and not (isinstance(level, int) and 0 <= level < depth):
        found.add(Rule.DPART_NAMES, 0, "RecordLevel is no level of the tree")


def _check_metadata(value: object, found: Findings, level: int) -> None:
    """A DPM dictionary, or a value in one. Errata 86 of ISO 32000-2 accepts names as values."""
    match value:
        case pikepdf.Stream() | None:
            found.add(Rule.DPART_METADATA, 0, "a stream or null in DPM")
        case pikepdf.Dictionary() if level < _DEEPEST:
            for key, inner in value.items():
                if not _XML_NAME.fullmatch(key[1:]):
                    found.add(Rule.DPART_METADATA, 0, f"key {key[:24]} is no XML name")
                _check_metadata(inner, found, level + 1)
        case pikepdf.Array() if level < _DEEPEST:
            for inner in value:
                _check_metadata(inner, found, level + 1)
        case _ if level == 0 or level >= _DEEPEST:
            found.add(Rule.DPART_METADATA, 0, "DPM is no dictionary, or too deep")
