"""One print file from its letters: composed, assembled, preflighted, measured.

Letters that cannot be printed fall out, and those that follow move up, so that the file's
sequence numbers have no gap: an inserter reads a gap as a lost envelope.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines import config
from pipelines.model import Letter, LotHead, PlannedContainer, PlannedFile, PrintedPiece, PrintFile
from pipelines.press.assemble import Assembly
from pipelines.press.compose import Composed, Composer, Failed
from pipelines.press.preflight import Expected, ExpectedPiece, preflight
from pipelines.reasons import Reason

BATCH = 20
"""Letters between two reports of progress: a second or two of work."""
LANE = "rendered"


def press_file(
    head: LotHead,
    file: PlannedFile,
    letters: Sequence[tuple[int, Letter]],
    vendor: config.Vendor,
    composer: Composer,
    out: Path,
    progress: Callable[[int], None] = lambda done: None,
) -> PrintFile:
    """The print file at `out`, and what is to be said of it.

    Args:
        head: the lot.
        file: the planned file; its containers hold planned sequence numbers.
        letters: the letters with their planned sequence numbers, in ascending order. Numbers may
            be missing.
        vendor: how it wants the file.
        composer: the process's own.
        out: where the file is written; nothing is written when no letter can be printed.
        progress: called with the number of letters done since the last call.

    The pieces of the result are numbered from `file.first_sequence` without a gap and stay in
    their planned containers; `failed` has the others with their reason, `breaches` what preflight
    found. Raises AssetError when a layout's fixed parts or the profile are wrong and ConfigError
    when the vendor's mark cannot say the numbers.
    """
    assembly = Assembly(head, file.name, vendor, composer.painter.typefaces)
    pieces: list[PrintedPiece] = []
    expected: list[ExpectedPiece] = []
    failed: list[tuple[str, str, str]] = []
    for start in range(0, len(letters), BATCH):
        batch = letters[start : start + BATCH]
        for planned, letter in batch:
            composed = _composed(letter, composer, assembly, vendor)
            if isinstance(composed, Failed):
                failed.append((composed.piece_id, composed.reason.value, composed.detail))
                continue
            sequence = file.first_sequence + len(pieces)
            place = assembly.add(letter.piece_id, sequence, composed.pages)
            pieces.append(
                PrintedPiece(
                    piece_id=letter.piece_id,
                    sequence=sequence,
                    first_page=place.first_page,
                    pages=place.pages,
                    sheets=place.sheets,
                    lane=LANE,
                    mark=place.mark,
                    codes=letter.codes,
                    container_id=_container(file, planned).id,
                )
            )
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
        return PrintFile(file.name, 0, "", (), 0, 0, tuple(failed))
    assembly.save(out, containers(file, pieces))
    with out.open("rb") as made:
        digest = hashlib.file_digest(made, "sha256").hexdigest()
    return PrintFile(
        name=file.name,
        bytes=out.stat().st_size,
        sha256=digest,
        pieces=tuple(pieces),
        pages=assembly.pages,
        sheets=sum(piece.sheets for piece in pieces),
        failed=tuple(failed),
        breaches=preflight(out, Expected(head.country, vendor, head.job, tuple(expected))),
    )


def containers(file: PlannedFile, pieces: Sequence[PrintedPiece]) -> tuple[PlannedContainer, ...]:
    """The planned containers as they are filled: shrunk by the letters that fell out, none empty."""
    filled = []
    for container in file.containers:
        inside = [piece.sequence for piece in pieces if piece.container_id == container.id]
        if inside:
            filled.append(
                PlannedContainer(container.id, container.level, container.key, inside[0], inside[-1])
            )
    return tuple(filled)


def _composed(
    letter: Letter, composer: Composer, assembly: Assembly, vendor: config.Vendor
) -> Composed | Failed:
    composed = composer.compose(letter)
    if isinstance(composed, Failed):
        return composed
    sheets = assembly.sheets(len(composed.pages))
    if sheets > vendor.sheets_per_envelope:
        return Failed(letter.piece_id, Reason.TOO_MANY_SHEETS, f"{sheets} sheets")
    return composed


def _container(file: PlannedFile, sequence: int) -> PlannedContainer:
    for container in file.containers:
        if container.first_sequence <= sequence <= container.last_sequence:
            return container
    raise ValueError(f"{file.name}: sequence {sequence} is in no container")
