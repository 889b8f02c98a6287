"""Where things stand on the sheet, read back from the PDF."""

import itertools
import re
import tomllib

import pypdfium2
import pytest
import zxingcpp

from pipelines.money import money
from pipelines.press import environment
from tests.layouts import desk

GEOMETRY = tomllib.loads((desk.ROOT / "shared" / "geometry.toml").read_text(encoding="utf-8"))
TYPICAL = [(*spoken, "six-claims") for spoken in desk.SPOKEN]
HARD = [(layout, environment.languages(layout)[0], "long-names") for layout in desk.LAYOUTS]
WORDS_KEPT_OUT = re.compile("inkasso|perintä|indrivning|debt|collection", re.IGNORECASE)


def country(layout: str) -> str:
    return environment.layout(layout).country


@pytest.mark.parametrize(("layout", "language", "sample"), TYPICAL + HARD)
def test_in_the_window_and_its_drift_stands_the_address_and_nothing_else(
    layout: str, language: str, sample: str
) -> None:
    chars = desk.printed(layout, language, sample).chars[0]
    window = GEOMETRY["windows"][country(layout)]
    box = [window[key] for key in "xywh"]
    seen = desk.inside(chars, *box, grown=GEOMETRY["drift"])
    wanted = desk.letter(layout, language, sample).address_lines
    assert desk.lines(seen) == [re.sub(r"\s", "", line) for line in wanted]
    assert not WORDS_KEPT_OUT.search(" ".join(wanted))
    x, y, w, h = box
    inset = window["inset"]
    for c in seen:
        assert x + inset - 0.2 <= c.left
        assert c.right <= x + w - inset
        assert y <= c.top
        assert c.bottom <= y + h


@pytest.mark.parametrize(("layout", "language", "sample"), TYPICAL)
def test_the_amount_is_the_largest_number_on_the_first_page(layout: str, language: str, sample: str) -> None:
    one = desk.letter(layout, language, sample)
    digits = [c for c in desk.printed(layout, language, sample).chars[0] if c.text.isdigit()]
    tallest = max(c.height for c in digits)
    largest = [c for c in digits if c.height > 0.9 * tallest]
    [row] = desk.lines(largest)
    assert row == re.sub(r"\D", "", one.amount_text)
    assert max(c.height for c in digits if c not in largest) < 0.85 * tallest


@pytest.mark.parametrize("where", ["se", "fi"])
def test_the_summary_is_at_the_same_place_on_a_demand_and_on_a_bill(where: str) -> None:
    language = environment.languages(f"{where}/demand")[0]
    box = [GEOMETRY["summary"][key] for key in "xywh"]
    both = []
    for kind in ("demand", "invoice"):
        chars = desk.printed(f"{where}/{kind}", language, "six-claims").chars[0]
        seen = desk.inside(chars, *box)
        assert all(c.top >= box[1] and c.bottom <= box[1] + box[3] for c in seen)
        first = {}
        for c in sorted(seen, key=lambda c: (round(c.origin[1], 1), c.left)):
            first.setdefault(round(c.origin[1], 1), round(c.origin[0], 1))
        both.append(first)
    assert both[0] == both[1]


@pytest.mark.parametrize(("layout", "language", "sample"), TYPICAL)
def test_amount_day_account_and_reference_stand_in_the_summary(
    layout: str, language: str, sample: str
) -> None:
    one = desk.letter(layout, language, sample)
    box = [GEOMETRY["summary"][key] for key in "xywh"]
    words = "".join(desk.lines(desk.inside(desk.printed(layout, language, sample).chars[0], *box)))
    way = one.context["way"]
    account = way.get("bankgiro") or way["barcode"]
    for wanted in (one.amount_text, account.payee, account.account, one.reference_text, "8"):
        assert re.sub(r"\s", "", wanted) in words


@pytest.mark.parametrize(("layout", "language", "sample"), [*TYPICAL, ("se/demand", "sv", "45-claims")])
def test_the_inserters_mark_has_its_zone_for_itself_on_every_page(
    layout: str, language: str, sample: str
) -> None:
    zone = [GEOMETRY["mark_zone"][key] for key in "xywh"]
    for chars in desk.printed(layout, language, sample).chars:
        assert desk.inside(chars, *zone) == []


@pytest.mark.parametrize("layout", desk.LAYOUTS)
@pytest.mark.parametrize("sample", ["large-sum", "long-names"])
def test_no_figure_or_name_runs_into_its_neighbour(layout: str, sample: str) -> None:
    for chars in desk.printed(layout, environment.languages(layout)[0], sample).chars:
        rows: dict[float, list[desk.Char]] = {}
        for c in chars:
            rows.setdefault(round(c.origin[1], 1), []).append(c)
        for row in rows.values():
            row.sort(key=lambda c: c.left)
            for one, next_one in itertools.pairwise(row):
                assert next_one.left > one.right - 0.5, one.text + next_one.text


@pytest.mark.parametrize("layout", desk.LAYOUTS)
def test_every_code_on_the_page_is_read_as_the_letter_says(layout: str) -> None:
    language = environment.languages(layout)[0]
    page = pypdfium2.PdfDocument(desk.printed(layout, language, "six-claims").data)[0]
    picture = page.render(scale=300 / 72, grayscale=True).to_numpy()
    read = {found.text for found in zxingcpp.read_barcodes(picture)}
    assert read == set(desk.letter(layout, language, "six-claims").codes)


@pytest.mark.parametrize("layout", [name for name in desk.LAYOUTS if name.startswith("se/")])
def test_the_code_line_is_alone_in_its_zone_at_ten_characters_an_inch(layout: str) -> None:
    zone = GEOMETRY["reading_zone"]["SE"]
    one = desk.letter(layout, "sv", "six-claims")
    chars = desk.inside(desk.printed(layout, "sv", "six-claims").chars[0], *(zone[key] for key in "xywh"))
    payload = one.context["slip"].payload
    assert desk.lines(chars) == [payload.replace(" ", "")]
    places = [i for i, c in enumerate(payload) if c != " "]
    in_order = sorted(chars, key=lambda c: c.left)
    for place, c in zip(places, in_order, strict=True):
        assert c.origin[0] == pytest.approx(zone["text_x"] + place * 2.54, abs=0.1)
        assert c.origin[1] == pytest.approx(zone["baseline"], abs=0.1)


@pytest.mark.parametrize("layout", [name for name in desk.LAYOUTS if name.startswith("fi/")])
def test_the_bank_barcode_has_its_size_and_its_quiet_zones_for_itself(layout: str) -> None:
    place = GEOMETRY["barcode"]["FI"]
    chars = desk.printed(layout, "fi", "six-claims").chars[0]
    assert (place["w"], place["h"]) == (105.0, 10.0)
    assert desk.inside(chars, *(place[key] for key in "xywh")) == []


@pytest.mark.parametrize(("layout", "language"), desk.SPOKEN)
def test_pages_count_the_fixed_page_that_follows(layout: str, language: str) -> None:
    made = desk.printed(layout, language, "six-claims")
    total = len(made.texts) + environment.layout(layout).terms_pages
    for number, text in enumerate(made.texts, start=1):
        counted = re.findall(r"(?:Sida|Sivu|Page) (\d+) (?:av|/|of) (\d+)", text)
        assert counted == [(str(number), str(total))]
    assert desk.letter(layout, language, "six-claims").context["piece_number"] in made.texts[-1]


@pytest.mark.parametrize("layout", desk.LAYOUTS)
def test_a_table_over_pages_repeats_its_head_and_carries_its_sum(layout: str) -> None:
    language = environment.languages(layout)[0]
    one = desk.letter(layout, language, "45-claims")
    pages = desk.printed(layout, language, "45-claims").texts[1:]
    head = {"sv": "Kapital", "fi": "Pääoma"}[language]
    carried_words = {"sv": "Förs över till nästa sida:", "fi": "Siirtyy seuraavalle sivulle:"}[language]
    brought_words = {"sv": "Från föregående sida:", "fi": "Edelliseltä sivulta:"}[language]
    claims = one.context["claims"]
    seen, before = 0, None
    for text in pages:
        here = [c for c in claims if re.search(rf"\s{re.escape(c['reference'])}\s", text)]
        if not here:
            assert carried_words not in text
            assert brought_words not in text
            continue
        assert here == list(claims[seen : seen + len(here)])
        seen += len(here)
        assert head in text
        sums = [
            money(amount, one.context["currency"], language, country(layout)).replace("\u00a0", " ")
            for amount in (here[-1]["running"], here[0]["running"] - here[0]["amount"])
        ]
        assert (f"{carried_words} {sums[0]}" in text) == (carried_words in text) == (seen < len(claims))
        assert (f"{brought_words} {sums[1]}" in text) == (brought_words in text) == (before is not None)
        before = sums[0]
    assert seen == len(claims) == 45
    assert before == one.amount_text.replace("\u00a0", " ")
    assert sum(re.sub(r"[^\d,]", "", one.amount_text) in text.replace(" ", "") for text in pages) >= 1
