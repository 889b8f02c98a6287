"""A print file as preflight looks at it: shared parts in full, what recurs as it is written.

The PDF library builds every object up, which for pages and records costs more than to check them.
So a file that is written plainly is read beside it as text, kind by kind; of any other file the
library's objects are all there is, and every check looks at each of them.
"""

from collections.abc import Iterator

import pikepdf

from pipelines.press.plain_file import NotPlain, PlainFile
from pipelines.press.written_kinds import Entries, Kind, Kinds

_MOST_KEPT_STREAMS = 64
_INHERITED = frozenset(("/Resources", "/MediaBox", "/CropBox", "/Rotate"))
_DEEPEST = 32  # a page tree that is deeper is a loop


class PrintedFile:
    """The objects of one file; `pdf` is the library's view of it."""

    def __init__(self, pdf: pikepdf.Pdf, data: bytes) -> None:
        self.pdf = pdf
        self._kinds = Kinds()
        self._entries: dict[int, Entries] = {}
        self._contents: dict[int, bytes] = {}
        self._packed: dict[Kind, bool] = {}
        self._plain: PlainFile | None = None
        try:
            self._plain = PlainFile(data)
            for number, written in self._plain.items():
                self._entries[number] = self._kinds.of(written.text)
        except NotPlain:
            pass

    @property
    def plain(self) -> bool:
        """Whether the file is written so plainly that all its objects can be read as text."""
        return self._plain is not None

    def written(self, number: int) -> Entries | None:
        """An object as it is written; None when the file is not plain."""
        return self._entries.get(number)

    def all_written(self) -> Iterator[tuple[int, Entries]]:
        """All objects of a plain file with their numbers; none of another."""
        return iter(self._entries.items())

    def object(self, number: int) -> pikepdf.Object:
        """The library's object of that number."""
        return self.pdf.get_object(number, 0)

    def content(self, page: int) -> bytes:
        """The content of a page, its streams joined. Raises PdfError for streams that cannot be read."""
        entries = self._entries.get(page)
        streams = entries.references("Contents") if entries is not None else None
        if streams is None:
            return _content(self.object(page))
        if len(streams) == 1:
            return self._stream(streams[0])
        return b"\n".join([self._stream(number) for number in streams])

    def only_stream(self, page: int) -> int | None:
        """The object number of a page's content when it is one stream, which other pages may share."""
        entries = self._entries.get(page)
        streams = entries.references("Contents") if entries is not None else None
        return streams[0] if streams is not None and len(streams) == 1 else None

    def _stream(self, number: int) -> bytes:
        if (known := self._contents.get(number)) is None:
            known = self._inflated(number)
            if len(self._contents) >= _MOST_KEPT_STREAMS:
                self._contents.pop(next(iter(self._contents)))
            self._contents[number] = known
        return known

    def _inflated(self, number: int) -> bytes:
        entries = self._entries.get(number)
        if entries is not None and self._plain is not None and self._deflated(entries.kind):
            try:
                return self._plain.inflated(self._plain[number])
            except NotPlain:
                pass  # the library says better what is wrong with it
        return bytes(self.object(number).read_bytes())

    def _deflated(self, kind: Kind) -> bool:
        if (known := self._packed.get(kind)) is None:
            known = self._packed[kind] = kind.deflated
        return known


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
