"""Style sheets and style attributes as declarations that know their line, by WeasyPrint's own parser."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tinycss2  # type: ignore[import-untyped]  # ships no types

from pipelines.lint.sources import Source

Node = Any
"""A node of tinycss2: a component value or a rule."""

SCREENS = frozenset({"screen", "speech", "tty", "tv", "handheld", "projection"})
"""Media whose rules a letter never sees."""


@dataclass(frozen=True)
class Block:
    """A style rule, page rule or style attribute: what it is for, and what it declares."""

    source: Source
    selector: str
    """As written; `@page :first @top-left` for a margin box, empty for a style attribute."""
    prelude: Sequence[Node]
    """The selector's nodes; empty when it is no style rule."""
    kind: str
    """`style`, `page`, `inline`, or the name of the at-rule: `font-face`."""
    line: int
    column: int
    declarations: tuple["Declaration", ...] = ()

    def value_of(self, *names: str) -> "Declaration | None":
        """The last declaration of one of the properties."""
        return next((d for d in reversed(self.declarations) if d.name in names), None)


@dataclass(frozen=True)
class Declaration:
    """One property with its value."""

    name: str
    value: Sequence[Node]
    important: bool
    line: int
    column: int

    @property
    def text(self) -> str:
        """The value as written, in small letters, with single blanks."""
        return " ".join(str(tinycss2.serialize(self.value)).lower().split())


@dataclass(frozen=True)
class Sheet:
    """A style sheet, parsed."""

    source: Source
    blocks: tuple[Block, ...]
    imports: tuple[tuple[str, int, int], ...]
    """What it imports, with line and column."""
    errors: tuple[tuple[int, int, str], ...]
    """Line, column and words of what cannot be read."""


def parse(source: Source) -> Sheet:
    """The blocks of a style sheet in their order, those inside @media and other blocks too."""
    reader = _Reader(source)
    nodes = tinycss2.parse_stylesheet(source.text, skip_comments=True, skip_whitespace=True)
    blocks = tuple(reader.rules(nodes, ""))
    return Sheet(source, blocks, tuple(reader.imports), tuple(reader.errors))


def inline(source: Source, value: str, line: int, column: int) -> Block:
    """The block of a style attribute whose value begins at that line and column."""
    reader = _Reader(source)
    nodes = tinycss2.parse_blocks_contents(value)
    block = reader.block(nodes, "", (), "inline", line, column)
    moved = tuple(
        replace(d, line=d.line + line - 1, column=d.column + (column - 1 if d.line == 1 else 0))
        for d in block.declarations
    )
    return replace(block, declarations=moved)


def values(text: str) -> Sequence[Node]:
    """The component values of a text such as an SVG attribute."""
    nodes: Sequence[Node] = tinycss2.parse_component_value_list(text, skip_comments=True)
    return nodes


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.imports: list[tuple[str, int, int]] = []
        self.errors: list[tuple[int, int, str]] = []

    def rules(self, nodes: Sequence[Node], around: str) -> Iterator[Block]:
        for node in nodes:
            line, column = self._at(node)
            if node.type == "error":
                self.errors.append((line, column, node.message))
            elif node.type == "qualified-rule":
                yield from self._style(node, around)
            elif node.type == "at-rule":
                yield from self._at_rule(node, around)

    def block(
        self, nodes: Sequence[Node], selector: str, prelude: Sequence[Node], kind: str, line: int, column: int
    ) -> Block:
        declarations = []
        for node in nodes:
            if node.type == "declaration":
                at = self._at(node) if kind != "inline" else (node.source_line, node.source_column)
                declarations.append(Declaration(node.lower_name, node.value, node.important, *at))
            elif node.type == "error":
                self.errors.append((*self._at(node), node.message))
        return Block(self.source, selector, prelude, kind, line, column, tuple(declarations))

    def _style(self, node: Node, around: str) -> Iterator[Block]:
        selector = f"{around} {_words(node.prelude)}".strip()
        inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        # A rule inside a rule has no selector of its own that could be matched here.
        prelude = node.prelude if not around else ()
        yield self.block(inside, selector, prelude, "style", *self._at(node))
        yield from self.rules([n for n in inside if n.type in {"qualified-rule", "at-rule"}], selector)

    def _at_rule(self, node: Node, around: str) -> Iterator[Block]:
        keyword, words = node.lower_at_keyword, _words(node.prelude)
        if keyword == "import":
            target = next((n.value for n in node.prelude if n.type in {"string", "url"}), None)
            call = next((n for n in node.prelude if n.type == "function" and n.lower_name == "url"), None)
            if target is None and call:
                target = next((n.value for n in call.arguments if n.type == "string"), None)
            if target:
                self.imports.append((target, *self._at(node)))
        if node.content is None:
            return
        if keyword in {"media", "supports", "layer", "container"}:
            media = {part.strip().split(" ")[0] for part in words.lower().split(",")}
            if keyword != "media" or not media <= SCREENS:
                yield from self.rules(tinycss2.parse_rule_list(node.content), around)
            return
        inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        selector = f"{around} @{keyword} {words}".strip()
        kind = "page" if keyword == "page" or around.startswith("@page") else keyword
        yield self.block(inside, selector, (), kind, *self._at(node))
        yield from self.rules([n for n in inside if n.type == "at-rule"], selector)

    def _at(self, node: Node) -> tuple[int, int]:
        return node.source_line + self.source.first_line - 1, node.source_column


def _words(nodes: Sequence[Node]) -> str:
    return " ".join(str(tinycss2.serialize(nodes)).split())
