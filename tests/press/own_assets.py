"""Assets of a test's own in force for a while, and a cache in which nothing was learnt yet."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import assets
from pipelines.press import foundry, typefaces


def furnished(root: Path, layouts: Path | None = None) -> Path:
    """`root`, as `$BREVPRESS_ASSETS` wants it: these layouts with the shipped measures and profile."""
    shipped = assets.folder("layouts") / "shared"
    if layouts is not None:
        shutil.copytree(layouts, root / "layouts")
    for name in ("FOGRA47L_uncoated.icc", "geometry.toml"):
        shutil.copy(shipped / name, root / "layouts" / "shared")
    return root


@contextmanager
def in_force(root: Path, cache: Path | None = None) -> Iterator[None]:
    """The assets in `root`, and the cache, in force for this process and for new ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVPRESS_ASSETS", str(root))
        if cache is not None:
            patch.setenv("BREVPRESS_CACHE", str(cache))
        forget(fonts=cache is not None)
        yield
    forget(fonts=cache is not None)


def empty_cache(folder: Path) -> Path:
    """A cache folder with the press's fonts, which take seconds to make, and nothing else."""
    typefaces.load()
    folder.mkdir(mode=0o700)
    for font in foundry.cache_folder().glob("*.ttf"):
        shutil.copy(font, folder)
    return folder


def forget(fonts: bool = False) -> None:
    """Forget what the press read from other assets; the fonts only where they lie in another folder."""
    for name, module in sorted(sys.modules.items()):
        if name == "pipelines.assets" or name.startswith("pipelines.press."):
            for thing in vars(module).values():
                if hasattr(thing, "cache_clear") and thing is not typefaces.load:
                    thing.cache_clear()
    if fonts:
        typefaces.load.cache_clear()
