"""Stamped letters of every layout that ships are what WeasyPrint gives, to a twentieth of a point.

`make test` holds a few letters of each layout together, `make truth` some 500, and hard ones too.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.model import Letter
from pipelines.press.compose import Composer
from tests.press.real_letters import REFERENCE, SHIPPED, real_letters
from tests.press.truth_bench import unlearnt
from tests.press.truth_tally import Tally, held, held_by_layout, tell

LAYOUTS = (*SHIPPED, REFERENCE)
EACH, SAMPLED = 12, 400
EACH_IN_FULL, SAMPLED_IN_FULL = 500, 10_500
MAY_BE_REFUSED = {
    "a line that fits by a hair",
    "a table row that breaks over pages",
    "a box with border or background that breaks over pages",
    "a box, picture, code or underlined text over a text or code",  # a front so full that it meets the slip
}
"""What a letter's own data may bring about; the layouts have nothing that forces the rendered lane."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with unlearnt(tmp_path_factory.mktemp("truth")) as root:
        yield root


@pytest.fixture(scope="module")
def composer(bench: Path) -> Composer:
    return Composer()


@pytest.fixture(scope="module")
def letters(bench: Path) -> dict[str, list[Letter]]:
    return real_letters(EACH, SAMPLED, bench / "sample")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_stamped_letters_of_a_shipped_layout_are_what_weasyprint_gives(
    composer: Composer, letters: dict[str, list[Letter]], layout: str
) -> None:
    tally = held(letters[layout], composer)
    assert tally.wrong == []
    assert set(tally.refused) <= MAY_BE_REFUSED
    assert tally.letters == EACH
    assert tally.stamped >= EACH - 1
    assert len({letter.language for letter in letters[layout]}) == (1 if layout == REFERENCE else 2)


@pytest.mark.truth
def test_five_hundred_letters_of_each_layout_are_what_weasyprint_gives(
    bench: Path, pytestconfig: pytest.Config
) -> None:
    letters = real_letters(EACH_IN_FULL, SAMPLED_IN_FULL, bench / "sample-in-full")
    by_layout = held_by_layout((letter for ours in letters.values() for letter in ours), processes=2)
    total = sum(by_layout.values(), Tally())
    for layout, tally in sorted(by_layout.items()):
        tell(pytestconfig, "layouts, shipped and reference", layout, tally)
    assert {layout: tally.wrong[:3] for layout, tally in by_layout.items() if tally.wrong} == {}
    assert set(total.refused) <= MAY_BE_REFUSED
    assert {layout: tally.letters for layout, tally in by_layout.items()} == dict.fromkeys(
        LAYOUTS, EACH_IN_FULL
    )
    for tally in by_layout.values():
        assert tally.stamped >= 0.99 * EACH_IN_FULL
