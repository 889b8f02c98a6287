"""Machine-readable symbols on a letter: QR and Code 128, as 1-bit image masks in pure black.

A symbol is painted in 100 % K on paper white, one bit a module: exact at every resolution, and,
deflated, a third of the size of rectangles. The quiet zone lies inside the size that is asked for.
Symbols of a batch of letters are made together (`prepare`), and asked for one by one.

The image's data are written in hexadecimal: deflated with the rest of a page they take little more
room than raw bytes, and no reader can mistake a byte of them for the image's end.

Sources: ISO/IEC 18004 (QR: four light modules around), ISO/IEC 15417 (Code 128: ten modules
left and right), EPC069-12 (error correction level M for payment QR), ISO 32000-2, 8.9.7 (inline
images).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal, Self
from xml.etree.ElementTree import Element

import numpy as np

from pipelines.press.symbols import code128 as code128_bars
from pipelines.press.symbols import qr as qr_squares
from pipelines.press.symbols.modules import Matrix, Modules
from pipelines.press.written_numbers import number

Kind = Literal["qr", "code128"]
KINDS: tuple[Kind, ...] = ("qr", "code128")
QR_QUIET_MODULES = 4
CODE128_QUIET_MODULES = 10
INK = "device-cmyk(0 0 0 1)"

Rectangle = tuple[int, int, int, int]
"""x, y, width, height in modules from the top left."""

_KEPT_SYMBOLS = 4096  # those of the letters in hand; a symbol takes some 400 bytes
_KEPT_HEADS = 1024  # codes stand at few places of a page
_SVG = "http://www.w3.org/2000/svg"
_VIEW = re.compile(r"0 0 (\d+) (\d+)")
_PATH = re.compile(r"(?:M\d+ \d+h\d+v\d+h-\d+z)+")
_SHAPE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")
_PAINT_LIGHT = bytes(range(255, -1, -1))
"""Turns bits over: an image mask paints where its bits are 0."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol with its quiet zone."""

    modules: Modules
    quiet_x: int
    """Light modules left, and as many right."""
    quiet_y: int
    """Light modules above, and as many below."""

    @property
    def width(self) -> int:
        """Modules from edge to edge, quiet zones counted."""
        return self.modules.width + 2 * self.quiet_x

    @property
    def height(self) -> int:
        """Modules from top to bottom, quiet zones counted."""
        return self.modules.height + 2 * self.quiet_y

    def operators(self, x_pt: float, y_pt: float, width_pt: float, height_pt: float) -> bytes:
        """PDF operators (`q … Q`) that paint it into a box: `x_pt`, `y_pt` is its lower left corner.

        All numbers are in units of the space that is in force, points on a page. In a space whose
        y axis points down the height is negative, and the corner still the lower left one.
        """
        modules = self.modules
        size = modules.width, modules.height, self.quiet_x, self.quiet_y
        head = _image_head(*size, x_pt, y_pt, width_pt, height_pt)
        return f"{head}{modules.rows.translate(_PAINT_LIGHT).hex()}>\nEI\nQ\n".encode()

    ops = operators

    def svg(self, width_mm: float, height_mm: float) -> str:
        """The symbol as an inline SVG of that size, one rectangle for each run of dark modules.

        Equal runs in successive rows are one rectangle, so no hairline shows between them.
        """
        shapes = rectangles(self.modules.matrix)
        path = "".join([f"M{x + self.quiet_x} {y + self.quiet_y}h{w}v{h}h-{w}z" for x, y, w, h in shapes])
        return (
            f'<svg xmlns="{_SVG}" width="{width_mm:g}mm" height="{height_mm:g}mm" '
            f'viewBox="0 0 {self.width} {self.height}" preserveAspectRatio="none">'
            f'<path fill="{INK}" d="{path}"/></svg>'
        )

    @classmethod
    def of_svg(cls, svg: Element) -> Self | None:
        """The symbol that such an inline SVG shows; None when it is any other drawing."""
        parts = list(svg)
        view = _VIEW.fullmatch(svg.get("viewBox", ""))
        if view is None or svg.get("preserveAspectRatio") != "none" or len(parts) != 1:
            return None
        path, drawn = parts[0], parts[0].get("d", "")
        plain = path.tag == f"{{{_SVG}}}path" and path.keys() == ["fill", "d"] and path.get("fill") == INK
        if not plain or not _PATH.fullmatch(drawn):
            return None
        field = np.zeros((int(view[2]), int(view[1])), np.bool_)
        for x, y, width, height, back in (map(int, shape) for shape in _SHAPE.findall(drawn)):
            if width != back or x + width > field.shape[1] or y + height > field.shape[0]:
                return None
            field[y : y + height, x : x + width] = True
        rows, columns = np.flatnonzero(field.any(axis=1)), np.flatnonzero(field.any(axis=0))
        if not len(rows):
            return None
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        symbol = cls(Modules.of(field[top:bottom, left:right]), int(left), int(top))
        return symbol if (symbol.height, symbol.width) == field.shape else None


_kept: dict[tuple[Kind, str], Symbol] = {}


def prepare(kind: Kind, payloads: Iterable[str]) -> Mapping[str, Symbol]:
    """The symbols of a batch by payload, made together; the latest are kept for `symbol`.

    A payload that cannot be such a symbol is left out: asking for it alone raises ValueError.
    """
    wanted = list(dict.fromkeys(payloads))
    found = {payload: _kept[kind, payload] for payload in wanted if (kind, payload) in _kept}
    missing = [payload for payload in wanted if payload not in found]
    try:
        made = dict(zip(missing, _make(kind, missing), strict=True))
    except ValueError:
        made = {}
        for payload in missing:
            with suppress(ValueError):
                made[payload] = _make(kind, [payload])[0]
    _keep(kind, made)
    found |= made
    return {payload: found[payload] for payload in wanted if payload in found}


def symbol(kind: Kind, payload: str) -> Symbol:
    """`payload` as a symbol of that kind: a look-up when it was prepared. Raises ValueError as `qr` does."""
    found = _kept.get((kind, payload))
    if found is None:
        (found,) = _make(kind, [payload])
        _keep(kind, {payload: found})
    return found


def qr(payload: str) -> Symbol:
    """`payload` as QR of level M with four light modules around.

    Text beyond ASCII is UTF-8, declared as such in the symbol (ECI 26), so that no reader has
    to guess. Raises ValueError when the payload is empty or longer than a QR code can hold.
    """
    return symbol("qr", payload)


def code128(payload: str) -> Symbol:
    """`payload` as Code 128 with ten light modules left and right, one module high.

    An even number of digits is set in code set C, two digits a symbol character: 54 digits make
    332 modules. Raises ValueError when the payload is empty or not printable ASCII.
    """
    return symbol("code128", payload)


def qr_svg(payload: str, size_mm: float) -> str:
    """An inline SVG of `size_mm` × `size_mm`, quiet zone included, that shows `payload` as QR.

    Raises ValueError as `qr` does.
    """
    return qr(payload).svg(size_mm, size_mm)


def code128_svg(payload: str, width_mm: float, height_mm: float) -> str:
    """An inline SVG of `width_mm` × `height_mm` that shows `payload` as Code 128.

    The width has the quiet zones inside, the bars have the full height. Raises ValueError as
    `code128` does.
    """
    return code128(payload).svg(width_mm, height_mm)


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


def _make(kind: Kind, payloads: Sequence[str]) -> list[Symbol]:
    if kind == "qr":
        return [
            Symbol(modules, QR_QUIET_MODULES, QR_QUIET_MODULES) for modules in qr_squares.encode(payloads)
        ]
    return [Symbol(code128_bars.encode(payload), CODE128_QUIET_MODULES, 0) for payload in payloads]


def _keep(kind: Kind, made: Mapping[str, Symbol]) -> None:
    """Adds them to the symbols that are kept, and drops the oldest of those beyond the limit."""
    _kept.update({(kind, payload): symbol for payload, symbol in made.items()})
    for oldest in list(islice(_kept, max(0, len(_kept) - _KEPT_SYMBOLS))):
        del _kept[oldest]


@lru_cache(maxsize=_KEPT_HEADS)
def _image_head(
    columns: int, rows: int, quiet_x: int, quiet_y: int, x: float, y: float, width: float, height: float
) -> str:
    """What stands before the data of an image: ink, place and size."""
    pitch_x, pitch_y = width / (columns + 2 * quiet_x), height / (rows + 2 * quiet_y)
    a, d = number(columns * pitch_x), number(rows * pitch_y)
    e, f = number(x + quiet_x * pitch_x), number(y + quiet_y * pitch_y)
    return f"q\n0 0 0 1 k\n{a} 0 0 {d} {e} {f} cm\nBI /W {columns} /H {rows} /BPC 1 /IM true /F /AHx ID "
