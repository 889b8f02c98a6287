"""Lint beside the press: each reason to refuse a letter is found by lint, or hangs on what the letter says."""

# ruff: noqa: E501 — a table reads best a row a line

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.lint.rules import Rule
from pipelines.press import setting, shapes
from tests.lint.conftest import Room

INK = "device-cmyk(0 0 0 1)"
IN_MARKUP = {
    "a float": ("lane-float", '<p style="float: left">x</p>'),
    "clear": ("lane-float", '<p style="clear: both">x</p>'),
    "columns": ("lane-columns", '<div style="columns: 2">x</div>'),
    "a fixed or running box": ("lane-place", '<p style="position: fixed; top: 0">x</p>'),
    "overflow that is cut off": ("lane-cut", '<div style="overflow: hidden; height: 5mm">x</div>'),
    "a clipped box": ("lane-cut", '<p style="clip: rect(0, 9mm, 9mm, 0)">x</p>'),
    "a box that is cut off": ("lane-cut", '<p style="continue: discard">x</p>'),
    "max-lines": ("lane-cut", '<p style="max-lines: 2">x</p>'),
    "an ellipsis": ("lane-cut", '<p style="text-overflow: ellipsis">x</p>'),
    "opacity": ("opacity", '<p style="opacity: .5">x</p>'),
    "a transformed box": ("lane-transform", '<p style="transform: rotate(2deg)">x</p>'),
    "z-index": ("lane-layer", '<p style="position: relative; z-index: 2">x</p>'),
    "a hidden box": ("lane-layer", '<p style="visibility: hidden">x</p>'),
    "right-to-left text": ("lane-text", '<p style="direction: rtl">x</p>'),
    "a text-indent in percent": ("lane-text", '<p style="text-indent: 5%">x</p>'),
    "hyphenation": ("lane-text", '<p style="hyphens: auto">x</p>'),
    "small capitals": ("lane-text", '<p style="font-variant: small-caps">x</p>'),
    "a font stretch": ("lane-text", '<p style="font-stretch: condensed">x</p>'),
    "font variations": ("lane-text", "<p style=\"font-variation-settings: 'wght' 500\">x</p>"),
    "font-language-override": ("lane-text", "<p style=\"font-language-override: 'SVE'\">x</p>"),
    "word-break": ("lane-text", '<p style="word-break: break-all">x</p>'),
    "a text decoration": ("lane-decoration", '<p style="text-decoration: overline">x</p>'),
    "a colour that is not opaque device-cmyk()": ("colour-rgb", '<p style="color: #123456">x</p>'),
    "a font that is not the press's": ("font-unknown", '<p style="font-family: Unknown">x</p>'),
    "box-decoration-break": ("lane-edge", '<p style="box-decoration-break: clone">x</p>'),
    "an outline": ("lane-edge", f'<p style="outline: 1pt solid {INK}">x</p>'),
    "a shadow": ("lane-edge", f'<p style="box-shadow: 1mm 1mm {INK}">x</p>'),
    "a border image": ("lane-edge", '<p style="border-image-source: url(x.svg)">x</p>'),
    "a background picture": ("lane-edge", '<p style="background: url(x.svg)">x</p>'),
    "a background with pictures, patterns or transparency": ("lane-edge", '<p style="background-image: url(x.svg)">x</p>'),
    "a border or background that does not follow its box": ("lane-edge", f'<p style="border: 2pt dashed {INK}">x</p>'),
    "round corners in percent": ("lane-edge", f'<p style="border: 1pt solid {INK}; border-radius: 50%">x</p>'),
    "a height in percent": ("lane-place", '<p style="height: 50%">x</p>'),
    "a box placed by a percentage": ("lane-place", '<p style="position: absolute; top: 5%">x</p>'),
    "a break to a left or right page": ("lane-page", '<p style="break-before: left">x</p>'),
    "display: ": ("lane-display", '<div style="display: flex">x</div>'),
    "a list item": ("lane-list", "<ul><li>x</li></ul>"),
    "a table of other elements": ("lane-display", '<div style="display: table; table-layout: fixed; width: 9mm">x</div>'),
    "a table whose columns follow its text": ("lane-table", '<table style="table-layout: auto"><tr><td>x</td></tr></table>'),
    "a table with collapsed borders": ("lane-table-part", '<table style="border-collapse: collapse"><tr><td>x</td></tr></table>'),
    "a table with a caption": ("lane-table-part", "<table><caption>x</caption><tr><td>x</td></tr></table>"),
    "a table row with a background": ("lane-table-part", f'<table><tr style="background: {INK}"><td>x</td></tr></table>'),
    "a box at the top or bottom of its line": ("lane-inline-block", '<p><b style="display: inline-block; width: 5mm; height: 5mm; vertical-align: top">x</b></p>'),
    "an inline block without a width and a height": ("lane-inline-block", '<p><b style="display: inline-block">x</b></p>'),
    "a named string of other things than texts and attributes": ("lane-running", '<p style="string-set: name content()">x</p>'),
}  # fmt: skip
"""What a template or its style attributes say, and what lint calls it, in that line."""
IN_SHEETS = {
    "generated content": ("lane-generated", "p::before { content: 'x' }"),
    "a style for a first line or letter": ("lane-first-line", "p::first-line { font-weight: 600 }"),
    "a selector with :has()": ("lane-selector", "p:has(b) { margin: 0 }"),
    "a selector with :empty": ("lane-selector", "p:empty { margin: 0 }"),
    "a selector that looks at the value of a data attribute": ("lane-selector", "[data-a='x'] { margin: 0 }"),
    "a selector that looks at the place of an earlier sibling": ("lane-selector", "p:first-child ~ p { margin: 0 }"),
    "a selector that looks at the order of earlier siblings": ("lane-selector", "p + p ~ p { margin: 0 }"),
    "a style sheet that imports others": ("lane-sheet", "p { margin: 0 } @import 'other.css';"),
    "a style sheet with a backslash outside of its texts": ("lane-sheet", "p.a\\:b { margin: 0 }"),
    "attr() in a variable of a style sheet": ("lane-sheet", "p { --said: attr(data-x) }"),
    "a selector with :nth-child() of others": ("lane-selector", "p:nth-child(2 of .a) { margin: 0 }"),
    "a named page": ("lane-page", "p { page: wide }"),
    "named pages": ("lane-page", "@page wide { margin: 0 }"),
    "pages chosen by :nth() or :blank": ("lane-page", "@page :nth(2) { margin: 0 }"),
    "a hidden part of a table": ("lane-table-part", "td.old, p.old { display: none }"),
    "a room above or below in percent": ("lane-place", "td.old { padding: 1mm 2mm 3% }"),
    "a table cell with a height": ("lane-table-part", "td { height: 9mm }"),
    "a margin box with other content than texts, named strings and page numbers": (
        "lane-margin", "@page { @top-left { content: counter(chapter); width: 9mm } }"),
}  # fmt: skip
"""What a style sheet says."""
ON_SHEETS = {
    "a table column with a background": (
        "lane-table-part",
        f'<table><col style="background: {INK}"><tr><td>x</td></tr></table>',
    ),
    "a cell over several rows": (
        "lane-table-part",
        '<table><tr><td rowspan="2">x</td><td>x</td></tr><tr><td>x</td></tr></table>',
    ),
    "a box with a border or background as wide as its text": (
        "lane-place",
        f'<p style="position: absolute; left: 0; background: {INK}">x</p>',
    ),
    "a margin box with a border or background": (
        "lane-margin",
        f"<style>@page {{ @top-left {{ content: 'x'; width: 9mm; border: 1pt solid {INK} }} }}</style>",
    ),
}
"""What lint finds on the sheet, in the file of the element or rule, which may be another of its kind."""
UNSEEN = {
    "a block within a line",
    "a box in a line that is moved relative to its place",
    "a box of its own within a line",
    "a raised box in a line, with a text of its own",
    "a box in a line with boxes of its own",
    "a box as wide as its text that is not aligned to the left",
    "a box as wide as the blocks in it",
    "a weight or slope that no press font has",
    "an absolute box between top and bottom",
    "an absolute box that stands where its line does",
    "an absolute box within an element of a line",
    "an inline element that became a block",
    "a margin box without a width and with spaced or kept blanks",
    "lines in a box that has none elsewhere",
    "pages of other widths",
    "vertical-align",
}
"""What lint does not see: `brevpress proof` tells it, and a run counts it."""
BY_LETTER = {
    "a box as wide as its text, which ends in a blank",
    "a box in a line whose baseline follows its text",
    "a box of fixed height whose content runs over the page",
    "a box that is lower than its round corners",
    "a box with border or background that breaks over pages",
    "a box, picture, code or underlined text over a text or code",
    "a character or script that the setting engine does not shape",
    "a character that the font lacks",
    "a control character",
    "a font size of nothing",
    "a forced break in a line that is too long",
    "a line that fits by a hair",
    "a line that is higher than its page",
    "a line that is wider than a sheet",
    "a lone blank with word spacing",
    "a margin box without a width and with several lines",
    "a margin box without a width, whose text ends in a blank",
    "a page on which nothing fits",
    "a part of which nothing shows",
    "a table row that breaks over pages",
    "a table row that is higher than its page",
    "a table without a box",
    "a text without a language",
    "a text without a style",
    "a word to be broken inside an element",
    "an absolute box beyond its page",
    "an absolute box in a box that breaks over pages where it must not",
    "an absolute box that breaks over pages",
    "an absolute box that cannot be laid out",
    "an empty element and a blank at the begin of a block",
    "an empty text beside blocks",
    "glyphs off the baseline",
    "kept blanks where a line is broken inside an element",
    "letters of several scripts, or of one that is not Latin, Greek or Cyrillic",
    "margin boxes without widths whose texts do not fit side by side",
    "more pages than a letter can have",
}
"""What hangs on a letter's own words."""


def reasons() -> Iterator[str]:
    """All reasons that the press's code names."""
    for package in (shapes, setting):
        for path in sorted(Path(next(iter(package.__path__))).glob("*.py")):
            yield from _reasons(ast.parse(path.read_text(encoding="utf-8")))


def _reasons(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("Unfollowed", "CannotFollow"):
                told = node.args[:1]
        elif isinstance(node, ast.keyword) and node.arg == "refused":
            told = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name == "refused_pages":
            told = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.expr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if names & {"checks", "_ONLY"} and isinstance(node.value, ast.Tuple):
                told = [one.elts[-1] for one in node.value.elts if isinstance(one, ast.Tuple)]
            elif "refused" in names:
                told = [node.value]
        for one in told:
            if isinstance(one, ast.JoinedStr):
                one = one.values[0]
            for part in ast.walk(one) if not isinstance(one, ast.Call) else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.value


def test_every_reason_of_the_press_is_found_by_lint_or_known_not_to_be() -> None:
    known = {*IN_MARKUP, *IN_SHEETS, *ON_SHEETS, *UNSEEN, *BY_LETTER}
    assert set(reasons()) == known


@pytest.mark.parametrize("reason", IN_MARKUP)
def test_what_markup_says_is_found_in_its_line(room: Room, reason: str) -> None:
    rule, markup = IN_MARKUP[reason]
    line = 1 + room.change("se/demand/letter.html", "</table>\n</div>", f"</table>\n{markup}\n</div>")
    assert ("se/demand/letter.html", line, rule) in room.found()
    assert Rule(rule).group in ("lane", "paper")


@pytest.mark.parametrize("reason", IN_SHEETS)
def test_what_a_style_sheet_says_is_found_in_its_line(room: Room, reason: str) -> None:
    rule, css = IN_SHEETS[reason]
    assert ("se/demand/letter.css", room.add("se/demand/letter.css", css), rule) in room.found()


def test_what_a_style_sheet_says_over_several_lines_is_found_in_its_own(room: Room) -> None:
    room.add("se/demand/letter.css", "/* two\nlines */ p::marker { content: 'a\\\nb' }")
    line = room.add("se/demand/letter.css", "p { width: 1\\6d m }")
    assert ("se/demand/letter.css", line, "lane-sheet") in room.found()
    assert ("se/demand/letter.css", line - 1, "lane-sheet") not in room.found()


def test_selectors_that_only_together_look_at_an_order_are_found(room: Room) -> None:
    # Rules within rules join what stands before a sign with what stands behind it.
    line = room.add("se/demand/letter.css", "p + p { & b { font-weight: 400 } }")
    assert ("se/demand/letter.css", line, "lane-selector") not in room.found()
    other = room.add("se/demand/letter.css", "h1 ~ p { font-weight: 400 }")
    assert {("se/demand/letter.css", at, "lane-selector") for at in (line, other)} <= room.found()


@pytest.mark.parametrize("reason", ON_SHEETS)
def test_what_shows_on_the_sheet_is_found_in_its_file(room: Room, reason: str) -> None:
    rule, markup = ON_SHEETS[reason]
    room.change("se/demand/letter.html", "</table>\n</div>", f"</table>\n{markup}\n</div>")
    assert ("se/demand/letter.html", rule) in {(path, code) for path, _, code in room.found()}
