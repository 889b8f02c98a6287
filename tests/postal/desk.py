"""What the tests of the post room share: a configuration, tables of counts, mail pieces."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines import config
from pipelines.config import Config
from pipelines.model import CLAIMS, SORTED_COHORTS, SORTED_DRAFTS
from pipelines.postal.paydays import SALARY
from pipelines.postal.timetable import Rules

TODAY = date(2026, 11, 2)

Count = tuple[str, int | None, str, int] | tuple[str, int | None, str, int, int]
"""(country, own payday, postcode, pieces), and the sheets of each piece where it is not one."""


def minimum_days(country: str, day: date) -> int:
    return {"SE": 10, "FI": 14, "NO": 14}[country]


GROUPED = {"patterns": Path(__file__).parent / "tables" / "patterns.toml"}
"""A table that knows the delivery group of most postcodes: 41… is A, 42… is B, 43… is unknown."""


def conf(tables: Mapping[str, Path] | None = None, **vendor: object) -> Config:
    """The embedded configuration, with other limits of the vendor and own tables."""
    base = config.load()
    changed = base.vendors["strand"].model_copy(update=vendor)
    schedule = base.schedule.model_copy(update={"tables": dict(tables or {})})
    return base.model_copy(update={"vendors": {"strand": changed}, "schedule": schedule})


def rules() -> Rules:
    return Rules.load(conf(), minimum_days)


def counts(*rows: Count) -> pa.Table:
    """SORTED_COHORTS: demands, paid with the salary where there is no own payday."""
    found = [
        {
            "country": country,
            "payday": own,
            "cohort": "" if own else SALARY,
            "kind": "demand",
            "sheets": sheets[0] if sheets else 1,
            "postal_code": code,
            "pieces": pieces,
            "unknown_family": 0,
        }
        for country, own, code, pieces, *sheets in rows
    ]
    return pa.Table.from_pylist(found, schema=SORTED_COHORTS)


def drafts(*rows: Count) -> pa.Table:
    """SORTED_DRAFTS: one mail piece for every piece that is counted, each with two claims."""
    pieces = []
    for row in counts(*rows).to_pylist():
        for _ in range(row["pieces"]):
            n = len(pieces)
            facts = {
                name: row[name] for name in ("country", "payday", "cohort", "kind", "sheets", "postal_code")
            }
            claims = [
                dict.fromkeys(CLAIMS.names)
                | {"claim_id": f"c{n:05}{part}", "source_file": "claims.csv", "source_row": 2 * n + place}
                for place, part in enumerate("ab")
            ]
            piece = {"piece_id": f"p{n * 7919 % 100_003:06}", "claims": claims, "unknown_family": False}
            pieces.append(dict.fromkeys(SORTED_DRAFTS.names) | facts | piece)
    return pa.Table.from_pylist(pieces, schema=SORTED_DRAFTS)
