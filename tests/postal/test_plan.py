import json
import pickle
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipelines import assets
from pipelines.config import Capacity
from pipelines.errors import ConfigError, TableError, UsageError
from pipelines.letters import rules
from pipelines.model import LotHead, TableVersion
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from pipelines.reasons import Hold
from tests.postal.desk import GROUPED, TODAY, Count, conf, counts, minimum_days

RUN = "monthly-2026-12"

cohorts = st.lists(
    st.tuples(
        st.sampled_from(["SE", "SE", "FI"]),
        st.one_of(st.none(), st.sampled_from([3, 24, 25, 31])),
        st.integers(0, 30).map(lambda n: f"4{1 + n % 3}10{n // 3}"),
        st.integers(1, 60),
        st.integers(1, 4),
    ),
    max_size=25,
)
capacities = st.builds(
    Capacity,
    pieces=st.none() | st.integers(0, 150),
    sheets=st.none() | st.integers(0, 300),
)


def plan_of(
    rows: list[Count] | pa.Table,
    today: date = TODAY,
    per_file: int = 500,
    per_tray: int = 250,
    capacity: Capacity | None = None,
    period: str = "2026-12",
) -> Plan:
    table = rows if isinstance(rows, pa.Table) else counts(*rows)
    config = conf(
        GROUPED, pieces_per_file=per_file, pieces_per_container=per_tray, capacity=capacity or Capacity()
    )
    return make_plan(table, RUN, period, today, config, minimum_days)


SMALL: list[Count] = [
    ("SE", None, "41102", 3),
    ("SE", 24, "42101", 2),
    ("FI", 15, "00100", 4),
    ("FI", 31, "00100", 1),
    ("SE", 3, "41101", 5),
]
LATE = date(2026, 12, 1)
"""On this day, own payday 3 of December cannot be reached any more."""


def test_the_plan_of_a_small_run() -> None:
    plan = plan_of(SMALL, LATE)
    assert [(d.country, d.own_payday, d.delivery_group, str(d.delivery_date)) for d in plan.days] == [
        ("FI", 15, "daily", "2026-12-14"),
        ("FI", 31, "daily", "2026-12-30"),
        ("SE", None, "A", "2026-12-23"),
        ("SE", 24, "B", "2026-12-22"),
    ]
    assert [d.lot_id.removeprefix(RUN) for d in plan.days[2:]] == ["-se-brev-20261217", "-se-brev-20261216"]
    assert [(w.country, w.own_payday, w.reason, w.pieces) for w in plan.waiting] == [
        ("SE", 3, "payday_too_near", 5)
    ]
    assert [day.pieces for day in plan.days] == [4, 1, 3, 2]
    for day in plan.days:
        assert day.hand_in_date < day.delivery_date <= day.payday < day.due_date
        assert str(day.delivery_date) in day.why
        lot = plan.lot(day.lot_id)
        assert (lot.product, lot.hand_in_date) == (day.product, day.hand_in_date)
        assert day.delivery_date <= lot.delivery_date


def test_a_plan_of_nothing_is_a_plan() -> None:
    plan = plan_of([])
    assert plan.lots == plan.days == plan.waiting == plan.areas == ()
    assert Plan.from_json(plan.to_json()) == plan


@settings(deadline=None, max_examples=60)
@given(rows=cohorts, per_file=st.integers(1, 80), per_tray=st.integers(1, 80), capacity=capacities)
def test_every_piece_is_in_one_file_or_waits_and_sequences_have_no_gap(
    rows: list[Count], per_file: int, per_tray: int, capacity: Capacity
) -> None:
    plan = plan_of(rows, LATE, per_file, per_tray, capacity)
    assert sum(d.pieces for d in plan.days) == sum(lot.pieces for lot in plan.lots)
    assert sum(d.pieces for d in (*plan.days, *plan.waiting)) == sum(row[3] for row in rows)
    assert {w.reason for w in plan.waiting} <= set(Hold)
    expected = Counter[tuple[str, str, float]]()
    for day in plan.days:
        expected[day.lot_id, day.delivery_group, day.weight_step] += day.pieces
    found = Counter[tuple[str, str, float]]()
    for lot in plan.lots:
        sequence = 1
        for file in lot.files:
            assert file.first_sequence == sequence
            assert 1 <= file.pieces == sum(file.cell_pieces) <= per_file
            assert file.delivery_date is not None
            assert file.delivery_date <= lot.delivery_date
            found[lot.lot_id, file.delivery_group, file.weight_step] += file.pieces
            for tray in file.containers:
                assert tray.first_sequence == sequence
                assert tray.last_sequence - tray.first_sequence < per_tray
                assert tray.delivery_date == file.delivery_date
                assert (tray.delivery_group, tray.weight_step) == (file.delivery_group, file.weight_step)
                sequence = tray.last_sequence + 1
        assert sequence == lot.pieces + 1
    assert found == expected
    for load in plan.load:
        assert load.pieces <= (load.pieces if capacity.pieces is None else capacity.pieces)
        assert load.sheets <= (load.sheets if capacity.sheets is None else capacity.sheets)


@settings(deadline=None, max_examples=40)
@given(rows=cohorts, capacity=capacities, data=st.data())
def test_the_order_of_the_counts_changes_nothing(
    rows: list[Count], capacity: Capacity, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    one, other = (plan_of(list(r), LATE, capacity=capacity).to_json() for r in (shuffled, rows))
    assert one == other


def test_a_count_split_over_rows_and_a_count_of_nothing_change_nothing() -> None:
    split = [*SMALL[1:], ("SE", None, "41102", 1), ("SE", None, "41102", 2), ("SE", 9, "41103", 0)]
    assert plan_of(split) == plan_of(SMALL)


@settings(deadline=None, max_examples=40)
@given(rows=cohorts, capacity=capacities)
def test_the_plan_reads_back_as_it_was_written_and_keeps_its_schema(
    rows: list[Count], capacity: Capacity
) -> None:
    plan = plan_of(rows, LATE, per_file=40, per_tray=15, capacity=capacity)
    text = plan.to_json()
    assert Plan.from_json(text) == plan
    assert Plan.from_json(text).to_json() == text
    schema = json.loads((assets.folder("schemas") / "plan.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(text))


def test_the_plan_is_written_one_record_a_line() -> None:
    lines = plan_of(SMALL, LATE).to_json().splitlines()
    [waiting] = [line for line in lines if "payday_too_near" in line]
    assert waiting.startswith('  {"country": "SE", "own_payday": 3, "reason": "payday_too_near", "until": ')
    assert json.loads(waiting)["pieces"] == 5


def test_a_full_print_site_cuts_a_cohort_and_says_what_waits() -> None:
    plan = plan_of([("SE", None, "41101", 100), ("SE", None, "41102", 100)], capacity=Capacity(pieces=15))
    assert len(plan.days) > 2
    assert sum(d.pieces for d in plan.days) + sum(w.pieces for w in plan.waiting) == 200
    assert {w.reason for w in plan.waiting} == {"capacity"}
    cuts = [(d.first_postal_code, d.first_rank) for d in (*plan.days, *plan.waiting)]
    assert cuts[:4] == [("41101", 0), ("41101", 15), ("41101", 30), ("41101", 45)]
    assert cuts == sorted(cuts)
    assert max(load.pieces for load in plan.load) == 15
    assert max(load.price_piece for load in plan.load) > 0


def test_the_plan_is_no_dearer_than_the_latest_safe_day_for_everyone() -> None:
    for capacity in (None, Capacity(pieces=60)):
        plan = plan_of([("SE", None, "41101", 100), ("SE", None, "42101", 100)], capacity=capacity)
        assert plan.worth.cost <= plan.worth.greedy_cost


def test_a_pickle_holds_what_the_plan_says_and_nothing_else() -> None:
    plan = plan_of(SMALL)
    before = pickle.dumps(plan)
    plan.head(plan.lots[0].lot_id)
    assert plan._places is not None
    assert pickle.dumps(plan) == before
    assert pickle.loads(before) == plan


def test_a_plan_grows_with_postcodes_and_trays_and_not_with_pieces() -> None:
    random = np.random.default_rng(1)
    rows = 20_000
    table = pa.table(
        {
            "country": ["SE"] * rows,
            "payday": pa.array([None] * rows, pa.int32()),
            "cohort": ["salary"] * rows,
            "kind": ["demand"] * rows,
            "sheets": pa.array(random.integers(1, 3, rows), pa.int32()),
            "postal_code": random.integers(10000, 17000, rows).astype(str),
            "pieces": [30] * rows,
            "unknown_family": [0] * rows,
        },
        schema=counts().schema,
    )
    plan = plan_of(table)
    cells = sum(len(file.postal_codes) for lot in plan.lots for file in lot.files)
    trays = sum(len(file.containers) for lot in plan.lots for file in lot.files)
    assert sum(lot.pieces for lot in plan.lots) == 600_000
    assert cells < 1.5 * rows
    assert len(pickle.dumps(plan)) < 20 * cells + 400 * trays


def test_the_head_of_a_lot_is_the_same_in_every_run() -> None:
    plan = plan_of(SMALL)
    name = "monthly-2026-12-se-brev-20261217"
    assert plan.head(name) == LotHead(
        run_id=RUN,
        lot_id=name,
        vendor="strand",
        country="SE",
        product="se-brev",
        hand_in_date=date(2026, 12, 17),
        delivery_date=date(2026, 12, 23),
        job=plan_of(SMALL[:1]).head(name).job,
    )


def test_a_file_and_a_lot_are_found_by_name() -> None:
    plan = plan_of(SMALL, per_file=2)
    lot = plan.lot("monthly-2026-12-se-brev-20261217")
    assert plan.file(lot.lot_id, "print-0002.pdf") is lot.files[1]


def test_every_table_and_imported_file_is_named_with_the_library_of_holidays() -> None:
    plan = plan_of(SMALL)
    names = ["calendars", "holidays", "patterns", "paydays", "products", "rules/fi", "rules/se"]
    assert [table.name for table in plan.tables] == [*names, "sheets", "sorting"]
    assert all(len(table.sha256) == 64 for table in plan.tables)


def test_the_resolved_calendars_are_part_of_the_plan() -> None:
    plan = plan_of(SMALL)
    (bank,) = (c for c in plan.closed if (c.country, c.kind) == ("SE", "bank"))
    assert bank.first == TODAY
    assert bank.last == date(2029, 2, 28)
    assert bank.last >= max(max(d.due_date, *d.later_paydays) for d in plan.days if d.country == "SE")
    assert {c.last for c in plan.closed if c.kind != "bank"} == {date(2027, 2, 14)}
    assert date(2026, 12, 24) in bank.days
    assert date(2026, 12, 25) in bank.days


def _holidays(plan: Plan) -> str:
    return next(table.sha256 for table in plan.tables if table.name == "holidays")


def test_the_hash_of_the_holidays_hangs_on_no_count_and_on_no_law() -> None:
    rows: list[Count] = [("SE", None, "41102", 3)]

    def longer(country: str, day: date) -> int:
        return 40

    plan, more = plan_of(rows), plan_of([*rows, ("SE", 31, "41101", 2), ("SE", 3, "42101", 1)], LATE)
    law = make_plan(counts(*rows), RUN, "2026-12", TODAY, conf(GROUPED), longer)
    waits = plan_of(rows, capacity=Capacity(pieces=0))
    assert waits.waiting
    assert _holidays(plan) == _holidays(law) == _holidays(waits)
    assert _holidays(more) == _holidays(plan_of(rows, LATE))
    assert law.closed == waits.closed == plan.closed


def test_a_calendar_need_not_tell_of_days_that_nobody_asks_for(tmp_path: Path) -> None:
    text = assets.table("calendars.toml").read_text(encoding="utf-8")
    own = tmp_path / "calendars.toml"
    site = 'country = "SE"\nkind = "print_site"\n'
    assert site in text
    own.write_text(text.replace(site, f"{site}valid_to = 2026-12-31\n"), encoding="utf-8")
    config = conf({**GROUPED, "calendars": own})
    plan = make_plan(counts(*SMALL[:1]), RUN, "2026-12", TODAY, config, minimum_days)
    assert plan.days
    assert {c.last for c in plan.closed if c.kind == "print_site"} == {date(2026, 12, 31)}


def test_the_calendar_of_a_print_site_is_that_of_the_country_in_which_it_stands() -> None:
    config = conf(GROUPED, country="FI")
    plan = make_plan(counts(*SMALL[:1]), RUN, "2026-12", TODAY, config, minimum_days)
    sites = [c.country for c in plan.closed if c.kind == "print_site"]
    assert sites == ["FI"]
    assert {c.country for c in plan.closed if c.kind != "print_site"} == {"SE"}


def test_the_law_is_among_the_tables_and_its_change_shows(tmp_path: Path) -> None:
    text = assets.table("rules/se.toml").read_text(encoding="utf-8")
    own = tmp_path / "law.toml"
    own.write_text(text.replace("days = 10", "days = 12"), encoding="utf-8")
    assert own.read_text(encoding="utf-8") != text

    def law(tables: dict[str, Path]) -> list[TableVersion]:
        config = conf({**GROUPED, **tables})
        plan = make_plan(counts(*SMALL), RUN, "2026-12", TODAY, config, minimum_days)
        return [table for table in plan.tables if table.name == "rules/se"]

    old, new = law({}), law({"rules/se": own})
    assert old == [rules.version("SE")]
    assert new == [rules.version("SE", {"rules/se": own})]
    assert old != new


SWITCH = """
[[pattern]]
country = "SE"
group = "wed"
weekdays = ["wed"]
valid_from = 2026-12-07
verified = true
source = "made up"

[[area]]
country = "SE"
group = "wed"
prefixes = ["41"]
valid_from = 2026-12-07
verified = true
source = "made up"
"""


@pytest.mark.parametrize(("period", "waiting"), [("2026-12", 1), ("2026-11", 3)])
def test_after_a_switch_of_groups_a_payday_that_is_over_waits_and_stops_nobody(
    tmp_path: Path, period: str, waiting: int
) -> None:
    text = GROUPED["patterns"].read_text(encoding="utf-8")
    swedish, finnish = text.split('[[pattern]]\ncountry = "FI"')
    swedish = swedish.replace('country = "SE"', 'country = "SE"\nvalid_to = 2026-12-06')
    own = tmp_path / "patterns.toml"
    own.write_text(swedish + SWITCH + '\n[[pattern]]\ncountry = "FI"' + finnish, encoding="utf-8")
    table = counts(("SE", 3, "41101", 1), ("SE", 24, "41102", 2))
    plan = make_plan(table, RUN, period, date(2026, 12, 8), conf({"patterns": own}), minimum_days)
    assert {area.groups for area in plan.areas} == {("A>2026-12-07:wed",)}
    assert {w.reason for w in plan.waiting} == {"payday_too_near"}
    assert sum(w.pieces for w in plan.waiting) == waiting
    assert {d.delivery_group for d in plan.days} <= {"wed"}


def test_the_shipped_example_of_classes_plans_the_month_that_it_tells_of_and_no_other() -> None:
    tables = {"patterns": assets.table("patterns/se-classes.toml")}
    codes = assets.table("patterns/se-classes-areas.csv").read_text(encoding="utf-8").splitlines()[1:]
    table = counts(*(("SE", None, line.partition(",")[0], 2) for line in codes))

    def planned(period: str, today: date) -> Plan:
        return make_plan(table, RUN, period, today, conf(tables), minimum_days)

    plan = planned("2026-12", date(2026, 12, 1))
    assert not plan.waiting
    assert {d.delivery_group for d in plan.days} == {"X", "Y", "S"}
    with pytest.raises(TableError, match=r"patterns: group .* of SE: .*valid on 2027-01-"):
        planned("2027-01", date(2027, 1, 4))


def test_two_countries_with_a_product_of_the_same_id_are_refused_whatever_their_days(tmp_path: Path) -> None:
    text = assets.table("products.toml").read_text(encoding="utf-8")
    own = tmp_path / "products.toml"
    own.write_text(text.replace('"fi-kirje"', '"se-brev"'), encoding="utf-8")
    config = conf({**GROUPED, "products": own})
    finland = config.countries["FI"].model_copy(update={"product": "se-brev"})
    config = config.model_copy(update={"countries": {**config.countries, "FI": finland}})
    for day in (15, 24):
        table = counts(("SE", 24, "41101", 1), ("FI", day, "00100", 1))
        with pytest.raises(ConfigError, match=r"countries\.SE: se-brev is a product of FI too.*: give one"):
            make_plan(table, RUN, "2026-12", TODAY, config, minimum_days)


def test_unknown_groups_and_families_small_lots_and_unverified_tables_are_remarked() -> None:
    table = counts(("SE", None, "43101", 7), ("SE", None, "41101", 1))
    families = pa.array([2, 1], pa.int64())
    table = table.set_column(table.column_names.index("unknown_family"), "unknown_family", families)
    remarks = "\n".join(plan_of(table).remarks)
    assert "UNKNOWN_PATTERN: 7 pieces of SE" in remarks
    assert "3 pieces of SE name a payday family that is unknown" in remarks
    assert "product se-brev is not verified" in remarks
    assert "table calendars: entries of SE are not verified" in remarks
    assert "table patterns" not in remarks, "the table of this test is verified"


def test_a_wrong_period_an_unconfigured_country_and_one_without_patterns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no month"):
        make_plan(counts(), RUN, "2026-12-01", TODAY, conf(), minimum_days)
    with pytest.raises(ConfigError, match=r"countries\.NO"):
        plan_of([("NO", None, "0150", 1)])
    text = GROUPED["patterns"].read_text(encoding="utf-8").split('[[pattern]]\ncountry = "FI"')[0]
    (tmp_path / "patterns.toml").write_text(text, encoding="utf-8")
    config = conf({"patterns": tmp_path / "patterns.toml"})
    with pytest.raises(TableError, match="patterns: fi-kirje of FI: unknown"):
        make_plan(counts(("FI", None, "00100", 1)), RUN, "2026-12", TODAY, config, minimum_days)


MOVED = """
[[pattern]]
country = "SE"
group = "wed"
weekdays = ["wed"]
valid_from = 2027-01-18
verified = true
source = "made up"

[[area]]
country = "SE"
group = "wed"
prefixes = ["41", "42"]
valid_from = 2027-01-18
verified = true
source = "made up"
"""


def test_a_table_that_changes_on_a_day_changes_the_plan_from_that_day_and_nothing_before(
    tmp_path: Path,
) -> None:
    text = GROUPED["patterns"].read_text(encoding="utf-8")
    swedish, finnish = text.split('[[pattern]]\ncountry = "FI"')
    swedish = swedish.replace('country = "SE"', 'country = "SE"\nvalid_to = 2027-01-17')
    own = tmp_path / "patterns.toml"
    own.write_text(swedish + MOVED + '\n[[pattern]]\ncountry = "FI"' + finnish, encoding="utf-8")
    rows: list[Count] = [("SE", None, "41101", 9), ("SE", None, "42101", 9)]

    def planned(period: str, tables: dict[str, Path], today: date) -> Plan:
        return make_plan(counts(*rows), RUN, period, today, conf(tables), minimum_days)

    old, new = (planned("2026-12", tables, TODAY) for tables in (GROUPED, {"patterns": own}))
    assert new.lots == old.lots
    assert [replace(d, groups=()) for d in new.days] == [replace(d, groups=()) for d in old.days]
    january = planned("2027-01", {"patterns": own}, date(2027, 1, 4))
    assert {(d.delivery_group, str(d.delivery_date)) for d in january.days} == {("wed", "2027-01-20")}


def test_a_lot_below_the_minimum_is_paid_up_and_remarked_or_waits(tmp_path: Path) -> None:
    text = assets.table("products.toml").read_text(encoding="utf-8")
    own = tmp_path / "products.toml"
    own.write_text(text.replace("min_pieces = 0", "min_pieces = 100", 1), encoding="utf-8")
    config = conf({**GROUPED, "products": own})

    def planned(pieces: int) -> Plan:
        return make_plan(counts(("SE", None, "41101", pieces)), RUN, "2026-12", TODAY, config, minimum_days)

    paid, waits = planned(80), planned(3)
    assert (
        "lot monthly-2026-12-se-brev-20261217 has 80 pieces, se-brev asks for 100; 20 more are paid for"
        in paid.remarks
    )
    assert not paid.waiting
    assert not waits.lots
    assert [(w.reason, w.pieces) for w in waits.waiting] == [("lot_below_minimum", 3)]
