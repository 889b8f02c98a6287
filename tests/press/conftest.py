"""What the tests of the press share.

- `scratch`: the assets of a small two-page layout instead of the shipped ones, for one module
- `composer`: one for all tests of a module, on that layout
- `sound`: a small print file that preflight finds right, with what it expects of it
- `broken`: spoils a copy of it, and gives rule and page of all breaches
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.press.compose import Composer
from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from tests.press.own_assets import furnished, in_force
from tests.press.print_files import Broken, Change, good, spoiled

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def scratch_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to name in BREVPRESS_ASSETS."""
    return furnished(tmp_path_factory.mktemp("assets"), HERE / "layouts")


@pytest.fixture(scope="module")
def scratch(scratch_assets: Path) -> Iterator[Path]:
    """The assets folder, in force while the module's tests run."""
    with in_force(scratch_assets):
        yield scratch_assets


@pytest.fixture(scope="module")
def composer(scratch: Path) -> Composer:
    """A composer on the scratch layout."""
    return Composer()


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Expected]:
    """The good file and what is expected of it."""
    path = tmp_path_factory.mktemp("press") / "print-0001.pdf"
    return path, good(path)


@pytest.fixture
def broken(sound: tuple[Path, Expected], tmp_path: Path) -> Broken:
    """Spoils the good file; gives rule and page of all breaches."""

    def spoil(
        change: Change, expect: Callable[[Expected], Expected] = lambda e: e, version: str = "1.6"
    ) -> set[tuple[str, int]]:
        path = spoiled(sound[0], tmp_path / "spoiled.pdf", change, version)
        return {(breach.rule, breach.page) for breach in preflight(path, expect(sound[1]))}

    return spoil
