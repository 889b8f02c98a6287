"""The document parts of a print file (PDF/VT-1): lot, containers, and a record for each piece.

A piece's record names its container, and how the containers are filled is known at the end; so
some sixty bytes a piece are kept till then. Sources: ISO 16612-2, ISO 32000-2 14.12.
"""

from array import array
from collections.abc import Iterator, Sequence

from pipelines import model
from pipelines.press.writer import PdfWriter, text

_ROOT = b"<</Type/DPartRoot/DPartRootNode %d 0 R/RecordLevel 2/NodeNameList[/Lot/Container/Piece]>>"
_INNER = b"<</Type/DPart/Parent %d 0 R/DParts[[%b]]/DPM<<%b>>>>"
_PIECE = (
    b"<</Type/DPart/Parent %d 0 R/Start %d 0 R%b/DPM<</Brvp_Piece<</ID%b/Sequence %d/Sheets %d/Pages %d>>>>>>"
)
_FACTS = 6  # numbers kept of a piece


class DocumentParts:
    """The tree in the making."""

    def __init__(self, file: PdfWriter) -> None:
        self._file = file
        self._first_sequence = 0
        self._ids = bytearray()
        # Of each piece: end of its id, leaf, first page, last page, pages, sheets.
        self._facts = array("I")

    def add(self, piece_id: str, sequence: int, leaf: int, pages: Sequence[int], sheets: int) -> None:
        """Keeps what the leaf of a piece says.

        `leaf` and `pages` are object numbers. Raises ValueError when `sequence` does not follow
        the one before.
        """
        count = len(self._facts) // _FACTS
        if not count:
            self._first_sequence = sequence
        if sequence != self._first_sequence + count:
            raise ValueError(f"sequence {sequence} after {self._first_sequence + count - 1}")
        self._ids += text(piece_id)
        self._facts.extend((len(self._ids), leaf, pages[0], pages[-1], len(pages), sheets))

    def close(self, head: model.LotHead, containers: Sequence[model.PlannedContainer]) -> int:
        """The number of the /DPartRoot.

        Raises ValueError when the containers do not hold all pieces, each once, in their order.
        """
        root, lot = self._file.reserve(), self._file.reserve()
        pieces = self._pieces()
        following = self._first_sequence
        nodes: list[int] = []
        for container in containers:
            first, following_next = container.first_sequence, container.last_sequence + 1
            if first != following or following_next <= first:
                raise ValueError(f"{container.id}: starts at {first} instead of {following}")
            nodes.append(self._container(container, lot, pieces))
            following = following_next
        count = len(self._facts) // _FACTS
        if following != self._first_sequence + count:
            raise ValueError(f"{count} pieces, {following - self._first_sequence} in containers")
        facts = b"/Brvp_Lot<</ID%b/Job %d/Pieces %d>>" % (text(head.lot_id), head.job, count)
        self._file.add(_INNER % (root, _references(nodes), facts), lot)
        return self._file.add(_ROOT % lot, root)

    def _container(
        self, container: model.PlannedContainer, lot: int, pieces: Iterator[tuple[bytes, Sequence[int]]]
    ) -> int:
        node = self._file.reserve()
        sequences = range(container.first_sequence, container.last_sequence + 1)
        leaves = []
        for sequence, (name, (leaf, start, end, pages, sheets)) in zip(sequences, pieces, strict=False):
            last = b"/End %d 0 R" % end if pages > 1 else b""
            self._file.add(_PIECE % (node, start, last, name, sequence, sheets, pages), leaf)
            leaves.append(leaf)
        facts = b"/Brvp_Container<</ID%b/Level%b/Pieces %d>>" % (
            text(container.id),
            text(container.level),
            len(leaves),
        )
        return self._file.add(_INNER % (lot, _references(leaves), facts), node)

    def _pieces(self) -> Iterator[tuple[bytes, Sequence[int]]]:
        """Of each piece its id, as a text string, and its numbers."""
        start = 0
        for at in range(0, len(self._facts), _FACTS):
            end, *numbers = self._facts[at : at + _FACTS]
            yield bytes(self._ids[start:end]), numbers
            start = end


def _references(numbers: Sequence[int]) -> bytes:
    return " ".join([f"{number} 0 R" for number in numbers]).encode()
