"""A page of a letter as a list of what stands on it: every glyph, every painted area, every picture.

Two pages that look the same give the same trace, whatever operators they use: nested forms,
other text matrices, split or joined strings. It reads the operators of `PaintedPage` and
`StampedPage`, not a file, since a sample of every run is compared this way (see `truth`).
Source: ISO 32000-2, 8 (graphics), 9 (text).
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pipelines.press import areas, content, inline_image, polygons, text_state, traced_paint, traced_text
from pipelines.press.areas import Clip, Ink
from pipelines.press.content import IDENTITY, Matrix
from pipelines.press.painting import Form, PaintedPage, Resources, StampedPage, XObject
from pipelines.press.polygons import Rectangle
from pipelines.press.text_state import TextSnapshot
from pipelines.press.traced_paint import Paint
from pipelines.press.traced_text import TextTracer
from pipelines.press.traces import Picture, Trace, TraceError
from pipelines.press.typefaces import Typeface

_DEEPEST_FORM = 12
_ENTRY = re.compile(rb"/(Matrix|BBox)\s*\[([^\]]*)\]")
_FILLS = {b"f": False, b"F": False, b"f*": True, b"B": False, b"B*": True, b"b": False, b"b*": True}
"""Whether a filling operator goes by the even-odd rule."""
_STROKES = frozenset((b"S", b"s", b"B", b"B*", b"b", b"b*"))
_CLOSES = frozenset((b"s", b"b", b"b*"))
_SILENT = frozenset((b"BI", b"ET", b"M", b"i", b"ri", b"BMC", b"BDC", b"EMC", b"MP", b"DP"))


def trace(page: PaintedPage | StampedPage, typefaces: Mapping[str, Typeface]) -> Trace:
    """What a page paints. `typefaces` is `Painter.typefaces`, the same for pages to compare.

    Raises TraceError when the page names what it does not have, or uses what print files of
    ours never hold.
    """
    if isinstance(page, PaintedPage):
        data, names = zlib.decompress(page.content), _Names.of(page.resources, ())
    else:
        data, names = page.content, _Names.of(Resources(), page.forms)
    tracer = _Tracer(TextTracer(traced_text.fonts(typefaces)))
    tracer.follow(data, names)
    return tracer.trace


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names in one content stream stand for."""

    states: Mapping[str, bytes]
    objects: Mapping[str, XObject | Form]

    @classmethod
    def of(cls, resources: Resources, forms: tuple[Form, ...]) -> "_Names":
        return cls(dict(resources.states), {**dict(resources.objects), **{f.name: f for f in forms}})


class _Tracer:
    """Follows operators; `trace` grows."""

    def __init__(self, text: TextTracer) -> None:
        self.trace = Trace()
        self._text = text
        self._ctm: Matrix = IDENTITY
        self._clip = Clip()
        self._paint = Paint()
        self._saved: list[tuple[Matrix, Clip, Paint, TextSnapshot[traced_text.Font]]] = []
        self._names = _Names({}, {})
        self._depth = 0
        self._order = 0
        self._opacity = 1.0
        """Of the groups around."""
        self._path = b""
        self._clips: bool | None = None
        """Whether the next path clips by the even-odd rule; None when it does not clip."""

    def follow(self, data: bytes, names: _Names) -> None:
        """Take in a content stream. Raises TraceError."""
        outer, saved = self._names, len(self._saved)
        self._names = names
        operator = b""
        own, of_text, of_paint = _OPERATIONS, text_state.OPERATIONS, traced_paint.OPERATIONS
        text = self._text
        try:
            for path, operands, operator in content.statements(data):
                if path is not None:
                    self._path += path
                elif (operation := own.get(operator)) is not None:
                    operation(self, operands)
                elif (change := of_text.get(operator)) is not None:
                    change(text, operands)
                elif (repaint := of_paint.get(operator)) is not None:
                    self._paint = repaint(self._paint, operands)
                elif operator == b"n" or operator in _FILLS or operator in _STROKES:
                    self._paint_path(operator)
                elif operator not in _SILENT:
                    raise TraceError(f"operator {operator.decode('latin-1')[:8]}")
        except TraceError:
            raise
        except (ValueError, LookupError) as error:
            # Its words may quote the letter.
            raise TraceError(f"after operator {operator.decode('latin-1')[:8]}") from error
        if len(self._saved) != saved:
            raise TraceError("q and Q are not in balance")
        self._names = outer

    # State

    def _save(self, _: bytes = b"") -> None:
        self._saved.append((self._ctm, self._clip, self._paint, self._text.snapshot()))

    def _restore(self, _: bytes = b"") -> None:
        self._ctm, self._clip, self._paint, text = self._saved.pop()
        self._text.restore(text)

    def _concatenate(self, operands: bytes) -> None:
        a, b, c, d, e, f = content.numbers(operands)
        self._ctm = content.multiply((a, b, c, d, e, f), self._ctm)

    def _use_state(self, operands: bytes) -> None:
        self._paint = self._paint.under(self._names.states[_name(operands)])

    # Paths and text

    def _clip_path(self, _: bytes) -> None:
        self._clips = False

    def _clip_path_even_odd(self, _: bytes) -> None:
        self._clips = True

    def _paint_path(self, operator: bytes) -> None:
        path, self._path = self._path, b""
        clips, self._clips = self._clips, None
        if not path:
            return
        if operator in _CLOSES:
            path += b" h"
        if (even_odd := _FILLS.get(operator)) is not None:
            ink = self._paint.fill_ink(self._opacity)
            self._take(areas.filled(areas.outline(path, self._ctm, even_odd), self._clip, ink), ink)
        if operator in _STROKES:
            ink = self._paint.stroke_ink(self._opacity)
            pen = self._paint.pen.scaled(self._ctm)
            self._take(areas.stroked(areas.outline(path, self._ctm), pen, self._clip, ink), ink)
        if clips is not None:
            self._clip = self._clip.within(areas.outline(path, self._ctm, clips))

    def _take(self, painted: areas.Painted, ink: Ink) -> None:
        self._order += 1
        rectangles, drawings = painted
        self.trace.rectangles += [(self._order, ink, box) for box in rectangles]
        self.trace.drawings += [(self._order, drawing) for drawing in drawings]

    def _show(self, operands: bytes) -> None:
        self._order += 1
        ink = (
            self._paint.stroke_ink(self._opacity)
            if self._text.mode % 4 == 1
            else self._paint.fill_ink(self._opacity)
        )
        self._text.show(operands, self.trace, self._order, self._ctm, self._clip, ink)

    def _show_next(self, operands: bytes) -> None:
        self._text.next_line()
        self._show(operands)

    # Forms and images

    def _do(self, operands: bytes) -> None:
        thing = self._names.objects[_name(operands)]
        if isinstance(thing, Form):
            names = _Names.of(thing.resources, thing.forms)
            self._draw(thing.content, IDENTITY, thing.box, names)
            return
        if b"/Image" in thing.entries:
            parts = (thing.entries, thing.filter.encode(), thing.data)
            self._place(hashlib.sha256(b"\0".join(parts)).digest(), None)
            return
        keys = {key: content.numbers(value) for key, value in _ENTRY.findall(thing.entries)}
        a, b, c, d, e, f = keys.get(b"Matrix", IDENTITY)
        left, bottom, right, top = keys[b"BBox"]
        data = zlib.decompress(thing.data) if thing.filter == "/FlateDecode" else thing.data
        names = _Names.of(thing.resources or Resources(), ())
        grouped = b"/Group" in thing.entries
        self._draw(data, (a, b, c, d, e, f), (left, bottom, right, top), names, grouped)

    def _draw(
        self, data: bytes, matrix: Matrix, box: Rectangle, names: _Names, grouped: bool = False
    ) -> None:
        if self._depth >= _DEEPEST_FORM:
            raise TraceError("forms nested too deep")
        self._save()
        self._depth += 1
        opacity = self._opacity
        if grouped:
            self._opacity *= self._paint.fill_opacity
            self._paint = replace(self._paint, fill_opacity=1.0, stroke_opacity=1.0)
        self._ctm = content.multiply(matrix, self._ctm)
        left, bottom, right, top = box
        edge = f"{left:f} {bottom:f} {right - left:f} {top - bottom:f} re".encode()
        self._clip = self._clip.within(areas.outline(edge, self._ctm))
        self.follow(data, names)
        self._opacity = opacity
        self._depth -= 1
        self._restore()

    def _inline_image(self, operands: bytes) -> None:
        image = inline_image.read(operands)
        meaning = [
            key + b"=" + image.entries[key]
            for key in (b"Width", b"Height", b"ColorSpace", b"BitsPerComponent", b"Decode")
            if key in image.entries and not (image.mask and key == b"BitsPerComponent")
        ]
        digest = hashlib.sha256(b"\0".join((*meaning, image.samples()))).digest()
        self._place(digest, self._paint.fill_ink(self._opacity) if image.mask else None)

    def _place(self, digest: bytes, ink: Ink | None) -> None:
        square = areas.outline(b"0 0 m 1 0 l 1 1 l 0 1 l h", self._ctm)
        seen = polygons.overlap(square.hull, self._clip.box)
        for shape in self._clip.shapes:
            seen = polygons.overlap(seen, shape.hull)
        if not polygons.empty(seen):
            self._order += 1
            cuts = (point for shape in self._clip.shapes for point in shape.points)
            corners = (*square.points, seen[:2], seen[2:], *cuts)
            self.trace.pictures.append((self._order, Picture(digest, ink, corners, seen)))


def _name(operand: bytes) -> str:
    return operand.strip()[1:].decode("latin-1")


_OPERATIONS: Mapping[bytes, Callable[[_Tracer, bytes], None]] = {
    b"q": _Tracer._save,
    b"Q": _Tracer._restore,
    b"cm": _Tracer._concatenate,
    b"gs": _Tracer._use_state,
    b"W": _Tracer._clip_path,
    b"W*": _Tracer._clip_path_even_odd,
    b"Do": _Tracer._do,
    b"EI": _Tracer._inline_image,
    b"'": _Tracer._show_next,
    b"Tj": _Tracer._show,
    b"TJ": _Tracer._show,
}
