import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import AssetError
from pipelines.ingest import recipient_defects
from pipelines.letters import address, address_form

AT_HOME = {
    "SE": ("Maja Öberg", "c/o Sandström", "Långgatan 14", "413 03  GÖTEBORG"),
    "FI": ("Aino Mäkelä", "c/o Virtanen", "Hämeentie 12 A 7", "00530 HELSINKI"),
    "NO": ("Kari Ødegård", "c/o Hansen", "Bjørnveien 4B", "0150 OSLO"),
    "DK": ("Søren Kjær", "c/o Holm", "Ærøgade 2, 3. tv.", "1364 København K"),
    "DE": ("Jörg Weiß", "c/o Groß", "Lange Straße 5", "35390 Gießen"),
}
GIVEN = {
    "SE": ("Maja Öberg", "Sandström", "Långgatan 14", "41303", "Göteborg"),
    "FI": ("Aino Mäkelä", "Virtanen", "Hämeentie 12 A 7", "00530", "Helsinki"),
    "NO": ("Kari Ødegård", "Hansen", "Bjørnveien 4B", "0150", "Oslo"),
    "DK": ("Søren Kjær", "Holm", "Ærøgade 2, 3. tv.", "1364", "København K"),
    "DE": ("Jörg Weiß", "Groß", "Lange Straße 5", "35390", "Gießen"),
}

COUNTRIES = sorted(AT_HOME)

words = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=12)


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_address_at_home_is_as_the_country_writes_it(country: str) -> None:
    assert address.lines(country, *GIVEN[country]) == AT_HOME[country]
    assert address.lines(country, *GIVEN[country], posted_in=country) == AT_HOME[country]


def test_a_swedish_address_has_two_blanks_after_the_postcode_and_no_country() -> None:
    assert address.lines("SE", "Maja Öberg", "Sandström", "Långgatan 14", "41303", "Göteborg") == (
        "Maja Öberg",
        "c/o Sandström",
        "Långgatan 14",
        "413 03  GÖTEBORG",
    )


@pytest.mark.parametrize("care_of", [None, "", "  "])
def test_a_finnish_address_without_care_of_has_three_lines(care_of: str | None) -> None:
    lines = address.lines("FI", "Aino Mäkelä", care_of, "Hämeentie 12 A 7", "00530", "Helsinki")
    assert lines == ("Aino Mäkelä", "Hämeentie 12 A 7", "00530 HELSINKI")


@pytest.mark.parametrize("country", [None, *COUNTRIES])
@pytest.mark.parametrize("care_of", ["c/o Sandström", "C/O Sandström"])
def test_care_of_is_not_marked_twice(care_of: str, country: str | None) -> None:
    assert address.care_of_line(care_of, country) == care_of


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_locality_line_is_the_last_one_at_home(country: str) -> None:
    *_, postal_code, city = GIVEN[country]
    assert address.locality_line(country, postal_code, city) == AT_HOME[country][-1]


@pytest.mark.parametrize(
    ("country", "posted_in", "end"),
    [
        ("DE", "SE", ("35390 GIESSEN", "TYSKLAND")),
        ("SE", "DE", ("413 03  GÖTEBORG", "SCHWEDEN")),
        ("SE", "FI", ("413 03  GÖTEBORG", "RUOTSI")),
        ("FI", "SE", ("00530 HELSINKI", "FINLAND")),
        ("DK", "NO", ("1364 KØBENHAVN K", "DANMARK")),
        ("NO", "DK", ("0150 OSLO", "NORGE")),
    ],
)
def test_posted_abroad_the_city_and_the_country_end_it_in_capitals(
    country: str, posted_in: str, end: tuple[str, str]
) -> None:
    lines = address.lines(country, *GIVEN[country], posted_in=posted_in)
    assert lines == (*AT_HOME[country][:-1], *end)
    *_, postal_code, city = GIVEN[country]
    assert address.locality_line(country, postal_code, city, posted_in) == end[0]


@pytest.mark.parametrize("posted_in", COUNTRIES)
def test_a_country_names_every_other_one_in_its_own_language(posted_in: str) -> None:
    names = {address_form.country_name(country, posted_in) for country in COUNTRIES}
    assert len(names) == len(COUNTRIES)
    assert all(name.isupper() for name in names)


@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES), words, words, words, words, st.booleans())
def test_an_address_names_a_country_when_it_is_posted_abroad_and_never_at_home(
    country: str, posted_in: str, name: str, street: str, city: str, care_of: str, with_care: bool
) -> None:
    code = GIVEN[country][3]
    lines = address.lines(country, name, care_of if with_care else None, street, code, city, posted_in)
    assert lines[0] == name
    assert street in lines
    assert len(lines) == 3 + with_care + (country != posted_in)
    if country == posted_in:
        assert lines[-1] == address.locality_line(country, code, city)
        assert not lines[-1].startswith((f"{country}-", f"{country} "))
    else:
        assert lines[-1] == str(Locale.parse(address_form.of(posted_in).abroad).territories[country]).upper()
        assert city.upper() in lines[-2]


def test_braces_in_a_name_are_only_braces() -> None:
    assert address.lines("SE", "{city} {0}", "{}", "{x", "41303", "}")[:3] == ("{city} {0}", "c/o {}", "{x")


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_the_post_needs_no_row_may_lack(country: str) -> None:
    assert set(address_form.of(country).required) <= set(recipient_defects.NEEDED)


def test_a_country_without_a_table_has_no_address() -> None:
    with pytest.raises(AssetError, match=r"countries/is\.toml"):
        address.lines("IS", "Jón", None, "Laugavegur 1", "101", "Reykjavík")
    with pytest.raises(AssetError, match=r"countries/is\.toml"):
        address.lines("SE", *GIVEN["SE"], posted_in="IS")
