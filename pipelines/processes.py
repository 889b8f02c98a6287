"""This process and the workers that it starts: how they use memory, how they end."""

import contextlib
import ctypes
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import psutil
import pyarrow as pa

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Parameters of glibc's mallopt (malloc.h)."""

ARENAS = 2
KEPT_BYTES = 4_000_000
"""What is kept at hand once it is free. Arrays of half a megabyte come and go with every few letters, and
the kernel takes a twentieth of the press's time to empty its pages for them if each goes back at once."""


def be_thrifty() -> None:
    """Makes this process give memory back once more than a little is free.

    A month passes through in waves. Arrow's own allocator and glibc's arenas per thread keep
    the crest of every wave: measured at 100,000 letters, all processes took 2.0 GB with
    them and 1.0 GB without, in the same time.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, ARENAS)
        libc.mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
        libc.mallopt(_M_MMAP_THRESHOLD, KEPT_BYTES)


_SPOOL = "brevpress-spool-"


@contextlib.contextmanager
def spool() -> Iterator[Path]:
    """A folder for the work of this process and its workers, which is gone when they are done.

    Everything temporary lies in it, letters among it: only the user can read it, and what a
    killed process left is removed by the next one.
    """
    home, before = Path(tempfile.gettempdir()), os.environ.get("TMPDIR")
    for left in home.glob(f"{_SPOOL}*"):
        pid = left.name.removeprefix(_SPOOL).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)) and left.stat().st_uid == os.getuid():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_SPOOL}{os.getpid()}-", dir=home) as folder:
        # The workers inherit the variable; this process has read it already.
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = str(home)
            if before is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before


def end_with_parent() -> None:
    """Ends this process, which `multiprocessing` started, as soon as the one that did so is gone.

    A reader waits for work on a pipe whose other end it holds itself, so it would outlive a
    parent that was killed, for ever, with its memory.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(os.EX_SOFTWARE)


def leave(code: int) -> NoReturn:
    """Ends this process with `code` at once, and its worker processes with it.

    After a worker's death, Beam's threads would wait for the other workers for ever; after a good
    run, native threads that still live may abort an orderly exit.
    """
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
