"""What a worker knows of one layout: what was learnt of it, the trees of its letters, their shapes.

A letter's tree is that of all letters of the same pieces; its shape is that of all letters of the
tree whose lines are as high. Both are put together from chapters that many of them share.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from pipelines.press import environment
from pipelines.press.backgrounds import Backgrounds
from pipelines.press.marking import Marked, SymbolSlot
from pipelines.press.recent import Recent
from pipelines.press.shapes.chapters import Chapter, chapters
from pipelines.press.shapes.flow import MOST_PAGES
from pipelines.press.shapes.growing import Uncut, Unknown
from pipelines.press.shapes.learning import Learner, sided
from pipelines.press.shapes.markup import UnreadMarkup, tree
from pipelines.press.shapes.nodes import MOST_MOVED, Grown, Wording
from pipelines.press.shapes.outlines import Outline, Outlines
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.ready import Kept, Ready, Shown, Typesetter, Values
from pipelines.press.shapes.running import Margins, Running
from pipelines.press.shapes.shelf import Shelf
from pipelines.press.shapes.signatures import Selectors, Signer
from pipelines.press.shapes.stretches import Stretches
from pipelines.press.shapes.styles import StyleReader
from pipelines.press.shapes.tags import fixed_slots
from pipelines.press.stamps import ShapePage

TREES = 1_000
"""Documents by their pieces that a worker keeps in mind, for each layout; most of some 10 kB is shared.

Of 4,000 real letters a fifth brings a new one; of 200 kept, two fifths would not be found again.
"""
SHAPES = 400
"""Shapes of these documents that it keeps in mind, for each layout; some 2 kB each."""
CHAPTERS = 1_000
"""Shapes of their chapters that it keeps in mind, for each layout; some 3 kB each."""
EXAMPLES = 5_000
"""Wordings of which it keeps a block of each kind in mind; layouts have some dozens."""
_TAKINGS = 20_000
_NOTHING = Ready(0.0, (), frozenset(), b"", (), False)


class Ways(NamedTuple):
    """For each of a tree's varying leaves its blocks, and which of a letter's values it takes."""

    kept: tuple[Kept, ...]
    wanted: tuple[dict[Values, None], ...]
    taken: tuple[Callable[[Sequence[str]], Values], ...]


class _Leaves(NamedTuple):
    """The leaves of a chapter, wherever it stands."""

    sets: list[Ready]
    """What is fixed, set; something empty where a letter has its own."""
    kinds: list[int]
    """The kinds of these blocks; -1 where a letter has its own."""
    places: dict[int, int]
    """The place of each varying leaf among the varying ones."""
    kept: list[Kept]
    slots: list[tuple[int, ...]]
    examples: list[dict[int, Ready]]
    """For each varying leaf a block of each kind."""
    taken: dict[int, list[Callable[[Sequence[str]], Values]]]
    """What takes the letter's values for each, by the value from which the chapter's are counted."""

    def taking(self, by: int) -> list[Callable[[Sequence[str]], Values]]:
        """What takes the values for each varying leaf where they are counted from that one."""
        found = self.taken.get(by)
        if found is None:
            if len(self.taken) >= MOST_MOVED:
                self.taken.clear()
            found = self.taken[by] = [_taking(slots, by) for slots in self.slots]
        return found


class _Own(NamedTuple):
    """A chapter as it stands in a tree."""

    chapter: Chapter
    leaves: _Leaves
    first: int
    """The place of its first varying leaf among those of the letter."""


@dataclass(eq=False, slots=True)
class Tree:
    """All letters of the same pieces: their chapters and varying leaves, or why there are none."""

    refused: str
    chapters: list[_Own]
    ways: Ways


@dataclass(frozen=True, slots=True)
class Shape:
    """The pages of all letters that are laid out alike."""

    pages: tuple[ShapePage, ...]
    running: Running


class Book:
    """One layout. Trees and shapes are made when they are asked for, and kept."""

    def __init__(
        self, layout: str, styles: StyleReader, setter: Typesetter, backgrounds: Backgrounds
    ) -> None:
        sheets = tuple(path.read_text(encoding="utf-8") for path in environment.stylesheets(layout))
        self.shelf = Shelf(layout)
        self.selectors = Selectors.of(sheets)
        self.signer = Signer(self.selectors)
        self.learner = Learner(styles, self.shelf.learnt, sheets)
        self.margins = Margins(self.shelf.learnt, setter)
        self._setter = setter
        self._backgrounds = backgrounds
        self._sided = sided(sheets)
        self._stretches = Stretches()
        self._pieces: Recent[tuple[str, ...], tuple[int, tuple[int, ...]]] = Recent(TREES)
        """A number for each template's pieces, no number twice, and their fixed slots."""
        self._numbers = count()
        self._trees: Recent[tuple[object, ...], Tree] = Recent(TREES)
        self._shapes: Recent[tuple[object, ...], Shape] = Recent(SHAPES)
        self._leaves: Recent[Grown, _Leaves] = Recent(CHAPTERS)
        self._examples: dict[Wording, dict[int, Ready]] = {}
        self._outline: Recent[tuple[object, ...], Outline] = Recent(CHAPTERS)
        self._outlines = Outlines(self.shelf.learnt.pages)
        self._chapters: Recent[tuple[object, ...], tuple[ShapePage, ...]] = Recent(CHAPTERS)

    def tree(self, marked: Marked) -> Tree:
        """The tree of a letter. Raises Unknown when it shows what has not been learnt, and UnreadMarkup."""
        found = self._pieces.get(marked.pieces)
        if found is None:
            # Most pieces stand in hundreds of templates' tuples: one of each is enough.
            pieces = tuple(map(sys.intern, marked.pieces))
            found = self._pieces.keep(pieces, (next(self._numbers), fixed_slots(pieces)))
        number, fixed = found
        values = marked.values
        symbols = tuple(
            [(i, v.kind, v.arguments) for i in marked.symbols if isinstance(v := values[i], SymbolSlot)]
        )
        key = (number, tuple([values[i] for i in fixed]), symbols)
        known = self._trees.get(key)
        if known is None:
            known = self._trees.keep(key, self._grown(marked, fixed))
        return known

    def shape(self, tree: Tree, kinds: tuple[int, ...], blocks: Sequence[Shown]) -> Shape:
        """The shape of a letter whose varying leaves hold these blocks, of these kinds.

        Raises Unfollowed, and Unknown for a kind of page that has not been met.
        """
        key = tree, kinds
        known = self._shapes.get(key)
        if known is None:
            known = self._shapes.keep(key, self._shaped(tree, kinds, blocks))
        return known

    def _grown(self, marked: Marked, fixed: Sequence[int]) -> Tree:
        parts = self.shelf.learnt.parts
        own: list[_Own] = []
        kept: list[Kept] = []
        taken: list[Callable[[Sequence[str]], Values]] = []
        try:
            try:
                grown = chapters(self._stretches.tree(marked, fixed), parts, self.signer)
            except (UnreadMarkup, Uncut) as error:
                if isinstance(error, Uncut):
                    self._stretches.uncut()
                grown = chapters(tree(marked.pieces, marked.values), parts, self.signer)
            for chapter in grown:
                leaves = self._leaves.get(chapter.grown) or self._set(chapter.grown)
                own.append(_Own(chapter, leaves, len(kept)))
                kept += leaves.kept
                taken += leaves.taking(chapter.first_value)
        except Unfollowed as error:
            return Tree(error.reason, [], Ways((), (), ()))
        return Tree("", own, Ways(tuple(kept), tuple([one.wanted for one in kept]), tuple(taken)))

    def _set(self, grown: Grown) -> _Leaves:
        if len(self._examples) >= EXAMPLES:
            self._examples.clear()
        leaves = _Leaves([], [], {}, [], [], [], {})
        for at, leaf in enumerate(grown.leaves):
            wording, slots = leaf.wording, leaf.slots
            kept = self._setter.kept(wording)
            if slots:
                leaves.places[at] = len(leaves.places)
                leaves.sets.append(_NOTHING)
                leaves.kinds.append(-1)
                leaves.kept.append(kept)
                leaves.slots.append(slots)
                leaves.examples.append(self._examples.setdefault(wording, {}))
            else:
                shown = kept[()]
                leaves.sets.append(shown.block())
                leaves.kinds.append(shown.kind)
        return self._leaves.keep(grown, leaves)

    def _shaped(self, tree: Tree, kinds: tuple[int, ...], blocks: Sequence[Shown]) -> Shape:
        pages: list[ShapePage] = []
        for own in tree.chapters:
            chapter, end = own.chapter, own.first + len(own.leaves.places)
            start = len(pages)
            if start:
                start = 1 + start % 2 if self._sided else 1
            key = (chapter.key, start, kinds[own.first : end])
            known = self._chapters.get(key)
            if known is None:
                known = self._chapters.keep(key, self._chapter(own, blocks[own.first : end], len(pages)))
            if len(pages) + len(known) > MOST_PAGES:
                raise Unfollowed("more pages than a letter can have")
            pages += [page.moved(chapter.first_value, own.first) for page in known]
        return Shape(tuple(pages), Running(pages, self.margins))

    def _chapter(self, own: _Own, blocks: Sequence[Shown], start: int) -> tuple[ShapePage, ...]:
        """The pages of a chapter behind so many others."""
        chapter, leaves = own.chapter, own.leaves
        sets, kinds = leaves.sets.copy(), leaves.kinds.copy()
        for leaf, known, shown in zip(leaves.places, leaves.examples, blocks, strict=True):
            # Any block of the kind will do: pages do not depend on more of it.
            kind = kinds[leaf] = shown.kind
            sets[leaf] = known.get(kind) or known.setdefault(kind, shown.block())
        outline = self._outline.get(chapter.key)
        if outline is None:
            outline = self._outline.keep(chapter.key, self._outlines.outline(chapter.root))
        try:
            pages = self._outlines.pages(chapter, outline, start, sets, kinds)
        except KeyError as error:
            raise Unknown from error
        grown = chapter.grown.leaves
        return tuple(ShapePage(page, grown, sets, self._backgrounds, leaves.places) for page in pages)


@lru_cache(_TAKINGS)
def _taking(slots: tuple[int, ...], by: int) -> Callable[[Sequence[str]], Values]:
    """Takes the values of these numbers, counted from another; trees share it."""
    return itemgetter(*[slot + by for slot in slots])
