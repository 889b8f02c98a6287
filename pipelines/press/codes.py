"""Machine-readable symbols on a letter: QR and Code 128, as vector rectangles in pure black.

A symbol is drawn in 100 % K on paper white, never as an image: each run of dark modules is a
rectangle, and equal runs in successive rows are one rectangle, so no hairline can show between
them. The quiet zone lies inside the size that is asked for.

Sources: ISO/IEC 18004 (QR: four light modules around), ISO/IEC 15417 (Code 128: ten modules
left and right), EPC069-12 (error correction level M for payment QR).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import zxingcpp

QR_QUIET_MODULES = 4
CODE128_QUIET_MODULES = 10
INK = "device-cmyk(0 0 0 1)"

Matrix = npt.NDArray[np.bool_]
"""Modules from the top left, True is dark."""

Rectangle = tuple[int, int, int, int]
"""x, y, width, height in modules from the top left."""

_KEPT_SYMBOLS = 256  # a portal address or a creditor's code may come again; a QR costs 0.3 ms


def qr_matrix(payload: str) -> Matrix:
    """The modules of `payload` as a QR code of level M without its quiet zone, side × side.

    Text beyond ASCII is UTF-8, declared as such in the symbol (ECI 26), so that no reader has
    to guess. Raises ValueError when the payload is empty or longer than a QR code can hold.
    """
    options = {} if payload.isascii() else {"eci": "UTF-8"}
    return modules(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **options))


def code128_matrix(payload: str) -> Matrix:
    """The bars of `payload` as one row of modules without the quiet zones, 1 × width.

    An even number of digits is set in code set C, two digits a symbol character: 54 digits make
    332 modules. Raises ValueError when the payload is empty or not ASCII.
    """
    if not payload.isascii():
        raise ValueError("a Code 128 payload must be ASCII")
    return modules(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128))[:1]


def modules(barcode: zxingcpp.Barcode) -> Matrix:
    """The dark modules of a created symbol, without its quiet zone."""
    dark: Matrix = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)) == 0
    return dark


def rectangles(matrix: Matrix) -> list[Rectangle]:
    """The dark area as rectangles that do not overlap, the same list for the same matrix.

    Horizontal runs come first; equal runs in successive rows are then one rectangle.
    """
    edges = np.diff(np.pad(matrix, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, lefts = np.nonzero(edges == 1)
    rights = np.nonzero(edges == -1)[1]
    order = np.lexsort((rows, rights, lefts))
    rows, lefts, rights = rows[order], lefts[order], rights[order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (np.diff(lefts) != 0) | (np.diff(rights) != 0) | (np.diff(rows) != 1)
    first = np.flatnonzero(fresh)
    heights = np.diff(np.append(first, len(rows)))
    rows, lefts, rights = rows[first], lefts[first], rights[first]
    return list(zip(lefts.tolist(), rows.tolist(), (rights - lefts).tolist(), heights.tolist(), strict=True))


def fill_ops(shapes: Iterable[Rectangle]) -> bytes:
    """PDF operators that fill the rectangles in pure black, in the current user space."""
    return ("0 0 0 1 k\n" + "".join([f"{x} {y} {w} {h} re\n" for x, y, w, h in shapes]) + "f\n").encode()


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol with its quiet zone: a field of `width` × `height` modules and what is dark in it."""

    width: int
    height: int
    shapes: tuple[Rectangle, ...]

    def svg(self, width_mm: float, height_mm: float) -> str:
        """The symbol as an inline SVG of that size."""
        path = "".join([f"M{x} {y}h{w}v{h}h-{w}z" for x, y, w, h in self.shapes])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{height_mm:g}mm" '
            f'viewBox="0 0 {self.width} {self.height}" preserveAspectRatio="none">'
            f'<path fill="{INK}" d="{path}"/></svg>'
        )

    def ops(self, x: float, y: float, width: float, height: float) -> bytes:
        """PDF operators that draw it into a box in points: `x`, `y` is its lower left corner."""
        matrix = (width / self.width, -height / self.height, x, y + height)
        a, d, e, f = (f"{number:.5f}".rstrip("0").rstrip(".") for number in matrix)
        return f"q\n{a} 0 0 {d} {e} {f} cm\n".encode() + fill_ops(self.shapes) + b"Q\n"


@lru_cache(maxsize=_KEPT_SYMBOLS)
def qr(payload: str) -> Symbol:
    """`payload` as QR with four light modules around. Raises ValueError as `qr_matrix` does."""
    matrix = qr_matrix(payload)
    side, margin = len(matrix) + 2 * QR_QUIET_MODULES, QR_QUIET_MODULES
    return Symbol(side, side, tuple([(x + margin, y + margin, w, h) for x, y, w, h in rectangles(matrix)]))


@lru_cache(maxsize=_KEPT_SYMBOLS)
def code128(payload: str) -> Symbol:
    """`payload` as Code 128 with ten light modules left and right, one module high.

    Raises ValueError as `code128_matrix` does.
    """
    matrix = code128_matrix(payload)
    width, margin = matrix.shape[1] + 2 * CODE128_QUIET_MODULES, CODE128_QUIET_MODULES
    return Symbol(width, 1, tuple([(x + margin, y, w, h) for x, y, w, h in rectangles(matrix)]))


def qr_svg(payload: str, size_mm: float) -> str:
    """An inline SVG of `size_mm` × `size_mm`, quiet zone included, that shows `payload` as QR.

    Raises ValueError as `qr_matrix` does.
    """
    return qr(payload).svg(size_mm, size_mm)


def code128_svg(payload: str, width_mm: float, height_mm: float) -> str:
    """An inline SVG of `width_mm` × `height_mm` that shows `payload` as Code 128.

    The width has the quiet zones inside, the bars have the full height. Raises ValueError as
    `code128_matrix` does.
    """
    return code128(payload).svg(width_mm, height_mm)
