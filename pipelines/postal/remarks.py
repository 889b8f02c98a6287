"""What an operator should know of a plan: sentences, without personal data."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.model import PlannedLot, PostalArea
from pipelines.postal.assign import Lot
from pipelines.postal.lots import LotKey, StackKey
from pipelines.postal.patterns import UNKNOWN
from pipelines.postal.products import Product
from pipelines.postal.sorting import Scheme
from pipelines.postal.terms import group_on
from pipelines.postal.timetable import Rules

UNKNOWN_PATTERN = "UNKNOWN_PATTERN"
"""Stands before the remark on pieces whose delivery group is not known."""

_CHECK = "(docs/tables.md)"


def remarks(
    counts: pa.Table,
    today: date,
    products: Mapping[LotKey, Product],
    paid_up: Sequence[tuple[Lot, int]],
    areas: Sequence[PostalArea],
    schemes: Mapping[StackKey, Scheme],
    lots: Sequence[PlannedLot],
    rules: Rules,
) -> list[str]:
    """Sorted: small lots and what is paid for them, trays that are too small for a level, unknown
    groups and families, unverified tables.

    `counts` are SORTED_COHORTS; `paid_up` says the pieces that are paid for and not sent.
    """
    countries = sorted({area.country for area in areas})
    return sorted(
        {
            *_small(lots, products, paid_up),
            *_small_trays(schemes),
            *_unknown_patterns(counts, areas, today),
            *_unknown_families(counts, countries),
            *_unverified(countries, products, schemes, rules),
        }
    )


def _small(
    lots: Sequence[PlannedLot], products: Mapping[LotKey, Product], paid_up: Sequence[tuple[Lot, int]]
) -> Iterator[str]:
    sizes = {lot.lot_id: lot.pieces for lot in lots}
    paid: Counter[tuple[str, str, object]] = Counter()
    for lot, pieces in paid_up:
        # Where minima are counted by weight step, the step stands behind the product's name.
        paid[lot.country, lot.product.partition("/")[0], lot.hand_in] += pieces
    for key, product in products.items():
        missing = paid[key.country, key.product, key.hand_in]
        told = f"; {missing} more are paid for" if missing else ""
        if sizes[key.lot_id] < product.min_pieces or missing:
            per = " a weight step" if product.min_per == "weight_step" else ""
            yield (
                f"lot {key.lot_id} has {sizes[key.lot_id]} pieces, {product.id} asks for "
                f"{product.min_pieces}{per}{told}"
            )


def _small_trays(schemes: Mapping[StackKey, Scheme]) -> Iterator[str]:
    """The table's own containers hold its minima, so a limit below one is that of the vendor."""
    for stack, scheme in schemes.items():
        most, vendor = scheme.limits.max_pieces, stack.lot.vendor
        for level in scheme.levels:
            if level.min > most and not level.overflow:
                yield (
                    f"sorting of {scheme.product}: a tray of {vendor} holds {most} pieces, level "
                    f"{level.code} asks for {level.min}, so only thick letters reach it: set "
                    f"vendors.{vendor}.pieces_per_container to {level.min} or more"
                )


def _unknown_patterns(counts: pa.Table, areas: Sequence[PostalArea], today: date) -> Iterator[str]:
    unknown: Counter[tuple[str, date]] = Counter()
    for area in areas:
        begins = [day for group in area.groups for day in _unknown_days(group, today)]
        if begins:
            here = counts.filter(
                pc.and_(
                    pc.equal(counts["country"], area.country),
                    pc.is_in(counts["postal_code"], value_set=pa.array(area.postal_codes, pa.string())),
                )
            )
            unknown[area.country, min(begins)] += pc.sum(here["pieces"]).as_py()
    for (country, since), pieces in sorted(unknown.items()):
        told = f" from {since} on" if since > today else ""
        yield (
            f"{UNKNOWN_PATTERN}: {pieces} pieces of {country} are of no known delivery group{told} and "
            f"planned for the worst of them: bring a file of postcodes {_CHECK}"
        )


def _unknown_days(group: str, today: date) -> Iterator[date]:
    """The days from `today` on from which the group is not known."""
    days = {today, *(date.fromisoformat(move.partition(":")[0]) for move in group.split(">")[1:])}
    yield from (day for day in days if day >= today and group_on(group, day) == UNKNOWN)


def _unknown_families(counts: pa.Table, countries: Sequence[str]) -> Iterator[str]:
    for country in countries:
        here = counts.filter(pc.equal(counts["country"], country))
        if pieces := pc.sum(here["unknown_family"]).as_py():
            yield f"{pieces} pieces of {country} name a payday family that is unknown: the salary counts"


def _unverified(
    countries: Sequence[str],
    products: Mapping[LotKey, Product],
    schemes: Mapping[StackKey, Scheme],
    rules: Rules,
) -> Iterator[str]:
    for product in products.values():
        if not product.verified:
            yield f"product {product.id} is not verified: check its entry with the post {_CHECK}"
    for scheme in schemes.values():
        if not scheme.verified:
            yield f"sorting of {scheme.product} is not verified: check its entry with the post {_CHECK}"
    tables = {
        "calendars": rules.calendars.entries,
        "paydays": rules.paydays.rules,
        "patterns": (*rules.patterns.patterns, *rules.patterns.areas),
    }
    for name, entries in tables.items():
        for country in countries:
            if any(entry.country == country and not entry.verified for entry in entries):
                yield f"table {name}: entries of {country} are not verified: check them {_CHECK}"
