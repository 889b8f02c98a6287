"""The nodes of the document parts: what each says, and whether its metadata are as they must be.

Leaves that are written alike are of one kind, and their metadata are judged once a kind.
Source: ISO 32000-2, 14.12.4.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat

import pikepdf

from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings, Rule
from pipelines.press.written_columns import Columns
from pipelines.press.written_kinds import Kind

Facts = Mapping[str, Mapping[str, str | int]]
"""A DPM: dictionaries of strings and whole numbers; other values are left out."""
_XML_NAME = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_OWN = re.compile(r"[A-Za-z]{4}_[\w.\-]+", re.ASCII)
"""A key of our own at the top of a DPM: a registered or a second-class name."""
_RESERVED = frozenset(("GTS_Managed", "GTS_Suspect", "CIP4_Root"))
_DEEPEST = 16


@dataclass(slots=True)
class Record:
    """A node; `first` and `last` are the pages of a leaf, from 1."""

    number: int
    type: str
    parent: int | None
    start: int | None
    end: int | None
    inner: bool
    facts: Facts = field(default_factory=dict)
    first: int = 0
    last: int = 0


def read(file: PrintedFile, number: int, found: Findings) -> Record | None:
    """The node of that object number, its metadata checked; None when it is no dictionary.

    For inner nodes, and for what `leaves` has not.
    """
    node = file.object(number)
    if not isinstance(node, pikepdf.Dictionary):
        return None
    if "/DPM" in node:
        check_metadata(node["/DPM"], found, 0)
    return Record(
        number,
        str(node.get("/Type", "")),
        _number(node.get("/Parent")),
        _number(node.get("/Start")),
        _number(node.get("/End")),
        "/DParts" in node,
        _facts(node.get("/DPM")),
    )


def leaves(file: PrintedFile) -> dict[int, Record]:
    """The leaves of a plain file that are written alike, as the press writes them, by their numbers."""
    found: dict[int, Record] = {}
    for group in file.columns:
        if (places := _leaf_places(group.kind)) is not None:
            found.update(_plain_leaves(group, *places))
    return found


def _plain_leaves(
    group: Columns,
    start_at: int,
    end_at: int | None,
    parent_at: int | None,
    told: Sequence[tuple[str, int]],
) -> Iterator[tuple[int, Record]]:
    starts, ends, parents = [group.references(at) for at in (start_at, end_at, parent_at)]
    said = [group.counts(at) or group.strings(at) for _, at in told]
    facts = [column for column in said if column is not None]
    if starts is None or (ends is None and end_at is not None) or len(facts) < len(said):
        return
    keys = [key for key, _ in told]
    rows = zip(*facts, strict=True) if facts else repeat(())
    nothing = repeat(None)
    for number, parent, start, end, row in zip(
        group.numbers, parents or nothing, starts, ends or nothing, rows, strict=False
    ):
        piece: dict[str, str | int] = dict(zip(keys, row, strict=True))
        yield number, Record(number, "/DPart", parent, start, end, False, {_PIECE: piece} if piece else {})


@lru_cache(maxsize=64)
def _leaf_places(kind: Kind) -> tuple[int, int | None, int | None, tuple[tuple[str, int], ...]] | None:
    """Where such a leaf says its first page, its last, its parent, and facts; None for another kind."""
    at = kind.places
    if not set(at) | set(kind.names) <= _LEAF_PATHS or ("Start",) not in at:
        return None
    if kind.names != {("Type",): b"/DPart"}:
        return None
    told = tuple((str(path[-1]), place) for path, place in at.items() if len(path) > 1)
    return at[("Start",)], at.get(("End",)), at.get(("Parent",)), told


_PIECE = "Brvp_Piece"
_LEAF_PATHS = frozenset(
    [("Type",), ("Parent",), ("Start",), ("End",)]
    + [("DPM", _PIECE, key) for key in ("ID", "Sequence", "Sheets", "Pages")]
)


def check_metadata(value: object, found: Findings, level: int) -> None:
    """A DPM dictionary, or a value in one. Errata 86 of ISO 32000-2 accepts names as values."""
    match value:
        case pikepdf.Stream() | None:
            found.add(Rule.DPART_METADATA, 0, "a stream or null in DPM")
        case pikepdf.Dictionary() if level < _DEEPEST:
            for key, inner in value.items():
                name = key[1:]
                if not _XML_NAME.fullmatch(name):
                    found.add(Rule.DPART_METADATA, 0, f"key {key[:24]} is no XML name")
                elif level == 0 and name not in _RESERVED and not _OWN.fullmatch(name):
                    found.add(Rule.DPART_METADATA, 0, f"key {key[:24]} has no prefix of its own")
                check_metadata(inner, found, level + 1)
        case pikepdf.Array() if level < _DEEPEST:
            for inner in value:
                check_metadata(inner, found, level + 1)
        case _ if level == 0 or level >= _DEEPEST:
            found.add(Rule.DPART_METADATA, 0, "DPM is no dictionary, or too deep")


def _facts(metadata: object) -> Facts:
    if not isinstance(metadata, pikepdf.Dictionary):
        return {}
    return {
        str(key)[1:]: {str(k)[1:]: _value(v) for k, v in part.items() if isinstance(v, (pikepdf.String, int))}
        for key, part in metadata.items()
        if isinstance(part, pikepdf.Dictionary)
    }


def _value(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)


def _number(thing: object) -> int | None:
    return thing.objgen[0] or None if isinstance(thing, pikepdf.Dictionary) else None
