"""Places on the page: px from the upper left corner, written as points from the lower left."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.press.geometry import A4
from pipelines.press.shapes.page_places import at, form_at, on_page

PX = st.floats(-2000, 2000)


def test_the_upper_left_corner_is_as_high_as_the_sheet() -> None:
    assert on_page(0.0, 0.0) == (0, round(A4.top * 1000))
    assert at(96.0, A4.top / 0.75) == b"1 0 0 1 72 0 Tm\n"


@given(st.lists(st.tuples(PX, PX)))
def test_many_texts_have_the_places_that_they_have_one_by_one(places: list[tuple[float, float]]) -> None:
    said = tuple(b"(%d)" % number for number in range(len(places)))
    one_by_one = b"".join(at(x, y) + text for (x, y), text in zip(places, said, strict=True))
    assert form_at(places) % said == one_by_one
