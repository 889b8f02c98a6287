import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import config
from pipelines.config import Vendor
from pipelines.postal.weights import Measure, measure, weight_step
from tests.postal.test_products import product

VENDOR = config.load().vendors["strand"]
STEPS = [{"to_grams": 20, "price": "8.40"}, {"to_grams": 50, "price": "9.90"}]


def vendor(**entry: object) -> Vendor:
    return Vendor.model_validate(VENDOR.model_dump() | entry)


def test_a_sheet_weighs_its_area_times_its_paper() -> None:
    # 0.06237 m² of 90 g/m² are 5.6133 g.
    piece = measure(3, vendor(grams_per_square_metre=90, envelope_grams=7))
    assert piece.grams == pytest.approx(3 * 5.6133 + 7)


def test_each_fold_adds_a_layer_of_every_sheet() -> None:
    thin = {"sheet_millimetres": 0.11, "envelope_millimetres": 0.3}
    assert measure(4, vendor(folds=0, **thin)).millimetres == pytest.approx(0.74)
    assert measure(4, vendor(folds=1, **thin)).millimetres == pytest.approx(1.18)
    assert measure(4, vendor(folds=2, **thin)).millimetres == pytest.approx(1.62)


@pytest.mark.parametrize(
    ("envelope", "size"), [("C5-window", "C5"), ("C6/5-window-left", "C6/5"), ("C4", "C4")]
)
def test_the_format_is_what_stands_before_the_first_hyphen(envelope: str, size: str) -> None:
    assert measure(1, vendor(envelope=envelope)).envelope == size


@pytest.mark.parametrize(
    ("grams", "price"), [(0.1, "8.40"), (20, "8.40"), (20.01, "9.90"), (50, "9.90"), (50.01, None)]
)
def test_a_piece_pays_the_first_step_that_it_does_not_exceed(grams: float, price: str | None) -> None:
    found = weight_step(Measure(grams, 1, "C5"), product(steps=STEPS))
    assert (str(found.price) if found else None) == price


def test_what_no_scale_shows_is_not_over_the_step() -> None:
    found = weight_step(Measure(20 + 1e-12, 5 + 1e-12, "C5"), product(steps=STEPS, thickest_millimetres=5))
    assert found is not None
    assert found.to_grams == 20


def test_a_piece_that_is_too_thick_is_not_taken() -> None:
    sold = product(steps=STEPS, thickest_millimetres=5)
    assert weight_step(Measure(10, 5, "C5"), sold) is not None
    assert weight_step(Measure(10, 5.01, "C5"), sold) is None
    assert weight_step(Measure(10, 99, "C5"), product(steps=STEPS)) is not None


def test_a_piece_of_another_format_is_not_taken() -> None:
    sold = product(steps=STEPS, formats=["C6/5", "C6"])
    assert weight_step(Measure(10, 1, "C6"), sold) is not None
    assert weight_step(Measure(10, 1, "C5"), sold) is None
    assert weight_step(Measure(10, 1, "C5"), product(steps=STEPS)) is not None


@given(st.integers(1, 99), st.integers(40, 300), st.integers(0, 4))
def test_one_sheet_more_is_heavier_thicker_and_never_cheaper(sheets: int, paper: int, folds: int) -> None:
    site = vendor(grams_per_square_metre=paper, folds=folds)
    less, more = measure(sheets, site), measure(sheets + 1, site)
    assert less.grams < more.grams
    assert less.millimetres < more.millimetres
    cheap, dear = (weight_step(piece, product(steps=STEPS)) for piece in (less, more))
    if dear is not None:
        assert cheap is not None
        assert cheap.price <= dear.price
