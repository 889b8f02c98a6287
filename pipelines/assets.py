"""Where layouts, fonts, schemas and the colour profile lie: in a checkout, a wheel or an sdist."""

import hashlib
import os
from functools import cache
from pathlib import Path

from pipelines.errors import AssetError

_PACKAGE = Path(__file__).resolve().parent


@cache
def folder(kind: str) -> Path:
    """The folder of `layouts`, `fonts` or `schemas`.

    Looked for in `$BREVPRESS_ASSETS`, then inside the installed package, then beside it (a
    checkout). Raises AssetError when it is in none of the three.
    """
    roots = [_PACKAGE, _PACKAGE.parent]
    if own := os.environ.get("BREVPRESS_ASSETS"):
        roots.insert(0, Path(own))
    for root in roots:
        if (found := root / kind).is_dir():
            return found
    raise AssetError(f"no folder {kind!r} in {', '.join(map(str, roots))}", "reinstall brevpress")


def table(name: str) -> Path:
    """The path of a shipped dated table, such as `products.toml` or `countries/se.toml`."""
    path = _PACKAGE / "tables" / name
    if not path.is_file():
        raise AssetError(f"no table {name!r} in {path.parent}", "reinstall brevpress")
    return path


def tree_hash(root: Path) -> str:
    """The sha256 over names and bytes of all files below `root`, the same on every machine."""
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
