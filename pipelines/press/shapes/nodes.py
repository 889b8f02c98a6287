"""A letter's tree as the press lays it out: blocks of lines, blocks of blocks, tables.

Nodes are made from markup and parts once for all letters of the same pieces. What varies are the
texts of the leaves: each leaf has a number, and a letter brings one set block for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.press.setting.content import Atom, Break, Item, Span, Text
from pipelines.press.setting.style import BlockStyle, SpanStyle, TextStyle
from pipelines.press.shapes.markup import Element, Said
from pipelines.press.shapes.parts import Part, Unfollowed, nameless

_BLANKS = " \t\r\n\f"
Recipe = tuple["Words | Nested | Break | Atom", ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a leaf before it is filled."""

    style: TextStyle
    said: Said


@dataclass(frozen=True, slots=True)
class Nested:
    """An element within a line, with what it holds."""

    style: SpanStyle
    recipe: Recipe


@dataclass(eq=False, slots=True)
class Node:
    """One element in the flow. `leaf` is its number when it holds lines, -1 otherwise."""

    part: Part
    children: "list[Node]" = field(default_factory=list)
    absolutes: "list[tuple[int, Node]]" = field(default_factory=list)
    """Boxes that are taken out of the flow, with how many children stand before them."""
    leaf: int = -1
    atoms: "list[Node]" = field(default_factory=list)
    symbol: int = -1
    strings: tuple[tuple[str, tuple[Said, ...]], ...] = ()
    top: bool = False
    """Stands in the root element itself."""
    number: int = 0
    """Place in the order of the document."""


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
        node = self._node(root)
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

    def _node(self, element: Element) -> Node:
        part = self._part(element)
        node = Node(part, symbol=element.symbol, number=self._count)
        if part.strings:
            node.strings = tuple(
                [(name, tuple([_string(item, element) for item in items])) for name, items in part.strings]
            )
        self._count += 1
        if part.display in ("picture", "symbol"):
            return node
        lines = stacked = led = False
        for child in element.children:
            if not isinstance(child, Element):
                lines = lines or not _blank(child)
                continue
            its = self._part(child)
            if its.display == "none":
                continue
            if its.position == "absolute":
                led = led or not lines
            else:
                lines = lines or its.inline
                stacked = stacked or not its.inline
        if lines and not (stacked or led):
            self._leaf(node, element.children)
        else:
            self._blocks(node, element)
        return node

    def _blocks(self, node: Node, element: Element) -> None:
        """Blocks one below the other; texts beside them become blocks of their own without a name."""
        run: list[Element | Said] = []
        for child in element.children:
            if not isinstance(child, Element):
                if run or not _blank(child):
                    run.append(child)
                continue
            its = self._part(child)
            if its.display == "none":
                continue
            if its.inline or (run and its.position == "absolute"):
                run.append(child)
            elif its.position == "absolute":
                node.absolutes.append((len(node.children), self._node(child)))
            elif node.part.shrinks:
                raise Unfollowed("a box as wide as the blocks in it")
            else:
                self._nameless(node, run)
                run = []
                node.children.append(self._node(child))
        self._nameless(node, run)

    def _nameless(self, node: Node, run: "list[Element | Said]") -> None:
        if run:
            child = Node(nameless(node.part), number=self._count)
            self._count += 1
            self._leaf(child, run)
            node.children.append(child)

    def _leaf(self, node: Node, content: "Sequence[Element | Said]") -> None:
        slots: list[int] = []
        recipe = self._recipe(node, content, node.part, slots)
        if node.part.block is None:
            raise Unfollowed(node.part.text_refused or "lines in a box that has none elsewhere")
        block = node.part.block
        tight = node.part.shrinks and block.white_space not in ("nowrap", "pre")
        node.leaf = len(self._leaves)
        self._leaves.append(Leaf(wording(block, recipe, tight), tuple(slots)))
        for child in content:
            if isinstance(child, Element) and (its := self._part(child)).position == "absolute":
                if not its.left_set or (its.top is None and its.bottom is None):
                    raise Unfollowed("an absolute box that stands where its line does")
                node.absolutes.append((0, self._node(child)))

    def _recipe(
        self, node: Node, content: "Sequence[Element | Said]", part: Part, slots: list[int]
    ) -> Recipe:
        """The content in order; appends the numbers of its values to `slots`."""
        recipe: list[Words | Nested | Break | Atom] = []
        for child in content:
            if not isinstance(child, Element):
                if part.text is None:
                    raise Unfollowed(part.text_refused or "a text without a style")
                said: list[str | int] = []
                for told in child:
                    if isinstance(told, int):
                        said.append(len(slots))
                        slots.append(told)
                    else:
                        said.append(told)
                recipe.append(Words(part.text, tuple(said)))
                continue
            its = self._part(child)
            if its.display == "none":
                continue
            if its.position == "absolute":
                if part is not node.part:
                    raise Unfollowed("an absolute box within an element of a line")
                continue
            if child.tag == "br":
                if its.text is None:
                    raise Unfollowed(its.text_refused or "a text without a style")
                recipe.append(Break(its.text))
            elif its.display == "inline":
                if its.span is None:
                    raise Unfollowed("a box of its own within a line")
                recipe.append(Nested(its.span, self._recipe(node, child.children, its, slots)))
            elif its.inline:
                recipe.append(Atom(str(len(node.atoms)), its.advance, its.rise, its.baseline))
                node.atoms.append(self._node(child))
            else:
                raise Unfollowed("a block within a line")
        return tuple(recipe)


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
    return not any(isinstance(part, int) or part.strip(_BLANKS) for part in said)
