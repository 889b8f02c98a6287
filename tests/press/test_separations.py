"""What Ghostscript's separations show of print files: text in black ink alone, no page over the limit."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pipelines import config
from pipelines.press.lanes import STAMPED, Lanes
from pipelines.press.preflight_resources import MOST_INK
from pipelines.press.printfile import press_file
from tests.layouts import desk
from tests.press.print_files import good, painting, spoiled, writing
from tests.press.scratch import HEAD, planned
from tests.press.separations import DPI, Plates, plates

FULL, NONE = 0.99, 0.01
LEAST_TEXT = 0.004
"""Share of a letter's page that its text covers at least; a blank page has none."""
ROUNDING = 1 / 255


@cache
def lanes() -> Lanes:
    """Heavy, so made once."""
    return Lanes()


@pytest.fixture(scope="module", params=desk.LAYOUTS)
def letter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Plates]:
    """The plates of all pages of a letter of each layout that ships, the second of its file."""
    folder = tmp_path_factory.mktemp("separated")
    language = desk.SPOKEN[[layout for layout, _ in desk.SPOKEN].index(request.param)][1]
    sample = desk.samples(request.param, language)[0]
    one = desk.letter(request.param, language, sample)
    letters = [(n, replace(one, piece_id=f"piece-{n}")) for n in (1, 2)]
    head = replace(HEAD, country=request.param[:2].upper())
    made = press_file(head, planned(2), letters, config.Vendor(), lanes(), folder / "print.pdf")
    assert made.breaches == ()
    second = made.pieces[1]
    assert second.lane == STAMPED
    pages = range(second.first_page, second.first_page + second.pages)
    return plates(folder / "print.pdf", pages, folder)


def test_text_is_black_alone(letter: list[Plates]) -> None:
    covered = 0.0
    for page in letter:
        black = page[3] > FULL
        covered += float(black.mean())
        assert page[:3, black].max(initial=0.0) < NONE
    assert covered > LEAST_TEXT


def test_no_page_exceeds_the_ink_limit(letter: list[Plates]) -> None:
    assert max(float(page.sum(axis=0).max()) for page in letter) <= MOST_INK + 4 * ROUNDING


class TestTheSeparations:
    """They show what they are asked for: colours of a known page, and what the rules forbid."""

    @pytest.fixture(scope="class")
    @staticmethod
    def page(tmp_path_factory: pytest.TempPathFactory) -> Plates:
        folder = tmp_path_factory.mktemp("known")
        good(folder / "good.pdf")

        def change(pdf: object) -> None:
            painting(3, b".8 .7 .7 .7 k 100 100 72 72 re f .2 .4 .6 0 k 300 100 72 72 re f\n")(pdf)
            writing(3, "Betala", 20, 150, size=40, ink=b".5 .4 .3 1 k\n")(pdf)

        path = spoiled(folder / "good.pdf", folder / "spoiled.pdf", change)
        return plates(path, [3], folder)[0]

    def test_tints_come_out_as_they_were_put_in(self, page: Plates) -> None:
        assert inks(page, 136, 136) == pytest.approx([0.8, 0.7, 0.7, 0.7], abs=ROUNDING)
        assert inks(page, 336, 136) == pytest.approx([0.2, 0.4, 0.6, 0], abs=ROUNDING)

    def test_too_much_ink_shows(self, page: Plates) -> None:
        assert float(page.sum(axis=0).max()) == pytest.approx(2.9, abs=4 * ROUNDING)

    def test_text_in_four_inks_shows(self, page: Plates) -> None:
        black = page[3] > FULL
        assert page[:3, black].max() == pytest.approx(0.5, abs=ROUNDING)
        assert np.count_nonzero(black) > 0


def inks(page: Plates, x: float, y: float) -> list[float]:
    """The inks at a point, measured in points from the lower left."""
    rows = page.shape[1]
    column, row = round(x * DPI / 72), rows - round(y * DPI / 72)
    return [float(value) for value in page[:, row, column]]
