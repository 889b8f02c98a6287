"""Growing a letter's tree from its markup and parts; what letters share is grown once and planted in each."""

from collections.abc import Mapping

from pipelines.press.setting.content import Atom, Break
from pipelines.press.shapes.breaks import FORCED
from pipelines.press.shapes.markup import Element, Said
from pipelines.press.shapes.nodes import (
    Grown,
    Leaf,
    Nested,
    Node,
    Recipe,
    Words,
    blank,
    numbered,
    planted,
    wording,
)
from pipelines.press.shapes.parts import NAMELESS, Part, Unfollowed, nameless
from pipelines.press.shapes.signatures import Signer, Surroundings

MOST_GROWN = 50
"""In how many surroundings something shared is kept."""


class Unknown(Exception):
    """An element's signature has not been met before."""


class Uncut(Exception):
    """What is shared stands in a line of text, so the document has to be read as a whole."""


FIRST = 2
"""The number of the first node in what is shared: the document and its body stand in front of it."""


class Grower:
    """Grows the tree of one document, or of what is shared, from its markup and parts."""

    def __init__(self, parts: Mapping[bytes, Part], signer: Signer) -> None:
        self._parts = parts
        self._signer = signer
        self._signatures: dict[int, bytes] = {}
        self._places: dict[int, Surroundings] = {}
        self._leaves: list[Leaf] = []
        self._count = 0

    def grow(self, root: Element) -> Grown:
        """The tree. Raises Unknown, or Unfollowed when a part cannot be followed.

        Raises Uncut when something shared stands where it cannot be grown by itself.
        """
        self._signatures = self._signer.sign(root, places=self._places)
        node = self._node(root, self._part(root))
        for child in node.children:
            child.top = True
        return Grown(node, self._leaves, self._count)

    def sections(self, root: Element) -> tuple[Part, Part, list[tuple[int, Grown]]] | None:
        """The parts of the document and its body, and what stands in the body with its first value.

        None when the body is not all there is, or when something in it is not shared.
        Raises as `grow` does.
        """
        self._signatures = self._signer.sign(root, places=self._places)
        own = self._part(root)
        inside = self._standing(root)
        if len(inside) != 1:
            return None
        body, part = inside[0]
        if not isinstance(body, Element) or part is None:
            return None
        for plain in (own, part):
            if plain.display != "block" or plain.inline or plain.position == "absolute" or plain.strings:
                return None
        sections: list[Element] = []
        for child, its in self._standing(body):
            if not isinstance(child, Element) or child.shared is None:
                return None
            if its is None or its.position == "absolute":
                return None
            sections.append(child)
        return own, part, [(child.first, self._shared(child)) for child in sections]

    def _standing(self, element: Element) -> "list[_Content]":
        """What is shown in an element, without blanks."""
        return [(c, its) for c, its in self._shown(element) if isinstance(c, Element) or not blank(c)]

    def _shared(self, element: Element) -> Grown:
        """What is shared, grown once for all that has the same about it."""
        shared = element.shared
        assert shared is not None
        around = self._places[id(element)]
        grown = shared.grown.get(around[0])
        if grown is None:
            grower = Grower(self._parts, self._signer)
            grower._count = FIRST
            grower._signatures = self._signer.sign(shared.element, around, grower._places)
            node = grower._node(shared.element, grower._part(shared.element))
            grown = Grown(node, grower._leaves, grower._count - FIRST, _plain_row(node))
            if len(shared.grown) >= MOST_GROWN:
                shared.grown.clear()
            shared.grown[around[0]] = grown
        assert isinstance(grown, Grown)
        return grown

    def _planted(self, element: Element) -> Node:
        """The nodes of something shared, at its place in this document."""
        grown = self._shared(element)
        first = element.first
        root = grown.root
        if grown.plain:
            node = Node(root.part, -1, root.number + self._count - FIRST)
            node.shared, node.first_leaf, node.first_value = grown, len(self._leaves), first
            node.strings = grown.strings_at(first)
        else:
            node = planted(root, len(self._leaves), first, self._count - FIRST)
        self._leaves += grown.leaves_at(first)
        self._count += grown.count
        return node

    def _part(self, element: Element) -> Part:
        part = self._parts.get(self._signatures[id(element)])
        if part is None:
            raise Unknown
        if part.refused:
            raise Unfollowed(part.refused)
        if part.inline and element.shared is not None:
            raise Uncut
        return part

    def _node(self, element: Element, part: Part) -> Node:
        if element.shared is not None:
            return self._planted(element)
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
                lines = lines or not blank(child)
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
                if run or not blank(child):  # type: ignore[arg-type]
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
                recipe.append(Words(part.text, numbered(child, slots)))  # type: ignore[arg-type]
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


def _plain_row(node: Node) -> bool:
    """Whether it is a row of lines and of blocks of lines, and of nothing else."""
    return (
        node.part.display == "row"
        and node.leaf < 0
        and not (node.part.layered or node.absolutes)
        and all(child.part.display == "cell" and _plain(child) for child in node.children)
    )


def _plain(node: Node) -> bool:
    part = node.part
    if node.atoms or node.absolutes or node.strings or part.layered or part.shift != (0.0, 0.0):
        return False
    if part.display not in ("cell", "block", NAMELESS) or part.position != "static":
        return False
    if part.break_before in FORCED or part.break_after in FORCED:
        return False
    return all(_plain(child) for child in node.children)


_Content = tuple[Element | Said, Part | None]
"""What stands in an element; a text has no part."""


def _string(item: tuple[str, str], element: Element) -> Said:
    kind, value = item
    if kind == "string":
        return (value,)
    named = dict(element.slots)
    if value in named:
        return named[value]
    return (dict(element.attributes).get(value, ""),)
