"""The folder in which a run works, and what it leaves; how a process uses memory."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from pipelines.processes import spool


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_everything_temporary_lies_in_it_also_that_of_child_processes(home: Path) -> None:
    with spool() as folder:
        assert folder.parent == home
        assert Path(tempfile.mkdtemp()).parent == folder
        asked = "import tempfile; print(tempfile.gettempdir())"
        told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == str(folder)
    assert not folder.exists()
    assert tempfile.gettempdir() == str(home)


def test_only_the_user_can_read_it(home: Path) -> None:
    with spool() as folder:
        assert folder.stat().st_mode & 0o077 == 0


def test_what_a_killed_process_left_is_removed_but_not_what_a_living_one_uses(home: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, used = home / f"brevpress-spool-{dead.pid}-x", home / f"brevpress-spool-{os.getppid()}-x"
    for folder in (left, used):
        folder.mkdir()
        (folder / "letter.pdf").write_bytes(b"x")
    with spool():
        assert not left.exists()
        assert used.exists()


def test_a_process_that_was_killed_leaves_none_of_its_pool_behind(tmp_path: Path) -> None:
    program, told = tmp_path / "killed.py", tmp_path / "pids"
    program.write_text(f"""
import os, signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from pipelines.processes import end_with_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context("spawn"), end_with_parent) as pool:
        Path({str(told)!r}).write_text(str(pool.submit(os.getpid).result()))
        os.kill(os.getpid(), signal.SIGKILL)
""")
    assert subprocess.run([sys.executable, program], check=False).returncode == -signal.SIGKILL
    pid = int(told.read_text())
    left = [psutil.Process(pid)] if psutil.pid_exists(pid) else []
    assert psutil.wait_procs(left, timeout=30)[1] == []


@pytest.mark.skipif(sys.platform != "linux", reason="other allocators are left as they are")
def test_a_process_keeps_a_little_memory_at_hand_and_gives_much_back() -> None:
    asked = """
import resource
from pathlib import Path
from pipelines.processes import be_thrifty

def pages_emptied():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000

be_thrifty()
before = pages_emptied()
for _ in range(200):
    bytearray(b"x") * 500_000
print(pages_emptied() - before)
before = megabytes()
room = bytearray(200_000)
much = [bytearray(b"x") * 500_000 for _ in range(100)]
del room  # what is small finds place there; above the arrays it would hold them all
print(megabytes() - before)
del much
print(megabytes() - before)
"""
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    pages, taken, left = map(int, told.stdout.split())
    assert pages < 1_000  # each time anew they would be 24,000
    assert taken >= 45
    assert left <= 5
