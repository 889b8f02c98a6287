"""Points the press at the hard layouts while a module's tests run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.press.compose import Composer
from tests.press.hard.letters import LAYOUTS
from tests.press.own_assets import furnished, in_force


@pytest.fixture(scope="session")
def hard_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to name in BREVPRESS_ASSETS: the hard layouts with the shipped measures and profile."""
    return furnished(tmp_path_factory.mktemp("hard"), LAYOUTS)


@pytest.fixture(scope="module")
def hard(hard_assets: Path) -> Iterator[Path]:
    """The assets folder, in force while the module's tests run."""
    with in_force(hard_assets):
        yield hard_assets


@pytest.fixture(scope="module")
def composer(hard: Path) -> Composer:
    """A composer on the hard layouts."""
    return Composer()
