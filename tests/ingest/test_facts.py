import pickle
import tomllib
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines import assets, config, prepare
from pipelines.delivery.opening import open_store
from pipelines.errors import ConfigError
from pipelines.ingest import check, facts
from pipelines.letters import references
from pipelines.progress import Channel
from tests.ingest import exports

FIRST = {
    "SE": ("sv", "SEK", "Europe/Stockholm"),
    "FI": ("fi", "EUR", "Europe/Helsinki"),
    "NO": ("nb", "NOK", "Europe/Oslo"),
    "DK": ("da", "DKK", "Europe/Copenhagen"),
    "DE": ("de", "EUR", "Europe/Berlin"),
}


def test_five_countries_ship_in_alphabetical_order() -> None:
    assert list(facts.all()) == sorted(FIRST)


def test_a_country_with_a_table_but_no_payment_references_cannot_be_configured(tmp_path: Path) -> None:
    shipped = config.load(None)
    for country in sorted(set(FIRST) - set(references.COUNTRIES)):
        chosen = shipped.model_copy(update={"countries": {country: shipped.countries["SE"]}})
        with pytest.raises(ConfigError, match=f"countries.{country}: no such country"):
            prepare.prepare(
                "monthly-2026-12", "2026-12", str(tmp_path / "in"), str(tmp_path / "out"), chosen,
                date(2026, 12, 1), open_store(str(tmp_path / "out"), chosen.delivery), Channel(None),
            )  # fmt: skip


def test_a_claim_from_a_country_that_the_run_has_not_is_refused_though_its_table_ships() -> None:
    countries = {country: facts.of(country) for country in config.load(None).countries}
    rows = exports.table(exports.claim(country="NO", postal_code="0150", city="Oslo", currency="NOK"))
    found = check.check(rows, countries, exports.SETTABLE, exports.TODAY, pa.array([], pa.string()))
    assert found.accepted.num_rows == 0
    assert found.rejected.to_pylist()[0]["reason"] == "unknown_country"


@pytest.mark.parametrize("country", sorted(FIRST))
def test_a_country_says_what_counts_where_a_claim_is_silent(country: str) -> None:
    found = facts.of(country)
    assert (found.languages[0], found.currencies[0], found.timezone) == FIRST[country]
    assert found.adult_age == 18
    assert found.version.name == f"countries/{country.lower()}"
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("country", "normal", "printed"),
    [
        ("SE", "41101", "411 01"),
        ("FI", "41101", "41101"),
        ("NO", "0150", "0150"),
        ("DK", "1364", "1364"),
        ("DE", "01067", "01067"),
    ],
)
def test_a_postcode_is_printed_in_the_countrys_form(country: str, normal: str, printed: str) -> None:
    assert facts.of(country).printed_postcode(normal) == printed


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
        ("NO", "0150", "0150"),
        ("NO", "NO-0150", "0150"),
        ("NO", "N 0150", "0150"),
        ("NO", "150", None),
        ("NO", "01500", None),
        ("DK", "1364", "1364"),
        ("DK", "DK-1364", "1364"),
        ("DK", "GL-3900", None),
        ("DK", "FO-100", None),
        ("DE", "10115", "10115"),
        ("DE", "D-01067", "01067"),
        ("DE", "DE 10115", "10115"),
        ("DE", "00123", None),
        ("DE", "1067", None),
        ("DE", "101 15", None),
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
