"""The statement of mailing: what is handed in as one lot, by weight step, level and zone.

The amount is an estimate from the product's price list, for the choice between sorted and not,
and to be held against the post's invoice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeVar

from pipelines.errors import BrevpressError
from pipelines.model import TableVersion
from pipelines.postal.presort import Container, Presorted
from pipelines.postal.products import Product

Choice = Literal["sorted", "pay_up", "fall_back", "refuse"]
"""As it is; pay for the pieces that are missing; hand in as the other product; cannot go."""

_CENT = Decimal("0.01")

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Line:
    """Letters of one weight step at one level of sorting."""

    weight_step: float
    level: str
    containers: int
    pieces: int
    grams: float
    price: Decimal
    """Of one piece, after what its level saves; not rounded."""
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Zone:
    """Letters of one weight step for one zone: the key of the coarsest level; empty: mixed."""

    weight_step: float
    zone: str
    containers: int
    pieces: int
    grams: float


@dataclass(frozen=True, slots=True)
class Total:
    """All letters of one level of sorting, over the weight steps."""

    level: str
    containers: int
    pieces: int
    grams: float


@dataclass(frozen=True, slots=True)
class Statement:
    """What the post is told of one lot."""

    lot_id: str
    country: str
    product: str
    entry_site: str
    hand_in_date: date
    delivery_dates: tuple[date, ...]
    lines: tuple[Line, ...]
    """By weight step, then level from fine to coarse."""
    zones: tuple[Zone, ...]
    """By weight step, then zone; mixed last."""
    totals: tuple[Total, ...]
    """By level from fine to coarse."""
    containers: int
    pieces: int
    grams: float
    currency: str
    amount: Decimal
    """What the choice comes to."""
    choice: Choice
    missing: int
    """Pieces that the lot, or its weight steps together, lack to the minimum."""
    why: str
    tables: tuple[TableVersion, ...]
    """By name: the table `sorting`, its sort files, and those that were given."""


def statement(
    lot: Presorted,
    product: Product,
    hand_in: date,
    otherwise: Product | None = None,
    tables: Sequence[TableVersion] = (),
) -> Statement:
    """The statement of a lot that is handed in on `hand_in` as `product`.

    `otherwise` is what a lot under the minimum may be handed in as instead, unsorted: the product
    that `falls_back_to` names, or another that asks for no minimum. Raises BrevpressError for a
    weight step that the product lacks.
    """
    levels = [level.code for stack in lot.stacks for level in stack.scheme.levels]
    order = {code: levels.index(code) for code in levels}
    lines = tuple(
        _line(step, level, of, product)
        for (step, level), of in _grouped(lot.containers, lambda c: (c.weight_step, c.level)).items()
    )
    lines = tuple(sorted(lines, key=lambda line: (line.weight_step, order[line.level])))
    zones = [
        Zone(step, zone, *_sums(of))
        for (step, zone), of in _grouped(lot.containers, lambda c: (c.weight_step, c.region)).items()
    ]
    totals = [
        Total(level, *_sums(of))
        for (level, _), of in _grouped(lot.containers, lambda c: (c.level, None)).items()
    ]
    containers, pieces, grams = _sums(lot.containers)
    choice, amount, missing, why = _choose(lines, product, otherwise)
    versions = {v for stack in lot.stacks for v in stack.scheme.versions} | set(tables)
    return Statement(
        lot_id=lot.lot_id,
        country=product.country,
        product=product.id,
        entry_site=product.entry_site,
        hand_in_date=hand_in,
        delivery_dates=tuple(sorted({c.delivery_date for c in lot.containers})),
        lines=lines,
        zones=tuple(sorted(zones, key=lambda z: (z.weight_step, not z.zone, z.zone))),
        totals=tuple(sorted(totals, key=lambda t: order[t.level])),
        containers=containers,
        pieces=pieces,
        grams=grams,
        currency=product.currency,
        amount=amount,
        choice=choice,
        missing=missing,
        why=why,
        tables=tuple(sorted(versions, key=lambda v: (v.name, v.version, v.sha256))),
    )


def _choose(
    lines: Sequence[Line], product: Product, otherwise: Product | None
) -> tuple[Choice, Decimal, int, str]:
    """(choice, amount, pieces missing, why): the cheapest that the post allows."""
    own = sum((line.amount for line in lines), Decimal(0))
    counted = [list(lines)]
    if product.min_per == "weight_step":
        steps = sorted({line.weight_step for line in lines})
        counted = [[line for line in lines if line.weight_step == step] for step in steps]
    missing, paid_up = 0, Decimal(0)
    for group in counted:
        pieces = sum(line.pieces for line in group)
        lacks = max(0, product.min_pieces - pieces) if pieces else 0
        missing += lacks
        # The pieces that are missing cost what those that are there cost on average.
        sums = sum((line.amount for line in group), Decimal(0))
        paid_up += _rounded(sums * (pieces + lacks) / pieces) if pieces else Decimal(0)
    if not missing:
        return "sorted", own, 0, f"{product.id} asks for {product.min_pieces} pieces"
    lacking = f"{missing} pieces are missing to the minimum {product.min_pieces} of {product.id}"
    other = _unsorted(lines, otherwise) if otherwise else None
    if product.below_minimum == "pay_up" and (other is None or paid_up <= other):
        against = f", against {other} as {otherwise.id}" if otherwise and other is not None else ""
        return "pay_up", paid_up, missing, f"{lacking}; they cost {paid_up - own} {product.currency}{against}"
    if otherwise and other is not None:
        than = f", against {paid_up} paid up" if product.below_minimum == "pay_up" else ""
        return "fall_back", other, missing, f"{lacking}; {other} {otherwise.currency} as {otherwise.id}{than}"
    return "refuse", Decimal(0), missing, f"{lacking}; it takes no smaller lot"


def _unsorted(lines: Sequence[Line], product: Product) -> Decimal | None:
    """What the letters cost unsorted; None when the product does not take them all."""
    pieces = sum(line.pieces for line in lines)
    paid = Decimal(0)
    for line in lines:
        # The weight is known to the step only: the first that is heavy enough.
        prices = [step.price for step in product.steps if step.to_grams >= line.weight_step]
        if not prices:
            return None
        paid += prices[0] * line.pieces
    if pieces < product.min_pieces:
        if product.below_minimum != "pay_up":
            return None
        paid = paid * product.min_pieces / pieces
    return _rounded(paid)


def _line(step: float, level: str, of: Sequence[Container], product: Product) -> Line:
    full = next((s.price for s in product.steps if s.to_grams == step), None)
    if full is None:
        raise BrevpressError(f"product {product.id} has no weight step of {step:g} g")
    # A share as it is written in the table, not as the nearest binary number.
    price = full * (1 - Decimal(str(product.presort.get(level, 0))))
    containers, pieces, grams = _sums(of)
    return Line(step, level, containers, pieces, grams, price, _rounded(price * pieces))


def _grouped(containers: Iterable[Container], key: Callable[[Container], K]) -> dict[K, list[Container]]:
    found: dict[K, list[Container]] = {}
    for container in containers:
        found.setdefault(key(container), []).append(container)
    return found


def _sums(containers: Sequence[Container]) -> tuple[int, int, float]:
    """(containers, pieces, grams), the grams exact to the milligram."""
    milligrams = sum(round(c.grams * 1000) for c in containers)
    return len(containers), sum(c.pieces for c in containers), milligrams / 1000


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
