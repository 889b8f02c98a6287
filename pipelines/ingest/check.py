"""Claims against the contract: what may be printed, what must not be, and who gets nothing.

A claim's defect takes the claim; a recipient's defect takes the recipient, and with it claims
that stand in other files. `check` sees one table, so it names such recipients in `condemned`,
and `condemn` takes their other claims once all tables are known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest import claim_defects, normal_form, recipient_defects
from pipelines.ingest.defects import RANK, Defect, first_of, in_precedence
from pipelines.ingest.facts import CountryFacts
from pipelines.ingest.read import UNREAD, UNREAD_SHIELD
from pipelines.model import CLAIMS, QUARANTINE
from pipelines.reasons import Scope

CONDEMNED = pa.schema([(name, pa.string()) for name in ("debtor_id", "reason", "field")])
"""A recipient that must get nothing, and why."""

BY_RECIPIENT = "recipient"
"""The `detail` of a claim that has no defect of its own but whose recipient has."""

Columns = Mapping[str, pa.Array]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """Every row of a checked table, once: accepted or rejected; and the recipients condemned."""

    accepted: pa.Table
    """CLAIMS, with language and postcode in normal form. A condemned recipient's faultless
    claims are among them until `condemn` takes them."""
    rejected: pa.Table
    """QUARANTINE, a row for every claim with a defect: its own, or its row's recipient's."""
    condemned: pa.Table
    """CONDEMNED, one row a recipient, in the order of debtor_id."""


def check(
    claims: pa.Table,
    countries: Mapping[str, CountryFacts],
    settable: str,
    day: date,
    repeated: pa.Array,
) -> Checked:
    """The rows of `claims` (`read.READ`, or CLAIMS), each with its first defect or none.

    `settable` is an anchored RE2 class, `^[…]*$`, of the characters that the fonts have; `day`
    is the day of the letter; `repeated` holds the claim_ids that the export has more than once.
    """
    columns = {name: claims[name].combine_chunks() for name in CLAIMS.names}
    for mark in (UNREAD, UNREAD_SHIELD):
        columns[mark] = (
            claims[mark].combine_chunks()
            if mark in claims.column_names
            else pa.nulls(len(claims), pa.string())
        )
    columns["language"] = normal_form.languages(columns, countries)
    postcodes = normal_form.postcodes(columns, countries)
    defects = in_precedence(
        _defects(columns, postcodes, countries, settable, day, repeated.cast(pa.string()))
    )
    first = first_of(defects, len(claims))
    columns["postal_code"] = postcodes
    table = pa.table({name: columns[name] for name in CLAIMS.names}, schema=CLAIMS)
    return Checked(
        accepted=table.filter(pa.array(first < 0)),
        rejected=_rejected(table, defects, first),
        condemned=_condemned(table, [d for d in defects if d.reason.scope is Scope.RECIPIENT]),
    )


def condemn(claims: pa.Table, condemned: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows of `claims` whose recipient is not in `condemned`, and QUARANTINE rows of the others.

    `condemned` may name a recipient more than once; the reason that comes first in the order of
    precedence counts.
    """
    worst = first_per_recipient(condemned)
    which = pc.index_in(claims["debtor_id"].combine_chunks(), worst["debtor_id"].combine_chunks())
    taken = claims.filter(which.is_valid())
    why = worst.take(which.drop_null())
    detail = pa.repeat(BY_RECIPIENT, len(taken))
    return claims.filter(which.is_null()), _quarantine(taken, why["reason"], why["field"], detail)


def first_per_recipient(condemned: pa.Table) -> pa.Table:
    """CONDEMNED with one row a recipient: the one that counts first, in the order of debtor_id."""
    ranks = pa.array([RANK[reason] for reason in condemned["reason"].to_pylist()], pa.int64())
    keys = [("debtor_id", "ascending"), ("rank", "ascending"), ("field", "ascending")]
    ordered = condemned.select(CONDEMNED.names).append_column("rank", ranks).sort_by(keys)
    debtors = ordered["debtor_id"].combine_chunks()
    new = np.ones(len(debtors), bool)
    if len(debtors):
        new[1:] = pc.not_equal(debtors[1:], debtors[:-1]).to_numpy(zero_copy_only=False)
    return ordered.filter(pa.array(new)).select(CONDEMNED.names)


def _defects(
    columns: Columns,
    postcodes: pa.Array,
    countries: Mapping[str, CountryFacts],
    settable: str,
    day: date,
    repeated: pa.Array,
) -> Iterator[Defect]:
    yield from claim_defects.duplicate_claim(columns, repeated)
    yield from claim_defects.missing_field(columns)
    yield from claim_defects.bad_value(columns)
    yield from claim_defects.unknown(columns, countries)
    yield from claim_defects.amount_not_positive(columns)
    yield from claim_defects.impossible_date(columns, day)
    yield from claim_defects.text_not_settable(columns, settable)
    yield from claim_defects.settled(columns)
    yield from recipient_defects.shielded(columns)
    yield from recipient_defects.minor(columns, countries, day)
    yield from recipient_defects.incomplete(columns)
    yield from recipient_defects.bad_postcode(columns, postcodes)
    yield from recipient_defects.impossible_birth_date(columns, day)
    yield from recipient_defects.address_not_settable(columns, settable)


def _rejected(claims: pa.Table, defects: list[Defect], first: np.ndarray) -> pa.Table:
    rows = np.flatnonzero(first >= 0)
    which = pa.array(first[rows])
    reason = pa.array([d.reason.value for d in defects], pa.string()).take(which)
    field = pa.array([d.field for d in defects], pa.string()).take(which)
    detail = pa.array([d.detail for d in defects], pa.string()).take(which)
    return _quarantine(claims.take(pa.array(rows)), reason, field, detail)


def _condemned(claims: pa.Table, defects: list[Defect]) -> pa.Table:
    """All recipients with a defect, whatever else is wrong with the row that shows it."""
    parts = [CONDEMNED.empty_table()]
    for defect in defects:
        debtors = claims["debtor_id"].filter(pa.array(defect.rows)).drop_null().unique()
        reason, field = pa.repeat(defect.reason.value, len(debtors)), pa.repeat(defect.field, len(debtors))
        parts.append(pa.table([debtors, reason, field], schema=CONDEMNED))
    return first_per_recipient(pa.concat_tables(parts))


def _quarantine(claims: pa.Table, reason: pa.Array, field: pa.Array, detail: pa.Array) -> pa.Table:
    source = [claims[name] for name in QUARANTINE.names[:3]]
    return pa.table([*source, reason, field, detail], schema=QUARANTINE)
