"""A store in memory: the twin for tests and rehearsals, with the manners of the real ones."""

import threading
from pathlib import Path

from pipelines.delivery.store import Head, Store, checked, head_of, refusals
from pipelines.errors import StoreError


class MemoryStore(Store):
    """Objects in a dictionary of this process; safe between threads."""

    def __init__(self) -> None:
        self.uri = "memory"
        self._objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def head(self, key: str) -> Head | None:
        """Size and sha256 of the object, or None."""
        data = self._objects.get(checked(key))
        return None if data is None else head_of(data)

    def get(self, key: str) -> bytes:
        """The bytes of the object."""
        try:
            return self._objects[checked(key)]
        except KeyError as error:
            raise StoreError(f"{self.uri}: cannot read {key}: no such object") from error

    def put_bytes(self, key: str, data: bytes, content_type: str | None = None) -> Head:
        """Writes or replaces the object."""
        with self._lock:
            self._objects[checked(key)] = bytes(data)
        return head_of(data)

    def put_file(self, key: str, path: Path, content_type: str | None = None) -> Head:
        """Writes or replaces the object with the bytes of `path`."""
        with refusals(f"{self.uri}: cannot copy to {key}"):
            return self.put_bytes(key, path.read_bytes())

    def create(self, key: str, data: bytes, content_type: str | None = None) -> bool:
        """True when the object was written; False when one was there."""
        with self._lock:
            if checked(key) in self._objects:
                return False
            self._objects[key] = bytes(data)
        return True

    def list(self, prefix: str = "") -> tuple[str, ...]:
        """All keys that begin with `prefix`, sorted."""
        with self._lock:
            return tuple(sorted(key for key in self._objects if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        """Removes the object, if there is one."""
        with self._lock:
            self._objects.pop(checked(key), None)

    def read_to(self, key: str, path: Path) -> Head:
        """Copies the object to `path`."""
        data = self.get(key)
        path.write_bytes(data)
        return head_of(data)
