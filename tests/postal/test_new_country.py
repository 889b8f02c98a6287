"""Norway, added the way an operator adds a country: tables and a section of the configuration, no code."""

import hashlib
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from pipelines import assets, config
from pipelines.config import Config
from pipelines.errors import TableError
from pipelines.letters import rules
from pipelines.postal.placing import in_order
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from tests.postal.desk import Count, counts, drafts

CALENDAR = """
[[calendar]]
country = "NO"
kind = "{kind}"
closed_weekdays = ["sat", "sun"]
categories = ["public"]
closed_yearly = ["12-24", "12-31"]
verified = true
source = "our bank"
"""
FILES = {
    "calendars.toml": 'name = "calendars"\nversion = "ours"\n'
    + "".join(
        CALENDAR.format(kind=kind) for kind in ("bank", "post_processing", "post_delivery", "print_site")
    ),
    "paydays.toml": """
name = "paydays"
version = "ours"
[[payday]]
country = "NO"
cohort = "salary"
anchor = "day"
day = 12
roll = "preceding"
overrides = { 2026-12 = 2026-12-11 }
verified = true
source = "our claimants"
""",
    "patterns.toml": """
name = "patterns"
version = "ours"
[[pattern]]
country = "NO"
group = "north"
weeks = [["mon", "wed", "fri"], ["tue", "thu"]]
anchor = 2026-11-02
verified = true
source = "the post"
[[pattern]]
country = "NO"
group = "weekly"
weekdays = ["thu"]
verified = true
source = "the post"
[[area]]
country = "NO"
file = "areas.csv"
verified = true
source = "the post"
""",
    "areas.csv": "postal_code,group\n9008,north\n9010,north\n0150,weekly\n",
    "products.toml": """
name = "products"
version = "ours"
[[product]]
id = "no-masse"
country = "NO"
name = "Mail in bulk"
transit = { 2 = 0.9, 3 = 0.1 }
promised_days = 2
cut_off = 16:00:00
content = ["demand", "invoice"]
currency = "NOK"
steps = [{ to_grams = 20, price = "10.00" }, { to_grams = 50, price = "12.00" }]
min_pieces = 0
presort = { TERM = 0.10 }
verified = true
source = "our contract"
""",
    "sorting.toml": """
name = "sorting"
version = "ours"
[[scheme]]
country = "NO"
products = ["no-masse"]
lookup = "no-terminals"
levels = [
    { code = "TERM", key = "lookup:terminal", min = 5, label = "{terminal} {from}-{to}" },
    { code = "MIX", key = "", min = 0, label = "REST {from}-{to}" },
]
container = { max_pieces = 50, max_mm = 500, max_g = 8000 }
verified = true
source = "our contract"
[[lookup]]
name = "no-terminals"
country = "NO"
version = "2026-12"
file = "terminals.csv"
valid_from = 2026-12-01
valid_to = 2026-12-31
verified = true
source = "the post"
""",
    "terminals.csv": "postal_code,terminal\n9008,TROMSO\n9010,TROMSO\n0150,OSLO\n",
}
ROWS: list[Count] = [
    ("NO", None, "9008", 4),
    ("NO", None, "9010", 3),
    ("NO", None, "0150", 6),
    ("NO", None, "0001", 2),
    ("NO", 20, "0150", 2, 3),
]


@pytest.fixture
def norway(tmp_path: Path) -> Config:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    law = assets.table("rules/se.toml").read_text(encoding="utf-8")
    own = law.replace('"rules/se"', '"rules/no"').replace('country = "SE"', 'country = "NO"')
    (tmp_path / "law.toml").write_text(own.replace("days = 10", "days = 14"), encoding="utf-8")
    names = [name.removesuffix(".toml") for name in FILES if name.endswith(".toml")]
    tables = {name: tmp_path / f"{name}.toml" for name in names} | {"rules/no": tmp_path / "law.toml"}
    base = config.load()
    country = base.countries["SE"].model_copy(update={"product": "no-masse"})
    schedule = base.schedule.model_copy(update={"tables": tables})
    return base.model_copy(update={"countries": {"NO": country}, "schedule": schedule})


def planned(settings: Config, period: str = "2026-12") -> Plan:
    minimum = partial(rules.minimum_days, own=settings.schedule.tables)
    return make_plan(counts(*ROWS), "run", period, date(2026, 11, 24), settings, minimum)


def test_a_country_is_planned_from_tables_and_configuration_alone(norway: Config) -> None:
    plan = planned(norway)
    assert not plan.waiting
    salary = {d.delivery_group: d for d in plan.days if d.own_payday is None}
    assert {str(d.payday) for d in salary.values()} == {"2026-12-11"}
    # In the week of payday the north has its Tuesday and Thursday; who is unknown is planned for both.
    assert {group: str(d.delivery_date) for group, d in salary.items()} == {
        "north": "2026-12-10",
        "weekly": "2026-12-10",
        "": "2026-12-10",
    }
    assert all(d.due_date >= date(2026, 12, 24) for d in plan.days)
    trays = [tray for lot in plan.lots for file in lot.files for tray in file.containers]
    assert {(t.level, t.key, t.label) for t in trays if t.delivery_group == "north"} == {
        ("TERM", "TROMSO", "TROMSO 9008-9010")
    }
    assert {t.level for t in trays if t.delivery_group == ""} == {"MIX"}
    assert plan.remarks == (
        "UNKNOWN_PATTERN: 2 pieces of NO are of no known delivery group and planned for the worst of them: "
        "bring a file of postcodes (docs/tables.md)",
    )


def test_the_plan_names_every_file_that_the_operator_brought(norway: Config) -> None:
    tables = {table.name: table for table in planned(norway).tables}
    assert {"patterns/areas.csv", "sorting/no-terminals/2026-12", "rules/no"} <= tables.keys()
    ours = norway.schedule.tables.keys() - {"rules/no"}
    assert all(table.version == "ours" for name, table in tables.items() if name in ours)
    assert tables["rules/no"] == rules.version("NO", norway.schedule.tables)
    told = hashlib.sha256(FILES["areas.csv"].encode()).hexdigest()
    assert tables["patterns/areas.csv"].sha256 == told


def test_a_sort_file_of_another_month_stops_the_plan(norway: Config) -> None:
    with pytest.raises(TableError, match="sorting: no-terminals: not valid on 2027-01"):
        planned(norway, "2027-01")


def test_every_piece_finds_its_place(norway: Config) -> None:
    plan, pieces = planned(norway), drafts(*ROWS)
    placed = plan.place_whole(pieces)
    assert sum(part.num_rows for _, _, part in placed) == pieces.num_rows
    for lot_id, name, part in placed:
        assert in_order(plan.file(lot_id, name), part).num_rows == plan.file(lot_id, name).pieces
