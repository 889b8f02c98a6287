from dataclasses import replace
from pathlib import Path

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


def test_a_receipt_says_how_many_letters_were_compared_and_why_others_were_not_stamped() -> None:
    store, made = MemoryStore(), press(SE, NAME)
    why = (("a table with a foot", 1), ("right-to-left text", 3))
    told = replace(made.printed, compared=2, unstamped=why)
    small_run.write(store, SE, replace(made, printed=told))
    found = receipts.read(store, RUN, SE.lot_id, NAME)
    assert found.printed == told


def test_what_the_machine_had_learnt_before_changes_no_byte() -> None:
    made = press(SE, NAME)
    cold, warm = MemoryStore(), MemoryStore()
    small_run.write(cold, SE, replace(made, printed=replace(made.printed, full_layouts=12)))
    small_run.write(warm, SE, made)
    assert small_run.tree(cold) == small_run.tree(warm)


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


def written_with_evidence(store: Store, made: small_run.Pressed, folder: Path) -> Path:
    """Writes the receipt, and beside the print file a page that shows a breach."""
    path, shown = folder / NAME, folder / "print-0002-p1-stamped.pdf"
    path.write_bytes(made.data)
    shown.write_bytes(b"%PDF both")
    receipts.write(
        store, RUN, SE, made.printed, path, made.rows, made.rejected, FINGERPRINT, made.sources, [shown]
    )
    return shown


def test_what_shows_a_breach_lies_beside_the_stopped_file_and_is_not_taken_for_it(
    store: Store, tmp_path: Path
) -> None:
    made = breached(press(SE, NAME))
    shown = written_with_evidence(store, made, tmp_path)
    folder = places.stopped(RUN, SE.lot_id)
    assert store.list(folder) == (folder + shown.name, folder + NAME)
    assert store.get(folder + shown.name) == b"%PDF both"
    found = receipts.find(store, RUN, SE, NAME, FINGERPRINT)
    assert found is not None
    assert found.printed == made.printed


def test_no_evidence_is_put_against_a_published_lot(tmp_path: Path) -> None:
    store = MemoryStore()
    small_run.publish(store, SE, [small_run.receipt(store, SE, file.name) for file in SE.files])
    before = small_run.tree(store)
    with pytest.raises(RunConflict):
        written_with_evidence(store, breached(press(SE, NAME)), tmp_path)
    assert small_run.tree(store) == before


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
