"""The same pipeline through Beam's portable job server and an external worker pool."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.conftest import monthly, tree

pytestmark = pytest.mark.beam


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(module: str, port: int, *arguments: str) -> Iterator[None]:
    # The worker pool starts plain `python`, so ours has to be the first on the path.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def test_a_job_server_and_an_external_worker_pool_make_the_same_bytes(
    few: Path, few_config: Path, few_made: Path, tmp_path: Path
) -> None:
    there = tmp_path / "bucket"
    job, pool = _free_port(), _free_port()
    with (
        _server("apache_beam.runners.portability.local_job_service_main", job, "-p", str(job)),
        _server("apache_beam.runners.worker.worker_pool_main", pool, f"--service_port={pool}"),
    ):
        done = monthly(
            few, there, "--config", str(few_config),
            "--runner=PortableRunner", f"--job_endpoint=127.0.0.1:{job}",
            "--environment_type=EXTERNAL", f"--environment_config=127.0.0.1:{pool}",
        )  # fmt: skip
    assert done.code == 0, done.stderr[-3000:]
    first, second = tree(few_made), tree(there)
    assert first.keys() == second.keys()
    assert [key for key in sorted(first) if first[key] != second[key]] == []
