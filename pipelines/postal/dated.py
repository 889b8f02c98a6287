"""Entries of the post's dated tables, checked: the user's own file, or the one that ships."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines import tables
from pipelines.errors import TableError
from pipelines.tables import Table

CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `date.weekday()`."""

_REMEDY = "see docs/tables.md"


class Entry(BaseModel):
    """What every entry of a dated table says: for which country, for which days, says who."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: CountryCode
    valid_from: date = date.min
    valid_to: date = date.max
    verified: bool
    """False until the user has checked the entry with bank, post or printer."""
    source: str


E = TypeVar("E", bound=Entry)


def table(name: str, own: Mapping[str, Path]) -> Table:
    """The table `name`: the user's file in `own` when there is one, else the shipped one.

    Raises TableError when the user's file is missing or bears another name.
    """
    if name not in own:
        return tables.load(name)
    path = own[name]
    if not path.is_file():
        raise TableError(f"{path}: no such file", f"mend schedule.tables.{name} in brevpress.toml")
    found = tables.read(path)
    if found.version.name != name:
        raise TableError(
            f"{path.name}: its name is {found.version.name!r}, wanted {name!r}",
            f"mend schedule.tables.{name} in brevpress.toml",
        )
    return found


def entries(source: Table, key: str, kind: type[E]) -> tuple[E, ...]:
    """The entries `[[key]]` of a table; each inherits the table's dates where it has none.

    Raises TableError naming table, entry and field.
    """
    name = source.version.name
    rows = source.data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(f"{name}: {key!r} is no list of entries", _REMEDY)
    dates = {k: source.data[k] for k in ("valid_from", "valid_to") if k in source.data}
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(kind.model_validate(dates | row))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or key
            raise TableError(f"{name}: {key} {number}: {field}: {first['msg']}", _REMEDY) from error
    return tuple(found)


def only_one(known: Iterable[E], day: date, what: str) -> E:
    """The one entry of `known` that is valid on `day`; `what` names them in the message.

    Raises TableError when there is none (unknown or expired) or more than one.
    """
    known = tuple(known)
    valid = [entry for entry in known if entry.valid_from <= day <= entry.valid_to]
    if len(valid) == 1:
        return valid[0]
    if valid:
        raise TableError(f"{what}: {len(valid)} entries are valid on {day}", "let their dates not overlap")
    if known:
        spans = ", ".join(f"{entry.valid_from}..{entry.valid_to}" for entry in known)
        raise TableError(f"{what}: not valid on {day} (only {spans})", "bring in a newer table, " + _REMEDY)
    raise TableError(f"{what}: unknown", _REMEDY)
