"""What a sample holds and what should become of each of its rows."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.sample.claims import claim_ids
from pipelines.sample.defects import DEFECTS
from pipelines.sample.dice import Ints

TRUTH = pa.schema(
    [
        pa.field("claim_id", pa.string()),
        pa.field("source_file", pa.string()),
        pa.field("source_row", pa.int64()),
        pa.field("reason", pa.string()),
        pa.field("field", pa.string()),
    ]
)
"""One row a claim of the sample: where it stands (row 0-based), and the reason why it must
not be printed with the field that shows it; both null for the good rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One file of the sample: the numbers of its claims follow each other from `first`, but
    for the rows in `places` (0-based), which have a defect."""

    name: str
    country: str
    rows: int
    first: int
    places: Ints = field(repr=False)
    defects: Ints = field(repr=False)
    claim_numbers: Ints = field(repr=False)

    @classmethod
    def of(cls, name: str, country: str, defects: Ints, claim_numbers: Ints, first: int) -> Self:
        """The part that holds these rows; `defects` is by row an index into DEFECTS or -1."""
        places = np.flatnonzero(defects >= 0)
        return cls(name, country, len(defects), first, places, defects[places], claim_numbers[places])

    def truth(self) -> Any:
        """The rows of this file as a table of the schema TRUTH."""
        numbers = self.first + np.arange(self.rows)
        numbers[self.places] = self.claim_numbers
        defect = np.full(self.rows, -1, dtype=np.int64)
        defect[self.places] = self.defects
        nameless = np.array([(d.reason.value, d.field) == ("missing_field", "claim_id") for d in DEFECTS])
        which = pa.array(defect, mask=defect < 0)
        ids = claim_ids(self.country, numbers).to_numpy(zero_copy_only=False)
        columns = [
            pa.array(ids, pa.string(), mask=(defect >= 0) & nameless[defect]),
            pa.repeat(self.name, self.rows),
            pa.array(np.arange(self.rows)),
            pa.array([d.reason.value for d in DEFECTS]).take(which),
            pa.array([d.field for d in DEFECTS]).take(which),
        ]
        return pa.table(columns, TRUTH)


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """The counts of a sample and, on request, the truth about every row."""

    rows: int
    pieces_expected: int
    """Mail pieces that the good rows make: debtor_id × kind × country × currency."""
    parts: tuple[Part, ...]

    @property
    def truth(self) -> Any:
        """What should become of each row: a table of the schema TRUTH, files in order."""
        return pa.concat_tables([part.truth() for part in self.parts])

    def write_truth(self, path: Path) -> None:
        """Writes the truth as Parquet to `path`; keep it out of the export's folder."""
        with pq.ParquetWriter(path, TRUTH, compression="zstd") as file:
            for part in self.parts:
                file.write_table(part.truth())
