"""Sweeping up behind full layouts while the collector of reference cycles rests.

WeasyPrint's boxes refer to each other in circles, some MB a letter. Looking for them among all that
a worker keeps in mind takes longer than stamping does; so what was there before a layout is set
aside first, and only what the layout made is looked through.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_unswept = [False]
"""Whether an error still held on to a layout when it was to be swept up."""


@contextmanager
def paused() -> Iterator[None]:
    """The collector rests, for what leaves no cycles behind."""
    working = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if working:
            gc.enable()


@contextmanager
def resting() -> Iterator[None]:
    """The collector rests; what is still there at the end is not looked at again."""
    with paused():
        try:
            yield
        finally:
            _set_aside()


def _set_aside() -> None:
    if _unswept[0]:
        _unswept[0] = False
        gc.collect()
    gc.freeze()


@contextmanager
def swept() -> Iterator[None]:
    """Frees what is laid out meanwhile, and not used any more at the end."""
    if gc.isenabled():
        yield
        return
    _set_aside()
    try:
        yield
    except BaseException:
        _unswept[0] = True
        raise
    gc.collect()
