"""Rows of the books from what the plan and the press say, without Beam."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.letters.deadline import deadline
from pipelines.model import HELD, PIECES, QUARANTINE, LotHead, PrintedPiece, PrintFile, Refusal
from pipelines.postal.plan import Plan
from pipelines.press.environment import layout_version
from pipelines.run import Run
from pipelines.transforms.rows import held_rows, piece_rows, quarantine_rows, source_rows
from tests.transforms import desk


@pytest.fixture
def run(sample: Path, tmp_path: Path) -> Run:
    return desk.opened(sample, tmp_path / "bucket").run


@pytest.fixture
def plan(run: Run, drafts: pa.Table) -> Plan:
    return desk.planned(run, drafts)


@pytest.fixture
def head(plan: Plan) -> LotHead:
    return plan.head(next(lot.lot_id for lot in plan.lots if lot.country == "SE"))


@pytest.fixture
def swedish(drafts: pa.Table) -> pa.Table:
    """The drafts of one print file, in an order that is not that of piece ids."""
    se = drafts.filter(pa.array([country == "SE" for country in drafts["country"].to_pylist()]))
    return se.sort_by([("postal_code", "ascending"), ("piece_id", "ascending")])


def printed(drafts: pa.Table) -> PrintFile:
    """A print file of these pieces, in this order."""
    pieces = tuple(
        PrintedPiece(piece, 7 + n, 4 * n + 1, 4, 2, "stamped", f"{n:027}", (f"code {n}", "more"), f"tray {n}")
        for n, piece in enumerate(drafts["piece_id"].to_pylist())
    )
    sha = hashlib.sha256(b"").hexdigest()
    return PrintFile("print-0001.pdf", 0, sha, pieces, 4 * len(pieces), 2 * len(pieces))


def ids(claims: list[dict[str, object]]) -> list[object]:
    return [claim["claim_id"] for claim in claims]


def test_a_piece_row_joins_what_letter_plan_and_press_say(
    run: Run, plan: Plan, head: LotHead, swedish: pa.Table
) -> None:
    rows = piece_rows(run, plan, head, swedish, printed(swedish))
    assert rows.schema == PIECES
    assert rows.num_rows == swedish.num_rows > 3
    days = plan.days_of(head.lot_id, swedish)
    for n, (row, draft, day) in enumerate(zip(rows.to_pylist(), swedish.to_pylist(), days, strict=True)):
        assert row["claim_ids"] == ids(draft["claims"])
        assert row["name"] == draft["claims"][0]["name"]
        latest = max(claim["due_date"] for claim in draft["claims"])
        assert row["due_date"] == deadline(draft["kind"], day.due_date, latest)
        assert row["layout_version"] == layout_version(draft["layout"])
        same = ("piece_id", "amount_due", "currency", "payment_reference", "variant", "postal_code", "kind")
        assert [row[name] for name in same] == [draft[name] for name in same]
        assert (row["hand_in_date"], row["delivery_date"]) == (head.hand_in_date, head.delivery_date)
        assert (row["payday"], row["product"], row["vendor"]) == (day.payday, head.product, head.vendor)
        assert (row["run_id"], row["lot_id"], row["file"]) == (run.run_id, head.lot_id, "print-0001.pdf")
        assert (row["sequence"], row["first_page"], row["pages"], row["sheets"]) == (7 + n, 4 * n + 1, 4, 2)
        assert (row["mark"], row["codes"]) == (f"{n:027}", [f"code {n}", "more"])
        assert (row["lane"], row["container_id"]) == ("stamped", f"tray {n}")


def test_rows_follow_the_press_and_leave_out_what_it_left_out(
    run: Run, plan: Plan, head: LotHead, swedish: pa.Table
) -> None:
    whole = {
        row["piece_id"]: row for row in piece_rows(run, plan, head, swedish, printed(swedish)).to_pylist()
    }
    made = printed(swedish)
    fewer = replace(made, pieces=(made.pieces[4], made.pieces[0], made.pieces[2]))
    rows = piece_rows(run, plan, head, swedish, fewer).to_pylist()
    assert rows == [whole[piece.piece_id] for piece in fewer.pieces]


def test_rows_of_a_slice_in_the_middle_of_a_table_are_those_of_its_pieces(
    run: Run, plan: Plan, head: LotHead, swedish: pa.Table
) -> None:
    """Arrow's offsets of a cut list column do not begin at 0."""
    cut = swedish.slice(2, 2)
    expected = [ids(claims) for claims in swedish["claims"].to_pylist()[2:4]]
    assert piece_rows(run, plan, head, cut, printed(cut))["claim_ids"].to_pylist() == expected
    assert source_rows(cut, printed(cut))["claim_id"].to_pylist() == [
        claim for piece in expected for claim in piece
    ]
    lost = [Refusal(piece_id, "composition_failed") for piece_id in cut["piece_id"].to_pylist()]
    assert quarantine_rows(cut, lost)["claim_id"].to_pylist() == [
        claim for piece in expected for claim in piece
    ]


def test_a_file_without_a_piece_has_no_rows(run: Run, plan: Plan, head: LotHead, swedish: pa.Table) -> None:
    empty = replace(printed(swedish), pieces=())
    assert piece_rows(run, plan, head, swedish, empty).to_pylist() == []
    assert source_rows(swedish, empty).to_pylist() == []


def test_a_refused_letter_takes_every_claim_of_it_and_no_other(swedish: pa.Table) -> None:
    whole = swedish.to_pylist()
    largest = max(whole, key=lambda draft: len(draft["claims"]))
    other = next(draft for draft in whole if draft is not largest)
    refused = [
        Refusal(largest["piece_id"], "too_many_sheets", detail="9 sheets"),
        Refusal(other["piece_id"], "layout_incomplete", field="slip"),
    ]
    rows = quarantine_rows(swedish, refused)
    assert rows.schema == QUARANTINE
    assert len(largest["claims"]) > 1
    why = {row["claim_id"]: (row["reason"], row["field"], row["detail"]) for row in rows.to_pylist()}
    assert why == {
        **dict.fromkeys(ids(largest["claims"]), ("too_many_sheets", "", "9 sheets")),
        **dict.fromkeys(ids(other["claims"]), ("layout_incomplete", "slip", "")),
    }
    assert rows.num_rows == len(largest["claims"]) + len(other["claims"])
    assert quarantine_rows(swedish, []).to_pylist() == []


def test_sources_say_where_every_printed_claim_came_from(swedish: pa.Table) -> None:
    made = printed(swedish)
    fewer = replace(made, pieces=made.pieces[1:])
    claims = [claim for draft in swedish.to_pylist()[1:] for claim in draft["claims"]]
    names = ("claim_id", "source_file", "source_row")
    assert source_rows(swedish, fewer).to_pylist() == [
        {name: claim[name] for name in names} for claim in claims
    ]


@pytest.mark.parametrize("until", [date(2027, 1, 4), None])
def test_held_rows_give_every_claim_the_reason_and_the_day(swedish: pa.Table, until: date | None) -> None:
    sources = source_rows(swedish, printed(swedish))
    rows = held_rows(sources, "payday_too_near", until)
    assert rows.schema == HELD
    assert rows.select(HELD.names[:3]).to_pylist() == sources.to_pylist()
    assert {(row["reason"], row["until"]) for row in rows.to_pylist()} == {("payday_too_near", until)}
    assert held_rows(sources.slice(0, 0), "payday_too_near", until).to_pylist() == []


@pytest.mark.parametrize("kind", ["demand", "invoice"])
def test_only_a_bill_is_due_as_late_as_the_latest_of_its_claims(
    run: Run, head: LotHead, swedish: pa.Table, kind: str
) -> None:
    late = date(2027, 3, 1)
    drafts = swedish.to_pylist()
    for draft in drafts:
        draft["kind"] = kind
        draft["claims"][-1]["due_date"] = late
    changed = pa.Table.from_pylist(drafts, schema=swedish.schema)
    plan = desk.planned(run, changed)
    rows = piece_rows(run, plan, head, changed, printed(changed))
    days = [day.due_date for day in plan.days_of(head.lot_id, changed)]
    assert max(days) < late
    assert rows["due_date"].to_pylist() == ([late] * len(days) if kind == "invoice" else days)
