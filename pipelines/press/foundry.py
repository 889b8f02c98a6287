"""The press's fonts in the making: cut to the letters' repertoire, kept from run to run, read.

A font is subset once and kept in a cache folder under a name made of everything that went into
it, so its glyph numbers are the same in every letter, file and run.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont

from pipelines.errors import AssetError
from pipelines.press import glyph_codes

REPERTOIRE = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x205F),  # spaces, dashes, quotation marks, bullets
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x20A0, 0x20C0),  # currency
    (0x2100, 0x218B),  # letterlike symbols, fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators: minus, times, not equal
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2713, 0x2717),  # ticks and crosses
    (0xFB00, 0xFB06),  # Latin ligatures
)
"""The characters that a press font keeps, where it has them: Unicode ranges, both ends counted."""

FEATURES = (
    *("ccmp", "locl", "calt", "liga", "kern", "mark", "mkmk"),
    *("tnum", "pnum", "lnum", "case", "zero", "frac", "numr", "dnom", "sups", "subs", "ordn"),
)
"""The OpenType features that a press font keeps; all others, such as stylistic sets, are cut off."""

_OF_NO_LETTER = ["MATH", "vhea", "vmtx", "VORG", "HVAR", "VVAR"]
"""Tables for formulas, for lines from top to bottom, and of what others say as well."""


def made(source: bytes) -> tuple[Path, bytes]:
    """The subset of a font file, from the cache when it was made before."""
    code = [hashlib.sha256(Path(file).read_bytes()).digest() for file in (__file__, glyph_codes.__file__)]
    recipe = repr((hashlib.sha256(source).digest(), *code, fontTools.version))
    kept = cache_folder() / f"{hashlib.sha256(recipe.encode()).hexdigest()}.ttf"
    try:
        return kept, kept.read_bytes()
    except FileNotFoundError:
        data = cut(source)
        write_whole(kept, data)
        return kept, data


def cut(source: bytes) -> bytes:
    """The font file with the repertoire's glyphs and features only, renumbered, without hinting."""
    options = subset.Options(
        layout_features=list(FEATURES),
        notdef_outline=True,
        hinting=False,
        glyph_names=False,
        name_IDs=[1, 2, 4, 6],
    )
    options.drop_tables += _OF_NO_LETTER
    font = TTFont(io.BytesIO(source), recalcTimestamp=False, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for first, last in REPERTOIRE for c in range(first, last + 1)])
    cutter.subset(font)
    if "glyf" in font:  # other fonts are refused by who asked for them
        glyph_codes.renumber(font)
    subset_file = io.BytesIO()
    font.save(subset_file)
    return subset_file.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that other processes see the whole of it or none."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(data)
    Path(part.name).replace(path)


def cache_folder() -> Path:
    """Where made fonts are kept: `$BREVPRESS_CACHE`, else the user's cache, else a temporary folder."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    places = [Path(home) / "brevpress", Path(tempfile.gettempdir()) / f"brevpress-{os.getuid()}"]
    if own := os.environ.get("BREVPRESS_CACHE"):
        places.insert(0, Path(own))
    for place in places:
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK) and place.stat().st_uid == os.getuid():
            return place
    raise AssetError("no folder for made fonts can be written", "set BREVPRESS_CACHE")


def texts(font: TTFont, cmap: Mapping[int, int]) -> dict[int, str]:
    """What each glyph says: its own character, else that of the glyphs it stands for."""
    told = {glyph: chr(code) for code, glyph in sorted(cmap.items(), reverse=True)}
    order = font.getReverseGlyphMap()
    forms = [pair for lookup in _lookups(font) for table in lookup for pair in _forms(table)]
    # A form may stand for a form of another lookup; each round settles one more step.
    while True:
        more = {
            order[form]: "".join(told[order[part]] for part in parts)
            for form, parts in reversed(forms)
            if order[form] not in told and all(order[part] in told for part in parts)
        }
        if not more:
            return dict(sorted(told.items()))
        told |= more


def _lookups(font: TTFont) -> list[list[Any]]:
    if "GSUB" not in font or not font["GSUB"].table.LookupList:
        return []
    tables = [lookup.SubTable for lookup in font["GSUB"].table.LookupList.Lookup]
    return [[getattr(table, "ExtSubTable", table) for table in lookup] for lookup in tables]


def _forms(table: Any) -> Iterator[tuple[str, list[str]]]:
    """The substitutions one for one, and many for one, of a lookup: what is made, and of what."""
    match table.LookupType:
        case 1:
            yield from ((made, [part]) for part, made in table.mapping.items())
        case 4:
            for first, ligatures in table.ligatures.items():
                yield from ((ligature.LigGlyph, [first, *ligature.Component]) for ligature in ligatures)
