"""All layouts that ship, and the reference layout, with a cache folder in which nothing was learnt yet."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.press import foundry, typefaces
from tests.press.hard.conftest import forget
from tests.press.real_letters import all_layouts


@contextmanager
def unlearnt(root: Path) -> Iterator[Path]:
    """The folder that they are made in; they are in force meanwhile, for new processes too."""
    typefaces.load()
    all_layouts(root / "assets")
    empty_cache(root / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVPRESS_ASSETS", str(root / "assets"))
        patch.setenv("BREVPRESS_CACHE", str(root / "cache"))
        forget()
        typefaces.load.cache_clear()
        yield root
    forget()
    typefaces.load.cache_clear()


def empty_cache(folder: Path) -> Path:
    """A cache folder with the press's fonts, which take seconds to make, and nothing else."""
    folder.mkdir(mode=0o700)
    for font in foundry.cache_folder().glob("*.ttf"):
        shutil.copy(font, folder)
    return folder
