"""Placed pieces become print files: letters written, pressed, preflighted, stored with a receipt."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import pyarrow as pa

from pipelines.delivery import receipts
from pipelines.delivery.opening import open_store
from pipelines.delivery.receipts import Receipt
from pipelines.delivery.store import Store
from pipelines.errors import AssetError
from pipelines.letters.letter import Rejected, write_letter
from pipelines.model import QUARANTINE, SORTED_DRAFTS, Letter, LotHead, PlannedFile, PrintFile, Refusal
from pipelines.postal.placing import in_order
from pipelines.postal.plan import Plan
from pipelines.press import evidence
from pipelines.press.lanes import Lanes
from pipelines.press.printfile import press_file
from pipelines.press.sweeping import resting
from pipelines.progress import FULL_LAYOUTS
from pipelines.reasons import Reason
from pipelines.run import Run
from pipelines.transforms.lane_sample import DrawSample
from pipelines.transforms.rows import piece_rows, quarantine_rows, source_rows
from pipelines.transforms.slices import pack, unpack


class Printed(NamedTuple):
    """Receipts of finished print files, and the claims of letters that could not be set."""

    receipts: beam.PCollection
    """(lot_id, file name)"""
    rejected: beam.PCollection
    """slices of QUARANTINE"""


class PressFiles(beam.PTransform):
    """Makes every print file of the plan that is not finished yet; gives `Printed`."""

    def __init__(self, run: Run, plan: beam.PCollection, room: "type[PrintRoom] | None" = None) -> None:
        super().__init__()
        self._run = run
        self._plan = plan
        self._room = room or PrintRoom

    def expand(self, pieces: Any) -> Any:
        """The print files of all placed pieces."""
        sample = pieces | "sample" >> DrawSample(self._run.config.press.compared)
        out = (
            pieces
            | "bring print files together" >> beam.GroupByKey()
            | "press"
            >> beam.ParDo(
                _PressFile(self._run, self._room),
                beam.pvalue.AsSingleton(self._plan),
                beam.pvalue.AsSingleton(sample),
            ).with_outputs("rejected", main="receipts")
        )
        return Printed(out.receipts, out.rejected)


class ToPress(NamedTuple):
    """One print file that is to be pressed."""

    plan: Plan
    lot_id: str
    file: PlannedFile
    drafts: pa.Table
    """Rows of SORTED_DRAFTS in the order of the file."""
    sample: frozenset[str]
    """Pieces of the run that are made in both lanes and compared."""


class PrintRoom:
    """Writes letters and presses them; heavy, made once in a worker process."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lanes = Lanes()

    def press(self, asked: ToPress, out: Path) -> tuple[PrintFile, list[Refusal]]:
        """The finished print file, and the letters that are not in it."""
        run = self._run
        plan, lot_id, file, drafts, sample = asked
        head = plan.head(lot_id)
        days = plan.days_of(lot_id, drafts)
        letters: list[tuple[int, Letter]] = []
        refused: list[Refusal] = []
        with resting():  # A letter has a thousand parts, none of which refers back to another.
            rows = zip(drafts.to_pylist(), days, strict=True)
            for planned, (draft, day) in enumerate(rows, start=file.first_sequence):
                letter = write_letter(draft, day, run.config)
                if isinstance(letter, Rejected):
                    refused.append(Refusal(draft["piece_id"], letter.reason, field=letter.field))
                else:
                    letters.append((planned, letter))
        vendor = run.config.vendors[head.vendor]

        def progress(done: int) -> None:
            run.channel.tell("press", done)

        printed = press_file(head, file, letters, vendor, self._lanes, out, progress, sample)
        run.channel.tell(FULL_LAYOUTS, printed.full_layouts)
        unset = [Refusal(piece, reason, detail=detail) for piece, reason, detail in printed.failed]
        return printed, refused + unset


class _PressFile(beam.DoFn):
    def __init__(self, run: Run, room: type[PrintRoom]) -> None:
        self._run = run
        self._room_type = room
        self._room: PrintRoom | None = None

    def setup(self) -> None:
        self._store: Store = open_store(self._run.out, self._run.config.delivery)

    def process(
        self, group: tuple[tuple[str, str], Iterable[bytes]], plan: Plan, sample: frozenset[str]
    ) -> Iterator[Any]:
        (lot_id, name), slices = group
        run = self._run
        head, file = plan.head(lot_id), plan.file(lot_id, name)
        receipt = receipts.find(self._store, run.run_id, head, name, run.fingerprint)
        if receipt is None:
            receipt = self._make(plan, head, file, unpack(slices, SORTED_DRAFTS), sample)
        else:
            run.channel.tell("press", file.pieces)
        if receipt.rejected.num_rows:
            yield beam.pvalue.TaggedOutput("rejected", pack(receipt.rejected.select(QUARANTINE.names)))
        yield lot_id, name

    def _make(
        self, plan: Plan, head: LotHead, file: PlannedFile, drafts: pa.Table, sample: frozenset[str]
    ) -> Receipt:
        if self._room is None:
            self._room = self._room_type(self._run)
        if drafts.num_rows != file.pieces:
            raise RuntimeError(
                f"{head.lot_id}/{file.name}: {drafts.num_rows} pieces came, {file.pieces} were planned"
            )
        drafts = in_order(file, drafts)
        with tempfile.TemporaryDirectory(prefix="brevpress-") as folder:
            path = Path(folder) / file.name
            printed, refused = self._room.press(ToPress(plan, head.lot_id, file, drafts, sample), path)
            _refuse_total_failure(head, printed, refused)
            rows = piece_rows(self._run, plan, head, drafts, printed)
            rejected = quarantine_rows(drafts, refused)
            sources = source_rows(drafts, printed)
            return receipts.write(
                self._store,
                self._run.run_id,
                head,
                printed,
                path,
                rows,
                rejected,
                self._run.fingerprint,
                sources,
                evidence.kept(path),
            )


MANY_LETTERS = 5
"""From so many on, a file in which no letter can be set speaks of the layout, not of the letters."""


def _refuse_total_failure(head: LotHead, printed: PrintFile, refused: list[Refusal]) -> None:
    """Raises AssetError when not one letter could be set: good claims must not end in quarantine."""
    failed = [r.field or r.detail for r in refused if r.reason == Reason.COMPOSITION_FAILED]
    if not printed.pieces and len(failed) == len(refused) >= MANY_LETTERS:
        raise AssetError(
            f"{head.lot_id}/{printed.name}: not one of {len(failed)} letters can be set ({failed[0]})",
            "look at the layout with brevpress proof, then see docs/recovery.md",
        )
