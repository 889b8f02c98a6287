"""Every layout in every language with every sample."""

import re
import tomllib
import zlib

import numpy as np
import pytest

from pipelines.press import environment, texts
from pipelines.press.painting import Painter
from tests.layouts import desk

SMALLEST_PT = 6.0
PAINTER = Painter(desk.FACES)

FIRST = [(layout, environment.languages(layout)[0]) for layout in desk.LAYOUTS]
EVERY = [(*spoken, sample) for spoken in desk.SPOKEN for sample in desk.samples(*spoken)]
EVERY += [(*spoken, "huge-claim") for spoken in desk.SPOKEN] + [(*spoken, "long-words") for spoken in FIRST]
EVERY += [("se/demand", "sv", "45-hostile-claims")]
EVERY += [(layout, language, "full-page") for layout, language in desk.SPOKEN if layout.endswith("/demand")]
EVERY += [("se/demand", "sv", f"{width}-sums") for width in desk.SUMS]
TYPE_AREA_MM = (18.0, 192.0)
CAPITALS = 0.75
"""How much of the font size stands above the baseline."""
SLACK_PX = 0.05
SLIP_TOP_MM = {"SE": 245.8, "FI": 247.4}
"""The dashed line above the slip, as the country's style sheet has it."""
ABOVE_SLIP_MM = 1.0
"""What stays free above it: a text on the line reads as if it were struck through."""


@pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
def test_every_sample_is_set_without_a_warning(layout: str, language: str, sample: str) -> None:
    assert desk.laid_out(layout, language, sample).warnings == ()


@pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
def test_every_sample_is_painted_in_cmyk_from_our_fonts(layout: str, language: str, sample: str) -> None:
    made = desk.laid_out(layout, language, sample)
    for page in PAINTER.paint(made.document):
        operators = zlib.decompress(page.content)
        assert not re.search(rb"(?<![\w.])(?:rg|RG|sc|SC|g|G|sh|ri)\s", operators)
        assert set(re.findall(rb"(/\S+)\s+(?:cs|CS)\s", operators)) == {b"/DeviceCMYK"}
        assert page.resources.objects == ()


@pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
def test_no_text_is_too_small_and_none_runs_off_the_type_area(
    layout: str, language: str, sample: str
) -> None:
    made = desk.laid_out(layout, language, sample)
    for number in range(len(made.document.pages)):
        for box in desk.runs(made.document, number):
            assert box.style["font_size"] * desk.PT_PER_PX >= SMALLEST_PT, box.text
            # The address has the window, the code line its zone (both tested with the places).
            left, right = box.position_x * desk.MM_PER_PX, (box.position_x + box.width) * desk.MM_PER_PX
            if box.style["font_family"][0] != "Letter Code" and box.element_tag != "div.address":
                assert TYPE_AREA_MM[0] <= left
                assert right <= TYPE_AREA_MM[1], box.text


@pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
def test_no_text_runs_over_the_text_of_another_cell(layout: str, language: str, sample: str) -> None:
    made = desk.laid_out(layout, language, sample)
    for number in range(len(made.document.pages)):
        cells, boxes = zip(*desk.places(made.document, number), strict=True)
        owner = np.array([id(cell) for cell in cells])
        left = np.array([box.position_x for box in boxes])
        right = left + [box.width for box in boxes]
        foot = np.array([box.position_y + box.baseline for box in boxes])
        head = foot - [CAPITALS * box.style["font_size"] for box in boxes]
        over = (
            (owner[:, None] != owner)
            & (left[:, None] < right - SLACK_PX)
            & (left < right[:, None] - SLACK_PX)
            & (head[:, None] < foot - SLACK_PX)
            & (head < foot[:, None] - SLACK_PX)
        )
        assert [(boxes[i].text, boxes[j].text) for i, j in np.argwhere(over)] == []


@pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
def test_the_letter_ends_above_the_slip_whatever_it_has_to_say(
    layout: str, language: str, sample: str
) -> None:
    made = desk.laid_out(layout, language, sample)
    slip = SLIP_TOP_MM[environment.layout(layout).country]
    for box in desk.runs(made.document, 0):
        top, bottom = box.position_y * desk.MM_PER_PX, (box.position_y + box.height) * desk.MM_PER_PX
        assert not top < slip < bottom + ABOVE_SLIP_MM, box.text


@pytest.mark.parametrize("width", desk.SUMS)
def test_sums_that_fill_a_set_of_widths_are_set_in_it(width: str) -> None:
    context = desk.letter("se/demand", "sv", f"{width}-sums").context
    html = environment.render_html("se/demand", "sv", "SE", context)
    assert f'<table class="claims {width}">' in html


@pytest.mark.parametrize(("layout", "language"), desk.SPOKEN)
def test_a_typical_letter_takes_two_pages(layout: str, language: str) -> None:
    assert len(desk.laid_out(layout, language, "six-claims").document.pages) == 2


@pytest.mark.parametrize(("layout", "language"), FIRST)
def test_forty_five_claims_take_at_most_six_pages(layout: str, language: str) -> None:
    assert len(desk.laid_out(layout, language, "45-claims").document.pages) <= 6


@pytest.mark.parametrize(("layout", "language", "sample"), EVERY)
def test_no_sum_and_no_day_of_a_claim_is_broken_over_lines(layout: str, language: str, sample: str) -> None:
    document = desk.laid_out(layout, language, sample).document
    runs = {box.text.strip() for page in range(1, len(document.pages)) for box in desk.runs(document, page)}
    shown = environment.environment(language, environment.layout(layout).country).filters
    for claim in desk.letter(layout, language, sample).context["claims"]:
        assert {shown["number"](claim[sum_]) for sum_ in ("principal", "interest", "fees", "amount")} <= runs
        days = (claim[day] for day in ("invoice_date", "due_date", "interest_from"))
        assert {shown["short"](day) for day in days if day} <= runs


@pytest.mark.parametrize(("layout", "language"), FIRST)
def test_the_interest_ends_on_the_day_that_the_creditor_says_and_on_no_other(
    layout: str, language: str
) -> None:
    until = {"sv": "till 2026-12-18", "fi": "18.12.2026 asti"}[language]
    for sample, wanted in (("long-words", True), ("six-claims", False)):
        document = desk.laid_out(layout, language, sample).document
        words = {box.text for page in range(1, len(document.pages)) for box in desk.runs(document, page)}
        assert (until in words) == wanted
        letter_date = desk.letter(layout, language, sample).context["letter_date"]
        said = environment.environment(language, environment.layout(layout).country).filters["day"](
            letter_date
        )
        assert not any(said in text for text in words)


@pytest.mark.parametrize(("layout", "language"), desk.SPOKEN)
def test_the_fixed_page_is_one_page_and_knows_nothing_of_the_letter(layout: str, language: str) -> None:
    made = desk.terms(layout, language)
    assert made.warnings == ()
    assert len(made.document.pages) == environment.layout(layout).terms_pages == 1
    words = " ".join(box.text for box in desk.runs(made.document, 0))
    assert desk.CONFIG.countries[environment.layout(layout).country].sender.legal_name in words


@pytest.mark.parametrize("layout", desk.LAYOUTS)
def test_every_language_says_the_same_things(layout: str) -> None:
    country = environment.layout(layout).country
    first, *others = (
        texts.strings(layout, country, spoken).keys() for spoken in environment.languages(layout)
    )
    assert all(other == first for other in others)


@pytest.mark.parametrize("layout", desk.LAYOUTS)
def test_a_layout_has_texts_for_the_languages_that_it_names_and_no_others(layout: str) -> None:
    found = {path.name.split(".")[1] for path in (desk.ROOT / layout).glob("texts.*.toml")}
    assert found == set(environment.languages(layout))


@pytest.mark.parametrize("layout", desk.LAYOUTS)
def test_layout_toml_names_the_families_that_the_fonts_have(layout: str) -> None:
    named = tomllib.loads((desk.ROOT / layout / "layout.toml").read_text(encoding="utf-8"))
    assert named["name"] == layout
    assert set(named["fonts"]) <= {face.family for face in desk.FACES.faces}


def test_markup_in_the_data_is_text_on_the_page() -> None:
    html = environment.render_html("se/demand", "sv", "SE", desk.letter("se/demand", "sv", "markup").context)
    assert "&lt;b&gt;Nåjd&lt;/b&gt;" in html
    assert "<b>Nåjd" not in html
    assert "{{ amount_due }}" in html
