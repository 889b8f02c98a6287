from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from pipelines.errors import BrevpressError
from pipelines.model import TableVersion
from pipelines.postal.presort import Presorted, presort
from pipelines.postal.products import Product, Products
from pipelines.postal.sorting import Schemes
from pipelines.postal.statement import Statement, statement
from tests.postal.tray_room import MIX, OFF, SIZES, TRM, lots, scheme, stack

HAND_IN = date(2026, 11, 19)


def product(**entry: object) -> Product:
    base: dict[str, object] = {
        "id": "se-brev",
        "country": "SE",
        "name": "Letter",
        "transit": {3: 1.0},
        "promised_days": 3,
        "entry_site": "terminal",
        "cut_off": "17:00:00",
        "currency": "SEK",
        "steps": [{"to_grams": 20, "price": "8.40"}, {"to_grams": 50, "price": "9.90"}],
        "presort": {"OFF": 0.06, "TRM": 0.03},
        "verified": True,
        "source": "made up",
    }
    return Product.model_validate(base | entry)


def lot() -> Presorted:
    light = {("41101", 1): 200, ("41201", 1): 100, ("41301", 1): 60, ("90000", 1): 3}
    by = scheme(OFF, TRM, MIX)
    return presort("lot", [stack(light, by, 20), stack({("41101", 2): 9}, by, 50)], SIZES)


def stated(pieces: int, otherwise: Product | None = None, **entry: object) -> Statement:
    """A lot of so many letters of 8.00, of which each saves 10 %."""
    sold = product(steps=[{"to_grams": 20, "price": "8.00"}], presort={"MIX": 0.1}, **entry)
    mixed = presort("lot", [stack({("41101", 1): pieces}, scheme())], SIZES)
    return statement(mixed, sold, HAND_IN, otherwise)


def other(price: str, **entry: object) -> Product:
    return product(id="se-full", steps=[{"to_grams": 20, "price": price}], presort={}, **entry)


def test_lines_count_by_weight_step_and_level_and_are_priced() -> None:
    found = statement(lot(), product(), HAND_IN)
    shown = [
        (x.weight_step, x.level, x.containers, x.pieces, x.grams, x.price, x.amount) for x in found.lines
    ]
    assert shown == [
        (20, "OFF", 1, 200, 2400, Decimal("7.896"), Decimal("1579.20")),
        (20, "TRM", 1, 160, 1920, Decimal("8.148"), Decimal("1303.68")),
        (20, "MIX", 1, 3, 36, Decimal("8.40"), Decimal("25.20")),
        (50, "MIX", 1, 9, 153, Decimal("9.90"), Decimal("89.10")),
    ]
    assert (found.amount, found.currency, found.choice) == (Decimal("2997.18"), "SEK", "sorted")


def test_zones_and_totals_count_the_same_letters_another_way() -> None:
    found = statement(lot(), product(), HAND_IN)
    assert [(z.weight_step, z.zone, z.pieces) for z in found.zones] == [
        (20, "41", 360),
        (20, "", 3),
        (50, "", 9),
    ]
    assert [(t.level, t.containers, t.pieces) for t in found.totals] == [
        ("OFF", 1, 200),
        ("TRM", 1, 160),
        ("MIX", 2, 12),
    ]
    assert (found.containers, found.pieces, found.grams) == (4, 372, 4509)


def test_a_statement_says_where_when_and_by_which_tables() -> None:
    by = Schemes.load({}).of("SE", "se-brev-sorterat", HAND_IN)
    sold = TableVersion("products", "1", "0" * 64)
    sorted_by_file = presort("lot", [stack({("41101", 1): 9}, by)], SIZES)
    found = statement(sorted_by_file, product(), HAND_IN, tables=[sold])
    assert (found.lot_id, found.country, found.product, found.entry_site) == (
        "lot",
        "SE",
        "se-brev",
        "terminal",
    )
    assert (found.hand_in_date, found.delivery_dates) == (HAND_IN, (date(2026, 11, 25),))
    assert [t.name for t in found.tables] == ["products", "se-offices", "sorting"]


def test_a_lot_under_its_minimum_pays_for_the_missing_pieces() -> None:
    found = stated(150, min_pieces=200, below_minimum="pay_up")
    assert (found.choice, found.missing, found.amount) == ("pay_up", 50, Decimal("1440.00"))
    assert "50 pieces are missing to the minimum 200 of se-brev; they cost 360.00 SEK" in found.why


@pytest.mark.parametrize(
    ("price", "choice", "amount"),
    # 150 unsorted against 200 at 7.20.
    [("9.60", "pay_up", "1440.00"), ("9.59", "fall_back", "1438.50"), ("9.61", "pay_up", "1440.00")],
)
def test_a_lot_under_its_minimum_goes_the_cheaper_way(price: str, choice: str, amount: str) -> None:
    found = stated(150, other(price), min_pieces=200, below_minimum="pay_up")
    assert (found.choice, found.amount) == (choice, Decimal(amount))


def test_a_product_may_take_no_smaller_lot() -> None:
    assert stated(150, min_pieces=200, below_minimum="refuse").choice == "refuse"
    assert stated(200, min_pieces=200, below_minimum="refuse").choice == "sorted"
    found = stated(150, other("20"), min_pieces=200, below_minimum="fall_back", falls_back_to="se-full")
    assert (found.choice, found.amount) == ("fall_back", Decimal("3000.00"))
    assert stated(150, min_pieces=200, below_minimum="fall_back", falls_back_to="se-full").choice == "refuse"


def test_what_it_falls_back_to_must_take_the_letters_and_the_lot() -> None:
    light = other("1").model_copy(update={"steps": product(steps=[{"to_grams": 10, "price": "1"}]).steps})
    assert stated(150, light, min_pieces=200, below_minimum="refuse").choice == "refuse"
    large = other("1", min_pieces=180, below_minimum="refuse")
    assert stated(150, large, min_pieces=200, below_minimum="refuse").choice == "refuse"
    paid = other("1", min_pieces=180, below_minimum="pay_up")
    assert stated(150, paid, min_pieces=200, below_minimum="refuse").amount == Decimal("180.00")


def test_a_minimum_may_be_counted_in_each_weight_step() -> None:
    found = statement(lot(), product(min_pieces=100, min_per="weight_step"), HAND_IN)
    assert (found.choice, found.missing) == ("pay_up", 91)
    assert found.amount == Decimal("2908.08") + 100 * Decimal("9.90")


def test_in_germany_few_large_letters_go_at_full_price() -> None:
    sold = Products.load({})
    sorted_one, full = (sold.of(name, "DE", HAND_IN) for name in ("de-brief", "de-brief-voll"))
    by = Schemes.load({}).of("DE", "de-brief", HAND_IN)
    for pieces, choice in [(499, "fall_back"), (500, "sorted")]:
        part = stack({("10115", 1): pieces}, by, step=sorted_one.steps[0].to_grams)
        assert statement(presort("lot", [part], SIZES), sorted_one, HAND_IN, full).choice == choice


def test_an_empty_lot_has_nothing_to_state() -> None:
    found = statement(presort("lot", [], SIZES), product(min_pieces=200), HAND_IN)
    assert (found.lines, found.pieces, found.amount, found.choice) == ((), 0, Decimal(0), "sorted")


def test_a_weight_step_that_is_not_sold_is_refused() -> None:
    with pytest.raises(BrevpressError, match="se-brev has no weight step of 70 g"):
        statement(presort("lot", [stack({("41101", 1): 9}, scheme(), 70)], SIZES), product(), HAND_IN)


@settings(deadline=None, max_examples=25)
@given(found=lots)
def test_a_statement_counts_every_letter_once(found: Presorted) -> None:
    said = statement(found, product(), HAND_IN)
    pieces = sum(c.pieces for c in found.containers)
    grams = pytest.approx(sum(c.grams for c in found.containers))
    for parts in (said.lines, said.zones, said.totals):
        assert sum(part.pieces for part in parts) == pieces
        assert sum(part.containers for part in parts) == len(found.containers)
        assert sum(part.grams for part in parts) == grams
    assert said.amount == sum(line.amount for line in said.lines)
