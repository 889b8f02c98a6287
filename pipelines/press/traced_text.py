"""The text operators of a page that is traced: which glyphs they show, and where.

The press's fonts have two-byte codes, which are glyph numbers, and print files declare the widths
of `Typeface.widths`; so this needs no font object of a file. Source: ISO 32000-2, 9.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from pipelines.press import content
from pipelines.press.areas import Clip, Ink
from pipelines.press.content import IDENTITY, Matrix
from pipelines.press.polygons import holds
from pipelines.press.traces import Look, Run, Trace, TraceError
from pipelines.press.typefaces import Typeface

_OVERHANG = 0.35
"""How far ink may reach beyond a glyph's advance width, in ems."""
_REACH = (-0.45, 1.15)
"""How far ink may reach below and above the baseline, in ems."""
_SHOWN = re.compile(rb"<([^>]*)>|\(((?:[^()\\]|\\.)*)\)|([+\-.\d]+)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([nrtbf]|[0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}

Font = tuple[int, tuple[int, ...]]
"""Number of the typeface, and the width of each of its glyphs in thousandths of an em."""
Saved = tuple[Font | None, float, float, float, float, float, int]


def fonts(typefaces: Mapping[str, Typeface]) -> Mapping[bytes, Font]:
    """What each font name stands for; two names of one typeface give the same."""
    faces = list(dict.fromkeys(typefaces.values()))
    return {name.encode(): (faces.index(face), _widths(face)) for name, face in typefaces.items()}


@lru_cache(maxsize=64)
def _widths(face: Typeface) -> tuple[int, ...]:
    return face.widths


class TextTracer:
    """Follows the text operators of one page; `save` and `restore` go with q and Q."""

    def __init__(self, fonts: Mapping[bytes, Font]) -> None:
        self._fonts = fonts
        self._font: Font | None = None
        self._size = 0.0
        self._spacing = 0.0
        self._scale = 1.0
        self._leading = 0.0
        self._rise = 0.0
        self.mode = 0
        self._text: Matrix = IDENTITY
        self._line: Matrix = IDENTITY

    def save(self) -> Saved:
        """What q saves."""
        return self._font, self._size, self._spacing, self._scale, self._leading, self._rise, self.mode

    def restore(self, saved: Saved) -> None:
        """What Q brings back."""
        self._font, self._size, self._spacing, self._scale, self._leading, self._rise, self.mode = saved

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

    def next_line(self, _: bytes = b"") -> None:
        """T*."""
        self._step(0.0, -self._leading)

    def _begin_text(self, _: bytes) -> None:
        self._text = self._line = IDENTITY

    def _set_font(self, operands: bytes) -> None:
        name, size = operands.split()
        if (font := self._fonts.get(name[1:])) is None:
            raise TraceError("a font that the press does not have")
        self._font, self._size = font, float(size)

    def _set_spacing(self, operands: bytes) -> None:
        self._spacing = float(operands)

    def _set_word_spacing(self, operands: bytes) -> None:
        pass  # It applies to one-byte codes only, and the press's fonts have two-byte codes.

    def _set_scale(self, operands: bytes) -> None:
        self._scale = float(operands) / 100

    def _set_leading(self, operands: bytes) -> None:
        self._leading = float(operands)

    def _set_rise(self, operands: bytes) -> None:
        self._rise = float(operands)

    def _set_mode(self, operands: bytes) -> None:
        self.mode = int(operands)

    def _set_matrix(self, operands: bytes) -> None:
        a, b, c, d, e, f = content.numbers(operands)
        self._text = self._line = (a, b, c, d, e, f)

    def _move(self, operands: bytes) -> None:
        x, y = content.numbers(operands)
        self._step(x, y)

    def _step(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self._line
        self._text = self._line = (a, b, c, d, e + a * x + c * y, f + b * x + d * y)

    def _move_and_lead(self, operands: bytes) -> None:
        self._leading = -content.numbers(operands)[1]
        self._move(operands)


@lru_cache(maxsize=8192)
def _codes(digits: bytes, literal: bytes) -> tuple[int, ...]:
    """The two-byte codes of a string: hex digits, or what stands in parentheses."""
    raw = bytes.fromhex(digits.decode("ascii")) if digits else _unescaped(literal)
    return tuple(high << 8 | low for high, low in zip(raw[::2], raw[1::2], strict=True))


def _unescaped(literal: bytes) -> bytes:
    if b"\\" not in literal:
        return literal

    def plain(match: re.Match[bytes]) -> bytes:
        escaped = match[1]
        if escaped[:1].isdigit():
            return bytes([int(escaped, 8) & 255])
        return bytes([_ESCAPES[escaped]]) if escaped in _ESCAPES else escaped.strip(b"\r\n")

    return _ESCAPE.sub(plain, literal)


OPERATIONS: Mapping[bytes, Callable[[TextTracer, bytes], None]] = {
    b"BT": TextTracer._begin_text,
    b"Tf": TextTracer._set_font,
    b"Tc": TextTracer._set_spacing,
    b"Tw": TextTracer._set_word_spacing,
    b"Tz": TextTracer._set_scale,
    b"TL": TextTracer._set_leading,
    b"Ts": TextTracer._set_rise,
    b"Tr": TextTracer._set_mode,
    b"Tm": TextTracer._set_matrix,
    b"Td": TextTracer._move,
    b"TD": TextTracer._move_and_lead,
    b"T*": TextTracer.next_line,
}
"""The operators that only change the state."""
