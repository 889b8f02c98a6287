"""The shelf: what was learnt of each layout, kept from run to run and shared by workers.

One file a layout in the cache folder, under a name made of all that decides it: the layout, the
fonts, WeasyPrint, Pango and the press's own code. A worker that meets something unknown looks at
the file again before it asks WeasyPrint, since another worker may have learnt it meanwhile.
"""

import functools
import hashlib
import pickle
from pathlib import Path
from typing import TypeVar

import weasyprint
from weasyprint.text.ffi import pango

from pipelines.press import environment, foundry, typefaces
from pipelines.press.shapes.parts import Learnt

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_CODE = ("*.py", "shapes/*.py", "setting/*.py")


class Shelf:
    """What was learnt of one layout; `learnt` is shared and grows."""

    def __init__(self, layout: str) -> None:
        self.learnt = Learnt()
        self._path = foundry.cache_folder() / f"shapes-{_key(layout)}.pickle"
        self._seen: tuple[int, int] | None = None
        self.refresh()

    def refresh(self) -> bool:
        """Takes in what others have learnt since; whether there was anything."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen == self._seen:
                return False
            other: Learnt = pickle.loads(self._path.read_bytes())
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError):
            return False
        self._seen = seen
        mine = self.learnt
        _add(mine.parts, other.parts)
        _add(mine.pages, other.pages)
        _add(mine.counters, other.counters)
        _add(mine.fonts, other.fonts)
        return True

    def keep(self) -> None:
        """Writes what is known, with what others wrote since."""
        self.refresh()
        foundry.write_whole(self._path, pickle.dumps(self.learnt, protocol=pickle.HIGHEST_PROTOCOL))


def _add(mine: dict[_Key, _Value], theirs: dict[_Key, _Value]) -> None:
    for key, value in theirs.items():
        mine.setdefault(key, value)


def _key(layout: str) -> str:
    parts = (
        layout,
        environment.layout_version(layout),
        *(hashlib.sha256(face.data).hexdigest() for face in typefaces.load().faces),
        weasyprint.__version__,
        str(pango.pango_version()),
        _own_code(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@functools.cache
def _own_code() -> str:
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for pattern in _CODE:
        for path in sorted(root.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
