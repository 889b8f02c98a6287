"""Small samples, written once and looked at by many tests.

- `parquet`, `csv`: the same 600 letters in both formats
- `many`: 12,000 Swedish letters, enough for several row groups
"""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.sample.export import write_sample
from pipelines.sample.summary import SampleSummary


@dataclass(frozen=True)
class Written:
    folder: Path
    summary: SampleSummary

    @property
    def files(self) -> list[Path]:
        return [self.folder / part.name for part in self.summary.parts]

    def claims(self) -> pa.Table:
        """The rows as exported, in the order of the truth (Parquet only)."""
        return pa.concat_tables([pq.read_table(file) for file in self.files])


@pytest.fixture(scope="session")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("parquet")
    return Written(folder, write_sample(folder, 600, seed=5))


@pytest.fixture(scope="session")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("csv")
    return Written(folder, write_sample(folder, 600, seed=5, format="csv"))


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("many")
    return Written(folder, write_sample(folder, 12_000, countries=("SE",)))
