"""What a finished tree looks like is in `test_assemble.py`; this is what the tree refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.model import PlannedContainer
from pipelines.press.document_parts import DocumentParts
from pipelines.press.writer import PdfWriter
from tests.press.scratch import HEAD


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[DocumentParts]:
    """The parts of a file with the pieces 11, 12 and 13."""
    file = PdfWriter(tmp_path / "x.pdf")
    made = DocumentParts(file)
    for sequence in (11, 12, 13):
        made.add(f"piece-{sequence}", sequence, file.reserve(), [file.reserve()], 1)
    yield made
    file.discard()


def trays(*ranges: tuple[int, int]) -> list[PlannedContainer]:
    return [PlannedContainer(f"tray-{first}", "tray", "4", first, last) for first, last in ranges]


@pytest.mark.parametrize("sequence", [12, 13, 15])
def test_a_sequence_that_does_not_follow_is_refused(parts: DocumentParts, sequence: int) -> None:
    with pytest.raises(ValueError, match=f"sequence {sequence} after 13"):
        parts.add("piece", sequence, 1, [2], 1)


@pytest.mark.parametrize(
    "ranges",
    [
        pytest.param([(11, 12)], id="a piece in no container"),
        pytest.param([(12, 13)], id="the first piece in no container"),
        pytest.param([(11, 14)], id="a container with a piece that is not there"),
        pytest.param([(11, 12), (12, 13)], id="a piece in two containers"),
        pytest.param([(11, 11), (13, 13)], id="a gap"),
        pytest.param([(13, 13), (11, 12)], id="another order"),
        pytest.param([(11, 10), (11, 13)], id="an empty container"),
        pytest.param([], id="no container"),
    ],
)
def test_containers_that_do_not_hold_each_piece_once_are_refused(
    parts: DocumentParts, ranges: list[tuple[int, int]]
) -> None:
    with pytest.raises(ValueError, match=r"starts at|in containers"):
        parts.close(HEAD, trays(*ranges))


def test_containers_that_hold_each_piece_once_are_accepted(parts: DocumentParts) -> None:
    assert parts.close(HEAD, trays((11, 12), (13, 13)))
