"""A store that dies: before its n-th write the process is gone, as far as the caller can tell."""

from pathlib import Path

from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.store import Head


class Killed(BaseException):
    """Not an Exception, so that nothing can catch it and tidy up, as nothing can after a kill."""


class CrashingStore(MemoryStore):
    """A store in memory that raises `Killed` instead of the write number `at` (from 1)."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.writes = 0
        self._at = at

    def live_for(self, writes: int) -> None:
        """The next process, which is killed before its write number `writes`."""
        self._at = self.writes + writes

    def survive(self) -> None:
        """From now on nothing goes wrong: the next process."""
        self._at = 0

    def _count(self) -> None:
        self.writes += 1
        if self.writes == self._at:
            raise Killed

    def put_bytes(self, key: str, data: bytes, content_type: str | None = None) -> Head:
        self._count()
        return super().put_bytes(key, data, content_type)

    def put_file(self, key: str, path: Path, content_type: str | None = None) -> Head:
        return self.put_bytes(key, path.read_bytes())

    def create(self, key: str, data: bytes, content_type: str | None = None) -> bool:
        self._count()
        return super().create(key, data, content_type)

    def delete(self, key: str) -> None:
        self._count()
        super().delete(key)
