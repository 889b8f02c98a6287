"""The folder in which a run works, and what it leaves."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

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
