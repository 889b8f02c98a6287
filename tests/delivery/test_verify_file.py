"""One print file read again: by PDFium each time, by pypdf too when it is to be deep, and by preflight."""

import re
from pathlib import Path

import pikepdf
import pytest

from pipelines.delivery.findings import Code
from pipelines.delivery.verify_file import FileTask, check
from pipelines.progress import Channel
from tests.delivery.small_run import SE, VENDOR, press

MADE = press(SE, "print-0001.pdf")


def found(path: Path, deep: bool = False, pages: int = MADE.printed.pages) -> dict[Code, list[str]]:
    task = FileTask(path, "print-0001.pdf", pages, "SE", VENDOR, MADE.rows, deep, Channel(None))
    told: dict[Code, list[str]] = {}
    for finding in check(task).sorted():
        told.setdefault(Code(finding.code), []).append(finding.fact)
    return told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "print-0001.pdf"
    path.write_bytes(MADE.data)
    return path


@pytest.mark.parametrize("deep", [False, True])
def test_a_good_file(path: Path, deep: bool) -> None:
    assert found(path, deep) == {}


@pytest.mark.parametrize("deep", [False, True])
def test_another_number_of_pages_than_the_manifest_says(path: Path, deep: bool) -> None:
    there = MADE.printed.pages
    assert found(path, deep, there + 2) == {Code.FILE_PAGES: [f"{there} pages, {there + 2} in the manifest"]}


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("length", [0, 900])
def test_a_file_that_is_cut(path: Path, length: int, deep: bool) -> None:
    path.write_bytes(MADE.data[:length])
    (code,) = found(path, deep)
    assert code == Code.FILE_UNREADABLE


def without(path: Path, node: int, kid: int) -> None:
    """Takes a page out of one of the two nodes of a tree, and leaves all counts as they were."""
    with pikepdf.open(path, inherit_page_attributes=False) as pdf:
        kids = list(pdf.Root.Pages.Kids)
        nodes = [
            pdf.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=len(some), Parent=pdf.Root.Pages)
            )
            for some in (kids[:4], kids[4:])
        ]
        for one, some in zip(nodes, (kids[:4], kids[4:]), strict=True):
            one.Kids = pikepdf.Array(some)
            for page in some:
                page.Parent = one
        pdf.Root.Pages.Kids = pikepdf.Array(nodes)
        pdf.save(path.with_name("plain.pdf"), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = path.with_name("plain.pdf").read_bytes()
    listed = sorted(re.findall(rb"/Kids \[[^]]*\]", data), key=len)[1:][node]
    page = re.findall(rb" \d+ 0 R", listed)[kid]
    path.write_bytes(data.replace(listed, listed.replace(page + b" ", b" ".ljust(len(page) + 1))))


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize(("node", "kid"), [(0, 2), (1, -1)])
def test_a_page_that_is_counted_and_not_there(path: Path, node: int, kid: int, deep: bool) -> None:
    without(path, node, kid)
    assert found(path, deep) == {Code.FILE_UNREADABLE: ["PdfiumError"]}
