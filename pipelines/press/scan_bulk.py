"""The text objects of many pages at once: whether they are plain, and where their lines stand.

Nine tenths of a stamped page are lines of text. One expression per resource dictionary says all
that a text object may hold: places and moves, the fonts it may name and the glyphs each of them
has, sizes, inks. Arrow's kernels hold a batch of pages against it, and arrays find out where every
line stands, so that only the few lines near a guarded zone are looked at one by one. An object
that is not like that is read statement by statement.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.press.drawing import Ink
from pipelines.press.geometry import Box
from pipelines.press.printed_font import PrintedFont

BEGIN, END = b"BT\n", b"ET\n"
_N = r"-?[0-9]{1,5}(?:\.[0-9]{1,6})?"
_PLACE = rf"1 0 0 1 {_N} {_N} Tm\n"
_SIZE = r"(?:[6-9]|[1-9][0-9])(?:\.[0-9]{1,6})?"
HIGHEST, DEEPEST = 1.2, 0.4
"""Ems that fonts which are read in bulk may reach above and below their line at most."""
_BACK = 10.0
"""Points that kerning may take a line back from its start in all."""
_BRACKET, _BLANK, _T, _F, _M = b"[ Tfm"
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TextObject:
    """A text object that is plain: what stands between BT and ET."""

    text: bytes
    near: tuple[tuple[tuple[int, float, float], ...], ...]
    """By zone the lines that may reach into it: where their bracket stands, and their start in points."""


class Texts:
    """Reads the text objects of pages with the same fonts."""

    def __init__(self, fonts: Mapping[str, PrintedFont], inks: Iterable[Ink], zones: Sequence[Box]) -> None:
        self._zones = tuple(zones)
        self._pattern = _pattern(fonts, inks)
        # The first line has to set font and ink, since the ink of before may be any.
        self._begins = re.compile(rf"{_PLACE}/\w+ {_SIZE} Tf {_inks(inks)} k {_N} {_N} Td".encode())

    def read(self, objects: Sequence[bytes]) -> list[TextObject | None]:
        """The objects, each None when it is not plain."""
        if not objects or not self._pattern:
            return [None] * len(objects)
        matched = pc.match_substring_regex(pa.array(objects, pa.binary()), pattern=self._pattern)
        plain = [
            fits and self._begins.match(text) is not None
            for text, fits in zip(objects, matched.to_pylist(), strict=True)
        ]
        read = iter(self._placed([text for text, is_plain in zip(objects, plain, strict=True) if is_plain]))
        return [next(read) if is_plain else None for is_plain in plain]

    def _placed(self, objects: Sequence[bytes]) -> list[TextObject]:
        if not objects:
            return []
        starts = np.cumsum([0, *map(len, objects)])
        lines = _lines(b"".join(objects))
        owners = np.searchsorted(starts, lines.bracket, side="right") - 1
        near: dict[int, list[list[tuple[int, float, float]]]] = defaultdict(lambda: [[] for _ in self._zones])
        for index, zone in enumerate(self._zones):
            reaches = (lines.y + HIGHEST * lines.size > zone.bottom) & (
                lines.y - DEEPEST * lines.size < zone.top
            )
            found = np.flatnonzero(reaches & (lines.x < zone.right + _BACK))
            at = (lines.bracket - starts[owners])[found].tolist()
            for owner, *line in zip(
                owners[found].tolist(), at, lines.x[found].tolist(), lines.y[found].tolist(), strict=True
            ):
                near[owner][index].append((line[0], line[1], line[2]))
        nothing: tuple[tuple[tuple[int, float, float], ...], ...] = ((),) * len(self._zones)
        return [
            TextObject(text, tuple(map(tuple, near[owner])) if owner in near else nothing)
            for owner, text in enumerate(objects)
        ]


class _Lines(NamedTuple):
    """All shown texts of a batch: their brackets, where they start, and their font sizes."""

    bracket: Places
    x: Floats
    y: Floats
    size: Floats


def _lines(joined: bytes) -> _Lines:
    """The lines of one or more plain objects."""
    data = np.frombuffer(joined, np.uint8)
    blanks = np.flatnonzero(data <= _BLANK)
    brackets = np.flatnonzero(data == _BRACKET)
    ts = np.flatnonzero(data == _T)
    ts = ts[data[ts - 1] == _BLANK]
    placed, set_ = ts[data[ts + 1] == _M], ts[data[ts + 1] == _F]
    moves = _numbers(joined, blanks, brackets - len(" Td"), 2)
    places = _numbers(joined, blanks, placed - 1, 2)
    sizes = _numbers(joined, blanks, set_ - 1, 1)[:, 0]
    leaf = np.searchsorted(placed, brackets) - 1  # the place before each line; every object has one first
    first = np.searchsorted(brackets, placed)  # the first line behind each place
    moved = np.vstack([np.zeros((1, 2)), np.cumsum(moves, axis=0)])
    at = places[leaf] + moved[1:] - moved[first][leaf]
    return _Lines(brackets, at[:, 0], at[:, 1], sizes[np.searchsorted(set_, brackets) - 1])


def _numbers(joined: bytes, blanks: Places, ends: Places, count: int) -> Floats:
    """The so many numbers that end at each of these blanks."""
    last = np.searchsorted(blanks, ends)
    spans = np.empty((len(ends), 2 * count), np.int32)
    for i in range(count):
        before = last - count + i
        spans[:, 2 * i], spans[:, 2 * i + 1] = blanks[before] + 1, blanks[before + 1]
    # Every second stretch between these offsets is a number; the others lie between two numbers.
    stretches = pa.Array.from_buffers(
        pa.string(), max(spans.size - 1, 0), [None, pa.py_buffer(spans.tobytes()), pa.py_buffer(joined)]
    )
    words = stretches.take(pa.array(np.arange(0, spans.size, 2)))
    return np.asarray(words.cast(pa.float64())).reshape(-1, count)


def _pattern(fonts: Mapping[str, PrintedFont], inks: Iterable[Ink]) -> str:
    """What a whole text object may be; empty when there is no font to set it in."""
    ink = _inks(inks)
    runs = []
    for name, font in sorted(fonts.items()):
        codes = _codes(code for code in font.characters if font.composite and 0 < code < 1 << 16)
        if not codes or not name.isalnum() or font.ascent > HIGHEST or -font.descent > DEEPEST:
            continue
        adjustment = r"(?:-[0-9]{1,5}|[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9])(?:\.[0-9]{1,6})?"
        shown = rf"{_N} {_N} Td\[(?:{adjustment})?(?:<(?:{codes})+>(?:{adjustment})?)+\]TJ\n"
        runs.append(rf"/{name} {_SIZE} Tf (?:(?:{ink} k )?{shown}|{_PLACE})+")
    return rf"\A{_PLACE}(?:{'|'.join(runs)})+\z" if runs else ""


def _inks(inks: Iterable[Ink]) -> str:
    return "(?:" + "|".join(sorted({" ".join(map(_number, ink)) for ink in inks})) + ")"


def _number(value: float) -> str:
    """A pattern for a number however it is written."""
    whole, _, rest = f"{value:.3f}".rstrip("0").rstrip(".").partition(".")
    if rest:
        return rf"{whole if whole != '0' else '0?'}\.{rest}0*"
    return rf"{whole}(?:\.0*)?"


def _codes(codes: Iterable[int]) -> str:
    """A pattern for these codes, four hexadecimal digits each."""
    by_head: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for code in codes:
        digits = f"{code:04x}"
        by_head[digits[:2]][digits[2]].add(digits[3])
    heads = []
    for head, thirds in sorted(by_head.items()):
        alike: dict[str, str] = defaultdict(str)
        for third, fourths in sorted(thirds.items()):
            alike["".join(sorted(fourths))] += third
        heads.append(head + "(?:" + "|".join(f"[{t}][{f}]" for f, t in sorted(alike.items())) + ")")
    return "|".join(heads)
