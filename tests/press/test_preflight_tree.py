"""What preflight says of the page tree.

The PDF library mends page trees when it writes, so these are spoiled byte by byte.
"""

import re
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from pipelines.press.rules import Rule
from tests.press.print_files import Broken, nothing, spoiled


@pytest.fixture(params=["as text", "by the library"])
def plain(request: pytest.FixtureRequest, sound: tuple[Path, Expected], tmp_path: Path) -> bytes:
    """The good file, uncompressed; in the two ways in which preflight may read it."""
    path = tmp_path / "plain.pdf"
    if request.param == "as text":
        return spoiled(sound[0], path, nothing).read_bytes()
    with pikepdf.open(sound[0]) as pdf:
        pdf.save(
            path,
            force_version="1.6",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return path.read_bytes()


def rules(data: bytes, expect: Expected, tmp_path: Path) -> set[str]:
    path = tmp_path / "spoiled.pdf"
    path.write_bytes(data)
    return {breach.rule for breach in preflight(path, expect)}


def kids(data: bytes) -> list[bytes]:
    (found,) = re.findall(rb"/Kids \[([^]]*)\]", data)
    return re.findall(rb"\d+ 0 R", found)


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    assert len(old) == len(new)
    return data.replace(old, new)


def last_child(data: bytes, other: bytes) -> bytes:
    """The file with another object as the last child of its tree."""
    listed = b" ".join(kids(data))
    spoilt = b" ".join([*kids(data)[:7], other])
    return replaced(data, listed, spoilt.ljust(len(listed)))


def test_a_copy_is_right(plain: bytes, sound: tuple[Path, Expected], tmp_path: Path) -> None:
    assert rules(plain, sound[1], tmp_path) == set()


def test_a_wrong_count(plain: bytes, sound: tuple[Path, Expected], tmp_path: Path) -> None:
    assert rules(replaced(plain, b"/Count 8", b"/Count 7"), sound[1], tmp_path) == {Rule.PAGE_TREE}


@pytest.mark.parametrize("what", ["no children", "the tree itself"])
def test_a_tree_that_the_library_does_not_walk(
    plain: bytes, sound: tuple[Path, Expected], tmp_path: Path, what: str
) -> None:
    if what == "no children":
        data = replaced(plain, b"/Kids", b"/Kind")
    else:
        data = last_child(plain, re.findall(rb"/Pages (\d+ 0 R)", plain)[0])
    assert rules(data, sound[1], tmp_path) >= {Rule.FILE_UNREADABLE, Rule.PAGE_TREE}


def test_a_child_that_is_no_page(plain: bytes, sound: tuple[Path, Expected], tmp_path: Path) -> None:
    data = last_child(plain, re.findall(rb"/Info (\d+ 0 R)", plain)[0])
    assert Rule.PAGE_TREE in rules(data, sound[1], tmp_path)


def test_a_page_twice(sound: tuple[Path, Expected], tmp_path: Path) -> None:
    data = spoiled(sound[0], tmp_path / "plain.pdf", nothing).read_bytes()
    assert Rule.PAGE_TREE in rules(last_child(data, kids(data)[6]), sound[1], tmp_path)


def test_a_page_whose_parent_is_another(plain: bytes, sound: tuple[Path, Expected], tmp_path: Path) -> None:
    (info,) = re.findall(rb"/Info (\d+ 0 R)", plain)
    (top,) = re.findall(rb"/Pages (\d+ 0 R)", plain)
    parents = [m.start() for m in re.finditer(rb"/Parent %b" % re.escape(top), plain)]
    data = bytearray(plain)
    data[parents[3] : parents[3] + len(b"/Parent " + top)] = (b"/Parent " + info).ljust(
        len(b"/Parent " + top)
    )
    assert Rule.PAGE_TREE in rules(bytes(data), sound[1], tmp_path)


def test_too_many_children(broken: Broken) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        last = pdf.Root.Pages.Kids[7]
        for _ in range(300):
            pdf.Root.Pages.Kids.append(pdf.make_indirect(Dictionary(dict(last.items()))))

    assert (Rule.PAGE_TREE, 0) in broken(change)


def test_a_node_without_pages(broken: Broken) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        node = Dictionary(Type=Name.Pages, Count=0, Kids=Array(), Parent=pdf.Root.Pages)
        pdf.Root.Pages.Kids.append(pdf.make_indirect(node))

    assert broken(change) == {(Rule.PAGE_TREE, 0)}
