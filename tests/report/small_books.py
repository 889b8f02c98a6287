"""Books of a small run, written by hand into a store in memory."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipelines.delivery import parquet
from pipelines.delivery.memory import MemoryStore
from pipelines.model import HELD, PIECES, QUARANTINE

RUN = "monthly-2026-12"
PERSONAL = ("Maj-Britt Öberg", "SE-CLAIM-1", "770200001", "11234.50")
"""What stands in the books of a person, a claim and a debt."""


def piece(lot_id: str = "se-lot", **given: Any) -> dict[str, Any]:
    """A row of PIECES; `given` are the columns that a test looks at."""
    name, claim_id, reference, amount = PERSONAL
    return {
        "lot_id": lot_id, "country": "SE", "postal_code": "11105", "kind": "demand", "language": "sv",
        "pages": 2, "hand_in_date": date(2026, 12, 18), "delivery_date": date(2026, 12, 22),
        "name": name, "claim_ids": [claim_id], "payment_reference": reference, "amount_due": Decimal(amount),
        "codes": [reference], "lane": "stamped", **given,
    }  # fmt: skip


def planned(lot_id: str, files: int = 1, **given: str) -> dict[str, Any]:
    """A lot as `plan.json` has it, with how many files it has."""
    days = {"hand_in_date": "2026-12-18", "delivery_date": "2026-12-22"}
    return {"lot_id": lot_id, "vendor": "strand", "files": files, **days, **given}


@dataclass
class Books:
    """What a test wants to stand in the books."""

    pieces: Sequence[Mapping[str, Any]] = ()
    lots: Sequence[Mapping[str, Any]] = ()
    quarantined: Sequence[str] = ()
    held: Sequence[str] = ()
    run: Mapping[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The closed `run.json`."""
        names = (
            "rows_read", "claims_printed", "claims_quarantined", "claims_held", "pieces", "sheets", "pages",
            "files", "lots", "stamped", "rendered", "compared",
        )  # fmt: skip
        facts = {"run_id": RUN, "period": "2026-12", "today": "2026-12-01", "state": "finished"}
        counts = {**dict.fromkeys(names, 0), "unstamped": {}}
        return {**facts, "counts": counts, "breaches": [], **self.run}

    def store(self, order: int = 1) -> MemoryStore:
        """A store that holds the books, rows in the given order (1 or -1)."""
        store = MemoryStore()
        source = {"claim_id": PERSONAL[1], "source_file": "claims.csv", "source_row": 1}
        tables = {
            "pieces": (self.pieces, PIECES),
            "quarantine": ([{**source, "reason": reason} for reason in self.quarantined], QUARANTINE),
            "held": ([{**source, "reason": reason} for reason in self.held], HELD),
        }
        for name, (rows, schema) in tables.items():
            table = pa.Table.from_pylist(list(rows)[::order], schema=schema)
            store.put_bytes(f"runs/{RUN}/{name}.parquet", parquet.to_bytes(table, schema))
        files = [
            {"lot_id": lot["lot_id"], "name": f"print-{n:04}.pdf"}
            for lot in self.lots
            for n in range(lot["files"])
        ]
        store.put_bytes(
            f"runs/{RUN}/plan.json", json.dumps({"lots": list(self.lots), "files": files}).encode()
        )
        return store
