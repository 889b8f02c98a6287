"""The inserter mark: a Data Matrix on the front of every sheet that steers the enveloping line.

What it says is the vendor's template (`mark.payload` of the vendor profile), a text with fields
of fixed width: `{name:N}` or `{name:0N}`, N digits, filled up with zeros.

| field | value |
|---|---|
| version | 1, the version of this vocabulary |
| job | the job number of the lot |
| piece | the piece's sequence in the lot |
| sheet, sheets | which sheet of the piece, from 1, and how many it has |
| end | 1 on the last sheet of the piece, else 0 |
| feeders | which insert feeders to select, from the vendor profile |
| wrap | the sequence modulo 10 to the width: shows a missing or doubled piece |
| check | two check digits over all other characters in their order, ISO/IEC 7064 MOD 97-10 |

The symbol is ECC 200 (ISO/IEC 16022) and square; the default template takes 18 × 18 modules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

import zxingcpp
from stdnum.iso7064 import mod_97_10

from pipelines import config
from pipelines.errors import ConfigError
from pipelines.press import codes
from pipelines.press.geometry import Box, points

VERSION = 1
FIELDS = ("version", "job", "piece", "sheet", "sheets", "end", "feeders", "wrap", "check")
_CHECK_DIGITS = 2
_KEY = "mark.payload"
_WIDTH = re.compile(r"0?([1-9]\d?)")
_LITERAL = re.compile(r"[0-9A-Z]*")
# Side of the symbol in modules -> the version number that asks for it.
_SQUARE_VERSIONS = {
    side: version for version, side in enumerate((10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40), start=1)
}


@dataclass(frozen=True, slots=True)
class _Slot:
    """One field of a template with the literal text before it."""

    literal: str
    name: str
    width: int


def mark_ops(
    mark: config.Mark, job: int, sequence: int, sheet: int, sheets: int, last: bool | None = None
) -> tuple[str, bytes]:
    """The mark of one sheet: its payload, and the PDF operators that draw it on an A4 page.

    The operators are a content stream of their own (`q … Q`) in default user space. `last` says
    whether the sheet ends the piece; by default it is the one with `sheet == sheets`. Raises
    ConfigError when the template is wrong or a value has more digits than its field.
    """
    text = payload(mark, job, sequence, sheet, sheets, last)
    return text, _draw(mark, text)


def payload(
    mark: config.Mark, job: int, sequence: int, sheet: int, sheets: int, last: bool | None = None
) -> str:
    """What the mark of one sheet says. Raises ConfigError as `mark_ops` does."""
    slots, tail = _slots(mark.payload)
    end = sheet == sheets if last is None else last
    values = {
        "version": VERSION,
        "job": job,
        "piece": sequence,
        "sheet": sheet,
        "sheets": sheets,
        "end": int(end),
        "feeders": mark.feeders,
    }
    parts: list[str] = []
    for slot in slots:
        value = sequence % 10**slot.width if slot.name == "wrap" else values.get(slot.name, 0)
        text = f"{value:0{slot.width}}"
        if value < 0 or len(text) > slot.width:
            raise ConfigError(
                f"{_KEY}: {slot.name} has {slot.width} digits, {value} does not fit", "widen the field"
            )
        parts += (slot.literal, text)
    parts.append(tail)
    places = [2 * i + 1 for i, slot in enumerate(slots) if slot.name == "check"]
    if places:
        parts[places[0]] = ""
        parts[places[0]] = mod_97_10.calc_check_digits("".join(parts))
    return "".join(parts)


def parse_mark(mark: config.Mark, text: str) -> Mapping[str, int] | None:
    """The fields of a payload by their names; None when it is not one of this template.

    None says that length, literal text, version, wrap or check digits are not as `payload` would
    write them, or that the sheet's number is none of its piece. Raises ConfigError when the
    template is wrong.
    """
    slots, tail = _slots(mark.payload)
    if len(text) != len(tail) + sum(len(slot.literal) + slot.width for slot in slots):
        return None
    fields: dict[str, int] = {}
    at = 0
    for slot in slots:
        at += len(slot.literal)
        digits = text[at : at + slot.width]
        if not (digits.isascii() and digits.isdigit()):
            return None
        fields[slot.name] = int(digits)
        at += slot.width
    sheet = fields["sheet"]
    sheets = fields.get("sheets", sheet)
    if not 1 <= sheet <= sheets:
        return None
    like = mark.model_copy(update={"feeders": fields.get("feeders", 0)})
    again = payload(like, fields.get("job", 0), fields["piece"], sheet, sheets, bool(fields.get("end")))
    return fields if again == text else None


def mark_box(mark: config.Mark) -> Box:
    """Where the mark stands on its page, without its quiet zone, in points from the lower left."""
    return Box.from_top_left(mark.x_mm, mark.y_mm, *(2 * (_side(mark.payload) * mark.module_mm,)))


def quiet_box(mark: config.Mark) -> Box:
    """The mark with its quiet zone, in points: nothing else may be printed there."""
    return mark_box(mark).grown(points(mark.quiet_mm))


def _draw(mark: config.Mark, text: str) -> bytes:
    version = _SQUARE_VERSIONS[_side(mark.payload)]
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, version=version)
    shapes = codes.rectangles(codes.modules(barcode))
    box, side = mark_box(mark), _side(mark.payload)
    return codes.Symbol(side, side, tuple(shapes)).ops(box.left, box.bottom, box.width, box.height)


@cache
def _slots(template: str) -> tuple[tuple[_Slot, ...], str]:
    """The fields of a template and the literal text behind the last. Raises ConfigError."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise ConfigError(f"{_KEY}: {error}", "write fields as {name:0N}") from error
    slots: list[_Slot] = []
    tail = ""
    for literal, name, spec, conversion in parsed:
        if not _LITERAL.fullmatch(literal):
            raise ConfigError(
                f"{_KEY}: {literal!r} is not made of digits and capitals", "see docs/vendors.md"
            )
        if name is None:
            tail = literal
            continue
        width = _WIDTH.fullmatch(spec or "")
        if name not in FIELDS:
            raise ConfigError(f"{_KEY}: no field {name!r}", f"known are {', '.join(FIELDS)}")
        if width is None or conversion:
            raise ConfigError(f"{_KEY}: {name} has no fixed width", f"write {{{name}:0N}}, N digits")
        if name in {slot.name for slot in slots}:
            raise ConfigError(f"{_KEY}: {name} stands in it twice", "name every field once")
        slots.append(_Slot(literal, name, int(width[1])))
        if name == "check" and slots[-1].width != _CHECK_DIGITS:
            raise ConfigError(f"{_KEY}: check has {_CHECK_DIGITS} digits", "write {check:02}")
    if not {"piece", "sheet"} <= {slot.name for slot in slots}:
        raise ConfigError(f"{_KEY}: piece or sheet is missing", "a mark must tell the sheets apart")
    return tuple(slots), tail


@cache
def _side(template: str) -> int:
    """How many modules wide every mark of the template is (fields have fixed widths)."""
    slots, tail = _slots(template)
    widest = "".join(slot.literal + "9" * slot.width for slot in slots) + tail
    barcode = zxingcpp.create_barcode(widest, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    side = len(codes.modules(barcode))
    if side not in _SQUARE_VERSIONS:
        raise ConfigError(f"{_KEY}: {len(widest)} characters need {side} × {side} modules", "shorten it")
    return side
