from collections import Counter
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BrevpressError
from pipelines.model import DRAFTS, HELD
from tests.postal.desk import Count, counts, drafts
from tests.postal.test_plan import LATE, SMALL, plan_of

rows = st.lists(
    st.tuples(
        st.sampled_from(["SE", "FI"]),
        st.sampled_from([None, 1, 3, 15, 24, 25, 31]),
        st.sampled_from(["00100", "41101", "41102", "90210"]),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=8,
)


def test_pieces_get_lot_file_and_days_and_keep_their_order() -> None:
    plan, pieces = plan_of(SMALL, LATE), drafts(*SMALL)
    placed = plan.place(pieces)
    assert placed.pieces.column_names == [*DRAFTS.names, "lot_id", "file", "day_index"]
    assert placed.pieces["piece_id"].to_pylist() == [f"p{n:05}" for n in range(10)]
    assert Counter(placed.pieces["lot_id"].to_pylist()) == {lot.lot_id: lot.pieces for lot in plan.lots}
    assert [plan.days[n].own_payday for n in placed.pieces["day_index"].to_pylist()] == [None] * 3 + [
        24
    ] * 2 + [15] * 4 + [31]


def test_the_pieces_of_a_file_keep_their_order() -> None:
    parts = [part["piece_id"].to_pylist() for _, _, part in plan_of(SMALL, LATE).place(drafts(*SMALL))]
    assert parts == [["p00005", "p00006", "p00007", "p00008"], ["p00009"], [f"p{n:05}" for n in range(5)]]


def test_every_claim_of_a_piece_that_waits_is_held() -> None:
    held = plan_of(SMALL, LATE).place(drafts(*SMALL)).held
    assert held.schema.equals(HELD)
    assert held["claim_id"].to_pylist() == [f"c{n:05}{part}" for n in range(10, 15) for part in "ab"]
    assert held["source_row"].to_pylist() == list(range(20, 30))
    assert set(held["reason"].to_pylist()) == {"payday_too_near"}
    assert set(held["until"].to_pylist()) == {date(2026, 12, 22)}


@settings(max_examples=50, deadline=None)
@given(found=rows, data=st.data())
def test_the_slices_of_all_pieces_fill_every_file_exactly(found: list[Count], data: st.DataObject) -> None:
    plan, pieces = plan_of(found, LATE, per_file=5), drafts(*found)
    order = data.draw(st.permutations(range(pieces.num_rows)))
    cut = data.draw(st.integers(0, pieces.num_rows))
    pieces = pieces.take(pa.array(order))
    filled = Counter[tuple[str, str]]()
    waiting = 0
    for slice_ in (pieces.slice(0, cut), pieces.slice(cut)):
        placed = plan.place(slice_)
        waiting += placed.held.num_rows
        groups = [(lot_id, file) for lot_id, file, _ in placed]
        assert groups == sorted(set(groups))
        for lot_id, file, part in placed:
            filled[lot_id, file] += part.num_rows
            assert part.select(DRAFTS.names).schema.equals(DRAFTS)
            assert set(part["postal_code"].to_pylist()) <= set(plan.file(lot_id, file).postal_codes)
            for country, days in zip(part["country"].to_pylist(), plan.days_of(part), strict=True):
                lot = plan.lot(lot_id)
                assert (country, days.hand_in_date) == (lot.country, lot.hand_in_date)
    assert filled == {(lot.lot_id, file.name): file.pieces for lot in plan.lots for file in lot.files}
    assert waiting == 2 * sum(plan.pieces[len(plan.days) :])


def test_a_slice_in_which_all_wait_and_an_empty_slice_are_placed() -> None:
    plan = plan_of(SMALL, LATE)
    assert list(plan.place(drafts(SMALL[-1]))) == []
    assert plan.place(drafts(SMALL[-1])).held.num_rows == 10
    empty = plan.place(drafts())
    assert (list(empty), empty.held.num_rows, empty.pieces.num_rows) == ([], 0, 0)
    assert plan_of([]).place(drafts()).held.schema.equals(HELD)


@pytest.mark.parametrize(
    ("piece", "message"),
    [
        (("SE", 7, "41101", 1), "1 of 1 mail pieces are of a cohort that the plan lacks"),
        (("NO", None, "41101", 1), "1 of 1 mail pieces are of a cohort that the plan lacks"),
        (("SE", 99, "41101", 1), "1 of 1 mail pieces are of a cohort that the plan lacks"),
        (("SE", None, "99999", 2), "2 of 2 mail pieces have a postcode that their lot lacks"),
        (("SE", None, "00100", 1), "1 of 1 mail pieces have a postcode that their lot lacks"),
    ],
)
def test_a_piece_that_was_not_counted_has_no_place(piece: Count, message: str) -> None:
    with pytest.raises(BrevpressError, match=message):
        plan_of(SMALL).place(drafts(piece))


def test_the_last_postcode_of_a_plan_is_not_taken_for_a_later_one() -> None:
    with pytest.raises(BrevpressError, match="postcode that their lot lacks"):
        plan_of([("SE", None, "41101", 1), ("FI", None, "99999", 1)]).place(drafts(("SE", None, "99999", 1)))


def test_days_are_found_for_any_table_with_country_and_payday() -> None:
    plan = plan_of(SMALL)
    assert [d.own_payday for d in plan.days_of(counts(*SMALL))] == [None, 24, 15, 31, 3]
