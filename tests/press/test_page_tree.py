from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pikepdf import Name

from pipelines.press import page_tree
from pipelines.press.page_tree import PageTree
from pipelines.press.writer import PdfWriter


def depth(node: Any, kids: int) -> int:
    """How deep all pages below a node lie; what is wrong with the tree fails the test."""
    if node.Type == Name.Page:
        return 0
    assert 1 <= len(node.Kids) <= kids
    assert all(kid.Parent.objgen == node.objgen for kid in node.Kids)
    assert node.Count == sum(1 if kid.Type == Name.Page else kid.Count for kid in node.Kids)
    (below,) = {depth(kid, kids) for kid in node.Kids}
    return 1 + below


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)  # one file for all examples
@given(pages=st.integers(1, 300), kids=st.integers(2, 7))
@example(pages=49, kids=7)
@example(pages=50, kids=7)
@example(pages=7, kids=7)
def test_all_pages_hang_in_order_and_equally_deep(tmp_path: Path, pages: int, kids: int) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_tree, "KIDS", kids)
        tree = PageTree(file)
        numbers = []
        for _ in range(pages):
            number = file.reserve()
            parent = tree.hang(number)
            file.add(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % parent, number)
            numbers.append(number)
        root = tree.close()
    assert tree.pages == pages
    catalog = file.add(b"<</Type/Catalog/Pages %d 0 R>>" % root)
    file.close(catalog, file.add(b"<<>>"), (b"1", b"2"))
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        assert [page.obj.objgen[0] for page in pdf.pages] == numbers
        assert "/Parent" not in pdf.Root.Pages
        least = next(level for level in range(1, 99) if kids**level >= pages)
        assert depth(pdf.Root.Pages, kids) == least


def test_a_tree_without_pages_is_an_error(tmp_path: Path) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    with pytest.raises(ValueError, match="without pages"):
        PageTree(file).close()
    file.discard()
