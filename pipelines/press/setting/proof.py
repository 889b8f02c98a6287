"""Whether a font sets text pair by pair: what a glyph is and how wide, its neighbour alone decides.

Where this is so, the engine needs to shape each pair of characters once, and no text again. It is
so when all that the font does with the features in use is to exchange single glyphs and to kern
pairs. A rule that does more - a ligature, a contextual form - is out of play in texts without one
of the characters it needs; the proof picks, rule by rule, the characters that texts miss least.
Rules that need two glyphs side by side, neither of them a blank, leave alone what stands between
blanks.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fontTools.ttLib import TTFont

_ALWAYS = frozenset(
    [
        "ccmp",
        "rvrn",
        "rclt",
        "calt",
        "clig",
        "liga",
        "rlig",
        "locl",
        "kern",
        "mark",
        "mkmk",
        "curs",
        "dist",
        "rand",
        "abvm",
        "blwm",
        "ltra",
        "ltrm",
        "vert",
    ]
)
"""What HarfBuzz switches on for left-to-right text without being asked."""
_SINGLE, _LIGATURE = 1, 4
_SINGLE_POSITION, _PAIRS = 1, 2
_SKIPS = 0x0002 | 0x0004
"""Flags of lookups that skip base glyphs or ligatures, and so perhaps blanks."""


class Awkward(NamedTuple):
    """The characters without which a font sets texts pair by pair."""

    all: frozenset[str]
    lone: frozenset[str]
    """Those of them that do no harm with nothing but blanks and the text's ends beside them."""


def awkward(data: bytes, features: Mapping[str, int], characters: Iterable[int]) -> Awkward | None:
    """The characters without which the font `data` sets texts pair by pair, features switched so.

    None when the font has tables of another kind, which this proof does not know.
    """
    active = _active(features)
    font = TTFont(io.BytesIO(data), lazy=True)
    if {"morx", "mort", "kern", "kerx", "Silf", "fvar"} & set(font.keys()):
        return None
    cmap = font.getBestCmap()
    substitutions = _lookups(font, "GSUB", active)
    singles = [table.mapping for kind, tables, _ in substitutions if kind == _SINGLE for table in tables]
    blanks = _forms(cmap[ord(" ")], singles) if ord(" ") in cmap else set()
    sources: dict[str, set[str]] = {}
    for code in characters:
        for glyph in _forms(cmap[code], singles):
            sources.setdefault(glyph, set()).add(chr(code))
    far: list[list[set[str]]] = []
    near: list[list[set[str]]] = []
    found = [(_substitutions, lookup) for lookup in substitutions if lookup[0] != _SINGLE]
    found += [(_positions, lookup) for lookup in _lookups(font, "GPOS", active)]
    for read, (kind, tables, skips) in found:
        for rule in read(kind, tables):
            places = [set(place) for place in rule]
            close = len(places) > 1 and not skips and not any(blanks & place for place in places)
            needs = [set().union(*(sources.get(glyph, ()) for glyph in place)) for place in places]
            (near if close else far).append(needs)
    always = _kept_out(far, set())
    every = _kept_out(near, always)
    return Awkward(frozenset(every), frozenset(every - always))


def _kept_out(rules: "list[list[set[str]]]", out: set[str]) -> set[str]:
    """Characters, `out` among them, without which no rule comes into play, by what its places need."""
    out = set(out)
    for needs in rules:
        if all(need - out for need in needs):
            out |= min(needs, key=lambda need: sum(map(_missed, need - out)))
    return out


def even_blank(data: bytes, features: Mapping[str, int]) -> bool:
    """Whether the font `data`, which sets texts pair by pair, has a blank as wide before any character."""
    font = TTFont(io.BytesIO(data), lazy=True)
    active = _active(features)
    singles = [
        table.mapping
        for kind, tables, _ in _lookups(font, "GSUB", active)
        if kind == _SINGLE
        for table in tables
    ]
    blanks = _forms(font.getBestCmap()[ord(" ")], singles)
    return not any(
        _kerned(table, blank)
        for kind, tables, _ in _lookups(font, "GPOS", active)
        if kind == _PAIRS
        for table in tables
        for blank in blanks & set(table.Coverage.glyphs)
    )


def _kerned(table: Any, glyph: str) -> bool:
    """Whether a table of pairs gives a glyph of its coverage another width before some glyph."""
    if table.Format == 1:
        records = table.PairSet[table.Coverage.glyphs.index(glyph)].PairValueRecord
    else:
        records = table.Class1Record[table.ClassDef1.classDefs.get(glyph, 0)].Class2Record
    return any(record.Value1 is not None and record.Value1.XAdvance for record in records)


def _active(features: Mapping[str, int]) -> set[str]:
    return {tag for tag in _ALWAYS if features.get(tag, 1)} | {tag for tag, on in features.items() if on}


Rule = Sequence[Iterable[str]]
"""The glyphs that may stand at each place of the sequence that a rule needs."""


def _missed(character: str) -> int:
    """How much texts miss a character."""
    if character == " " or unicodedata.category(character) in ("Lu", "Ll", "Nd"):
        return 100
    return 20 if character in ".,:-()" else 1


def _forms(glyph: str, singles: list[dict[str, str]]) -> set[str]:
    forms = {glyph}
    for _ in singles:
        grown = forms | {mapping[form] for mapping in singles for form in forms if form in mapping}
        if grown == forms:
            break
        forms = grown
    return forms


def _lookups(font: TTFont, tag: str, active: set[str]) -> list[tuple[int, list[Any], bool]]:
    """The lookups that the features lead to, of any script and language.

    For each its kind, its tables, and whether it skips other glyphs than marks.
    """
    if tag not in font:
        return []
    table = font[tag].table
    if table.FeatureList is None or table.LookupList is None:
        return []
    wanted = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag in active
        for index in record.Feature.LookupListIndex
    }
    found = []
    for index in sorted(wanted):
        lookup = table.LookupList.Lookup[index]
        tables = [getattr(t, "ExtSubTable", t) for t in lookup.SubTable]
        found.append((tables[0].LookupType if tables else 0, tables, bool(lookup.LookupFlag & _SKIPS)))
    return found


def _substitutions(kind: int, tables: list[Any]) -> Iterator[Rule]:
    for table in tables:
        if kind == _LIGATURE:
            for first, ligatures in table.ligatures.items():
                yield from ([[first], *([part] for part in ligature.Component)] for ligature in ligatures)
        else:
            yield from _sequences(table)


def _positions(kind: int, tables: list[Any]) -> Iterator[Rule]:
    for table in tables:
        if kind == _PAIRS and table.ValueFormat2 == 0 and table.ValueFormat1 in (0, 4):
            # A value of a pair's second glyph would keep that glyph from being kerned with its next one.
            continue
        if kind == _SINGLE_POSITION and table.ValueFormat in (0, 4):
            continue
        yield from _sequences(table)


def _sequences(table: Any) -> Iterator[Rule]:
    """The rules of a contextual table; for a table of another kind, the glyphs that it begins with."""
    rules = getattr(table, "ChainSubRuleSet", None)
    if getattr(table, "Format", 0) == 3 and hasattr(table, "InputCoverage"):
        places = (*table.BacktrackCoverage, *table.InputCoverage, *table.LookAheadCoverage)
        yield [coverage.glyphs for coverage in places]
    elif getattr(table, "Format", 0) == 1 and rules is not None:
        for first, some in zip(table.Coverage.glyphs, rules, strict=True):
            for rule in some.ChainSubRule if some is not None else ():
                others = (*rule.Backtrack, *rule.Input, *rule.LookAhead)
                yield [[first], *([glyph] for glyph in others)]
    else:
        coverage = getattr(table, "MarkCoverage", None) or getattr(table, "Mark1Coverage", None)
        coverage = coverage or getattr(table, "Coverage", None)
        begin = getattr(table, "mapping", None) or getattr(table, "alternates", None)
        yield [coverage.glyphs if coverage is not None else list(begin or ())]
