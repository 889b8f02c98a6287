"""What the tests of the post room share: a configuration, tables of counts, mail pieces."""

from datetime import date

import pyarrow as pa

from pipelines import config
from pipelines.config import Config
from pipelines.model import CLAIMS, COHORTS, DRAFTS
from pipelines.postal.schedule import Rules

TODAY = date(2026, 11, 2)

Count = tuple[str, int | None, str, int]
"""(country, own payday, postcode, pieces)"""


def minimum_days(country: str, day: date) -> int:
    return {"SE": 10, "FI": 14}[country]


def conf(**vendor: int) -> Config:
    """The embedded configuration, with other limits of the vendor."""
    base = config.load()
    changed = base.vendors["strand"].model_copy(update=vendor)
    return base.model_copy(update={"vendors": {"strand": changed}})


def rules() -> Rules:
    return Rules.load(conf(), minimum_days)


def counts(*rows: Count) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[], [], [], []]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, COHORTS, strict=True)], schema=COHORTS)


def drafts(*rows: Count) -> pa.Table:
    """One mail piece for every piece that is counted, each with two claims."""
    pieces = []
    for country, own, postal_code, count in rows:
        for _ in range(count):
            n = len(pieces)
            piece = dict.fromkeys(DRAFTS.names) | {
                "piece_id": f"p{n:05}",
                "country": country,
                "payday": own,
                "postal_code": postal_code,
                "claims": [
                    dict.fromkeys(CLAIMS.names)
                    | {"claim_id": f"c{n:05}{part}", "source_file": "claims.csv", "source_row": 2 * n + row}
                    for row, part in enumerate("ab")
                ],
            }
            pieces.append(piece)
    return pa.Table.from_pylist(pieces, schema=DRAFTS)
