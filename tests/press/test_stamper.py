"""The stamper: what one letter taught serves the others, and nothing is left behind."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks.reference import brevpress
from benchmarks.reference import letters as reference
from pipelines.model import Letter
from pipelines.press.compose import Composer, Failed
from pipelines.press.lanes import STAMPED, Lanes, Made
from pipelines.press.painting import StampedPage
from pipelines.press.stamper import Stamped, Stamper
from pipelines.reasons import Reason
from tests.press.own_assets import empty_cache
from tests.press.truth_bench import unlearnt

LETTERS = 12


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with unlearnt(tmp_path_factory.mktemp("stamper")) as root:
        yield root


@pytest.fixture(scope="module")
def composer(bench: Path) -> Composer:
    return Composer()


@pytest.fixture(scope="module")
def letters(bench: Path) -> list[Letter]:
    return [brevpress.letter(row) for row in reference.rows(LETTERS)]


@pytest.fixture(scope="module")
def taught(composer: Composer, letters: list[Letter]) -> Stamper:
    """A stamper that has met all of the letters."""
    stamper = Stamper(composer)
    for letter in letters:
        assert isinstance(stamper.stamp(letter), Stamped)
    return stamper


def pages(stamper: Stamper, letter: Letter) -> tuple[StampedPage, ...]:
    made = stamper.stamp(letter)
    assert isinstance(made, Stamped)
    return made.pages


def test_a_letter_that_teaches_comes_with_the_layout_engines_own_pages_once(
    composer: Composer, letters: list[Letter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREVPRESS_CACHE", str(empty_cache(tmp_path / "cache")))
    stamper = Stamper(composer)
    first, again = stamper.stamp(letters[0]), stamper.stamp(letters[0])
    assert isinstance(first, Stamped)
    assert isinstance(again, Stamped)
    assert len(first.learnt_from) == len(first.pages)
    assert not again.learnt_from
    assert stamper.learnt == 1


def test_more_rows_lines_and_pages_are_no_new_lesson(taught: Stamper, letters: list[Letter]) -> None:
    before = taught.learnt
    longer = [brevpress.letter(row) for row in reference.rows(40, 9)]
    for letter in longer:
        taught.stamp(letter)
    assert taught.learnt - before <= 2


def test_a_second_worker_learns_from_the_shelf(
    composer: Composer, letters: list[Letter], taught: Stamper
) -> None:
    other = Stamper(composer)
    for letter in letters:
        assert isinstance(other.stamp(letter), Stamped)
    assert other.learnt == 0


def test_letters_prepared_together_are_those_stamped_one_by_one(
    taught: Stamper, letters: list[Letter]
) -> None:
    taught.begin_file()
    alone = [pages(taught, letter) for letter in letters]
    taught.begin_file()
    taught.prepare(letters)
    assert [pages(taught, letter) for letter in letters] == alone


@pytest.mark.parametrize("payload", ["x" * 8000, ""], ids=["too long", "empty"])
def test_a_code_that_cannot_be_made_fails_its_letter_alone(
    composer: Composer, letters: list[Letter], payload: str
) -> None:
    bad = letters[3]
    slip = {**bad.context["slip"], "qr": payload}
    batch = [*letters[:3], replace(bad, context={**bad.context, "slip": slip}), *letters[4:8]]
    lanes = Lanes(composer)
    with lanes.file():
        lanes.prepare(batch)
        made = [lanes.make(letter) for letter in batch]
    assert made.pop(3) == Failed(bad.piece_id, Reason.COMPOSITION_FAILED, "ValueError")
    assert {one.lane for one in made if isinstance(one, Made)} == {STAMPED}
    assert len(made) == 7


@pytest.mark.parametrize("size", [1, 5, LETTERS])
def test_it_does_not_matter_with_whom_a_letter_is_prepared(
    taught: Stamper, letters: list[Letter], size: int
) -> None:
    def first_of_a_file(letter: Letter) -> tuple[StampedPage, ...]:
        taught.begin_file()
        return pages(taught, letter)

    alone = {letter.piece_id: first_of_a_file(letter) for letter in letters}
    shuffled = Random(size).sample(letters, len(letters))
    for start in range(0, len(letters), size):
        batch = shuffled[start : start + size]
        taught.prepare(batch)
        for letter in batch:
            assert first_of_a_file(letter) == alone[letter.piece_id]


def test_each_file_begins_anew(taught: Stamper, letters: list[Letter]) -> None:
    taught.begin_file()
    first = [pages(taught, letter) for letter in letters]
    taught.begin_file()
    assert [pages(taught, letter) for letter in letters] == first


def test_what_recurs_in_a_file_is_drawn_once(taught: Stamper, letters: list[Letter]) -> None:
    taught.begin_file()
    sizes = [sum(len(page.content) for page in pages(taught, letters[0])) for _ in range(4)]
    assert sizes[3] < sizes[0]
    assert sizes[2] == sizes[3]


def test_stamping_leaves_no_cycles_behind(taught: Stamper) -> None:
    # While a file is made nobody collects them: they would stay for as long as the worker lives.
    for row in reference.rows(40, 11):
        taught.stamp(brevpress.letter(row))
    fresh = [brevpress.letter(row) for row in reference.rows(20, 12)]
    learnt = taught.learnt
    gc.collect()
    gc.disable()
    try:
        taught.prepare(fresh)
        for letter in fresh:
            taught.stamp(letter)
        left = gc.collect()
    finally:
        gc.enable()
    assert taught.learnt == learnt
    assert left == 0
