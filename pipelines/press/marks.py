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

The symbol is ECC 200 (ISO/IEC 16022), square and in ASCII encodation, two digits a codeword; the
default template takes 18 × 18 modules.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from string import Formatter
from typing import NoReturn

from pipelines import config
from pipelines.errors import ConfigError
from pipelines.press.codes import Symbol
from pipelines.press.geometry import Box, points
from pipelines.press.symbols import data_matrix

VERSION = 1
FIELDS = ("version", "job", "piece", "sheet", "sheets", "end", "feeders", "wrap", "check")
_CHECK_DIGITS = 2
_CHECK = "\0"
_CHECK_MODULUS = 97
_KEY = "mark.payload"
_KEPT_MARKS = 2048
"""Those of the file in hand, of which each is asked for twice: to be drawn, and to be looked for."""
_WIDTH = re.compile(r"0?([1-9]\d?)")
_LITERAL = re.compile(r"[0-9A-Z]*")


@dataclass(frozen=True, slots=True)
class _Slot:
    """One field of a template with the literal text before it."""

    literal: str
    name: str
    width: int


@dataclass(frozen=True, slots=True)
class _Template:
    """A template taken apart."""

    slots: tuple[_Slot, ...]
    pattern: str
    """The payload as a pattern for `%`, with `_CHECK` where the check digits stand."""
    picked: Callable[[Sequence[int]], tuple[int, ...]]
    """Takes what the pattern asks for from the values of all fields, in the order of `FIELDS`."""
    length: int
    """Characters of every payload."""
    wrap: int
    """What the sequence is taken modulo."""


def mark_ops(
    mark: config.Mark, job: int, sequence: int, sheet: int, sheets: int, last: bool | None = None
) -> tuple[str, bytes]:
    """The mark of one sheet: its payload, and the PDF operators that draw it on an A4 page.

    The operators are a content stream of their own (`q … Q`) in default user space. `last` says
    whether the sheet ends the piece; by default it is the one with `sheet == sheets`. Raises
    ConfigError when the template is wrong or a value has more digits than its field.
    """
    return _drawn(mark, job, sequence, sheet, sheets, sheet == sheets if last is None else last)


@lru_cache(maxsize=_KEPT_MARKS)
def _drawn(
    mark: config.Mark, job: int, sequence: int, sheet: int, sheets: int, last: bool
) -> tuple[str, bytes]:
    text = payload(mark, job, sequence, sheet, sheets, last)
    symbol = Symbol(data_matrix.encode(text, _size(mark.payload)), 0, 0)
    return text, symbol.operators(*_place(mark.payload, mark.x_mm, mark.y_mm, mark.module_mm))


def payload(
    mark: config.Mark, job: int, sequence: int, sheet: int, sheets: int, last: bool | None = None
) -> str:
    """What the mark of one sheet says. Raises ConfigError as `mark_ops` does."""
    template = _template(mark.payload)
    end = sheet == sheets if last is None else last
    values = (VERSION, job, sequence, sheet, sheets, int(end), mark.feeders, sequence % template.wrap)
    if min(values) < 0:
        _refuse(template, values)
    text = template.pattern % template.picked(values)
    before, check, behind = text.partition(_CHECK)
    if check:
        text = before + _check(before + behind) + behind
    if len(text) != template.length:
        _refuse(template, values)
    return text


def parse_mark(mark: config.Mark, text: str) -> Mapping[str, int] | None:
    """The fields of a payload by their names; None when it is not one of this template.

    None says that length, literal text, version, wrap or check digits are not as `payload` would
    write them, or that the sheet's number is none of its piece. Raises ConfigError when the
    template is wrong.
    """
    template = _template(mark.payload)
    if len(text) != template.length:
        return None
    fields: dict[str, int] = {}
    at = 0
    for slot in template.slots:
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
    left, bottom, width, height = _place(mark.payload, mark.x_mm, mark.y_mm, mark.module_mm)
    return Box(left, bottom, left + width, bottom + height)


def quiet_box(mark: config.Mark) -> Box:
    """The mark with its quiet zone, in points: nothing else may be printed there."""
    return mark_box(mark).grown(points(mark.quiet_mm))


def _check(text: str) -> str:
    """The check digits over a text of digits and capitals; a letter counts as its two digits, A as 10."""
    digits = text if text.isdigit() else "".join([str(int(character, 36)) for character in text])
    return f"{(98 - 100 * int(digits)) % _CHECK_MODULUS:02}"


def _refuse(template: _Template, values: Sequence[int]) -> NoReturn:
    named = dict(zip(FIELDS, values, strict=False))
    for slot in template.slots:
        value = named.get(slot.name, 0)
        if value < 0 or value >= 10**slot.width:
            raise ConfigError(
                f"{_KEY}: {slot.name} has {slot.width} digits, {value} does not fit", "widen the field"
            )
    raise ConfigError(f"{_KEY}: a negative number", "number lots, pieces and sheets from 1")


@lru_cache(maxsize=16)
def _place(template: str, x_mm: float, y_mm: float, module_mm: float) -> tuple[float, float, float, float]:
    """Left, bottom, width and height in points."""
    side = _size(template).side * module_mm
    box = Box.from_top_left(x_mm, y_mm, side, side)
    return box.left, box.bottom, box.width, box.height


@cache
def _template(template: str) -> _Template:
    slots, tail = _slots(template)
    patterns = [slot.literal + (_CHECK if slot.name == "check" else f"%0{slot.width}d") for slot in slots]
    return _Template(
        slots=slots,
        pattern="".join(patterns) + tail,
        picked=itemgetter(*[FIELDS.index(slot.name) for slot in slots if slot.name != "check"]),
        length=sum(len(slot.literal) + slot.width for slot in slots) + len(tail),
        wrap=next((10**slot.width for slot in slots if slot.name == "wrap"), 1),
    )


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
def _size(template: str) -> data_matrix.Size:
    """The symbol of every mark of the template (fields have fixed widths)."""
    slots, tail = _slots(template)
    widest = "".join(slot.literal + "9" * slot.width for slot in slots) + tail
    size = data_matrix.smallest(data_matrix.codeword_count(widest))
    if size is None:
        most = data_matrix.SIZES[-1].side
        raise ConfigError(
            f"{_KEY}: {len(widest)} characters need more than {most} × {most} modules", "shorten it"
        )
    return size
