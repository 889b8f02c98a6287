import pickle
import tomllib

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines import assets
from pipelines.ingest import facts


def test_sweden_and_finland_ship_in_alphabetical_order() -> None:
    assert list(facts.all()) == ["FI", "SE"]


@pytest.mark.parametrize("country", ["SE", "FI"])
def test_a_country_says_what_counts_where_a_claim_is_silent(country: str) -> None:
    found = facts.of(country)
    first = {"SE": ("sv", "SEK", "Europe/Stockholm"), "FI": ("fi", "EUR", "Europe/Helsinki")}[country]
    assert (found.languages[0], found.currencies[0], found.timezone) == first
    assert found.adult_age == 18
    assert found.version.name == f"countries/{country.lower()}"
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(("country", "printed"), [("SE", "411 01"), ("FI", "41101")])
def test_a_postcode_is_printed_in_the_countrys_form(country: str, printed: str) -> None:
    assert facts.of(country).printed_postcode("41101") == printed


def test_a_postcode_of_another_length_is_printed_as_it_is() -> None:
    assert facts.of("SE").printed_postcode("1234") == "1234"


@pytest.mark.parametrize(
    ("country", "given", "normal"),
    [
        ("SE", "41101", "41101"),
        ("SE", "411 01", "41101"),
        ("SE", "411\u00a001", "41101"),
        ("SE", "SE-411 01", "41101"),
        ("SE", "se 41101", "41101"),
        ("SE", "S-411 01", "41101"),
        ("SE", "04110", None),
        ("SE", "4110", None),
        ("SE", "41 101", None),
        ("SE", "FI-00100", None),
        ("SE", "٤١١٠١", None),
        ("FI", "00100", "00100"),
        ("FI", "FI-00100", "00100"),
        ("FI", "AX-22100", "22100"),
        ("FI", "0010", None),
        ("FI", "001000", None),
    ],
)
def test_a_postcode_has_a_normal_form_or_none(country: str, given: str, normal: str | None) -> None:
    found = facts.of(country)
    text = pa.array([given])
    fits = pc.match_substring_regex(text, found.postcode_pattern)[0].as_py()
    plain = pc.replace_substring_regex(text, found.postcode_pattern, found.postcode_normal)[0].as_py()
    assert (plain if fits else None) == normal


@pytest.mark.parametrize("country", ["SE", "FI"])
def test_every_layout_of_a_country_has_texts_in_its_languages(country: str) -> None:
    layouts = sorted((assets.folder("layouts") / country.lower()).glob("*/layout.toml"))
    assert layouts
    for layout in layouts:
        languages = tomllib.loads(layout.read_text(encoding="utf-8"))["languages"]
        assert set(facts.of(country).languages) <= set(languages), layout.parent.name
