"""What goes to the post beside the letters is recounted, too."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pipelines import config
from pipelines.delivery.findings import Code
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.store import head_of
from pipelines.delivery.verify import verify
from pipelines.progress import Channel
from tests.delivery import small_run
from tests.delivery.small_run import RUN

FOLDER = "outbox/strand/2026-12-18/se-lot/"
PAPERS = {"labels.pdf": b"%PDF labels", "statement.pdf": b"%PDF statement"}

Change = Callable[[dict[str, Any]], object]


def entries(trays: list[dict[str, Any]], by: str, name: str, **more: str) -> list[dict[str, Any]]:
    """The lines or zones of a statement of these trays."""
    found: dict[str, Counter[str]] = {}
    for tray in trays:
        counted = found.setdefault(tray[by], Counter())
        counted.update({"containers": 1, "pieces": tray["pieces"], "grams": tray["grams"]})
    return [{"weight_step": 20.0, name: key, **counted, **more} for key, counted in found.items()]


@pytest.fixture
def store() -> MemoryStore:
    """A finished run whose Swedish lot has papers."""
    store = MemoryStore()
    small_run.run(store)
    for name, data in PAPERS.items():
        store.put_bytes(FOLDER + name, data)

    def add(manifest: dict[str, Any]) -> None:
        trays = manifest["containers"]
        for tray in trays:
            tray.update(grams=12.5 * tray["pieces"], weight_step=20.0, delivery_date="2026-12-22")
        manifest["papers"] = [
            {"name": name, "bytes": len(data), "sha256": head_of(data).sha256}
            for name, data in PAPERS.items()
        ]
        manifest["statement"] = {
            "entry_site": "", "pieces": 6, "grams": 75.0, "currency": "SEK", "amount": "50.40",
            "choice": "sorted", "missing": 0, "why": "no minimum",
            "lines": entries(trays, "level", "level", price="8.40", amount="50.40"),
            "zones": entries(trays, "region", "zone"),
        }  # fmt: skip

    altered(store, add)
    return store


def altered(store: MemoryStore, change: Change) -> None:
    manifest = json.loads(store.get(FOLDER + "manifest.json"))
    change(manifest)
    store.put_bytes(FOLDER + "manifest.json", json.dumps(manifest).encode())


def found(store: MemoryStore) -> set[Code]:
    return {f.code for f in verify(store, config.load(), RUN, False, Channel(None), workers=1).found}


def test_papers_that_agree_with_the_letters_are_clean(store: MemoryStore) -> None:
    assert found(store) == set()


def test_a_manifest_from_before_there_were_papers_is_clean() -> None:
    store = MemoryStore()
    small_run.run(store)

    def old(manifest: dict[str, Any]) -> None:
        del manifest["delivery_dates"], manifest["papers"]
        for tray in manifest["containers"]:
            for key in ("label", "region", "delivery_date", "weight_step", "grams"):
                del tray[key]

    altered(store, old)
    assert found(store) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: m.update(delivery_date="2026-12-21"), Code.MANIFEST_FACTS),
        (lambda m: m["delivery_dates"][0].update(pieces=5), Code.MANIFEST_FACTS),
        (lambda m: m["containers"][0].update(delivery_date="2026-12-21"), Code.CONTAINERS),
        (lambda m: m["papers"][0].update(sha256="0" * 64), Code.FILE_BYTES),
        (lambda m: m["papers"].pop(), Code.LOT_OBJECTS),
        (lambda m: m["papers"][0].update(name="letters.pdf"), Code.MANIFEST_FORM),
        (lambda m: m["statement"].update(pieces=7), Code.MANIFEST_FACTS),
        (lambda m: m["statement"]["lines"][0].update(pieces=9), Code.MANIFEST_FACTS),
        (lambda m: m["statement"]["zones"][0].update(grams=1.0), Code.MANIFEST_FACTS),
        (lambda m: m["statement"]["zones"][0].update(zone="elsewhere"), Code.MANIFEST_FACTS),
    ],
)
def test_a_paper_or_day_that_disagrees_is_found(store: MemoryStore, change: Change, code: Code) -> None:
    altered(store, change)
    assert found(store) == {code}


def test_a_paper_that_is_gone_or_altered_is_found(store: MemoryStore) -> None:
    store.put_bytes(FOLDER + "labels.pdf", b"%PDF other")
    assert found(store) == {Code.FILE_BYTES}
    store.delete(FOLDER + "labels.pdf")
    assert found(store) == {Code.LOT_OBJECTS}


def test_a_tray_that_was_planned_otherwise_is_found(store: MemoryStore) -> None:
    key = f"runs/{RUN}/plan.json"
    plan = json.loads(store.get(key))
    manifests = (FOLDER + "manifest.json", FOLDER.replace("se-lot", "fi-lot") + "manifest.json")
    trays = [tray for name in manifests for tray in json.loads(store.get(name))["containers"]]
    store.put_bytes(key, json.dumps(plan | {"containers": trays}).encode())
    assert found(store) == set()
    trays[0]["level"] = "office"
    store.put_bytes(key, json.dumps(plan | {"containers": trays[:-1]}).encode())
    assert found(store) == {Code.CONTAINERS}
