"""Both lanes of the press: a letter is stamped when it can be, and else rendered in full.

The rendered lane is WeasyPrint's own layout of the letter, the truth about how it looks. The
stamped lane must give the same, and a sample of every run is made both ways and compared.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipelines.model import Letter
from pipelines.press import truth
from pipelines.press.compose import Composed, Composer, Failed
from pipelines.press.painting import PaintedPage, StampedPage
from pipelines.press.stamper import Stamped, Stamper
from pipelines.press.sweeping import resting

STAMPED, RENDERED = "stamped", "rendered"

Page = PaintedPage | StampedPage


@dataclass(frozen=True, slots=True)
class Made:
    """A letter's pages, the fixed ones counted, and the lane that made them."""

    piece_id: str
    pages: tuple[Page, ...]
    lane: str
    learnt_from: tuple[PaintedPage, ...] = ()
    """WeasyPrint's own pages of a stamped letter that the press learnt from, without the fixed ones."""


class Lanes:
    """What a worker process needs to make letters; heavy, made once. Not safe for threads.

    With `exact`, every letter is rendered in full.
    """

    def __init__(self, composer: Composer | None = None, exact: bool = False) -> None:
        self.composer = composer or Composer()
        self.stamper = Stamper(self.composer)
        self._exact = exact
        self.unstamped: Counter[str] = Counter()
        """How many letters could not be stamped, by the reason."""

    @property
    def full_layouts(self) -> int:
        """How many letters WeasyPrint has laid out so that the press could learn from them."""
        return self.stamper.learnt

    @contextmanager
    def file(self) -> Iterator[None]:
        """A print file in the making: forms are shared within it.

        Meanwhile the collector of reference cycles rests, since stamping makes none.
        """
        self.stamper.begin_file()
        with resting():
            yield

    def prepare(self, letters: Iterable[Letter]) -> None:
        """Does for a batch what is cheaper together than letter by letter; `make` each of them then."""
        if not self._exact:
            self.stamper.prepare(letters)

    def make(self, letter: Letter) -> Made | Failed:
        """The letter's pages, stamped if possible; or which step failed.

        Raises AssetError when the layout or its fixed pages are wrong.
        """
        why = ""
        if not self._exact:
            stamped = self.stamper.stamp(letter)
            if isinstance(stamped, Stamped):
                terms = self.composer.terms(letter)
                return Made(letter.piece_id, stamped.pages + terms, STAMPED, stamped.learnt_from)
            why = stamped.reason
        composed = self.composer.compose(letter)
        if isinstance(composed, Failed):
            return composed
        if why:
            self.unstamped[why] += 1
        return Made(letter.piece_id, composed.pages, RENDERED)

    def differences(self, letter: Letter, made: Made) -> tuple[truth.Difference, ...]:
        """How the stamped pages of a letter differ from those that WeasyPrint gives; nothing when they agree.

        A letter that WeasyPrint fails to lay out differs in all.
        """
        pages = made.pages
        if made.learnt_from:
            own = len(pages) - len(self.composer.terms(letter))
            return truth.differences(pages[:own], made.learnt_from, self.composer.painter.typefaces)
        composed = self.composer.compose(letter)
        if not isinstance(composed, Composed):
            return (truth.Difference(1, "unreadable", 0.0, 0.0),)
        return truth.differences(pages, composed.pages, self.composer.painter.typefaces)
