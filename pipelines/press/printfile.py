"""One print file from its letters: stamped or rendered, assembled, preflighted, measured.

Letters that cannot be printed fall out, and those that follow move up, so that the file's
sequence numbers have no gap: an inserter reads a gap as a lost envelope.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from pipelines import config
from pipelines.model import Breach, Letter, LotHead, PlannedContainer, PlannedFile, PrintedPiece, PrintFile
from pipelines.press import evidence
from pipelines.press.assemble import Assembly
from pipelines.press.compose import Failed
from pipelines.press.lanes import STAMPED, Lanes, Made
from pipelines.press.preflight import Expected, ExpectedPiece, preflight
from pipelines.reasons import Reason

BATCH = 100
"""Letters between two reports of progress, whose documents and codes are made together."""
LANE_DIFFERENCE = "lane-difference"
"""The breach of a letter whose stamped pages are not what WeasyPrint gives."""


def press_file(
    head: LotHead,
    file: PlannedFile,
    letters: Sequence[tuple[int, Letter]],
    vendor: config.Vendor,
    lanes: Lanes,
    out: Path,
    progress: Callable[[int], None] = lambda done: None,
    compared: Collection[str] = (),
) -> PrintFile:
    """The print file at `out`, and what is to be said of it.

    Args:
        head: the lot.
        file: the planned file; its containers hold planned sequence numbers.
        letters: the letters with their planned sequence numbers, in ascending order. Numbers may
            be missing.
        vendor: how it wants the file.
        lanes: the process's own.
        out: where the file is written; nothing is written when no letter can be printed.
        progress: called with the number of letters done since the last call.
        compared: pieces that are rendered too when they are stamped, and compared.

    The pieces of the result are numbered from `file.first_sequence` without a gap and stay in
    their planned containers; `failed` has the others with their reason, `breaches` what preflight
    and the comparison of the lanes found; both pages of a letter that differs lie beside `out`
    (see `evidence`). Raises AssetError when a layout's fixed parts or the profile are wrong and
    ConfigError when the vendor's mark cannot say the numbers.
    """
    containers_of = _Containers(file)
    pieces: list[PrintedPiece] = []
    expected: list[ExpectedPiece] = []
    failed: list[tuple[str, str, str]] = []
    breaches: list[Breach] = []
    unstamped = Counter(lanes.unstamped)
    learnt = lanes.full_layouts
    names = lanes.composer.painter.typefaces
    with lanes.file(), Assembly(head, file.name, vendor, names, out) as assembly:
        for start in range(0, len(letters), BATCH):
            batch = letters[start : start + BATCH]
            lanes.prepare(letter for _, letter in batch)
            for planned, letter in batch:
                made = _made(letter, lanes, assembly, vendor)
                if isinstance(made, Failed):
                    failed.append((made.piece_id, made.reason.value, made.detail))
                    continue
                sequence = file.first_sequence + len(pieces)
                place = assembly.add(letter.piece_id, sequence, made.pages)
                if made.learnt_from or (made.lane == STAMPED and letter.piece_id in compared):
                    breaches += _compared(head, vendor, lanes, letter, made, place.first_page, out)
                piece = PrintedPiece(
                    piece_id=letter.piece_id,
                    sequence=sequence,
                    first_page=place.first_page,
                    pages=place.pages,
                    sheets=place.sheets,
                    lane=made.lane,
                    mark=place.mark,
                    codes=letter.codes,
                    container_id=containers_of(planned).id,
                )
                pieces.append(piece)
                expected.append(
                    ExpectedPiece(
                        letter.piece_id,
                        sequence,
                        place.first_page,
                        place.pages,
                        place.sheets,
                        place.mark,
                        letter.address_lines,
                    )
                )
            progress(len(batch))
        if not pieces:
            return PrintFile(
                file.name, 0, "", (), 0, 0, tuple(failed), full_layouts=lanes.full_layouts - learnt
            )
        digest = assembly.save(containers(file, pieces))
    breaches += preflight(out, Expected(head.country, vendor, head.job, tuple(expected)))
    return PrintFile(
        name=file.name,
        bytes=out.stat().st_size,
        sha256=digest,
        pieces=tuple(pieces),
        pages=assembly.pages,
        sheets=sum(piece.sheets for piece in pieces),
        failed=tuple(failed),
        breaches=tuple(breaches),
        compared=sum(piece.lane == STAMPED and piece.piece_id in compared for piece in pieces),
        full_layouts=lanes.full_layouts - learnt,
        unstamped=tuple(sorted((lanes.unstamped - unstamped).items())),
    )


def containers(file: PlannedFile, pieces: Sequence[PrintedPiece]) -> tuple[PlannedContainer, ...]:
    """The planned containers as they are filled: shrunk by the letters that fell out, none empty."""
    inside: defaultdict[str, list[int]] = defaultdict(list)
    for piece in pieces:
        inside[piece.container_id].append(piece.sequence)
    return tuple(
        PlannedContainer(one.id, one.level, one.key, inside[one.id][0], inside[one.id][-1])
        for one in file.containers
        if one.id in inside
    )


class _Containers:
    """The planned container of a planned sequence number."""

    def __init__(self, file: PlannedFile) -> None:
        self._file = file
        self._ends = [container.last_sequence for container in file.containers]

    def __call__(self, sequence: int) -> PlannedContainer:
        at = bisect_left(self._ends, sequence)
        if at < len(self._ends) and self._file.containers[at].first_sequence <= sequence:
            return self._file.containers[at]
        raise ValueError(f"{self._file.name}: sequence {sequence} is in no container")


def _made(letter: Letter, lanes: Lanes, assembly: Assembly, vendor: config.Vendor) -> Made | Failed:
    made = lanes.make(letter)
    if isinstance(made, Failed):
        return made
    sheets = assembly.sheets(len(made.pages))
    if sheets > vendor.sheets_per_envelope:
        return Failed(letter.piece_id, Reason.TOO_MANY_SHEETS, f"{sheets} sheets")
    return made


def _compared(
    head: LotHead,
    vendor: config.Vendor,
    lanes: Lanes,
    letter: Letter,
    made: Made,
    first_page: int,
    out: Path,
) -> list[Breach]:
    """The breaches of a letter whose lanes differ, one a page; keeps both pages."""
    found = lanes.differences(letter, made)
    if not found:
        return []
    evidence.keep(head, vendor, lanes, letter, made, out)
    breaches = []
    for page in sorted({one.page for one in found}):
        here = [one for one in found if one.page == page]
        fact = f"{len(here)} differences, first {here[0].kind} at {here[0].x:.1f}, {here[0].y:.1f} pt"
        breaches.append(Breach(LANE_DIFFERENCE, first_page + page - 1, fact))
    return breaches
