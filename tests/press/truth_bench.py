"""All layouts that ship, and the reference layout, with a cache folder in which nothing was learnt yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.press.own_assets import empty_cache, in_force
from tests.press.real_letters import all_layouts


@contextmanager
def unlearnt(root: Path) -> Iterator[Path]:
    """The folder that they are made in; they are in force meanwhile, for new processes too."""
    all_layouts(root / "assets")
    with in_force(root / "assets", empty_cache(root / "cache")):
        yield root
