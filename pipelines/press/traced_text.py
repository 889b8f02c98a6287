"""The text operators of a page that is traced: which glyphs they show, and where.

The press's fonts have two-byte codes, which are glyph numbers, and print files declare the widths
of `Typeface.widths`; so this needs no font object of a file. Source: ISO 32000-2, 9.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from pipelines.press import content
from pipelines.press.areas import Clip, Ink
from pipelines.press.content import Matrix
from pipelines.press.polygons import holds
from pipelines.press.text_state import TextState
from pipelines.press.traces import Look, Run, Trace, TraceError
from pipelines.press.typefaces import Typeface

_OVERHANG = 0.35
"""How far ink may reach beyond a glyph's advance width, in ems."""
_REACH = (-0.45, 1.15)
"""How far ink may reach below and above the baseline, in ems."""
_SHOWN = re.compile(rb"<([^>]*)>|\(((?:[^()\\]|\\.)*)\)|([+\-.\d]+)", re.DOTALL)

Font = tuple[int, tuple[int, ...]]
"""Number of the typeface, and the width of each of its glyphs in thousandths of an em."""


def fonts(typefaces: Mapping[str, Typeface]) -> Mapping[bytes, Font]:
    """What each font name stands for; two names of one typeface give the same."""
    faces = list(dict.fromkeys(typefaces.values()))
    return {name.encode(): (faces.index(face), _widths(face)) for name, face in typefaces.items()}


@lru_cache(maxsize=64)
def _widths(face: Typeface) -> tuple[int, ...]:
    return face.widths


class TextTracer(TextState[Font]):
    """Follows the text operators of one page. Word spacing applies to one-byte codes only."""

    def __init__(self, fonts: Mapping[bytes, Font]) -> None:
        super().__init__()
        self._fonts = fonts

    def show(self, operands: bytes, page: Trace, order: int, ctm: Matrix, clip: Clip, ink: Ink) -> None:
        """Put the glyphs of Tj or TJ onto the page, and move behind them."""
        if self._font is None:
            raise TraceError("text without a font")
        face, widths = self._font
        size = self._size
        glyphs: list[int] = []
        places: list[float] = []
        at, spacing = 0.0, self._spacing * 1000 / size if self._spacing else 0.0
        for digits, literal, number in _SHOWN.findall(operands):
            if number:
                if number != b"0":  # between most glyphs that WeasyPrint sets
                    at -= float(number)
                continue
            for glyph in _codes(digits, literal):
                glyphs.append(glyph)
                places.append(at)
                at += widths[glyph] + spacing
        a, b, c, d, e, f = matrix = content.multiply(self._text, ctm)
        step = size * self._scale / 1000
        ta, tb, tc, td, te, tf = self._text
        self._text = (ta, tb, tc, td, te + at * step * ta, tf + at * step * tb)
        if not glyphs:
            return
        start, wide = len(page.glyphs), size * self._scale
        reach = places[-1] * step + widths[glyphs[-1]] * step + _OVERHANG * wide
        low, high = (self._rise + part * size for part in _REACH)
        box = content.placed(matrix, -_OVERHANG * wide, low, reach, high)
        hull = (box.left, box.bottom, box.right, box.top)
        e, f = e + self._rise * c, f + self._rise * d
        x_step, y_step = a * step, b * step
        page.glyphs += glyphs
        page.xs += [e + x_step * place for place in places]
        page.ys += [f + y_step * place for place in places] if y_step else [f] * len(places)
        page.advances += [x_step * widths[glyph] for glyph in glyphs]
        look = Look(face, (a * wide, b * wide, c * size, d * size), ink, self.mode)
        number_of_look = page.looks.setdefault(look, len(page.looks))
        cut = None if not clip.shapes and holds(clip.box, hull) else clip
        page.runs.append(Run(start, order, number_of_look, hull, cut))

    def _named(self, name: bytes) -> Font:
        if (font := self._fonts.get(name)) is None:
            raise TraceError("a font that the press does not have")
        return font


@lru_cache(maxsize=8192)
def _codes(digits: bytes, literal: bytes) -> tuple[int, ...]:
    """The two-byte codes of a string: hex digits, or what stands in parentheses."""
    raw = bytes.fromhex(digits.decode("ascii")) if digits else content.unescaped(literal)
    return tuple(high << 8 | low for high, low in zip(raw[::2], raw[1::2], strict=True))
