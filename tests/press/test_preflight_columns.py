"""What is wrong with one of many pages and records that are written alike is found, and where.

The file has so many that they are read in columns. Its object streams are not packed, so it is spoiled
byte by byte, and everything stays where it was.
"""

import re
from pathlib import Path

import pikepdf
import pytest

from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Rule
from tests.press.print_files import good, nothing, spoiled

TIMES = 8
PAGES, PIECES = 8 * TIMES, 3 * TIMES


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Expected]:
    path = tmp_path_factory.mktemp("columns") / "good.pdf"
    expect = good(path, times=TIMES)
    return spoiled(path, path.with_name("plain.pdf"), nothing).read_bytes(), expect


def found(data: bytes, expect: Expected, tmp_path: Path) -> set[tuple[str, int]]:
    path = tmp_path / "spoiled.pdf"
    path.write_bytes(data)
    return {(breach.rule, breach.page) for breach in preflight(path, expect)}


def of_type(data: bytes, kind: bytes) -> list[re.Match[bytes]]:
    """The objects of that type in the order of the file, without the nodes above leaves."""
    every = re.finditer(rb"(?m)^<< [^\n]*/Type /%b >>$" % kind, data)
    return [one for one in every if b"/DParts" not in one[0]]


def edited(data: bytes, kind: bytes, which: int, old: bytes, new: bytes) -> bytes:
    """Other words in one of the objects of that type."""
    thing = of_type(data, kind)[which]
    assert len(old) == len(new)
    (place,) = [match.start() for match in re.finditer(re.escape(old), thing[0])]
    start = thing.start() + place
    return data[:start] + new + data[start + len(old) :]


def entry(data: bytes, kind: bytes, which: int, key: bytes) -> bytes:
    (found,) = re.findall(rb"/%b \d+(?: 0 R)?" % key, of_type(data, kind)[which][0])
    return bytes(found)


def test_pages_and_leaves_are_read_in_columns(many: tuple[bytes, Expected], tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(many[0])
    with pikepdf.open(path) as pdf:
        file = PrintedFile(pdf, many[0])
        groups = [(group.kind.names[("Type",)], len(group.numbers)) for group in file.columns]
    assert sum(count for kind, count in groups if kind == b"/Page") == PAGES
    assert sum(count for kind, count in groups if kind == b"/DPart") == PIECES
    assert found(*many, tmp_path) == set()


@pytest.mark.parametrize("which", [2, 17, PAGES - 1])
class TestOnePage:
    def test_another_leaf(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        mine = entry(many[0], b"Page", which, b"DPart")
        other = next(
            link
            for page in range(PAGES)
            if (link := entry(many[0], b"Page", page, b"DPart")) != mine and len(link) == len(mine)
        )
        spoilt = edited(many[0], b"Page", which, mine, other)
        assert found(spoilt, many[1], tmp_path) == {(Rule.DPART_BACKLINK, which + 1)}

    def test_another_parent(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        mine = entry(many[0], b"Page", which, b"Parent")
        other = mine.replace(b" 0 R", b" 1 R")
        spoilt = edited(many[0], b"Page", which, mine, other)
        assert (Rule.PAGE_TREE, 0) in found(spoilt, many[1], tmp_path)

    def test_no_resources(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        mine = entry(many[0], b"Page", which, b"Resources")
        spoilt = edited(many[0], b"Page", which, mine, b"/Resources 0 0 R".ljust(len(mine)))
        blank = which % 8 in (1, 7)
        assert ((Rule.CONTENT_RESOURCE, which + 1) in found(spoilt, many[1], tmp_path)) is not blank

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"/MediaBox [ 0 0 595.276", b"/MediaBox [ 0 0 585.276"),
            (b"/MediaBox [ 0 0 595.276", b"/MediaBox [ 0 0 -95.276"),
            (b"/TrimBox [ 0 0 595.276", b"/TrimBox [ 9 0 595.276"),
            (b"/TrimBox [", b"/ArtBox  ["),
        ],
    )
    def test_boxes(
        self, many: tuple[bytes, Expected], tmp_path: Path, which: int, old: bytes, new: bytes
    ) -> None:
        rules = found(edited(many[0], b"Page", which, old, new), many[1], tmp_path)
        assert rules == {(Rule.PAGE_BOX, which + 1)}

    def test_a_comment(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        spoilt = edited(many[0], b"Page", which, b"841.89 ] /Contents", b"841.89 ]%/Contents")
        assert (Rule.FILE_UNREADABLE, 0) in found(spoilt, many[1], tmp_path)


@pytest.mark.parametrize("which", [0, 10, PIECES - 1])
class TestOneLeaf:
    def test_another_start(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        mine = entry(many[0], b"DPart", which, b"Start")
        other = next(
            start
            for leaf in range(PIECES)
            if (start := entry(many[0], b"DPart", leaf, b"Start")) != mine and len(start) == len(mine)
        )
        rules = found(edited(many[0], b"DPart", which, mine, other), many[1], tmp_path)
        assert Rule.DPART_RANGE in {rule for rule, _ in rules}
        assert (Rule.DPART_PIECES, 0) in rules

    def test_another_parent(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        mine = entry(many[0], b"DPart", which, b"Parent")
        rules = found(
            edited(many[0], b"DPart", which, mine, mine.replace(b" 0 R", b" 1 R")), many[1], tmp_path
        )
        assert rules == {(Rule.DPART_TREE, 0)}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"/Sheets", b"/Sheetz"),
            (b"(piece-", b"(peace-"),
            (b"/Sequence ", b"/Sequenze "),
            (b"/Brvp_Piece", b"/Brvp_Peace"),
        ],
    )
    def test_other_facts(
        self, many: tuple[bytes, Expected], tmp_path: Path, which: int, old: bytes, new: bytes
    ) -> None:
        first = many[1].pieces[which].first_page
        rules = found(edited(many[0], b"DPart", which, old, new), many[1], tmp_path)
        assert (Rule.DPART_FACTS, first) in rules

    def test_a_number_that_is_another(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        mine = entry(many[0], b"DPart", which, b"Pages")
        first = many[1].pieces[which].first_page
        for other in (b"/Pages 7", b"/Pages(2", b"/Pages +"):
            rules = found(edited(many[0], b"DPart", which, mine, other), many[1], tmp_path)
            assert rules & {(Rule.DPART_FACTS, first), (Rule.FILE_UNREADABLE, 0)}

    def test_an_action_in_it(self, many: tuple[bytes, Expected], tmp_path: Path, which: int) -> None:
        rules = found(edited(many[0], b"DPart", which, b"/Sheets", b"/AA    "), many[1], tmp_path)
        assert (Rule.OBJECT_FORBIDDEN, 0) in rules
