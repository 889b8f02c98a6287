"""Objects that are written alike but for their references, strings and counts are of one kind.

A print file has thousands of pages and records and some dozens of kinds. What is true of all
objects of a kind, such as which keys they have, needs to be looked at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Where a value stands: keys of dictionaries without the slash, indices of arrays."""

# Starts with a set of characters, by which the search finds its places quickly.
_VALUE = re.compile(
    rb"([\d(<](?:(?<=[\s\[]\d)\d*+ \d++ R(?=[\s/\[\]<>]|\Z)|(?<=[A-Za-z] \d)\d*+(?=[\s/\[\]<>]|\Z)"
    rb"|(?<=\()[^()\\]*+\)|(?<=[^<]<)[0-9A-Fa-f]*+>))"
)
_LONG = re.compile(rb"(?<=\[)[-+.\d][-+.\d\s]{99,}+(?=\])")
"""Numbers that nobody asks for one by one, such as the widths of a font."""
MOST, LARGEST = 2048, 1024
"""Kinds, and bytes of each, that are kept from file to file."""
_TOKEN = re.compile(rb"<<|>>|[\[\]<>\x00]|/[^\s/\[\]<>(){}%\x00]*+|[^\s/\[\]<>\x00]++")
_ODD = re.compile(rb"[()%#\\{}\v]")
"""Comments, names and strings with escapes: what the library reads otherwise than it stands there."""
_NO_VALUES = frozenset((b">>", b"]", b"<", b">"))
_HOLE = b"\x00"


@dataclass(eq=False, slots=True)
class Kind:
    """What objects have in common."""

    text: bytes
    """As they are written, with a zero byte for every value: a reference, a string, a count."""
    places: Mapping[Path, int]
    """Which value stands where; empty, as `names`, when the kind is too strange to be told apart."""
    names: Mapping[Path, bytes]
    """What is not a value: names, booleans, numbers other than whole ones behind a key, and what is empty."""
    harmless: bool | None = None
    """Whether no rule speaks of anything in it; None when nobody has looked."""
    _listed: dict[str, tuple[int, ...] | None] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where anything stands; none when the kind is too strange to be told apart."""
        return (*self.places, *self.names)

    def listed(self, key: str) -> tuple[int, ...] | None:
        """The values in the array of that key, or its only value; None when there is more in it."""
        if key not in self._listed:
            inside = [path for path in self.paths if path and path[0] == key]
            plain = inside == [(key,)] or inside == [(key, i) for i in range(len(inside))]
            places = tuple(self.places[path] for path in inside if path in self.places)
            self._listed[key] = places if plain and inside and len(places) == len(inside) else None
        return self._listed[key]

    @property
    def deflated(self) -> bool:
        """Whether it is a stream with deflate as its only filter."""
        filters = {path: name for path, name in self.names.items() if path and path[0] == "Filter"}
        parameters = any(path and path[0] in ("DecodeParms", "F") for path in self.paths)
        return not parameters and filters in (
            {("Filter",): b"/FlateDecode"},
            {("Filter", 0): b"/FlateDecode"},
        )


class Entries(NamedTuple):
    """One object: its kind and its values."""

    kind: Kind
    values: Sequence[bytes]

    def value(self, *path: str | int) -> bytes:
        """What stands there as it is written; empty when there is nothing."""
        place = self.kind.places.get(path)
        return self.kind.names.get(path, b"") if place is None else self.values[place]

    def reference(self, *path: str | int) -> int | None:
        """The number of the object that stands there; None when there is no reference."""
        place = self.kind.places.get(path)
        return None if place is None else reference(self.values[place])

    def references(self, key: str) -> list[int] | None:
        """The numbers of the objects in an array, or of the only one; None when not all are references."""
        places = self.kind.listed(key)
        if places is None:
            return None
        numbers = [reference(self.values[place]) for place in places]
        return [number for number in numbers if number is not None] if None not in numbers else None


class Kinds:
    """The kinds of one file."""

    def __init__(self) -> None:
        self._kinds: dict[bytes, Kind] = {}

    def __iter__(self) -> Iterator[Kind]:
        """All kinds that objects were found to be of."""
        return iter(self._kinds.values())

    def of(self, text: bytes) -> Entries:
        """An object that is written so."""
        parts = _VALUE.split(_LONG.sub(b"0", text))
        common = _HOLE.join(parts[::2])
        if common.count(_HOLE) > len(parts) // 2:  # a zero byte, which is white space to the library
            return Entries(self._kinds.setdefault(b"%" + text, Kind(text, {}, {})), ())
        if (kind := self._kinds.get(common)) is None:
            kind = self._kinds[common] = _known(common)
        return Entries(kind, parts[1::2])


_kinds: dict[bytes, Kind] = {}


def _known(common: bytes) -> Kind:
    """The kind of objects that are written so, which does not depend on the file."""
    if len(common) > LARGEST:
        return _kind(common)
    if (kind := _kinds.get(common)) is None:
        if len(_kinds) >= MOST:
            _kinds.clear()
        kind = _kinds[common] = _kind(common)
    return kind


def reference(value: bytes) -> int | None:
    """The number of the object that a value refers to; None when it is no reference."""
    return int(value[:-4]) if value[-4:] == b" 0 R" else None


def _kind(text: bytes) -> Kind:
    walk = _Walk(text)
    try:
        if _ODD.search(text) is not None:
            raise _Strange
        walk.value(next(walk.tokens), ())
        if next(walk.tokens, None) is None:
            return Kind(text, walk.places, walk.names)
    except (StopIteration, RecursionError, _Strange):
        pass
    return Kind(text, {}, {})


class _Strange(Exception):
    """Not a dictionary of different keys and their values, or not in words that are what they seem."""


class _Walk:
    """Goes through an object once."""

    def __init__(self, text: bytes) -> None:
        self.tokens = iter(_TOKEN.findall(text))
        self.places: dict[Path, int] = {}
        self.names: dict[Path, bytes] = {}

    def value(self, token: bytes, path: Path) -> None:
        """Take down what starts with a token."""
        if token == b"<<":
            keys: set[bytes] = set()
            while (key := next(self.tokens)) != b">>":
                if key in keys or key[:1] != b"/":
                    raise _Strange
                keys.add(key)
                self.value(next(self.tokens), (*path, key[1:].decode("latin-1")))
            if not keys:
                self.names[path] = b"<<>>"
        elif token == b"[":
            index = 0
            while (item := next(self.tokens)) != b"]":
                self.value(item, (*path, index))
                index += 1
            if not index:
                self.names[path] = b"[]"
        elif token == _HOLE:
            self.places[path] = len(self.places)
        elif token in _NO_VALUES:
            raise _Strange
        else:
            self.names[path] = token
