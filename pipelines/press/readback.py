"""Reads a print file back from its picture, as a scanner and a recipient would: codes and text.

For `verify --deep`. A page is rendered in greyscale and searched for QR, Code 128 and Data
Matrix at once, first quickly; only when codes are missing it is rendered finer and searched in
every way. The files are walked page by page, so memory does not grow with them.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import zxingcpp

_FORMATS = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.DataMatrix,
]
_NAMES = {
    zxingcpp.BarcodeFormat.QRCode: "qr",
    zxingcpp.BarcodeFormat.Code128: "code128",
    zxingcpp.BarcodeFormat.DataMatrix: "datamatrix",
}
QUICK_DPI = 200
"""2.3 pixels to the finest module of a letter (Code 128, 0.298 mm)."""
THOROUGH_DPI = (300, 450)
_MM_PER_INCH = 25.4
# A hyphen at the end of a line, as PDFium gives it.
_LINE_END_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})


@dataclass(frozen=True, slots=True)
class Code:
    """One symbol on a page, as a reader gives it."""

    format: str
    """`qr`, `code128` or `datamatrix`."""
    text: str
    x_mm: float
    """The left edge of its dark modules, from the left of the page; the others likewise."""
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class PageRead:
    """What one page says."""

    number: int
    """From 1."""
    codes: tuple[Code, ...]
    text: str


def read_pages(path: Path, codes: Mapping[int, int] | None = None) -> Iterator[PageRead]:
    """The pages of a print file in order, each read when it is asked for.

    `codes` says how many codes must be on a page (from 1): fewer than that are searched for
    again more thoroughly, and a page with 0 is not searched. Without it every page is searched
    quickly. Raises pypdfium2.PdfiumError when the file is no PDF.
    """
    with closing(pypdfium2.PdfDocument(path)) as document:
        for index in range(len(document)):
            with closing(document[index]) as page:
                wanted = None if codes is None else codes.get(index + 1, 0)
                found = () if wanted == 0 else tuple(read_page_codes(page, wanted or 0))
                yield PageRead(index + 1, found, page_text(page))


def read_page_codes(page: pypdfium2.PdfPage, at_least: int = 0) -> list[Code]:
    """The codes on a page from top to bottom, then from left to right.

    Searches again with more pixels, and turned and inverted, while there are fewer than
    `at_least`.
    """
    found = _search(page, QUICK_DPI, thorough=False)
    for dpi in THOROUGH_DPI:
        if len(found) >= at_least:
            break
        found = _search(page, dpi, thorough=True)
    return found


def page_text(page: pypdfium2.PdfPage) -> str:
    """The text of a page in reading order, `normalised`."""
    with closing(page.get_textpage()) as text:
        return normalised(text.get_text_bounded())


def normalised(text: str) -> str:
    """Text in composed form, with every run of blanks and line ends as one space.

    No-break spaces of any width count as blanks, so `1 234,50` compares equal however the
    thousands were kept together.
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(_LINE_END_HYPHENS)).split())


def _search(page: pypdfium2.PdfPage, dpi: int, thorough: bool) -> list[Code]:
    with closing(page.render(scale=dpi / 72, grayscale=True)) as bitmap:
        symbols = zxingcpp.read_barcodes(
            bitmap.to_numpy(),
            formats=_FORMATS,
            try_rotate=thorough,
            try_downscale=thorough,
            try_invert=thorough,
            text_mode=zxingcpp.TextMode.Plain,
        )
    return sorted((_code(symbol, _MM_PER_INCH / dpi) for symbol in symbols), key=lambda c: (c.y_mm, c.x_mm))


def _code(symbol: zxingcpp.Barcode, mm: float) -> Code:
    place = symbol.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    xs, ys = [corner.x * mm for corner in corners], [corner.y * mm for corner in corners]
    return Code(_NAMES[symbol.format], symbol.text, min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
