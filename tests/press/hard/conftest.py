"""Points the press at the hard layouts while a module's tests run."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import assets
from pipelines.press import typefaces
from pipelines.press.compose import Composer
from tests.press.hard.letters import LAYOUTS


@pytest.fixture(scope="session")
def hard_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to name in BREVPRESS_ASSETS: the hard layouts with the shipped measures and profile."""
    shipped = assets.folder("layouts") / "shared"
    root = tmp_path_factory.mktemp("hard")
    shutil.copytree(LAYOUTS, root / "layouts")
    for name in ("FOGRA47L_uncoated.icc", "geometry.toml"):
        shutil.copy(shipped / name, root / "layouts" / "shared")
    return root


@pytest.fixture(scope="module")
def hard(hard_assets: Path) -> Iterator[Path]:
    """The assets folder, in force while the module's tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVPRESS_ASSETS", str(hard_assets))
        forget()
        yield hard_assets
    forget()


@pytest.fixture(scope="module")
def composer(hard: Path) -> Composer:
    """A composer on the hard layouts."""
    return Composer()


def forget() -> None:
    """Forget what the press read from other assets; the fonts stay, they are the same."""
    for name, module in sorted(sys.modules.items()):
        if name == "pipelines.assets" or name.startswith("pipelines.press."):
            for thing in vars(module).values():
                if hasattr(thing, "cache_clear") and thing is not typefaces.load:
                    thing.cache_clear()
