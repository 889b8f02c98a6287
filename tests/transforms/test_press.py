"""Placed pieces become print files, each pressed once."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apache_beam as beam
import pikepdf
import pyarrow as pa
import pytest

from pipelines.delivery import places, receipts
from pipelines.delivery.opening import open_store
from pipelines.errors import AssetError
from pipelines.model import QUARANTINE
from pipelines.postal.plan import Plan
from pipelines.press import foundry, typefaces
from pipelines.progress import FULL_LAYOUTS, Channel
from pipelines.run import Run
from pipelines.transforms.press import PressFiles
from pipelines.transforms.slices import unpack
from tests.transforms import desk

pytestmark = pytest.mark.beam


@pytest.fixture
def run(sample: Path, tmp_path: Path) -> Run:
    return desk.opened(sample, tmp_path / "bucket", desk.small_files(3)).run


def press(run: Run, plan: Plan, slices: desk.Slices, room: Any = None) -> dict[str, list[Any]]:
    def build(pipeline: beam.Pipeline) -> dict[str, beam.PCollection]:
        one = pipeline | "plan" >> beam.Create([plan])
        pieces = pipeline | "pieces" >> beam.Create(slices, reshuffle=False)
        return (pieces | PressFiles(run, one, room))._asdict()

    return desk.given(build)


def files(plan: Plan) -> list[tuple[str, str]]:
    return sorted((lot.lot_id, file.name) for lot in plan.lots for file in lot.files)


def receipt(run: Run, file: tuple[str, str]) -> receipts.Receipt:
    return receipts.read(open_store(run.out, run.config.delivery), run.run_id, *file)


def tree(run: Run) -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in sorted(Path(run.out).rglob("*")) if p.is_file()}


def test_pieces_are_pressed_by_postcode_and_piece_id_whatever_the_order_of_slices(
    run: Run, drafts: pa.Table
) -> None:
    plan = desk.planned(run, drafts)
    slices = desk.placed(plan, drafts)
    random.Random(1).shuffle(slices)
    out = press(run, plan, slices, desk.CountingRoom)
    assert sorted(out["receipts"]) == files(plan)
    seen = []
    for lot_id, name in files(plan):
        rows = receipt(run, (lot_id, name)).rows
        keys = list(zip(rows["postal_code"].to_pylist(), rows["piece_id"].to_pylist(), strict=True))
        first = plan.file(lot_id, name).first_sequence
        assert keys == sorted(keys)
        assert rows["sequence"].to_pylist() == list(range(first, first + len(keys)))
        seen += [piece_id for _, piece_id in keys]
    assert sorted(seen) == drafts["piece_id"].to_pylist()


def test_the_order_of_slices_changes_no_byte(sample: Path, tmp_path: Path, drafts: pa.Table) -> None:
    made = []
    for name in ("one", "two"):
        run = desk.opened(sample, tmp_path / name, desk.small_files(3)).run
        plan = desk.planned(run, drafts)
        slices = desk.placed(plan, drafts, rows=1 if name == "one" else 5)
        press(run, plan, slices if name == "one" else slices[::-1], desk.CountingRoom)
        made.append({key.removeprefix(run.out): data for key, data in tree(run).items()})
    assert made[0] == made[1]


def test_a_finished_file_is_not_pressed_again_and_a_damaged_one_is(run: Run, drafts: pa.Table) -> None:
    plan = desk.planned(run, drafts)
    slices = desk.placed(plan, drafts)
    desk.CountingRoom.pressed.clear()
    first = press(run, plan, slices, desk.CountingRoom)
    assert sorted(desk.CountingRoom.pressed) == files(plan)
    before = tree(run)

    lost = files(plan)[1]
    (Path(run.out) / places.outbox(plan.head(lost[0]), lost[1])).unlink()
    desk.CountingRoom.pressed.clear()
    again = press(run, plan, slices, desk.CountingRoom)
    assert desk.CountingRoom.pressed == [lost]
    assert sorted(again["receipts"]) == sorted(first["receipts"])
    assert tree(run) == before


def test_claims_of_a_letter_that_cannot_be_set_go_to_quarantine_also_on_the_second_call(
    run: Run, drafts: pa.Table
) -> None:
    plan = desk.planned(run, drafts)
    slices = desk.placed(plan, drafts)
    calls = [press(run, plan, slices, room) for room in (desk.RefusingRoom, desk.CountingRoom)]
    order = ["source_file", "source_row"]
    first, second = (
        unpack(out["rejected"], QUARANTINE).sort_by([(name, "ascending") for name in order]) for out in calls
    )
    assert first.to_pylist() == second.to_pylist()
    assert set(first["reason"].to_pylist()) == {"too_many_sheets"}
    on_paper = [receipt(run, file).sources for file in files(plan)]
    printed = [claim for table in on_paper for claim in table["claim_id"].to_pylist()]
    assert sorted([*printed, *first["claim_id"].to_pylist()]) == desk.claim_ids(drafts)


def test_a_file_is_not_pressed_when_a_piece_of_it_never_came(run: Run, drafts: pa.Table) -> None:
    plan = desk.planned(run, drafts)
    lot = plan.lots[0]
    with pytest.raises(RuntimeError, match=f"{lot.files[0].pieces - 1} pieces came"):
        press(run, plan, desk.placed(plan, drafts)[1:], desk.CountingRoom)
    # The others may have been pressed before.
    assert not (Path(run.out) / places.receipt(run.run_id, lot.lot_id, lot.files[0].name)).exists()


def test_a_file_in_which_no_letter_can_be_set_ends_the_run_before_it_is_booked(
    sample: Path, tmp_path: Path, drafts: pa.Table
) -> None:
    run = desk.opened(sample, tmp_path / "bucket").run
    plan = desk.planned(run, drafts)
    with pytest.raises(AssetError, match="not one of"):
        press(run, plan, desk.placed(plan, drafts), desk.HelplessRoom)
    assert not list(Path(run.out).rglob("receipts/*/*.json"))


def test_the_print_room_writes_real_letters(run: Run, drafts: pa.Table) -> None:
    lot = next(lot for lot in desk.planned(run, drafts).lots if lot.country == "FI")
    few = drafts.filter(pa.array([country == "FI" for country in drafts["country"].to_pylist()])).slice(0, 2)
    plan = desk.planned(run, few)
    [file] = files(plan)
    out = press(run, plan, desk.placed(plan, few))
    assert unpack(out["rejected"], QUARANTINE)["detail"].unique().to_pylist() == []
    assert out["receipts"] == [file]
    made = receipt(run, file)
    assert made.printed.breaches == ()
    assert made.rows["lane"].unique().to_pylist() == ["stamped"]
    assert (made.printed.compared, made.printed.unstamped) == (2, ())
    assert sorted(made.rows["piece_id"].to_pylist()) == few["piece_id"].to_pylist()
    assert all(made.rows["codes"].to_pylist())
    with pikepdf.open(Path(run.out) / places.outbox(plan.head(file[0]), file[1])) as pdf:
        assert len(pdf.pages) == sum(made.rows["pages"].to_pylist()) == made.printed.pages
    assert plan.lot(file[0]).hand_in_date == lot.hand_in_date


@pytest.fixture
def nothing_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cache folder that has the fonts and nothing else."""
    only_fonts = shutil.ignore_patterns("shapes-*")
    shutil.copytree(foundry.cache_folder(), tmp_path / "cache", ignore=only_fonts)
    monkeypatch.setenv("BREVPRESS_CACHE", str(tmp_path / "cache"))
    typefaces.load.cache_clear()
    yield
    typefaces.load.cache_clear()


@pytest.mark.usefixtures("nothing_learnt")
def test_what_a_machine_has_to_learn_is_told_and_changes_no_byte(
    sample: Path, tmp_path: Path, drafts: pa.Table
) -> None:
    learnt, made = [], []
    for name in ("cold", "warm"):
        spool = tmp_path / f"{name}-spool"
        spool.mkdir()
        run = replace(desk.opened(sample, tmp_path / name).run, channel=Channel(str(spool)))
        few = drafts.filter(pa.array([c == "SE" for c in drafts["country"].to_pylist()])).slice(0, 1)
        plan = desk.planned(run, few)
        press(run, plan, desk.placed(plan, few))
        told = [json.loads(line) for path in spool.iterdir() for line in path.read_text().splitlines()]
        learnt.append(sum(done for stage, done, *_ in told if stage == FULL_LAYOUTS))
        made.append({key.removeprefix(run.out): data for key, data in tree(run).items()})
    assert learnt[0] > learnt[1] == 0
    assert made[0] == made[1]


def test_both_pages_of_a_letter_whose_lanes_differ_are_kept_beside_its_stopped_file(
    run: Run, drafts: pa.Table
) -> None:
    plan = desk.planned(run, drafts)
    press(run, plan, desk.placed(plan, drafts), desk.DifferingRoom)
    store = open_store(run.out, run.config.delivery)
    for lot_id, name in files(plan):
        kept = [key for key in store.list(places.stopped(run.run_id, lot_id)) if name[:-4] in key]
        if plan.lot(lot_id).country == "SE":
            assert kept == []
            continue
        first = receipt(run, (lot_id, name)).rows["piece_id"][0]
        both = (f"{name[:-4]}-{first}-{lane}.pdf" for lane in ("rendered", "stamped"))
        assert kept == [places.stopped(run.run_id, lot_id, key) for key in (*both, name)]
    before = tree(run)
    desk.CountingRoom.pressed.clear()
    press(run, plan, desk.placed(plan, drafts), desk.CountingRoom)
    assert desk.CountingRoom.pressed == []
    assert tree(run) == before
