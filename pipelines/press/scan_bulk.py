"""The text objects of many pages at once: whether they are plain, and which texts stand in zones.

Nine tenths of a stamped page are texts: strings of glyphs in brackets, and between them what says
where the next one stands. Arrays find all brackets and strings of some dozens of pages together and
look up what stands between them by its wording (`scan_gaps`). All else is glyphs, of bytes that no
wording has (`glyph_codes`), and for each it is looked up which fonts have it. So every byte of a plain
object is accounted for, and only the few texts in a guarded zone are read one by one. An object in
which anything is otherwise is read statement by statement.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.press.drawing import Ink, Painted, Style
from pipelines.press.geometry import Box
from pipelines.press.glyph_codes import OTHER
from pipelines.press.scan_fonts import FontTables, Settings
from pipelines.press.scan_gaps import ADJUSTMENTS, GAPS, LONGEST_ADJUSTMENT, ROOM
from pipelines.press.scan_lookup import Indices, ranges
from pipelines.press.scan_stamps import Paints

_LAST = b"]TJ\n"
"""How each object ends, and so what stands before the first of a batch."""
_PADDING = b"\n" * ROOM
CHUNK = 1 << 19
"""Bytes that are read together: few enough that they stay near the processor."""
_WIDEST = 1_000_000.0
"""Thousandths of an em; what is wider is no text. One that runs back from its start is for the full
reader as well, so that no text reaches left of it."""
_OPEN, _CLOSE, _BEGIN, _END = b"[]()"
_LEGAL = np.zeros(1 << 16, np.bool_)
"""Which of these four signs, or a backslash, may follow which."""
for _one, _other in (b"][", b"[(", b"()", b")(", b")]"):
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
    """Which string is the first of each text."""
    begins: Places
    """Where the codes of each string begin."""
    lengths: Places
    """How many bytes they are."""
    adjusted: Places
    """Which text each number between strings is of."""
    adjustments: npt.NDArray[np.uint64]


class _Glyphs(NamedTuple):
    """The glyphs of some texts, one text behind the other."""

    slots: Indices
    """Their places in the tables of fonts."""
    starts: Places
    """Where each text begins."""
    counts: Places


class Texts:
    """Reads the text objects of pages with the same fonts."""

    def __init__(self, fonts: FontTables, inks: Iterable[Ink], zones: Sequence[Box]) -> None:
        self._zones = tuple(zones)
        self._fonts = fonts
        self._settings = Settings(self._fonts, inks)
        self._least = 0.0 if self._fonts.widths.min() >= 0 else _WIDEST
        """Thousandths of an em that a text is taken to run back at least: far, where glyphs do."""

    def read(self, objects: Sequence[bytes], watched: Sequence[Zones]) -> Iterator[Paints | None]:
        """What each object paints, in their order; None when it is not plain.

        `watched` is for each of them. Of the styles of its texts that of one that leaves ink is there.
        """
        total = sum(map(len, objects))
        enough = total / max(1, round(total / CHUNK))
        start = length = 0
        for index, text in enumerate(objects):
            length += len(text)
            if length >= enough or index == len(objects) - 1:
                yield from self._batch(objects[start : index + 1], watched[start : index + 1])
                start, length = index + 1, 0

    def _batch(self, objects: Sequence[bytes], watched: Sequence[Zones]) -> list[Paints | None]:
        plain = [i for i, text in enumerate(objects) if text[-4:] == _LAST]
        found: list[Paints | None] = [None] * len(objects)
        while plain and self._fonts.names:
            some = [objects[i] for i in plain]
            joined = b"".join([_LAST, *some, _PADDING])
            if b"\x00" in joined:
                plain = [i for i in plain if b"\x00" not in objects[i]]
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
        moved = np.bincount(strings.adjusted, ADJUSTMENTS.values(strings.adjustments), count)
        _check_outside(joined, strings, gaps == 0, np.isnan(moved))
        places = np.arange(count)
        settings, bad = self._settings.of(gaps, leaders, places)
        bad |= self._having(joined, starts, strings) & self._settings.bits[settings] == 0

        x, y = _starts(gaps, places)
        low, high = y + self._settings.descents[settings], y + self._settings.ascents[settings]
        # No text reaches further left than what moves its glyphs to the left.
        left = x - np.maximum(moved, self._least) * (self._settings.sizes[settings] / 1000)
        near = np.zeros(count, np.bool_)
        for index, zone in enumerate(self._zones):
            counts = np.array([index in zones for zones in watched])[owners]
            near |= (low < zone.top) & (zone.bottom < high) & (left < zone.right) & counts
        at = np.flatnonzero(near & ~bad)
        painted: dict[int, tuple[list[Painted], ...]] = {}
        if len(at):
            glyphs = self._glyphs(joined, strings, at, self._settings.fonts[settings[at]])
            width = np.add.reduceat(self._fonts.widths[glyphs.slots], glyphs.starts) - moved[at]
            bad[at] = ~((width >= 0) & (width <= _WIDEST))
            size = self._settings.sizes[settings[at]]
            rounded = self._settings.rounded[settings[at]]
            columns = (x[at], low[at], x[at] + width / 1000 * size, high[at], y[at], rounded, owners[at])
            painted = self._painted(glyphs, columns, watched)
        inked = self._inked(joined, strings, leaders, settings)
        strange = set(owners[bad].tolist())
        nothing = frozenset[Style]()
        return [
            None
            if owner in strange
            else Paints(painted.get(owner, ()), self._settings.style(ink) if ink >= 0 else nothing)
            for owner, ink in enumerate(inked)
        ]

    def _having(self, joined: bytes, starts: Places, strings: _Strings) -> npt.NDArray[np.uint16]:
        """Of each text the fonts that have all its glyphs. Raises _Strange for other bytes in strings."""
        shown = joined.translate(None, OTHER)
        ends = np.cumsum(strings.lengths)
        if len(shown) != ends[-1]:
            # Outside of strings are none of these bytes: some are missing within.
            counts = [len(joined[a:b].translate(None, OTHER)) for a, b in pairwise(starts.tolist())]
            owners = np.searchsorted(starts, strings.begins, side="right") - 1
            raise _Strange(starts[:-1][np.bincount(owners, strings.lengths) != counts])
        begins = (ends - strings.lengths)[strings.first] >> 1
        return np.bitwise_and.reduceat(self._fonts.having.take(np.frombuffer(shown, np.uint16)), begins)

    def _glyphs(self, joined: bytes, strings: _Strings, at: Places, fonts: npt.NDArray[np.uint32]) -> _Glyphs:
        """The glyphs of some texts, at least one, that have no others than those of their fonts."""
        bounds = np.append(strings.first, len(strings.begins))
        which, firsts = ranges(bounds[at], bounds[at + 1] - bounds[at])
        places, before = ranges(strings.begins[which], strings.lengths[which] >> 1, 2)
        starts = before[firsts]
        codes = np.ndarray((len(joined) - 1,), np.uint16, joined, strides=(1,))[places]
        counts = np.diff(starts, append=len(codes))
        return _Glyphs(self._fonts.find(codes, np.repeat(fonts, counts)), starts, counts)

    def _painted(
        self, glyphs: _Glyphs, columns: Sequence[Floats | Places], watched: Sequence[Zones]
    ) -> dict[int, tuple[list[Painted], ...]]:
        """By object what of some texts lies in its zones."""
        lefts, lows, rights, highs, *_ = columns
        inside = [
            (lefts < box.right) & (box.left < rights) & (lows < box.top) & (box.bottom < highs)
            for box in self._zones
        ]
        hit = np.flatnonzero(np.logical_or.reduce(inside))
        said = self._fonts.texts(glyphs.slots, glyphs.starts[hit], glyphs.counts[hit])
        painted: dict[int, tuple[list[Painted], ...]] = {}
        rows = zip(said, *[column[hit].tolist() for column in (*columns, *inside)], strict=True)
        for text, left, bottom, right, top, base, points, owner, *meets in rows:
            zones = [zone for zone in watched[owner] if meets[zone]]
            if zones and text.strip():
                thing = Painted("text", Box(left, bottom, right, top), text, (left, base), points)
                if owner not in painted:
                    painted[owner] = tuple([[] for _ in self._zones])
                for zone in zones:
                    painted[owner][zone].append(thing)
        return painted

    def _inked(self, joined: bytes, strings: _Strings, leaders: Places, settings: Places) -> list[int]:
        """By object the setting of a text that leaves ink; -1 when none does. Most begin with one."""
        places = strings.begins[strings.first]
        codes = np.ndarray((len(joined) - 1,), np.uint16, joined, strides=(1,))
        fonts = self._settings.fonts[settings]
        slots = self._fonts.find(codes[places[leaders]], fonts[leaders])
        found = np.where(self._fonts.inked[slots], settings[leaders], -1)
        ends = np.append(leaders[1:], len(places))
        for owner in np.flatnonzero(found < 0).tolist():
            for text in range(leaders[owner], ends[owner]):
                glyphs = self._glyphs(joined, strings, np.array([text]), fonts[[text]])
                if self._fonts.inked[glyphs.slots].any():
                    found[owner] = settings[text]
                    break
        return [int(setting) for setting in found.tolist()]


def _strings(joined: bytes) -> _Strings:
    """What is in the brackets of plain objects. Raises _Strange."""
    data = np.frombuffer(joined, np.uint8)
    # A backslash, which stands between the brackets, is legal nowhere.
    marks = np.flatnonzero((data - np.uint8(_BEGIN) < 2) | (data - np.uint8(_OPEN) < 3))
    signs = data[marks].astype(np.uint16)
    legal = _LEGAL[signs[:-1] << 8 | signs[1:]]
    if not legal.all():
        raise _Strange(marks[1:][~legal])
    apart, kinds = np.diff(marks), signs[:-1]
    strings = np.flatnonzero(kinds == _BEGIN)
    begins, lengths = marks[strings] + 1, apart[strings] - 1
    numbers = np.flatnonzero((apart > 1) & ((kinds == _OPEN) | (kinds == _END)))
    digits = apart[numbers] - 1
    uneven, long = (lengths & 1 != 0) | (lengths == 0), digits > LONGEST_ADJUSTMENT
    if uneven.any() or long.any():
        raise _Strange(np.concatenate((begins[uneven], marks[numbers[long]])))
    opens = signs == _OPEN
    texts = np.flatnonzero(opens)
    words = np.ndarray((len(joined) - 7,), np.uint64, joined, strides=(1,))
    return _Strings(
        brackets=marks[texts],
        behind=marks[signs == _CLOSE][:-1] + 1,
        first=np.cumsum(signs == _BEGIN)[texts],
        begins=begins,
        lengths=lengths,
        adjusted=np.cumsum(opens)[numbers] - 1,
        adjustments=words[marks[numbers] + 1] & _MASKS[digits],
    )


def _check_outside(joined: bytes, strings: _Strings, unread: Flags, odd: Flags) -> None:
    """Raises _Strange for texts with bytes of glyphs outside of their strings, or with odd adjustments.

    Those in `unread` stand behind a wording that is not known; the others say nothing of the kind.
    """
    strange = odd.copy()
    for text in np.flatnonzero(unread).tolist():
        strange[text] |= bool(joined[strings.behind[text] : strings.brackets[text]].translate(None, OTHER))
    if strange.any():
        raise _Strange(strings.brackets[strange])


def _starts(gaps: Places, places: Places) -> tuple[Floats, Floats]:
    """Where each text starts, from what stands before it and, when that is a move, from those before."""
    starts = GAPS.starts[gaps]
    last = np.maximum.accumulate(np.where(starts, places, 0))
    found = []
    for said in (GAPS.x[gaps], GAPS.y[gaps]):
        moved = np.cumsum(np.where(starts, 0.0, said))
        found.append(said[last] + (moved - moved[last]))
    return found[0], found[1]
