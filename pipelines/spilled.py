"""What stands between two stages of a local run: in a nameless file, not in memory.

Beam's local runner keeps everything that a stage gives until the next one has taken all of it, and sends
each worker its whole half at once. Here the bytes go to a file once they are many, and are taken
in small portions: a group, or what a worker sent in one go.
"""

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from apache_beam.coders.coder_impl import create_InputStream, create_OutputStream
from apache_beam.runners.portability.fn_api_runner.execution import GroupingBuffer, ListBuffer
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.windowed_value import PaneInfo, PaneInfoTiming

IN_MEMORY_BYTES = 1 << 20
"""Fewer bytes than this make no file."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some elements for a stage, which belong together or came together."""

    size: int
    """Bytes, about."""
    read: Callable[[], bytes]
    """Gives the elements as Beam sends them."""


class _Heap:
    """Bytes that are written once and read by their place; gone with the object that holds it.

    The file has no name, so that not even a killed process leaves one, and lies in the run's spool.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, prefix="brevpress-")  # noqa: SIM115
        self._lock = threading.Lock()
        self._end = 0

    def add(self, data: bytes) -> int:
        """Writes `data`; gives the place where it begins."""
        with self._lock:
            start = self._end
            self._file.seek(start)
            self._file.write(data)
            self._end += len(data)
            return start

    def read(self, start: int, size: int) -> bytes:
        """What was written there."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


@dataclass(frozen=True, slots=True)
class _Piece:
    heap: _Heap
    start: int
    size: int

    def read(self) -> bytes:
        return self.heap.read(self.start, self.size)


class SpilledList(ListBuffer):
    """The elements of a collection, as the workers sent them."""

    def __init__(self, coder: Any) -> None:
        super().__init__(coder)
        self._heap = _Heap()
        self._pieces: list[_Piece] = []

    def append(self, element: bytes) -> None:
        """With what a worker sent in one go."""
        self._pieces.append(_Piece(self._heap, self._heap.add(element), len(element)))

    def extend(self, extra: Any) -> None:
        """With all that another stage gave to the same collection."""
        if isinstance(extra, SpilledList):
            self._pieces += extra._pieces
        else:
            for data in extra:
                self.append(data)

    def copy(self) -> "SpilledList":
        """Another list of the same elements; the bytes are there once."""
        twin = SpilledList(self._coder_impl)
        twin._pieces = list(self._pieces)
        return twin

    def portions(self) -> list[Portion]:
        """One for each sending."""
        return [Portion(piece.size, piece.read) for piece in self._pieces]

    def partition(self, n: int) -> list[list[bytes]]:
        """Not how we send: for stages that Beam's own way takes care of."""
        whole = ListBuffer(self._coder_impl)
        for data in self:
            whole.append(data)
        parts: list[list[bytes]] = whole.partition(n)
        return parts

    def __iter__(self) -> Iterator[bytes]:
        return (piece.read() for piece in self._pieces)

    def clear(self) -> None:
        """Forgets all elements."""
        super().clear()
        self._heap, self._pieces = _Heap(), []


class SpilledGroups(GroupingBuffer):
    """The elements of a collection by their keys; in one window that never ends."""

    def __init__(self, element_coder: Any, group_coder: Any, windowing: Any) -> None:
        super().__init__(element_coder, group_coder, windowing)
        self._heap = _Heap()
        self._elements, self._groups = element_coder.get_impl(), group_coder.get_impl()
        self._key = element_coder.key_coder().get_impl()
        self._value = element_coder.value_coder().get_impl()

    def append(self, elements_data: bytes) -> None:
        """With what a worker sent in one go."""
        source, values = create_InputStream(elements_data), create_OutputStream()
        places = []
        while source.size() > 0:
            key, value = self._elements.decode_from_stream(source, True).value
            start = values.size()
            self._value.encode_to_stream(value, values, True)
            places.append((self._key.encode(key), start, values.size() - start))
        base = self._heap.add(values.get())
        for encoded, start, size in places:
            self._table[encoded].append(_Piece(self._heap, base + start, size))

    def portions(self) -> list[Portion]:
        """One for each key."""
        return [
            Portion(sum(piece.size for piece in pieces), partial(self._group, key, pieces))
            for key, pieces in self._table.items()
        ]

    def partition(self, n: int) -> list[list[bytes]]:
        """Not how we send: for stages that Beam's own way takes care of."""
        groups = [portion.read() for portion in self.portions()]
        return [groups[first::n] for first in range(n)]

    def _group(self, key: bytes, pieces: Iterable[_Piece]) -> bytes:
        values = [self._value.decode_from_stream(create_InputStream(p.read()), True) for p in pieces]
        group = create_OutputStream()
        self._groups.encode_to_stream(_IN_THE_WINDOW((self._key.decode(key), values)), group, True)
        encoded: bytes = group.get()
        return encoded


_IN_THE_WINDOW = GlobalWindows.windowed_value(
    None,
    timestamp=GlobalWindow().max_timestamp(),
    pane_info=PaneInfo(
        is_first=True, is_last=True, timing=PaneInfoTiming.ON_TIME, index=0, nonspeculative_index=0
    ),
).with_value
