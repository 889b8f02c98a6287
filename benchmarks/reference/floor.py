"""The least that a print file of these bytes can cost: deflate, checksum and write, nothing else."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf

from pipelines.press.writer import deflated


def floor(folder: Path, letters: int) -> dict[str, float]:
    """CPU ms a letter of each, over the bytes that a lane has written into `folder`."""
    files = [path.read_bytes() for path in sorted(folder.glob("*.pdf"))]
    contents = [part for path in sorted(folder.glob("*.pdf")) for part in _contents(path)]
    target = folder / "floor.bin"
    spent = {
        "deflate": _spent(lambda: [deflated(part) for part in contents]),
        "checksum": _spent(lambda: [hashlib.sha256(data).digest() for data in files]),
        "write": _spent(lambda: [_write(target, data) for data in files]),
    }
    target.unlink()
    figures = {name: 1000 * seconds / letters for name, seconds in spent.items()}
    return {**figures, "all": sum(figures.values())}


def _contents(path: Path) -> list[bytes]:
    """The page contents of a file as they were before deflating, those in common once."""
    with pikepdf.open(path) as pdf:
        seen: dict[tuple[int, int], bytes] = {}
        for page in pdf.pages:
            contents = page.obj.Contents
            for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
                if stream.objgen not in seen:
                    seen[stream.objgen] = stream.read_bytes()
        return list(seen.values())


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
