"""What was learnt of a layout, from run to run and from worker to worker."""

import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import weasyprint

from pipelines.press import environment, foundry, typefaces
from pipelines.press.shapes.parts import Learnt, PageKind, Part
from pipelines.press.shapes.shelf import Shelf, file_name, ingredients

LAYOUT = "se/demand"
_WORKER = """
import sys
from pipelines.press.shapes.parts import Part
from pipelines.press.shapes.shelf import Shelf
shelf = Shelf(sys.argv[1])
shelf.learnt.parts[sys.argv[2].encode()] = Part(sys.argv[2])
shelf.keep()
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own."""
    typefaces.load()
    tmp_path.chmod(0o700)
    monkeypatch.setenv("BREVPRESS_CACHE", str(tmp_path))
    return tmp_path


def the_file(cache: Path) -> Path:
    return cache / file_name(ingredients(LAYOUT))


def test_what_is_kept_is_there_in_the_next_run() -> None:
    shelf = Shelf(LAYOUT)
    shelf.learnt.parts[b"a"] = Part("block", width=12.5)
    shelf.learnt.pages["first"] = PageKind(1.0, 2.0, 3.0, 4.0)
    shelf.learnt.counters["decimal"] = ("0", "1")
    shelf.learnt.fonts["F"] = ("Letter", 400, "normal")
    shelf.keep()
    assert Shelf(LAYOUT).learnt == shelf.learnt


def test_what_two_workers_learn_comes_together() -> None:
    one, other = Shelf(LAYOUT), Shelf(LAYOUT)
    one.learnt.parts[b"a"] = Part("block")
    one.keep()
    other.learnt.parts[b"b"] = Part("table")
    other.keep()
    assert one.refresh()
    assert set(one.learnt.parts) == set(other.learnt.parts) == set(Shelf(LAYOUT).learnt.parts) == {b"a", b"b"}


def test_another_process_adds_to_the_same_shelf() -> None:
    shelf = Shelf(LAYOUT)
    shelf.learnt.parts[b"mine"] = Part("block")
    shelf.keep()
    subprocess.run([sys.executable, "-c", _WORKER, LAYOUT, "table"], check=True, env=os.environ)
    assert shelf.refresh()
    assert shelf.learnt.parts == {b"mine": Part("block"), b"table": Part("table")}


def test_a_worker_keeps_the_part_that_it_has_laid_letters_out_with() -> None:
    one, other = Shelf(LAYOUT), Shelf(LAYOUT)
    one.learnt.parts[b"a"] = Part("block", width=1.0)
    one.keep()
    other.learnt.parts[b"a"] = Part("block", width=2.0)
    other.refresh()
    assert other.learnt.parts[b"a"].width == 2.0


def test_nothing_new_is_not_read_again() -> None:
    shelf = Shelf(LAYOUT)
    assert not shelf.refresh()
    shelf.learnt.parts[b"a"] = Part("block")
    shelf.keep()
    assert Shelf(LAYOUT).refresh() is False


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        pickle.dumps(Learnt(parts={b"a": Part("block")}))[:-9],
        pickle.dumps({"parts": {}}),
        b"cos.nowhere\nmissing\n.",
        b"cpipelines.nowhere\nLearnt\n.",
        b"\x80\x05}\x93.",
    ],
    ids=["empty", "garbage", "torn", "another thing", "no such name", "no such module", "nonsense"],
)
def test_a_torn_or_foreign_file_teaches_nothing_and_is_written_anew(cache: Path, content: bytes) -> None:
    the_file(cache).write_bytes(content)
    shelf = Shelf(LAYOUT)
    assert shelf.learnt == Learnt()
    shelf.learnt.parts[b"a"] = Part("block")
    shelf.keep()
    assert Shelf(LAYOUT).learnt.parts == {b"a": Part("block")}


def test_the_file_is_named_by_all_that_decides_what_is_learnt() -> None:
    given = ingredients(LAYOUT)
    faces = typefaces.load().faces
    assert given["version"] == environment.layout_version(LAYOUT)
    assert given["fonts"].split() == [hashlib.sha256(face.data).hexdigest() for face in faces]
    assert given["weasyprint"] == weasyprint.__version__
    assert given["pango"].isdecimal()
    names = {file_name(given)} | {file_name({**given, name: "another"}) for name in given}
    assert len(names) == 1 + len(given)


def test_each_layout_has_a_shelf_of_its_own(cache: Path) -> None:
    shelf = Shelf(LAYOUT)
    shelf.learnt.parts[b"a"] = Part("block")
    shelf.keep()
    assert Shelf("fi/demand").learnt == Learnt()
    assert foundry.cache_folder() == cache
    assert [path.name for path in cache.glob("shapes-*")] == [the_file(cache).name]
