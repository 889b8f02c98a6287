"""Which runner executes a flow, and what happens when one of its workers dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import DirectOptions, S3Options, StandardOptions

from pipelines import runners
from pipelines.errors import UsageError, WorkerDied
from pipelines.processes import leave

TWO_PROCESSES = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]


class _WriteEndpoint(beam.DoFn):
    """Writes the S3 endpoint that the worker's own options hold."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def process(self, group: tuple[int, Iterable[int]]) -> None:
        options = FileSystems._pipeline_options  # where a worker's main puts what it was given
        endpoint = options.view_as(S3Options).s3_endpoint_url if options else None
        (Path(self._folder) / f"{os.getpid()}").write_text(str(endpoint))


class _Die(beam.DoFn):
    def process(self, number: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def test_the_default_is_the_fn_api_runner_by_name() -> None:
    options = runners.options_of([], rows=10)
    assert options.view_as(StandardOptions).runner == "FnApiRunner"
    assert options.view_as(DirectOptions).direct_running_mode == "in_memory"


def test_a_large_local_run_gets_a_process_on_every_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    options = runners.options_of([], rows=100_000).view_as(DirectOptions)
    assert (options.direct_running_mode, options.direct_num_workers) == ("multi_processing", 6)


def test_beams_own_options_win() -> None:
    options = runners.options_of(["--direct_running_mode=in_memory"], rows=100_000).view_as(DirectOptions)
    assert (options.direct_running_mode, options.direct_num_workers) == ("in_memory", 1)


def test_another_engine_passes_through() -> None:
    options = runners.options_of(["--runner=PortableRunner", "--job_endpoint=localhost:1"], rows=5)
    assert options.view_as(StandardOptions).runner == "PortableRunner"


def test_the_mode_that_corrupts_data_is_refused() -> None:
    with pytest.raises(UsageError, match="multi_threading"):
        runners.options_of(["--direct_running_mode=multi_threading"], rows=10)


@pytest.mark.beam
def test_options_reach_the_worker_processes(tmp_path: Path) -> None:
    options = runners.options_of([*TWO_PROCESSES, "--s3_endpoint_url=http://127.0.0.1:9"], rows=10)

    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create([(0, 0), (1, 1), (2, 2), (3, 3)])
            | beam.GroupByKey()
            | beam.ParDo(_WriteEndpoint(str(tmp_path)))
        )

    runners.run(build, options)
    told = {int(path.name): path.read_text() for path in tmp_path.iterdir()}
    assert os.getpid() not in told
    assert set(told.values()) == {"http://127.0.0.1:9"}


@pytest.mark.beam
def test_a_worker_that_dies_ends_the_run_instead_of_hanging_it() -> None:
    # In a process of its own: what Beam's threads do after a death is theirs.
    script = "import tests.test_runners as t; t.run_and_die()"
    ended = subprocess.run([sys.executable, "-c", script], timeout=60, capture_output=True, check=False)
    assert ended.returncode == 70
    assert b"without a word" in ended.stderr


def run_and_die() -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([1, 2]) | beam.ParDo(_Die())

    try:
        runners.run(build, runners.options_of(TWO_PROCESSES, rows=10))
    except WorkerDied as error:
        sys.stderr.write(str(error))
        leave(error.exit_code)


@pytest.mark.beam
def test_an_error_in_a_worker_is_raised() -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([0]) | beam.Map(lambda n: 1 // n)

    with pytest.raises(Exception, match="modulo by zero"):
        runners.run(build, runners.options_of([], rows=1))
