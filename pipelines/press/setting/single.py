"""Usual blocks that are one text."""

from pipelines.press.setting.alone import paragraphs
from pipelines.press.setting.content import collapsed, transformed
from pipelines.press.setting.filling import words_of
from pipelines.press.setting.galley import Line, Piece, SetBlock
from pipelines.press.setting.operators import thousandths_of
from pipelines.press.setting.phrases import SHORT
from pipelines.press.setting.slots import Slot, aligned
from pipelines.press.setting.style import PANGO_SCALE
from pipelines.press.written_numbers import thousandths


def set_text(slot: Slot, text: str) -> SetBlock | None:
    """The lines of a block that is one text."""
    face = slot.face
    if slot.simple and len(text) < SHORT and text and "\n" not in text and "  " not in text:
        if text[0] == " " or text[-1] == " " or text.isspace():
            return None
        shown, units = words_of(face, text).whole(text)
        if units <= slot.frame.limit or not face.wraps:
            return _short(slot, text, shown, units)
    if not slot.simple or unruly(text):
        text, _, _ = collapsed(face.style, text, False)
        text = transformed(face.style, text)
    return paragraphs(slot, text)


def _short(slot: Slot, text: str, shown: str, units: int) -> SetBlock:
    """A block that is one text on one line."""
    width = units / PANGO_SCALE
    x = aligned(slot.frame, width, True)
    lead, behind, begin, fonts, shape = slot.alone
    if x:
        begin = f"{lead}{thousandths[thousandths_of(x)]}{behind}"
    above, height = slot.above, slot.height
    operators = f"{begin}{shown}>]TJ\n".replace("<>", " ").encode("ascii")
    line = Line(0.0, height, above, (Piece(x, above, slot.face.style, shown, width, text),), ())
    return SetBlock(height, (line,), fonts, operators, shape, slot.ruled)


def unruly(text: str) -> bool:
    """Whether more is to be done to a text whose blanks collapse than to look at its ends."""
    return "\n" in text or "  " in text or "\t" in text or "\r" in text or "\u00ad" in text
