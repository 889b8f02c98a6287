"""The elements of a template with their attributes and lines, template code set aside.

Blocks and comments of Jinja become blanks and outputs become `FILLER`, sign for sign, so that every
offset in the flat text is one in the file. Both sides of a condition stand one after the other.
"""

import re
from dataclasses import dataclass

from pipelines.lint.sources import Source

FILLER = "\ue000"
"""Stands for every character of an output `{{ … }}`; a private character that no layout prints."""

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_CODE = re.compile(
    rf"(?P<comment>\{{#.*?#\}})"
    rf"|\{{%-?\s*raw\s*-?%\}}(?P<raw>.*?)\{{%-?\s*endraw\s*-?%\}}"
    rf"|(?P<block>\{{%(?:{_STRING}|[^\"'])*?%\}})"
    rf"|(?P<output>\{{\{{(?:{_STRING}|[^\"'])*?\}}\}})",
    re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\w[^>]*>", re.DOTALL)
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>", re.DOTALL
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'<>/=]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>]+)))?"
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute's value as in the file, outputs as FILLER, and where the value begins."""

    value: str
    offset: int
    outputs: tuple[int, ...]
    """Numbers (from 0) of the file's outputs that stand in it."""


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag."""

    name: str
    """In small letters."""
    attributes: dict[str, Attribute]
    offset: int
    content: int
    """Where what follows the tag begins."""
    around: tuple["Element", ...]
    """The elements that it stands in, the outermost first, as far as this file tells."""

    def says(self, attribute: str) -> str:
        """The attribute's value; empty without one."""
        found = self.attributes.get(attribute)
        return found.value if found else ""


@dataclass(frozen=True, slots=True)
class Markup:
    """A template or text, taken apart."""

    source: Source
    flat: str
    elements: tuple[Element, ...]
    outputs: int
    """How many outputs there are."""


def read(source: Source) -> Markup:
    """The elements of a file in their order."""
    spans: list[tuple[int, int]] = []
    flat = _COMMENT.sub(lambda m: _blank(m[0]), _flatten(source.text, spans))
    elements: list[Element] = []
    stack: list[Element] = []
    at = 0
    while tag := _TAG.search(flat, at):
        at = tag.end()
        name = tag["name"].lower()
        if tag["close"]:
            depth = next((i for i in reversed(range(len(stack))) if stack[i].name == name), None)
            if depth is not None:
                del stack[depth:]
            continue
        element = Element(name, _attributes(tag, spans), tag.start(), at, tuple(stack))
        elements.append(element)
        if name in {"style", "script"}:
            end = re.compile(rf"</{name}\b", re.IGNORECASE).search(flat, at)
            at = end.start() if end else len(flat)
        if name not in _VOID and not tag["attributes"].rstrip().endswith("/"):
            stack.append(element)
    return Markup(source, flat, tuple(elements), len(spans))


def _flatten(text: str, spans: list[tuple[int, int]]) -> str:
    def flat(match: re.Match[str]) -> str:
        if match["output"]:
            spans.append(match.span())
            return _blank(match[0], FILLER)
        if match["raw"] is not None:
            start = match.start("raw") - match.start()
            whole = match[0]
            return _blank(whole[:start]) + match["raw"] + _blank(whole[start + len(match["raw"]) :])
        return _blank(match[0])

    return _CODE.sub(flat, text)


def _blank(text: str, sign: str = " ") -> str:
    return "".join("\n" if c == "\n" else sign for c in text)


def _attributes(tag: re.Match[str], spans: list[tuple[int, int]]) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    first = tag.start("attributes")
    for match in _ATTRIBUTE.finditer(tag["attributes"]):
        group = next((g for g in ("double", "single", "bare") if match[g] is not None), "")
        value = match[group] if group else ""
        offset = first + (match.start(group) if group else match.end())
        outputs = tuple(i for i, (a, b) in enumerate(spans) if a < offset + len(value) and b > offset)
        # Both sides of a condition may give the attribute: the first has the line, both have a say.
        before = found.get(match["name"].lower())
        if before:
            value = f"{before.value} {value}" if match["name"].lower() == "class" else before.value
            outputs = before.outputs + outputs
            offset = before.offset
        found[match["name"].lower()] = Attribute(value, offset, outputs)
    return found
