"""What the press cannot follow."""

from collections.abc import Callable

import pytest

from pipelines.lint.lanes import REASONS, SELECTORS
from pipelines.lint.rules import Rule

Judge = Callable[[str], list[tuple[int, str]]]

BAD = [
    ("lane-float", "p { float: left }"),
    ("lane-float", "p { clear: both }"),
    ("lane-columns", "p { columns: 2 }"),
    ("lane-columns", "p { column-count: 3 }"),
    ("lane-display", "p { display: flex }"),
    ("lane-display", "p { display: inline-grid }"),
    ("lane-display", "p { display: inline-table }"),
    ("lane-display", ".claims { display: table }"),
    ("lane-display", "table p { display: table-cell }"),
    ("lane-list", "p { display: list-item }"),
    ("lane-list", "li::marker { font-weight: 700 }"),
    ("lane-table", "table { table-layout: auto }"),
    ("lane-table-part", "table { border-collapse: collapse }"),
    ("lane-table-part", ".claims td.sum, p { height: 8mm }"),
    ("lane-inline-block", "b { display: inline-block; width: 4mm }"),
    ("lane-inline-block", "b { display: inline-block; width: auto; height: 3mm }"),
    ("lane-inline-block", "b { display: inline-block; width: 4mm; height: 3mm; vertical-align: top }"),
    ("lane-generated", "p::before { content: attr(data-x) }"),
    ("lane-generated", "p:after { content: counter(row) }"),
    ("lane-running", "p { position: running(head) }"),
    ("lane-running", "p { float: footnote }"),
    ("lane-running", "p { string-set: name content() }"),
    ("lane-running", "a::after { content: target-counter(attr(href), page) }"),
    ("lane-running", "@page { @top-left { content: element(head) } }"),
    ("lane-running", "p::footnote-call { color: inherit }"),
    ("lane-margin", "@page { @top-left { content: counter(chapter) } }"),
    ("lane-margin", "@page { @top-left { content: string(head, first-except) } }"),
    ("lane-cut", "p { text-overflow: ellipsis }"),
    ("lane-cut", "p { overflow: hidden }"),
    ("lane-cut", "p { max-lines: 2 }"),
    ("lane-transform", "p { transform: rotate(90deg) }"),
    ("lane-place", "p { position: fixed }"),
    ("lane-place", "p { position: absolute; top: 10% }"),
    ("lane-place", "p { height: 50% }"),
    ("lane-layer", "p { z-index: 1 }"),
    ("lane-layer", "p { visibility: hidden }"),
    ("lane-edge", "p { outline: 1pt solid device-cmyk(0 0 0 1) }"),
    ("lane-edge", "p { background: url(logo.svg) }"),
    ("lane-edge", "p { border-radius: 50% }"),
    ("lane-edge", "p { border: 1pt dashed device-cmyk(0 0 0 1) }"),
    ("lane-edge", "p { border-left-style: dotted }"),
    ("lane-text", "p { hyphens: auto }"),
    ("lane-text", "p { direction: rtl }"),
    ("lane-text", "p { text-indent: 5% }"),
    ("lane-text", "p { font-variant: small-caps }"),
    ("lane-text", "p { word-break: break-all }"),
    ("lane-decoration", "p { text-decoration: underline wavy }"),
    ("lane-first-line", "p::first-line { font-weight: 700 }"),
    ("lane-first-line", "p:first-letter { font-weight: 700 }"),
    ("lane-page", "p { page: wide }"),
    ("lane-page", "p { break-before: right }"),
    ("lane-page", "@page wide { margin: 0 }"),
    ("lane-page", "@page :nth(2) { margin: 0 }"),
    ("lane-page", "@page:blank { margin: 0 }"),
    ("lane-selector", "p:has(b) { margin: 0 }"),
    ("lane-selector", "p[data-kind='x'] { margin: 0 }"),
    ("lane-selector", "td:empty { margin: 0 }"),
    ("lane-selector", "p:first-child ~ p { margin: 0 }"),
    ("lane-selector", "p:nth-child(2 of .a) { margin: 0 }"),
    ("lane-selector", "h1 + p ~ p { margin: 0 }"),
    ("lane-selector", "h1 ~ p ~ p { margin: 0 }"),
    ("lane-selector", "h1 ~ p + p { margin: 0 }"),
    ("lane-selector", "h1 { & ~ p + p { margin: 0 } }"),
    ("lane-sheet", "p { --said: attr(data-x) }"),
    ("shape-selector", "tr:nth-child(odd) { margin: 0 }"),
    ("shape-selector", "h1 ~ p { margin: 0 }"),
]
GOOD = [
    "p { display: block; float: none; clear: none; columns: auto; position: relative; z-index: auto }",
    "p { text-align: justify; letter-spacing: .1pt; text-transform: uppercase; hyphens: manual }",
    "td p, .td, th b { height: 8mm } td { height: auto }",
    "b { display: inline-block; width: 13pt; height: 13pt }",
    "table { table-layout: fixed; border-collapse: separate; border-spacing: 0 }",
    "p { position: absolute; left: 50%; top: 2mm; overflow: visible; transform: none }",
    "p { break-before: page; break-inside: avoid; page: auto; text-decoration: underline }",
    "tr:first-child td:last-child, td + td, tr[data-carried], [class~=x] { margin: 0 }",
    "p::before { content: none }",
    "table.a { display: table } tr, .claims td { display: table-cell }",
    "h1 + p + p, h1 > b { --wide: 3mm; width: var(--wide) }",
    "td { padding: 1mm 2% } p { padding: 2% } td p { padding-top: 2% }",
    "p { border-top: 1pt dashed device-cmyk(0 0 0 1) }",
    "b { border: 1pt dashed device-cmyk(0 0 0 1); height: 3mm }",
    "b { display: inline-block; width: 4mm; height: 4mm; vertical-align: middle } td { vertical-align: top }",
    "@page { margin: 0 } @page :first { margin: 0 } @page:left { @top-left { content: 'x' } }",
    """@page { @top-left { content: string(brought, first) " " counter(page) "/" counter(pages, roman) } }""",
]


@pytest.mark.parametrize(("code", "rule"), BAD)
def test_what_forces_the_rendered_lane_is_named_with_its_line(code: str, rule: str, judged: Judge) -> None:
    assert (3, code) in judged(f"\n\n{rule}")


@pytest.mark.parametrize("rule", GOOD)
def test_what_the_press_follows_is_not(rule: str, judged: Judge) -> None:
    assert judged(rule) == []


def test_every_reason_of_the_table_is_tried_here() -> None:
    tried = {code for code, _ in BAD}
    assert {str(r.rule) for r in REASONS} | {str(rule) for rule, _ in SELECTORS} <= tried


def test_every_lane_rule_has_a_reason_or_is_seen_on_the_sheet() -> None:
    told = {r.rule for r in REASONS} | {rule for rule, _ in SELECTORS}
    in_code = {Rule.LANE_INLINE_BLOCK, Rule.LANE_INLINE, Rule.LANE_GENERATED, Rule.LANE_MARKUP}
    assert {rule for rule in Rule if rule.group == "lane"} == told - {Rule.SHAPE_SELECTOR} | in_code
