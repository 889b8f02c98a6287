"""Progress of a run, told by workers and added up by the driver."""

import json
from pathlib import Path

import pytest

from pipelines.progress import FULL_LAYOUTS, STAGES, Channel, Stage, Watch


def test_what_workers_tell_is_added_up(tmp_path: Path) -> None:
    channel = Channel(str(tmp_path))
    with Watch(tmp_path, lambda stages: None) as watch:
        channel.tell("press", 0, 10)
        channel.tell("press", 3)
        channel.tell("press", 4)
    assert (watch.stages["press"].done, watch.stages["press"].of) == (7, 10)


def test_a_line_that_is_half_written_waits_for_its_end(tmp_path: Path) -> None:
    line = json.dumps(["read", 5, 0, 1.0]) + "\n"
    path = tmp_path / "1.progress"
    path.write_text(line + line[:7])
    watch = Watch(tmp_path, lambda stages: None)
    watch._gather()
    assert watch.stages["read"].done == 5
    path.write_text(line + line)
    watch._gather()
    assert watch.stages["read"].done == 10


def test_a_worker_without_the_drivers_disk_tells_nothing(tmp_path: Path) -> None:
    Channel(str(tmp_path / "elsewhere")).tell("read", 1)
    Channel(None).tell("read", 1)
    assert list(tmp_path.iterdir()) == []


def test_rate_and_time_left_follow_from_what_was_done() -> None:
    stage = Stage(done=30, of=90, began=100.0, moved=110.0)
    assert stage.rate == pytest.approx(3.0)
    assert stage.left == pytest.approx(20.0)
    assert Stage(done=1, began=5.0, moved=5.0).left is None


def test_full_layouts_are_counted_and_are_no_stage(tmp_path: Path) -> None:
    channel = Channel(str(tmp_path))
    with Watch(tmp_path, lambda stages: None) as watch:
        channel.tell(FULL_LAYOUTS, 3)
        channel.tell("press", 500)
        channel.tell(FULL_LAYOUTS, 2)
    assert watch.full_layouts == 5
    assert list(watch.stages) == list(STAGES)
