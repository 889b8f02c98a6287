"""Full layouts are freed one by one while the collector of cycles rests."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from pipelines.press.sweeping import resting, swept


class Box:
    """Refers to itself, as WeasyPrint's boxes do."""

    def __init__(self) -> None:
        self.within = self


@pytest.fixture(autouse=True)
def _collector_as_it_was() -> Iterator[None]:
    working = gc.isenabled()
    yield
    gc.unfreeze()
    if working:
        gc.enable()


def test_the_collector_rests_meanwhile_and_works_again_behind() -> None:
    gc.enable()
    with resting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with resting():
        pass
    assert not gc.isenabled()


def test_what_a_layout_made_is_freed_at_its_end() -> None:
    with resting():
        with swept():
            gone = weakref.ref(Box())
            assert gone() is not None
        assert gone() is None


def test_what_is_still_used_stays() -> None:
    with resting():
        with swept():
            kept = Box()
        assert kept.within is kept


def test_what_a_failed_layout_left_is_freed_with_the_next_one() -> None:
    left: list[weakref.ref[Box]] = []

    def fails() -> None:
        box = Box()
        left.append(weakref.ref(box))
        raise ValueError(box)

    with resting():
        try:
            with swept():
                fails()
        except ValueError:
            pass
        with swept():
            pass
        assert left[0]() is None


def test_what_the_last_failed_layout_of_a_file_left_is_freed_with_the_file() -> None:
    left: list[weakref.ref[Box]] = []
    with resting():
        try:
            with swept():
                box = Box()
                left.append(weakref.ref(box))
                raise ValueError
        except ValueError:
            del box
    assert left[0]() is None


def test_outside_of_a_file_the_collector_is_left_alone() -> None:
    gc.enable()
    frozen = gc.get_freeze_count()
    with swept():
        pass
    assert gc.get_freeze_count() == frozen
