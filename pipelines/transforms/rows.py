"""Rows of the books from what the plan and the press say: pieces, quarantine, held."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.letters.deadline import deadline
from pipelines.model import HELD, PIECES, QUARANTINE, LotHead, PrintFile, Refusal
from pipelines.postal.plan import Plan
from pipelines.press.environment import layout_version
from pipelines.run import Run


def piece_rows(run: Run, plan: Plan, head: LotHead, drafts: pa.Table, printed: PrintFile) -> pa.Table:
    """One row of PIECES for every piece in a print file, in sequence order."""
    order = {piece_id: row for row, piece_id in enumerate(drafts["piece_id"].to_pylist())}
    rows = pa.array([order[p.piece_id] for p in printed.pieces], pa.int64())
    kept = drafts.take(rows).combine_chunks()
    days = plan.days_of(head.lot_id, kept)
    claims = kept["claims"].combine_chunks()
    structs = claims.flatten()
    offsets = pc.cumulative_sum(pa.concat_arrays([pa.array([0], pa.int32()), claims.value_lengths()]))

    def listed(field: str) -> pa.Array:
        return pa.ListArray.from_arrays(offsets, structs.field(field))

    pieces = len(printed.pieces)
    layouts = kept["layout"].to_pylist()
    columns: dict[str, object] = {
        **{name: kept[name] for name in DRAFT_COLUMNS},
        **{name: [getattr(p, name) for p in printed.pieces] for name in PRINTED_COLUMNS},
        **{name: [getattr(d, name) for d in days] for name in DAY_COLUMNS},
        "due_date": [
            deadline(kind, day.due_date, max(dates))
            for kind, day, dates in zip(
                kept["kind"].to_pylist(), days, listed("due_date").to_pylist(), strict=True
            )
        ],
        "run_id": [run.run_id] * pieces,
        "lot_id": [head.lot_id] * pieces,
        "vendor": [head.vendor] * pieces,
        "file": [printed.name] * pieces,
        "layout_version": [layout_version(layout) for layout in layouts],
        "claim_ids": listed("claim_id"),
        "codes": [list(p.codes) for p in printed.pieces],
        "name": pa.array([names[0] for names in listed("name").to_pylist()], pa.string()),
    }
    return pa.table({f.name: _column(columns[f.name], f.type) for f in PIECES}, schema=PIECES)


DRAFT_COLUMNS = (
    "piece_id", "country", "postal_code", "kind", "language", "layout", "variant", "amount_due", "currency",
    "payment_reference",
)  # fmt: skip
PRINTED_COLUMNS = ("sequence", "first_page", "pages", "sheets", "lane", "mark", "container_id")
DAY_COLUMNS = ("product", "hand_in_date", "delivery_date", "payday")


def quarantine_rows(drafts: pa.Table, refused: Sequence[Refusal]) -> pa.Table:
    """One row of QUARANTINE for every claim of the refused letters."""
    why = {refusal.piece_id: refusal for refusal in refused}
    rows = []
    for piece_id, claims in zip(drafts["piece_id"].to_pylist(), drafts["claims"], strict=True):
        if piece_id in why:
            refusal = why[piece_id]
            rows += [
                {
                    **{key: claim[key] for key in ("claim_id", "source_file", "source_row")},
                    "reason": refusal.reason,
                    "field": refusal.field,
                    "detail": refusal.detail,
                }
                for claim in claims.as_py()
            ]
    return pa.Table.from_pylist(rows, schema=QUARANTINE)


def source_rows(drafts: pa.Table, printed: PrintFile) -> pa.Table:
    """claim_id, source_file and source_row of every claim in a print file."""
    on_paper = pa.array([p.piece_id for p in printed.pieces], pa.string())
    claims = drafts.filter(pc.is_in(drafts["piece_id"], value_set=on_paper))["claims"]
    structs = claims.combine_chunks().flatten()
    return pa.table({name: structs.field(name) for name in HELD.names[:3]})


def held_rows(claims: pa.Table, reason: str, until: date | None) -> pa.Table:
    """One row of HELD for every row of `claims` (claim_id, source_file, source_row)."""
    rows = claims.num_rows
    return pa.table(
        {
            **{name: claims[name] for name in HELD.names[:3]},
            "reason": pa.array([reason] * rows, pa.string()),
            "until": pa.array([until] * rows, pa.date32()),
        },
        schema=HELD,
    )


def _column(values: object, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind)
    return pa.array(values, kind)
