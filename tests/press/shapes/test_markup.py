"""A letter's markup as a tree: what is fixed, and where the data stand."""

from random import Random
from xml.etree import ElementTree

import pytest
import tinyhtml5

from pipelines.press.marking import SymbolSlot
from pipelines.press.shapes.markup import SYMBOL, Element, UnreadMarkup, filled, tree
from pipelines.press.shapes.tags import fixed_slots

CODE = SymbolSlot("qr", "C1234;100", (12.0,))


def told(element: Element) -> object:
    """A tree as nested tuples: tag, attributes, slots, children."""
    children = [told(child) if isinstance(child, Element) else child for child in element.children]
    return (element.tag, dict(element.attributes), dict(element.slots), children)


def test_values_stand_in_texts_by_their_number() -> None:
    made = tree(("<p>Hej ", ", du ska betala ", " kr</p>"), ("Åsa", "12"))
    assert told(made) == ("p", {}, {}, [("Hej ", 0, ", du ska betala ", 1, " kr")])
    assert [filled(child, ("Åsa", "12")) for child in made.children if isinstance(child, tuple)] == [
        "Hej Åsa, du ska betala 12 kr"
    ]


def test_a_value_is_text_whatever_it_says() -> None:
    made = tree(("<p>", "</p>"), ("<b>x</b> & y",))
    assert told(made) == ("p", {}, {}, [(0,)])
    assert filled((0,), ("<b>x</b> & y",)) == "<b>x</b> & y"


def test_references_of_the_template_are_read() -> None:
    made = tree(('<p title="a &quot;b&quot;">1 &lt; 2&nbsp;&amp; 3</p>',), ())
    assert told(made) == ("p", {"title": 'a "b"'}, {}, [("1 < 2\u00a0& 3",)])


def test_an_ampersand_that_begins_no_reference_is_one() -> None:
    made = tree(('<p title="R&D">H&M, A & B, &;</p>',), ())
    assert told(made) == ("p", {"title": "R&D"}, {}, [("H&M, A & B, &;",)])


def test_values_in_data_attributes_are_slots_and_those_in_others_are_fixed() -> None:
    pieces = ('<div data-sum="', ' kr" class="', '"><p>', "</p></div>")
    made = tree(pieces, ("12", "late", "x"))
    assert told(made) == ("div", {"class": "late"}, {"data-sum": (0, " kr")}, [("p", {}, {}, [(2,)])])
    assert fixed_slots(pieces) == (1,)


@pytest.mark.parametrize(
    ("pieces", "fixed"),
    [
        (("<p>", "</p>"), ()),
        (('<p class="', '">x</p>'), (0,)),
        (("<p class='a ", " b'>", "</p>"), (0,)),
        (('<p data-a="', "-", '">x</p>'), ()),
        (('<p style="margin: ', "mm; padding: ", 'mm">', "</p>"), (0, 1)),
        (("<p data-n=", ">x</p>"), (0,)),
        (("<p data-n=x ", ' data-m="', '">x</p>'), (0, 1)),
        (("<p ab", ' data-m="', '">x</p>'), (0, 1)),
        (("<p title='a' data-n = '", "'>x</p>"), ()),
        (("<p title=' data-n=\"", "'>x</p>"), (0,)),
        (("<p x= data-n='", "'>x</p>"), (0,)),
        (("<p>1 ", ' < 2 <b id="', '">x</b></p>'), (1,)),
    ],
)
def test_values_that_can_change_the_look_are_told_by_their_places(
    pieces: tuple[str, ...], fixed: tuple[int, ...]
) -> None:
    assert fixed_slots(pieces) == fixed


def test_codes_are_drawings_of_their_own_kind() -> None:
    made = tree(("<div>", "</div>"), (CODE,))
    (drawing,) = made.children
    assert isinstance(drawing, Element)
    assert (drawing.tag, drawing.symbol) == (SYMBOL, 0)
    assert CODE.payload not in repr(drawing.attributes)


def test_rows_of_a_table_stand_in_a_body_as_in_html() -> None:
    written = tree(("<table><tr><td>x</td></tr></table>",), ())
    meant = tree(("<table><tbody><tr><td>x</td></tr></tbody></table>",), ())
    assert told(written) == told(meant)


def test_rows_without_a_body_end_where_the_foot_begins() -> None:
    head, rows, foot = (
        "<thead><tr><th>h</th></tr></thead>",
        "<tr><td>x</td></tr>",
        "<tfoot><tr><td>z</td></tr></tfoot>",
    )
    meant = tree((f"<table>{head}<tbody>{rows}</tbody>{foot}<tbody>{rows}</tbody></table>",), ())
    assert told(tree((f"<table>{head}{rows}{foot}{rows}</table>",), ())) == told(meant)
    assert told(tree((f"<table>{head}<tbody>{rows}{foot}<tbody>{rows}</table>",), ())) == told(meant)


def test_comments_and_the_doctype_are_no_part_of_it() -> None:
    made = tree(("<!DOCTYPE html><html><!-- <p> --><body>x</body></html>",), ())
    assert told(made) == ("html", {}, {}, [("body", {}, {}, [("x",)])])


def test_elements_without_an_end_are_closed_by_themselves() -> None:
    made = tree(('<p>a<br>b<img src="x.svg"/>c</p>',), ())
    assert [child.tag for child in made.children if isinstance(child, Element)] == ["br", "img"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p><b>x</p></b>",
        "<p>x",
        "<p>x</p></div>",
        "<p>x</p><p>y</p>",
        "<p>1 < 2</p>",
        "<p>x</p",
        "<div><style>p { margin: 0 }</style></div>",
        "<div><LINK rel='stylesheet' href='x.css'></div>",
        '<div class=a"b>x</div>',
        "<div class=a title=b/>x</div>",
        '<div title="a"class="b">x</div>',
        "<div =a>x</div>",
        "<div / class=a>x</div>",
        '<div"a>x</div"a>',
        "<div\u00a0class=a>x</div>",
        "<div title=x\x0bclass=a>x</div\x0b>",
        "<div><div/><p>x</p></div>",
        "<div><!--><p>x</p><!-- --></div>",
        "<div><!---><p>x</p><!-- --></div>",
        "<div><!-- a --!><p>x</p><!-- --></div>",
        "<p>&copy 2027</p>",
        "<p>&#0;</p>",
        "<p>&#x80;</p>",
        "<p title='&notit;'>x</p>",
        "<p title='&copy=1'>x</p>",
        "<html><head></head>x<body></body></html>",
        "<table>x<tr><td>y</td></tr></table>",
    ],
)
def test_markup_that_html_would_mend_is_refused(markup: str) -> None:
    with pytest.raises(UnreadMarkup):
        tree((markup,), ())


_SCRAPS = (
    *("<div", "<span", "<img", "<svg", "<br", "</div>", "</span>", "</svg>", "<div>", "<span>") * 3,
    *(">", "/>", " ", "\n", "\u00a0", "\x0b", "/", "=", '"', "'", "`", "&", ";", "#") * 2,
    *(" class=a", ' title="a b"', " data-n='c'", " CLASS=b", " title = d", " title=a/b", ' title="x > y"')
    * 2,
    *(
        "<!--",
        "-->",
        "--",
        "!",
        "<!-- a -->",
        "Hej",
        "&amp;",
        "&lt",
        "&#65;",
        "&Aring;",
        "&copy=1",
        "&#1;",
        "R&D",
        "&x;",
    ),
)


def _as_html_reads_it(element: ElementTree.Element) -> object:
    inside: list[object] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str):
            inside.append(_as_html_reads_it(child))
        if child.tail:
            # A comment is nothing, so what stands on both sides of it is one text.
            joined = isinstance(inside[-1], str) if inside else False
            inside[-1:] = [f"{inside[-1]}{child.tail}"] if joined else [*inside[-1:], child.tail]
    return element.tag.rpartition("}")[2], dict(element.attrib), inside


def _as_the_press_reads_it(element: Element) -> object:
    inside = [
        _as_the_press_reads_it(c) if isinstance(c, Element) else "".join(map(str, c))
        for c in element.children
    ]
    said = {name: "".join(map(str, text)) for name, text in element.slots}
    return element.tag, {**dict(element.attributes), **said}, inside


def test_whatever_is_read_is_what_html_reads() -> None:
    draw = Random(7)
    read = 0
    for _ in range(10_000):
        scraps = [draw.choice(_SCRAPS) for _ in range(draw.randint(1, 7))]
        markup = f"<section>{''.join(scraps)}</section>"
        try:
            ours = _as_the_press_reads_it(tree((markup,), ()))
        except UnreadMarkup:
            continue
        read += 1
        page = tinyhtml5.parse(f"<!DOCTYPE html><html><head></head><body>{markup}</body></html>")
        (theirs,) = [_as_html_reads_it(one) for one in page.iter() if str(one.tag).endswith("}section")]
        assert ours == theirs, markup
    assert read > 500


@pytest.mark.parametrize(
    ("pieces", "value"),
    [
        (("<p>A&", "; B</p>"), "copy"),
        (("<p>A&#x", "; B</p>"), "41"),
        (("<p>A &am", " B</p>"), "p"),
        (("<pre>", "</pre>"), "\nBo"),
        (("<pre>\n", "</pre>"), "Bo"),
        (("<p data-n='", "' data-n='b'>x</p>"), "a"),
        (("<p class='", "'>x</p>"), "\ufdd40\ufdd5 red"),
        (("<p>\ufdd7", "</p>"), "Bo"),
    ],
)
def test_what_html_may_read_otherwise_is_refused(pieces: tuple[str, ...], value: str) -> None:
    with pytest.raises(UnreadMarkup):
        tree(pieces, (value,))


def test_marks_in_texts_are_texts() -> None:
    assert told(tree(("<p>A & ", "</p>"), ("\ufdd40\ufdd5",))) == ("p", {}, {}, [("A & ", 0)])
    assert told(tree(("<pre>A", "</pre>"), ("\n",))) == ("pre", {}, {}, [("A", 0)])


def test_a_value_outside_of_quotes_is_markup() -> None:
    made = tree(("<p data-n=", ">x</p>"), ("1 class=red",))
    assert told(made) == ("p", {"class": "red"}, {"data-n": ("1",)}, [("x",)])


def test_a_refusal_does_not_say_what_the_letter_says() -> None:
    with pytest.raises(UnreadMarkup) as error:
        tree(("<p>", "<b></p>"), ("Karin Ek",))
    assert "Karin" not in str(error.value)
