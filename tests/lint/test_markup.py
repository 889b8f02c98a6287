"""Templates taken apart, and what their elements say."""

from pathlib import Path

import pytest

from pipelines.lint.markup import FILLER, read
from pipelines.lint.markup_rules import Elements
from pipelines.lint.sources import Source
from tests.lint.conftest import FAMILIES


def faults(text: str, varying: frozenset[int] = frozenset(), folder: Path = Path()) -> set[tuple[int, str]]:
    markup = read(Source("layouts/x.html", text))
    return {(line, str(rule)) for rule, line, _, _ in Elements(markup, FAMILIES, folder, varying).faults()}


def test_every_offset_of_the_flat_text_is_one_of_the_file() -> None:
    text = "{# a\n<i> #}<p>{{ '}}' ~ \"<b>\" }}{% if x == '%}' %}<b class='a'>{% endif %}</b></p>"
    markup = read(Source("x", text))
    assert len(markup.flat) == len(text)
    assert [(e.name, text[e.offset : e.offset + 2]) for e in markup.elements] == [("p", "<p"), ("b", "<b")]
    assert markup.outputs == 1


def test_raw_text_is_no_code_and_comments_are_no_elements() -> None:
    markup = read(Source("x", "{% raw %}<p>{{ x }}</p>{% endraw %}<!-- <a href='x'> --><b>"))
    assert [e.name for e in markup.elements] == ["p", "b"]
    assert markup.outputs == 0


def test_an_element_knows_what_it_stands_in() -> None:
    markup = read(Source("x", "<div><br><img src=x /><table><tr><td><b></b></td><td></table><p>"))
    around = {e.name: [a.name for a in e.around] for e in markup.elements}
    assert around["b"] == ["div", "table", "tr", "td"]
    assert around["p"] == ["div"]


def test_both_sides_of_a_condition_give_an_attribute() -> None:
    markup = read(Source("x", "<p {% if a %}class='x'{% else %}class='{{ y }}'{% endif %}>"))
    (p,) = markup.elements
    assert p.says("class").split() == ["x", FILLER * 7]
    assert p.attributes["class"].outputs == (0,)


@pytest.mark.parametrize(
    ("code", "element"),
    [
        ("link", "<a href='https://example.org'>"),
        ("element", "<script>"),
        ("element", "<link rel='stylesheet' href='x.css'>"),
        ("element", "<iframe src='x'>"),
        ("gradient", "<svg><linearGradient id='x'/></svg>"),
        ("opacity", "<svg><mask id='x'/></svg>"),
        ("opacity", "<svg fill='device-cmyk(0 0 0 1)'><path fill-opacity='.5'/></svg>"),
        ("colour-named", "<svg><path fill='black'/></svg>"),
        ("colour-rgb", "<svg><path fill='none' stroke='#000'/></svg>"),
        ("colour-rgb", "<svg><path d='M0 0h1v1z'/></svg>"),
        ("ink-total", "<svg><path fill='device-cmyk(1 1 1 .1)'/></svg>"),
        ("hairline", "<svg width='10mm' viewBox='0 0 100 100'><path fill='none' stroke-width='.5'/></svg>"),
        ("picture", "<img src='logo.png'>"),
        ("picture", "<svg><image href='photo.webp'/></svg>"),
        ("file-missing", "<img src='logo.svg'>"),
        ("colour-named", "<p style='color: red'>"),
        ("lane-float", "<p style='margin: 0;\nfloat: left'>"),
        ("text-small", "<p style='font-size: 4pt'>"),
    ],
)
def test_what_an_element_should_not_be_is_named_with_its_line(
    code: str, element: str, tmp_path: Path
) -> None:
    found = faults(f"<html>\n{{% if x %}}\n\n{element}", folder=tmp_path)
    assert found == {(5 if "\n" in element else 4, code)}


@pytest.mark.parametrize(
    "element",
    [
        "<p class='a' style='left:{{ x }}mm; color: device-cmyk(0 0 0 1)'><b>",
        "<svg fill='device-cmyk(0 0 0 1)'><g><path d='M0 0h1v1z'/></g></svg>",
        "<svg class='logo'><path d='M0 0h1v1z'/></svg>",
        "<svg width='100mm' viewBox='0 0 100 100'><path fill='none' stroke-width='.5'/></svg>",
        "<img src='{{ picture }}'>",
        "<img src='data:image/svg+xml,x'>",
        "<html lang='{{ language }}'><meta charset='utf-8'><title>",
    ],
)
def test_what_an_element_may_be_is_not(element: str) -> None:
    assert faults(element) == set()


@pytest.mark.parametrize(
    "element",
    [
        "<div/>",
        '<p class=a"b">',
        "<p title='a'class='b'>",
        "<p\u00a0class='a'>",
        "<p>&copy 2027</p>",
        "<p title='&#1;'>",
    ],
)
def test_markup_that_is_not_plainly_written_is_named_with_its_line(element: str) -> None:
    assert faults(f"<div>\n{element}\nx</div>") == {(2, "lane-markup")}


@pytest.mark.parametrize(
    "element",
    [
        "<br/><img src='data:x' />R&D, 1 &lt; 2 &amp; 3&nbsp;kr",
        "<p{% if a %} class='{{ b }}'{% else %} class=x{% endif %} data-n={{ c }} hidden>{{ d & e }}</p>",
        "<svg class='a'><g><path fill='device-cmyk(0 0 0 1)' d='M0 0h1v1z'/></g></svg>",
    ],
)
def test_markup_that_is_is_not(element: str) -> None:
    assert faults(f"<div>{element}</div>") == set()


def test_a_drawing_in_a_file_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    markup = read(Source("x", "<img src='logo.svg'><img src='{{ x }}.svg'>"))
    elements = Elements(markup, FAMILIES, tmp_path, frozenset())
    assert list(elements.faults()) == []
    assert list(elements.drawings()) == [tmp_path / "logo.svg"]


def test_an_attribute_that_a_style_sheet_sees_does_not_hang_on_data() -> None:
    text = "<p class='{{ a }}' data-x='{{ b }}'>\n<td colspan='{{ c }}' style='width: {{ d }}mm'>"
    assert faults(text, varying=frozenset({0, 1, 2, 3})) == {(1, "style-from-data"), (2, "style-from-data")}
    assert faults(text, varying=frozenset({1})) == set()
