"""What the press cannot follow: parts of a style sheet that send a letter to the rendered lane.

One table, so that it can be held against the press's own reasons line by line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.lint.rules import Rule
from pipelines.lint.sources import Source
from pipelines.lint.stylesheet import Block, Declaration
from pipelines.press.shapes.signatures import Selectors, plain


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule, and which declarations break it."""

    rule: Rule
    names: str
    """A pattern of the whole property name."""
    values: str
    """A pattern that is found in the value, in small letters."""
    kinds: tuple[str, ...] = ("style", "inline")
    """The kinds of block in which it counts; margin boxes are set by WeasyPrint's own counters."""


_SET = r"^(?!none$|auto$|normal$|0$|initial$|unset$)"

REASONS = (
    Reason(Rule.LANE_FLOAT, r"float", r"\b(left|right|inline-start|inline-end)\b"),
    Reason(Rule.LANE_FLOAT, r"clear", _SET),
    Reason(Rule.LANE_COLUMNS, r"columns|column-count|column-width", _SET),
    Reason(Rule.LANE_DISPLAY, r"display", r"\b(inline-)?(flex|grid)\b|\binline-table\b|\b(contents|ruby)\b"),
    Reason(Rule.LANE_LIST, r"display", r"\blist-item\b"),
    Reason(Rule.LANE_TABLE, r"table-layout", r"\bauto\b"),
    Reason(Rule.LANE_TABLE_PART, r"border-collapse", r"\bcollapse\b"),
    Reason(Rule.LANE_TABLE_PART, r"display", r"\btable-caption\b"),
    Reason(Rule.LANE_RUNNING, r"position", r"\brunning\("),
    Reason(Rule.LANE_RUNNING, r"string-set", r"\b(content|counters?|target-\w+)\("),
    Reason(Rule.LANE_RUNNING, r"float", r"\bfootnote\b"),
    Reason(Rule.LANE_RUNNING, r"content", r"\b(target-(counters?|text)|leader)\("),
    Reason(Rule.LANE_RUNNING, r"content", r"\b(element|target-(counters?|text)|leader)\(", ("page",)),
    Reason(
        Rule.LANE_MARGIN,
        r"content",
        r"\bcounters\(|\bcounter\((?!\s*pages?\b)|\battr\(|\burl\(|\bstring\([^),]*,(?!\s*(?:first|last)\s*\))",
        ("page",),
    ),
    Reason(Rule.LANE_CUT, r"text-overflow|block-ellipsis", r"^(?!none$|clip$)"),
    Reason(Rule.LANE_CUT, r"(-webkit-)?line-clamp|max-lines|continue|clip", _SET),
    Reason(Rule.LANE_CUT, r"overflow", r"^(?!visible$)"),
    Reason(Rule.LANE_TRANSFORM, r"transform|rotate|scale|translate", _SET),
    Reason(Rule.LANE_PLACE, r"position", r"\b(fixed|sticky)\b"),
    Reason(Rule.LANE_PLACE, r"top|bottom|(min-|max-)?height", r"%"),
    Reason(Rule.LANE_LAYER, r"z-index", _SET),
    Reason(Rule.LANE_LAYER, r"visibility", r"^(?!visible$)"),
    Reason(Rule.LANE_EDGE, r"outline(-style)?|box-shadow|border-image(-source)?", _SET),
    Reason(Rule.LANE_EDGE, r"box-decoration-break", r"\bclone\b"),
    Reason(Rule.LANE_EDGE, r"border(-(top|bottom)-(left|right))?-radius", r"%"),
    Reason(Rule.LANE_EDGE, r"background(-image)?", r"\burl\("),
    Reason(Rule.LANE_TEXT, r"hyphens", r"\bauto\b"),
    Reason(Rule.LANE_TEXT, r"direction", r"\brtl\b"),
    Reason(Rule.LANE_TEXT, r"text-indent", r"%"),
    Reason(Rule.LANE_TEXT, r"font|font-variant|font-variant-caps", r"\b(all-)?(small|petite)-caps\b"),
    Reason(Rule.LANE_TEXT, r"font-variant|font-variant-caps", r"\b(unicase|titling-caps)\b"),
    Reason(Rule.LANE_TEXT, r"font-stretch|font-variation-settings|font-language-override|word-break", _SET),
    Reason(
        Rule.LANE_DECORATION,
        r"text-decoration(-line|-style)?",
        r"\b(overline|blink|double|dotted|dashed|wavy)\b",
    ),
    Reason(Rule.LANE_SHEET, r"--.*", r"\battr\("),
    Reason(Rule.LANE_PAGE, r"page", _SET),
    Reason(Rule.LANE_PAGE, r"(page-)?break-(before|after)", r"\b(left|right|recto|verso)\b"),
)

SELECTORS = (
    (Rule.LANE_SELECTOR, re.compile(r":has\(|:empty\b|\[\s*data-[\w-]+\s*[~|^$*]?=")),
    (Rule.LANE_SELECTOR, re.compile(r":(first|last|only|nth)-[^,{}]*~(?!=)|:nth-[\w-]+\([^)]*\bof\b")),
    (Rule.SHAPE_SELECTOR, re.compile(r":nth-[\w-]+\(|~(?!=)")),
    (Rule.LANE_FIRST_LINE, re.compile(r"::?first-(line|letter)\b")),
    (Rule.LANE_LIST, re.compile(r"::marker\b")),
    (Rule.LANE_RUNNING, re.compile(r"::footnote-(call|marker)\b")),
)
"""Patterns that are found in a selector."""

PAGES = re.compile(r"@page(?:\s+[\w-]+|[^@]*:(?:nth|blank))[^@]*")
"""Page rules whose pages the press cannot tell by their number."""


def reasons(declaration: Declaration, block: Block) -> Iterator[tuple[Rule, str]]:
    """Why a letter with this declaration is rendered: the rule, and by what it is broken."""
    for reason in _REASONS:
        if (
            block.kind in reason.kinds
            and reason.names.fullmatch(declaration.name)
            and reason.values.search(declaration.text)
        ):
            yield reason.rule, f"{declaration.name}: {declaration.text}"
    if declaration.name == "display" and "inline-block" in declaration.text:
        sides = block.value_of("width", "inline-size"), block.value_of("height", "block-size")
        if any(side is None or side.text == "auto" for side in sides):
            yield Rule.LANE_INLINE_BLOCK, "display: inline-block without width and height"
        align = block.value_of("vertical-align")
        if align is not None and align.text in {"top", "bottom"}:
            yield Rule.LANE_INLINE_BLOCK, f"display: inline-block at the {align.text} of its line"
    tabular = declaration.name == "display" and _TABULAR.search(declaration.text)
    if tabular and not _TABLE_TAGS.search(block.selector):
        yield Rule.LANE_DISPLAY, f"display: {declaration.text} of something else"
    hidden = declaration.name == "display" and declaration.text == "none"
    if hidden and _TABLE_PARTS.search(block.selector):
        yield Rule.LANE_TABLE_PART, "a hidden part of a table"
    dashed = _SIDES.fullmatch(declaration.name) and _DASHED.search(declaration.text)
    if dashed and block.kind in {"style", "inline"}:
        height = block.value_of("height", "block-size")
        if height is None or height.text == "auto":
            yield Rule.LANE_EDGE, f"{declaration.name}: {declaration.text}"
    if declaration.name == "height" and declaration.text != "auto" and _CELL.search(block.selector):
        yield Rule.LANE_TABLE_PART, "a cell has a height"
    above = declaration.name in _ABOVE and _ABOVE[declaration.name].search(declaration.text)
    if above and _CELL.search(block.selector):
        yield Rule.LANE_PLACE, f"{declaration.name}: {declaration.text} of a cell"
    beside = declaration.name == "content" and _BESIDE.search(block.selector)
    if beside and declaration.text not in {"none", "normal"}:
        yield Rule.LANE_GENERATED, f"content: {declaration.text}"


def selector_reasons(block: Block) -> Iterator[tuple[Rule, str]]:
    """Why a letter with this selector is rendered."""
    if block.kind == "page" and PAGES.fullmatch(block.selector):
        yield Rule.LANE_PAGE, block.selector
    if block.kind != "style":
        return
    found = [rule for rule, pattern in SELECTORS if pattern.search(block.selector)]
    known = Rule.LANE_SELECTOR in found or "\\" in block.selector
    if not known and Selectors.of((f"{block.selector} {{}}",)).refused:
        # The patterns are the usual ways; the press itself says what is one.
        found.append(Rule.LANE_SELECTOR)
    yield from ((rule, block.selector) for rule in found)


def joined_reasons(
    sheets: Iterable[Source], blocks: Iterable[Block]
) -> Iterator[tuple[Rule, Source, int, str]]:
    """Why letters are rendered when no selector by itself is to blame: rules within rules join them."""
    sheets = tuple(sheets)
    refused = Selectors.of([sheet.text for sheet in sheets]).refused
    siblings = [b for b in blocks if b.kind == "style" and set(b.selector) & set("~+")]
    alone = any(rule is Rule.LANE_SELECTOR for b in siblings for rule, _ in selector_reasons(b))
    if refused and siblings and not alone and not any(any(sheet_reasons(sheet)) for sheet in sheets):
        yield from ((Rule.LANE_SELECTOR, b.source, b.line, b.selector) for b in siblings)


def sheet_reasons(source: Source) -> Iterator[tuple[Rule, int, str]]:
    """What sends all letters of a layout with this style sheet to the rendered lane, and in which line."""
    for line, said in enumerate(plain(source.text).split("\n"), start=source.first_line):
        for sign in ("@import", "\\"):
            if sign in said:
                yield Rule.LANE_SHEET, line, sign


_CELL = re.compile(r"(?:^|[\s>+~,])t[dh](?![\w-])[^\s>+~,]*(?:,|$)")
_TABULAR = re.compile(r"^(block )?table\b|^table-(row|cell|row-group|header-group)\b")
_TABLE_TAGS = re.compile(r"(?:^|[\s>+~,])(table|thead|tbody|tr|td|th)(?![\w-])[^\s>+~,]*$")
_TABLE_PARTS = re.compile(r"(?:^|[\s>+~,])(thead|tbody|tfoot|tr|td|th)(?![\w-])[^\s>+~,]*(?:,|$)")
_ABOVE = {
    "padding": re.compile(r"^[^ ]*%|^[^ ]+ [^ ]+ [^ ]*%"),
    "padding-top": re.compile("%"),
    "padding-bottom": re.compile("%"),
}
_SIDES = re.compile(r"border(-(left|right|inline(-start|-end)?))?(-style)?")
"""Borders at the sides, which grow with their box."""
_DASHED = re.compile(r"\b(dashed|dotted)\b")
_BESIDE = re.compile(r"::?(before|after)\b")


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    names: re.Pattern[str]
    values: re.Pattern[str]
    kinds: tuple[str, ...]


_REASONS = tuple(_Compiled(r.rule, re.compile(r.names), re.compile(r.values), r.kinds) for r in REASONS)
