"""What the transforms' tests share.

- `sample`: a faultless export of LETTERS letters, two files a country; nobody writes into it
- `exports`: a copy of it that a test may spoil
- `prepared`: a run of `sample` into an empty folder
- `drafts`: the mail pieces of `sample`
"""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.prepare import Prepared
from pipelines.sample.export import write_sample
from tests.transforms import desk

LETTERS, SEED = 12, 36
"""With this seed no recipient has a payday that is too near, and several are in two files."""


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "exports"
    summary = write_sample(folder, LETTERS, seed=SEED)
    assert summary.pieces_expected == LETTERS
    assert summary.truth["reason"].null_count == summary.rows, "the tests plant their own defects"
    return folder


@pytest.fixture
def exports(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "exports"))


@pytest.fixture
def prepared(sample: Path, tmp_path: Path) -> Prepared:
    return desk.opened(sample, tmp_path / "bucket")


@pytest.fixture(scope="session")
def drafts(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    return desk.drafts_of(desk.opened(sample, tmp_path_factory.mktemp("drafts") / "bucket"))
