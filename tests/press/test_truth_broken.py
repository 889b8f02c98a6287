"""A stamper that is broken on purpose is caught, however little is wrong; both pages are kept for people."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from benchmarks.reference import brevpress, layouts_root
from benchmarks.reference import letters as reference
from pipelines import config
from pipelines.model import Letter, PrintFile
from pipelines.press import evidence
from pipelines.press.compose import Composer
from pipelines.press.lanes import STAMPED, Lanes
from pipelines.press.printfile import LANE_DIFFERENCE, press_file
from tests.press.broken_stampers import BREAKS, breaking, shifted
from tests.press.own_assets import forget
from tests.press.scratch import HEAD, planned

LETTERS = 4
"""The last of them is the one that is compared, so much of it stands in shared forms."""
VENDOR = config.Vendor()


@pytest.fixture(scope="module")
def composer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composer]:
    """One for the reference letter: texts, tables, codes, rules and tints on two pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVPRESS_ASSETS", str(layouts_root.make(tmp_path_factory.mktemp("assets"))))
        forget()
        yield Composer()
    forget()


@pytest.fixture(scope="module")
def letters() -> list[Letter]:
    return [brevpress.letter(row) for row in reference.rows(LETTERS)]


@pytest.fixture(scope="module")
def lanes(composer: Composer, letters: list[Letter]) -> Lanes:
    """Lanes that have learnt all that the letters show."""
    lanes = Lanes(composer)
    assert {lanes.make(letter).lane for letter in letters} == {STAMPED}
    return lanes


def pressed(lanes: Lanes, letters: list[Letter], out: Path, compared: int = 1) -> PrintFile:
    """A print file of which the last letters are compared."""
    numbered = list(enumerate(letters, start=1))
    ids = {letter.piece_id for letter in letters[len(letters) - compared :]}
    return press_file(HEAD, planned(len(letters)), numbered, VENDOR, lanes, out, compared=ids)


def test_a_stamper_that_is_right_has_no_breach_and_nothing_is_kept(
    lanes: Lanes, letters: list[Letter], tmp_path: Path
) -> None:
    made = pressed(lanes, letters, tmp_path / "print.pdf", compared=LETTERS)
    assert (made.breaches, made.compared, made.full_layouts) == ((), LETTERS, 0)
    assert evidence.kept(tmp_path / "print.pdf") == ()


@pytest.mark.parametrize("what", BREAKS)
def test_a_stamper_that_is_broken_is_caught_and_both_pages_are_kept(
    lanes: Lanes, letters: list[Letter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    out = tmp_path / "print.pdf"
    spoil, kind = BREAKS[what]
    breaking(monkeypatch, spoil)
    made = pressed(lanes, letters, out)
    found = [breach for breach in made.breaches if breach.rule == LANE_DIFFERENCE]
    piece, compared = made.pieces[-1], letters[-1].piece_id
    assert piece.piece_id == compared
    assert re.fullmatch(rf"\d+ differences, first {kind} at \d+\.\d, \d+\.\d pt", found[0].fact)
    assert all(piece.first_page <= breach.page <= piece.first_page + 2 for breach in found)
    rendered, stamped = evidence.kept(out)
    assert rendered.name == f"print-{compared}-rendered.pdf"
    assert stamped.name == f"print-{compared}-stamped.pdf"
    assert pictures(rendered) != pictures(stamped)


@pytest.mark.parametrize("far", [(0.04, 0), (-0.04, 0), (0, 0.04), (0, -0.04)])
def test_a_hair_beside_its_place_is_let_pass(
    lanes: Lanes,
    letters: list[Letter],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    far: tuple[float, float],
) -> None:
    breaking(monkeypatch, shifted(*far))
    made = pressed(lanes, letters, tmp_path / "print.pdf")
    assert (made.breaches, made.compared) == ((), 1)


def test_the_letters_that_the_press_learns_from_are_compared_whatever_the_sample(
    composer: Composer, letters: list[Letter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir(mode=0o700)
    monkeypatch.setenv("BREVPRESS_CACHE", str(tmp_path / "cache"))
    assert pressed(Lanes(composer), letters, tmp_path / "right.pdf", compared=0).breaches == ()
    shutil.rmtree(tmp_path / "cache")
    breaking(monkeypatch, shifted(0.3, 0))
    made = pressed(Lanes(composer), letters, tmp_path / "print.pdf", compared=0)
    assert (made.compared, {breach.rule for breach in made.breaches}) == (0, {LANE_DIFFERENCE})
    assert len(evidence.kept(tmp_path / "print.pdf")) == 2 * made.full_layouts > 0


def pictures(path: Path) -> list[bytes]:
    """How the pages of a file look."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.render(scale=3, grayscale=True).to_numpy().tobytes() for page in document]
