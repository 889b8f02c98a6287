"""Reads what a page paints: the graphics state followed through its content, forms included.

Source: ISO 32000-2, 8 (graphics), 9 (text).
"""

from collections.abc import Callable, Iterable, Mapping
from math import hypot

from pipelines.press import content, inline_image, paint_operands, text_state
from pipelines.press.content import IDENTITY, Matrix
from pipelines.press.drawing import BLACK, Drawing, Finding, Form, Ink, Memory, Painted, Resources, Style
from pipelines.press.geometry import Box
from pipelines.press.printed_font import PrintedFont
from pipelines.press.shown_text import TextReader
from pipelines.press.text_state import TextSnapshot

_DEEPEST_FORM = 12
_UNCLIPPED = Box(-1e9, -1e9, 1e9, 1e9)
_UNSEEN = (3, 7)  # text rendering modes that leave no ink
_SILENT = frozenset((b"d", b"J", b"j", b"M", b"i", b"ri", b"BMC", b"BDC", b"EMC", b"MP", b"DP", b"ET", b"BI"))
_Saved = tuple[Matrix, Box, Ink | None, Ink | None, int | None, int | None, float, TextSnapshot[PrintedFont]]


class Reader:
    """Reads the content of one page, in one piece or several; `drawing` has the result."""

    def __init__(self, resources: Resources, zones: Iterable[Box], memory: Memory, depth: int = 0) -> None:
        self.zones = tuple(zones)
        self.drawing = Drawing(tuple([] for _ in self.zones))
        self.ctm: Matrix = IDENTITY
        self._resources = resources
        self._memory = memory
        self._depth = depth
        self._clip = _UNCLIPPED
        self._fill: Ink | None = BLACK
        self._stroke: Ink | None = BLACK
        self._fill_parts: int | None = 1
        self._stroke_parts: int | None = 1
        self._line_width = 1.0
        self._text = TextReader(resources.fonts)
        self._path = b""
        self._clips = False
        self._saved: list[_Saved] = []

    def read(self, data: bytes) -> None:
        """Take in the next part of the content. What cannot be read becomes a finding."""
        own, of_text, text = _OPERATIONS, text_state.OPERATIONS, self._text
        operator = b""
        try:
            for path, operands, operator in content.statements(data):
                if path is not None:
                    self._path += path
                elif (operation := own.get(operator)) is not None:
                    operation(self, operands)
                elif (change := of_text.get(operator)) is not None:
                    change(text, operands)
                elif operator in paint_operands.PAINT_PATH:
                    self._paint_path(*paint_operands.PAINT_PATH[operator])
                elif operator not in _SILENT:
                    self._find(
                        "rgb" if operator in paint_operands.RGB else "syntax",
                        f"operator {operator.decode()[:8]}",
                    )
        except content.UnreadableError as error:
            self._find("syntax", str(error))
        except LookupError as error:
            self._find("resource", f"no font {error}")
        except (ValueError, TypeError) as error:
            self._find("syntax", f"operands of {operator.decode('latin-1')[:8]}: {type(error).__name__}")

    @property
    def level(self) -> int:
        """How many graphics states are saved."""
        return len(self._saved)

    @property
    def clipped(self) -> bool:
        """Whether a clip is in force."""
        return self._clip is not _UNCLIPPED

    def _find(self, what: str, fact: str) -> None:
        self.drawing.findings.add(Finding(what, fact))

    # State

    def _save(self, _: bytes) -> None:
        self._saved.append(
            (
                self.ctm, self._clip, self._fill, self._stroke, self._fill_parts, self._stroke_parts,
                self._line_width, self._text.snapshot(),
            )
        )  # fmt: skip

    def _restore(self, _: bytes) -> None:
        if not self._saved:
            self._find("syntax", "Q without q")
            return
        (
            self.ctm, self._clip, self._fill, self._stroke, self._fill_parts, self._stroke_parts,
            self._line_width, text,
        ) = self._saved.pop()  # fmt: skip
        self._text.restore(text)

    def _concatenate(self, operands: bytes) -> None:
        a, b, c, d, e, f = content.numbers(operands)
        self.ctm = content.multiply((a, b, c, d, e, f), self.ctm)

    def _set_line_width(self, operands: bytes) -> None:
        self._line_width = float(operands)

    def _use_state(self, operands: bytes) -> None:
        if (name := paint_operands.name(operands)) not in self._resources.states:
            self._find("resource", f"no graphics state {name}")

    # Colour

    def _fill_cmyk(self, operands: bytes) -> None:
        self._fill, self._fill_parts = paint_operands.ink(operands, 4), 4

    def _stroke_cmyk(self, operands: bytes) -> None:
        self._stroke, self._stroke_parts = paint_operands.ink(operands, 4), 4

    def _fill_gray(self, operands: bytes) -> None:
        self._fill, self._fill_parts = paint_operands.ink(operands, 1), 1

    def _stroke_gray(self, operands: bytes) -> None:
        self._stroke, self._stroke_parts = paint_operands.ink(operands, 1), 1

    def _fill_space(self, operands: bytes) -> None:
        self._fill, self._fill_parts = BLACK, self._space(operands)

    def _stroke_space(self, operands: bytes) -> None:
        self._stroke, self._stroke_parts = BLACK, self._space(operands)

    def _space(self, operands: bytes) -> int | None:
        name = paint_operands.name(operands)
        parts = paint_operands.DEVICE_SPACES.get(name, self._resources.spaces.get(name))
        if parts is None:
            self._find("rgb" if "RGB" in name else "space", f"colour space {name}")
        return parts

    def _fill_colour(self, operands: bytes) -> None:
        self._fill = paint_operands.ink(operands, self._fill_parts)

    def _stroke_colour(self, operands: bytes) -> None:
        self._stroke = paint_operands.ink(operands, self._stroke_parts)

    # Paths, images, forms

    def _clip_path(self, _: bytes) -> None:
        self._clips = True

    def _paint_path(self, fills: bool, strokes: bool) -> None:
        path, self._path = self._path, b""
        clips, self._clips = self._clips, False
        if not path:
            return
        hull = content.path_hull(path, self.ctm)
        if fills:
            self._paint_pieces(Style("path", self._fill), hull, path, 0.0)
        if strokes:
            width = self._line_width * hypot(self.ctm[2], self.ctm[3])
            self._paint_pieces(Style("path", self._stroke, round(width, 2)), hull, path, width / 2)
        if clips:
            self._clip = self._clip.clipped(hull)

    def _paint_pieces(self, style: Style, hull: Box, path: bytes, margin: float) -> None:
        seen = hull.grown(margin).clipped(self._clip)
        if seen.width <= 0 or seen.height <= 0:
            return
        self.drawing.styles.add(style)
        if not any(seen.meets(zone) for zone in self.zones):
            return
        pieces = [part.grown(margin).clipped(self._clip) for part in content.path_parts(path, self.ctm)]
        for zone, hits in zip(self.zones, self.drawing.zones, strict=True):
            hits += [Painted("path", piece) for piece in pieces if piece.meets(zone)]

    def _paint(self, style: Style, box: Box, text: str = "", origin: tuple[float, float] = (0, 0)) -> None:
        self.drawing.styles.add(style)
        seen = box.clipped(self._clip)
        for zone, hits in zip(self.zones, self.drawing.zones, strict=True):
            if seen.meets(zone):
                hits.append(Painted(style.kind, seen, text, origin, style.size))

    def _shade(self, operands: bytes) -> None:
        if (name := paint_operands.name(operands)) not in self._resources.shadings:
            self._find("resource", f"no shading {name}")
        self._paint(Style("shading", None), self._clip)

    def _do(self, operands: bytes) -> None:
        name = paint_operands.name(operands)
        if name in self._resources.images:
            self._paint(Style("image", None), content.placed(self.ctm, 0.0, 0.0, 1.0, 1.0))
        elif (form := self._resources.forms.get(name)) is None:
            self._find("resource", f"no XObject {name}")
        elif self._depth >= _DEEPEST_FORM:
            self._find("syntax", "forms nested too deep")
        else:
            self._draw(form)

    def _draw(self, form: Form) -> None:
        parts = (self._fill_parts, self._stroke_parts)
        key = (form, self.ctm, self._clip, self._fill, self._stroke, *parts, self._line_width)
        if (drawing := self._memory.get(key)) is None:
            inner = Reader(form.resources(), self.zones, self._memory, self._depth + 1)
            inner.ctm = content.multiply(form.matrix, self.ctm)
            inner._clip = self._clip.clipped(content.placed(inner.ctm, *form.box))
            inner._fill, inner._stroke = self._fill, self._stroke
            inner._fill_parts, inner._stroke_parts = self._fill_parts, self._stroke_parts
            inner._line_width = self._line_width
            inner.read(form.data())
            drawing = inner.drawing
            self._memory.put(key, drawing)
        self.drawing.add(drawing)

    def _inline_image(self, operands: bytes) -> None:
        try:
            image = inline_image.read(operands)
            image.samples()
        except inline_image.ImageError as error:
            raise content.UnreadableError(f"an inline image: {error}") from error
        if not image.mask:
            # What stands between BI and EI is beyond the rules for pictures: only codes may be there.
            raise content.UnreadableError("an inline image that is no mask")
        self._paint(Style("image", self._fill), content.placed(self.ctm, 0.0, 0.0, 1.0, 1.0))

    # Text

    def _show_next(self, operands: bytes) -> None:
        self._text.next_line()
        self._show(operands)

    def _show_spaced(self, operands: bytes) -> None:
        self._show_next(self._text.space(operands))

    def _show(self, operands: bytes) -> None:
        if (shown := self._text.show(operands)) is None:
            self._find("resource", "text without a font")
            return
        run = shown.run
        if run.missing:
            self._find("glyph", "a text shows .notdef, or a code without a character")
        if not run.text or run.text.isspace():
            return
        mode = self._text.mode
        if mode in _UNSEEN:
            self._find("hidden", f"text rendering mode {mode}")
            return
        matrix = content.multiply(shown.matrix, self.ctm)
        style = Style(
            "text",
            self._stroke if mode % 4 == 1 else self._fill,
            round(shown.size * hypot(matrix[2], matrix[3]), 2),
        )
        box = content.placed(matrix, 0.0, shown.bottom, shown.width, shown.top)
        self._paint(style, box, run.text, (matrix[4], matrix[5]))


_OPERATIONS: Mapping[bytes, Callable[[Reader, bytes], None]] = {
    b"q": Reader._save,
    b"Q": Reader._restore,
    b"cm": Reader._concatenate,
    b"w": Reader._set_line_width,
    b"gs": Reader._use_state,
    b"k": Reader._fill_cmyk,
    b"K": Reader._stroke_cmyk,
    b"g": Reader._fill_gray,
    b"G": Reader._stroke_gray,
    b"cs": Reader._fill_space,
    b"CS": Reader._stroke_space,
    b"sc": Reader._fill_colour,
    b"scn": Reader._fill_colour,
    b"SC": Reader._stroke_colour,
    b"SCN": Reader._stroke_colour,
    b"W": Reader._clip_path,
    b"W*": Reader._clip_path,
    b"sh": Reader._shade,
    b"Do": Reader._do,
    b"EI": Reader._inline_image,
    b"Tj": Reader._show,
    b"TJ": Reader._show,
    b"'": Reader._show_next,
    b'"': Reader._show_spaced,
}
