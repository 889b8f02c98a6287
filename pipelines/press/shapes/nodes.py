"""A letter's tree as the press lays it out: blocks of lines, blocks of blocks, tables.

Nodes are made from markup and parts once for all letters of the same pieces. What varies are the
texts of the leaves: each leaf has a number, and a letter brings one set block for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipelines.press.setting.content import Atom, Break, Item, Span, Text
from pipelines.press.setting.style import BlockStyle, SpanStyle, TextStyle
from pipelines.press.shapes.markup import Said, moved
from pipelines.press.shapes.parts import Part, Unfollowed

if TYPE_CHECKING:
    from pipelines.press.shapes.pieces import KnownRow

MOST_MOVED = 50
"""At how many places the leaves of something shared are kept."""
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


NamedStrings = tuple[tuple[str, tuple[Said, ...]], ...]


def said_later(strings: NamedStrings, by: int) -> NamedStrings:
    """Named strings where the letter's values are counted from another."""
    return tuple([(name, tuple([moved(said, by) for said in items])) for name, items in strings])


class Says(NamedTuple):
    """The named strings that a node sets, without the node."""

    strings: NamedStrings

    def saying(self, by: int) -> "Says":
        """The same where the letter's values are counted from another."""
        return Says(said_later(self.strings, by))


class Node:
    """One element in the flow. `leaf` is its number when it holds lines, -1 otherwise."""

    __slots__ = (
        "absolutes",
        "atoms",
        "children",
        "first_leaf",
        "first_value",
        "leaf",
        "number",
        "part",
        "shared",
        "strings",
        "symbol",
        "top",
    )

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
        self.strings: NamedStrings = ()
        self.top = False
        """Stands in the root element itself."""
        self.shared: Grown | None = None
        """Of a plain row: what it shares with others. Its own cells are made only when they are asked for."""
        self.first_leaf = -1
        """The leaf that the numbers of what it shares are counted from."""
        self.first_value = 0
        """And the value."""

    def cells(self) -> "Sequence[Node]":
        """What stands in it as a row."""
        if self.shared is None:
            return self.children
        return [planted(cell, self.first_leaf, 0, self.number) for cell in self.shared.root.children]

    def saying(self, by: int) -> Says:
        """The named strings that it sets, the values' numbers raised."""
        if self.shared is None:
            return Says(said_later(self.strings, by))
        return Says(self.shared.strings_at(self.first_value + by))


def planted(node: Node, leaf: int, value: int, number: int) -> Node:
    """The node and all within, where leaves, values and nodes before them are so many more."""
    made = Node(node.part, node.symbol + value if node.symbol >= 0 else -1, node.number + number)
    if node.leaf >= 0:
        made.leaf = node.leaf + leaf
    if node.children:
        made.children = [planted(child, leaf, value, number) for child in node.children]
    if node.absolutes:
        made.absolutes = [(before, planted(child, leaf, value, number)) for before, child in node.absolutes]
    if node.atoms:
        made.atoms = [planted(child, leaf, value, number) for child in node.atoms]
    if node.strings:
        made.strings = said_later(node.strings, value)
    if node.shared is not None:
        made.shared, made.first_leaf = node.shared, node.first_leaf + leaf
        made.first_value = node.first_value + value
    return made


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

    def moved(self, by: int) -> "Leaf":
        """The same where the letter's values are counted from another."""
        slots = self.slots
        if not (by and slots):
            return self
        if len(slots) == 1:
            return Leaf(self.wording, (slots[0] + by,))
        return Leaf(self.wording, tuple([slot + by for slot in slots]))


@dataclass(eq=False, slots=True)
class Grown:
    """The tree of something: of letters with the same pieces, or of what they share with others."""

    root: Node
    leaves: list[Leaf]
    count: int
    """How many nodes it has."""
    plain: bool = False
    """Whether it is a row of lines and of blocks of lines, and of nothing else."""
    rows: "dict[tuple[int, ...], KnownRow | None]" = field(default_factory=dict)
    """A plain row laid out, by the weights of its leaves (see `rows.Rows`)."""
    moved: dict[int, list[Leaf]] = field(default_factory=dict)
    strings: dict[int, NamedStrings] = field(default_factory=dict)

    def leaves_at(self, first: int) -> list[Leaf]:
        """Its leaves where the letter's values are counted from another; the same list again."""
        if not first:
            return self.leaves
        found = self.moved.get(first)
        if found is None:
            if len(self.moved) >= MOST_MOVED:
                self.moved.clear()
            found = self.moved[first] = [leaf.moved(first) for leaf in self.leaves]
        return found

    def strings_at(self, first: int) -> NamedStrings:
        """The named strings of its root where the letter's values are counted from another."""
        if not self.root.strings:
            return ()
        found = self.strings.get(first)
        if found is None:
            if len(self.strings) >= MOST_MOVED:
                self.strings.clear()
            found = self.strings[first] = said_later(self.root.strings, first)
        return found


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


def numbered(said: Said, slots: list[int]) -> Said:
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


def blank(said: Said) -> bool:
    """Whether a text has nothing but blanks."""
    if len(said) == 1:
        # Nearly always, and quicker so.
        return type(only := said[0]) is str and not only.strip(_BLANKS)
    return all(isinstance(part, str) and not part.strip(_BLANKS) for part in said)
