"""Places on the page, px from its upper left corner, as content streams have them."""

from collections.abc import Sequence

from pipelines.press.geometry import A4
from pipelines.press.shapes.parts import POINTS
from pipelines.press.written_numbers import place, thousandths

_PER_PIXEL = POINTS * 1000
_TOP = A4.top * 1000
_TEXT = "1 0 0 1 %s %s Tm\n%%b"


def at(x: float, y: float) -> bytes:
    """The operators that bring texts to a place on the page, px from its upper left corner."""
    return b"1 0 0 1 %b Tm\n" % place(*on_page(x, y))


def form_at(places: Sequence[tuple[float, float]]) -> bytes:
    """The same for many texts one after the other, with a `%b` behind each place for its operators."""
    said = tuple([thousandths[n] for x, y in places for n in on_page(x, y)])
    return (_TEXT * len(places) % said).encode("ascii")


def on_page(x: float, y: float) -> tuple[int, int]:
    """A place on the page, px from its upper left corner, in thousandths of a point from the lower left."""
    return round(x * _PER_PIXEL), round(_TOP - y * _PER_PIXEL)
