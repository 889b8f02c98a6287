"""What a report shows, counted from the books."""

from datetime import date
from io import BytesIO

import pyarrow as pa

from pipelines.delivery import parquet
from pipelines.delivery.memory import MemoryStore
from pipelines.model import HELD, PIECES, QUARANTINE
from pipelines.report.figures import COLUMNS, Breached, Figures, Lot, count
from tests.report.small_books import PERSONAL, RUN, Books, piece, planned

FINNISH = {"lot_id": "fi-lot", "country": "FI", "language": "fi", "postal_code": "00100"}
BOOKS = Books(
    pieces=[
        piece(postal_code="98000", pages=4, kind="invoice"),
        piece(postal_code="11105"),
        piece(postal_code="11999", pages=10, delivery_date=date(2026, 12, 21)),
        piece(**FINNISH, lane="rendered", hand_in_date=date(2026, 12, 9), delivery_date=date(2026, 12, 11)),
    ],
    lots=[planned("fi-lot"), planned("se-lot", files=2), planned("se-stopped", files=3, vendor="norr")],
    quarantined=["paid", "minor", "paid", "deceased", "minor", "paid"],
    held=["lot_stopped", "payday_too_near", "payday_too_near"],
)


def figures(books: Books, order: int = 1) -> Figures:
    return count(books.store(order), books.record())


def test_pieces_are_counted_by_day_in_the_order_of_days() -> None:
    assert figures(BOOKS).hand_in == (("2026-12-09", 1), ("2026-12-18", 3))
    assert figures(BOOKS).delivery == (("2026-12-11", 1), ("2026-12-21", 1), ("2026-12-22", 2))


def test_page_counts_stand_in_the_order_of_numbers_not_of_letters() -> None:
    assert figures(BOOKS).pages == (("2", 2), ("4", 1), ("10", 1))


def test_kinds_languages_and_reasons_stand_with_the_most_frequent_first_and_ties_by_name() -> None:
    found = figures(BOOKS)
    assert found.kinds == (("demand", 3), ("invoice", 1))
    assert found.languages == (("sv", 3), ("fi", 1))
    assert found.quarantined == (("paid", 3), ("minor", 2), ("deceased", 1))
    assert found.held == (("payday_too_near", 2), ("lot_stopped", 1))
    tie = Books(quarantined=["protected", "minor"])
    assert figures(tie).quarantined == (("minor", 1), ("protected", 1))


def test_postcode_regions_are_counted_apart_for_each_country() -> None:
    assert figures(BOOKS).regions == {"FI": (("00", 1),), "SE": (("11", 2), ("98", 1))}
    assert list(figures(BOOKS).regions) == ["FI", "SE"]


def test_every_planned_lot_has_its_row_with_what_was_printed_of_it() -> None:
    days = "2026-12-18", "2026-12-22"
    assert figures(BOOKS).lots == (
        Lot("fi-lot", "strand", *days, 1, 1, "published"),
        Lot("se-lot", "strand", *days, 3, 2, "published"),
        Lot("se-stopped", "norr", *days, 0, 3, "not published"),
    )


def test_lanes_and_why_letters_were_not_stamped_stand_with_the_most_frequent_first() -> None:
    assert figures(BOOKS).lanes == (("stamped", 3), ("rendered", 1))
    counts = Books().record()["counts"]
    reasons = {"a table with a foot": 2, "right-to-left text": 7}
    assert figures(Books(run={"counts": {**counts, "unstamped": reasons}})).unstamped == (
        ("right-to-left text", 7),
        ("a table with a foot", 2),
    )


def test_a_breach_says_where_to_look_and_a_difference_of_lanes_names_both_pages() -> None:
    where = {"lot_id": "se-lot", "file": "print-0002.pdf", "count": 2, "page": 3, "fact": "…"}
    breaches = [{**where, "rule": rule} for rule in ("colour.rgb", "lane-difference")]
    folder = f"runs/{RUN}/stopped/se-lot"
    both = f"{folder}/print-0002-…-stamped.pdf, {folder}/print-0002-…-rendered.pdf"
    assert figures(Books(run={"breaches": breaches})).breached == (
        Breached(**where, rule="colour.rgb", look=f"{folder}/print-0002.pdf"),
        Breached(**where, rule="lane-difference", look=both),
    )


def test_the_order_of_rows_in_the_books_does_not_matter() -> None:
    assert figures(BOOKS) == figures(BOOKS, order=-1)


def test_many_row_groups_are_counted_as_one_table() -> None:
    store = BOOKS.store()
    table = pa.Table.from_pylist(list(BOOKS.pieces), schema=PIECES)
    target = BytesIO()
    with parquet.Writer(target, PIECES) as writer:
        for row in range(table.num_rows):
            writer.write(table.slice(row, 1))
    store.put_bytes(f"runs/{RUN}/pieces.parquet", target.getvalue())
    assert count(store, BOOKS.record()) == figures(BOOKS)


def test_no_personal_column_is_read() -> None:
    """Books that have nothing but the columns without a person give the same figures."""
    store = MemoryStore()
    full = BOOKS.store()
    root = f"runs/{RUN}/"
    store.put_bytes(root + "plan.json", full.get(root + "plan.json"))
    for name, schema, kept in (
        ("pieces", PIECES, COLUMNS),
        ("quarantine", QUARANTINE, ("reason",)),
        ("held", HELD, ("reason",)),
    ):
        rows = parquet.from_bytes(full.get(f"{root}{name}.parquet"), schema).select(list(kept))
        store.put_bytes(f"{root}{name}.parquet", parquet.to_bytes(rows, rows.schema))
    assert count(store, BOOKS.record()) == figures(BOOKS)
    assert not any(text in repr(figures(BOOKS)) for text in PERSONAL)


def test_books_without_a_piece_have_figures_without_a_bar() -> None:
    found = figures(Books())
    assert (found.hand_in, found.delivery, found.pages, found.kinds, found.languages) == ((), (), (), (), ())
    assert (found.regions, found.quarantined, found.held, found.lots) == ({}, (), (), ())
    assert (found.lanes, found.unstamped, found.breached) == ((), (), ())
