"""The same bytes whatever the number of workers, also where the plan cuts cohorts, files and postcodes."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.config import Capacity, Config
from pipelines.delivery.findings import Code
from pipelines.delivery.opening import open_store
from pipelines.delivery.verify import verify
from pipelines.monthly import monthly
from pipelines.progress import Channel
from pipelines.sample.export import write_sample
from tests.transforms import desk

pytestmark = pytest.mark.beam

LETTERS, A_DAY = 40, 9
TWO_PROCESSES = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")


def tight() -> Config:
    """A print site that makes A_DAY letters a day, in files of four."""
    base = desk.small_files(4)
    vendors = {
        name: vendor.model_copy(update={"capacity": Capacity(pieces=A_DAY)})
        for name, vendor in base.vendors.items()
    }
    return base.model_copy(update={"vendors": vendors})


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export in which all Swedes live in two postcodes."""
    exports = tmp_path_factory.mktemp("crowded") / "exports"
    write_sample(exports, LETTERS, seed=3)
    for path in sorted(exports.glob("*-se.parquet")):
        debtors = pq.read_table(path)["debtor_id"].to_pylist()
        home = {row: "41101" if sum(debtor.encode()) % 3 else "42101" for row, debtor in enumerate(debtors)}
        desk.edit(path, {row: {"postal_code": code} for row, code in home.items()})
    return exports


def made(exports: Path, out: Path, *arguments: str) -> dict[str, bytes]:
    """Key → bytes of everything that a run left, but for the timing."""
    prepared = desk.opened(exports, out, tight())
    monthly(prepared.run, prepared.survey, arguments, desk.BlankRoom)
    files = (path for path in out.rglob("*") if path.is_file() and path.name != "timing.js")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_one_worker_and_two_make_the_same_bytes(crowded: Path, tmp_path: Path) -> None:
    one = made(crowded, tmp_path / "one", "--direct_running_mode=in_memory", "--direct_num_workers=1")
    two = made(crowded, tmp_path / "two", *TWO_PROCESSES)
    assert one.keys() == two.keys()
    assert [key for key in sorted(one) if one[key] != two[key]] == []


def test_a_full_print_site_spreads_a_cohort_over_days_and_holds_what_is_left(
    crowded: Path, tmp_path: Path
) -> None:
    out = tmp_path / "bucket"
    made(crowded, out)
    run = out / "runs" / desk.RUN_ID
    pieces = pq.read_table(run / "pieces.parquet")
    a_day = pieces.group_by("hand_in_date").aggregate([([], "count_all")])["count_all"].to_pylist()
    assert max(a_day) == A_DAY
    assert len(a_day) > 2
    # Letters to one postcode, and of one cohort, are in several lots and files.
    crowd = pieces.filter([code == "41101" for code in pieces["postal_code"].to_pylist()])
    assert len(set(zip(crowd["lot_id"].to_pylist(), crowd["file"].to_pylist(), strict=True))) > 3
    held = pq.read_table(run / "held.parquet")
    store = open_store(str(out), tight().delivery)
    found = verify(store, tight(), None, False, Channel(None), 1)
    # The blank files of this test are no PDFs and have no marks; all else has to be in order.
    assert {finding.code for finding in found.found} <= {Code.FILE_UNREADABLE, Code.MARKS}
    assert set(held["reason"].to_pylist()) <= {"payday_too_near", "capacity"}
