"""What an operator is told of a plan."""

from datetime import date
from pathlib import Path

import pytest

from pipelines import assets
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from tests.postal.desk import GROUPED, TODAY, Count, conf, counts, minimum_days


def remarks_of(
    *rows: Count, tables: dict[str, Path] | None = None, today: date = TODAY, **vendor: object
) -> str:
    return "\n".join(plan_of(*rows, tables=tables, today=today, **vendor).remarks)


def plan_of(
    *rows: Count, tables: dict[str, Path] | None = None, today: date = TODAY, **vendor: object
) -> Plan:
    config = conf(GROUPED | (tables or {}), **vendor)
    return make_plan(counts(*rows), "run", "2026-12", today, config, minimum_days)


def moving(folder: Path, *dates: str) -> dict[str, Path]:
    """The table in which 41… stands only on these days."""
    text = GROUPED["patterns"].read_text(encoding="utf-8")
    own = folder / "patterns.toml"
    own.write_text(
        text.replace('prefixes = ["41"]', "\n".join(['prefixes = ["41"]', *dates])), encoding="utf-8"
    )
    return {"patterns": own}


def test_postcodes_that_become_unknown_are_told_with_the_day(tmp_path: Path) -> None:
    tables = moving(tmp_path, "valid_to = 2026-12-18")
    rows: list[Count] = [("SE", None, "41101", 4), ("SE", None, "43101", 7)]
    assert plan_of(*rows, tables=tables).areas[1].groups == ("A>2026-12-19:",)
    told = remarks_of(*rows, tables=tables)
    assert "UNKNOWN_PATTERN: 7 pieces of SE are of no known delivery group and planned" in told
    assert "UNKNOWN_PATTERN: 4 pieces of SE are of no known delivery group from 2026-12-19 on and" in told


def test_postcodes_that_were_unknown_before_today_are_not_told(tmp_path: Path) -> None:
    tables = moving(tmp_path, "valid_from = 2026-11-30")
    rows: list[Count] = [("SE", None, "41101", 4), ("SE", None, "42101", 1)]
    assert plan_of(*rows, tables=tables, today=date(2026, 12, 1)).areas[0].groups == (">2026-11-30:A",)
    assert "UNKNOWN_PATTERN" not in remarks_of(*rows, tables=tables, today=date(2026, 12, 1))
    assert "UNKNOWN_PATTERN: 4 pieces" in remarks_of(*rows, tables=tables, today=TODAY)


def test_days_beyond_the_table_are_no_unknown_group() -> None:
    tables = {"patterns": assets.table("patterns/se-classes.toml")}
    table = assets.table("patterns/se-classes-areas.csv").read_text(encoding="utf-8")
    code = table.splitlines()[1].partition(",")[0]
    assert "UNKNOWN_PATTERN" not in remarks_of(("SE", None, code, 2), tables=tables, today=date(2026, 12, 1))


@pytest.mark.parametrize(("tray", "told"), [(149, True), (150, False)])
def test_trays_that_are_too_small_for_a_level_are_told_with_the_number_that_is_needed(
    tray: int, told: bool
) -> None:
    rows: list[Count] = [("SE", None, f"411{n:02}", 30) for n in range(60)]
    plan = plan_of(*rows, pieces_per_container=tray)
    levels = {t.level for lot in plan.lots for file in lot.files for t in file.containers}
    assert (levels == {"MIX"}) == told
    remark = (
        "sorting of se-brev: a tray of strand holds 149 pieces, level OFF asks for 150, so only thick "
        "letters reach it: set vendors.strand.pieces_per_container to 150 or more"
    )
    assert (remark in plan.remarks) == told
    assert ("level TRM asks for 150" in "\n".join(plan.remarks)) == told
