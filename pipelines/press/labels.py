"""Labels of containers: one page each, for the label printer beside the inserter.

A label says where the container goes in letters that are read from afar, and its id twice for
scanners: as a Data Matrix, and as Code 128 where the label is wide enough for it. Everything keeps
to its place: a long text is set smaller, and cut when it is too long for that.

Sources: ISO/IEC 16022 (Data Matrix), ISO/IEC 15417 (Code 128).
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.press import codes, paper_file, papers
from pipelines.press.label_forms import Code, LabelForms, Shown
from pipelines.press.symbols import data_matrix
from pipelines.press.typefaces import MM_PER_POINT

NARROWEST_BAR_MM = 0.25
"""Code 128 with narrower bars is left out: three dots of a label printer of 300 dpi."""
_DESIGN_MM = (105.0, 74.0)
"""The label on which `label.css` was designed, A7 across: a rem is a millimetre of it."""
_SQUARE = 22.0
_BARS = (97.0, 10.5)
_QUIET_MODULES = 2
_KEY = (13.0, 11.0, 9.5, 8.0, 7.0, 6.0, 5.0, 4.0)
_TEXT = (5.2, 4.6, 4.0, 3.5, 3.0)
_VALUE = (4.2, 3.8, 3.4, 3.0, 2.6)
_SMALL = (2.6, 2.3, 2.0)
_ID_ALONE = (5.4, 5.0, 4.6, 4.2, 3.8, 3.4, 3.0, 2.6, 2.3, 2.0)
_ID = (3.4, 3.0, 2.6, 2.3, 2.0)
_KILOGRAM = 1000


@dataclass(frozen=True, slots=True)
class Label:
    """What is printed on the label of one container."""

    container_id: str
    """Printable ASCII; what the codes say."""
    level: str
    """Of the presort, in the trade's words: `terminal`."""
    key: str
    """Where it goes, as sorters know it: `41`, `Rosersberg`. In mixed ones empty: `text` is set large."""
    text: str
    """What the sort table wants on the label besides: a terminal, a range of postcodes."""
    lot_id: str
    product: str
    vendor: str
    hand_in: date
    delivery: date
    pieces: int
    grams: float
    number: int
    """Of this container in the lot, from 1."""
    total: int
    """Containers in the lot."""


@dataclass(frozen=True, slots=True)
class Stock:
    """The size of a label."""

    width_mm: float = _DESIGN_MM[0]
    height_mm: float = _DESIGN_MM[1]

    @property
    def rem(self) -> float:
        """Millimetres to one of the design's."""
        return min(self.width_mm / _DESIGN_MM[0], self.height_mm / _DESIGN_MM[1])


def labels_pdf(labels: Sequence[Label], stock: Stock | None = None) -> bytes:
    """A PDF with a page for each label, in their order: A7 across unless `stock` says otherwise.

    Raises ValueError without labels, and for a container id that is no printable ASCII or longer
    than a Data Matrix of 40 × 40 modules holds.
    """
    if not labels:
        raise ValueError("no containers, no labels")
    stock = stock or Stock()
    forms = _forms(stock)
    return paper_file.written(
        forms.pages(_shown(label, stock.rem) for label in labels),
        (stock.width_mm / MM_PER_POINT, stock.height_mm / MM_PER_POINT),
        papers.settable(f"Labels {labels[0].lot_id}"),
        labels[0].hand_in,
        forms.painter.typefaces,
    )


@functools.cache
def _forms(stock: Stock) -> LabelForms:
    """What this process has learnt of labels of that size."""
    return LabelForms({"width": stock.width_mm, "height": stock.height_mm, "rem": f"{stock.rem:.6g}"})


def _shown(label: Label, rem: float) -> Shown:
    bars = _bars(label.container_id, rem)
    key, text = (label.key, label.text) if label.key else (label.text, "")
    lines = {
        "level": papers.fitted(label.level, 70, _SMALL),
        "key": papers.fitted(key, 72, _KEY, 700),
        "text": papers.fitted(text, 72, _TEXT, 600),
        "hand_in": papers.fitted(label.hand_in.isoformat(), 30, _VALUE, 600),
        "delivery": papers.fitted(label.delivery.isoformat(), 30, _VALUE, 600),
        "place": papers.fitted(f"{label.number} of {label.total}", 31, _VALUE, 600),
        "vendor": papers.fitted(label.vendor, 62, (2.6,)),
        "product": papers.fitted(label.product, 62, _VALUE, 600),
        "load": papers.fitted(f"{label.pieces}, {label.grams / _KILOGRAM:.2f} kg", 31, _VALUE, 600),
        "container_id": papers.fitted(label.container_id, 95, _ID if bars else _ID_ALONE, 500),
        "lot_id": papers.fitted(label.lot_id, 95, _SMALL),
    }
    return Shown(lines, {"square": _square(label.container_id, rem), "bars": bars})


def _square(container_id: str, rem: float) -> Code:
    size = data_matrix.smallest(data_matrix.codeword_count(container_id))
    if size is None:
        raise ValueError(f"a container id of {len(container_id)} characters is too long for its code")
    symbol = codes.Symbol(data_matrix.encode(container_id, size), _QUIET_MODULES, _QUIET_MODULES)
    return Code(symbol, _SQUARE * rem, _SQUARE * rem)


def _bars(container_id: str, rem: float) -> Code | None:
    """The id as Code 128; None when its bars would be too narrow to be read."""
    symbol = codes.code128(container_id)
    width, height = _BARS[0] * rem, _BARS[1] * rem
    return Code(symbol, width, height) if width / symbol.width >= NARROWEST_BAR_MM else None
