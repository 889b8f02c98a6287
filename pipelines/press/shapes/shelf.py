"""The shelf: what was learnt of each layout, kept from run to run and shared by workers.

One file a layout in the cache folder, under a name made of all that decides it: the layout, the
fonts, WeasyPrint, Pango and the press's own code. A worker that meets something unknown looks at
the file again before it asks WeasyPrint, since another worker may have learnt it meanwhile.
"""

import functools
import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path

import weasyprint
from weasyprint.text.ffi import pango

from pipelines.press import environment, foundry, typefaces
from pipelines.press.shapes.parts import Learnt

_CODE = ("*.py", "shapes/*.py", "setting/*.py")


class Shelf:
    """What was learnt of one layout; `learnt` is shared and grows."""

    def __init__(self, layout: str) -> None:
        self.learnt = Learnt()
        self._path = foundry.cache_folder() / file_name(ingredients(layout))
        self._seen: tuple[int, int] | None = None
        self.refresh()

    def refresh(self) -> bool:
        """Takes in what others have learnt since; whether there was anything."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen == self._seen:
                return False
            other = pickle.loads(self._path.read_bytes())
        except Exception:
            # A torn or foreign file teaches nothing; it is written anew with the next letter learnt from.
            return False
        if not isinstance(other, Learnt):
            return False
        self._seen = seen
        self.learnt.take(other)
        return True

    def keep(self) -> None:
        """Writes what is known, with what others wrote since."""
        self.refresh()
        foundry.write_whole(self._path, pickle.dumps(self.learnt, protocol=pickle.HIGHEST_PROTOCOL))


def ingredients(layout: str) -> dict[str, str]:
    """All that decides what is learnt of a layout, by its name."""
    fonts = [hashlib.sha256(face.data).hexdigest() for face in typefaces.load().faces]
    return {
        "layout": layout,
        "version": environment.layout_version(layout),
        "fonts": " ".join(fonts),
        "weasyprint": weasyprint.__version__,
        "pango": str(pango.pango_version()),
        "code": _own_code(),
    }


def file_name(ingredients: Mapping[str, str]) -> str:
    """The file in the cache folder that holds what these ingredients give."""
    told = repr(sorted(ingredients.items()))
    return f"shapes-{hashlib.sha256(told.encode()).hexdigest()[:32]}.pickle"


@functools.cache
def _own_code() -> str:
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for pattern in _CODE:
        for path in sorted(root.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
