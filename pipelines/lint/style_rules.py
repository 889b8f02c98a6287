"""What a declaration says of inks, lines, sizes, pictures and fonts that will not print well."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tinycss2.color5 import parse_color  # type: ignore[import-untyped]  # ships no types

from pipelines.lint.pictures import is_raster
from pipelines.lint.rules import Rule
from pipelines.lint.stylesheet import Block, Declaration, Node
from pipelines.press.preflight_pages import SMALLEST_TEXT, THINNEST_LINE
from pipelines.press.preflight_resources import MOST_INK

Fault = tuple[Rule, str]
"""The rule, and by what it is broken."""

POINTS = {"pt": 1.0, "px": 0.75, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "q": 72 / 101.6, "pc": 12.0}
"""Points of the absolute units."""

SIZE_SLACK = 0.01  # points: sizes are written with few decimals
INK_SLACK = 0.001

_INKED = re.compile(r"--.*|.*(color|background|border|outline|fill|stroke|rule|decoration|shadow|emphasis).*")
_LINE = re.compile(
    r"(border|outline|column-rule)(-(top|right|bottom|left|block|inline)(-(start|end))?)?(-width)?"
    r"|stroke-width|text-decoration-thickness"
)
_SCREEN_COLOURS = frozenset(
    ("rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark")
)
_CLEAR = frozenset(("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity"))
_BLENDING = frozenset(("mix-blend-mode", "mask", "mask-image", "filter", "backdrop-filter"))
_NO_FAMILY = frozenset(("inherit", "initial", "unset", "revert"))


def faults(declaration: Declaration, block: Block, families: frozenset[str], folder: Path) -> Iterator[Fault]:
    """Which rules a declaration breaks; `families` are the fonts that there are, in small letters,
    and addresses are read from `folder`."""
    name = declaration.name
    if block.kind in {"color-profile", "counter-style", "font-face"}:
        return
    inked = bool(_INKED.fullmatch(name))
    yield from colours(name, declaration.value, inked)
    for address in _addresses(declaration.value):
        if is_raster(address, folder):
            yield Rule.PICTURE, f"{name}: {_shown(address)}"
    yield from _see_through(declaration)
    if name in {"link", "-weasy-link"} and declaration.text != "none":
        yield Rule.LINK, f"{name}: {declaration.text}"
    yield from _sizes(declaration, block)
    yield from _fonts(declaration, families)


def colours(name: str, nodes: Sequence[Node], inked: bool = True) -> Iterator[Fault]:
    """Which rules the colours of a value break; names count as colours only where `inked`."""
    for node in nodes:
        if node.type == "hash" and inked:
            yield Rule.COLOUR_RGB, f"{name}: #{node.value}"
        elif node.type == "ident" and inked and _is_colour(node):
            yield Rule.COLOUR_NAMED, f"{name}: {node.value}"
        elif node.type == "function":
            called = node.lower_name
            if called == "device-cmyk":
                yield from _ink(name, node)
                continue
            if called in _SCREEN_COLOURS:
                yield Rule.COLOUR_RGB, f"{name}: {called}()"
            if called.endswith("-gradient"):
                yield Rule.GRADIENT, f"{name}: {called}()"
            yield from colours(name, node.arguments, inked or called.endswith("-gradient"))


def points(node: Node) -> float | None:
    """The length in points; None when it hangs on other things."""
    if node.type == "number" and node.value == 0:
        return 0.0
    if node.type == "dimension" and node.lower_unit in POINTS:
        return float(node.value) * POINTS[node.lower_unit]
    return None


def _is_colour(node: Node) -> bool:
    colour = parse_color(node)
    return colour is not None and not isinstance(colour, str) and colour.alpha > 0


def _ink(name: str, node: Node) -> Iterator[Fault]:
    colour: Any = parse_color(node)
    if colour is None or isinstance(colour, str) or None in colour.coordinates:
        return
    total = sum(colour.coordinates)
    if total > MOST_INK + INK_SLACK:
        yield Rule.INK_TOTAL, f"{name}: {total * 100:.0f} % ink"
    if 0 < colour.alpha < 1:
        yield Rule.OPACITY, f"{name}: alpha {colour.alpha:g}"


def _see_through(declaration: Declaration) -> Iterator[Fault]:
    name, text = declaration.name, declaration.text
    if name in _CLEAR:
        node = next((n for n in declaration.value if n.type in {"number", "percentage"}), None)
        if node and node.value < (100 if node.type == "percentage" else 1):
            yield Rule.OPACITY, f"{name}: {text}"
    elif name in _BLENDING and text not in {"none", "normal"}:
        yield Rule.OPACITY, f"{name}: {text}"


def _sizes(declaration: Declaration, block: Block) -> Iterator[Fault]:
    name = declaration.name
    if name in {"font-size", "font"}:
        size = next((p for n in declaration.value if (p := points(n)) is not None), None)
        if size is not None and 0 < size < SMALLEST_TEXT - SIZE_SLACK:
            own = block.value_of("color")
            written = [n for n in own.value if n.type != "whitespace"] if own else []
            colour: Any = parse_color(written[0]) if written else None
            inks = sum(part > 0 for part in colour.coordinates) if hasattr(colour, "coordinates") else 0
            yield Rule.TEXT_SMALL_INKS if inks > 1 else Rule.TEXT_SMALL, f"{name}: {size:g} pt"
    elif _LINE.fullmatch(name):
        for node in declaration.value:
            width = points(node)
            if width is not None and 0 < width < THINNEST_LINE - INK_SLACK:
                yield Rule.HAIRLINE, f"{name}: {width:.2g} pt"


def _fonts(declaration: Declaration, families: frozenset[str]) -> Iterator[Fault]:
    nodes = list(declaration.value)
    if declaration.name == "font":
        sized = [i for i, n in enumerate(nodes) if n.type in {"dimension", "percentage"}]
        nodes = nodes[sized[-1] + 1 :] if sized else []
    elif declaration.name != "font-family":
        return
    for family in _listed(nodes):
        if family.lower() not in families and family.lower() not in _NO_FAMILY:
            yield Rule.FONT_UNKNOWN, f"{declaration.name}: {family}"


def _listed(nodes: Sequence[Node]) -> Iterator[str]:
    """The names between commas, as one string each; none when one is computed."""
    words: list[str] = []
    for node in [*nodes, None]:
        if node is None or (node.type == "literal" and node.value == ","):
            if words:
                yield " ".join(words)
            words = []
        elif node.type in {"ident", "string"}:
            words.append(node.value)
        elif node.type not in {"whitespace", "comment"}:
            return


def _addresses(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if node.type == "url":
            yield node.value
        elif node.type == "function":
            strings = [n.value for n in node.arguments if n.type == "string"]
            if node.lower_name in {"url", "image", "image-set", "-weasy-image"}:
                yield from strings
            yield from _addresses(node.arguments)


def _shown(address: str) -> str:
    return address if len(address) <= 40 else f"{address[:37]}…"
