"""The press's own fonts: what `fonts/fonts.toml` names, checked, with their measures.

WeasyPrint sets with the subsets that `foundry` makes, and the print files embed the same. Fonts
of the machine cannot step in: the font configuration knows no folder of the system, and a
character that the press's fonts lack ends in a warning, not in a foreign glyph.
"""

import functools
import hashlib
import io
import os
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.ttLib import TTFont
from weasyprint.text.fonts import FontConfiguration

from pipelines import assets
from pipelines.errors import AssetError
from pipelines.press import foundry

MM_PER_POINT = 25.4 / 72

# Controls, direction marks, line separators and unassigned code points are never set, whatever a
# font has; combining marks are not either, since names arrive in composed form (NFC).
_UNSETTABLE = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Mn", "Mc", "Me"))
_ISOLATED = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
    "<fontconfig><cachedir>{folder}</cachedir></fontconfig>\n"
)
_ENVIRONMENT = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """One press font: a family's weight and style, cut to the repertoire, with its measures."""

    family: str
    """The name that style sheets use."""
    weight: int
    style: str
    name: str
    """The PostScript name."""
    data: bytes
    """The subset as WeasyPrint sets with it."""
    file: Path
    """Where `data` lies."""
    units_per_em: int
    advances: tuple[int, ...]
    """The advance width of each glyph, in font units."""
    cmap: Mapping[int, int]
    """Code point → glyph number."""
    texts: Mapping[int, str]
    """Glyph number → what it says, of ligatures and other forms too."""

    @property
    def widths(self) -> tuple[int, ...]:
        """The advance width of each glyph in whole thousandths of an em.

        PDF allows fractions, but some readers cut them off, and a line then ends too early.
        """
        return tuple(round(advance * 1000 / self.units_per_em) for advance in self.advances)


@dataclass(frozen=True, slots=True, eq=False)
class Typefaces:
    """All press fonts, in the order of `fonts.toml`; the first family is the text face."""

    faces: tuple[Typeface, ...]

    @property
    def text_family(self) -> str:
        """The family that names, addresses and texts are set in."""
        return self.faces[0].family

    def settable(self) -> str:
        """An RE2 pattern `^[…]*$` of the characters that every weight of the text face has.

        Controls, direction marks, line separators and combining marks are not among them.
        """
        sets = [set(f.cmap) for f in self.faces if f.family == self.text_family]
        both = sorted(c for c in set.intersection(*sets) if unicodedata.category(chr(c)) not in _UNSETTABLE)
        return f"^[{''.join(_span(first, last) for first, last in _runs(both))}]*$"

    def advance_mm(self, text: str, size_pt: float, family: str = "", weight: int = 400) -> float:
        """How wide `text` is in one line, in mm, without kerning; missing characters take one em.

        Kerning mostly draws glyphs together, so the true line is rarely longer than this.
        `family` is the text face when empty. Raises AssetError when there is no such face.
        """
        face = self.face(family or self.text_family, weight)
        units = sum(
            face.advances[glyph] if (glyph := face.cmap.get(ord(c))) is not None else face.units_per_em
            for c in text
        )
        return units / face.units_per_em * size_pt * MM_PER_POINT

    def face(self, family: str, weight: int = 400) -> Typeface:
        """The upright face of that family and weight. Raises AssetError when there is none."""
        for face in self.faces:
            if (face.family, face.weight, face.style) == (family, weight, "normal"):
                return face
        raise AssetError(f"fonts.toml: no face {family} {weight}", "add it, or use one that is there")

    def stylesheet(self) -> str:
        """The `@font-face` rules of all press fonts."""
        return "\n".join(
            f"@font-face {{ font-family: '{f.family}'; font-weight: {f.weight}; "
            f"font-style: {f.style}; src: url('{f.file.as_uri()}') }}"
            for f in self.faces
        )

    def configuration(self) -> FontConfiguration:
        """A WeasyPrint font configuration that knows no font of the machine.

        Style sheets with `stylesheet()` have to be read with it to bring the press fonts in.
        """
        conf = foundry.cache_folder() / "fonts.conf"
        foundry.write_whole(conf, _ISOLATED.format(folder=foundry.cache_folder() / "fontconfig").encode())
        # Fontconfig reads the variable once, when a configuration is made; what other code of
        # this process sees must stay as it was.
        with _ENVIRONMENT:
            before = os.environ.get("FONTCONFIG_FILE")
            os.environ["FONTCONFIG_FILE"] = str(conf)
            try:
                return FontConfiguration()
            finally:
                if before is None:
                    del os.environ["FONTCONFIG_FILE"]
                else:
                    os.environ["FONTCONFIG_FILE"] = before


@functools.cache
def load(folder: Path | None = None) -> Typefaces:
    """The press fonts of `folder` (the shipped `fonts/` by default), made once per process.

    Raises AssetError when `fonts.toml` or a font is missing, altered or not TrueType.
    """
    root = folder or assets.folder("fonts")
    try:
        entries = tomllib.loads((root / "fonts.toml").read_text(encoding="utf-8"))["font"]
        faces = tuple(_face(root, entry) for entry in entries)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise AssetError(f"fonts.toml: {error}", "see docs/layouts.md, fonts") from error
    if not faces:
        raise AssetError("fonts.toml: no font", "name at least one [[font]]")
    return Typefaces(faces)


def settable() -> str:
    """`Typefaces.settable` of the shipped fonts: an RE2 pattern of the text face's characters."""
    return load().settable()


def fits_the_window(line: str) -> bool:
    """Whether an address line fits the address field of every country, in the field's own size.

    The field and its size are `text_w` and `font_pt` of `layouts/shared/geometry.toml`.
    """
    faces = load()
    return all(faces.advance_mm(line, size) <= width for width, size in _address_fields())


@functools.cache
def _address_fields() -> tuple[tuple[float, float], ...]:
    """Width in mm and font size in points of each country's address field."""
    path = assets.folder("layouts") / "shared" / "geometry.toml"
    try:
        windows = tomllib.loads(path.read_text(encoding="utf-8"))["windows"]
        return tuple(sorted({(float(w["text_w"]), float(w["font_pt"])) for w in windows.values()}))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise AssetError(f"{path.name}: {error!r}", "see docs/layouts.md, page geometry") from error


def _face(root: Path, entry: Mapping[str, Any]) -> Typeface:
    file = root / entry["file"]
    source = file.read_bytes()
    if hashlib.sha256(source).hexdigest() != entry["sha256"]:
        raise AssetError(f"{file.name}: not the font that fonts.toml names", "restore it, or its sha256")
    kept, data = foundry.made(source)
    font = TTFont(io.BytesIO(data), lazy=True)
    if "glyf" not in font:
        raise AssetError(f"{file.name}: no TrueType outlines", "convert it to TrueType")
    order = font.getReverseGlyphMap()
    cmap = {code: order[glyph] for code, glyph in sorted(font.getBestCmap().items())}
    return Typeface(
        family=entry.get("css_family", entry["family"]),
        weight=int(entry["weight"]),
        style=entry["style"],
        name=font["name"].getDebugName(6) or file.stem,
        data=data,
        file=kept,
        units_per_em=font["head"].unitsPerEm,
        advances=tuple(font["hmtx"][glyph][0] for glyph in font.getGlyphOrder()),
        cmap=cmap,
        texts=foundry.texts(font, cmap),
    )


def _runs(codes: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1] = (runs[-1][0], code)
        else:
            runs.append((code, code))
    return runs


def _span(first: int, last: int) -> str:
    ends = [f"\\{chr(c)}" if chr(c) in r"\]^-[" else chr(c) for c in (first, last)]
    return ends[0] if first == last else "-".join(ends)
