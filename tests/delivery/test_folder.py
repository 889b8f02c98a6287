import errno
import os
import platform
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipelines.delivery.folder import FolderStore
from pipelines.errors import StoreError


def everything(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def test_nothing_but_the_object_is_left_in_the_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put_bytes("a/x.json", b"1")
    store.create("a/y.json", b"1")
    store.create("a/y.json", b"2")
    assert everything(tmp_path) == ["a/x.json", "a/y.json"]


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links, which tests cannot mount: what exFAT says of them."""

    def link(part: Path, path: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)


@pytest.mark.usefixtures("no_links")
def test_without_hard_links_an_object_is_still_created_once_and_whole(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    won: list[int] = []
    start = threading.Barrier(8)

    def create(number: int) -> None:
        start.wait()
        if store.create("a/x.json", bytes([number]) * 100_000):
            won.append(number)

    threads = [threading.Thread(target=create, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bytes([n]) * 100_000 for n in won] == [store.get("a/x.json")]
    assert not store.create("a/x.json", b"later")
    assert everything(tmp_path) == ["a/x.json"]


@pytest.mark.usefixtures("no_links")
def test_without_hard_links_a_name_that_became_taken_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    store.create("x", b"first")
    monkeypatch.setattr(store, "exists", lambda key: False)  # the other creator came in between
    assert not store.create("x", b"second")
    assert store.get("x") == b"first"


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.delivery import folder
def die(part, path):
    os.kill(os.getpid(), signal.SIGKILL)
folder._replace = die
folder.FolderStore(sys.argv[1]).put_bytes("a/x.pdf", b"half")
"""


def test_a_writer_killed_before_the_rename_leaves_the_old_object_and_the_next_put_tidies(
    tmp_path: Path,
) -> None:
    store = FolderStore(tmp_path)
    store.put_bytes("a/x.pdf", b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(everything(tmp_path)) == 2  # the old object and what the killed process left
    assert store.list() == ("a/x.pdf",)
    assert store.get("a/x.pdf") == b"old"
    store.put_bytes("a/x.pdf", b"new")
    assert everything(tmp_path) == ["a/x.pdf"]


def test_the_unfinished_write_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    mine = tmp_path / f".x.pdf.{os.getppid()}-1.{platform.node()}.part"
    mine.write_bytes(b"half")
    store.put_bytes("x.pdf", b"whole")
    assert mine.exists()
    assert store.list() == ("x.pdf",)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("-")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "inbox").symlink_to(outside)
    (tmp_path / "out" / "run.json").symlink_to(outside / "secret")
    store = FolderStore(tmp_path / "out")
    for key in ("inbox/secret", "inbox/new", "run.json"):
        with pytest.raises(StoreError, match="leads out of the folder"):
            store.put_bytes(key, b"-")
        with pytest.raises(StoreError, match="leads out of the folder"):
            store.get(key)
    assert everything(outside) == ["secret"]


def test_a_folder_that_refuses_is_one_line_with_the_key(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where a folder should be")
    with pytest.raises(StoreError) as error:
        FolderStore(tmp_path).put_bytes("runs/x/run.json", b"-")
    assert "runs/x/run.json" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_old_object_stays_when_the_new_one_cannot_be_read_to_its_end(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put_bytes("a", b"old")
    with pytest.raises(StoreError):
        store.put_file("a", tmp_path)  # a folder cannot be read
    assert store.get("a") == b"old"
    assert everything(tmp_path) == ["a"]
