"""How a letter looks depends on the letter alone: not on what was stamped before, nor in what order."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from pipelines.model import Letter
from pipelines.press.compose import Composer
from pipelines.press.stamper import Stamped, Stamper, Unstamped
from pipelines.press.truth import differences
from tests.press.own_assets import empty_cache
from tests.press.real_letters import real_letters
from tests.press.truth_bench import unlearnt

FEW = ("fi/invoice", "se/reference")
EACH, EACH_IN_FULL, SAMPLED = 4, 20, 1_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with unlearnt(tmp_path_factory.mktemp("order")) as root:
        yield root


@pytest.fixture(scope="module")
def composer(bench: Path) -> Composer:
    return Composer()


@pytest.fixture(scope="module")
def letters(bench: Path) -> dict[str, list[Letter]]:
    """Of each layout twice as many as are looked at."""
    return real_letters(2 * EACH_IN_FULL, SAMPLED, bench / "sample")


def test_letters_look_the_same_whatever_was_stamped_before(
    composer: Composer, letters: dict[str, list[Letter]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [letter for layout in FEW for letter in letters[layout][:EACH]]
    others = [letter for layout in FEW for letter in letters[layout][-EACH:]]
    _same(composer, ours, others, tmp_path, monkeypatch)


@pytest.mark.truth
def test_a_hundred_letters_look_the_same_whatever_was_stamped_before(
    composer: Composer, letters: dict[str, list[Letter]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [letter for of_layout in letters.values() for letter in of_layout[:EACH_IN_FULL]]
    others = [letter for of_layout in letters.values() for letter in of_layout[EACH_IN_FULL:]]
    assert len(ours) == 100
    _same(composer, ours, others, tmp_path, monkeypatch)


def _same(
    composer: Composer,
    letters: Sequence[Letter],
    others: Sequence[Letter],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The letters by three stampers that know nothing at first, and by one that knows what the last did."""
    shuffled = Random(1).sample(letters, len(letters))
    orders = {"as they are": letters, "shuffled": shuffled, "after others": [*others, *letters]}
    made: dict[str, dict[str, Stamped | Unstamped]] = {}
    for name, order in orders.items():
        monkeypatch.setenv("BREVPRESS_CACHE", str(empty_cache(tmp_path / name)))
        made[name] = _stamped(Stamper(composer), order)
    known = Stamper(composer)
    made["from the shelf"] = _stamped(known, letters)
    assert known.learnt == 0
    for letter in letters:
        first, *rest = (made[name][letter.piece_id] for name in made)
        for name, other in zip(list(made)[1:], rest, strict=True):
            where = (letter.layout, letter.piece_id, name)
            if isinstance(first, Unstamped) or isinstance(other, Unstamped):
                assert first == other, where
            else:
                found = differences(other.pages, first.pages, composer.painter.typefaces)
                assert [str(one) for one in found[:3]] == [], where


def _stamped(stamper: Stamper, letters: Sequence[Letter]) -> dict[str, Stamped | Unstamped]:
    return {letter.piece_id: stamper.stamp(letter) for letter in letters}
