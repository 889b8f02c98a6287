from datetime import date, time
from pathlib import Path

import pytest

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
        "transit_days": 3,
        "delivery_weekdays": {"mon", "tue", "wed", "thu", "fri"},
        "cut_off": time(17),
        "verified": True,
        "source": "made up",
    }
    return Product.model_validate(base | entry)


def delivered(sold: Product, hand_in: date) -> date | None:
    processing, delivery = (CALENDARS.of(kind, sold.country) for kind in ("post_processing", "post_delivery"))
    return sold.delivered(hand_in, processing, delivery)


@pytest.mark.parametrize(("name", "country"), [("se-brev", "SE"), ("fi-kirje", "FI")])
def test_the_shipped_products_are_examples_with_a_source(name: str, country: str) -> None:
    shipped = PRODUCTS.of(name, country, DAY)
    assert not shipped.verified
    assert len(shipped.source) > 20


def test_a_letter_comes_after_its_working_days() -> None:
    assert delivered(product(), date(2026, 11, 20)) == date(2026, 11, 25)
    assert delivered(product(), date(2026, 12, 22)) == date(2026, 12, 29)


def test_spare_days_are_added_to_the_transit() -> None:
    assert delivered(product(spare_days=1), date(2026, 11, 19)) == date(2026, 11, 25)


def test_a_letter_in_finland_does_not_come_on_a_tuesday() -> None:
    shipped = PRODUCTS.of("fi-kirje", "FI", DAY)
    assert "tue" not in shipped.delivery_weekdays
    assert delivered(shipped, date(2026, 11, 17)) == date(2026, 11, 25)


def test_a_product_delivered_only_when_the_carrier_is_at_home_comes_never() -> None:
    assert delivered(product(delivery_weekdays={"sun"}), DAY) is None


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
