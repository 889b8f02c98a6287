"""A print file as preflight looks at it: shared parts in full, what recurs as it is written.

The PDF library builds every object up, which for pages and records costs more than to check them.
So a file that is written plainly is read beside it as text, kind by kind; of any other file the
library's objects are all there is, and every check looks at each of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import pikepdf

from pipelines.press import plain_form
from pipelines.press.plain_file import NotPlain, PlainFile
from pipelines.press.plain_form import PlainForm
from pipelines.press.written_columns import Columns, columns
from pipelines.press.written_kinds import Entries, Kind, Kinds

_MOST_KEPT_STREAMS = 64
_INHERITED = frozenset(("/Resources", "/MediaBox", "/CropBox", "/Rotate"))
_DEEPEST = 32  # a page tree that is deeper is a loop


class Page(NamedTuple):
    """A page as it is written; None for what is missing, or no reference to another object."""

    kind: Kind
    parent: int | None
    resources: int | None
    streams: Sequence[int] | None
    """Its content."""
    part: int | None
    """The leaf of the document parts that it belongs to."""


class PrintedFile:
    """The objects of one file; `pdf` is the library's view of it."""

    def __init__(self, pdf: pikepdf.Pdf, data: bytes) -> None:
        self.pdf = pdf
        self.columns: Sequence[Columns] = ()
        """The objects of a plain file that are written alike, as pages and records are."""
        self._kinds = Kinds()
        self._entries: dict[int, Entries] = {}
        self._pages: dict[int, Page] = {}
        self._contents: dict[int, bytes] = {}
        self._packed: dict[Kind, bool] = {}
        self.forms: dict[int, PlainForm] = {}
        """The forms of a plain file in the words of the press, by their numbers."""
        self._plain: PlainFile | None = None
        with suppress(NotPlain):
            self._plain = PlainFile(data)
            self._take(self._plain)

    def _take(self, plain: PlainFile) -> None:
        """Reads the objects: in columns where they are alike, else one by one."""
        self.columns = tuple(columns(*plain.packed, self._kinds))
        alike = set[int]().union(*[group.numbers for group in self.columns])
        self.forms |= plain_form.forms(plain)
        packed = set(plain.packed.numbers.tolist())
        for number in (*plain.others - self.forms.keys(), *packed.difference(alike)):
            self.written(number)
        for one in plain.contents.numbers[:1].tolist():  # the others are in the same words
            self.written(one)
        for group in self.columns:
            if (places := _page_places(group.kind)) is not None:
                self._pages |= zip(group.numbers, _pages(group, places), strict=True)

    @property
    def plain(self) -> bool:
        """Whether the file is written so plainly that all its objects can be read as text."""
        return self._plain is not None

    def written(self, number: int) -> Entries | None:
        """An object as it is written; None when the file is not plain."""
        if (known := self._entries.get(number)) is None and (text := self.text(number)) is not None:
            known = self._entries[number] = self._kinds.of(text)
        return known

    def written_otherwise(self, harmless: Callable[[Kind], bool]) -> Iterator[int]:
        """The numbers of all objects of a plain file, but `forms`, whose kind is not one of the harmless."""
        others = {kind for kind in self._kinds if not harmless(kind)}
        if others:
            found = {number for number, entries in self._entries.items() if entries.kind in others}
            found.update(*[group.numbers for group in self.columns if group.kind in others])
            contents = [] if self._plain is None else self._plain.contents.numbers.tolist()
            if contents and self._entries[contents[0]].kind in others:
                found.update(contents)
            yield from sorted(found)

    def page(self, number: int) -> Page | None:
        """A page that is written as others are; None for any other object, and when the file is not plain."""
        return self._pages.get(number)

    def text(self, number: int) -> bytes | None:
        """An object, or the dictionary of a stream, in its own words; None when the file is not plain."""
        return self._plain[number].text if self._plain is not None and number in self._plain else None

    def raw(self, number: int) -> bytes:
        """The data of a stream of a plain file as they stand there. Raises KeyError."""
        return b"" if self._plain is None else self._plain.raw(self._plain[number])

    def object(self, number: int) -> pikepdf.Object:
        """The library's object of that number."""
        return self.pdf.get_object(number, 0)

    def content(self, page: int) -> bytes:
        """The content of a page, its streams joined. Raises PdfError for streams that cannot be read."""
        written = self.page(page)
        if written is None or written.streams is None:
            return _content(self.object(page))
        if len(written.streams) == 1:
            return self._stream(written.streams[0])
        return b"\n".join([self._stream(number) for number in written.streams])

    def shared_stream(self, page: int, mark_at: int | None) -> int | None:
        """The object number of a page's content without its mark, if other pages may share that stream.

        `mark_at` says where in the content the mark stands, to its end; None for a page without one.
        """
        written = self.page(page)
        streams = written.streams if written is not None else None
        if streams is None or len(streams) != (1 if mark_at is None else 2):
            return None
        apart = mark_at is None or len(self._stream(streams[0])) + 1 == mark_at
        return streams[0] if apart else None

    def _stream(self, number: int) -> bytes:
        if (known := self._contents.get(number)) is None:
            known = self.stream(number)
            if len(self._contents) >= _MOST_KEPT_STREAMS:
                self._contents.pop(next(iter(self._contents)))
            self._contents[number] = known
        return known

    def stream(self, number: int) -> bytes:
        """The data of a stream, its filters undone. Raises PdfError for one that cannot be read."""
        if self._plain is not None and (data := self._plain.content(number)) is not None:
            return data
        if self._plain is not None and (number in self.forms or self._deflated(number)):
            with suppress(NotPlain):  # the library says better what is wrong with it
                return self._plain.inflated(self._plain[number])
        return bytes(self.object(number).read_bytes())

    def _deflated(self, number: int) -> bool:
        if (entries := self.written(number)) is None:
            return False
        if (known := self._packed.get(entries.kind)) is None:
            known = self._packed[entries.kind] = entries.kind.deflated
        return known


class _PagePlaces(NamedTuple):
    single: tuple[int | None, int | None, int | None]
    """Where the values of Parent, Resources and DPart are."""
    contents: tuple[int, ...] | None


@lru_cache(maxsize=64)
def _page_places(kind: Kind) -> _PagePlaces | None:
    """Where pages of a kind say what others look for; None when it is no page."""
    if kind.names.get(("Type",)) != b"/Page":
        return None
    at = kind.places
    return _PagePlaces(
        (at.get(("Parent",)), at.get(("Resources",)), at.get(("DPart",))), kind.listed("Contents")
    )


def _pages(group: Columns, places: _PagePlaces) -> Iterator[Page]:
    """The pages of a group."""
    nothing = repeat(None)
    parents, resources, parts = [group.references(at) or nothing for at in places.single]
    listed = None if places.contents is None else [group.references(at) for at in places.contents]
    lists = [one for one in listed or () if one is not None]
    streams: Iterable[Sequence[int] | None] = nothing
    if listed is not None and len(lists) == len(listed):
        streams = zip(*lists, strict=True)
    return map(Page, [group.kind] * len(group.numbers), parents, resources, streams, parts)


def _content(page: pikepdf.Object) -> bytes:
    contents = page.get("/Contents")
    if contents is None:
        return b""
    if isinstance(contents, pikepdf.Stream):
        return bytes(contents.read_bytes())
    return b"\n".join(stream.read_bytes() for stream in contents)


def inherited(page: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """An entry of the page or, if it is one that nodes hand down, of those above it."""
    node: pikepdf.Object | None = page
    for _ in range(_DEEPEST if key in _INHERITED else 0):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)
