"""From layout folder to HTML."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from pipelines import dates
from pipelines.errors import AssetError
from pipelines.press import environment, formats

SWEDISH, FINNISH = dates.locale("sv", "SE"), dates.locale("fi", "FI")
MARCH = date(2027, 3, 10)


def said(text: str, language: str = "sv", country: str = "SE", **context: object) -> str:
    return environment.environment(language, country).from_string(text).render(context)


def test_the_shipped_layouts_are_found_with_their_languages() -> None:
    assert environment.layouts() == ("fi/demand", "fi/invoice", "se/demand", "se/invoice")
    assert environment.languages("se/demand") == ("sv", "en")
    assert environment.languages("fi/invoice") == ("fi", "sv")


@pytest.mark.parametrize("name", environment.layouts())
def test_the_style_sheets_that_a_layout_names_are_there(name: str) -> None:
    for path in (*environment.stylesheets(name), *environment.terms_stylesheets(name)):
        assert path.is_file()


def test_an_unknown_layout_or_language_is_one_clear_line() -> None:
    with pytest.raises(AssetError, match="se/nothing"):
        environment.layout("se/nothing")
    with pytest.raises(AssetError, match="no texts in 'pl'"):
        environment.render_html("se/demand", "pl", "SE", {})


def test_versions_are_twelve_hex_digits_that_differ_from_layout_to_layout() -> None:
    versions = [environment.layout_version(name) for name in environment.layouts()]
    assert len(set(versions)) == len(versions)
    assert all(len(v) == 12 and int(v, 16) >= 0 for v in versions)


def test_a_version_changes_with_a_byte_of_the_layout_or_of_what_layouts_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shared = tmp_path / "layouts" / "se" / "demand", tmp_path / "layouts" / "shared"
    own.mkdir(parents=True)
    shared.mkdir()
    shipped = environment.assets.folder("layouts") / "se" / "demand" / "layout.toml"
    (own / "layout.toml").write_bytes(shipped.read_bytes())
    (shared / "base.css").write_text("a", encoding="utf-8")
    monkeypatch.setattr(environment.assets, "folder", lambda kind: tmp_path / kind)
    seen = set()
    for path in (own / "letter.html", shared / "base.css", shared / "more.css"):
        environment.layout_version.cache_clear()
        environment.layout.cache_clear()
        seen.add(environment.layout_version("se/demand"))
        path.write_text("b", encoding="utf-8")
    environment.layout_version.cache_clear()
    seen.add(environment.layout_version("se/demand"))
    environment.layout_version.cache_clear()
    environment.layout.cache_clear()
    assert len(seen) == 4


def test_data_are_escaped_and_a_name_that_is_not_there_is_an_error() -> None:
    assert said("{{ name }}", name="<b>&") == "&lt;b&gt;&amp;"
    with pytest.raises(UndefinedError):
        said("{{ nmae }}", name="Maja")


def test_a_name_on_a_dict_is_its_method_then_its_key() -> None:
    way = {"portal": "p", "items": "own"}
    assert said("{{ way.portal }} {{ way.get('swish', 'none') }} {{ way['items'] }}", way=way) == "p none own"
    assert said("{{ 'yes' if way.swish is defined else 'no' }}", way=way) == "no"
    with pytest.raises(UndefinedError, match="swish"):
        said("{{ way.swish }}", way=way)


def test_the_fixed_page_sees_the_sender_and_nothing_of_a_letter() -> None:
    with pytest.raises(UndefinedError):
        environment.terms_html("se/demand", "sv", "SE", {"sender": {}, "amount_due": Decimal("1.00")})


def test_filters_speak_the_language_of_the_letter() -> None:
    assert said("{{ d | day }}", d=MARCH) == "10\u00a0mars\u00a02027"
    assert said("{{ d | weekday }} {{ d | day_month }}", d=MARCH) == "onsdag 10\u00a0mars"
    assert said("{{ d | weekday }}", "fi", "FI", d=MARCH) == "keskiviikko"
    assert said("{{ d | short }} {{ d | month }}", "fi", "FI", d=MARCH) == "10.3.2027 maaliskuu 2027"
    assert said("{{ d | short }}", d=MARCH) == "2027-03-10"
    assert said("{{ a | money('SEK') }}", a=Decimal("1234.50")) == "1\u00a0234,50\u00a0kr"
    assert said("{{ a | number }}", a=Decimal("1234.50")) == "1\u00a0234,50"


def test_a_rate_has_the_decimals_that_it_needs() -> None:
    assert formats.percent(Decimal("8.500"), SWEDISH) == "8,5\u00a0%"
    assert formats.percent(Decimal("10.000"), FINNISH) == "10\u00a0%"
    assert formats.percent(Decimal("10.125"), SWEDISH) == "10,125\u00a0%"


@given(st.decimals(min_value=0, max_value=10**10, places=2), st.sampled_from([SWEDISH, FINNISH]))
def test_numbers_are_set_as_babel_sets_them(value: Decimal, locale: dates.Locale) -> None:
    assert formats.number(value, locale) == format_decimal(value, "#,##0.00", locale=locale)


@given(st.text("0123456789", min_size=1, max_size=30), st.integers(2, 6), st.booleans())
def test_grouping_keeps_the_digits_and_their_order(digits: str, size: int, from_right: bool) -> None:
    parts = formats.group(digits, size, from_right).split("\u00a0")
    assert "".join(parts) == digits
    whole = parts[1:] if from_right else parts[:-1]
    assert all(len(part) == size for part in whole)


@pytest.mark.parametrize(
    ("text", "weight"),
    [("", 0), ("Åsa Öhman", 9), ("ABCDefgh", 9), ("a" * 28, 28), ("a" * 29, 49), ("x " + "ä" * 30, 52)],
)
def test_capitals_weigh_more_than_small_letters_and_a_long_word_more_than_two(text: str, weight: int) -> None:
    assert formats.weight(text) == weight
    assert said("{{ name | weight }}", name=text) == str(weight)


def test_plain_takes_the_tags_off_markup_and_off_nothing_else() -> None:
    written = "<b>a</b> &amp; b"
    for _ in range(2):  # Whatever was asked before.
        assert formats.plain(Markup(written)) == "a & b"
        assert formats.plain(written) == written


def test_symbols_are_drawn_in_pure_black_and_not_escaped() -> None:
    svg = said("{{ qr('C123', 30) }}{{ code128('0123456789', 105, 10) }}")
    assert svg.count("<svg") == 2
    assert svg.count('fill="device-cmyk(0 0 0 1)"') == 2
    assert 'width="105mm" height="10mm"' in svg
