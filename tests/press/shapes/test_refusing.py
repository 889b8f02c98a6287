"""What the press does not follow: it says why, and such letters are rendered in full."""

from dataclasses import replace

import pytest

from pipelines.press.compose import Failed
from pipelines.press.stamper import Unstamped
from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import INK, made

P = "<p>{{ t[0] }}</p>"
REFUSED = {
    "a float": f'<p style="float: left">x</p>{P}',
    "columns": f'<div style="columns: 2">{P}</div>',
    "a fixed or running box": f'<p style="position: fixed; top: 0">x</p>{P}',
    "overflow that is cut off": f'<div style="overflow: hidden; height: 5mm">{P}</div>',
    "opacity": f'<div style="opacity: .5">{P}</div>',
    "a transformed box": f'<div style="transform: rotate(2deg)">{P}</div>',
    "right-to-left text": f'<div dir="rtl">{P}</div>',
    "z-index": f'<div style="position: relative; z-index: 2">{P}</div>',
    "a hidden box": f'<div style="visibility: hidden">{P}</div>',
    "a list item": "<ul><li>{{ t[0] }}</li></ul>",
    "a shadow": f'<div style="box-shadow: 1mm 1mm {INK}">{P}</div>',
    "a table whose columns follow its text": '<table style="table-layout: auto"><tr><td>{{ t[0] }}</td></tr></table>',
    "a table with collapsed borders": '<table style="border-collapse: collapse"><tr><td>{{ t[0] }}</td></tr></table>',
    "a cell over several rows": '<table><tr><td rowspan="2">{{ t[0] }}</td><td>x</td></tr><tr><td>y</td></tr></table>',
    "a table row with a background": f'<table><tr style="background: {INK}"><td>{{{{ t[0] }}}}</td></tr></table>',
    "a table of other elements": '<div style="display: table; table-layout: fixed; width: 50mm">{{ t[0] }}</div>',
    "display: block flex": f'<div style="display: flex">{P}</div>',
    "a box of its own within a line": f'<p>x <span style="background: {INK}">{{{{ t[0] }}}}</span></p>',
    "a block within a line": "<p>x <b><span style='display: block'>{{ t[0] }}</span></b></p>",
    "a box at the top or bottom of its line": (
        '<p>{{ t[0] }} <span style="display: inline-block; width: 5mm; height: 9mm; vertical-align: top">x</span></p>'
    ),
    "a box in a line whose baseline follows its text": (
        '<p>x <span style="display: inline-block; width: 9mm; height: 9mm">{{ t[0] }} ett ord och ett ord</span></p>'
    ),
    "a box in a line with boxes of its own": (
        '<div>x <span style="display: inline-block; width: 9mm; height: 9mm"><p>{{ t[0] }}</p></span></div>'
    ),
    "a raised box in a line, with a text of its own": (
        '<p>x <span style="display: inline-block; width: 9mm; height: 9mm; vertical-align: 1mm">x</span></p>'
    ),
    "a box with a border or background as wide as its text": (
        f'<p style="position: absolute; left: 0; background: {INK}">{{{{ t[0] }}}}</p>'
    ),
    "a height in percent": f'<div style="height: 50%">{P}</div>',
    "a break to a left or right page": f'{P}<p style="break-before: left">x</p>',
    "an ellipsis": '<p style="text-overflow: ellipsis">{{ t[0] }}</p>',
}  # fmt: skip
SHEETS = {
    "generated content": "p::before { content: '– ' }",
    "a style for a first line or letter": "p::first-letter { font-weight: 600 }",
    "a selector with :has()": "div:has(p) { margin: 2mm }",
    "a selector with :empty": "p:empty { margin: 2mm }",
    "a selector that looks at the value of a data attribute": "[data-kind='x'] { margin: 2mm }",
    "a selector that looks at the place of an earlier sibling": "p:first-child ~ p { margin: 2mm }",
    "attr() in a variable of a style sheet": "p { --said: attr(data-said); string-set: name var(--said) }",
    "a named page": "@page wide { margin: 9mm } div { page: wide }",
}


def test_a_letter_that_comes_to_a_page_of_another_width_is_rendered(bench: Bench) -> None:
    short, long = made("<p>x</p>", letters=1), made("<p>x</p>" * 90, letters=1)
    sheet = "@page :first { margin-left: 60mm }"
    assert bench.check(replace(short, sheet=short.sheet + sheet)) == 1
    assert bench.refusal(replace(long, sheet=long.sheet + sheet)) == "pages of other widths"


@pytest.mark.parametrize("reason", REFUSED)
def test_a_part_that_is_not_followed_says_why(bench: Bench, reason: str) -> None:
    assert bench.refusal(made(REFUSED[reason], letters=2)) == reason


@pytest.mark.parametrize("reason", SHEETS)
def test_a_style_sheet_that_is_not_followed_says_why(bench: Bench, reason: str) -> None:
    assert bench.refusal(made(f"<div>{P}</div>", SHEETS[reason], letters=2)) == reason


def test_attr_in_a_variable_of_a_style_attribute_is_refused_too(bench: Bench) -> None:
    own = "<p data-said='{{ t[1] }}' style='--said: attr(data-said); string-set: name var(--said)'>x</p>"
    assert bench.refusal(made(own, letters=2)) == "attr() in a variable of a style sheet"


@pytest.mark.parametrize("use", ["width: var(--said)", "color: var(--said)"])
@pytest.mark.parametrize("said", ["attr(data-said)", "3 sheep"])
def test_a_variable_that_makes_no_sense_fails_every_letter_and_not_only_the_first(
    bench: Bench, said: str, use: str
) -> None:
    # WeasyPrint warns of it once a style sheet, and some of it only when the page is painted.
    letters = bench.put(made(f"<div>{P}</div>", f"p {{ --said: {said}; {use} }}", letters=3))
    failed = [bench.composer.compose(letter) for letter in letters]
    assert [made.detail for made in failed if isinstance(made, Failed)] == [
        "a style rule that is not understood"
    ] * 3
    stamper = bench.stamper()
    assert all(isinstance(stamper.stamp(letter), Unstamped) for letter in letters)
