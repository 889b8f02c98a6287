"""Usual blocks that are one text."""

from pipelines.press.setting.content import collapsed, transformed
from pipelines.press.setting.filling import SHORT, cuts_of, words_of
from pipelines.press.setting.galley import Line, Piece, SetBlock
from pipelines.press.setting.operators import finished, thousandths_of
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


def paragraphs(slot: Slot, text: str) -> SetBlock | None:
    """The same for a text whose blanks have collapsed, and whose letters have been transformed."""
    parts = text.split("\n")
    if not parts[-1]:
        parts.pop()
    frame, face, above, height = slot.frame, slot.face, slot.above, slot.height
    top = 0.0
    lines: list[Line] = []
    fonts: frozenset[str] = frozenset()
    for part in parts:
        if not part:
            lines.append(Line(top, height, top + above, (), ()))
            top += height
            continue
        if part.isspace() or (face.collapses and (part[0] == " " or part[-1] == " ")):
            return None
        fonts = slot.alone.fonts
        cuts = cuts_of(face, part, frame.limit, frame.limit)
        last = len(cuts) - 1
        if not cuts or (not last and cuts[0][2] > frame.limit and face.wraps):
            return None
        for number, (said, shown, units) in enumerate(cuts):
            width = units / PANGO_SCALE
            x = aligned(frame, width, number == last)
            lines.append(
                Line(top, height, top + above, (Piece(x, top + above, face.style, shown, width, said),), ())
            )
            top += height
    return finished(tuple(lines), lines[-1].top + height, fonts) if lines else None


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
