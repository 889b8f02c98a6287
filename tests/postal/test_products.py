from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines import assets
from pipelines.errors import TableError
from pipelines.postal.calendars import Calendars
from pipelines.postal.products import Product, Products

PRODUCTS = Products.load({})
CALENDARS = Calendars.load({})
DAY = date(2026, 11, 23)


def product(**entry: object) -> Product:
    base: dict[str, object] = {
        "id": "se-brev",
        "country": "SE",
        "name": "Letter",
        "transit": {2: 0.25, 3: 0.75},
        "promised_days": 3,
        "cut_off": time(17),
        "currency": "SEK",
        "steps": [{"to_grams": 50, "price": "9.90"}],
        "verified": True,
        "source": "made up",
    }
    return Product.model_validate(base | entry)


SHIPPED = [
    ("se-brev", "SE"),
    ("fi-kirje", "FI"),
    ("fi-kirje-vakio", "FI"),
    ("fi-kirje-nopea", "FI"),
    ("no-brev", "NO"),
    ("dk-brev", "DK"),
    ("de-brief", "DE"),
    ("de-brief-standard", "DE"),
    ("de-brief-voll", "DE"),
    ("de-dialogpost", "DE"),
]


def test_five_countries_ship() -> None:
    assert [(p.id, p.country) for p in PRODUCTS.products] == SHIPPED


@pytest.mark.parametrize(("name", "country"), SHIPPED)
def test_the_shipped_products_are_examples_with_a_source(name: str, country: str) -> None:
    shipped = PRODUCTS.of(name, country, DAY)
    assert not shipped.verified
    assert len(shipped.source) > 20


@pytest.mark.parametrize(("name", "country"), SHIPPED)
def test_a_price_without_a_source_says_so(name: str, country: str) -> None:
    assert "steps" in PRODUCTS.of(name, country, DAY).illustrative


@pytest.mark.parametrize(
    ("name", "country", "days", "share"),
    [
        ("se-brev", "SE", 3, 0.85),
        ("se-brev", "SE", 5, 0.97),
        ("fi-kirje", "FI", 5, 0.97),
        ("fi-kirje-nopea", "FI", 3, 0.97),
        ("dk-brev", "DK", 5, 0.996),
        ("de-brief", "DE", 3, 0.95),
        ("de-brief", "DE", 4, 0.99),
    ],
)
def test_the_shipped_distributions_go_through_the_points_of_their_sources(
    name: str, country: str, days: int, share: float
) -> None:
    shipped = PRODUCTS.of(name, country, DAY)
    assert sum(p for n, p in shipped.chances() if n <= days) >= share - 1e-9
    assert shipped.days_for(share) <= days


def test_german_advertising_mail_carries_no_request_for_payment() -> None:
    assert PRODUCTS.of("de-dialogpost", "DE", DAY).content == {"advertising"}
    assert {"demand", "invoice"} <= PRODUCTS.of("de-brief", "DE", DAY).content


def test_german_advertising_mail_is_not_taken_on_mondays_and_saturdays() -> None:
    assert PRODUCTS.of("de-dialogpost", "DE", DAY).hand_in_weekdays == {"tue", "wed", "thu", "fri"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"transit": {2: 0.3, 3: 0.6}}, "the shares of transit sum to 0.9, not to 1"),
        ({"transit": {2: 0.5, 3: 0.500001}}, "sum to 1.000001, not to 1"),
        ({"transit": {}}, "at least 1 item"),
        ({"transit": {0: 1.0}}, "greater than or equal to 1"),
        ({"transit": {2: -0.5, 3: 1.5}}, "greater than or equal to 0"),
        ({"steps": []}, "at least 1 item"),
        (
            {"steps": [{"to_grams": 50, "price": "1"}, {"to_grams": 50, "price": "2"}]},
            "the steps must rise in to_grams",
        ),
        ({"steps": [{"to_grams": 50, "price": "-1"}]}, "greater than or equal to 0"),
        ({"content": ["threat"]}, "'demand', 'invoice' or 'advertising'"),
        ({"below_minimum": "fall_back"}, "'fall_back' needs falls_back_to"),
        ({"falls_back_to": "se-brev-voll"}, "nothing else has it"),
        ({"illustrative": ["prices"]}, "illustrative names 'prices', which is no key"),
        ({"currency": "kronor"}, "should match pattern"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(entry: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        product(**entry)


def test_shares_that_were_written_in_thirds_are_taken() -> None:
    assert product(transit={2: 0.3333333333, 3: 0.3333333333, 4: 0.3333333334}).days_for(1) == 4


def test_the_chances_are_in_the_order_of_the_days_and_above_nothing() -> None:
    assert product(transit={4: 0.1, 2: 0.9, 3: 0}).chances() == ((2, 0.9), (4, 0.1))


def test_another_entry_site_takes_its_days_more() -> None:
    terminal = product(entry_site="terminal", entry_days=1)
    assert terminal.transit_days == 4
    assert terminal.chances() == ((3, 0.25), (4, 0.75))


@pytest.mark.parametrize(("share", "days"), [(0.1, 2), (0.25, 2), (0.26, 3), (0.95, 3), (1.0, 3)])
def test_the_days_for_a_share_are_the_fewest_that_reach_it(share: float, days: int) -> None:
    assert product().days_for(share) == days


def shop(tmp_path: Path, *products: dict[str, str]) -> Products:
    """A table with products that differ in these lines."""
    fixed = """country = "SE"
name = "Letter"
transit = { 3 = 1.0 }
promised_days = 3
cut_off = 17:00:00
currency = "SEK"
steps = [{ to_grams = 50, price = "9.90" }]
verified = true
source = "made up"
"""
    rows = ["\n".join(f'{key} = "{value}"' for key, value in p.items()) for p in products]
    path = tmp_path / "products.toml"
    head = 'name = "products"\nversion = "1"\n'
    path.write_text(head + "".join(f"[[product]]\n{row}\n{fixed}" for row in rows), encoding="utf-8")
    return Products.load({"products": path})


def falling(name: str, onto: str) -> dict[str, str]:
    return {"id": name, "below_minimum": "fall_back", "falls_back_to": onto}


def test_a_product_may_fall_back_on_another(tmp_path: Path) -> None:
    found = shop(tmp_path, falling("a", "b"), falling("b", "c"), {"id": "c"})
    assert found.of("a", "SE", DAY).falls_back_to == "b"


def test_a_product_cannot_fall_back_on_nothing(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="products: a of SE: falls_back_to 'b' is unknown"):
        shop(tmp_path, falling("a", "b"))


def test_products_cannot_fall_back_in_a_ring(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="products: a of SE: falls back to itself"):
        shop(tmp_path, falling("a", "b"), falling("b", "a"))


def test_a_price_is_exact(tmp_path: Path) -> None:
    assert shop(tmp_path, {"id": "a"}).of("a", "SE", DAY).steps[0].price == Decimal("9.90")


@pytest.mark.parametrize(
    ("name", "country", "day", "message"),
    [
        ("se-gone", "SE", DAY, "products: se-gone of SE: unknown"),
        ("se-brev", "FI", DAY, "products: se-brev of FI: unknown"),
        ("se-brev", "SE", date(2025, 12, 31), "se-brev of SE: not valid on 2025-12-31"),
    ],
)
def test_an_unknown_foreign_or_not_yet_sold_product_is_refused(
    name: str, country: str, day: date, message: str
) -> None:
    with pytest.raises(TableError, match=message):
        PRODUCTS.of(name, country, day)


def test_an_expired_table_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "products.toml"
    text = assets.table("products.toml").read_text(encoding="utf-8")
    own.write_text(
        text.replace("\nvalid_from =", "\nvalid_to = 2026-12-31\nvalid_from =", 1), encoding="utf-8"
    )
    old = Products.load({"products": own})
    assert old.of("se-brev", "SE", date(2026, 12, 31)).id == "se-brev"
    with pytest.raises(TableError, match="not valid on 2027-01-01"):
        old.of("se-brev", "SE", date(2027, 1, 1))
