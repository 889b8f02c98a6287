"""Looks for personal data where a vendor's system reads: keys, manifest, list of pieces, ticket."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from lxml import etree

_SHORTEST = 6
"""Characters: shorter names and numbers would be found in any id by chance."""
_SEPARATORS = re.compile(r"[\W_]+")
_HASH = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be seen: names, and numbers that stand for a person or a debt."""

    names: frozenset[str]
    """Squeezed: lower case, without blanks and punctuation."""
    numbers: frozenset[str]

    @classmethod
    def of(cls, rows: pa.Table) -> "Secrets":
        """The secrets of some rows of PIECES."""
        names = (squeezed(name) for name in set(rows["name"].to_pylist()) if name)
        numbers = {*rows["payment_reference"].to_pylist(), *_flat(rows["claim_ids"])}
        return cls(
            frozenset(name for name in names if len(name) >= _SHORTEST),
            frozenset(number for number in numbers if number and len(number) >= _SHORTEST),
        )

    def names_in(self, texts: Iterable[str]) -> int:
        """How many of the names stand anywhere in `texts`, however they are parted or written."""
        text = "\n".join(sorted({squeezed(t) for t in texts}))
        return sum(name in text for name in self.names)

    def numbers_in(self, texts: Iterable[str]) -> int:
        """How many of the numbers are one of `texts`."""
        return len(self.numbers & set(texts))


def squeezed(text: str) -> str:
    """The letters and digits of a text alone, in lower case."""
    return _SEPARATORS.sub("", text).casefold()


def of_json(data: bytes) -> Iterator[str]:
    """Every text in a JSON document, keys too, but for hashes; nothing when it is no JSON."""
    try:
        yield from _texts(json.loads(data))
    except ValueError:
        return


def of_xml(data: bytes) -> Iterator[str]:
    """Every text and attribute of an XML document; nothing when it is no XML."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return
    for element in root.iter(etree.Element):
        yield from (value for value in (element.text, element.tail, *element.attrib.values()) if value)


def unusual(cells: Iterable[str]) -> set[str]:
    """The cells that are more than a number or an id, so that a name can be in them."""
    return {cell for cell in cells if not _NUMBER.fullmatch(cell)}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            if not _HASH.fullmatch(value):
                yield value
        case dict():
            for key, item in value.items():
                yield key
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)


def _flat(column: pa.ChunkedArray) -> list[str]:
    return [text for chunk in column.chunks for text in chunk.flatten().to_pylist()]
