"""Claims against their country's rules: check digits of references, fields the law wants."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.letters import references, rules
from pipelines.letters.faults import Fault, Verdicts, quarantine
from pipelines.reasons import Reason

Mask = npt.NDArray[np.bool_]


class Sifted(NamedTuple):
    """Claims that may go on, and QUARANTINE rows of those that may not."""

    accepted: pa.Table
    rejected: pa.Table


def check(claims: pa.Table, day: date, own: rules.OwnTables | None = None) -> Sifted:
    """The claims (CLAIMS) that their country's rules of `day` let through, and the others.

    Reasons: `unknown_country` for a country without payments, `reference_check_failed`, and
    `legal_field_missing` with the first field that is missing. Each takes its claim only.

    Raises TableError when a country has no rules for `day`.
    """
    verdicts = Verdicts(claims.num_rows)
    for country in _values(claims["country"]):
        here = _equals(claims["country"], country)
        if country not in references.COUNTRIES:
            verdicts.find(Fault(Reason.UNKNOWN_COUNTRY, "country"), here)
            continue
        places = np.flatnonzero(here)
        valid = references.of(country).valid_mask(claims["payment_reference"].filter(pa.array(here)))
        verdicts.find(Fault(Reason.REFERENCE_CHECK_FAILED, "payment_reference"), places[~valid])
    for rule_set, rows in _rule_sets(claims, day, own):
        for field in rule_set.claim_fields:
            missing = rows & _blank(claims[field.name])
            if field.when_positive:
                missing &= _true(pc.greater(claims[field.when_positive], 0))
            if missing.any():
                verdicts.find(Fault(Reason.LEGAL_FIELD_MISSING, field.name), missing)
    rejected = quarantine(claims, verdicts.codes, verdicts.faults)
    accepted = claims if not rejected.num_rows else claims.filter(pa.array(verdicts.clean))
    return Sifted(accepted, rejected)


def fees_above_cap(claims: pa.Table, day: date, own: rules.OwnTables | None = None) -> Mask:
    """Which claims charge more in fees than the caps of their country add up to.

    For the report only: what was agreed with the debtor is not in the export, so a fee above
    the cap may be right. A claim whose rule set has no cap is False.
    """
    above = np.zeros(claims.num_rows, bool)
    for rule_set, rows in _rule_sets(claims, day, own):
        if not rule_set.fee_caps:
            continue
        most = np.zeros(claims.num_rows, np.int64)
        for cap in rule_set.fee_caps:
            applies = np.ones(claims.num_rows, bool)
            if cap.principal_over is not None:
                applies &= _true(pc.greater(claims["principal"], pa.scalar(cap.principal_over)))
            if cap.principal_to is not None:
                applies &= _true(pc.less_equal(claims["principal"], pa.scalar(cap.principal_to)))
            most += applies * int(cap.most * cap.times * 100)
        above |= rows & (cents(claims["fees"]) > most)
    return above


def cents(amounts: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Decimals with two places as whole cents; a null is 0. Exact."""
    hundredfold = pc.multiply(amounts.cast(pa.decimal128(18, 2)), pa.scalar(100, pa.decimal128(3, 0)))
    whole = pc.fill_null(hundredfold.cast(pa.decimal128(38, 0)).cast(pa.int64()), 0)
    return np.asarray(whole, np.int64)


def _rule_sets(
    claims: pa.Table, day: date, own: rules.OwnTables | None
) -> Iterator[tuple[rules.RuleSet, Mask]]:
    for country in _values(claims["country"]):
        if country not in references.COUNTRIES:
            continue
        here = _equals(claims["country"], country)
        for kind in rules.KINDS:
            kinds = here & _equals(claims["kind"], kind)
            for debtor_kind in rules.DEBTORS:
                rows = kinds & _equals(claims["debtor_kind"], debtor_kind)
                if rows.any():
                    yield rules.rule_set(country, kind, debtor_kind, day, own), rows


def _values(column: pa.ChunkedArray) -> list[str]:
    return sorted(pc.unique(column.drop_null()).to_pylist())


def _equals(column: pa.ChunkedArray, value: str) -> Mask:
    return _true(pc.equal(column, value))


def _true(condition: pa.ChunkedArray) -> Mask:
    return np.asarray(pc.fill_null(condition, False), bool)


def _blank(column: pa.ChunkedArray) -> Mask:
    if pa.types.is_string(column.type):
        return _true(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True))
    return np.asarray(column.is_null(), bool)
