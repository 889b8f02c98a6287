"""A print file's objects as they are written, read without building each one up.

For what looks at all objects of a file and finds the same few kinds of them a thousand times. It
reads the plain case: one cross-reference stream, object streams, deflate, no encryption, every
length written where it is needed. Any other file raises NotPlain and is for the PDF library.
Source: ISO 32000-2, 7.3 (objects), 7.5.7 and 7.5.8 (object and cross-reference streams).
"""

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from pipelines.press.plain_contents import STREAM, contents

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TAIL = 64
_OBJECT = re.compile(rb"(\d+) 0 obj\s*")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_END = re.compile(rb"\s*endstream\s+endobj\s")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?=[\s/>])")
_NUMBERS = re.compile(rb"/(W|Index|Size|N|First|Columns|Predictor)\s*(?:\[([\d\s]*)\]|(\d+))(?!\s+\d+\s+R)")
_DEFLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
_UP = 2  # the PNG predictor that takes a row as its difference from the row above
_PLAIN, _PACKED = 1, 2


Numbers = npt.NDArray[np.int64]


class NotPlain(Exception):
    """The file is written in a way that this reader leaves to others; the message says which."""


class Written(NamedTuple):
    """One object as it is written."""

    text: bytes
    """Without `obj` and `endobj`; of a stream its dictionary."""
    start: int = 0
    """Where the data of a stream begin in the file."""
    end: int = 0
    """Where they end; 0 for an object that is no stream."""


class Packed(NamedTuple):
    """The objects of all object streams, in the order of the file."""

    text: bytes
    numbers: Numbers
    starts: Numbers
    """Where each stands in the text."""
    ends: Numbers
    """Where it ends, with what white space follows it."""


class PlainFile:
    """The objects of a file by their numbers. Raises NotPlain."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._others: dict[int, Written] = {}
        found = _START.search(data, max(0, len(data) - _TAIL))
        if found is None:
            raise NotPlain("no end of file where it should be")
        try:
            kinds, places, indices = self._table(int(found[1]))
            plain = np.flatnonzero(kinds == _PLAIN)
            self.contents, rest = contents(data, plain, places[plain])
            for number, place in zip(rest.tolist(), places[rest].tolist(), strict=True):
                self._others[number] = self._stream_or_object(number, place)
            packed = np.flatnonzero(kinds == _PACKED)
            packed = packed[np.lexsort((indices[packed], places[packed]))]
            self.packed = self._unpacked(packed, places[packed], indices[packed])
        except (LookupError, ValueError) as error:
            raise NotPlain("a table or an object stream that is not in order") from error
        numbers, *spans = (column.tolist() for column in self.contents)
        self._content_at = dict(zip(numbers, zip(*spans, strict=True), strict=True))
        self._packed_at = {number: at for at, number in enumerate(self.packed.numbers.tolist())}

    def __contains__(self, number: int) -> bool:
        return number in self._packed_at or number in self._content_at or number in self._others

    def __getitem__(self, number: int) -> Written:
        """The object of that number. Raises KeyError."""
        if (at := self._packed_at.get(number)) is not None:
            start, end = int(self.packed.starts[at]), int(self.packed.ends[at])
            return Written(self.packed.text[start:end].rstrip())
        if (span := self._content_at.get(number)) is not None:
            head, start, end = span
            return Written(self._data[head : start - len(STREAM)], start, end)
        return self._others[number]

    def items(self) -> Iterator[tuple[int, Written]]:
        """All objects with their numbers."""
        for number in (*self._others, *self._content_at, *self._packed_at):
            yield number, self[number]

    @property
    def others(self) -> Set[int]:
        """The objects that are neither in object streams nor among `contents`."""
        return self._others.keys()

    def content(self, number: int) -> bytes | None:
        """The data of a stream in the words of pages' content; None for another, and one that is broken."""
        if (span := self._content_at.get(number)) is None:
            return None
        try:
            return isal_zlib.decompress(self._data[span[1] : span[2]])
        except Exception:  # the library's own class is none to the type checker
            return None

    def raw(self, stream: Written) -> bytes:
        """The data of a stream as they stand in the file."""
        return self._data[stream.start : stream.end]

    def inflated(self, stream: Written) -> bytes:
        """The data of a stream whose only filter is deflate. Raises NotPlain."""
        try:
            return isal_zlib.decompress(self._data[stream.start : stream.end])
        except Exception as error:  # the library's own class is none to the type checker
            raise NotPlain("data that do not inflate") from error

    def _stream_or_object(self, number: int, place: int) -> Written:
        data = self._data
        head = _OBJECT.match(data, place)
        if head is None or int(head[1]) != number:
            raise NotPlain("an object that is not where the table has it")
        begin = head.end()
        keyword, end = data.find(b"stream", begin), data.find(b"endobj", begin)
        if end < 0:
            raise NotPlain("an object without end")
        if not 0 <= keyword < end:
            return Written(data[begin:end].rstrip())
        text = data[begin:keyword].rstrip()
        start, lengths = _STREAM.match(data, keyword), _LENGTH.findall(text)
        if start is None or len(lengths) != 1:
            raise NotPlain("a stream whose length is not in its dictionary")
        stop = start.end() + int(lengths[0])
        if _END.match(data, stop) is None:
            raise NotPlain("a stream of another length than its dictionary says")
        return Written(text, start.end(), stop)

    def _table(self, place: int) -> tuple[Numbers, Numbers, Numbers]:
        """Kind, place and index of every object. Raises ValueError, KeyError for a broken table."""
        head = _OBJECT.match(self._data, place)
        if head is None:
            raise NotPlain("no cross-reference stream")
        table = self._stream_or_object(int(head[1]), place)
        entries = _entries(table.text)
        if b"/XRef" not in table.text or any(key in table.text for key in (b"/Prev", b"/Encrypt")):
            raise NotPlain("a cross-reference table of another kind, of several parts or encrypted")
        widths, size = entries[b"W"], entries[b"Size"][0]
        if entries.get(b"Index", [0, size]) != [0, size] or len(widths) != 3 or max(widths) > 8:
            raise NotPlain("a cross-reference table in parts")
        row = sum(widths)
        stored = np.frombuffer(self._unfiltered(table), np.uint8)
        if b"/DecodeParms" in table.text:
            stored = stored.reshape(-1, row + 1)
            if entries[b"Columns"] != [row] or entries[b"Predictor"][0] < 10 or (stored[:, 0] != _UP).any():
                raise NotPlain("a predictor other than the row above")
            stored = np.cumsum(stored[:, 1:], axis=0, dtype=np.uint8)
        columns = np.split(stored.reshape(size, row), np.cumsum(widths)[:2], axis=1)
        kinds, places, indices = (_numbers(column) for column in columns)
        return kinds, places, indices

    def _unpacked(self, numbers: Numbers, packs: Numbers, indices: Numbers) -> Packed:
        """The objects of those numbers out of their object streams."""
        texts: list[bytes] = []
        starts: list[Numbers] = []
        ends: list[Numbers] = []
        length = 0
        kept, firsts = np.unique(packs, return_index=True)
        bounds = [*firsts.tolist(), len(numbers)]
        for pack, begin, end in zip(kept.tolist(), bounds, bounds[1:], strict=False):
            if not np.array_equal(indices[begin:end], np.arange(end - begin)):
                raise NotPlain("an object stream that has more than the table says")
            text, offsets = self._unpack(self._others[pack], numbers[begin:end].tolist())
            starts.append(length + offsets)
            ends.append(length + np.append(offsets[1:], len(text) + 1))
            texts.append(text)
            length += len(text) + 1
        if not texts:
            return Packed(b"", numbers, numbers, numbers)
        return Packed(b"\n".join([*texts, b""]), numbers, np.concatenate(starts), np.concatenate(ends))

    def _unpack(self, pack: Written, numbers: list[int]) -> tuple[bytes, Numbers]:
        """The objects of an object stream, as they stand there, and where each begins."""
        entries = _entries(pack.text)
        body = self._unfiltered(pack)
        first = entries[b"First"][0]
        directory = list(map(int, body[:first].split()))
        if entries[b"N"] != [len(numbers)] or directory[::2] != numbers or b"/Extends" in pack.text:
            raise NotPlain("an object stream that is not as the table has it")
        offsets = np.array(directory[1::2], np.int64)
        if (np.diff(offsets, prepend=-1, append=len(body) - first) <= 0).any():
            raise NotPlain("an object stream whose objects are in another order")
        return body[first:], offsets

    def _unfiltered(self, stream: Written) -> bytes:
        if b"/Filter" not in stream.text:
            return self._data[stream.start : stream.end]
        if not _DEFLATE.search(stream.text):
            raise NotPlain("a table or object stream with other filters than deflate")
        return self.inflated(stream)


def _entries(text: bytes) -> dict[bytes, list[int]]:
    """The numbers that stand in a dictionary, in arrays or alone, by key."""
    return {key: list(map(int, (many or one).split())) for key, many, one in _NUMBERS.findall(text)}


def _numbers(columns: npt.NDArray[np.uint8]) -> Numbers:
    """The big-endian numbers of some bytes a row."""
    total = np.zeros(len(columns), np.int64)
    for i in range(columns.shape[1]):
        total = total << 8 | columns[:, i]
    return total
