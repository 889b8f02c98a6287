"""Usual blocks whose lines end only where their texts say so, and all fit."""

from pipelines.press.setting.forme import Row, Stood, locked
from pipelines.press.setting.galley import SetBlock
from pipelines.press.setting.runs import Run
from pipelines.press.setting.slots import Frame

_LONGEST = 250
"""Characters of a text that may well have only such lines."""
_NOTHING = "", ""


def standing(runs: list[Run]) -> SetBlock | None:
    """The block's lines; None when one of them does not fit, or has blanks at its ends."""
    frame = runs[0][0].frame
    rows = _rows(frame, runs) if frame.sure else None
    if rows is None:
        return None
    ruled = False
    for run in runs:
        if run[0].ruled:
            ruled = True
    return locked(frame, rows, ruled)


def _rows(frame: Frame, runs: list[Run]) -> list[Row] | None:
    limit = frame.limit
    rows: list[Row] = []
    row: list[Stood] = []
    above, below, at, collapses = frame.above, frame.below, 0, False
    bare = True
    for slot, text, _, spelling in runs:
        if spelling is not None or len(text) > _LONGEST:
            return None
        face = slot.face
        parts = text.split("\n") if "\n" in text else (text,) if text else _NOTHING
        last = len(parts) - 1
        for number, part in enumerate(parts):
            if number:
                if row and collapses and row[-1][4][-1] == " ":
                    return None
                rows.append(Row(above, below, at, True, row))
                row, above, below, at, bare = [], frame.above, frame.below, 0, True
            if part:
                collapses = face.collapses
                if part[0] == " " and collapses and not row:
                    return None
                shown, units = face.phrases[part]
                row.append((at, face.style, "" if part.isspace() else shown, units, part))
                at += units
                if at > limit:
                    return None
                up, down = slot.above, slot.below
            elif number == last and number:
                continue
            else:
                # Nothing but the elements round it, or round a line break, which stands for itself.
                if row and row[-1][4][-1] == " ":
                    return None
                up, down = slot.around if text else (slot.above, slot.below)
            bare = False
            if up > above:
                above = up
            if down > below:
                below = down
    if not bare:
        if row and collapses and row[-1][4][-1] == " ":
            return None
        rows.append(Row(above, below, at, True, row))
    return rows
