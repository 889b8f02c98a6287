"""What stands outside of text objects: forms, rules and codes, the same on many pages of a file.

Such a part is read once, as one that starts in an ink that nobody knows and leaves the graphics
state as a page begins with it; so what it paints does not depend on what stands before it. Of codes
only the bits differ: those are checked each time, the rest as everywhere once.
"""

import re
from binascii import unhexlify
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from pipelines.press.scan_stamps import Paints, together
from pipelines.press.scan_statements import NAME, NUMBER

_DATA, _END = b" ID ", b">"
_TEXT = b"("
"""What could hold words that only look like a picture's."""
_PLACED = re.compile(rb"q 1 0 0 1 (" + NUMBER + rb") (" + NUMBER + rb") cm " + NAME + rb" Do Q")
"""A form at a place: most lines are that, and each stands on many pages."""
_NOTHING = Paints((), frozenset())
MOST = 1 << 22
"""Bytes of parts that are kept, of pages that watch the same zones with the same resources."""


class _Known(NamedTuple):
    paints: Paints | None
    """None when it is not understood."""
    lengths: tuple[int, ...]
    """Digits of each picture in it."""


class Shared(Protocol):
    """What reads the parts of pages with the same resources, which watch the same zones."""

    def part(self, part: bytes) -> Paints | None:
        """What a part paints, whatever stands before it; None when it is not understood."""

    def form(self, name: bytes, x: float, y: float) -> Paints | None:
        """What a form paints, moved; None when there is none, or it depends on its page."""


class Outside:
    """Parts of pages with the same resources and zones.

    A part that is new is mostly made of lines that are known, and of blocks of others between them.
    Each of those is read in the same way, so that together they paint what they paint one by one.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._known: dict[bytes, _Known] = {}
        self._lines = {b"": _NOTHING}
        self._bytes = 0

    def of(self, part: bytes) -> Paints | None:
        """What a part paints; None when it is not understood."""
        pictures: Sequence[bytes] = ()
        words = part
        if _END in part and _TEXT not in part:
            words, pictures = _apart(part)
        lengths = tuple(map(len, pictures))
        if (known := self._known.get(words)) is None:
            known = self._keep(words, _Known(self._of_lines(part) or self._shared.part(part), lengths))
        elif pictures and (known.lengths != lengths or not all(map(_is_hexadecimal, pictures))):
            return None
        return known.paints

    def _of_lines(self, part: bytes) -> Paints | None:
        """What a part paints, line by line; None when that does not tell."""
        *lines, last = part.split(b"\n")
        found = list(map(self._lines.get, lines))
        for at in range(len(found)) if None in found else ():
            if found[at] is None:
                found[at] = self._form(lines[at])
        if last or None in found:
            found = list(self._pieces([*lines, last]))
        known = [paints for paints in found if paints is not None]
        if not known or len(known) < len(found):
            return None
        return together(known)

    def _form(self, line: bytes) -> Paints | None:
        """What a line paints that draws a form; None for any other line."""
        if (placed := _PLACED.fullmatch(line)) is None:
            return None
        paints = self._shared.form(placed[3], float(placed[1]), float(placed[2]))
        if paints is not None:
            self._make_room(len(line))
            self._lines[line] = paints
        return paints

    def _pieces(self, lines: Sequence[bytes]) -> Iterator[Paints | None]:
        """What known lines paint, and the blocks of others between them; None for a block that is all."""
        block, alone = list[bytes](), True
        for line in lines:
            if not line or (paints := self._lines.get(line)) is None:
                block.append(line)
                continue
            alone = False
            if any(block):
                yield self.of(b"\n".join([*block, b""]))
            block.clear()
            yield paints
        if any(block):
            yield None if alone else self.of(b"\n".join(block))

    def _keep(self, words: bytes, known: _Known) -> _Known:
        self._make_room(len(words))
        self._known[words] = known
        return known

    def _make_room(self, more: int) -> None:
        self._bytes += more
        if self._bytes > MOST:
            self._known.clear()
            self._lines = {b"": _NOTHING}
            self._bytes = more


def _apart(part: bytes) -> tuple[bytes, list[bytes]]:
    """A part without the data of its pictures, and those."""
    first, *rest = part.split(_DATA)
    pictures, words = [], [first]
    for piece in rest:
        digits, end, behind = piece.partition(_END)
        pictures.append(digits)
        words.append(end + behind)
    return _DATA.join(words), pictures


def _is_hexadecimal(digits: bytes) -> bool:
    try:
        unhexlify(digits)
    except ValueError:
        return False
    return True
