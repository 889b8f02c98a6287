"""Learning: a letter laid out by WeasyPrint teaches the press all that its layout's others need."""

import pytest

from pipelines.press.shapes.learning import refused_pages, sided
from pipelines.press.shapes.shelf import Shelf
from pipelines.press.stamper import Stamped, Unstamped
from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import telling

ROWS = (
    "<table><thead><tr><th>{{ t[0] }}</th><th>x</th></tr></thead>"
    "{% for r in rows %}<tr><td>{{ r }} <b>{{ t[1] }}</b></td><td>{{ t[2] }}</td></tr>{% endfor %}</table>"
    "{% for r in rows[3:] %}<p>{{ r }}</p>{% endfor %}<p>{{ t[3] }}</p>"
)


def test_one_letter_teaches_for_all_with_other_rows_and_words(bench: Bench) -> None:
    rows = [["a", "b", "c", "d"], ["a"], ["a" * 60] * 12, ["ä " * 40, "b"]]
    document = telling(ROWS, *({"rows": r, "t": ["ord " * n] * 6} for n, r in enumerate(rows, start=1)))
    stamper, letters = bench.stamper(), bench.put(document)
    for letter in letters:
        stamped = stamper.stamp(letter)
        assert isinstance(stamped, Stamped)
        assert bench.differences(letter, stamped) == ()
    assert stamper.learnt == 1


def test_another_stamper_learns_from_the_shelf(bench: Bench) -> None:
    first, second = bench.put(telling(ROWS, {"rows": ["a"] * 5}, {"rows": ["b"] * 9}))
    one, other = bench.stamper(), bench.stamper()
    assert isinstance(one.stamp(first), Stamped)
    stamped = other.stamp(second)
    assert isinstance(stamped, Stamped)
    assert (one.learnt, other.learnt, stamped.learnt_from) == (1, 0, ())
    assert bench.differences(second, stamped) == ()


def test_a_part_that_is_new_is_learnt_and_the_others_stay(bench: Bench) -> None:
    body = "<p>{{ t[0] }}</p>{% if f[0] %}<div style='padding: 2mm'><b>{{ t[1] }}</b></div>{% endif %}"
    document = telling(body, {"f": [False]}, {"f": [True]}, {"f": [False]})
    stamper, letters = bench.stamper(), bench.put(document)
    learnt = []
    for letter in letters:
        assert isinstance(stamper.stamp(letter), Stamped)
        learnt.append(stamper.learnt)
    assert learnt == [1, 2, 2]


def test_a_letter_that_is_longer_teaches_the_page_that_follows(bench: Bench) -> None:
    body = "{% for r in rows %}<p>{{ r }}</p>{% endfor %}"
    document = telling(body, {"rows": ["x"]}, {"rows": ["x"] * 30}, {"rows": ["x"] * 50}, bottom="220mm")
    stamper, letters = bench.stamper(), bench.put(document)
    pages = [len(one.pages) for one in map(stamper.stamp, letters) if isinstance(one, Stamped)]
    assert (pages, stamper.learnt) == ([1, 3, 5], 2)


def test_nothing_of_what_a_letter_says_is_kept(bench: Bench) -> None:
    (letter,) = bench.put(telling(ROWS, {"t": ["Wåhlström"] * 6, "rows": ["Hedvigsgatan"] * 4}))
    assert isinstance(bench.stamper().stamp(letter), Stamped)
    kept = repr(Shelf(letter.layout).learnt)
    assert "Part(" in kept
    assert "Wåhlström" not in kept
    assert "Hedvigsgatan" not in kept


@pytest.mark.parametrize("first", [0, 1])
def test_it_is_all_one_which_letter_the_press_learns_from(bench: Bench, first: int) -> None:
    body = (
        "<p><b>{{ t[0] }}</b></p><p>{{ t[0] }}<i>{{ t[1] }}</i></p><div>{{ t[0] }}</div>"
        "<table><tr><td><b>{{ t[0] }}</b></td></tr></table>"
        '<p style="white-space: nowrap"><u>{{ t[0] }}</u></p>'
    )
    said = [{"t": [""] * 6}, {"t": ["Ett ord"] * 6}]
    order = said[first:] + said[:first]
    stamper, letters = bench.stamper(), bench.put(telling(body, *order))
    for letter in letters:
        stamped = stamper.stamp(letter)
        assert isinstance(stamped, Stamped)
        assert bench.differences(letter, stamped) == ()
    assert stamper.learnt == 1


@pytest.mark.parametrize("first", [0, 1])
def test_a_head_that_finds_room_on_no_page_is_never_followed(bench: Bench, first: int) -> None:
    body = "<table><thead><tr><th>{{ t[0] }}</th></tr></thead><tr><td>{{ t[1] }}</td></tr></table>"
    said = [{"t": ["ord " * 400, "x"]}, {"t": ["x", "x"]}]
    order = said[first:] + said[:first]
    stamper, letters = bench.stamper(), bench.put(telling(body, *order, bottom="220mm"))
    lanes = [isinstance(stamper.stamp(letter), Unstamped) for letter in letters]
    assert lanes == ([True, False] if first == 0 else [False, True])


def test_pages_that_their_number_does_not_tell_are_refused() -> None:
    assert refused_pages(["@page :nth(2) { margin: 0 }"]) == "pages chosen by :nth() or :blank"
    assert refused_pages(["@page wide { margin: 0 }"]) == "named pages"
    assert refused_pages(["@page/**/:first, _wide { margin: 0 }"]) == "named pages"
    assert refused_pages(["@page :first { margin: 0 } @page :left { margin: 0 }"]) == ""


def test_left_and_right_pages_are_told_apart_only_where_a_style_sheet_does() -> None:
    assert sided(["@page :first { margin: 0 }", "@page :left { margin: 0 }"])
    assert sided(["@PAGE :Left { margin: 0 }"])
    assert not sided(["@page :first { margin: 0 }", ".left { margin: 0 }"])
