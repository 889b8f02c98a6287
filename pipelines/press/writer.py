"""A PDF file written as a stream: objects go out as they come, memory stays flat.

Streams are written at once. All other objects are gathered into object streams, which together
with a cross-reference stream take a fifth of the room of plain objects. What stays in memory is
the place of each object, ten bytes.

The file has its final name only when it is whole. The same objects in the same order make the
same bytes. Source: ISO 32000-2, 7.3 (objects), 7.5 (file structure).
"""

import hashlib
import zlib
from array import array
from pathlib import Path

import numpy as np
from isal import isal_zlib

PDF_VERSION = "1.6"
PACK = 200
"""Objects in one object stream: more make reading one of them slow, fewer deflate worse."""
QUICK_LEVEL = 2
"""ISA-L's level for what each letter has of its own: an eighth of the time of zlib's 6 for 21 %
more bytes. Levels 0 to 2 give the same bytes on every x86-64 processor that has SSE 4.2; level 3
does not."""
SHARED_LEVEL = 9
"""zlib's level for what a file has once."""
_SHORT, _SHORT_WINDOW, _SHORT_MEMORY = 512, 10, 2
"""Bytes below which zlib does it, with small tables. Two runs of some hundred got 249 bytes from ISA-L in
other words than all others (which read the same); longer texts, most of which its quick part takes, never."""
_BUFFER = 1 << 20
_HEADER = b"%%PDF-%b\n%%\xe2\xe3\xcf\xd3\n" % PDF_VERSION.encode()
_PLAIN, _MISSING = -1, -2
_PNG_UP = 2  # a row of the table is written as its difference from the row above


def deflated(data: bytes) -> bytes:
    """What each letter adds to the file, as /FlateDecode wants it, quickly."""
    if len(data) >= _SHORT:
        return isal_zlib.compress(data, QUICK_LEVEL)
    short = zlib.compressobj(SHARED_LEVEL, zlib.DEFLATED, _SHORT_WINDOW, _SHORT_MEMORY)
    return short.compress(data) + short.flush()


def text(value: str) -> bytes:
    """A text string (ISO 32000-2, 7.9.2.2) as it stands in the file."""
    if value.isascii() and value.isprintable():
        escaped = value.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return b"(%b)" % escaped.encode()
    return b"<%b>" % f"\N{ZERO WIDTH NO-BREAK SPACE}{value}".encode("utf-16-be").hex().encode()


class PdfWriter:
    """A PDF file in the making. Ends with `close` or `discard`."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._part = out.with_name(f"{out.name}.part")
        self._file = self._part.open("wb", buffering=_BUFFER)
        self._hash = hashlib.sha256()
        self._length = 0
        # By object number: its offset, or the object stream it is in, and which one there.
        self._places = array("Q", [0])
        self._indices = array("h", [_MISSING])
        self._pack = 0
        self._packed: list[bytes] = []
        self._packed_numbers: list[int] = []
        self._write(_HEADER)

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self._places.append(0)
        self._indices.append(_MISSING)
        return len(self._places) - 1

    def add(self, body: bytes, number: int = 0) -> int:
        """The number of an object that is no stream; a new one unless it was reserved."""
        number = number or self.reserve()
        if not self._packed:
            self._pack = self.reserve()
        self._places[number] = self._pack
        self._indices[number] = len(self._packed)
        self._packed.append(body)
        self._packed_numbers.append(number)
        if len(self._packed) == PACK:
            self._flush()
        return number

    def add_stream(self, data: bytes, entries: bytes = b"/Filter/FlateDecode", number: int = 0) -> int:
        """The number of a stream of `data`, which `entries` describe; /Length is added."""
        number = number or self.reserve()
        self._places[number] = self._length
        self._indices[number] = _PLAIN
        self._write(
            b"%d 0 obj<<%b/Length %d>>stream\n%b\nendstream endobj\n" % (number, entries, len(data), data)
        )
        return number

    def fingerprint(self) -> str:
        """SHA-256 over all objects so far, in hexadecimal."""
        self._flush()
        return self._hash.hexdigest()

    def close(self, root: int, info: int, identifiers: tuple[bytes, bytes]) -> str:
        """Writes the cross-reference stream; gives the file's SHA-256 in hexadecimal.

        `root` and `info` are the numbers of the catalog and the document information. Raises
        ValueError when an object was reserved and never written.
        """
        self._flush()
        number, at = self.reserve(), self._length
        self._places[number], self._indices[number] = at, _PLAIN
        if missing := self._indices[1:].count(_MISSING):
            raise ValueError(f"{self._out.name}: {missing} objects were reserved and never written")
        width = max(1, (max(self._places).bit_length() + 7) // 8)
        first, second = (identifier.hex().encode() for identifier in identifiers)
        entries = (
            b"/Type/XRef/Size %d/W[1 %d 1]/Root %d 0 R/Info %d 0 R/ID [<%b><%b>]/Filter/FlateDecode"
            b"/DecodeParms<</Predictor 12/Columns %d>>"
        ) % (len(self._places), width, root, info, first, second, width + 2)
        self.add_stream(deflated(self._table(width)), entries, number)
        self._write(b"startxref\n%d\n%%%%EOF\n" % at)
        self._file.close()
        self._part.replace(self._out)
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Leaves no file behind; nothing happens when it is closed already."""
        if not self._file.closed:
            self._file.close()
            self._part.unlink()

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._length += len(data)

    def _flush(self) -> None:
        """Writes the object stream that is being gathered."""
        if not self._packed:
            return
        bodies = b"\n".join(self._packed)
        directory: list[int] = []
        at = 0
        for number, body in zip(self._packed_numbers, self._packed, strict=True):
            directory += (number, at)
            at += len(body) + 1
        head = " ".join(map(str, directory)).encode() + b"\n"
        entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(self._packed), len(head))
        self.add_stream(deflated(head + bodies), entries, self._pack)
        self._packed.clear()
        self._packed_numbers.clear()

    def _table(self, width: int) -> bytes:
        """The cross-reference table, each row after its predictor (ISO 32000-2, 7.4.4.4)."""
        places = np.frombuffer(self._places, np.uint64)
        indices = np.frombuffer(self._indices, np.int16)
        rows = np.empty((len(places), width + 2), np.uint8)
        rows[:, 0] = np.where(indices == _PLAIN, 1, 2)
        rows[0, 0] = 0  # object 0 heads the list of free objects
        rows[:, 1:-1] = places.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - width :]
        rows[:, -1] = np.maximum(indices, 0)
        stored = np.full((len(rows), width + 3), _PNG_UP, np.uint8)
        stored[0, 1:] = rows[0]
        np.subtract(rows[1:], rows[:-1], out=stored[1:, 1:])
        return stored.tobytes()
