"""Which Beam runner executes a flow, and with which options.

The default is Beam's FnApiRunner by name, never the "DirectRunner" switch: that one may fetch
another engine from the net. Locally one worker process runs on each core. Anything else
(`--runner=PortableRunner`, `FlinkRunner`, …) passes through with Beam's own options.
"""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NoReturn

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners import create_runner
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.runners.runner import PipelineRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipelines.errors import UsageError, WorkerDied
from pipelines.local_runner import LocalRunner

LOCAL = "FnApiRunner"
_LOCAL_NAMES = {LOCAL, "DirectRunner", "SwitchingDirectRunner", "", None}


def options_of(arguments: Sequence[str], rows: int) -> PipelineOptions:
    """Beam's options from the arguments that are not ours.

    A local run on more than one core gets one process per core, when `rows` is worth the
    six seconds that starting them takes. Raises UsageError for an option that Beam does not know,
    an unknown runner, or the mode that loses data.
    """
    _refuse_unknown(arguments)
    # Workers' own words may quote rows, and are no JSON: only what is raised comes back.
    options = PipelineOptions([QUIET_WORKERS, SIDE_INPUTS_KEPT, *arguments])
    standard = options.view_as(StandardOptions)
    direct = options.view_as(DirectOptions)
    if standard.runner in _LOCAL_NAMES:
        standard.runner = LOCAL
    if direct.direct_running_mode == "multi_threading":
        raise UsageError(
            "--direct_running_mode=multi_threading corrupts elements (half-written buffers are sent)",
            "use multi_processing, which is the default",
        )
    if standard.runner != LOCAL:
        try:
            create_runner(standard.runner)
        except (ValueError, ImportError) as error:
            raise UsageError(f"--runner={standard.runner}: no such runner of Beam") from error
        return options
    chosen = {a.split("=")[0] for a in arguments}
    workers = direct.direct_num_workers if "--direct_num_workers" in chosen else 0
    if "--direct_running_mode" not in chosen:
        workers = workers or os.cpu_count() or 1
        worth = workers > 1 and (rows > ROWS_WORTH_A_PROCESS or "--direct_num_workers" in chosen)
        direct.direct_running_mode = "multi_processing" if worth else "in_memory"
    direct.direct_num_workers = workers if direct.direct_running_mode == "multi_processing" else 1
    return options


def _refuse_unknown(arguments: Sequence[str]) -> None:
    """Raises UsageError for what no options class of Beam knows: a mistyped option must not pass."""
    unknown = list(arguments)
    for kind in PipelineOptions.__subclasses__():
        parser = _Parser(allow_abbrev=False, add_help=False)
        kind._add_argparse_args(parser)
        _, unknown = parser.parse_known_args(unknown)
    if unknown:
        raise UsageError(
            f"no such option: {unknown[0].split('=')[0]}", "see the command's --help, and Beam's own options"
        )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"Beam's options: {message}")


QUIET_WORKERS = "--default_sdk_harness_log_level=CRITICAL"

SIDE_INPUTS_KEPT = "--max_cache_memory_usage_mb=32"
"""A worker keeps the plan from one bundle to the next; Beam would have it read and unpack it for each."""

ROWS_WORTH_A_PROCESS = 200
"""Below this many rows a second worker process costs more than it brings (about 3 s each)."""


def runner_of(options: PipelineOptions) -> PipelineRunner:
    """The runner object for `options`.

    An FnApiRunner is built here, so that its worker processes get the pipeline's options:
    Beam hands them over only on the way that its switching runner takes.
    """
    name = options.view_as(StandardOptions).runner
    if name != LOCAL:
        return create_runner(name)
    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    direct = options.view_as(DirectOptions)
    environment = None
    if direct.direct_running_mode == "multi_processing":
        # Our own worker; the runner would put Beam's in its place if it saw the mode.
        direct.direct_running_mode = "in_memory"
        environment = SubprocessSDKEnvironment.from_command_string(f"{sys.executable} -m pipelines.worker")
    return LocalRunner(
        default_environment=environment,
        provision_info=fn_runner.ExtendedProvisionInfo(
            beam_provision_api_pb2.ProvisionInfo(pipeline_options=encoded)
        ),
    )


def run(build: Callable[[beam.Pipeline], None], options: PipelineOptions) -> None:
    """Builds the pipeline with `build`, runs it and waits for its end.

    Raises what the pipeline raises, and WorkerDied when a worker process ends without a
    word: Beam itself would wait for it for ever.
    """
    outcome: list[BaseException | None] = []
    ended = threading.Event()

    def work() -> None:
        try:
            pipeline = beam.Pipeline(runner=runner_of(options), options=options)
            build(pipeline)
            pipeline.run().wait_until_finish()
            outcome.append(None)
        except BaseException as error:
            outcome.append(error)
        finally:
            ended.set()

    with _Watchdog(ended, outcome):
        # A daemon: when a worker is dead, the thread that waits for it must not keep us.
        threading.Thread(target=work, name="pipeline", daemon=True).start()
        ended.wait()
    if outcome[0] is not None:
        raise outcome[0]


class _Watchdog:
    """Ends the wait when the thread that guards a worker process fails."""

    def __init__(self, ended: threading.Event, outcome: list[BaseException | None]) -> None:
        self._ended = ended
        self._outcome = outcome
        self._before = threading.excepthook

    def __enter__(self) -> None:
        threading.excepthook = self._notice

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        threading.excepthook = self._before

    def _notice(self, args: Any) -> None:
        # Other threads' errors follow from a death, and their text may quote a row.
        if args.thread is None or args.thread.name != "run_worker":
            return
        self._outcome.append(
            WorkerDied(
                "a worker process ended without a word (killed, out of memory or crashed)",
                "run the same command again; it goes on where it stopped",
            )
        )
        self._ended.set()
