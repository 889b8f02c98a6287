"""The inline content of a block: texts, breaks, inline elements and boxes, and how blanks collapse in it."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from weasyprint.formatting_structure.text import transform

from pipelines.press.setting.style import CannotFollow, SpanStyle, TextStyle

_LINE_FEED = re.compile("\r\n?")
_ROUND_NEWLINE = re.compile("[\t ]*\n[\t ]*")
_BLANKS = re.compile("[\t ]+")


class Text(NamedTuple):
    """One text node of the document, as it stands there."""

    style: TextStyle
    text: str


class Atom(NamedTuple):
    """A box that lines carry as if it were a letter: its margin box, px."""

    key: str
    """Comes back with the box's place."""
    width: float
    height: float
    baseline: float
    """Below the top of the margin box."""
    language: str = ""


class Span(NamedTuple):
    """An inline element round other content. One that holds a single text need not be told apart from it."""

    style: SpanStyle
    items: tuple["Item", ...]


class Break(NamedTuple):
    """A `<br>`; its style is that of the element's own text, which has `white-space: pre-line`."""

    style: TextStyle


Item = Text | Atom | Span | Break


@dataclass(slots=True, eq=False)
class Leaf:
    """A text whose blanks have collapsed and whose letters have been transformed."""

    style: TextStyle
    text: str


@dataclass(slots=True, eq=False)
class Branch:
    """A line or an inline element, with what is left of its content."""

    line_height: float
    baseline: float
    white_space: str
    children: list["Node"] = field(default_factory=list)
    language: str = ""
    ends_in_lost_blank: bool = False
    """Whether it ended in a text of which a collapsed blank was all: a place to break after it."""


Node = Leaf | Branch | Atom


def grown(root: Branch, items: tuple[Item, ...]) -> Branch:
    """The content as a tree, below `root`; texts that collapsed to nothing are left out."""
    _grow(root, items, False)
    # A blank at a line's start goes; WeasyPrint drops a text that is nothing else beforehand.
    while root.children and isinstance(first := root.children[0], Leaf):
        if first.text != " " or not first.style.collapses:
            break
        del root.children[0]
    _check_begin(root)
    return root


def _check_begin(root: Branch) -> None:
    """Whether WeasyPrint keeps a blank behind an empty element depends on what stands before the block."""
    empty = False
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Branch):
            empty = empty or not node.children
            todo += reversed(node.children)
        else:
            if empty and isinstance(node, Leaf) and node.style.collapses and node.text.startswith(" "):
                raise CannotFollow("an empty element and a blank at the begin of a block")
            return


def collapsed(style: TextStyle, text: str, after_blank: bool) -> tuple[str, bool, bool]:
    """The text with its blanks collapsed; whether it ended in a blank, and whether it lost its first one."""
    text = _LINE_FEED.sub("\n", text) if "\r" in text else text
    space = style.white_space
    if space == "pre" or space == "pre-wrap":
        return text, False, False
    if "\n" in text:
        text = _ROUND_NEWLINE.sub("\n", text)
        if space != "pre-line":
            text = text.replace("\n", " ")
    if "  " in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    ends = text.endswith(" ")
    if after_blank and text.startswith(" "):
        return text[1:], ends, True
    return text, ends, False


def transformed(style: TextStyle, text: str) -> str:
    """The text after `text-transform`."""
    if style.text_transform != "none":
        text = transform(style.text_transform, text, style.transform_language)
    return text.replace("\u00ad", "") if style.drops_soft_hyphens else text


def _grow(branch: Branch, items: tuple[Item, ...], blank: bool) -> bool:
    lost = False
    for item in items:
        node: Node
        if isinstance(item, Text):
            if not item.text:
                continue
            text, blank, lost_blank = collapsed(item.style, item.text, blank)
            if not text:
                lost = lost or lost_blank
                continue
            node = Leaf(item.style, transformed(item.style, text))
        elif isinstance(item, Span):
            node = Branch(item.style.line_height, item.style.baseline, item.style.white_space)
            node.language = item.style.language
            blank = _grow(node, item.items, blank)
        elif isinstance(item, Break):
            style = item.style
            before = Branch(
                style.line_height, style.baseline, style.white_space, [Leaf(style, "\n")], style.language
            )
            node = Branch(style.line_height, style.baseline, style.white_space, [before], style.language)
            blank = False
        else:
            node = item
            blank = False
        branch.children.append(node)
        lost = False
    branch.ends_in_lost_blank = lost
    return blank
