"""Cells as values of the contract's types: typed columns are cast, text is parsed.

A cell that cannot be read is null and marked; one bad cell never costs more than its row. Text
follows the claims' Table Schema: ISO 8601 dates, a decimal point, true/false or 1/0.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as t

from pipelines.ingest import text

TRUE = ("true", "True", "TRUE", "1")
FALSE = ("false", "False", "FALSE", "0")
"""How a CSV writes a bool: the words that a Table Schema takes when it names no others."""


class Cells(NamedTuple):
    """A column as the contract wants it; `unread` marks its cells that could not be read."""

    values: pa.Array
    unread: pa.Array | None


def cast(column: pa.Array, wanted: pa.DataType) -> Cells:
    """The cells of a typed column. Its type is one that `columns.holds` lets through."""
    if t.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if t.is_null(column.type):
        return Cells(pa.nulls(len(column), wanted), None)
    if t.is_string(wanted):
        values, unread = text.decoded(column)
        return Cells(text.normal(values), unread)
    if t.is_floating(wanted):
        return _numbers(column.cast(wanted, safe=False))
    if column.type == wanted:
        return Cells(column, None)
    if t.is_integer(wanted):
        top = 2 ** (wanted.bit_width - 1)
        exact = column.cast(pa.decimal128(20, 0))  # signed and unsigned of any width compare there
        return _where(pc.and_(pc.greater_equal(exact, -top), pc.less(exact, top)), exact, wanted)
    if t.is_decimal(wanted):
        return _exact_decimals(column, wanted)
    if t.is_timestamp(column.type):
        days = column.cast(wanted, safe=False)
        return _where(pc.equal(days.cast(column.type), column), days, wanted)
    return Cells(column.cast(wanted), None)


def parse(column: pa.Array, wanted: pa.DataType) -> Cells:
    """The cells of a text column (strings or bytes), as `wanted`. An empty cell is null."""
    strings, broken = text.decoded(column)
    strings = text.normal(strings)
    cells = Cells(strings, None) if t.is_string(wanted) else _PARSERS[wanted.id](strings, wanted)
    return Cells(cells.values, broken if cells.unread is None else either(cells.unread, broken))


def either(one: pa.Array, other: pa.Array | None) -> pa.Array:
    """The mask of what either of two masks marks."""
    return one if other is None else pc.or_(one, other)


def _parse_integers(strings: pa.Array, wanted: pa.DataType) -> Cells:
    whole = pc.match_substring_regex(strings, r"^[+-]?0*[0-9]{1,10}$")
    digits = pc.replace_substring_regex(pc.if_else(whole, strings, None), r"^\+", "")
    read = cast(digits.cast(pa.int64()), wanted)
    return Cells(read.values, _lost(strings, read.values))


def _parse_decimals(strings: pa.Array, wanted: pa.DataType) -> Cells:
    digits, places = f"[0-9]{{0,{wanted.precision - wanted.scale}}}", wanted.scale
    # zeros that say nothing are dropped: before the first digit, and after the last place
    number = rf"(?:({digits}\.[0-9]{{{places}}})0*|({digits}\.[0-9]{{1,{places}}})|({digits}))"
    form = f"^([+-]?)0*{number}$"
    fits = pc.and_(pc.match_substring_regex(strings, form), pc.match_substring_regex(strings, "[0-9]$"))
    plain = pc.replace_substring_regex(pc.if_else(fits, strings, None), form, r"\1\2\3\4")
    bare = pc.match_substring_regex(plain, "^[+-]?$")  # nothing but zeros
    values = pc.if_else(bare, "0", plain).cast(wanted)
    return Cells(values, _lost(strings, values))


def _parse_dates(strings: pa.Array, wanted: pa.DataType) -> Cells:
    iso = pc.match_substring_regex(strings, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    days = pc.strptime(pc.if_else(iso, strings, None), "%Y-%m-%d", "s", error_is_null=True).cast(wanted)
    # strptime makes 30 February the first of March; only a date that reads back is one
    real = pc.and_(pc.equal(days.cast(pa.string()), strings), pc.greater_equal(days, date.min))
    return _where(real, days, wanted, strings)


def _parse_bools(strings: pa.Array, _: pa.DataType) -> Cells:
    true = pc.is_in(strings, pa.array(TRUE))
    known = pc.or_(true, pc.is_in(strings, pa.array(FALSE)))
    values = pc.if_else(known, true, None)
    return Cells(values, _lost(strings, values))


def _parse_floats(strings: pa.Array, wanted: pa.DataType) -> Cells:
    number = pc.match_substring_regex(
        strings, r"^(?i:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)$"
    )
    absent = pc.match_substring_regex(strings, r"^(?i:nan)$")
    plain = pc.replace_substring_regex(pc.if_else(number, strings, None), r"^\+", "")
    read = _numbers(plain.cast(wanted))
    return Cells(read.values, pc.and_(_lost(strings, read.values), pc.invert(pc.fill_null(absent, False))))


def _numbers(values: pa.Array) -> Cells:
    """Floats: a NaN says that there is no number, an infinite one says nothing."""
    infinite = pc.fill_null(pc.is_inf(values), False)
    return Cells(pc.if_else(pc.is_finite(values), values, None), infinite)


def _exact_decimals(column: pa.Array, wanted: pa.DataType) -> Cells:
    if not t.is_decimal256(column.type):
        column = column.cast(pa.decimal128(38, column.type.scale))
    fits = pc.less(pc.abs(column), pa.scalar(10 ** (wanted.precision - wanted.scale), pa.int64()))
    if column.type.scale > wanted.scale:
        fits = pc.and_(fits, pc.equal(pc.round(column, wanted.scale), column))
    return _where(fits, column, wanted)


def _where(good: pa.Array, values: pa.Array, wanted: pa.DataType, given: pa.Array | None = None) -> Cells:
    """`values` where `good`, and a mark on every other cell that was given."""
    kept = pc.if_else(good, values, None).cast(wanted)
    return Cells(kept, _lost(values if given is None else given, kept))


def _lost(given: pa.Array, values: pa.Array) -> pa.Array:
    return pc.and_(given.is_valid(), values.is_null())


_PARSERS: dict[int, Callable[[pa.Array, pa.DataType], Cells]] = {
    pa.int32().id: _parse_integers,
    pa.decimal128(1).id: _parse_decimals,
    pa.date32().id: _parse_dates,
    pa.bool_().id: _parse_bools,
    pa.float64().id: _parse_floats,
}
