"""Documents cut into stretches: what comes again is read once, and what is made of it is the same."""

from contextlib import suppress

import pytest

from pipelines.press.marking import Marked, SymbolSlot
from pipelines.press.shapes.growing import Grower, Unknown
from pipelines.press.shapes.markup import Element, Said, UnreadMarkup, moved, tree
from pipelines.press.shapes.signatures import Selectors, Signer, Surroundings
from pipelines.press.shapes.stretches import LONG, Stretches
from pipelines.press.shapes.tags import fixed_slots
from tests.press.shapes.conftest import Bench
from tests.press.shapes.documents import INK, Document, made, telling

CODE = SymbolSlot("qr", "C1234;100", (12.0,))
ROW = '<tr data-sum="$"><td class="$">$</td><td><b>$</b>, x</td></tr>'
TABLE = f"<table><thead><tr><th>$</th></tr></thead>{ROW}\n{ROW}</table>"
LINES = "\n".join(
    [
        '<div class="letter" data-x="$">',
        "<h1>$</h1>",
        '<p class="$">$, <b>$</b>',
        "and $</p>",
        '<div class="card">',
        "<p>$</p>",
        TABLE,
        "</div>",
        "<p>$</p><p>$</p>",
        "$ <p>$</p>",
        "<p>$</p> $",
        "<b>$</b>",
        "<!--",
        "<p>x</p>",
        "-->",
        f"<p>{'long ' * LONG}</p>",
        "</div>",
    ]
)
"""Something long in a body, in lines: some of them are elements, others are not."""
LETTER = f"<html><body>{LINES}</body></html>"
DOCUMENTS = {
    "lines": LETTER,
    "blocks in long cells": f"<html><body><table><tr>\n<td>\n{LINES}\n</td>\n<td>$</td></tr></table></body></html>".replace(
        TABLE, ""
    ),
    "lines twice": f"<html><body>{LINES}\n{LINES}<p>$</p></body></html>",
    "rows": f'<html><body><div class="a"><p>$</p></div><table>{ROW}{ROW}</table><p>$</p></body></html>',
    "a table with its groups": (
        "<html><body><div><table><thead><tr><th>$</th></tr></thead><tbody><tr><td>$</td></tr></tbody></table></div>"
        "</body></html>"
    ),
    "data before a row and behind it in one breath": (
        '<html><body><div data-a="$" class="$" data-b="$"><table><tr><td>x</td></tr></table><p data-c="$ $">x</p>$</div>'
        "</body></html>"
    ),
    "texts between": "<html><body>$ <p>$</p> and $<br><div>$</div></body></html>",
    "nothing in the body": "<html><body></body></html>",
    "no body": "<div><p>$</p></div>",
}
WHOLE = {
    "a row within a row": "<html><body><table><tr><td><table><tr><td>$</td></tr></table></td></tr></table></body></html>",
    "a row in a comment": "<html><body><!-- <tr><td>x</td></tr> --><p>$</p></body></html>",
    "a row in an attribute": "<html><body><p title='<tr><td>x</td></tr>'>$</p></body></html>",
    "a row in data": "<html><body><p data-x='<tr><td>x</td></tr>'>$</p></body></html>",
    "a row outside": "<html><head><tr><td>x</td></tr></head><body><p>$</p></body></html>",
}


def marked(markup: str, *values: str | SymbolSlot) -> Marked:
    """A document whose values are written as `$`; those that are not told are their own numbers."""
    pieces = tuple(markup.split("$"))
    more = [f"v{i}" for i in range(len(values), len(pieces) - 1)]
    return Marked(pieces, (*values, *more))


def cut(stretches: Stretches, document: Marked) -> Element:
    return stretches.tree(document, fixed_slots(document.pieces))


def told(element: Element, by: int = 0) -> object:
    """A tree as nested tuples, with what is shared opened; numbers of values are raised `by` so many."""
    slots = [(name, moved(said, by)) for name, said in element.slots]
    symbol = element.symbol + by if element.symbol >= 0 else -1
    inner = by if element.shared is None else by + element.first
    children = [told(c, inner) if isinstance(c, Element) else moved(c, inner) for c in element.inside]
    return element.tag, element.attributes, slots, symbol, element.look, children


def shared(element: Element) -> list[object]:
    """All that is shared in a tree, in its order."""
    found: list[object] = [] if element.shared is None else [element.shared]
    return found + [one for c in element.inside if isinstance(c, Element) for one in shared(c)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_put_together_is_the_one_read_as_a_whole(name: str) -> None:
    document = marked(DOCUMENTS[name])
    stretches = Stretches()
    for _ in range(2):
        assert told(cut(stretches, document)) == told(tree(document.pieces, document.values))


@pytest.mark.parametrize("name", WHOLE)
def test_a_document_that_cannot_be_cut_is_left_to_be_read_as_a_whole(name: str) -> None:
    with pytest.raises(UnreadMarkup):
        cut(Stretches(), marked(WHOLE[name]))


def test_a_code_and_a_look_are_part_of_a_stretch_and_other_values_are_not() -> None:
    body = "<html><body><div class='$'>$</div></body></html>"
    stretches = Stretches()
    usual = shared(cut(stretches, marked(body, "a", "12")))
    assert shared(cut(stretches, marked(body, "a", "13"))) == usual
    assert shared(cut(stretches, marked(body, "b", "12"))) != usual
    assert shared(cut(stretches, marked(body, "a", CODE))) != usual
    for values in (("a", CODE), ("<tr> & \"b'", "</tr>")):
        document = marked(body, *values)
        assert told(cut(stretches, document)) == told(tree(document.pieces, document.values))


def test_rows_are_shared_by_tables_and_documents() -> None:
    stretches = Stretches()
    few = shared(cut(stretches, marked(f"<html><body><table>{ROW}</table></body></html>", "1", "a")))
    many = shared(
        cut(stretches, marked(f"<html><body><p>$</p><table>{ROW * 2}</table></body></html>", "x", "1", "a", "2", "b", "1", "a"))
    )  # fmt: skip
    assert few[1] in many


def test_blocks_on_lines_of_their_own_are_shared_by_long_sections() -> None:
    stretches = Stretches()
    one = shared(cut(stretches, marked(LETTER.replace("<!--\n<p>x</p>\n-->\n", ""))))
    two = shared(cut(stretches, marked(LETTER.replace("<!--\n<p>x</p>\n-->\n", "<p>new</p>\n"))))
    rows = 3
    assert len(one) > 6
    assert len(set(one) & set(two)) == len(set(one)) - 1
    assert len(two) == len(one) + 1
    stretches.uncut()
    assert len(shared(cut(stretches, marked(LETTER)))) == 1 + rows


@pytest.mark.parametrize(
    "body",
    [
        "<html><body><p>$</p></body></html> $ ",
        "<html><body><p>$</b></body></html>",
        "<html><body><p>\ufdd6$</p></body></html>",
        "<html><body><p class='$'>\ufdd9</p></body></html>",
    ],
)
def test_markup_that_is_odd_is_read_the_same_or_not_cut_at_all(body: str) -> None:
    document = marked(body)
    whole = None
    with suppress(UnreadMarkup):
        whole = told(tree(document.pieces, document.values))
    with suppress(UnreadMarkup):
        assert told(cut(Stretches(), document)) == whole


@pytest.mark.parametrize(
    "sheet",
    [
        "",
        "tr:last-child td {}",
        "p + div {}",
        "tr:nth-child(2n) {}",
        "td:first-of-type + td {}",
        "h1 ~ table {}",
    ],
)
def test_what_is_shared_has_the_signatures_that_it_has_in_its_document(sheet: str) -> None:
    signer = Signer(Selectors.of([sheet]))

    def signed(root: Element, around: Surroundings = ((), ())) -> list[tuple[str, bytes]]:
        places: dict[int, Surroundings] = {}
        found = signer.sign(root, around, places)

        def visit(element: Element) -> list[tuple[str, bytes]]:
            if element.shared is not None:
                return signed(element.shared.element, places[id(element)])
            inside = [one for c in element.children if isinstance(c, Element) for one in visit(c)]
            return [(element.tag, found[id(element)]), *inside]

        return visit(root)

    rows = "".join(f"<tr><td>{i}</td><td class='$'>$</td></tr>" for i in (1, 1, 1, 2))
    body = f"<html><body><h1>x</h1><p>x</p><div><table>{rows}</table></div><div><table>{rows}</table></div></body></html>"
    document = marked(body)
    assert signed(cut(Stretches(), document)) == signed(tree(document.pieces, document.values))


def test_what_is_shared_is_asked_for_anew_until_its_parts_are_known() -> None:
    root = cut(Stretches(), marked("<html><body><p>$</p></body></html>"))
    for _ in range(2):
        with pytest.raises(Unknown):
            Grower({}, Signer(Selectors())).grow(root)


FIRST = f'<div style="break-after: page; height: 60mm; border: 1pt solid {INK}"><p>{{{{ t[0] }}}}</p></div>'
CELLS = "<td>{{ r }}</td><td>{{ t[1] }}</td>"
ROWS = f"{{% for r in rows %}}<tr>{CELLS}</tr>{{% endfor %}}"
TALL = "<table>{% for r in rows %}<tr><td>{{ r }}</td><td>x</td></tr>{% endfor %}</table>"
LAID: dict[str, Document] = {
    "a first page and what follows": made(f"{FIRST}<div><p>{{{{ t[1] }}}}</p><table>{ROWS}</table></div>", letters=6),
    "three chapters, codes in each": made(
        "<div style='break-after: page'>{{ qr(code, 12) }}</div><div>{% for r in rows %}<p>{{ r }}</p>{% endfor %}</div>"
        "<div style='break-before: page'>{{ qr(code, 15) }}<p>{{ t[0] }}</p></div>"
    ),
    "named strings of chapters": made(
        f"{FIRST}<div><table>{{% for r in rows %}}<tr style='string-set: name attr(data-n)' data-n='{{{{ r }}}}'>{CELLS}</tr>"
        "{% endfor %}</table></div>",
        "@page { @top-left { content: string(name, last); width: 90mm } }",
        "190mm",
    ),
    "chapters in a framed body": made(
        f"{FIRST}<div><p>{{{{ t[1] }}}}</p></div>", f"body {{ border: 1pt solid {INK}; padding: 2mm; margin: 3mm }}"
    ),
    "no break between": made(f"<div><p>{{{{ t[0] }}}}</p></div><div><table>{ROWS}</table></div><p>{{{{ t[2] }}}}</p>"),
    "a body of lines": made("{{ t[0] }} <b>{{ t[1] }}</b> x"),
    "rows at a page's end": made(f"{TALL}{TALL}", bottom="220mm", letters=6),
    "rows whose cells are kept whole": made(
        f"{TALL}<table>{{% for r in rows %}}<tr style='break-after: avoid'><td style='break-inside: avoid'>{{{{ t[1] }}}}<br>"
        "{{ r }}</td><td>{{ t[2] }}</td></tr>{% endfor %}</table>",
        bottom="190mm",
        letters=6,
    ),
    "blocks in cells at a page's end": made(
        "<p>{{ t[1] }}</p><table>{% for r in rows %}<tr><td><p style='margin: 2mm 0 3mm; padding-bottom: 2mm'>{{ r }}</p></td>"
        f"<td style='vertical-align: bottom'><div style='border-bottom: 1pt solid {INK}'>{{{{ t[2] }}}}</div>x</td></tr>"
        "{% endfor %}</table>",
        bottom="215mm",
        letters=8,
    ),
    "a table kept whole": made(
        f"<p>{{{{ t[0] }}}}</p><div style='break-inside: avoid'><h1 style='break-after: avoid'>x</h1><table>{ROWS}</table></div>"
        "<p>{{ t[1] }}</p>",
        bottom="190mm",
        letters=8,
    ),
    "heads and feet": made(
        f"<table><thead><tr><th>{{{{ t[1] }}}}</th><th>x</th></tr></thead><tfoot><tr><td>y</td></tr></tfoot>{ROWS}</table>",
        bottom="200mm",
    ),
    "long sections in lines": made(
        f"<div data-x='{'x' * LONG}'>\n<h1>{{{{ t[0] }}}}</h1>\n{{% for r in rows %}}<p>{{{{ r }}}}</p>\n{{% endfor %}}"
        f"<div style='border: 1pt solid {INK}'>\n<p>{{{{ t[1] }}}}</p></div>\n<table>{ROWS}</table>\n"
        "<div style='position: absolute; top: 200mm; left: 9mm; width: 50mm'>{{ t[2] }}</div>\n</div>",
        "h1 + p {{ margin-top: 5mm }} p:last-child { padding: 1mm }".replace("{{", "{").replace("}}", "}"),
        letters=8,
    ),
    "blocks that stand in lines": made(
        f"<div data-x='{'x' * LONG}'>\n<div>{{{{ t[0] }}}}</div>\n<p>{{{{ t[1] }}}}</p>\n</div>",
        "div div { display: inline }",
        letters=6,
    ),
    "rows in a box out of the flow": made(
        f"<div style='position: relative; height: 70mm'><div style='position: absolute; bottom: 0; left: 0; width: 90mm'>"
        f"<table>{{% for r in rows[:2] %}}<tr>{CELLS}</tr>{{% endfor %}}</table></div></div>"
    ),
    "texts under and through in rows": made(
        f"<table>{{% for r in rows %}}<tr><td style='background: {INK}'><u>{{{{ r }}}}</u></td><td><s>x</s></td></tr>{{% endfor %}}</table>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAID)
def test_letters_put_together_are_what_weasyprint_gives(bench: Bench, name: str) -> None:
    assert bench.check(LAID[name]) > 0


@pytest.mark.parametrize(
    "name", ["a first page and what follows", "rows at a page's end", "a table kept whole"]
)
def test_a_letter_has_the_same_pages_whatever_was_put_together_before(bench: Bench, name: str) -> None:
    letters = bench.put(LAID[name])
    taught = bench.stamper()
    for letter in letters:
        taught.stamp(letter)
    alone = []
    for letter in letters:
        alone.append(bench.stamper().stamp(letter))
    for order in (letters, letters[::-1]):
        after = bench.stamper()
        for letter in order:
            after.begin_file()
            assert after.stamp(letter) == alone[letters.index(letter)]


def test_a_drawing_with_data_in_it_is_refused(bench: Bench) -> None:
    drawing = '<p><svg viewBox="0 0 10 10" width="9mm" height="9mm"><text>{{ t[0] }}</text></svg></p>'
    assert bench.refusal(telling(drawing, {"t": ["a"] * 6})) == "a drawing with data in it"


def test_a_text_of_one_value_or_none_is_moved_like_any_other() -> None:
    said: tuple[Said, ...] = ((3,), ("x",), ("a", 1, "b", 2), ())
    assert [moved(one, 4) for one in said] == [(7,), ("x",), ("a", 5, "b", 6), ()]


def test_a_template_with_marks_is_not_cut() -> None:
    document = Marked(("<html><body><p>", "\ufdd7x\ufdd7</p></body></html>"), ("a",))
    with pytest.raises(UnreadMarkup):
        cut(Stretches(), document)
