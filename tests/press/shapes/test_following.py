"""What the press follows, one thing at a time: letters of other lengths than those it learnt from."""

import pytest

from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import INK, made, telling

P = "<p>{{ t[0] }}</p>"
LONG = "".join(f"<p>{{{{ t[{i}] }}}} {{{{ t[{i + 1}] }}}} {{{{ t[{i + 2}] }}}}</p>" for i in range(4)) * 2
"""Some two pages of twelve lines."""

BLOCKS = {
    "texts of several styles": "<p>{{ t[0] }} <b>{{ t[1] }} <i>{{ t[2] }}</i></b> x<br>{{ t[3] }}</p>",
    "margins that collapse": f'<div style="margin: 4mm 0">{P}<div style="margin: 6mm 0 -2mm"></div></div>{P}',
    "an empty paragraph": '{{ r }}<p style="margin: 3mm 0">{{ t[0] }}</p><p>{{ t[1] }}</p>'.replace("{{ r }}", "x"),
    "texts beside blocks": f"<div>Summa: {P} att betala <b>nu</b> {P}</div>",
    "a frame that grows": f'<div style="border: 1pt solid {INK}; padding: 2mm; border-radius: 2mm">{P}x</div>',
    "heights": f'<div style="min-height: 12mm">{P}</div><div style="max-height: 9mm">{P}</div><div style="height: 15mm">x</div>',
    "lines under and through": "<p><u>{{ t[0] }}</u> <s>{{ t[1] }}</s> x</p><p><u>Alltid</u></p>",
    "aligned texts": '<p style="text-align: right">{{ t[0] }}</p><p style="text-align: justify">{{ t[1] }}</p>',
    "spaced letters": '<p style="letter-spacing: .4pt; text-transform: uppercase">{{ t[0] }} Tel. x</p>',
    "an indent to the left": '<p style="text-indent: -4mm; padding-left: 4mm">{{ t[0] }} x</p><p style="text-indent: -9mm">x</p>',
    "large letters in low lines": '<p style="font-size: 30pt; line-height: 10pt">ÅÄÖgjp</p><p>{{ t[0] }}</p>',
    "a box moved from its place": f'<div><p style="position: relative; left: 3mm; top: -1mm">{{{{ t[1] }}}}</p></div>{P}',
    "boxes out of the flow": (
        '<div style="position: relative"><p style="position: absolute; right: 0; bottom: 2mm; width: 40mm">{{ t[1] }}</p>'
        f'{P}<p style="position: absolute; left: 2mm; margin-top: 1mm">{{{{ t[2] }}}}</p><p style="margin-top: 3mm">x</p></div>'
    ),
    "drawings and codes": (
        '<p>x <svg viewBox="0 0 10 10" width="5mm" height="5mm"><path d="M0 0H9V5H0z" '
        f'fill="{INK}"/></svg> {{{{ t[1] }}}}</p>{{{{ qr(code, 20) }}}}<div>{{{{ qr(code, 15) }}}} {{{{ t[0] }}}}</div>'
    ),
    "numbers framed in a line": (
        f'<p><b style="display: inline-block; width: 6mm; height: 6mm; border: 1pt solid {INK}; margin-top: 1mm; '
        'padding-top: .5mm; text-align: center">{{ rows | length }}</b> {{ t[1] }}</p>'
    ),
    "boxes in a line": (
        f'<p>{{{{ t[1] }}}} <span style="display: inline-block; width: 15mm; height: 8mm; border: 1pt solid {INK}; '
        'vertical-align: middle">{{ f[0] }}</span> {{ t[2] }}</p>'
    ),
}  # fmt: skip
TABLES = {
    "rows without a body before a foot": (
        "<table><thead><tr><th>{{ t[0] }}</th></tr></thead>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}"
        "<tfoot><tr><td>{{ t[1] }}</td></tr></tfoot></table>"
    ),
    "rows": "<table>{% for r in rows %}<tr><td>{{ r }}</td><td>{{ t[1] }}</td></tr>{% endfor %}</table>",
    "cells aligned": (
        '<table>{% for r in rows %}<tr><td style="vertical-align: middle">{{ r }}</td>'
        '<td style="vertical-align: bottom">x</td><td style="vertical-align: baseline; font-size: 15pt">{{ t[1] }}</td>'
        '<td style="vertical-align: baseline">y</td></tr>{% endfor %}</table>'
    ),
    "spacing and heights": (
        '<table style="border-spacing: 2mm 1mm"><tr style="height: 11mm"><td>{{ t[1] }}</td></tr><tr><td>{{ t[2] }}</td></tr></table>'
    ),
    "columns over columns": (
        '<table><tr><td style="width: 20mm">a</td><td>b</td><td>c</td></tr>'
        '{% for r in rows %}<tr><td colspan="2">{{ r }}</td><td>{{ t[1] }}</td></tr>{% endfor %}</table>'
    ),
    "tables in tables": "<table><tr><td>{{ t[1] }}</td><td><table><tr><td>{{ t[2] }}</td><td>x</td></tr></table></td></tr></table>",
}
PAGES = {
    "lines that go on": LONG,
    "orphans and widows": f'<div style="orphans: 3; widows: 4">{LONG}</div>',
    "boxes kept together": f'<div style="break-inside: avoid">{P}{P}x</div>' * 6,
    "headings kept with what follows": "".join(f'<p style="break-after: avoid">x</p>{P}' for _ in range(9)),
    "boxes out of the flow in front of what is kept together": (
        '<div style="position: absolute; left: 90mm; top: 0; width: 30mm">x</div><p>x</p>'
        '<p style="position: absolute; left: 90mm; top: 9mm; width: 30mm">y</p>'
        + "".join(f'<p style="break-after: avoid">x</p>{P}' for _ in range(9))
    ),
    "forced breaks": f'{P}<p style="break-before: page; margin-top: 9mm">{{{{ t[1] }}}}</p><p style="break-after: page">y</p>{P}',
    "margins at breaks": f'{LONG}<p style="margin-top: 30mm">x</p>{P}<p style="margin: 40mm 0">y</p>{P}',
    "heads and feet of tables": (
        "<table><thead><tr><th>{{ t[1] }}</th></tr></thead><tfoot><tr><td>{{ t[2] }}</td></tr></tfoot>"
        '{% for r in rows + rows %}<tr style="break-inside: avoid"><td>{{ r }}</td></tr>{% endfor %}</table>'
    ),
    "rows divided between pages": (
        '<table style="border-spacing: 1mm 2mm"><thead><tr><th colspan="3">x</th></tr></thead>{% for r in rows + rows %}<tr>'
        '<td style="padding: 1mm; vertical-align: middle">{{ r }}</td><td><p>{{ t[1] }}</p><p>{{ t[2] }}</p></td>'
        '<td style="vertical-align: bottom; padding-bottom: 3mm">x</td></tr>{% endfor %}</table>'
    ),
    "cells divided between pages": (
        f'<table>{{% for r in rows + rows %}}<tr><td style="background: {INK}; padding: 1mm">x</td>'
        '<td style="border-left: 1pt solid ' + INK + '">{{ r }} {{ t[1] }}</td></tr>{% endfor %}</table>'
    ),
    "backgrounds divided between pages": f'<div style="background: {INK}; padding: 2mm">{LONG}</div>x',
    "frames divided between pages": (
        f'<div style="border: 1pt solid {INK}; border-radius: 2mm; padding: 2mm; background: device-cmyk(0 0 0 .1)">{LONG}</div>'
        f'<table style="border: 2pt solid {INK}">{{% for r in rows + rows %}}<tr><td style="border: 1pt solid {INK}; '
        'padding: 1mm">{{ r }}</td><td style="border-bottom: 1pt solid ' + INK + '"><div style="border: 2pt solid ' + INK
        + '; padding: 1mm">{{ t[1] }} {{ t[2] }}</div></td></tr>{% endfor %}</table>'
    ),
    "rows kept together": (
        '<table><tbody style="break-inside: avoid">{% for r in rows[:2] %}<tr style="break-inside: avoid"><td>{{ r[:90] }}</td></tr>'
        '{% endfor %}</tbody><tbody>{% for r in rows[:3] %}<tr style="break-before: avoid; break-inside: avoid"><td>x</td></tr>'
        "{% endfor %}</tbody></table>"
    ),
}  # fmt: skip
MARGINS = {
    "page numbers": "@page { @bottom-right { content: counter(page) } @bottom-left { content: 'av ' counter(pages) } }",
    "a middle": "@page { @top-center { content: counter(page, lower-roman) } @top-left { content: 'Brev' } }",
    "widths": "@page { @top-left { content: string(name); width: 40mm; text-align: right; vertical-align: bottom } }",
    "names": "@page { @top-left { content: string(name) } @bottom-center { content: string(name, last); font-size: 8pt } }",
    "another first page": "@page :first { margin-top: 60mm; @top-left { content: none } } @page { @top-left { content: 'x' } }",
    "left and right": "@page :left { margin: 30mm 20mm 210mm 40mm; @top-left { content: 'v' } } @page :right { @top-right { content: 'h' } }",
}
SIBLINGS = {
    "first and last": "p:first-child { color: device-cmyk(1 0 0 0) } p:last-of-type { margin-top: 4mm }",
    "every other": "p:nth-child(2n+1) { padding: 1mm } p:nth-last-child(2) { font-weight: 600 }",
    "side by side": ".a + .b { margin-top: 5mm } .a + .b + .b { margin-left: 5mm } .a ~ .c { padding-top: 2mm }",
    "first of side by side": "p:first-child + p { padding-left: 9mm }",
}


@pytest.mark.parametrize("body", BLOCKS.values(), ids=BLOCKS)
def test_blocks_are_followed(bench: Bench, body: str) -> None:
    assert bench.check(made(body)) == 4


@pytest.mark.parametrize("body", TABLES.values(), ids=TABLES)
def test_tables_are_followed(bench: Bench, body: str) -> None:
    assert bench.check(made(body)) == 4


@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES)
def test_page_breaks_are_followed(bench: Bench, body: str) -> None:
    assert bench.check(made(body, bottom="220mm")) == 4


@pytest.mark.parametrize("sheet", MARGINS.values(), ids=MARGINS)
def test_running_texts_are_followed(bench: Bench, sheet: str) -> None:
    names = "".join(
        f'<div style="string-set: name attr(data-n)" data-n="{{{{ t[{i}][:20].strip() }}}}"></div>{LONG}'
        for i in (1, 2)
    )
    assert bench.check(made(names, sheet, bottom="220mm")) == 4


@pytest.mark.parametrize("sheet", SIBLINGS.values(), ids=SIBLINGS)
def test_selectors_that_look_at_siblings_are_followed(bench: Bench, sheet: str) -> None:
    body = "".join(
        f'{{% if f[{i % 4}] %}}<p class="{name}">{{{{ t[{i}] }}}}</p>{{% endif %}}'
        for i, name in enumerate("abbcab")
    )
    assert bench.check(made(body, sheet, letters=6)) == 6


def test_optional_parts_may_come_and_go(bench: Bench) -> None:
    body = "{% for flag in f %}{% if flag %}<div><p>{{ t[0] }}</p></div>{% else %}<p>x</p>{% endif %}{% endfor %}"
    assert bench.check(made(body, letters=6)) == 6


def test_classes_that_the_data_choose_are_followed(bench: Bench) -> None:
    body = "{% for flag in f %}<p class=\"{{ 'a' if flag else 'b' }}\" style=\"margin-left: {{ loop.index }}mm\">x</p>{% endfor %}"
    assert bench.check(made(body, ".a { font-weight: 600 } .b { padding: 1mm }", letters=6)) == 6


WIDTHS = """{% if f[0] %}<tr><td style="width: 20mm">{{ t[0] }}</td><td>x</td></tr>
{% else %}<tr><td style="width: 60mm">{{ t[0] }}</td><td>x</td></tr>{% endif %}<tr><td>y</td><td>{{ t[0] }}</td></tr>"""
COLUMNS = {
    "a foot before the rows": f"<tfoot><tr><td>a</td><td>b</td></tr></tfoot><tbody>{WIDTHS}</tbody>",
    "a head behind them": f"<tbody><tr><td>a</td><td>b</td></tr></tbody><thead>{WIDTHS}</thead>",
    "a cell over two columns": (
        "<tr><td style='width: 20mm'>a</td><td style='width: 60mm'>b</td><td>c</td><td>d</td></tr>"
        "<tr><td colspan=' {% if f[0] %}2{% else %}0{% endif %} '>{{ t[0] }}</td><td>x</td></tr>"
    ),
}


@pytest.mark.parametrize("table", COLUMNS.values(), ids=COLUMNS)
def test_columns_are_as_wide_as_the_row_that_they_follow(bench: Bench, table: str) -> None:
    cells = f"td {{ border: 1pt solid {INK} }}"
    two = telling(f"<table>{table}</table>", {"f": [False]}, {"f": [True]}, sheet=cells)
    assert bench.check(two) == 2


@pytest.mark.parametrize("hidden", ["<td class='h'>{{ t[0] }}</td>", "<td class='h'></td>"])
def test_cells_behind_a_hidden_one_teach_nothing(bench: Bench, hidden: str) -> None:
    first = "<tr><td style='width: 20mm'>a</td><td style='width: 60mm'>b</td><td>c</td></tr>"
    row = f"<tr>{{% if f[0] %}}{hidden}{{% endif %}}<td>x</td><td>{{{{ t[0] }}}}</td></tr>"
    sheet = f".h {{ display: none }} td {{ border: 1pt solid {INK} }}"
    document = telling(f"<table>{first}{row}</table>", {"f": [True]}, {"f": [False]}, sheet=sheet)
    assert bench.check(document) == 1
    assert bench.reasons[-1] == "a hidden part of a table"


ROOMS = {
    "a paragraph narrower than its surroundings": '<div style="width: 80%"><p style="padding: 2% 3%; margin: 3% 5%">{{ t[0] }}</p>x</div>',
    "a frame within a frame": (
        f'<div style="padding: 3%; border: 1pt solid {INK}"><div style="padding: 5% 9%; margin: 4%">{{{{ t[0] }}}}</div></div>'
    ),
    "what stands in a cell": '<table style="width: 70%"><tr><td>x</td><td><p style="padding: 4%; margin: 3%">{{ t[0] }}</p></td></tr></table>',
    "a table": '<p>x</p><table style="width: 70%; margin: 4% 2%"><tr><td>{{ t[0] }}</td></tr></table>',
}
UNROOMED = {
    "a cell": "<table><tr><td style='padding-top: 2%'>{{ t[0] }}</td></tr></table>",
    "a table": "<table style='width: 70%; padding: 2%'><tr><td>{{ t[0] }}</td></tr></table>",
    "an absolute box": "<div style='position: absolute; left: 0; width: 50%; margin-top: 2%'>{{ t[0] }}</div>",
}


@pytest.mark.parametrize("body", ROOMS.values(), ids=ROOMS)
def test_room_in_percent_is_that_of_the_width_around(bench: Bench, body: str) -> None:
    assert bench.check(made(body, letters=2)) == 2


@pytest.mark.parametrize("body", UNROOMED.values(), ids=UNROOMED)
def test_room_in_percent_of_another_width_is_not_followed(bench: Bench, body: str) -> None:
    assert bench.refusal(made(body, letters=1)) == "a room above or below in percent"


def test_a_row_of_aligned_first_lines_is_followed_until_it_breaks(bench: Bench) -> None:
    row = "<tr><td class='a'><b>{{ t[0] }}</b></td><td class='b'>{{ r }}</td></tr>"
    sheet = f"td {{ border-bottom: 1pt solid {INK} }} .a, .b {{ vertical-align: baseline }} .b {{ font-size: 7pt; padding: 1mm }}"
    long = "räkningen gäller ett avtal från hösten som du tecknade med oss " * 12
    rows = [{"rows": ["ett ord"] * 5}, {"rows": [long] * 6}]
    document = telling(
        f"<table>{{% for r in rows %}}{row}{{% endfor %}}</table>", *rows, sheet=sheet, bottom="200mm"
    )
    assert bench.check(document) == 1
    assert bench.reasons[-1] == "a table row that breaks over pages"


OVER = "<div style='position: absolute; left: 0; top: 0; width: 100%; height: 20mm; background: device-cmyk(.08 .02 .03 0)'></div>"
LARGE = "{{ t[0] }} <span style='font-size: 20pt; line-height: 0'>{{ t[1] }}</span> {{ t[2] }}"
COVERED = {
    "large letters in the line below a box": f"{OVER}<p style='margin-top: 20mm; width: 60mm'>{LARGE}</p>",
    "large letters in a row": f"{OVER}<table style='margin-top: 20mm'><tr><td style='width: 60mm'>{LARGE}</td></tr></table>",
    "a line that begins left of its block": (
        "<p style='margin-left: 40mm; text-indent: -35mm'>{{ t[0] }} {{ t[2] }}</p>"
        "<div style='position: relative; width: 30mm; margin-top: -13pt; background: device-cmyk(.08 .02 .03 0)'>x</div>"
    ),
}


@pytest.mark.parametrize("body", COVERED.values(), ids=COVERED)
def test_what_a_box_covers_does_not_hang_on_the_letter_that_came_first(bench: Bench, body: str) -> None:
    words = "ord " * 14
    told = [{"t": [words, "XÅ", "", "", "", ""]}, {"t": ["", "XÅ", words, "", "", ""]}]
    reason = "a box, picture, code or underlined text over a text or code"
    assert bench.refusal(telling(body, *told)) == bench.refusal(telling(body, *told[::-1])) == reason


def test_a_line_that_leaves_the_sheet_is_not_followed(bench: Bench) -> None:
    body = "<p style='white-space: nowrap'>{{ t[0] }}</p>"
    words = "räkningen gäller ett avtal "
    assert bench.check(telling(body, {"t": [words * 4]}, {"t": [words * 99]})) == 1
    assert bench.reasons[-1] == "a line that is wider than a sheet"
