"""`plan.json`: the plan as a person and a program can read it, one record a line.

A line a record keeps a plan of hundreds of thousands of pieces readable, searchable and
comparable with the plan of another run. Keys stand in the order of the value's fields.
"""

import json
import types
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")

SCHEMA = "brevpress-plan-1"
"""Stands in the key `schema`; `schemas/plan.schema.json` describes it."""


def record(value: Any, leave_out: Iterable[str] = (), **more: Any) -> dict[str, Any]:
    """The fields of a frozen value, without `leave_out` and with `more`, as JSON can have them."""
    skipped = set(leave_out)
    found = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in skipped}
    return {name: _plain(item) for name, item in (found | more).items()}


def restored(kind: type[T], found: Mapping[str, Any], **more: Any) -> T:
    """The frozen value of type `kind` in a record; `more` are the fields that it does not hold."""
    values = {
        f.name: more[f.name] if f.name in more else _typed(f.type, found[f.name])
        for f in fields(kind)  # type: ignore[arg-type]
    }
    return kind(**values)


def text(head: Mapping[str, Any], lists: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """A JSON object: the keys of `head`, then each of `lists` with one record a line."""
    parts = [f"{_json(key)}: {_json(_plain(value))}" for key, value in head.items()]
    for key, records in lists.items():
        lines = ",\n".join(f"  {_json(item)}" for item in records)
        parts.append(f"{_json(key)}: [\n{lines}\n ]" if lines else f"{_json(key)}: []")
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _typed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if value is None:
        return None
    if origin in (Union, types.UnionType):
        return _typed(next(k for k in get_args(kind) if k is not types.NoneType), value)
    if origin is tuple:
        return tuple(_typed(get_args(kind)[0], item) for item in value)
    return date.fromisoformat(value) if kind is date else value
