"""The stamped lane: a letter's pages from what was learnt of its layout, and its own data.

The first letter that shows something new is laid out by WeasyPrint and learnt from; all others
cost only their own words: each leaf is set, the heights of the leaves give the shape, and the
shape knows where everything stands. Letters of a shape share what never varies as Form XObjects.
A letter that the press cannot follow comes back as `Unstamped` and is rendered in full.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from operator import getitem, setitem

from pipelines.errors import AssetError
from pipelines.model import Letter
from pipelines.press import codes, marking
from pipelines.press.backgrounds import Backgrounds
from pipelines.press.books import Book, Shape, Tree, Ways
from pipelines.press.compose import Composer, watched
from pipelines.press.marking import Marked, SymbolSlot
from pipelines.press.painting import PaintedPage, StampedPage
from pipelines.press.recurring import Recurrence
from pipelines.press.setting.setter import Setter
from pipelines.press.shapes.growing import Unknown
from pipelines.press.shapes.markup import UnreadMarkup, tree
from pipelines.press.shapes.parts import Unfollowed
from pipelines.press.shapes.ready import Kept, Shown, Typesetter, Values
from pipelines.press.shapes.recording import Mismatch
from pipelines.press.shapes.running import MarginSaid
from pipelines.press.shapes.styles import StyleReader
from pipelines.press.signs import Unmarkable
from pipelines.press.sweeping import swept


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


class _Document:
    """A letter in pieces and values."""

    __slots__ = ("blocks", "letter", "margins", "marked", "said", "shape", "texts", "tree")

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.marked = marked = marking.marked(letter)
        self.texts = marked.texts()
        """The values that are texts, at their places."""
        self.tree: Tree | None = None
        self.said: list[Values] = []
        """What each varying leaf of the tree is filled with."""
        self.blocks: list[Shown] = []
        """And the blocks that this gives."""
        self.shape: Shape | None = None
        self.margins: list[MarginSaid] = []
        """What is said in the margins of the shape's pages."""


class Stamper:
    """Stamps letters, one at a time. Not safe for threads.

    `learnt` counts the letters that WeasyPrint laid out in full so that the press could learn.
    """

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._styles = StyleReader(composer.painter)
        self._setter = Typesetter(Setter(composer.painter.typefaces))
        self._books: dict[str, Book] = {}
        self._documents: dict[int, _Document] = {}
        self._recurrence = Recurrence()
        self._backgrounds = Backgrounds()
        self.learnt = 0

    def begin_file(self) -> None:
        """Forgets which forms have been drawn: each print file has its own."""
        self._recurrence = Recurrence()

    def prepare(self, letters: Iterable[Letter]) -> None:
        """Makes the documents, codes and short texts of a batch, which cost a tenth when made together."""
        self._documents.clear()
        payloads: defaultdict[str, list[str]] = defaultdict(list)
        met: dict[int, Ways] = {}
        self._setter.begin()
        for letter in letters:
            # A letter that fails here fails in its own turn too, and is answered for there.
            with suppress(Exception):
                document = self._documents[id(letter)] = _Document(letter)
                for i in document.marked.symbols:
                    symbol = document.marked.values[i]
                    assert isinstance(symbol, SymbolSlot)
                    payloads[symbol.kind].append(symbol.payload)
                book = self._book(letter.layout)
                if not book.selectors.refused:
                    ways = self._filled(book, document)
                    met[id(ways)] = ways
                    deque(map(setitem, ways.wanted, document.said, repeat(None)), 0)
        with suppress(Exception):
            # What cannot be set together is set letter by letter, or is a letter's own fault.
            self._setter.set_together([kept for ways in met.values() for kept in ways.kept])
            self._setter.set_together(self._margins(self._documents.values()))
        for kind in codes.KINDS:
            if payloads[kind]:
                with suppress(Exception):
                    codes.prepare(kind, payloads[kind])

    def stamp(self, letter: Letter) -> Stamped | Unstamped:
        """The letter's pages, or why it has to be rendered."""
        book = self._book(letter.layout)
        if book.selectors.refused:
            return Unstamped(book.selectors.refused)
        try:
            document = self._documents.pop(id(letter), None) or _Document(letter)
            marked = document.marked
            try:
                return Stamped(self._pages(book, document))
            except Unknown:
                if book.shelf.refresh():
                    self._know_fonts(book)
                    try:
                        return Stamped(self._pages(book, document))
                    except Unknown:
                        pass
                with swept():
                    pages = self._learn(book, marked, letter)
                return Stamped(self._pages(book, document), pages)
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

    def _book(self, layout: str) -> Book:
        book = self._books.get(layout)
        if book is None:
            book = self._books[layout] = Book(layout, self._styles, self._setter, self._backgrounds)
            self._know_fonts(book)
        return book

    def _filled(self, book: Book, document: _Document) -> Ways:
        """Finds the letter's tree, and what its leaves say."""
        found = document.tree = document.tree or book.tree(document.marked)
        ways = found.ways
        texts = document.texts
        if not document.said:
            document.said = [taken(texts) for taken in ways.taken]
        return ways

    def _margins(self, documents: Iterable[_Document]) -> list[Kept]:
        """Asks for the margin texts of a batch, which follow from the letters' shapes; where it asked."""
        wanting: dict[int, Kept] = {}
        for document in documents:
            with suppress(Exception):
                book = self._book(document.letter.layout)
                self._shape(book, document)
                for said in document.margins:
                    wanting |= {id(kept): kept for kept in book.margins.want(said)}
        return list(wanting.values())

    def _shape(self, book: Book, document: _Document) -> Shape:
        """Finds the letter's shape, its blocks, and what its margins say."""
        shape = document.shape
        if shape is None:
            ways = self._filled(book, document)
            found = document.tree
            assert found is not None
            if found.refused:
                raise Unfollowed(found.refused)
            document.blocks = blocks = list(map(getitem, ways.kept, document.said))
            shape = book.shape(found, tuple([shown.kind for shown in blocks]), blocks)
            document.margins = shape.running.said(document.texts)
            document.shape = shape
        return shape

    def _pages(self, book: Book, document: _Document) -> tuple[StampedPage, ...]:
        shape = self._shape(book, document)
        blocks = document.blocks
        operators = [shown.operators for shown in blocks]
        values, file = document.marked.values, self._recurrence
        margins = list(map(book.margins.made, document.margins))
        return tuple(
            [
                page.stamped(blocks, operators, values, margin, file)
                for page, margin in zip(shape.pages, margins, strict=True)
            ]
        )

    def _know_fonts(self, book: Book) -> None:
        """Names the fonts of parts that another process learnt."""
        names = self._composer.painter.typefaces
        faces = {(f.family, f.weight, f.style): f for f in self._composer.faces.faces}
        for name, face in book.shelf.learnt.fonts.items():
            names.setdefault(name, faces[face])

    def _learn(self, book: Book, marked: Marked, letter: Letter) -> tuple[PaintedPage, ...]:
        """Lays the letter out in full and learns from it; WeasyPrint's own pages of it."""
        self.learnt += 1
        root = tree(marked.pieces, marked.values)
        with watched():
            document, context = self._composer.laid_out(letter, marking.html(marked))
            lesson = book.learner.read(root, book.signer.sign(root), marked, document, context)
            pages = self._composer.painter.paint(document)
        book.shelf.learnt.take(lesson)
        book.shelf.keep()
        return pages
