"""Which declaration an element got a property from: for findings that only show on the sheet."""

from collections.abc import Iterable, Sequence
from typing import Any

import cssselect2  # type: ignore[import-untyped]  # ships no types

from pipelines.lint.markup import FILLER, Element, Markup
from pipelines.lint.sources import Source
from pipelines.lint.stylesheet import Block

Node = Any
"""An element of an ElementTree."""

Place = tuple[Source, int, int]
"""A file, line and column."""


class Cascade:
    """Finds, for the elements of one document, where in sheets and templates they were made."""

    def __init__(self, root: Any, blocks: Sequence[Block], markups: Iterable[Markup]) -> None:
        """`root` is WeasyPrint's wrapper of the tree; `blocks` stand in the order in which they count."""
        self._wrappers = {wrapper.etree_element: wrapper for wrapper in root.iter_subtree()}
        self._markups = tuple(markups)
        self._blocks = blocks
        self._matcher = cssselect2.Matcher()
        for block in blocks:
            if block.kind == "style" and block.prelude:
                try:
                    selectors = cssselect2.compile_selector_list(block.prelude)
                except cssselect2.SelectorError:
                    continue
                for selector in selectors:
                    if selector.pseudo_element is None:
                        self._matcher.add_selector(selector, block)

    def origin(self, element: Node, *names: str, inherited: bool = True) -> Place:
        """The declaration that gave the element one of the properties, or an element around it.

        A style attribute, and an element that no sheet speaks of, are found in the template.
        """
        wrapper = self._wrappers.get(element)
        while wrapper is not None:
            if self._says(wrapper, names):
                return self.place(wrapper.etree_element)
            found = [
                (declaration.important, specificity, order, block, declaration)
                for specificity, order, _, block in self._matcher.match(wrapper)
                if (declaration := block.value_of(*names))
            ]
            if found:
                *_, block, declaration = max(found, key=lambda f: f[:3])
                return block.source, declaration.line, declaration.column
            wrapper = wrapper.parent if inherited else None
        return self.place(element)

    def latest(self, element: Node, *names: str) -> Place:
        """The last declaration, in the order of the sheets, that had a say in where an element stands."""
        wrapper = self._wrappers.get(element)
        if wrapper is None or self._says(wrapper, names):
            return self.place(element)
        found = [
            (order, block, declaration)
            for _, order, _, block in self._matcher.match(wrapper)
            if (declaration := block.value_of(*names))
        ]
        if not found:
            return self.place(element)
        _, block, declaration = max(found, key=lambda f: f[0])
        return block.source, declaration.line, declaration.column

    def margin(self, keyword: str, *names: str) -> Place | None:
        """The declaration of a page's margin box, such as `@top-left`, or of the page itself."""
        for wanted in (keyword, ""):
            for block in reversed(self._blocks):
                own = block.selector.rpartition("@")[2].strip()
                meant = f"@{own}" == wanted if wanted else own.startswith("page")
                if block.kind == "page" and meant and (declaration := block.value_of(*names)):
                    return block.source, declaration.line, declaration.column
        return None

    def place(self, element: Node) -> Place:
        """The element's start tag in a template: the one whose surroundings are most alike."""
        wrapper = self._wrappers.get(element)
        chain = []
        while wrapper is not None:
            chain.append(wrapper.etree_element)
            wrapper = wrapper.parent
        best: tuple[tuple[int, int], Markup, Element] | None = None
        for markup in self._markups:
            for candidate in markup.elements:
                score = _likeness(chain, candidate)
                if score > (0, 0) and (best is None or score > best[0]):
                    best = score, markup, candidate
        if best is None:
            source = self._markups[0].source
            return source, 1, 0
        return (best[1].source, *best[1].source.place(best[2].offset))

    def _says(self, wrapper: Any, names: Sequence[str]) -> bool:
        style = wrapper.etree_element.get("style", "")
        said = {part.partition(":")[0].strip().lower() for part in style.split(";")}
        return not said.isdisjoint(names)


def named(element: Node) -> str:
    """The element as a selector: `div.summary`."""
    tag = str(element.tag).rpartition("}")[2]
    return tag + "".join(f".{name}" for name in element.get("class", "").split())


def _likeness(chain: Sequence[Node], candidate: Element) -> tuple[int, int]:
    """How many elements, from inside out, are alike; and how many classes of the innermost."""
    alike = 0
    for element, written in zip(chain, (candidate, *reversed(candidate.around)), strict=False):
        tag = str(element.tag).rpartition("}")[2].lower()
        classes = set(element.get("class", "").split())
        known = written.says("class").replace(FILLER, " ").split()
        whole = FILLER not in written.says("class")
        if tag != written.name or (whole and not classes <= set(known)):
            break
        alike += 1
    own = set(chain[0].get("class", "").split()) if chain else set()
    said = set(candidate.says("class").split())
    return (alike, len(own & said) - len(said - own)) if alike else (0, 0)
