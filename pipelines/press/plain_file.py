"""A print file's objects as they are written, read without building each one up.

For what looks at all objects of a file and finds the same few kinds of them a thousand times. It
reads the plain case: one cross-reference stream, object streams, deflate, no encryption, every
length written where it is needed. Any other file raises NotPlain and is for the PDF library.
Source: ISO 32000-2, 7.3 (objects), 7.5.7 and 7.5.8 (object and cross-reference streams).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

_CONTENT = re.compile(rb"(\d++) 0 obj(<</Filter/FlateDecode/Length (\d++)>>)stream\n")
_CONTENT_END = b"\nendstream endobj\n"
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


class PlainFile:
    """The objects of a file by their numbers. Raises NotPlain."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._objects: dict[int, Written] = {}
        found = _START.search(data, max(0, len(data) - _TAIL))
        if found is None:
            raise NotPlain("no end of file where it should be")
        try:
            kinds, places, indices = self._table(int(found[1]))
            plain = np.flatnonzero(kinds == _PLAIN)
            for number, place in zip(plain.tolist(), places[plain].tolist(), strict=True):
                self._objects[number] = self._stream_or_object(number, place)
            packed = np.flatnonzero(kinds == _PACKED)
            packed = packed[np.lexsort((indices[packed], places[packed]))]
            packs, firsts = np.unique(places[packed], return_index=True)
            for pack, inside in zip(packs.tolist(), np.split(packed, firsts[1:]), strict=True):
                if not np.array_equal(indices[inside], np.arange(len(inside))):
                    raise NotPlain("an object stream that has more than the table says")
                self._unpack(self._objects[pack], inside.tolist())
        except (LookupError, ValueError) as error:
            raise NotPlain("a table or an object stream that is not in order") from error

    def __contains__(self, number: int) -> bool:
        return number in self._objects

    def __getitem__(self, number: int) -> Written:
        """The object of that number. Raises KeyError."""
        return self._objects[number]

    def items(self) -> Iterator[tuple[int, Written]]:
        """All objects with their numbers, in the order of the file."""
        return iter(self._objects.items())

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
        if (content := _CONTENT.match(data, place)) is not None and int(content[1]) == number:
            begin = content.end()  # most are the streams of pages, in these words
            stop = begin + int(content[3])
            if data.startswith(_CONTENT_END, stop):
                return Written(content[2], begin, stop)
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

    def _unpack(self, pack: Written, numbers: list[int]) -> None:
        """Takes in the objects of an object stream."""
        entries = _entries(pack.text)
        body = self._unfiltered(pack)
        first = entries[b"First"][0]
        directory = list(map(int, body[:first].split()))
        if entries[b"N"] != [len(numbers)] or directory[::2] != numbers or b"/Extends" in pack.text:
            raise NotPlain("an object stream that is not as the table has it")
        starts = [first + offset for offset in directory[1::2]]
        for number, start, end in zip(numbers, starts, [*starts[1:], len(body)], strict=True):
            self._objects[number] = Written(body[start:end].rstrip())

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
