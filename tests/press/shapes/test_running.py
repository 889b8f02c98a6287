"""Running texts: what the margins say on each page, and what is refused of them."""

from typing import Any

import pytest

from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import made, telling

NAMED = (
    '{% for r in rows %}<div style="string-set: name attr(data-n)" data-n="{{ r }}"></div>'
    "<p>{{ t[0] }}</p>{% endfor %}"
)


def margins(content: str) -> str:
    return f"@page {{ @top-left {{ content: {content}; width: 60mm }} }}"


def said(*rows: str) -> dict[str, Any]:
    """A letter that says these names in front of paragraphs of a page's third each."""
    return {"rows": list(rows), "t": ["ord " * 60] * 6}


@pytest.mark.parametrize(
    "content", ["string(name)", "string(name, first)", "string(name, last)", "'från ' string(name) ' på'"]
)
def test_a_name_is_the_pages_first_or_last_and_is_carried_over(bench: Bench, content: str) -> None:
    letters = (said("a", "b"), said("a", "b", "c", "d", "e"), said("", "b", "", "", "", ""), said("a"))
    assert bench.check(telling(NAMED, *letters, sheet=margins(content), bottom="220mm")) == 4


def test_a_name_may_be_said_before_its_first_page_or_never(bench: Bench) -> None:
    body = "{% if f[0] %}<div style=\"string-set: name 'x'\"></div>{% endif %}<p>{{ t[0] }}</p>"
    letters = [{"f": [flag], "t": ["ord " * n] * 6} for flag in (True, False) for n in (4, 400)]
    assert bench.check(telling(body, *letters, sheet=margins("string(name)"), bottom="220mm")) == 4


@pytest.mark.parametrize("style", ["decimal", "lower-roman", "upper-alpha", "decimal-leading-zero"])
def test_pages_are_counted_in_any_style(bench: Bench, style: str) -> None:
    sheet = f"@page {{ @bottom-center {{ content: counter(page, {style}) ' / ' counter(pages, {style}) }} }}"
    letters = [said(*"ab"), said(*"abcdefghijkl")]
    assert bench.check(telling(NAMED, *letters, sheet=sheet, bottom="220mm")) == 2


REFUSED = {
    "a margin box with a border or background": "@page { @top-left { content: 'x'; border: 1pt solid } }",
    "a margin box with other content than texts, named strings and page numbers": (
        "@page { @top-left { content: counter(chapter) } }"
    ),
    "margin boxes without widths whose texts do not fit side by side": (
        "@page { @top-left { content: string(name) } @top-right { content: string(name) } }"
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_not_followed_says_why(bench: Bench, reason: str) -> None:
    letters = [said("långa namn " * 6 + "x")]
    assert bench.refusal(telling(NAMED, *letters, sheet=REFUSED[reason], bottom="220mm")) == reason


def test_a_margin_that_says_nothing_is_nothing(bench: Bench) -> None:
    assert bench.check(made("<p>{{ t[0] }}</p>", "@page { @top-left { content: none } }", letters=2)) == 2
