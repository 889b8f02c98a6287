from dataclasses import replace

import pytest

from pipelines.delivery import places, receipts
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.store import Store
from pipelines.errors import RunConflict, StoreError
from tests.delivery import small_run
from tests.delivery.small_run import FI, FINGERPRINT, NOT_SET, RUN, SE, breached, press

NAME = "print-0002.pdf"


def test_a_finished_file_is_found_with_all_that_was_said_of_it(store: Store) -> None:
    made = press(SE, NAME)
    small_run.write(store, SE, made)
    found = receipts.find(store, RUN, SE, NAME, FINGERPRINT)
    assert found is not None
    assert found.printed == made.printed
    assert found.rows.equals(made.rows)
    assert found.rejected.equals(made.rejected)
    assert found.sources.equals(made.sources)
    assert store.get(places.outbox(SE, NAME)) == made.data


def test_nothing_is_found_before_it_is_made(store: Store) -> None:
    assert receipts.find(store, RUN, SE, NAME, FINGERPRINT) is None
    with pytest.raises(StoreError, match=r"print-0002\.json"):
        receipts.read(store, RUN, SE.lot_id, NAME)


def test_a_receipt_of_other_inputs_is_not_found() -> None:
    store = MemoryStore()
    small_run.write(store, SE, press(SE, NAME))
    assert receipts.find(store, RUN, SE, NAME, "0" * 64) is None


@pytest.mark.parametrize(
    "key",
    [
        places.outbox(SE, NAME),
        places.receipt(RUN, SE.lot_id, NAME),
        places.receipt(RUN, SE.lot_id, NAME, "rows.parquet"),
        places.receipt(RUN, SE.lot_id, NAME, "rejected.parquet"),
        places.receipt(RUN, SE.lot_id, NAME, "sources.parquet"),
    ],
)
@pytest.mark.parametrize("change", ["gone", "altered", "cut"])
def test_a_file_is_pressed_again_when_anything_of_it_is_gone_or_altered(key: str, change: str) -> None:
    store = MemoryStore()
    small_run.write(store, SE, press(SE, NAME))
    data = store.get(key)
    match change:
        case "gone":
            store.delete(key)
        case "altered":
            store.put_bytes(key, b"x" + data[1:])
        case _:
            store.put_bytes(key, data[: len(data) // 2])
    assert receipts.find(store, RUN, SE, NAME, FINGERPRINT) is None


def test_the_claims_of_letters_that_could_not_be_set_stay_with_the_file() -> None:
    store = MemoryStore()
    small_run.write(store, SE, press(SE, NAME))
    found = receipts.read(store, RUN, SE.lot_id, NAME)
    assert found.rejected["claim_id"].to_pylist() == [f"CLAIM-SE-{NOT_SET:04}"]
    assert found.rejected["reason"].to_pylist() == ["composition_failed"]


def test_a_file_with_a_breach_never_comes_into_the_outbox_but_is_not_pressed_again() -> None:
    store = MemoryStore()
    small_run.write(store, SE, breached(press(SE, NAME)))
    assert store.list("outbox/") == ()
    found = receipts.find(store, RUN, SE, NAME, FINGERPRINT)
    assert found is not None
    assert len(found.printed.breaches) == 3


def test_a_file_without_pieces_has_a_receipt_and_no_print_file() -> None:
    store = MemoryStore()
    none = press(SE, NAME, frozenset({5, 6, 7}))
    assert none.printed.pieces == ()
    small_run.write(store, SE, none)
    assert store.list("outbox/") == ()
    found = receipts.find(store, RUN, SE, NAME, FINGERPRINT)
    assert found is not None
    assert found.rejected.num_rows == 3


def test_a_file_that_is_not_the_one_the_press_measured_is_refused() -> None:
    made = press(SE, NAME)
    wrong = replace(made, printed=replace(made.printed, sha256="0" * 64))
    store = MemoryStore()
    with pytest.raises(StoreError, match="arrived"):
        small_run.write(store, SE, wrong)
    assert receipts.find(store, RUN, SE, NAME, FINGERPRINT) is None


@pytest.mark.parametrize("now", ["other letters", "no letter", "a breach", "altered in the outbox"])
def test_nothing_is_put_over_a_print_file_of_a_published_lot(store: Store, now: str) -> None:
    small_run.publish(store, SE, [small_run.receipt(store, SE, file.name) for file in SE.files])
    made = press(SE, NAME)
    match now:
        case "other letters":
            made = press(SE, NAME, frozenset({5}))
        case "no letter":
            made = press(SE, NAME, frozenset({5, 6, 7}))
        case "a breach":
            made = breached(made)
        case _:
            store.put_bytes(places.outbox(SE, NAME), b"%PDF")
    before = small_run.tree(store)
    with pytest.raises(RunConflict, match=r"print-0002\.pdf: the lot is published"):
        small_run.write(store, SE, made)
    assert small_run.tree(store) == before


def test_a_lost_receipt_of_a_published_lot_is_written_again() -> None:
    store = MemoryStore()
    small_run.publish(store, SE, [small_run.receipt(store, SE, file.name) for file in SE.files])
    before = small_run.tree(store)
    store.delete(places.receipt(RUN, SE.lot_id, NAME))
    small_run.receipt(store, SE, NAME)
    assert small_run.tree(store) == before


def test_receipts_come_lot_by_lot_in_printing_order() -> None:
    store = MemoryStore()
    for lot in (SE, FI):
        for file in reversed(lot.files):
            small_run.write(store, lot, press(lot, file.name))
    order = [(r.lot_id, r.printed.name) for r in receipts.of_lots(store, RUN, (SE, FI))]
    assert order == [("fi-lot", "print-0001.pdf"), ("se-lot", "print-0001.pdf"), ("se-lot", "print-0002.pdf")]
