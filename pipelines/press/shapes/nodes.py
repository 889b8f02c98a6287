"""A letter's tree as the press lays it out: blocks of lines, blocks of blocks, tables.

Nodes are made from markup and parts once for all letters of the same pieces. What varies are the
texts of the leaves: each leaf has a number, and a letter brings one set block for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.press.setting.content import Atom, Break, Item, Span, Text
from pipelines.press.setting.style import BlockStyle, SpanStyle, TextStyle
from pipelines.press.shapes.markup import Element, Said
from pipelines.press.shapes.parts import Part, Unfollowed, nameless

_BLANKS = " \t\r\n\f"
Recipe = tuple["Words | Nested | Break | Atom", ...]


class Words(NamedTuple):
    """A text of a leaf before it is filled."""

    style: TextStyle
    said: Said


class Nested(NamedTuple):
    """An element within a line, with what it holds."""

    style: SpanStyle
    recipe: Recipe


class Node:
    """One element in the flow. `leaf` is its number when it holds lines, -1 otherwise."""

    __slots__ = ("absolutes", "atoms", "children", "leaf", "number", "part", "strings", "symbol", "top")

    def __init__(self, part: Part, symbol: int = -1, number: int = 0) -> None:
        self.part = part
        self.symbol = symbol
        self.number = number
        """Place in the order of the document."""
        self.leaf = -1
        self.children: Sequence[Node] = ()
        self.absolutes: Sequence[tuple[int, Node]] = ()
        """Boxes that are taken out of the flow, with how many children stand before them."""
        self.atoms: Sequence[Node] = ()
        self.strings: tuple[tuple[str, tuple[Said, ...]], ...] = ()
        self.top = False
        """Stands in the root element itself."""


@dataclass(eq=False, slots=True)
class Wording:
    """How a leaf says what it says; its slots are numbered from 0. There is one for all equal ones."""

    block: BlockStyle
    recipe: Recipe
    tight: bool = False
    """Whether its box is as wide as its text, which may wrap."""

    def items(self, values: Sequence[str]) -> tuple[Item, ...]:
        """The content with its values."""
        made = _items(self.recipe, values)
        if self.tight and _said(made).endswith(tuple(_BLANKS)):
            # WeasyPrint makes such a box a hair too narrow for its own text.
            raise Unfollowed("a box as wide as its text, which ends in a blank")
        return made


@dataclass(eq=False, slots=True)
class Leaf:
    """A block of lines: how it says, and which of the letter's values."""

    wording: Wording
    slots: tuple[int, ...]

    @property
    def fixed(self) -> bool:
        """Whether it says the same in all letters."""
        return not self.slots


@dataclass(eq=False, slots=True)
class Grown:
    """The tree of all letters with the same pieces."""

    root: Node
    leaves: list[Leaf]


class Unknown(Exception):
    """An element's signature has not been met before."""


class Grower:
    """Grows the tree of one document from its markup and parts."""

    def __init__(self, parts: Mapping[bytes, Part], signatures: Mapping[int, bytes]) -> None:
        self._parts = parts
        self._signatures = signatures
        self._leaves: list[Leaf] = []
        self._count = 0

    def grow(self, root: Element) -> Grown:
        """The tree. Raises Unknown, or Unfollowed when a part cannot be followed."""
        node = self._node(root, self._part(root))
        for child in node.children:
            child.top = True
        return Grown(node, self._leaves)

    def _part(self, element: Element) -> Part:
        part = self._parts.get(self._signatures[id(element)])
        if part is None:
            raise Unknown
        if part.refused:
            raise Unfollowed(part.refused)
        return part

    def _node(self, element: Element, part: Part) -> Node:
        node = Node(part, element.symbol, self._count)
        if part.strings:
            node.strings = tuple(
                [(name, tuple([_string(item, element) for item in items])) for name, items in part.strings]
            )
        self._count += 1
        if part.display in ("picture", "symbol"):
            return node
        content: list[_Content] = []
        lines = stacked = led = False
        for child in element.children:
            if type(child) is tuple:
                lines = lines or not _blank(child)
                content.append((child, None))
                continue
            assert isinstance(child, Element)
            its = self._part(child)
            if its.display == "none":
                continue
            content.append((child, its))
            if its.position == "absolute":
                led = led or not lines
            elif its.inline:
                lines = True
            else:
                stacked = True
        if lines and not (stacked or led):
            self._leaf(node, content)
        elif content:
            self._blocks(node, content)
        return node

    def _blocks(self, node: Node, content: "list[_Content]") -> None:
        """Blocks one below the other; texts beside them become blocks of their own without a name."""
        children: list[Node] = []
        absolutes: list[tuple[int, Node]] = []
        run: list[_Content] = []
        for one in content:
            child, its = one
            if its is None:
                if run or not _blank(child):  # type: ignore[arg-type]
                    run.append(one)
                continue
            assert isinstance(child, Element)
            if its.inline or (run and its.position == "absolute"):
                run.append(one)
            elif its.position == "absolute":
                absolutes.append((len(children), self._node(child, its)))
            elif node.part.shrinks:
                raise Unfollowed("a box as wide as the blocks in it")
            else:
                if run:
                    children.append(self._nameless(node, run))
                    run = []
                children.append(self._node(child, its))
        if run:
            children.append(self._nameless(node, run))
        node.children = children
        if absolutes:
            node.absolutes = absolutes

    def _nameless(self, node: Node, run: "list[_Content]") -> Node:
        child = Node(nameless(node.part), number=self._count)
        self._count += 1
        self._leaf(child, run)
        return child

    def _leaf(self, node: Node, content: "list[_Content]") -> None:
        slots: list[int] = []
        atoms: list[Node] = []
        recipe = self._recipe(node, content, node.part, slots, atoms)
        if atoms:
            node.atoms = atoms
        if node.part.block is None:
            raise Unfollowed(node.part.text_refused or "lines in a box that has none elsewhere")
        block = node.part.block
        tight = node.part.shrinks and block.white_space not in ("nowrap", "pre")
        node.leaf = len(self._leaves)
        self._leaves.append(Leaf(wording(block, recipe, tight), tuple(slots)))
        absolutes: list[tuple[int, Node]] = []
        for child, its in content:
            if its is not None and its.position == "absolute":
                assert isinstance(child, Element)
                if not its.left_set or (its.top is None and its.bottom is None):
                    raise Unfollowed("an absolute box that stands where its line does")
                absolutes.append((0, self._node(child, its)))
        if absolutes:
            node.absolutes = absolutes

    def _recipe(
        self, node: Node, content: "list[_Content]", part: Part, slots: list[int], atoms: list[Node]
    ) -> Recipe:
        """The content in order; appends the numbers of its values to `slots`, its boxes to `atoms`."""
        recipe: list[Words | Nested | Break | Atom] = []
        for child, its in content:
            if its is None:
                if part.text is None:
                    raise Unfollowed(part.text_refused or "a text without a style")
                recipe.append(Words(part.text, _numbered(child, slots)))  # type: ignore[arg-type]
                continue
            assert isinstance(child, Element)
            if its.position == "absolute":
                if part is not node.part:
                    raise Unfollowed("an absolute box within an element of a line")
            elif child.tag == "br":
                if its.text is None:
                    raise Unfollowed(its.text_refused or "a text without a style")
                recipe.append(Break(its.text))
            elif its.display == "inline":
                if its.span is None:
                    raise Unfollowed("a box of its own within a line")
                within = self._shown(child)
                recipe.append(Nested(its.span, self._recipe(node, within, its, slots, atoms)))
            elif its.inline:
                recipe.append(Atom(str(len(atoms)), its.advance, its.rise, its.baseline))
                atoms.append(self._node(child, its))
            else:
                raise Unfollowed("a block within a line")
        return tuple(recipe)

    def _shown(self, element: Element) -> "list[_Content]":
        """What is in an element, without what is not shown."""
        found: list[_Content] = []
        for child in element.children:
            its = self._part(child) if isinstance(child, Element) else None
            if its is None or its.display != "none":
                found.append((child, its))
        return found


_Content = tuple[Element | Said, Part | None]
"""What stands in an element; a text has no part."""


def _numbered(said: Said, slots: list[int]) -> Said:
    """The text with its values numbered in the leaf; appends their own numbers to `slots`."""
    if len(said) == 1 and type(said[0]) is str:
        return said
    found: list[str | int] = []
    for told in said:
        if isinstance(told, int):
            found.append(len(slots))
            slots.append(told)
        else:
            found.append(told)
    return tuple(found)


_WORDINGS: dict[tuple[BlockStyle, Recipe, bool], Wording] = {}
MOST_WORDINGS = 50_000


def wording(block: BlockStyle, recipe: Recipe, tight: bool = False) -> Wording:
    """The wording of that block and recipe: the same object for equal ones, so that it is a quick key."""
    known = _WORDINGS.get((block, recipe, tight))
    if known is None:
        if len(_WORDINGS) >= MOST_WORDINGS:
            _WORDINGS.clear()
        known = _WORDINGS[block, recipe, tight] = Wording(block, recipe, tight)
    return known


def _said(items: Sequence[Item]) -> str:
    return "".join(
        [
            item.text if isinstance(item, Text) else _said(item.items) if isinstance(item, Span) else "-"
            for item in items
        ]
    )


def _items(recipe: Recipe, values: Sequence[str]) -> tuple[Item, ...]:
    made: list[Item] = []
    for item in recipe:
        if isinstance(item, Words):
            text = "".join([part if isinstance(part, str) else values[part] for part in item.said])
            made.append(Text(item.style, text))
        elif isinstance(item, Nested):
            made.append(Span(item.style, _items(item.recipe, values)))
        else:
            made.append(item)
    return tuple(made)


def _string(item: tuple[str, str], element: Element) -> Said:
    kind, value = item
    if kind == "string":
        return (value,)
    named = dict(element.slots)
    if value in named:
        return named[value]
    return (dict(element.attributes).get(value, ""),)


def _blank(said: Said) -> bool:
    if len(said) == 1:
        # Nearly always, and quicker so.
        return type(only := said[0]) is str and not only.strip(_BLANKS)
    return all(isinstance(part, str) and not part.strip(_BLANKS) for part in said)
