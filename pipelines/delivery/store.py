"""The only way to the bucket: a small store of whole objects, in a folder, in S3 or in memory.

A put is atomic: a reader sees the old object, the new one or none, never a part. Nothing is
kept open, so there is nothing to repair after a crash.
"""

import hashlib
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipelines.errors import StoreError

CHUNK = 1 << 20
"""Bytes read at a time when a file is hashed or copied: bounded memory for any size."""

LONGEST_KEY = 1024
"""Bytes of a key in UTF-8: the limit of S3."""

CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".xjdf": "application/vnd.cip4-xjdf+xml",
}
_PLAIN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of an object without reading it: bytes and sha256 (hex, of the whole object)."""

    size: int
    sha256: str


class Store(ABC):
    """Objects under keys such as `runs/daily-2026-12-01/run.json`.

    Every method raises StoreError when the folder or bucket refuses, and for a key that is not
    a plain relative path. Stores can be pickled, except the one in memory.
    """

    uri: str
    """How the operator named it."""

    @abstractmethod
    def head(self, key: str) -> Head | None:
        """Size and sha256 of the object, or None when there is none."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """The bytes of the object; StoreError when there is none."""

    @abstractmethod
    def put_bytes(self, key: str, data: bytes, content_type: str | None = None) -> Head:
        """Writes or replaces the object; the content type is told by the key unless given."""

    @abstractmethod
    def put_file(self, key: str, path: Path, content_type: str | None = None) -> Head:
        """Writes or replaces the object with the bytes of a local file, in bounded memory."""

    @abstractmethod
    def create(self, key: str, data: bytes, content_type: str | None = None) -> bool:
        """True when the object was written; False when one was there, which is left alone.

        Of two processes that create the same key at the same time, one gets True.
        """

    @abstractmethod
    def list(self, prefix: str = "") -> tuple[str, ...]:
        """All keys that begin with `prefix`, sorted; finished objects only."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Removes the object; nothing happens when there is none."""

    @abstractmethod
    def read_to(self, key: str, path: Path) -> Head:
        """Copies the object to a local file, in bounded memory; size and sha256 of what was read."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object (in S3 without reading it)."""
        return self.head(key) is not None

    def move(self, key: str, to: str) -> None:
        """Renames an object; after a crash in between both are there, and the call can be repeated."""
        with tempfile.TemporaryDirectory(prefix="brevpress-") as folder:
            path = Path(folder) / "object"
            self.read_to(key, path)
            self.put_file(to, path)
        self.delete(key)


def is_key(text: str) -> bool:
    """Whether a text is a plain relative path in normal form."""
    plain = all(part not in ("", ".", "..") for part in text.split("/"))
    return plain and "\\" not in text and text.isprintable() and len(text.encode()) <= LONGEST_KEY


def checked(key: str) -> str:
    """The key itself, when it is a plain relative path in normal form; else StoreError."""
    if not is_key(key):
        raise StoreError(f"{key!r} is no key", "a key is a relative path without empty or dotted parts")
    return key


def content_type_of(key: str, given: str | None = None) -> str:
    """The media type of an object: as given, else by the ending of its key."""
    return given or CONTENT_TYPES.get(PurePosixPath(key).suffix, _PLAIN)


def head_of(data: bytes) -> Head:
    """Size and sha256 of bytes."""
    return Head(len(data), hashlib.sha256(data).hexdigest())


def head_of_file(path: Path) -> Head:
    """Size and sha256 of a local file, in bounded memory."""
    with path.open("rb") as source:
        return copy(source)


def copy(source: BinaryIO, target: BinaryIO | None = None) -> Head:
    """Reads `source` to its end, writes it to `target` if given; size and sha256 of what was read."""
    size, total = 0, hashlib.sha256()
    while chunk := source.read(CHUNK):
        size += len(chunk)
        total.update(chunk)
        if target is not None:
            target.write(chunk)
    return Head(size, total.hexdigest())


@contextmanager
def refusals(what: str) -> Iterator[None]:
    """Turns the operating system's errors into one StoreError line that names `what`."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{what}: {error.strerror or type(error).__name__}", "mend it and run again"
        ) from error
