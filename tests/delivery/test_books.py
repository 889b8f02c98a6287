import io
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.delivery import books, parquet
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.store import Store
from pipelines.errors import PersonNeeded
from pipelines.model import HELD, PIECES, QUARANTINE
from tests.delivery import small_run
from tests.delivery.small_run import LOTS, READ, RUN, press


def table(store: Store, name: str) -> pa.Table:
    return pq.read_table(io.BytesIO(store.get(f"runs/{RUN}/{name}.parquet")))


@pytest.fixture
def finished() -> MemoryStore:
    store = MemoryStore()
    small_run.run(store)
    return store


def rejected() -> pa.Table:
    parts = [press(lot, f.name).rejected for lot in LOTS for f in lot.files]
    return pa.concat_tables([small_run.never_pieces(), *parts])


def test_the_books_have_the_columns_of_the_contract(finished: MemoryStore) -> None:
    for name, schema in (("pieces", PIECES), ("quarantine", QUARANTINE), ("held", HELD)):
        assert table(finished, name).schema.equals(schema)


def test_pieces_stand_in_the_order_of_lot_and_sequence(finished: MemoryStore) -> None:
    rows = table(finished, "pieces")
    order = list(zip(rows["lot_id"].to_pylist(), rows["sequence"].to_pylist(), strict=True))
    assert order == sorted(order)
    assert len(order) == 8


def test_quarantine_and_held_stand_in_the_order_of_the_export(finished: MemoryStore) -> None:
    for name, rows in (("quarantine", 5), ("held", 2)):
        found = table(finished, name)
        order = list(zip(found["source_file"].to_pylist(), found["source_row"].to_pylist(), strict=True))
        assert order == sorted(order)
        assert len(order) == rows


def test_the_totals_say_what_was_stamped_what_was_not_and_why_and_what_was_compared() -> None:
    store = MemoryStore()
    told = iter([(2, (("a foot", 1),)), (1, ()), (2, (("a foot", 2), ("Arabic", 1)))])
    for lot in LOTS:
        for file in lot.files:
            made = press(lot, file.name)
            compared, unstamped = next(told)
            first, *others = made.printed.pieces
            pieces = (replace(first, lane="rendered"), *others)
            printed = replace(made.printed, pieces=pieces, compared=compared, unstamped=unstamped)
            lanes = pa.array([piece.lane for piece in pieces])
            rows = made.rows.set_column(made.rows.column_names.index("lane"), PIECES.field("lane"), lanes)
            small_run.write(store, lot, replace(made, printed=printed, rows=rows))
    totals = books.write_books(store, RUN, LOTS, READ, rejected(), small_run.waiting())
    assert (totals.stamped, totals.pieces, totals.compared) == (5, 8, 5)
    assert totals.unstamped == {"Arabic": 1, "a foot": 3}


def test_bytes_do_not_depend_on_order_or_slices(finished: MemoryStore) -> None:
    names = [f"runs/{RUN}/{name}.parquet" for name in ("pieces", "quarantine", "held")]
    before = [finished.get(name) for name in names]
    for name in names:
        finished.delete(name)
    quarantine = rejected().take(pa.array([4, 2, 0, 1, 3]))
    held = small_run.waiting().take(pa.array([1, 0]))
    slices = [pa.concat_tables([t.slice(n, 1) for n in range(t.num_rows)]) for t in (quarantine, held)]
    books.write_books(finished, RUN, LOTS[::-1], dict(reversed(READ.items())), *slices)
    assert [finished.get(name) for name in names] == before


def test_an_empty_run_has_empty_books() -> None:
    store = MemoryStore()
    totals = books.write_books(store, RUN, (), {"empty.csv": 0}, QUARANTINE.empty_table(), HELD.empty_table())
    assert (totals.pieces, totals.lots, totals.balance) == (0, 0, 0)
    assert table(store, "pieces").schema.equals(PIECES)


def test_pieces_are_streamed_in_row_groups_of_whole_print_files(
    finished: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "ROWS_PER_GROUP", 3)
    books.write_books(finished, RUN, LOTS, READ, rejected(), small_run.waiting())
    found = pq.ParquetFile(io.BytesIO(finished.get(f"runs/{RUN}/pieces.parquet"))).metadata
    assert [found.row_group(n).num_rows for n in range(found.num_row_groups)] == [6, 2]


@pytest.mark.parametrize(
    "lost", ["a printed claim", "a quarantined claim", "a held claim", "a row that was not read"]
)
def test_books_that_do_not_balance_need_a_person(finished: MemoryStore, lost: str) -> None:
    lots = LOTS[:1] if lost == "a printed claim" else LOTS
    quarantine = rejected().slice(1) if lost == "a quarantined claim" else rejected()
    held = small_run.waiting().slice(1) if lost == "a held claim" else small_run.waiting()
    read = {**READ, "claims-2.parquet": 5} if lost == "a row that was not read" else READ
    with pytest.raises(PersonNeeded, match="rows were read") as error:
        books.write_books(finished, RUN, lots, read, quarantine, held)
    assert error.value.exit_code == 1


def test_a_row_that_is_quarantined_and_held_needs_a_person_even_when_sums_agree(
    finished: MemoryStore,
) -> None:
    twice = small_run.waiting().to_pylist()
    twice[0] |= {"source_file": "claims-2.parquet", "source_row": 5}
    with pytest.raises(PersonNeeded, match="1 rows are in quarantine or held twice"):
        books.write_books(finished, RUN, LOTS, READ, rejected(), pa.Table.from_pylist(twice, schema=HELD))


def test_the_lot_of_a_file_with_a_breach_does_not_get_into_the_books() -> None:
    store = MemoryStore()
    small_run.run(store, frozenset({"se-lot"}))
    with pytest.raises(PersonNeeded, match=r"se-lot/print-0002\.pdf"):
        books.write_books(store, RUN, LOTS, READ, rejected(), small_run.waiting())


def test_parquet_refuses_columns_that_are_not_of_the_schema() -> None:
    with pytest.raises(KeyError):
        parquet.to_bytes(pa.table({"x": [1]}), HELD)


def test_parquet_carries_no_notes_of_its_writer() -> None:
    noted = small_run.waiting().replace_schema_metadata({"pandas": "{}"})
    assert parquet.to_bytes(noted, HELD) == parquet.to_bytes(small_run.waiting(), HELD)
