import csv
import io
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.delivery import lots, places
from pipelines.delivery.lots import FileBreach, pieces_csv
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.store import Store
from pipelines.errors import RunConflict, StoreError
from tests.delivery import small_run
from tests.delivery.small_run import RUN, SE, breached, press, tree

FOLDER = "outbox/strand/2026-12-18/se-lot/"


def written(store: Store, stop: bool = False) -> list[small_run.receipts.Receipt]:
    return [small_run.receipt(store, SE, f.name, frozenset({"se-lot"} if stop else ())) for f in SE.files]


def test_a_lot_has_what_the_contract_says_and_nothing_else(store: Store) -> None:
    outcome = small_run.publish(store, SE, written(store))
    names = [key.removeprefix(FOLDER) for key in store.list("outbox/")]
    assert names == ["_READY", "job.xjdf", "manifest.json", "pieces.csv", "print-0001.pdf", "print-0002.pdf"]
    assert store.get(FOLDER + "_READY") == b""
    assert outcome == lots.LotOutcome("se-lot", "published", pieces=6, sheets=7, pages=14, files=2)


def test_the_manifest_comes_after_the_files_and_ready_last() -> None:
    order: list[str] = []

    class Listening(MemoryStore):
        def create(self, key: str, data: bytes, content_type: str | None = None) -> bool:
            order.append(key.removeprefix(FOLDER))
            return super().create(key, data, content_type)

    store = Listening()
    small_run.publish(store, SE, written(store))
    assert order == ["pieces.csv", "job.xjdf", "manifest.json", "_READY"]


def test_publishing_again_changes_nothing_and_says_the_same(store: Store) -> None:
    done = written(store)
    first = small_run.publish(store, SE, done)
    before = tree(store)
    assert small_run.publish(store, SE, done) == first
    assert tree(store) == before


def test_a_lot_with_a_breach_in_one_file_leaves_nothing_to_collect(store: Store) -> None:
    outcome = small_run.publish(store, SE, written(store, stop=True))
    assert (outcome.state, outcome.pieces) == ("stopped", 0)
    assert outcome.breaches == (
        FileBreach("print-0002.pdf", "colour.rgb", 2, 1, "DeviceRGB"),
        FileBreach("print-0002.pdf", "page.box", 1, 2, "no TrimBox"),
    )
    assert store.list("outbox/") == ()
    kept = store.list(f"runs/{RUN}/stopped/")
    assert kept == tuple(places.stopped(RUN, "se-lot", file.name) for file in SE.files)
    assert store.get(kept[0]) == press(SE, "print-0001.pdf").data


def test_stopping_again_says_the_same() -> None:
    store = MemoryStore()
    first = small_run.publish(store, SE, written(store, stop=True))
    before = tree(store)
    assert small_run.publish(store, SE, written(store, stop=True)) == first
    assert tree(store) == before


def test_a_published_lot_is_never_taken_back() -> None:
    store = MemoryStore()
    done = written(store)
    small_run.publish(store, SE, done)
    before = tree(store)
    worse = [replace(r, printed=breached(press(SE, r.printed.name)).printed) for r in done]
    with pytest.raises(RunConflict, match="se-lot is published"):
        small_run.publish(store, SE, worse)
    assert tree(store) == before


def test_numbers_close_up_within_a_file_and_jump_between_files() -> None:
    store = MemoryStore()
    first = press(SE, "print-0001.pdf", frozenset({2}))
    done = [small_run.write(store, SE, first), small_run.receipt(store, SE, "print-0002.pdf")]
    small_run.publish(store, SE, done)
    rows = list(csv.DictReader(io.StringIO(store.get(FOLDER + "pieces.csv").decode(), newline="")))
    assert [(r["file"], int(r["sequence"])) for r in rows] == [
        ("print-0001.pdf", 1), ("print-0001.pdf", 2), ("print-0001.pdf", 3),
        ("print-0002.pdf", 5), ("print-0002.pdf", 6),
    ]  # fmt: skip


def test_a_file_of_which_no_letter_could_be_set_is_left_out() -> None:
    store = MemoryStore()
    none = press(SE, "print-0002.pdf", frozenset({5, 6, 7}))
    done = [small_run.receipt(store, SE, "print-0001.pdf"), small_run.write(store, SE, none)]
    outcome = small_run.publish(store, SE, done)
    assert (outcome.state, outcome.files, outcome.pieces) == ("published", 1, 4)
    assert FOLDER + "print-0002.pdf" not in store.list()


def test_a_lot_of_which_no_letter_could_be_set_is_not_published() -> None:
    store = MemoryStore()
    nobody = frozenset(range(1, 8))
    done = [small_run.write(store, SE, press(SE, file.name, nobody)) for file in SE.files]
    outcome = small_run.publish(store, SE, done)
    assert outcome == lots.LotOutcome("se-lot", "empty", 0, 0, 0, 0)
    assert store.list("outbox/") == ()


@pytest.mark.parametrize("name", ["pieces.csv", "job.xjdf", "manifest.json", "_READY"])
def test_other_bytes_in_the_place_of_the_lot_are_refused_and_left_alone(name: str) -> None:
    store = MemoryStore()
    done = written(store)
    store.put_bytes(FOLDER + name, b"of another run")
    before = tree(store)
    with pytest.raises(RunConflict, match=f"{FOLDER}{name} is there with other bytes"):
        small_run.publish(store, SE, done)
    assert tree(store) == before


def test_a_strange_object_in_the_place_of_the_lot_is_refused() -> None:
    store = MemoryStore()
    done = written(store)
    store.put_bytes(FOLDER + "print-0009.pdf", b"%PDF")
    with pytest.raises(RunConflict, match=r"print-0009\.pdf is not of this run"):
        small_run.publish(store, SE, done)
    assert FOLDER + "_READY" not in store.list()


@pytest.mark.parametrize("data", [None, b"%PDF cut"])
def test_a_print_file_that_is_missing_or_altered_is_never_published(data: bytes | None) -> None:
    store = MemoryStore()
    done = written(store)
    store.delete(FOLDER + "print-0001.pdf")
    if data is not None:
        store.put_bytes(FOLDER + "print-0001.pdf", data)
    with pytest.raises(StoreError, match=r"print-0001\.pdf is missing or altered"):
        small_run.publish(store, SE, done)
    assert FOLDER + "manifest.json" not in store.list()


@pytest.mark.parametrize("column", ["piece_id", "sequence", "first_page", "pages", "sheets", "mark", "file"])
def test_rows_that_are_not_those_of_the_press_are_refused(column: str) -> None:
    store = MemoryStore()
    done = written(store)
    rows = done[0].rows
    values = rows[column].to_pylist()
    values[0], values[2] = values[2] if values[0] != values[2] else type(values[0])(), values[0]
    at = rows.column_names.index(column)
    wrong = rows.set_column(at, rows.schema.field(column), pa.array(values, rows.schema.field(column).type))
    with pytest.raises(StoreError, match="the rows of its pieces are not those of its print files"):
        small_run.publish(store, SE, [replace(done[0], rows=wrong), done[1]])
    assert FOLDER + "manifest.json" not in store.list()


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(1, 9)),
        max_size=5,
    )
)
def test_the_list_of_pieces_reads_back_as_rfc_4180_has_it(cells: list[tuple[str, int]]) -> None:
    rows = pa.table(
        {
            name: [text if name in ("piece_id", "file", "container_id", "mark") else n for text, n in cells]
            for name in lots.CSV_COLUMNS
        }
    )
    data = pieces_csv(rows)
    assert data.endswith(b"\r\n")
    read = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert tuple(read[0]) == lots.CSV_COLUMNS
    assert [(line[0], int(line[1])) for line in read[1:]] == cells
