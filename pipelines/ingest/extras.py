"""Extra columns of an export as one JSON object a row, built per distinct value, not per row."""

import json
import math
from collections.abc import Mapping
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as t


def to_json(columns: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """What `json.dumps(row, sort_keys=True, ensure_ascii=False)` gives for each of `rows` rows.

    Empty cells are left out, and a row without any is null. Texts, whole numbers, floats and
    bools stay what they are; decimals, dates and times become text, bytes hexadecimal text.
    Nested columns do not come here: the survey refuses them, for a letter sets no lists.
    """
    members = [_members(name, columns[name]) for name in sorted(columns)]
    if not members:
        return pa.nulls(rows, pa.string())
    return pc.binary_join_element_wise("{", reduce(_both, members), "}", "")


def texts(objects: pa.Array) -> pa.Array:
    """All texts inside each JSON object of `to_json`, one after the other; null stays null."""
    seen = objects.dictionary_encode()
    joined = [
        "".join(value for value in json.loads(one).values() if isinstance(value, str))
        for one in seen.dictionary.to_pylist()
    ]
    return pa.array(joined, pa.string()).take(seen.indices)


def _both(left: pa.Array, right: pa.Array) -> pa.Array:
    """The members of both with a comma between, of one where the other is null.

    Not `null_handling="skip"`: up to Arrow 25 it leaves out rows that are null on both sides.
    """
    return pc.coalesce(pc.binary_join_element_wise(left, right, ", "), left, right)


def _members(name: str, column: pa.Array) -> pa.Array:
    """`"name": value` for every cell, null where there is none."""
    key = json.dumps(name, ensure_ascii=False)
    if t.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if t.is_temporal(column.type) and not t.is_duration(column.type) and not t.is_interval(column.type):
        column = column.cast(pa.string())  # Python's own types hold neither nanoseconds nor year 0
    try:
        seen = column.dictionary_encode()
    except pa.ArrowNotImplementedError:  # the rarest types
        return pa.array([_member(key, value) for value in column.to_pylist()], pa.string())
    members = [_member(key, value) for value in seen.dictionary.to_pylist()]
    return pa.array(members, pa.string()).take(seen.indices)


def _member(key: str, value: Any) -> str | None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None  # JSON knows no NaN and no infinity
    return f"{key}: {json.dumps(value, ensure_ascii=False, sort_keys=True, default=_as_text)}"


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
