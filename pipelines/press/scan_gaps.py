"""What stands between two shown texts of a text object: where the next one starts, and in what.

`]TJ 1 0 0 1 60 300 Tm /F1 9 Tf 0 0 0 1 k 0 -12 Td[` says a place, a font with its size, an ink and a
move, each of which may be missing. Pages of a shape say the same again and again, so each wording
is read once, and arrays hold what the known ones say.
"""

import re

import numpy as np
import numpy.typing as npt

from pipelines.press.drawing import Ink
from pipelines.press.scan_lookup import STEP, Lookup, word_masks

_N = rb"[-+]?+(?:\d{1,5}+(?>(?:\.\d*+)?)|\.\d++)"
_GAP = re.compile(
    rb"TJ[ \n]++"
    rb"(?>(?:1 0 0 1 (" + _N + rb") (" + _N + rb") Tm[ \n]++)?)"  # 1 x, 2 y
    rb"(?>(?:/([0-9A-Za-z+\-_]++ " + _N + rb") Tf[ \n]++)?)"  # 3 font and size
    rb"(?>(?:((?:" + _N + rb" ){4})k[ \n]++)?)"  # 4 ink
    rb"(?>(?:(" + _N + rb") (" + _N + rb") Td[ \n]*+)?)"  # 5 right, 6 up
)
_ADJUSTMENT = re.compile(rb"-?+(?:\d++\.?\d*+|\.\d++)")
MOST = 1 << 15
"""Wordings kept: some five megabytes."""
_MOST_ADJUSTMENTS = 1 << 12
LONGEST_ADJUSTMENT = 8
"""Bytes of a number between the strings of a text."""
_WORDS = 10
ROOM = 8 * _WORDS
"""Bytes of a wording that is looked up together with others; one that is longer is by itself."""
_BITS = 17
_SHIFT = np.uint64(64 - _BITS)
_ROW = np.dtype(f"V{ROOM}")
_MASKS = np.array([word_masks(length, _WORDS) for length in range(ROOM + 1)], np.uint64)
"""By length of a wording what of each of its words is part of it."""
_FACTORS = np.array([(i * STEP | 1) & (1 << 64) - 1 for i in range(1, _WORDS + 1)], np.uint64)
Ids = npt.NDArray[np.int64]


class Gaps:
    """The known wordings by their numbers; 0 is one that is not understood."""

    def __init__(self) -> None:
        self.starts = np.zeros(MOST, np.bool_)
        """Whether it says a place; else it moves on from the line before."""
        self.x = np.zeros(MOST, np.float64)
        self.y = np.zeros(MOST, np.float64)
        self.font = np.zeros(MOST, np.int64)
        """Index in `fonts`; 0 for the font of before."""
        self.ink = np.zeros(MOST, np.int64)
        """Index in `inks`; 0 for the ink of before."""
        self._words = np.zeros((MOST, _WORDS), np.uint64)
        self._forget()

    def find(self, joined: bytes, begins: Ids, ends: Ids) -> Ids:
        """The numbers of the wordings there, for the columns as they are till the next call.

        Behind the last one `joined` has at least `ROOM` bytes.
        """
        lengths = ends - begins
        rows = np.ndarray((len(joined) - ROOM + 1,), _ROW, joined, strides=(1,))
        words = rows[begins].view(np.uint64).reshape(-1, _WORDS)
        words &= _MASKS.take(np.minimum(lengths, ROOM), axis=0)
        places = ((words @ _FACTORS) >> _SHIFT).view(np.int64)
        ids: Ids = self._table.take(places).astype(np.int64)
        sure = (self._words.take(ids, axis=0) == words).all(axis=1)
        sure &= (ids > 0) & (lengths <= ROOM)
        if not sure.all():
            self._look_up(joined, begins, ends, np.flatnonzero(~sure), words, places, ids)
        return ids

    def _look_up(
        self,
        joined: bytes,
        begins: Ids,
        ends: Ids,
        unsure: Ids,
        words: npt.NDArray[np.uint64],
        places: Ids,
        ids: Ids,
    ) -> None:
        """Put right the numbers of some wordings, of which some may be new."""
        if len(self._ids) + len(unsure) >= MOST:
            self._forget()
            unsure = np.arange(len(ids))
        known, spans = self._ids, zip(begins[unsure].tolist(), ends[unsure].tolist(), strict=True)
        gaps = [joined[begin:end] for begin, end in spans]
        new = {gap: at for gap, at in zip(gaps, unsure.tolist(), strict=True) if gap not in known}
        if new:
            self._learn(new, words, places)
        ids[unsure] = [known[gap] for gap in gaps]

    def _learn(self, new: dict[bytes, int], words: npt.NDArray[np.uint64], places: Ids) -> None:
        """Take in wordings, and where each of them stands among those that are looked up."""
        rows, numbers, seats = [], [], []
        for gap, at in new.items():
            match = _GAP.fullmatch(gap)
            number = len(self._ids) + 1
            x, y, font, ink, right, up = (None,) * 6 if match is None else match.groups()
            if number >= MOST or (x is None and right is None):
                # What follows the text before it stands where only the full reader knows.
                self._ids[gap] = 0
                continue
            self._ids[gap] = number
            numbers.append(number)
            seats.append(at if len(gap) <= ROOM else -1)
            rows.append(
                (
                    x is not None,
                    float(x or 0) + float(right or 0),
                    float(y or 0) + float(up or 0),
                    0 if font is None else self._fonts.get(font) or self._font(font),
                    0 if ink is None else self._inks.get(ink) or self._ink(ink),
                )
            )
        if not rows:
            return
        columns = (self.starts, self.x, self.y, self.font, self.ink)
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column[numbers] = values
        seated = np.array(seats) >= 0
        some, there = np.array(numbers)[seated], np.array(seats)[seated]
        self._words[some] = words[there]
        free = self._table[places[there]] == 0
        self._table[places[there[free]]] = some[free]

    def _forget(self) -> None:
        self._ids: dict[bytes, int] = {}
        self._table = np.zeros(1 << _BITS, np.int16)
        self.fonts: list[tuple[bytes, float]] = [(b"", 0.0)]
        """Name and size."""
        self.inks: list[Ink] = [(0.0, 0.0, 0.0, 0.0)]
        self._fonts: dict[bytes, int] = {}
        self._inks: dict[bytes, int] = {}

    def _font(self, written: bytes) -> int:
        name, size = written.split(b" ")
        self.fonts.append((name, float(size)))
        self._fonts[written] = len(self.fonts) - 1
        return self._fonts[written]

    def _ink(self, written: bytes) -> int:
        c, m, y, k = map(float, written.split())
        self.inks.append((c, m, y, k))
        self._inks[written] = len(self.inks) - 1
        return self._inks[written]


class Adjustments:
    """The numbers that stand between the strings of texts; most are kerning and come again."""

    def __init__(self) -> None:
        self._values: dict[int, float] = {}
        self._renew()

    def values(self, words: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
        """What these say, each at most eight bytes; not a number for one that is none."""
        indices, known = self._lookup.find(words)
        if not known.all():
            for new in np.unique(words[~known]).tolist():
                written = new.to_bytes(LONGEST_ADJUSTMENT, "little").rstrip(b"\x00")
                if len(self._values) >= _MOST_ADJUSTMENTS:
                    self._values.clear()
                if _ADJUSTMENT.fullmatch(written):
                    self._values[new] = float(written)
            self._renew()
            indices, known = self._lookup.find(words)
            return np.where(known, self._numbers[indices], np.nan)
        return self._numbers[indices]

    def _renew(self) -> None:
        self._lookup = Lookup(np.array(list(self._values), np.uint64))
        self._numbers = np.array([np.nan, *self._values.values()])


GAPS = Gaps()
ADJUSTMENTS = Adjustments()
"""Those of this process: what they say does not depend on the file."""
