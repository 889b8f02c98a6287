"""What a template may ask of the letter's context: names, their parts, and which of them vary.

Learnt from letters that `write_letter` writes, so a name that the context gains is known at once.
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines import config
from pipelines.errors import BrevpressError
from pipelines.letters import rules
from pipelines.lint import specimen


@dataclasses.dataclass(frozen=True)
class Thing:
    """Of a value we know nothing, or nothing that matters."""


@dataclasses.dataclass(frozen=True)
class Leaf(Thing):
    """A text, number, date or truth value."""

    type: type


@dataclasses.dataclass(frozen=True)
class Record(Thing):
    """A thing with named parts."""

    name: str
    """How a finding calls it: `sender`, `claims[]`."""
    parts: dict[str, Thing]
    type: type = dict
    """Whose methods it has beside them."""


@dataclasses.dataclass(frozen=True)
class Several(Thing):
    """A sequence of things of one shape."""

    of: Thing


ANYTHING = Thing()

OPEN = frozenset(("extras",))
"""Parts that hold whatever the export has."""

FIXED = frozenset(("sender", "kind", "country", "language", "currency", "geometry"))
"""Names of the context that are the same for all letters of a layout and language."""


def of(value: Any, name: str) -> Thing:
    """The shape of a value of a context."""
    if name.rsplit(".", 1)[-1] in OPEN or value is None:
        return ANYTHING
    if isinstance(value, Mapping):
        return Record(name, {key: of(part, f"{name}.{key}") for key, part in value.items()})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: of(getattr(value, field.name), f"{name}.{field.name}")
            for field in dataclasses.fields(value)
        }
        return Record(name, parts, type(value))
    if isinstance(value, tuple | list):
        found = ANYTHING
        for part in value:
            found = merged(found, of(part, f"{name}[]"))
        return Several(found)
    return Leaf(type(value))


def merged(one: Thing, other: Thing) -> Thing:
    """What is known when a value may have either shape."""
    match one, other:
        case Record(), Record():
            parts = dict(one.parts)
            for key, part in other.parts.items():
                parts[key] = merged(parts[key], part) if key in parts else part
            return Record(one.name, parts, one.type if one.type is other.type else dict)
        case Several(), Several():
            return Several(merged(one.of, other.of))
    if one == other or type(other) is Thing:
        return one
    return other if type(one) is Thing else ANYTHING


@cache
def context(country: str, kind: str) -> Record:
    """The names of `Letter.context` in letters of that country and kind.

    For a country or kind that we cannot write a letter of: the names of all that we can.
    """
    found = Record("the context", {})
    known = sorted(config.load().countries)
    for land in [country] if country in known else known:
        for sort in [kind] if kind in rules.KINDS else rules.KINDS:
            for debtor in rules.DEBTORS:
                try:
                    letter = specimen.letter(specimen.invented(land, sort, debtor), _language(land))
                except (BrevpressError, KeyError):
                    continue
                if letter is None:
                    continue
                parts = {key: of(value, key) for key, value in letter.context.items()}
                whole = merged(found, Record(found.name, parts))
                found = whole if isinstance(whole, Record) else found
    return found


def places(path: Path, geometry: str) -> Record:
    """The parts of `geometry` as templates of that geometry see them."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        data = {}
    parts = {
        name: of(data.get(table, {}).get(geometry), f"geometry.{name}")
        for name, table in (("window", "windows"), ("reading_zone", "reading_zone"), ("barcode", "barcode"))
    }
    return Record("geometry", parts)


def _language(country: str) -> str:
    from pipelines.ingest import facts

    return facts.of(country).languages[0]
