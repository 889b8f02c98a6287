"""Glyphs and advances of a text, as Pango and WeasyPrint's drawing give them.

Advances are whole Pango units; what goes into a content stream is rounded as WeasyPrint does it:
glyphs are as wide as the PDF font says (whole thousandths of an em), and the difference to the
true advance follows as a number cut to an integer.

Most fonts set letter texts pair by pair (`proof.pairwise`). For them two dictionaries, filled as
pairs are met, give advance and operators of every character by its right neighbour; so do two of
words (`words`), made from these. Any other text is shaped whole by HarfBuzz.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from operator import add

import uharfbuzz as hb  # type: ignore[import-untyped]
from fontTools.unicodedata import script as script_of

from pipelines.press.glyph_codes import written
from pipelines.press.setting.proof import Awkward as AwkwardCharacters
from pipelines.press.setting.proof import awkward, even_blank
from pipelines.press.setting.style import PANGO_SCALE, CannotFollow
from pipelines.press.setting.words import Awkward, Words, split
from pipelines.press.typefaces import Typeface
from pipelines.press.written_numbers import number

UNSETTABLE = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Mn", "Mc", "Me"))
_FRACTION_SLASH = "\u2044"
_SCRIPTS = frozenset(("Latn", "Grek", "Cyrl"))
_LATIN = re.compile(
    "[^A-Za-z\u0080-\U0010ffff]*[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]"
    "[\u0000-\u00a9\u00ab-\u00b9\u00bb-\u024f\u2010-\u2022\u2026\u20ac]*"
)
"""Texts of the Latin script, told by their usual characters."""
_PAIRS_KEPT = 40_000
"""Pairs of one style; a few hundred occur in letters."""
_TEXTS_KEPT = 512

Glyph = tuple[int, int, int, int]
"""Number, cluster (index of its first character), advance and horizontal offset in Pango units."""


class Shaper:
    """Shapes texts of one face, size, language, script and set of features."""

    def __init__(
        self, face: Typeface, size: int, features: Sequence[tuple[str, int]], language: str, script: str
    ) -> None:
        self._face = face
        self._size = size
        self._features = dict(features)
        self._language = language
        self._script = script
        self._font = _font(face, size)
        self._widths = face.widths
        self._em = size / PANGO_SCALE
        self.glyphs = functools.lru_cache(_TEXTS_KEPT)(self._glyphs)
        switched = tuple(sorted(self._features.items()))
        self._awkward = _awkward(face, switched)
        self._even_blank = self._awkward is not None and _even_blank(face, switched)
        self.advances = _Advances(self)
        self.operators = _Operators(self)

    @functools.cached_property
    def words(self) -> Words | None:
        """Texts word by word; None when the font does not set them so."""
        if self._awkward is None or " " in self._awkward.all or not self._even_blank:
            return None
        return Words(self.advances, self.operators)

    def pairwise(self, text: str) -> bool:
        """Whether the text is set pair by pair."""
        return self._awkward is not None and self._awkward.all.isdisjoint(text)

    def positions(self, text: str) -> list[int]:
        """Where each character begins and, last, where the text ends, in Pango units."""
        if self.pairwise(text):
            return list(accumulate(map(self.advances.__getitem__, _pairs(text)), initial=0))
        starts = [0] * (len(text) + 1)
        for _, cluster, advance, _ in self.glyphs(text):
            starts[cluster + 1] += advance
        return list(accumulate(starts))

    def advance(self, text: str) -> int:
        """The width of the text set alone, in Pango units."""
        if self.words is not None:
            try:
                return sum(map(self.words.advances.__getitem__, split(text)))
            except Awkward:
                pass
        return sum(glyph[2] for glyph in self.glyphs(text))

    def shown(self, text: str) -> str:
        """The text as glyphs and numbers, to stand between `[(` and `)]TJ`; a character for each byte."""
        if self.words is not None:
            try:
                return "".join(map(self.words.shown.__getitem__, split(text)))
            except Awkward:
                pass
        return "".join(self.piece(*glyph) for glyph in self.glyphs(text))

    def piece(self, glyph: int, _cluster: int, advance: int, offset: int) -> str:
        """One glyph with the numbers round it, as WeasyPrint's `draw_first_line` computes them."""
        before = offset / self._em
        moved = self._widths[glyph] + before - advance * 1000 / PANGO_SCALE / self._em
        gap = int(moved)
        lead = f"){number(-before)}(" if offset else ""
        return f"{lead}{written(glyph)}){gap}(" if gap else f"{lead}{written(glyph)}"

    def learn(self, pair: str) -> None:
        """Shapes a pair, or a last character. Raises Awkward for one that says nothing about texts.

        So a text is set pair by pair when each of its pairs is known.
        """
        if not self.pairwise(pair) and not self._lone(pair):
            raise Awkward
        if len(self.advances) >= _PAIRS_KEPT:
            self.advances.clear()
            self.operators.clear()
        first = self._glyphs(pair)[0]
        self.advances[pair] = first[2]
        self.operators[pair] = self.piece(*first)

    def _lone(self, pair: str) -> bool:
        """Whether an awkward character has a blank beside it, or is the last one, and needs no more."""
        return self._awkward is not None and pair.strip(" ") in self._awkward.lone

    def _glyphs(self, text: str) -> tuple[Glyph, ...]:
        for character in text:
            if character != " " and _script_of(character) not in (self._script, "Zyyy"):
                raise CannotFollow("a character or script that the setting engine does not shape")
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction = "ltr"
        buffer.script = self._script
        if self._language:
            buffer.language = self._language
        hb.shape(self._font, buffer, self._features)
        found = []
        infos, places = buffer.glyph_infos, buffer.glyph_positions
        for info, place in zip(infos, places, strict=True):
            if not info.codepoint:
                raise CannotFollow("a character that the font lacks")
            if place.y_offset or place.y_advance:
                raise CannotFollow("glyphs off the baseline")
            found.append((info.codepoint, info.cluster, place.x_advance, place.x_offset))
        return tuple(found)


class _Advances(dict[str, int]):
    def __init__(self, shaper: Shaper) -> None:
        super().__init__()
        self._shaper = shaper

    def __missing__(self, pair: str) -> int:
        self._shaper.learn(pair)
        return self[pair]


class _Operators(dict[str, str]):
    def __init__(self, shaper: Shaper) -> None:
        super().__init__()
        self._shaper = shaper

    def __missing__(self, pair: str) -> str:
        self._shaper.learn(pair)
        return self[pair]


@functools.lru_cache(4096)
def _script_of(character: str) -> str:
    """The script of a character; empty when it is not settled."""
    return str(script_of(character)) if settled(character) else ""


def settled(character: str) -> bool:
    """Whether a character is a letter, digit, sign or blank that stands for itself."""
    return unicodedata.category(character) not in UNSETTABLE and character != _FRACTION_SLASH


def text_script(text: str) -> str:
    """The one script of a text's letters, as HarfBuzz names it; `Zyyy` when it has no letters.

    Raises CannotFollow for more than one script.
    """
    if _LATIN.fullmatch(text):
        return "Latn"
    return _script(text)


@functools.lru_cache(4096)
def _script(text: str) -> str:
    scripts = {script_of(character) for character in text if character != "\n"} - {"Zyyy"}
    if not scripts:
        return "Zyyy"
    if len(scripts) > 1 or not scripts <= _SCRIPTS:
        raise CannotFollow("letters of several scripts, or of one that is not Latin, Greek or Cyrillic")
    found: str = scripts.pop()
    return found


def _pairs(text: str) -> list[str]:
    return [*map(add, text, text[1:]), text[-1]] if text else []


@functools.cache
def _face(face: Typeface) -> hb.Face:
    return hb.Face(face.data)


@functools.lru_cache(256)
def _font(face: Typeface, size: int) -> hb.Font:
    font = hb.Font(_face(face))
    font.scale = (size, size)
    return font


@functools.lru_cache(256)
def _awkward(face: Typeface, features: tuple[tuple[str, int], ...]) -> AwkwardCharacters | None:
    return awkward(face.data, dict(features), [code for code in face.cmap if settled(chr(code))])


@functools.lru_cache(256)
def _even_blank(face: Typeface, features: tuple[tuple[str, int], ...]) -> bool:
    return ord(" ") in face.cmap and even_blank(face.data, dict(features))
