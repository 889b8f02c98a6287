from collections import Counter
from datetime import date
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import Capacity
from pipelines.errors import BrevpressError
from pipelines.model import HELD, SORTED_DRAFTS
from pipelines.postal.placing import in_order
from pipelines.postal.plan import Plan
from tests.postal.desk import Count, drafts
from tests.postal.test_plan import LATE, SMALL, plan_of

rows = st.lists(
    st.tuples(
        st.sampled_from(["SE", "SE", "FI"]),
        st.sampled_from([None, 3, 15, 25]),
        st.sampled_from(["41101", "41102", "42101", "43101"]),
        st.integers(1, 9),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=8,
)

Where = dict[str, tuple[str, str]]
"""Piece id → lot and file."""


def all_placed(plan: Plan, *slices: pa.Table) -> tuple[Where, list[str], dict[tuple[str, str], pa.Table]]:
    """Where each piece goes, the claims that wait, and the pieces of each file, for pieces in slices."""
    placed = [plan.place(slice_) for slice_ in slices]
    together: dict[tuple[str, str], list[pa.Table]] = {}
    for one in placed:
        for country, code, part in one.unranked():
            together.setdefault((country, code), []).append(part)
    placed += [plan.place_whole(pa.concat_tables(parts)) for parts in together.values()]
    files: dict[tuple[str, str], list[pa.Table]] = {}
    for one in placed:
        for lot_id, name, part in one:
            files.setdefault((lot_id, name), []).append(part)
    filled = {key: pa.concat_tables(parts) for key, parts in files.items()}
    where = {piece: key for key, part in filled.items() for piece in part["piece_id"].to_pylist()}
    held = sorted(claim for one in placed for claim in one.held["claim_id"].to_pylist())
    assert all(one.held.schema.equals(HELD) for one in placed)
    return where, held, filled


def test_pieces_get_lot_and_file_and_keep_their_columns() -> None:
    plan, pieces = plan_of(SMALL, LATE), drafts(*SMALL)
    where, held, files = all_placed(plan, pieces)
    assert Counter(lot_id for lot_id, _ in where.values()) == {lot.lot_id: lot.pieces for lot in plan.lots}
    assert held == [f"c{n:05}{part}" for n in range(10, 15) for part in "ab"]
    assert all(part.schema.equals(SORTED_DRAFTS) for part in files.values())


def test_every_claim_of_a_piece_that_waits_is_held_until_its_day() -> None:
    plan = plan_of(SMALL, LATE)
    held = plan.place(drafts(*SMALL)).held
    assert held["source_row"].to_pylist() == list(range(20, 30))
    assert set(held["reason"].to_pylist()) == {"payday_too_near"}
    assert set(held["until"].to_pylist()) == {plan.waiting[0].until}


@settings(max_examples=60, deadline=None)
@given(
    found=rows,
    per_file=st.integers(1, 12),
    capacity=st.none() | st.integers(0, 12),
    data=st.data(),
)
def test_pieces_come_to_the_same_place_in_whatever_slices_they_come(
    found: list[Count], per_file: int, capacity: int | None, data: st.DataObject
) -> None:
    plan = plan_of(found, LATE, per_file, per_tray=7, capacity=Capacity(pieces=capacity))
    pieces = drafts(*found)
    at_once = all_placed(plan, pieces)
    order = data.draw(st.permutations(range(pieces.num_rows)))
    cuts = sorted(data.draw(st.lists(st.integers(0, pieces.num_rows), max_size=3)))
    shuffled = pieces.take(pa.array(order))
    edges = [0, *cuts, pieces.num_rows]
    where, held, files = all_placed(plan, *(shuffled.slice(a, b - a) for a, b in pairwise(edges)))
    assert (where, held) == at_once[:2]
    # Every file is full to the letter, and every piece is in a file or waits.
    planned = {(lot.lot_id, file.name): file for lot in plan.lots for file in lot.files}
    assert {key: part.num_rows for key, part in files.items()} == {k: f.pieces for k, f in planned.items()}
    assert len(held) == 2 * sum(wait.pieces for wait in plan.waiting)
    assert len(where) + len(held) // 2 == pieces.num_rows
    for (lot_id, name), part in files.items():
        _check_file(plan, lot_id, name, part)


def _check_file(plan: Plan, lot_id: str, name: str, part: pa.Table) -> None:
    lot, file = plan.lot(lot_id), plan.file(lot_id, name)
    ordered = in_order(file, part)
    assert (
        ordered["piece_id"].to_pylist()
        == in_order(file, part.take(pa.array(range(part.num_rows))[::-1]))["piece_id"].to_pylist()
    )
    for days in plan.days_of(lot_id, ordered):
        assert (days.country, days.hand_in_date, days.product) == (lot.country, lot.hand_in_date, lot.product)
        assert (days.delivery_date, days.delivery_group) == (file.delivery_date, file.delivery_group)
    rows = ordered.to_pylist()
    for tray in file.containers:
        first, last = (n - file.first_sequence for n in (tray.first_sequence, tray.last_sequence))
        inside = rows[first : last + 1]
        keys = [(row["postal_code"], row["sheets"], row["piece_id"]) for row in inside]
        assert keys == sorted(keys)


def test_a_cut_falls_by_piece_id_whatever_cohort_a_piece_is_of() -> None:
    found: list[Count] = [("SE", None, "41101", 6), ("SE", 25, "41101", 6)]
    plan = plan_of(found, per_file=5)
    where, _, _ = all_placed(plan, drafts(*found))
    by_id = [name for _, (_, name) in sorted(where.items())]
    assert by_id == ["print-0001.pdf"] * 5 + ["print-0002.pdf"] * 5 + ["print-0003.pdf"] * 2


def test_only_pieces_of_postcodes_with_a_cut_have_to_be_brought_together() -> None:
    found: list[Count] = [("SE", None, "41101", 3), ("SE", None, "41102", 9), ("SE", None, "41103", 3)]
    plan = plan_of(found, per_file=5)
    placed = plan.place(drafts(*found))
    assert [(country, code, part.num_rows) for country, code, part in placed.unranked()] == [
        ("SE", "41102", 9)
    ]
    assert sum(part.num_rows for _, _, part in placed) == 6


def test_a_slice_in_which_all_wait_and_an_empty_slice_are_placed() -> None:
    plan = plan_of(SMALL, LATE)
    assert list(plan.place(drafts(SMALL[-1]))) == []
    assert plan.place(drafts(SMALL[-1])).held.num_rows == 10
    empty = plan.place(drafts())
    assert (list(empty), empty.held.num_rows, list(empty.unranked())) == ([], 0, [])
    assert plan_of([]).place(drafts()).held.schema.equals(HELD)


@pytest.mark.parametrize(
    ("piece", "message"),
    [
        (("SE", 7, "41101", 1), "1 of 1 mail pieces are of a cohort that the plan lacks"),
        (("NO", None, "41101", 1), "1 of 1 mail pieces have a postcode that the plan lacks"),
        (("SE", 99, "41101", 1), "1 of 1 mail pieces are of a cohort that the plan lacks"),
        (("SE", None, "41102", 1, 9), "1 of 1 mail pieces are of a cohort that the plan lacks"),
        (("SE", None, "99999", 2), "2 of 2 mail pieces have a postcode that the plan lacks"),
        (("SE", None, "00100", 1), "1 of 1 mail pieces have a postcode that the plan lacks"),
        (("SE", 3, "41102", 1), "1 of 1 mail pieces have a postcode that their cohort lacks"),
    ],
)
def test_a_piece_that_was_not_counted_has_no_place(piece: Count, message: str) -> None:
    with pytest.raises(BrevpressError, match=message):
        # The postcode is known, but not the one of these letters.
        plan_of([*SMALL[:4], ("SE", 3, "41103", 5)] if piece[1] == 3 else SMALL).place(drafts(piece))


def test_other_pieces_than_the_planned_ones_are_not_printed() -> None:
    plan = plan_of([("SE", None, "41101", 2)])
    file = plan.lots[0].files[0]
    with pytest.raises(BrevpressError, match="other pieces came"):
        in_order(file, drafts(("SE", None, "41101", 1), ("SE", None, "41102", 1)))


def test_pieces_of_another_lot_have_no_days_in_this_one() -> None:
    plan = plan_of(SMALL)
    finnish = next(lot for lot in plan.lots if lot.country == "FI")
    with pytest.raises(BrevpressError, match="that the plan has not put into it"):
        plan.days_of(finnish.lot_id, drafts(SMALL[0]))
    assert date(2026, 12, 23) in {d.payday for d in plan.days}
