"""Sorts mail pieces into cohorts: when their recipients are paid, and how many sheets they have.

The planner then sees counts only. The recipient's own payday goes first. Else the export may
name a family of the table `paydays` (column `payday_cohort`, say `pension`), and day of birth or
surname choose among its cohorts; all others are paid as the country's salaries are.
"""

import json
from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.model import CLAIMS, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.postal.forecast import Forecast, Numbers
from pipelines.postal.paydays import SALARY, Paydays

FAMILY_COLUMN = "payday_cohort"
"""Column of the export that names the payday family; the first claim that has it speaks."""

Mask = npt.NDArray[np.bool_]

_MEMBER = rf'"{FAMILY_COLUMN}":\s*(?P<value>"(?:[^"\\]|\\.)*"|[^,}}]*)'
"""The family in the JSON object of a claim's extra columns: a quote inside a value has a backslash
before it, so this finds a key and no part of a value."""
_INITIAL = r"(?P<initial>\S\pM*)\S*\s*$"
"""The first letter of the last word, with its accents where these are characters of their own."""
_SEEN = ("extras", "debtor_kind", "birth_date", "name")
_DAYS = 32
"""Days of birth 1 to 31, and 0 for one that is not known or does not matter."""


def sort_out(drafts: pa.Table, paydays: Paydays, forecast: Forecast, day: date) -> pa.Table:
    """The mail pieces (DRAFTS) as SORTED_DRAFTS, rows in the same order.

    The tables count as they stand on `day`. Birth date and name are those of the piece's first
    claim; a company has neither birthday nor surname. Raises TableError when a country with
    pieces that need a rule has no salary, when a family has ended, or when a layout has no forecast.
    """
    counts = _numbers(pc.fill_null(pc.list_value_length(drafts["claims"]), 0))
    claims = {name: _column(drafts["claims"], name) for name in _SEEN}
    families = _families(claims["extras"], counts, _mask(drafts["payday"].is_null()))
    cohort, unknown = _cohorts(drafts, claims, counts, families, paydays, day)
    return (
        drafts.append_column(SORTED_DRAFTS.field("cohort"), cohort)
        .append_column(SORTED_DRAFTS.field("sheets"), _sheets(drafts["layout"], counts, forecast, day))
        .append_column(SORTED_DRAFTS.field("unknown_family"), unknown)
        .select(SORTED_DRAFTS.names)
    )


def count(drafts: pa.Table) -> pa.Table:
    """SORTED_COHORTS of SORTED_DRAFTS, sorted; the order of the rows plays no part."""
    keys = SORTED_COHORTS.names[:-2]
    counted = drafts.group_by(keys).aggregate([([], "count_all"), ("unknown_family", "sum")])
    named = counted.rename_columns([*keys, "pieces", "unknown_family"])
    return named.select(SORTED_COHORTS.names).cast(SORTED_COHORTS).sort_by([(k, "ascending") for k in keys])


def _families(extras: pa.Array, counts: Numbers, wanted: Mask) -> pa.Array:
    """The family that each piece names; null: its own payday counts, empty: it names none."""
    if extras.null_count == len(extras):
        return pc.if_else(pa.array(wanted, pa.bool_()), "", pa.scalar(None, pa.string()))
    named = pc.fill_null(pc.match_substring(extras, f'"{FAMILY_COLUMN}":'), False)
    rows = np.flatnonzero(_mask(named) & np.repeat(wanted, counts))
    pieces, first = np.unique(np.repeat(np.arange(len(counts)), counts)[rows], return_index=True)
    found = pc.extract_regex(extras.take(pa.array(rows[first])), _MEMBER)
    said = pc.struct_field(found, "value").dictionary_encode()
    parsed = [json.loads(text) for text in said.dictionary.to_pylist()]
    values = ["" if value is None else str(value).strip() for value in parsed]
    places = np.full(len(counts), len(values))
    places[pieces] = _numbers(said.indices)
    # The last value is that of all others.
    return pa.array([*values, ""], pa.string()).take(pa.array(places, mask=~wanted))


def _cohorts(
    drafts: pa.Table,
    claims: Mapping[str, pa.Array],
    counts: Numbers,
    families: pa.Array,
    paydays: Paydays,
    day: date,
) -> tuple[pa.Array, pa.Array]:
    """The cohort of each piece, and whether its family is unknown.

    Recipients that the table cannot tell apart are looked up once.
    """
    told = _mask(pc.not_equal(families, ""))  # by day of birth or surname: only inside a family
    starts = pa.array(np.cumsum(counts) - counts, mask=~told | (counts == 0))
    kinds, born, names = (claims[name].take(starts) for name in ("debtor_kind", "birth_date", "name"))
    person = pc.equal(kinds, "person")
    birth_days = _numbers(pc.fill_null(pc.if_else(person, pc.day(born), None), 0))
    last_words = pc.extract_regex(names, _INITIAL)
    initials = pc.fill_null(pc.if_else(person, pc.struct_field(last_words, "initial"), None), "")
    country, countries = _coded(drafts["country"])
    family, all_families = _coded(pc.fill_null(families, ""))
    letter, letters = _coded(initials)
    rows = np.flatnonzero(_mask(families.is_valid()))
    shape = (max(1, len(countries)), max(1, len(all_families)), _DAYS, max(1, len(letters)))
    keys = np.ravel_multi_index((country, family, birth_days, letter), shape)
    distinct, which = np.unique(keys[rows], return_inverse=True)
    cohorts, unknown = [], []
    for where, named, born_on, at in zip(
        *(n.tolist() for n in np.unravel_index(distinct, shape)), strict=True
    ):
        here, said = countries[where], all_families[named] or SALARY
        cohorts.append(paydays.cohort(here, said, born_on, letters[at], day))
        unknown.append(said != SALARY and not paydays.knows(here, said))
    places = np.full(len(counts), len(cohorts))
    places[rows] = which
    # The last value is that of the pieces with an own payday.
    back = pa.array(places)
    return pa.array([*cohorts, ""], pa.string()).take(back), pa.array([*unknown, False], pa.bool_()).take(
        back
    )


def _sheets(layouts: pa.ChunkedArray, counts: Numbers, forecast: Forecast, day: date) -> pa.Array:
    codes, names = _coded(layouts)
    sheets = np.zeros(len(counts), np.int64)
    for code, name in enumerate(names):
        here = codes == code
        sheets[here] = forecast.sheets(name, counts[here], day)
    return pa.array(sheets, pa.int32())


def _column(lists: pa.ChunkedArray, name: str) -> pa.Array:
    """One column of all claims, piece after piece; the claims themselves are not copied."""
    parts = [pc.struct_field(chunk.flatten(), name) for chunk in lists.chunks]
    return _one(pa.chunked_array(parts, CLAIMS.field(name).type))


def _coded(column: pa.ChunkedArray | pa.Array) -> tuple[Numbers, list[str]]:
    """The rows as numbers, and the values in the order of the numbers, sorted."""
    coded = _one(column).dictionary_encode()
    values = coded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(len(values))
    return rank[_numbers(coded.indices)], [values[n] for n in order]


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    # Arrow copies a single chunk, too.
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _numbers(column: pa.ChunkedArray | pa.Array) -> Numbers:
    return np.asarray(column).astype(np.int64)


def _mask(column: pa.ChunkedArray | pa.Array) -> Mask:
    return np.asarray(pc.fill_null(column, False)).astype(np.bool_)
