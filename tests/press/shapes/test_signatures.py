"""Signatures: equal where the cascade can see no difference, and another where it can."""

from collections.abc import Sequence

import pytest

from pipelines.press.shapes.markup import Element, tree
from pipelines.press.shapes.signatures import Nth, Selectors, Signer


def signed(markup: str, *sheets: str, values: Sequence[str] = ()) -> list[tuple[str, bytes]]:
    """Tag and signature of each element, in the order of the document; slots are written as `$`.

    What is drawn within a drawing has no signature of its own.
    """
    root = tree(tuple(markup.split("$")), values)
    signatures = Signer(Selectors.of(sheets)).sign(root)

    def visit(element: Element) -> list[tuple[str, bytes]]:
        children = element.children if element.tag != "svg" else []
        inside = [one for child in children if isinstance(child, Element) for one in visit(child)]
        return [(element.tag, signatures[id(element)]), *inside]

    return visit(root)


def of(tag: str, markup: str, *sheets: str, values: Sequence[str] = ()) -> list[bytes]:
    """The signatures of a tag's elements."""
    return [signature for name, signature in signed(markup, *sheets, values=values) if name == tag]


def test_what_an_element_says_is_not_in_its_signature() -> None:
    assert of("p", "<div><p>$</p></div>", values=("a",)) == of("p", "<div><p>$ x</p></div>", values=("b",))
    assert of("p", '<div><p data-n="$">x</p></div>', values=("a",)) == of(
        "p", '<div><p data-n="$">y</p></div>', values=("b",)
    )


def test_rows_of_a_table_share_their_signatures() -> None:
    few = of("td", "<table><tr><td>a</td></tr></table>")
    many = of("td", "<table><tr><td>a</td></tr><tr><td>b</td></tr><tr><td>c</td></tr></table>")
    assert set(few) == set(many)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<div><p>x</p></div>", "<div><p class='a'>x</p></div>"),
        ("<div><p>x</p></div>", "<div class='a'><p>x</p></div>"),
        ("<div><p>x</p></div>", "<div><p style='margin: 0'>x</p></div>"),
        ("<div><p>x</p></div>", "<div><p data-n='1'>x</p></div>"),
        ("<div><p>x</p></div>", "<div><div><p>x</p></div></div>"),
    ],
    ids=["a class", "a class around", "a style", "a data attribute", "another depth"],
)
def test_what_a_selector_can_see_is(one: str, other: str) -> None:
    assert of("p", one) != of("p", other)


def test_cells_differ_by_their_column_and_tables_by_their_first_row() -> None:
    first, second, third = of("td", "<table><tr><td>a</td><td>b</td><td>c</td></tr></table>")
    assert len({first, second, third}) == 3
    wide = "<table><tr><td colspan='2'>a</td><td>b</td></tr></table>"
    assert of("table", wide) != of("table", "<table><tr><td>a</td><td>b</td></tr></table>")
    rows = "<tr><td>a</td><td>b</td><td>c</td></tr><tr><td colspan='2'>a</td><td>b</td></tr>"
    later = of("td", f"<table>{rows}</table>")
    assert later[-1] == later[2]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *[(said, 1) for said in ("0", "-2", "-0", "1.5", "", "x", "²", "٢", "a2")],
        *[(said, 2) for said in (" 2 ", "+2", "2x", "2.9", "02")],
        ("99", 99),
    ],
)
def test_a_cell_goes_over_as_many_columns_as_the_layout_engine_reads(said: str, meant: int) -> None:
    rows = "<table><tr><td>a</td></tr><tr><td colspan='{}'>a</td><td>b</td></tr></table>"
    plain = "<table><tr><td>a</td></tr><tr>" + "<td>a</td>" * meant + "<td>b</td></tr></table>"
    assert of("td", rows.format(said))[-1] == of("td", plain)[-1]


FOOT, BODY = "<tfoot><tr><td>z</td></tr></tfoot>", "<tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody>"


@pytest.mark.parametrize(
    ("table", "first"),
    [
        (f"{FOOT}{BODY}", "<td>a"),
        (f"{FOOT}<tbody></tbody>{BODY}", "<td>a"),
        (f"{BODY}<thead><tr><td>h</td></tr></thead>", "<td>h"),
        (f"{FOOT}{BODY}<thead><tr><td>h</td></tr></thead>", "<td>h"),
        (f"<col>{BODY}", "<col"),
        (FOOT, "<td>z"),
    ],
    ids=["foot", "empty body", "head behind", "head last", "column", "foot alone"],
)
def test_a_table_differs_by_the_row_that_its_columns_follow(table: str, first: str) -> None:
    assert table.count(first) == 1
    other = table.replace(
        first, first.replace("<td", "<td style='width: 9mm'").replace("<col", "<col span='2'")
    )
    assert of("table", f"<table>{table}</table>") != of("table", f"<table>{other}</table>")
    later = table.replace("<td>b", "<td style='width: 9mm'>b")
    assert of("table", f"<table>{table}</table>") == of("table", f"<table>{later}</table>")


def test_drawings_differ_by_what_they_draw() -> None:
    drawing = "<div><svg width='9'><path d='{}'/></svg></div>"
    assert of("svg", drawing.format("M0 0H9")) != of("svg", drawing.format("M0 0H8"))


THREE = "<div><p>a</p><p>b</p><p>c</p></div>"


def test_places_among_siblings_count_only_where_a_selector_asks_for_them() -> None:
    assert len(set(of("p", THREE))) == 1
    assert len(set(of("p", THREE, "p:first-child { margin: 0 }"))) == 3  # first, neither, last
    assert len(set(of("p", THREE, "p:nth-child(odd) { margin: 0 }"))) == 2
    assert len(set(of("p", THREE, "p:nth-child(2) { margin: 0 }"))) == 2
    assert len(set(of("p", THREE, "p + p { margin: 0 }"))) == 2
    assert len(set(of("p", "<div><h1>x</h1><p>a</p><p>b</p></div>", "h1 ~ p { margin: 0 }"))) == 2


def test_a_comment_in_a_style_sheet_asks_for_nothing() -> None:
    assert Selectors.of(["/* p:first-child ~ p:has(b) { } */ p { margin: 0 }"]) == Selectors()


@pytest.mark.parametrize(
    ("said", "hit"),
    [
        ("odd", [1, 3, 5]),
        ("even", [2, 4, 6]),
        ("3", [3]),
        ("n+4", [4, 5, 6]),
        ("-n+2", [1, 2]),
        ("3n - 1", [2, 5]),
        ("n", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_counts_are_read_as_css_means_them(said: str, hit: list[int]) -> None:
    nth = Nth.of("", "child", said)
    assert nth is not None
    assert [n for n in range(1, 7) if nth.hits(n)] == hit


@pytest.mark.parametrize(
    "sheet",
    [
        "div:has(p) { margin: 0 }",
        "p:empty { margin: 0 }",
        "[data-kind='x'] { margin: 0 }",
        "p:nth-child(2 of .a) { margin: 0 }",
        "p:first-child ~ p { margin: 0 }",
        ":is(p:first-child, b) ~ p { margin: 0 }",
        "p:first-child, b { & ~ p { margin: 0 } }",
        ".a ~ .b ~ p { margin: 0 }",
        ".a + .b ~ p { margin: 0 }",
        ".a ~ div { + p { margin: 0 } }",
        "div:Has(b) { margin: 0 }",
        "[DATA-u='1'] { margin: 0 }",
        "[*|data-u='1'] { margin: 0 }",
        "[dat\\61-u='1'] { margin: 0 }",
        "@\\69mport 'more.css';",
        "@import 'more.css';",
        "p { content: '/*' } p:has(b) { content: '*/' }",
    ],
)
def test_selectors_that_signatures_cannot_answer_are_refused(sheet: str) -> None:
    assert Selectors.of([sheet]).refused
    assert not Selectors.of(["p[data-kind] + p:last-child { margin: 0 }"]).refused


@pytest.mark.parametrize(
    ("sheet", "before"),
    [
        (".k +\ndiv +\np { margin: 0 }", 2),
        (".k + :is(div, b) + p { margin: 0 }", 2),
        (".k + [title='a,b;{'] + p { margin: 0 }", 2),
        (".k + div { & + p { margin: 0 } }", 2),
        ("h1 + p, h2 + p { margin: 0 } b + p:nth-child(2n + 1) { margin: 0 }", 1),
        ("p { content: '+' } @media print { p { margin: 0 } }", 0),
    ],
)
def test_siblings_before_are_counted_by_whole_selectors(sheet: str, before: int) -> None:
    assert Selectors.of([sheet]) == Selectors(counts=Selectors.of([sheet]).counts, before=before)


def test_places_are_seen_however_they_are_written() -> None:
    assert Selectors.of(["p:FIRST-CHILD { margin: 0 }"]).edges
    assert Selectors.of(["p:Last-Child + b { margin: 0 }"]).before_places
    assert Selectors.of(["p:first-child[title=';'] { margin: 0 }"]).edges


@pytest.mark.parametrize("sheet", ["[data-u] + p { margin: 0 }", "[data-u] ~ p { margin: 0 }"])
def test_names_of_data_attributes_are_seen_on_siblings(sheet: str) -> None:
    one, other = "<div><b>x</b><p>y</p></div>", "<div><b data-u='1'>x</b><p>y</p></div>"
    assert of("p", one, sheet) != of("p", other, sheet)


def test_columns_follow_what_selectors_see_of_the_first_row() -> None:
    table = "<table><tr><td>a</td><td{}>b</td></tr>{}</table>"
    plain, wide = table.format("", ""), table.format(" data-w='1'", "")
    assert of("td", plain)[0] != of("td", wide)[0]
    long = table.format("", "<tr><td>c</td><td>d</td></tr>")
    sheet = "tr:nth-last-child(2) td { width: 9mm }"
    assert (
        of("td", long, sheet)[-1]
        != of("td", table.format("", 2 * "<tr><td>c</td><td>d</td></tr>"), sheet)[-1]
    )
    assert set(of("table", plain)) == set(of("table", long))


def test_drawings_differ_by_the_names_of_data_attributes() -> None:
    drawing = "<div><svg><path{}></path></svg></div>"
    assert of("svg", drawing.format("")) != of("svg", drawing.format(" data-a='x'"))


def test_signatures_are_the_same_in_another_process_and_order() -> None:
    selectors = Selectors.of([])
    one, other = Signer(selectors), Signer(selectors)
    first, second = tree(("<div><p>a</p></div>",), ()), tree(("<div><b>a</b><p>b</p></div>",), ())
    other.sign(second)
    again = tree(("<div><p>z</p></div>",), ())
    assert list(one.sign(first).values()) == list(other.sign(again).values())
