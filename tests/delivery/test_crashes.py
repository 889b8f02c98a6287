from contextlib import suppress
from pathlib import Path

import pytest

from pipelines.config import Delivery
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.opening import open_store
from tests.delivery import small_run
from tests.delivery.crashing import CrashingStore, Killed
from tests.delivery.small_run import RUN, tree


@pytest.mark.parametrize("stop", [frozenset(), frozenset({"se-lot"})], ids=["all published", "a lot stopped"])
def test_a_run_killed_before_any_of_its_writes_is_finished_to_the_same_bytes(stop: frozenset[str]) -> None:
    whole = CrashingStore(at=0)
    assert small_run.run(whole, stop) == "new"
    expected = tree(whole)
    assert whole.writes > 20
    for at in range(1, whole.writes + 1):
        store = CrashingStore(at)
        with pytest.raises(Killed):
            small_run.run(store, stop)
        store.survive()
        # Killed before the first write, nothing is known of the run; else it is taken up again.
        assert small_run.run(store, stop) == ("new" if at == 1 else "resumed")
        assert tree(store) == expected, f"killed before write {at}"


def test_a_run_killed_again_and_again_comes_to_the_same_end() -> None:
    whole, store = MemoryStore(), CrashingStore(at=1)
    small_run.run(whole)
    lives = 1
    with pytest.raises(Killed):
        small_run.run(store)
    while not store.exists(f"runs/{RUN}/held.parquet"):
        lives += 1
        store.live_for(lives)
        with suppress(Killed):
            small_run.run(store)
    store.survive()
    small_run.run(store)
    assert lives > 5
    assert tree(store) == tree(whole)


def test_whatever_is_ready_to_collect_is_whole_at_any_moment() -> None:
    for at in range(2, 30):
        store = CrashingStore(at)
        with suppress(Killed):
            small_run.run(store)
        for key in store.list("outbox/"):
            if key.endswith("/_READY"):
                folder = key.removesuffix("_READY")
                there = {k.removeprefix(folder) for k in store.list(folder)}
                assert there >= {"manifest.json", "pieces.csv", "job.xjdf", "print-0001.pdf"}
        # A manifest is never there without what it names.
        for key in store.list("outbox/"):
            if key.endswith("/manifest.json"):
                assert store.exists(key.replace("manifest.json", "pieces.csv"))


def test_every_store_holds_the_same_run(tmp_path: Path, s3_bucket: tuple[str, Delivery]) -> None:
    bucket, delivery = s3_bucket
    stores = (
        MemoryStore(),
        open_store(str(tmp_path / "out"), Delivery()),
        open_store(f"s3://{bucket}/o", delivery),
    )
    trees = []
    for store in stores:
        small_run.run(store)
        trees.append(tree(store))
    assert trees[0] == trees[1] == trees[2]


def test_a_finished_run_is_not_touched(tmp_path: Path) -> None:
    store = open_store(str(tmp_path), Delivery())
    small_run.run(store)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert small_run.run(store) == "finished"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_books_and_lots_that_are_there_are_not_written_again() -> None:
    store = CrashingStore(at=0)
    small_run.run(store)
    before, store.writes = tree(store), 0
    store.put_bytes(
        f"runs/{RUN}/run.json", store.get(f"runs/{RUN}/run.json").replace(b'"finished"', b'"running"')
    )
    store.writes = 0
    assert small_run.run(store) == "resumed"
    assert tree(store) == before
    # The attempt to create run.json and the files of two lots, plan.json, and run.json at the end.
    assert store.writes == 1 + 2 * 4 + 1 + 1
