import json
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest

from pipelines import assets
from pipelines.delivery import runbook
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.store import Store
from pipelines.errors import RunConflict, StoreError, UsageError
from pipelines.model import TableVersion
from tests.delivery import small_run
from tests.delivery.small_run import RECORD, RUN, TABLES, TODAY

SCHEMA = json.loads((assets.folder("schemas") / "run.schema.json").read_text(encoding="utf-8"))


def form_of(record: dict[str, Any]) -> list[str]:
    return [error.json_path for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(record)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_run_is_new_then_resumed_then_finished(store: Store) -> None:
    assert runbook.begin(store, RECORD) == "new"
    assert runbook.begin(store, RECORD) == "resumed"
    assert small_run.run(store) == "resumed"
    assert runbook.begin(store, RECORD) == "finished"


@pytest.mark.parametrize("stop", [None, frozenset(), frozenset({"fi-lot"})])
def test_the_record_has_its_form_in_every_state(stop: frozenset[str] | None) -> None:
    store = MemoryStore()
    runbook.begin(store, RECORD) if stop is None else small_run.run(store, stop)
    record = runbook.read(store, RUN)
    assert form_of(record) == []
    assert (
        record["state"] == {None: "running", 0: "finished", 1: "stopped"}[stop if stop is None else len(stop)]
    )


def test_the_record_of_a_finished_run_has_its_totals_and_balances() -> None:
    store = MemoryStore()
    small_run.run(store)
    counts = runbook.read(store, RUN)["counts"]
    assert counts == {
        "rows_read": 15,
        "claims_printed": 8,
        "claims_quarantined": 5,
        "quarantined": {"composition_failed": 1, "missing_field": 1, "paid": 2, "protected": 1},
        "claims_held": 2,
        "held": {"payday_too_near": 2},
        "pieces": 8,
        "sheets": 9,
        "pages": 18,
        "files": 3,
        "lots": 2,
        "stamped": 8,
        "rendered": 0,
        "unstamped": {},
        "compared": 0,
    }


def test_a_stopped_lot_is_named_with_the_rules_it_broke_and_its_claims_are_held() -> None:
    store = MemoryStore()
    small_run.run(store, frozenset({"se-lot"}))
    record = runbook.read(store, RUN)
    assert record["stopped_lots"] == ["se-lot"]
    assert [(b["file"], b["rule"], b["count"], b["page"]) for b in record["breaches"]] == [
        ("print-0002.pdf", "colour.rgb", 2, 1),
        ("print-0002.pdf", "page.box", 1, 2),
    ]
    assert record["counts"]["held"] == {"lot_stopped": 6, "payday_too_near": 2}
    assert record["counts"]["lots"] == 1


def test_a_stopped_run_is_taken_up_again() -> None:
    store = MemoryStore()
    small_run.run(store, frozenset({"se-lot"}))
    assert runbook.begin(store, RECORD) == "resumed"


FIRST = RECORD.inputs[0]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"period": "2027-01"}, "period was 2026-12, is 2027-01"),
        (
            {"inputs": (FIRST, ("claims-2.parquet", 2000, "3" * 64))},
            r"export file claims-2\.parquet was 2000",
        ),
        ({"inputs": (FIRST,)}, r"export file claims-2\.parquet .*is not there"),
        ({"inputs": (*RECORD.inputs, ("more.csv", 1, "4" * 64))}, r"export file more\.csv was not there"),
        ({"config": "9" * 64}, "configuration was sha256 c"),
        ({"tables": (TABLES[0], TableVersion("paydays", "2027-01", "b" * 64))}, "table paydays was 2026-01"),
        ({"assets": (("fonts", "d" * 64), ("layouts", "0" * 64))}, "folder layouts was sha256 e"),
        ({"software": "brevpress 0.2.0"}, r"software was brevpress 0\.1\.0 .*, is brevpress 0\.2\.0"),
    ],
)
def test_the_same_id_with_other_inputs_is_refused_and_the_difference_named(
    change: dict[str, Any], named: str
) -> None:
    store = MemoryStore()
    small_run.run(store)
    before = small_run.tree(store)
    with pytest.raises(RunConflict, match=named) as error:
        runbook.begin(store, replace(RECORD, **change))
    assert error.value.exit_code == 2
    assert RUN in str(error.value)
    assert small_run.tree(store) == before


def test_another_day_is_refused_with_the_day_to_give() -> None:
    store = MemoryStore()
    runbook.begin(store, RECORD)
    store.put_bytes(f"runs/{RUN}/plan.json", b"{}")
    with pytest.raises(
        RunConflict, match="today was 2026-12-01, is 2026-12-02: call it with --today 2026-12-01"
    ):
        runbook.begin(store, replace(RECORD, today=date(2026, 12, 2)))


MENDED = replace(RECORD, inputs=(FIRST, ("claims-2.parquet", 2001, "3" * 64)), today=date(2026, 12, 3))


def test_a_run_that_ended_before_its_plan_begins_anew_with_mended_inputs(store: Store) -> None:
    runbook.begin(store, RECORD)
    store.put_bytes("runs/monthly-2026-11/plan.json", b"{}")
    store.put_bytes("outbox/strand/2026-12-18/monthly-2026-11-se-brev-20261218/_READY", b"")
    assert runbook.begin(store, MENDED) == "new"
    assert runbook.read(store, RUN)["inputs"][1]["sha256"] == "3" * 64
    assert runbook.begin(store, MENDED) == "resumed"


@pytest.mark.parametrize(
    "key",
    [
        f"runs/{RUN}/plan.json",
        f"runs/{RUN}/receipts/{RUN}-se-brev-20261218/print-0001.json",
        f"outbox/strand/2026-12-18/{RUN}-se-brev-20261218/print-0001.pdf",
    ],
)
def test_as_soon_as_anything_is_made_other_inputs_are_refused(store: Store, key: str) -> None:
    runbook.begin(store, RECORD)
    store.put_bytes(key, b"{}")
    before = small_run.tree(store)
    with pytest.raises(RunConflict, match="today was 2026-12-01"):
        runbook.begin(store, MENDED)
    assert small_run.tree(store) == before
    assert runbook.begin(store, RECORD) == "resumed"


def test_a_call_whose_record_was_replaced_is_told_before_it_makes_anything() -> None:
    store = MemoryStore()
    runbook.begin(store, RECORD)
    runbook.confirm(store, RUN, RECORD.identity())
    runbook.begin(store, MENDED)
    with pytest.raises(RunConflict, match="today was 2026-12-03, is 2026-12-01"):
        runbook.confirm(store, RUN, RECORD.identity())


def test_the_order_in_which_inputs_are_listed_is_no_difference() -> None:
    store = MemoryStore()
    runbook.begin(store, RECORD)
    turned = replace(RECORD, inputs=RECORD.inputs[::-1], tables=TABLES[::-1], assets=RECORD.assets[::-1])
    assert runbook.begin(store, turned) == "resumed"
    assert turned.identity() == RECORD.identity()


def test_the_day_of_a_run_is_open_until_it_is_planned() -> None:
    store = MemoryStore()
    assert runbook.day_of(store, RUN) is None
    runbook.begin(store, RECORD)
    assert runbook.day_of(store, RUN) is None
    store.put_bytes(f"runs/{RUN}/plan.json", b"{}")
    assert runbook.day_of(store, RUN) == TODAY


def test_a_run_that_never_was_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no run monthly-2020-01"):
        runbook.read(MemoryStore(), "monthly-2020-01")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"schema": "brevpress-run-1", "run_id": "other"}'])
def test_a_record_that_is_none_is_said_and_not_replaced(data: bytes) -> None:
    store = MemoryStore()
    store.put_bytes(f"runs/{RUN}/run.json", data)
    with pytest.raises(StoreError, match=f"runs/{RUN}/run.json"):
        runbook.begin(store, RECORD)
    assert store.get(f"runs/{RUN}/run.json") == data


def test_runs_are_listed_and_other_things_below_runs_are_not() -> None:
    store = MemoryStore()
    for key in ("runs/b/run.json", "runs/a/run.json", "runs/c/plan.json", "runs/a/receipts/lot/run.json"):
        store.put_bytes(key, b"{}")
    assert runbook.run_ids(store) == ("a", "b")
