"""What was used of late: a memory of bounded size for what is dear to make again."""

from collections.abc import Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Recent(Generic[_Key, _Value]):
    """Keeps at least the `least` things used last, and at most twice as many.

    Two generations: what is asked for in the older one moves to the younger; when the younger is
    full, the older is forgotten. That is as good as counting uses, and costs one look-up.
    """

    __slots__ = ("_least", "_old", "_young")

    def __init__(self, least: int) -> None:
        self._least = least
        self._young: dict[_Key, _Value] = {}
        self._old: dict[_Key, _Value] = {}

    def get(self, key: _Key) -> _Value | None:
        """What is kept under the key, or None."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: _Key, value: _Value) -> _Value:
        """Keeps a value under a key; gives it back."""
        if len(self._young) >= self._least:
            self._old = self._young
            self._young = {}
        self._young[key] = value
        return value

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def clear(self) -> None:
        """Forgets everything."""
        self._young = {}
        self._old = {}
