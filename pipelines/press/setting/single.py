"""Usual blocks that are one text."""

from pipelines.press.setting.content import collapsed, transformed
from pipelines.press.setting.filling import cuts_of
from pipelines.press.setting.forme import Row, locked
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.phrases import LONG
from pipelines.press.setting.slots import Slot
from pipelines.press.setting.spelling import Spelling


def set_text(slot: Slot, text: str) -> SetBlock | None:
    """The lines of a block that is one text."""
    if not slot.simple or unruly(text):
        text, _, _ = collapsed(slot.face.style, text, False)
        text = transformed(slot.face.style, text)
    return paragraphs(slot, text)


def paragraphs(
    slot: Slot, text: str, spelling: Spelling | None = None, values: tuple[str, ...] = ()
) -> SetBlock | None:
    """The lines of a text whose blanks have collapsed, and whose letters have been transformed.

    None when blanks at its ends matter, or a word is too long. `spelling` with `values` spells the
    text, if it is known how.
    """
    parts = [text]
    if "\n" in text:
        parts, spelling = text.split("\n"), None
    if not parts[-1]:
        parts.pop()
    frame, face, above, below = slot.frame, slot.face, slot.above, slot.below
    limit, style = frame.limit, face.style
    rows: list[Row] = []
    for part in parts:
        if not part:
            rows.append(Row(above, below, 0, True, []))
            continue
        if part.isspace() or (face.collapses and (part[0] == " " or part[-1] == " ")):
            return None
        if spelling is None and len(part) < LONG:
            shown, units = face.phrases[part]
            if units <= limit or not face.wraps:
                rows.append(Row(above, below, units, True, [(0, style, shown, units, part)]))
                continue
        cuts = cuts_of(face, part, limit, limit, spelling, values)
        last = len(cuts) - 1
        if not cuts or (not last and cuts[0][2] > limit and face.wraps):
            return None
        for number, (said, shown, units) in enumerate(cuts):
            rows.append(Row(above, below, units, number == last, [(0, style, shown, units, said)]))
    return locked(frame, rows, slot.ruled) if rows else None


def unruly(text: str) -> bool:
    """Whether more is to be done to a text whose blanks collapse than to look at its ends."""
    return "\n" in text or "  " in text or "\t" in text or "\r" in text or "\u00ad" in text
