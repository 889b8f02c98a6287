"""`brevpress plan`: the month's plan without its letters."""

import json
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.flow import BlankRoom
from pipelines import assets, operate
from pipelines import config as configuration
from pipelines.cli import app
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.opening import open_store
from pipelines.errors import TableError, UsageError
from pipelines.monthly import monthly
from pipelines.outcome import DONE, NEEDS_A_PERSON
from pipelines.planning import count, read
from pipelines.postal.plan import Plan
from pipelines.prepare import prepare
from pipelines.progress import Channel
from pipelines.sample.export import write_sample

pytestmark = pytest.mark.beam

PERIOD, TODAY = "2026-12", date(2026, 12, 1)
RUN = f"monthly-{PERIOD}"


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "exports"
    write_sample(folder, 24, seed=5)
    return folder


@pytest.fixture(scope="module")
def made(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with plan.json and plan.html."""
    folder = tmp_path_factory.mktemp("made")
    assert plan(exports, folder / "plan.json", folder / "plan.html") == DONE
    return folder


def plan(
    exports: Path,
    output: Path | None = None,
    page: Path | None = None,
    against: Path | None = None,
    config: Path | None = None,
    *beam: str,
) -> int:
    return operate.plan(str(exports), PERIOD, config, TODAY, output, page, against, beam)


def limited(folder: Path, pieces: int) -> Path:
    """The default configuration with a print site that makes so many pieces a day."""
    text = assets.table("default.toml").read_text(encoding="utf-8")
    path = folder / "brevpress.toml"
    path.write_text(f"{text}\n[vendors.strand.capacity]\npieces = {pieces}\n", encoding="utf-8")
    return path


def test_the_plan_is_byte_for_byte_that_of_the_monthly_run(exports: Path, made: Path, tmp_path: Path) -> None:
    config = configuration.load()
    out = str(tmp_path / "bucket")
    store = open_store(out, config.delivery)
    prepared = prepare(RUN, PERIOD, str(exports), out, config, TODAY, store, Channel(None))
    monthly(prepared.run, prepared.survey, room=BlankRoom)
    assert store.get(f"runs/{RUN}/plan.json") == (made / "plan.json").read_bytes()


def test_two_processes_make_the_same_plan(exports: Path, made: Path, tmp_path: Path) -> None:
    two = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")
    again = tmp_path / "plan.json"
    assert plan(exports, again, None, None, None, *two) == DONE
    assert again.read_bytes() == (made / "plan.json").read_bytes()


def test_nothing_is_written_but_what_was_asked_for(
    exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    before = {path: path.stat().st_mtime_ns for path in exports.rglob("*")}
    monkeypatch.chdir(here)
    assert plan(exports) == DONE
    assert list(here.rglob("*")) == []
    assert {path: path.stat().st_mtime_ns for path in exports.rglob("*")} == before


def test_exports_in_the_folder_of_the_call_are_planned(
    exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shutil.copytree(exports, tmp_path / "copy"))
    assert plan(Path()) == DONE


def test_the_call_ends_with_what_was_planned_and_what_to_do_next(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "plan.html"
    call = ["plan", "--exports", str(exports), "--period", PERIOD, "--today", str(TODAY), "--html", str(page)]
    assert app(call, standalone_mode=False) == DONE
    said = capsys.readouterr()
    made = page.read_text(encoding="utf-8")
    assert said.out.startswith("Plan for 2026-12 as of 2026-12-01\n")
    lines = said.out.splitlines()
    assert f"{RUN}: planned; nothing was pressed or published" in lines
    assert lines[-1].split()[:3] == ["next", "brevpress", "monthly"]
    assert "<svg" in made
    stages = {line["stage"] for line in map(json.loads, said.err.splitlines()) if line["event"] == "progress"}
    assert stages == {"read", "pieces"}


def test_no_personal_data_is_shown(exports: Path, made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(exports) == DONE
    said = "".join(capsys.readouterr()) + "".join(p.read_text(encoding="utf-8") for p in made.iterdir())
    claims = pq.read_table(exports)
    for column in ("name", "street", "debtor_id", "claim_id", "email"):
        values = {v for v in claims[column].to_pylist() if v and len(v) > 5}
        assert not [v for v in values if v in said], column


def test_pieces_without_capacity_need_a_person_and_the_difference_says_what_they_were(
    exports: Path, made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tight = limited(tmp_path, 1)
    assert plan(exports, tmp_path / "tight.json", None, made / "plan.json", tight) == NEEDS_A_PERSON
    said = " ".join(capsys.readouterr().out.split())
    assert "pieces wait for a decision" in said
    assert "Difference from the other plan to this one" in said
    assert "no limit → 1 pieces" in said
    assert any(wait.reason == "capacity" for wait in read(tmp_path / "tight.json").waiting)


def test_the_same_plan_again_is_no_difference(
    exports: Path, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(exports, None, None, made / "plan.json") == DONE
    assert "\n  no difference\n" in capsys.readouterr().out


def test_a_written_plan_reads_back(made: Path) -> None:
    text = (made / "plan.json").read_text(encoding="utf-8")
    assert read(made / "plan.json") == Plan.from_json(text)
    assert read(made / "plan.json").to_json() == text


@pytest.mark.parametrize(
    ("name", "text"), [("gone.json", None), ("half.json", "{"), ("other.json", "{}"), ("list.json", "[]")]
)
def test_another_plan_that_cannot_be_read_is_one_clear_line(
    exports: Path, tmp_path: Path, name: str, text: str | None
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="ascii")
    with pytest.raises(UsageError, match=rf"--against .*{name}: "):
        plan(exports, None, None, path)


def test_workers_that_do_not_share_our_disk_are_one_clear_line(exports: Path, tmp_path: Path) -> None:
    prepared = prepare(
        RUN, PERIOD, str(exports), "memory://", configuration.load(), TODAY, MemoryStore(), Channel(None)
    )
    with pytest.raises(UsageError, match="the counts did not come back"):
        count(prepared.run, prepared.survey, tmp_path / "elsewhere")


def test_a_wrong_call_says_so_before_anything_is_read(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(UsageError, match="not a month"):
        operate.plan(str(gone), "2026-13", None, TODAY, None, None, None, ())
    with pytest.raises(UsageError, match="no such option"):
        plan(gone, None, None, None, None, "--direct_num_wrokers=2")
    with pytest.raises(UsageError, match="no such folder"):
        plan(gone, gone / "plan.json")
    with pytest.raises(UsageError, match="a folder"):
        plan(gone, None, tmp_path)


def test_a_table_that_ran_out_is_an_error_with_its_name(exports: Path, tmp_path: Path) -> None:
    products = assets.table("products.toml").read_text(encoding="utf-8")
    old = tmp_path / "products.toml"
    ended = products.replace("\n[[product]]", "\nvalid_to = 2026-06-30\n\n[[product]]", 1)
    old.write_text(ended, encoding="utf-8")
    config = limited(tmp_path, 1000)
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[schedule.tables]\nproducts = "{old}"\n')
    with pytest.raises(Exception) as raised:
        plan(exports, config=config)
    assert operate.report_error(raised.value) == TableError.exit_code
