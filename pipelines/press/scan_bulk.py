"""The text objects of many pages at once: whether they are plain, and which texts stand in zones.

Nine tenths of a stamped page are texts: strings of glyphs in brackets, and between them what says
where the next one stands. Arrays find all brackets and strings of some dozens of pages together, look
up every glyph in its font, and add up how wide each text runs; what stands between texts is
looked up by its wording (`scan_gaps`). So every byte of a plain object is accounted for, and only
the few texts in a guarded zone are read one by one. An object in which anything is otherwise is
read statement by statement.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.press.drawing import Ink, Painted
from pipelines.press.geometry import Box
from pipelines.press.printed_font import PrintedFont
from pipelines.press.scan_fonts import FontTables, Settings
from pipelines.press.scan_gaps import ADJUSTMENTS, GAPS, LONGEST_ADJUSTMENT, ROOM
from pipelines.press.scan_lookup import Indices
from pipelines.press.scan_stamps import Paints

BEGIN, END = b"BT\n", b"ET\n"
_LAST = b"]TJ\n"
"""How each object ends, and so what stands before the first of a batch."""
_PADDING = b"\n" * ROOM
CHUNK = 1 << 19
"""Bytes that are read together: few enough that they stay near the processor."""
_WIDEST = 1_000_000.0
"""Thousandths of an em; what is wider is no text. One that runs back from its start is for the full
reader as well, so that no text reaches left of it."""
_OPEN, _CLOSE, _LESS, _GREATER = b"[]<>"
_LEGAL = np.zeros(1 << 16, np.bool_)
"""Which of these four signs may follow which."""
for _one, _other in (b"][", b"[<", b"<>", b"><", b">]"):
    _LEGAL[_one << 8 | _other] = True
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(LONGEST_ADJUSTMENT + 1)], np.uint64)
Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Zones = tuple[int, ...]
"""Indices of the zones that matter on a page."""


class _Strange(Exception):
    """Brackets or strings are not in order at these places."""

    def __init__(self, places: Places) -> None:
        self.places = places


class _Strings(NamedTuple):
    """The glyphs of all texts of a batch, and what moves them together or apart."""

    brackets: Places
    """Where each text opens."""
    behind: Places
    """Where the one before ends: what stands between starts there."""
    first: Places
    """Which glyph is the first of each text."""
    glyphs: Places
    """Where the four digits of each glyph stand."""
    adjusted: Places
    """Which text each number between strings is of."""
    adjustments: npt.NDArray[np.uint64]


class Texts:
    """Reads the text objects of pages with the same fonts."""

    def __init__(self, fonts: Mapping[str, PrintedFont], inks: Iterable[Ink], zones: Sequence[Box]) -> None:
        self._zones = tuple(zones)
        self._fonts = FontTables(fonts)
        self._settings = Settings(self._fonts, inks)

    def read(self, objects: Sequence[bytes], watched: Sequence[Zones]) -> Iterator[Paints | None]:
        """What each object paints, in their order; None when it is not plain.

        `watched` is for each of them. Of the styles of its texts that of one that leaves ink is there.
        """
        start = length = 0
        for index, text in enumerate(objects):
            length += len(text)
            if length >= CHUNK or index == len(objects) - 1:
                yield from self._batch(objects[start : index + 1], watched[start : index + 1])
                start, length = index + 1, 0

    def _batch(self, objects: Sequence[bytes], watched: Sequence[Zones]) -> list[Paints | None]:
        plain = [i for i, text in enumerate(objects) if text[-4:] == _LAST]
        found: list[Paints | None] = [None] * len(objects)
        while plain and self._fonts.names:
            some = [objects[i] for i in plain]
            joined = b"".join([_LAST, *some, _PADDING])
            if not joined.isascii() or b"\x00" in joined:
                plain = [i for i in plain if objects[i].isascii() and b"\x00" not in objects[i]]
                continue
            starts = np.cumsum([len(_LAST), *map(len, some)])
            try:
                read = self._read(joined, starts, [watched[i] for i in plain])
            except _Strange as strange:
                there = set((np.searchsorted(starts, strange.places, side="right") - 1).tolist())
                plain = [i for place, i in enumerate(plain) if place not in there]
                continue
            for i, one in zip(plain, read, strict=True):
                found[i] = one
            break
        return found

    def _read(self, joined: bytes, starts: Places, watched: Sequence[Zones]) -> list[Paints | None]:
        """The objects of a batch. Raises _Strange."""
        strings = _strings(joined)
        brackets, count = strings.brackets, len(strings.brackets)
        leaders = np.searchsorted(brackets, starts[:-1])
        owners = np.repeat(np.arange(len(watched)), np.diff(leaders, append=count))
        gaps = GAPS.find(joined, strings.behind, brackets)
        places = np.arange(count)
        settings, bad = self._settings.of(gaps, leaders, places)
        x, y = _starts(gaps, places)
        digits = np.ndarray((len(joined) - 3,), np.uint32, joined, strides=(1,))[strings.glyphs]
        shown = np.diff(strings.first, append=len(digits))
        slots, known = self._fonts.find(digits, np.repeat(self._settings.salts[settings], shown))
        if not known.all():
            bad[np.searchsorted(strings.first, np.flatnonzero(~known), side="right") - 1] = True
        width = np.add.reduceat(self._fonts.widths[slots], strings.first)
        width -= np.bincount(strings.adjusted, ADJUSTMENTS.values(strings.adjustments), count)
        bad |= ~((width >= 0) & (width <= _WIDEST))

        size = self._settings.sizes[settings]
        right = x + width / 1000 * size
        low, high = y + self._settings.descents[settings], y + self._settings.ascents[settings]
        bounds = np.append(strings.first, len(slots))
        painted: list[dict[int, list[Painted]]] = []
        for index, zone in enumerate(self._zones):
            meets = (x < zone.right) & (zone.left < right) & (low < zone.top) & (zone.bottom < high)
            meets &= np.array([index in zones for zones in watched])[owners]
            found: dict[int, list[Painted]] = {}
            at = np.flatnonzero(meets)
            said = self._fonts.texts(slots, bounds[at], bounds[at + 1])
            columns = (x[at], low[at], right[at], high[at], y[at], size[at], owners[at])
            for text, *edges, base, points, owner in zip(said, *[c.tolist() for c in columns], strict=True):
                if text.strip():
                    thing = Painted("text", Box(*edges), text, (edges[0], base), round(points, 2))
                    found.setdefault(owner, []).append(thing)
            painted.append(found)
        inked = self._inked(slots, bounds, leaders, places)
        strange, near = set(owners[bad].tolist()), set().union(*painted)
        return [
            None
            if owner in strange
            else Paints(
                tuple([found.get(owner, ()) for found in painted]) if owner in near else (),
                self._settings.style(int(settings[ink])) if ink >= 0 else frozenset(),
            )
            for owner, ink in enumerate(inked.tolist())
        ]

    def _inked(self, slots: Indices, bounds: Places, leaders: Places, places: Places) -> Places:
        """By object a text that leaves ink; -1 when none does. Most begin with a glyph that does."""
        inked = np.where(self._fonts.inked[slots[bounds[:-1]]], places, -1)
        found = np.maximum.reduceat(inked, leaders)
        ends = np.append(leaders[1:], len(places))
        for owner in np.flatnonzero(found < 0).tolist():
            for text in range(leaders[owner], ends[owner]):
                if self._fonts.inked[slots[bounds[text] : bounds[text + 1]]].any():
                    found[owner] = text
        return found


def _strings(joined: bytes) -> _Strings:
    """What is in the brackets of plain objects. Raises _Strange."""
    data = np.frombuffer(joined, np.uint8)
    # With these four signs come others between them, which are not legal and do not occur.
    marks = np.flatnonzero((data - np.uint8(_LESS) < 3) | (data - np.uint8(_OPEN) < 3))
    signs = data[marks].astype(np.uint16)
    legal = _LEGAL[signs[:-1] << 8 | signs[1:]]
    if not legal.all():
        raise _Strange(marks[1:][~legal])
    apart, kinds = np.diff(marks), signs[:-1]
    strings = np.flatnonzero(kinds == _LESS)
    begins, lengths = marks[strings] + 1, apart[strings] - 1
    numbers = np.flatnonzero((apart > 1) & ((kinds == _OPEN) | (kinds == _GREATER)))
    digits = apart[numbers] - 1
    uneven, long = (lengths & 3 != 0) | (lengths == 0), digits > LONGEST_ADJUSTMENT
    if uneven.any() or long.any():
        raise _Strange(np.concatenate((begins[uneven], marks[numbers[long]])))
    opens = signs == _OPEN
    texts = np.flatnonzero(opens)
    counts = lengths >> 2
    ends = np.cumsum(counts)
    before = ends - counts
    glyphs = np.repeat(begins - 4 * before, counts)
    glyphs += np.arange(0, 4 * len(glyphs), 4)
    words = np.ndarray((len(joined) - 7,), np.uint64, joined, strides=(1,))
    return _Strings(
        brackets=marks[texts],
        behind=marks[signs == _CLOSE][:-1] + 1,
        first=before[np.cumsum(signs == _LESS)[texts]],
        glyphs=glyphs,
        adjusted=np.cumsum(opens)[numbers] - 1,
        adjustments=words[marks[numbers] + 1] & _MASKS[digits],
    )


def _starts(gaps: Places, places: Places) -> tuple[Floats, Floats]:
    """Where each text starts, from what stands before it and, when that is a move, from those before."""
    starts = GAPS.starts[gaps]
    last = np.maximum.accumulate(np.where(starts, places, 0))
    found = []
    for said in (GAPS.x[gaps], GAPS.y[gaps]):
        moved = np.cumsum(np.where(starts, 0.0, said))
        found.append(said[last] + (moved - moved[last]))
    return found[0], found[1]
