"""WeasyPrint's own lines, to hold the setting engine's against.

`watched()` listens while WeasyPrint lays out: it notes the inline content that each block is laid
out from, and the lines that come of it, with the glyphs that WeasyPrint's drawing gives.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import weasyprint.layout.block
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure import boxes
from weasyprint.matrix import Matrix
from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import get_pango_font_key

from pipelines.press.setting.content import Atom, Item, Span, Text
from pipelines.press.setting.galley import Placed
from pipelines.press.setting.reading import block_style, span_style, text_style
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import BlockStyle, Unfollowed
from pipelines.press.typefaces import Typeface, Typefaces

Glyphs = list[tuple[int, float]]
"""Glyph numbers, each with its place on the line in px."""
_SHOWN = re.compile(r"<([0-9a-f]*)>|\(([^()]*)\)|([-+0-9.e]+)")


@dataclass
class TrueText:
    """A text box as WeasyPrint set it, px from the block's content box."""

    text: str
    x: float
    baseline: float
    width: float
    font: str
    size: float
    glyphs: Glyphs


@dataclass
class TrueBlock:
    """A block's content before layout, and its lines."""

    style: Any
    width: float
    content: list[Any]
    line: Any
    lines: list[tuple[float, float, list[TrueText]]] = field(default_factory=list)
    atoms: list[list[Placed]] = field(default_factory=list)
    """For each line, where its boxes stand."""
    whole: bool = False


class Truth:
    """Blocks met, and the press fonts by their names in content streams."""

    def __init__(self, faces: Typefaces) -> None:
        self.blocks: list[TrueBlock] = []
        self.typefaces: dict[str, Typeface] = {}
        self._faces = {face.data: face for face in faces.faces}
        self._styles: dict[Any, Any] = {}
        self._boxes: dict[str, Any] = {}
        """Boxes met on lines, laid out, by the ids of their elements."""

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Notes what is laid out meanwhile."""
        lay_out = weasyprint.layout.block.iter_line_boxes

        def listening(
            context: Any, box: Any, y: float, bottom: float, skip: Any, parent: Any, *more: Any
        ) -> Iterator[Any]:
            block = TrueBlock(parent.style, parent.width, list(box.children), box)
            for line, resume in lay_out(context, box, y, bottom, skip, parent, *more):
                if skip is None and not context.excluded_shapes:
                    texts = [self._text(child, parent.content_box_x(), y) for child in _texts(line)]
                    block.lines.append((line.position_y - y, line.height, texts))
                    met = {child.element.get("id"): child for child in _atoms(line)}
                    self._boxes |= met
                    left = parent.content_box_x()
                    places = [Placed(key, b.position_x - left, b.position_y - y) for key, b in met.items()]
                    block.atoms.append(places)
                    block.whole = resume is None
                yield line, resume
            if block.whole:
                self.blocks.append(block)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(weasyprint.layout.block, "iter_line_boxes", listening)
            yield

    def items(self, block: TrueBlock) -> tuple[Item, ...] | Unfollowed:
        """The block's content for the engine."""
        try:
            return tuple(map(self._item, block.content))
        except LookupError as no:
            return no.args[0]

    def block(self, block: TrueBlock) -> BlockStyle | Unfollowed:
        """The block's style for the engine."""
        return block_style(block.style, block.width)

    def setter(self) -> Setter:
        """An engine with the fonts that were met."""
        return Setter(self.typefaces)

    def _item(self, box: Any) -> Item:
        if isinstance(box, boxes.TextBox):
            return Text(self._style(box, text_style), box.text)
        if isinstance(box, boxes.InlineBox):
            inside = list(map(self._item, box.children))
            if box.trailing_collapsible_space:
                # A text that collapsed to nothing is no longer there, but a line may be broken at it.
                inside.append(Text(self._style(box, text_style), " "))
            return Span(self._style(box, span_style), tuple(inside))
        if isinstance(box, boxes.InlineBlockBox):
            laid = self._boxes[box.element.get("id")]
            return Atom(box.element.get("id"), laid.margin_width(), laid.margin_height(), laid.baseline)
        raise LookupError(Unfollowed("another box"))

    def _style(self, box: Any, read: Any) -> Any:
        key = (id(box.style), read)
        if key not in self._styles:
            found = text_style(box.style, self.typefaces) if read is text_style else read(box.style)
            self._styles[key] = (box.style, found)
        found = self._styles[key][1]
        if isinstance(found, Unfollowed):
            raise LookupError(found)
        return found

    def _text(self, box: Any, x: float, y: float) -> TrueText:
        stream = _Stream(self.typefaces, self._faces)
        if box.text.strip():
            box.pango_layout.reactivate(box.style)
            draw_first_line(stream, box, "clip", "none", Matrix())
            box.pango_layout.deactivate()
        return TrueText(
            box.text,
            box.position_x - x,
            box.position_y + box.baseline - y,
            box.width,
            stream.font,
            stream.size,
            placed(stream.shown, stream.widths, stream.size),
        )


class _Stream:
    """Stands for a page while WeasyPrint draws one text."""

    def __init__(self, named: dict[str, Typeface], faces: Mapping[bytes, Typeface]) -> None:
        self._named = named
        self._faces = faces
        self.font, self.size, self.shown = "", 0.0, ""
        self.widths: tuple[int, ...] = ()

    def set_text_matrix(self, *_: float) -> None:
        """Where the text begins is asked of its box."""

    def add_font(self, pango_font: Any) -> tuple[Font, float]:
        key, description, size = get_pango_font_key(pango_font)
        if key not in _FONTS:
            _FONTS[key] = Font(pango_font, description, size)
            face = self._faces[_FONTS[key].file_content]
            _FONTS[key].widths.update(enumerate(face.widths))
        font = _FONTS[key]
        face = self._named.setdefault(font.hash, self._faces[font.file_content])
        self.widths = face.widths
        return font, size

    def set_font_size(self, name: str, size: float) -> None:
        self.font, self.size = name, size

    def show_text(self, shown: str) -> None:
        self.shown += shown


_FONTS: dict[int, Font] = {}


def placed(shown: str, widths: tuple[int, ...], size: float) -> Glyphs:
    """The glyphs of a TJ array with their places in px from its begin."""
    glyphs: Glyphs = []
    x = 0.0
    for digits, plain, moved in _SHOWN.findall(shown):
        if moved:
            x -= float(moved)
        codes = bytes.fromhex(digits) or plain.encode("latin-1")
        for glyph in (high << 8 | low for high, low in zip(codes[::2], codes[1::2], strict=True)):
            glyphs.append((glyph, x * size / 1000))
            x += widths[glyph] if glyph < len(widths) else 0
    return glyphs


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.TextBox):
            yield child
        elif not isinstance(child, boxes.InlineBlockBox):
            yield from _texts(child)


def _atoms(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.InlineBlockBox):
            yield child
        else:
            yield from _atoms(child)
