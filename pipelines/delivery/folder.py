"""A store in a local folder: written beside its final name, flushed to disk, then renamed."""

import errno
import fcntl
import os
import platform
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pipelines.delivery.store import Head, Store, checked, copy, head_of, head_of_file, refusals
from pipelines.errors import StoreError, UsageError

_ENDING = ".part"
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""How file systems without hard links (exFAT, some network shares) refuse one."""
_OPEN = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


class FolderStore(Store):
    """Keys are paths below a folder, which is made on the first put.

    Unfinished writes are hidden files `.{name}.{process}-{thread}.{machine}.part` in the folder of
    the object; they are never listed, and the next put of the same key on the same machine
    removes what a killed process left.
    """

    def __init__(self, root: str | Path) -> None:
        self.uri = str(root)
        self._root = Path(root).absolute()
        there = next(path for path in (self._root, *self._root.parents) if os.path.lexists(path))
        if not there.is_dir():
            what = "is a file" if there == self._root else f"{there.name} is a file"
            raise UsageError(f"{self.uri}: {what}", "name a folder or s3://bucket/prefix")

    def head(self, key: str) -> Head | None:
        """Size and sha256 of the file, which is read for it."""
        path = self._path(key)
        with refusals(f"{self.uri}: cannot read {key}"):
            return head_of_file(path) if path.is_file() else None

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return self._path(key).is_file()

    def get(self, key: str) -> bytes:
        """The bytes of the file."""
        with refusals(f"{self.uri}: cannot read {key}"):
            return self._path(key).read_bytes()

    def put_bytes(self, key: str, data: bytes, content_type: str | None = None) -> Head:
        """Writes or replaces the file; a folder keeps no content type."""
        self._write(key, lambda target: target.write(data), _replace)
        return head_of(data)

    def put_file(self, key: str, path: Path, content_type: str | None = None) -> Head:
        """Writes or replaces the file with a copy of `path`."""
        heads: list[Head] = []
        with refusals(f"{self.uri}: cannot copy to {key}"), path.open("rb") as source:
            self._write(key, lambda target: heads.append(copy(source, target)), _replace)
        return heads[0]

    def create(self, key: str, data: bytes, content_type: str | None = None) -> bool:
        """True when the file was written; a hard link never replaces a file that is there.

        Where the file system knows no hard links, the folder is locked and the file renamed: it
        still appears whole, but the lock may not be seen by another machine.
        """
        if self.exists(key):
            return False
        try:
            self._write(key, lambda target: target.write(data), _link)
        except FileExistsError:
            return False
        return True

    def list(self, prefix: str = "") -> tuple[str, ...]:
        """All keys that begin with `prefix`, sorted; symbolic links to folders are not followed."""
        folder, _, _ = prefix.rpartition("/")
        start = self._path(folder) if folder else self._root
        keys = []
        for parent, _, names in os.walk(start):
            base = Path(parent).relative_to(self._root)
            keys += [(base / name).as_posix() for name in names if not _unfinished(name)]
        return tuple(sorted(key for key in keys if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        """Removes the file, if there is one."""
        path = self._path(key)
        with refusals(f"{self.uri}: cannot delete {key}"):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _flush(path.parent)

    def read_to(self, key: str, path: Path) -> Head:
        """Copies the file to `path`."""
        origin = self._path(key)
        with (
            refusals(f"{self.uri}: cannot read {key}"),
            origin.open("rb") as source,
            path.open("wb") as target,
        ):
            return copy(source, target)

    def _path(self, key: str) -> Path:
        path = self._root / checked(key)
        # A link that someone put into the folder must not lead us out of it.
        if not path.parent.resolve().is_relative_to(self._root.resolve()) or path.is_symlink():
            raise StoreError(f"{self.uri}: {key} leads out of the folder", "remove the symbolic link")
        return path

    def _write(
        self, key: str, fill: Callable[[BinaryIO], object], settle: Callable[[Path, Path], None]
    ) -> None:
        path = self._path(key)
        own = f"{os.getpid()}-{threading.get_ident()}.{platform.node()}"
        part = path.with_name(f".{path.name}.{own}{_ENDING}")
        with refusals(f"{self.uri}: cannot write {key}"):
            _make(path.parent)
        try:
            with refusals(f"{self.uri}: cannot write {key}"), part.open("wb") as target:
                fill(target)
                target.flush()
                os.fsync(target.fileno())
            try:
                settle(part, path)
            except FileExistsError:
                raise
            except OSError as error:
                raise StoreError(f"{self.uri}: cannot write {key}: {error.strerror}", "run again") from error
            _flush(path.parent)
        finally:
            part.unlink(missing_ok=True)
        self._sweep(path)

    def _sweep(self, path: Path) -> None:
        """Removes what killed processes left of this object."""
        head, tail = f".{path.name}.", f".{platform.node()}{_ENDING}"
        # A large lot has two thousand objects in a folder; most are none of ours.
        for name in os.listdir(path.parent):  # noqa: PTH208
            if name.startswith(head) and name.endswith(tail):
                owner = name.removeprefix(head).partition("-")[0]
                if owner.isdigit() and not _alive(int(owner)):
                    path.with_name(name).unlink(missing_ok=True)


def _replace(part: Path, path: Path) -> None:
    part.replace(path)


def _link(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_new(part, path)


def _rename_new(part: Path, path: Path) -> None:
    """Renames unless there is such a file; of those that call it one wins, as the folder is locked.

    Making the final name first (O_EXCL) would need no lock, but would show an empty file.
    """
    handle = os.open(path.parent, _OPEN)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        part.rename(path)
    finally:
        os.close(handle)  # and the lock ends with it, as it does with a process that is killed


def _unfinished(name: str) -> bool:
    return name.startswith(".") and name.endswith(_ENDING)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _make(folder: Path) -> None:
    """Makes a folder and those above it, each of them flushed into the one that holds it."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _flush(new.parent)


def _flush(folder: Path) -> None:
    """Makes the names in a folder survive a power cut, too."""
    handle = os.open(folder, _OPEN)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
