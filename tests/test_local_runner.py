"""A local run gives its workers little at a time, and all of it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pytest

from pipelines import runners
from pipelines.local_runner import BUNDLE_BYTES, BUNDLES_A_WORKER

pytestmark = pytest.mark.beam

ONE_PROCESS = ["--direct_running_mode=in_memory"]
TWO_PROCESSES = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]
KEYS, VALUE, SMALL = 24, 100_000, 40


class _Value(beam.DoFn):
    """A value of VALUE bytes that cannot be made shorter."""

    def process(self, number: int) -> Iterator[tuple[int, bytes]]:
        yield number % KEYS, number.to_bytes(4, "big") * (VALUE // 4)


class _Note(beam.DoFn):
    """Writes down what it got, a file a bundle."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._bundle = 0

    def start_bundle(self) -> None:
        self._bundle += 1

    def process(self, group: tuple[int, Iterable[bytes]], *side: Any) -> None:
        key, values = group
        got = sorted(int.from_bytes(value[:4], "big") for value in values)
        with (self._folder / f"{os.getpid()}-{self._bundle:03}").open("a") as file:
            file.write(f"{key} {' '.join(map(str, got))}\n")


class Heavy:
    """Tells in a file that it was unpacked."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ = state
        with (Path(self.folder) / f"unpacked-{os.getpid()}").open("a") as file:
            file.write("x")


class _Finalizes(beam.DoFn):
    """Has something to do when its bundle is done."""

    def process(self, value: int, finalizer: Any = beam.DoFn.BundleFinalizerParam) -> Iterator[int]:
        finalizer.register(lambda: None)
        yield value


class _Refuse(beam.DoFn):
    def process(self, group: tuple[int, Iterable[bytes]]) -> None:
        if group[0] == KEYS // 2:
            raise ValueError("key refused")


class Notes(NamedTuple):
    """What a run with two workers wrote down."""

    large: list[list[str]]
    """The groups of every bundle of a stage with two values of VALUE bytes in each group."""
    small: list[list[str]]
    """Those of a stage with SMALL groups of some bytes."""
    unpacked: dict[str, int]
    """How often each worker unpacked the side input of the first stage."""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Notes:
    large, small, told = (tmp_path_factory.mktemp(name) for name in ("large", "small", "told"))

    def build(pipeline: beam.Pipeline) -> None:
        plan = pipeline | "plan" >> beam.Create([0]) | "heavy" >> beam.Map(lambda _: Heavy(str(told)))
        values = pipeline | "numbers" >> beam.Create(range(2 * KEYS)) | "values" >> beam.ParDo(_Value())
        side = beam.pvalue.AsSingleton(plan)
        _ = values | "group large" >> beam.GroupByKey() | "large" >> beam.ParDo(_Note(str(large)), side)
        pairs = pipeline | "pairs" >> beam.Create([(key, key.to_bytes(4, "big")) for key in range(SMALL)])
        _ = pairs | "group small" >> beam.GroupByKey() | "small" >> beam.ParDo(_Note(str(small)))

    runners.run(build, runners.options_of(TWO_PROCESSES, rows=1))
    here = f"unpacked-{os.getpid()}"
    return Notes(
        bundles(large),
        bundles(small),
        {path.name: len(path.read_text()) for path in told.iterdir() if path.name != here},
    )


def bundles(folder: Path) -> list[list[str]]:
    """The groups of every bundle that was noted there."""
    return [path.read_text().splitlines() for path in sorted(folder.iterdir())]


ALL_LARGE = sorted(f"{key} {key} {key + KEYS}" for key in range(KEYS))


def test_every_group_comes_once_and_whole(notes: Notes) -> None:
    assert sorted(line for bundle in notes.large for line in bundle) == ALL_LARGE
    assert sorted(line for bundle in notes.small for line in bundle) == sorted(
        f"{key} {key}" for key in range(SMALL)
    )


def test_a_worker_gets_little_at_a_time(notes: Notes) -> None:
    # A group of two values is nearly as large as a bundle may be.
    assert max(map(len, notes.large)) == BUNDLE_BYTES // (2 * VALUE) == 1


def test_few_and_small_groups_go_to_all_workers(notes: Notes) -> None:
    assert max(map(len, notes.small)) <= SMALL // (2 * BUNDLES_A_WORKER) + 1


def test_a_worker_unpacks_a_side_input_once_for_all_bundles_of_a_stage(notes: Notes) -> None:
    assert notes.unpacked
    assert set(notes.unpacked.values()) == {1}


def test_a_single_worker_gets_little_at_a_time_as_well(tmp_path: Path) -> None:
    def build(pipeline: beam.Pipeline) -> None:
        values = pipeline | beam.Create(range(2 * KEYS)) | beam.ParDo(_Value())
        _ = values | beam.GroupByKey() | beam.ParDo(_Note(str(tmp_path)))

    runners.run(build, runners.options_of(ONE_PROCESS, rows=1))
    assert sorted(bundles(tmp_path)) == [[line] for line in ALL_LARGE]


def test_an_error_in_one_bundle_ends_the_run() -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create(range(2 * KEYS))
            | beam.ParDo(_Value())
            | beam.GroupByKey()
            | beam.ParDo(_Refuse())
        )

    with pytest.raises(Exception, match="key refused"):
        runners.run(build, runners.options_of(TWO_PROCESSES, rows=1))


def test_a_transform_that_waits_for_the_end_of_its_bundle_is_refused() -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([1]) | beam.ParDo(_Finalizes())

    with pytest.raises(RuntimeError, match="waits for the end of its bundle"):
        runners.run(build, runners.options_of(ONE_PROCESS, rows=1))


def test_a_stage_without_any_input_gives_what_it_owes(tmp_path: Path) -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create([], reshuffle=False)
            | beam.CombineGlobally(sum)
            | beam.Map(lambda total: (tmp_path / "total").write_text(str(total)))
        )

    runners.run(build, runners.options_of(ONE_PROCESS, rows=1))
    assert (tmp_path / "total").read_text() == "0"
