"""The stamped lane: a letter's pages from what was learnt of its layout, and its own data.

The first letter that shows something new is laid out by WeasyPrint and learnt from; all others
cost only their own words: each leaf is set, the heights of the leaves give the shape, and the
shape knows where everything stands. Letters of a shape share what never varies as Form XObjects.
A letter that the press cannot follow comes back as `Unstamped` and is rendered in full.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pipelines.errors import AssetError
from pipelines.model import Letter
from pipelines.press import codes, environment, marking
from pipelines.press.compose import Composer
from pipelines.press.marking import Marked, SymbolSlot
from pipelines.press.painting import PaintedPage, StampedPage
from pipelines.press.recent import Recent
from pipelines.press.recurring import Recurrence
from pipelines.press.setting.setter import Setter
from pipelines.press.shapes.flow import Flow
from pipelines.press.shapes.learning import Learner
from pipelines.press.shapes.markup import UnreadMarkup, fixed_slots, tree
from pipelines.press.shapes.nodes import Grower, Grown, Leaf, Unknown
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.places import laid
from pipelines.press.shapes.ready import Ready, Typesetter
from pipelines.press.shapes.recording import Mismatch
from pipelines.press.shapes.running import running_texts
from pipelines.press.shapes.shelf import Shelf
from pipelines.press.shapes.signatures import Selectors, Signer
from pipelines.press.shapes.styles import StyleReader
from pipelines.press.signs import Unmarkable
from pipelines.press.stamps import Backgrounds, ShapePage
from pipelines.press.sweeping import swept

TREES = 400
"""Documents by their pieces that a worker keeps in mind, for each layout; some 30 kB each."""
SHAPES = 800
"""Shapes of these documents that it keeps in mind, for each layout; some 15 kB each."""
_NOTHING = Ready(0.0, (), frozenset(), b"", (), False)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A letter's own pages, without the fixed ones."""

    pages: tuple[StampedPage, ...]
    learnt_from: tuple[PaintedPage, ...] = ()
    """WeasyPrint's own pages, when the press had to learn from this letter."""


@dataclass(frozen=True, slots=True)
class Unstamped:
    """Why a letter has to be rendered in full; without personal data."""

    reason: str


@dataclass(eq=False, slots=True)
class _Tree:
    """All letters of the same pieces: their tree, or why there is none."""

    refused: str
    grown: Grown | None
    sets: list[Ready]
    """What is fixed, set; something empty where a letter has its own."""
    varying: list[tuple[int, Leaf]]


class _Book:
    """One layout: what was learnt of it, and the trees of its letters."""

    def __init__(self, layout: str, styles: StyleReader) -> None:
        sheets = tuple(path.read_text(encoding="utf-8") for path in environment.stylesheets(layout))
        self.shelf = Shelf(layout)
        self.selectors = Selectors.of(sheets)
        self.signer = Signer(self.selectors)
        self.learner = Learner(styles, self.shelf.learnt, sheets)
        self.fixed: Recent[tuple[str, ...], tuple[int, ...]] = Recent(TREES)
        self.trees: Recent[tuple[object, ...], _Tree] = Recent(TREES)
        self.shapes: Recent[tuple[object, ...], tuple[ShapePage, ...]] = Recent(SHAPES)


class Stamper:
    """Stamps letters, one at a time. Not safe for threads.

    `learnt` counts the letters that WeasyPrint laid out in full so that the press could learn.
    """

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._styles = StyleReader(composer.painter)
        self._setter = Typesetter(Setter(composer.painter.typefaces))
        self._books: dict[str, _Book] = {}
        self._documents: dict[int, tuple[Letter, Marked]] = {}
        self._recurrence = Recurrence()
        self._backgrounds = Backgrounds()
        self.learnt = 0

    def begin_file(self) -> None:
        """Forgets which forms have been drawn: each print file has its own."""
        self._recurrence = Recurrence()

    def prepare(self, letters: Iterable[Letter]) -> None:
        """Makes the documents and codes of a batch; codes cost a tenth when they are made together."""
        self._documents.clear()
        payloads: defaultdict[str, list[str]] = defaultdict(list)
        for letter in letters:
            # A letter that fails here fails in its own turn too, and is answered for there.
            with suppress(Exception):
                document = marking.marked(letter)
                self._documents[id(letter)] = (letter, document)
                for value in document.values:
                    if type(value) is SymbolSlot:
                        payloads[value.kind].append(value.payload)
        for kind in codes.KINDS:
            if payloads[kind]:
                codes.prepare(kind, payloads[kind])

    def stamp(self, letter: Letter) -> Stamped | Unstamped:
        """The letter's pages, or why it has to be rendered."""
        book = self._books.get(letter.layout)
        if book is None:
            book = self._books[letter.layout] = _Book(letter.layout, self._styles)
            self._know_fonts(book)
        if book.selectors.refused:
            return Unstamped(book.selectors.refused)
        try:
            ready = self._documents.pop(id(letter), None)
            marked = ready[1] if ready is not None else marking.marked(letter)
            try:
                return Stamped(self._pages(book, marked))
            except Unknown:
                if book.shelf.refresh():
                    self._know_fonts(book)
                    try:
                        return Stamped(self._pages(book, marked))
                    except Unknown:
                        pass
                with swept():
                    pages = self._learn(book, marked, letter)
                return Stamped(self._pages(book, marked), pages)
        except Unfollowed as error:
            return Unstamped(error.reason)
        except Unmarkable:
            return Unstamped("a template whose data cannot be told apart")
        except Unknown:
            return Unstamped("a part of which nothing shows")
        except (UnreadMarkup, Mismatch) as error:
            return Unstamped(str(error))
        except (AssetError, MemoryError):
            raise
        except Exception as error:
            # What is wrong with the letter, the rendered lane finds out and answers for.
            return Unstamped(f"{type(error).__name__} while it was stamped")

    def _pages(self, book: _Book, marked: Marked) -> tuple[StampedPage, ...]:
        tree_ = self._tree(book, marked)
        if tree_.refused:
            raise Unfollowed(tree_.refused)
        grown = tree_.grown
        assert grown is not None
        values = [v if type(v) is str else "" for v in marked.values]
        sets = tree_.sets.copy()
        shapes: list[object] = [tree_]
        setting = self._setter.set
        for at, leaf in tree_.varying:
            sets[at] = made = setting(leaf.wording, tuple([values[i] for i in leaf.slots]))
            shapes.append(made.shape)
        key = tuple(shapes)
        shape = book.shapes.get(key)
        if shape is None:
            shape = book.shapes.keep(key, self._shape(book, grown, sets))
        strings = running_texts(shape, book.shelf.learnt, values, self._setter)
        return tuple(
            page.stamped(sets, marked.values, texts, self._recurrence)
            for page, texts in zip(shape, strings, strict=True)
        )

    def _shape(self, book: _Book, grown: Grown, sets: Sequence[Ready]) -> tuple[ShapePage, ...]:
        try:
            pages = Flow(book.shelf.learnt.pages, sets).pages(grown.root)
        except KeyError as error:
            raise Unknown from error
        leaves = grown.leaves
        return tuple(ShapePage(laid(page, leaves, sets), leaves, sets, self._backgrounds) for page in pages)

    def _tree(self, book: _Book, marked: Marked) -> _Tree:
        fixed = book.fixed.get(marked.pieces)
        if fixed is None:
            fixed = book.fixed.keep(marked.pieces, fixed_slots(marked.pieces))
        symbols = tuple([(v.kind, v.arguments) for v in marked.values if type(v) is SymbolSlot])
        key = (marked.pieces, tuple([marked.values[i] for i in fixed]), symbols)
        known = book.trees.get(key)
        if known is None:
            known = book.trees.keep(key, self._grown(book, marked))
        return known

    def _grown(self, book: _Book, marked: Marked) -> _Tree:
        root = tree(marked.pieces, marked.values)
        signatures = book.signer.sign(root)
        try:
            grown = Grower(book.shelf.learnt.parts, signatures).grow(root)
            sets = [self._setter.set(leaf.wording, ()) if leaf.fixed else _NOTHING for leaf in grown.leaves]
        except Unfollowed as error:
            return _Tree(error.reason, None, [], [])
        varying = [(at, leaf) for at, leaf in enumerate(grown.leaves) if not leaf.fixed]
        return _Tree("", grown, sets, varying)

    def _know_fonts(self, book: _Book) -> None:
        """Names the fonts of parts that another process learnt."""
        names = self._composer.painter.typefaces
        faces = {(f.family, f.weight, f.style): f for f in self._composer.faces.faces}
        for name, face in book.shelf.learnt.fonts.items():
            names.setdefault(name, faces[face])

    def _learn(self, book: _Book, marked: Marked, letter: Letter) -> tuple[PaintedPage, ...]:
        """Lays the letter out in full and learns from it; WeasyPrint's own pages of it."""
        self.learnt += 1
        root = tree(marked.pieces, marked.values)
        document, context = self._composer.laid_out(letter, marking.html(marked))
        book.learner.learn(root, book.signer.sign(root), marked, document, context)
        book.shelf.keep()
        return self._composer.painter.paint(document)
