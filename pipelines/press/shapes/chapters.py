"""Chapters: what stands between page breaks that every letter has, each laid out by itself.

A body often holds a first page and what follows it, with a forced break between. Each of them has
few forms, both together have very many; so the pages of a chapter are made once for all
letters that have it, whatever else they say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.press.shapes.breaks import FORCED, between
from pipelines.press.shapes.growing import Grower
from pipelines.press.shapes.markup import Element
from pipelines.press.shapes.nodes import Grown, Node
from pipelines.press.shapes.parts import Part
from pipelines.press.shapes.signatures import Signer

_NEXT = Node(Part("block", break_before="page"))
"""Stands for the chapter behind."""


@dataclass(eq=False, slots=True)
class Chapter:
    """One chapter of a letter's tree. Its nodes number leaves and values from 0."""

    root: Node
    """The document, with this chapter alone in its body."""
    grown: Grown
    """Its leaves are these; of the nodes only what stands in the body."""
    first_value: int
    key: tuple[object, ...]
    """What its pages depend on beside the heights of its lines: equal for chapters that look alike."""
    last: bool = True
    """Whether none follows."""


def chapters(root: Element, parts: Mapping[bytes, Part], signer: Signer) -> list[Chapter]:
    """The chapters of a document. Raises as `Grower.grow` does."""
    grower = Grower(parts, signer)
    found = grower.sections(root)
    if found is not None:
        own, body, sections = found
        roots = [grown.root for _, grown in sections]
        if roots and all(between(one, two) in FORCED for one, two in pairwise(roots)):
            return _chapters(own, body, sections)
    grown = Grower(parts, signer).grow(root)
    return [Chapter(grown.root, grown, 0, (grown,))]


def _chapters(own: Part, body: Part, sections: Sequence[tuple[int, Grown]]) -> list[Chapter]:
    made: list[Chapter] = []
    for number, (first_value, grown) in enumerate(sections, start=1):
        last = number == len(sections)
        inner = Node(body, number=1)
        inner.children = [grown.root] if last else [grown.root, _NEXT]
        inner.top = True
        root = Node(own)
        root.children = [inner]
        # Parts are never forgotten, so their numbers are theirs alone.
        key = (grown, id(own), id(body), last)
        made.append(Chapter(root, grown, first_value, key, last))
    return made
