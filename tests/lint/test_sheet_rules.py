"""What only shows on the set sheet: the cascade's outcome, tables, guarded places."""

import pytest

from tests.lint.conftest import Room

CSS = "se/demand/letter.css"
HTML = "se/demand/letter.html"


def test_a_layout_that_prints_well_is_clean(room: Room) -> None:
    report = room.lint()
    assert report.findings == ()
    assert report.unset == ()
    assert report.letters == 2


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("text-small", ".sum { font-size: .5em }"),
        ("hairline", ".sum { border-top: .01em solid device-cmyk(0 0 0 1) }"),
        ("ink-text", ".sum { color: device-cmyk(1 0 0 0) }"),
        ("window-drift", ".body { top: 60mm; left: 120mm }"),
        ("window-drift", ".body { top: 80mm; background: device-cmyk(0 0 0 .1) }"),
        ("mark-zone", ".body { left: 10mm }"),
        ("lane-table-part", "tr { background: device-cmyk(0 0 0 .1) }"),
        ("lane-margin", "@page { @top-left { content: 'x'; width: 9mm; background: device-cmyk(0 0 0 0) } }"),
    ],
)  # fmt: skip
def test_the_declaration_is_named_that_made_it_so(code: str, rule: str, room: Room) -> None:
    line = room.add(CSS, rule)
    found = room.found()
    assert (CSS, line, code) in found
    assert {place[:2] for place in found} == {(CSS, line)}


def test_of_several_declarations_the_one_that_counts_is_named(room: Room) -> None:
    weaker = room.add(CSS, ".body .sum { font-size: 1em }")
    line = room.add(CSS, ".body td.sum { font-size: .4em }")
    room.add(CSS, ".sum { font-size: 1em }")
    assert weaker < line
    assert room.found() == {(CSS, line, "text-small")}


def test_small_text_in_several_inks_is_told_apart(room: Room) -> None:
    size = room.add(CSS, ".sum { font-size: .4em }")
    ink = room.add(CSS, ".body { color: device-cmyk(1 .4 .45 .3) }")
    assert room.found() == {(CSS, size, "text-small-inks"), (CSS, ink, "ink-text")}


def test_text_that_no_sheet_colours_would_print_in_rgb(room: Room) -> None:
    room.change("shared/base.css", "; color: device-cmyk(0 0 0 1)", "")
    assert {rule for _, _, rule in room.found()} == {"colour-rgb"}


def test_a_table_without_fixed_columns_is_named_in_the_template(room: Room) -> None:
    room.change("shared/base.css", "width: 100mm", "margin: 0")
    (found,) = room.found()
    assert found == (HTML, 8, "lane-table")


def test_list_items_and_cells_over_several_rows_are_named_in_the_template(room: Room) -> None:
    rows = "<tr><td rowspan='2'>x</td></tr><tr><td>y</td></tr>"
    line = room.change(HTML, "</table>", f"{rows}</table>\n<ul><li>x</li></ul>")
    found = room.found()
    assert {rule for _, _, rule in found} == {"lane-table-part", "lane-list"}
    assert (HTML, line + 1, "lane-list") in found


def test_an_element_of_a_line_with_a_box_of_its_own_is_named_in_the_template(room: Room) -> None:
    line = room.change(
        HTML, '<div class="body">', '<div class="body"><p>x <b style="padding-left:1mm">y</b></p>'
    )
    assert room.found() == {(HTML, line, "lane-inline")}


def test_a_style_attribute_is_named_where_it_stands(room: Room) -> None:
    line = room.change(HTML, '<div class="body">', '<div class="body" style="top:50mm;left:112mm">')
    assert room.found() == {(HTML, line, "window-drift")}


def test_an_address_out_of_the_window_is_named_where_it_is_placed(room: Room) -> None:
    line = room.change(HTML, "left:{{ geometry.window.text_x }}mm", "left:190mm")
    assert room.found() == {(HTML, line, "window-address")}


def test_what_no_sample_shows_may_stand_anywhere(room: Room) -> None:
    room.add(CSS, ".nobody { position: absolute; left: 120mm; top: 50mm }")
    assert room.found() == set()


def test_the_layouts_own_samples_are_set_too(room: Room) -> None:
    assert "{% if step == 7 %}" not in (room.root / HTML).read_text(encoding="utf-8")
    line = room.change(
        HTML, "</body>", "{% if step == 7 %}<table><tr><td>x</td></tr></table>{% endif %}</body>"
    )
    room.add(CSS, "body > table { width: auto }")
    assert room.found() == set()
    room.write("se/demand/samples/step-7.json", SAMPLE)
    assert room.found() == {(HTML, line, "lane-table")}


def test_a_sample_that_is_no_record_is_found(room: Room) -> None:
    room.write("se/demand/samples/a.json", "{")
    room.write("se/demand/samples/b.json", SAMPLE.replace('"country": "SE"', '"country": "XX"'))
    assert room.found() == {
        ("se/demand/samples/a.json", 1, "sample-fails"),
        ("se/demand/samples/b.json", 1, "sample-fails"),
    }


def test_a_picture_that_cannot_be_loaded_is_found(room: Room) -> None:
    line = room.change(
        HTML, "<table>", "<img src='{{ kind }}'><p style='background: url(none.svg)'></p><table>"
    )
    found = {(f.path, f.line, f.fact) for f in room.lint().findings if f.rule == "sample-fails"}
    assert found == {
        (f"layouts/{HTML}", line, "cannot load none.svg"),
        ("layouts/se/demand/layout.toml", 1, "a warning of the layout engine"),
    }


def test_a_letter_that_cannot_be_set_is_found_with_the_templates_line(room: Room) -> None:
    line = room.change(HTML, "{{ c.subject }}", "{{ c.subject | batch(0) | first | first }}")
    report = room.lint()
    assert [(f.line, f.rule) for f in report.findings] == [(line, "sample-fails")]
    assert report.unset == ("se/demand",)


def test_a_style_attribute_that_the_engine_does_not_know_is_found(room: Room) -> None:
    line = room.change(HTML, "<table>", '<table style="colour: x">')
    assert room.found() == {(HTML, line, "sample-fails")}


SAMPLE = """[{"claim_id": "C-1", "kind": "demand", "step": 7, "country": "SE", "creditor_id": "K-1",
"creditor_name": "Norrsken AB", "subject": "Mobil", "due_date": "2026-07-01", "currency": "SEK",
"principal": "599.00", "interest": "0.00", "fees": "0.00", "debtor_id": "D-1", "debtor_kind": "person",
"name": "Maja Öberg", "street": "Storgatan 1", "postal_code": "413 03", "city": "Göteborg"}]
"""
