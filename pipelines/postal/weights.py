"""How heavy and how thick a piece is, and which weight step of a product that is."""

from dataclasses import dataclass

from pipelines.config import Vendor
from pipelines.postal.products import Product, Step

A4_SQUARE_METRES = 0.210 * 0.297
"""ISO 216; all sheets are A4."""

_SCALES = 1e-6
"""Grams, and millimetres, that no scale shows: what adding up floats may leave over a limit."""


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """Weight and thickness of a piece in its envelope."""

    grams: float
    millimetres: float
    envelope: str
    """Its format: `C5`."""


def measure(sheets: int, vendor: Vendor) -> Measure:
    """The measure of a piece of `sheets` sheets on the vendor's paper, folded into his envelope."""
    sheet_grams = A4_SQUARE_METRES * vendor.grams_per_square_metre
    layers = vendor.folds + 1
    return Measure(
        grams=sheets * sheet_grams + vendor.envelope_grams,
        millimetres=sheets * layers * vendor.sheet_millimetres + vendor.envelope_millimetres,
        envelope=vendor.envelope.partition("-")[0],
    )


def weight_step(piece: Measure, product: Product) -> Step | None:
    """The step that the piece is paid by; None when the product does not take it.

    Not taken: heavier than the last step, thicker than the limit, or of another format.
    """
    if product.formats and piece.envelope not in product.formats:
        return None
    if (
        product.thickest_millimetres is not None
        and piece.millimetres > product.thickest_millimetres + _SCALES
    ):
        return None
    return next((step for step in product.steps if piece.grams <= step.to_grams + _SCALES), None)
