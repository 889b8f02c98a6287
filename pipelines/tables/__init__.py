"""Dated tables: country facts, legal rules, paydays, products.

Every table is a TOML file with `name`, `version`, `valid_from` and, when it ends,
`valid_to`; a list of entries inside may carry the same two dates. What they hold was taken
from the sources they name, and what is marked `verified = false` or
`status = "verify_with_counsel"` has to be checked by the user before it counts.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipelines import assets
from pipelines.errors import TableError
from pipelines.model import TableVersion


@dataclass(frozen=True, slots=True)
class Table:
    """A dated table and the version that goes into every manifest."""

    version: TableVersion
    data: Mapping[str, Any]


@cache
def load(name: str) -> Table:
    """The shipped table `name` (`products`, `countries/se`, …). Raises AssetError, TableError."""
    return read(assets.table(f"{name}.toml"))


def read(path: Path) -> Table:
    """The table in the file `path`. Raises TableError when it is no table."""
    raw = path.read_bytes()
    try:
        data = tomllib.loads(raw.decode())
        version = TableVersion(data["name"], str(data["version"]), hashlib.sha256(raw).hexdigest())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise TableError(f"{path.name}: not a dated table ({error})", "see docs/tables.md") from error
    return Table(version, data)


def valid_on(entries: Iterable[Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    """The entries whose `valid_from`..`valid_to` (both counted, both optional) hold `day`."""
    return [e for e in entries if e.get("valid_from", date.min) <= day <= e.get("valid_to", date.max)]


@cache
def countries() -> tuple[str, ...]:
    """The countries with a shipped table of facts, in alphabetical order: `("FI", "SE")`."""
    return tuple(sorted(p.stem.upper() for p in (assets.table("countries/se.toml").parent).glob("*.toml")))
