"""Claims become mail pieces: one envelope per recipient, kind, country and currency.

All of it is sorting and cutting of columns: 1.5 million claims pass without a Python object
each. What is done per piece (its ids) or per distinct long address line (does it fit?) is
done in Python.
"""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.config import Config
from pipelines.letters import address, references
from pipelines.letters.claims import cents
from pipelines.letters.faults import NONE, Fault, Verdicts, quarantine
from pipelines.letters.opaque import Ids
from pipelines.letters.references import digits
from pipelines.model import CLAIMS, DRAFTS, TOTAL
from pipelines.reasons import PRECEDENCE, Reason

MEASURED_FROM = 28
"""Address lines with more characters than this are measured; shorter ones fit any window."""

LONGEST_LINE = 45
"""Characters that pass when no measure is given."""

_ADDRESS = ("name", "care_of", "street", "postal_code", "city")
_BEFORE = {"name": 0, "care_of": len("c/o "), "street": 0, "city": len("NNN NN  ")}
"""Lines of the window, and the most characters that we put before the column's text."""

_SEPARATOR = "\x1f"
"""Stands in no checked text: it is a control character."""

_REASONS = {reason.value: reason for reason in PRECEDENCE}

Codes = npt.NDArray[np.int64]


def fits_by_count(line: str) -> bool:
    """Whether an address line has at most LONGEST_LINE characters; a stand-in for a measure."""
    return len(line) <= LONGEST_LINE


def make_pieces(
    claims: pa.Table,
    condemned: pa.Table,
    run_id: str,
    config: Config,
    fits: Callable[[str], bool] = fits_by_count,
) -> tuple[pa.Table, pa.Table]:
    """Mail pieces of checked claims, and the claims that must not be printed.

    All claims of a debtor_id have to be in `claims`, and all that condemns it in `condemned`:
    a piece is never made of half a household.

    Args:
        claims: CLAIMS, each of a known country, kind and currency.
        condemned: debtor_id, reason, field: recipients that get nothing, whatever their claims.
        run_id: goes into the piece ids.
        config: its privacy key and variants.
        fits: whether an address line fits the window; asked for long lines only.

    Returns:
        DRAFTS sorted by piece_id, and QUARANTINE in the order of `claims`. Reasons are those
        of `condemned`, `address_conflict`, `address_too_long` and `amount_not_payable`.
    """
    claims = claims.select(CLAIMS.names).combine_chunks()
    if not claims.num_rows:
        return DRAFTS.empty_table(), quarantine(claims, np.empty(0, np.int32), [])
    debtors = claims["debtor_id"].combine_chunks().dictionary_encode()
    owner = _numbers(debtors.indices)
    recipients = _judge(claims, owner, debtors.dictionary, condemned, fits)
    verdicts = Verdicts(claims.num_rows)
    verdicts.codes = recipients.codes[owner]
    verdicts.faults = recipients.faults
    rows, starts = _group(claims, owner, verdicts.codes == NONE)
    counts = np.diff(starts, append=len(rows))
    due = _sums(claims, rows, starts)
    payable = _payable(claims, rows[starts], due)
    if not payable.all():
        fault = len(verdicts.faults)
        verdicts.faults.append(Fault(Reason.AMOUNT_NOT_PAYABLE, "amount_due"))
        verdicts.codes[rows[np.repeat(~payable, counts)]] = fault
    drafts = _drafts(claims, rows, starts[payable], counts[payable], due[payable], run_id, config)
    return drafts, quarantine(claims, verdicts.codes, verdicts.faults)


def _judge(
    claims: pa.Table, owner: Codes, ids: pa.Array, condemned: pa.Table, fits: Callable[[str], bool]
) -> Verdicts:
    """For each debtor of `ids` the weightiest reason why it gets nothing."""
    verdicts = Verdicts(len(ids))
    for (reason, field), debtors in _by_fault(condemned).items():
        found = pc.index_in(debtors, value_set=ids).drop_null()
        verdicts.find(Fault(_REASONS[reason], field), _numbers(found))
    order = np.argsort(owner, kind="stable")
    same_owner = owner[order][1:] == owner[order][:-1]
    for column in _ADDRESS:
        text = _alike(claims[column])[order]
        differs = same_owner & (text[1:] != text[:-1])
        verdicts.find(Fault(Reason.ADDRESS_CONFLICT, column), owner[order][1:][differs])
    for column, too_long in _too_long(claims, fits):
        verdicts.find(Fault(Reason.ADDRESS_TOO_LONG, column), owner[too_long])
    return verdicts


def _by_fault(condemned: pa.Table) -> dict[tuple[str, str], pa.Array]:
    """Debtor ids by (reason, field); there are a handful of those."""
    pairs = condemned.group_by(["reason", "field"]).aggregate([]).to_pylist()
    found = {}
    for pair in sorted(pairs, key=lambda pair: (pair["reason"], pair["field"] or "")):
        wanted = pc.and_(
            pc.equal(condemned["reason"], pair["reason"]),
            pc.equal(pc.fill_null(condemned["field"], ""), pair["field"] or ""),
        )
        found[pair["reason"], pair["field"] or ""] = condemned["debtor_id"].filter(wanted).combine_chunks()
    return found


def _alike(column: pa.ChunkedArray) -> Codes:
    """A number for each text; equal for texts that differ only in case, blanks or Unicode form."""
    coded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    plain = pc.utf8_lower(pc.utf8_normalize(coded.dictionary, form="NFKC"))
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, r"\s+", " "))
    return _numbers(plain.dictionary_encode().indices)[_numbers(coded.indices)]


def _too_long(claims: pa.Table, fits: Callable[[str], bool]) -> list[tuple[str, npt.NDArray[np.intp]]]:
    """(column, claims whose line of the address does not fit); each distinct line is asked for once."""
    found = []
    for column, before in _BEFORE.items():
        length = pc.fill_null(pc.utf8_length(claims[column]), 0)
        places = np.flatnonzero(np.asarray(pc.greater(length, MEASURED_FROM - before)))
        if not len(places):
            continue
        parts = ("country", "postal_code", "city") if column == "city" else (column,)
        texts = [claims[part].take(pa.array(places)).combine_chunks() for part in parts]
        coded = pc.binary_join_element_wise(*texts, _SEPARATOR).dictionary_encode()
        lines = (_line(column, text.split(_SEPARATOR)) for text in coded.dictionary.to_pylist())
        bad = np.array([len(line) > MEASURED_FROM and not fits(line) for line in lines], bool)
        found.append((column, places[bad[_numbers(coded.indices)]]))
    return found


def _line(column: str, parts: list[str]) -> str:
    match column:
        case "city":
            return address.locality_line(*parts)
        case "care_of":
            return address.care_of_line(*parts)
        case _:
            return parts[0]


def _group(claims: pa.Table, owner: Codes, keep: npt.NDArray[np.bool_]) -> tuple[Codes, Codes]:
    """Rows of the kept claims, those of a piece together and in order, and where pieces start."""
    piece = owner
    for column in ("kind", "country", "currency"):
        coded = claims[column].combine_chunks().dictionary_encode()
        piece = piece * (len(coded.dictionary) + 1) + _numbers(coded.indices)
    invoiced = claims["invoice_date"].cast(pa.int32()).combine_chunks()
    # Claims without an invoice date stand behind those with one.
    invoiced_on = _numbers(pc.fill_null(invoiced, np.iinfo(np.int32).max))
    keys = (_ranks(claims["claim_id"]), invoiced_on, _ranks(claims["creditor_name"]), piece)
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort(tuple(key[rows] for key in keys))]
    sorted_piece = piece[rows]
    first = np.ones(len(rows), bool)
    first[1:] = sorted_piece[1:] != sorted_piece[:-1]
    return rows, np.flatnonzero(first)


def _ranks(column: pa.ChunkedArray) -> Codes:
    """The place of each text among the distinct texts in byte order."""
    coded = column.combine_chunks().dictionary_encode()
    ranks = np.empty(len(coded.dictionary), np.int64)
    ranks[np.asarray(pc.sort_indices(coded.dictionary))] = np.arange(len(ranks))
    return ranks[_numbers(coded.indices)]


def _sums(claims: pa.Table, rows: Codes, starts: Codes) -> Codes:
    """What each piece asks for, in cents."""
    total = cents(claims["principal"]) + cents(claims["interest"]) + cents(claims["fees"])
    return np.add.reduceat(total[rows], starts) if len(starts) else np.empty(0, np.int64)


def _payable(claims: pa.Table, firsts: Codes, due: Codes) -> npt.NDArray[np.bool_]:
    """Whether a way to pay of the country carries the piece's amount in its currency."""
    payable = np.zeros(len(firsts), bool)
    heads = claims.select(["country", "currency"]).take(pa.array(firsts))
    for country, payments in references.COUNTRIES.items():
        here = np.asarray(pc.equal(heads["country"], country))
        here &= np.asarray(pc.equal(heads["currency"], payments.currency))
        payable |= here & (due <= int(payments.max_amount * 100))
    return payable


def _drafts(
    claims: pa.Table, rows: Codes, starts: Codes, counts: Codes, due: Codes, run_id: str, config: Config
) -> pa.Table:
    if not len(starts):
        return DRAFTS.empty_table()
    ids = Ids(config.privacy.key)
    names = ("debtor_id", "kind", "country", "currency", "language", "postal_code")
    heads = claims.select(list(names)).take(pa.array(rows[starts])).to_pydict()
    piece_ids = [
        ids.piece_id(run_id, *who)
        for who in zip(*(heads[name] for name in ("debtor_id", "kind", "country", "currency")), strict=True)
    ]
    order = np.argsort(np.array(piece_ids))
    offsets = np.concatenate([[0], np.cumsum(counts[order])])
    # Row k of piece p stands at starts[p] + k: all rows of all pieces, pieces by their id.
    inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts[order])
    chosen = rows[np.repeat(starts[order], counts[order]) + inside]
    taken = claims.take(pa.array(chosen)).combine_chunks()
    structs = pa.StructArray.from_arrays([_one(taken[name]) for name in CLAIMS.names], fields=list(CLAIMS))
    countries = [heads["country"][i] for i in order]
    kinds = [heads["kind"][i] for i in order]
    debtor_ids = [heads["debtor_id"][i] for i in order]
    columns = {
        "piece_id": [piece_ids[i] for i in order],
        "debtor_id": debtor_ids,
        "kind": kinds,
        "country": countries,
        "currency": [heads["currency"][i] for i in order],
        "language": [heads["language"][i] for i in order],
        "layout": [f"{country.lower()}/{kind}" for country, kind in zip(countries, kinds, strict=True)],
        "variant": [ids.variant(debtor_id, config.variants) for debtor_id in debtor_ids],
        "postal_code": [heads["postal_code"][i] for i in order],
        "payday": _first_given(taken["payday"], offsets[:-1]),
        "amount_due": _decimals(due[order]),
    }
    given = _shared_references(taken["payment_reference"], offsets[:-1])
    columns["payment_reference"] = [
        reference or references.of(country).make(ids.piece_number(piece_id))
        for reference, country, piece_id in zip(given, countries, columns["piece_id"], strict=True)
    ]
    columns["claims"] = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)
    return pa.table(columns, schema=DRAFTS)


def _first_given(column: pa.ChunkedArray, starts: Codes) -> pa.Array:
    """The first value of each group that is not null, or null."""
    values = _one(column)
    places = np.where(np.asarray(values.is_valid()), np.arange(len(values)), len(values))
    first = np.minimum.reduceat(places, starts)
    ends = np.append(starts[1:], len(values))
    return values.take(pa.array(first, mask=first >= ends))


def _shared_references(column: pa.ChunkedArray, starts: Codes) -> list[str | None]:
    """The reference that all claims of a group share, compact; None where they do not."""
    coded = digits.compact(column).dictionary_encode()
    codes = _numbers(pc.fill_null(coded.indices, -1))
    lowest = np.minimum.reduceat(codes, starts)
    shared = (lowest == np.maximum.reduceat(codes, starts)) & (lowest >= 0)
    references_given: list[str | None] = coded.dictionary.take(pa.array(lowest, mask=~shared)).to_pylist()
    return references_given


def _decimals(amounts: Codes) -> pa.Array:
    """Cents as decimals with two places. Exact."""
    whole = pa.array(amounts, pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal("0.01"))).cast(TOTAL)


def _numbers(codes: pa.Array | pa.ChunkedArray) -> Codes:
    return np.asarray(codes, np.int64)


def _one(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array (`combine_chunks` of a column without rows has none)."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
