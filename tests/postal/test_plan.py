import json
import pickle
from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipelines import assets
from pipelines.errors import ConfigError, UsageError
from pipelines.model import LotHead
from pipelines.postal.plan import Plan, make_plan
from tests.postal.desk import TODAY, Count, conf, counts, minimum_days

RUN = "monthly-2026-12"

cohorts = st.lists(
    st.tuples(
        st.sampled_from(["SE", "FI"]),
        st.one_of(st.none(), st.integers(1, 31)),
        st.integers(0, 30).map(lambda n: f"{41100 + n}"),
        st.integers(1, 60),
    ),
    max_size=25,
)


def plan_of(
    rows: list[Count] | pa.Table, today: date = TODAY, per_file: int = 500, per_tray: int = 250
) -> Plan:
    table = rows if isinstance(rows, pa.Table) else counts(*rows)
    config = conf(pieces_per_file=per_file, pieces_per_container=per_tray)
    return make_plan(table, RUN, "2026-12", today, config, minimum_days)


SMALL: list[Count] = [
    ("SE", None, "41102", 3),
    ("SE", 24, "41101", 2),
    ("FI", 15, "00100", 4),
    ("FI", 31, "00100", 1),
    ("SE", 3, "41101", 5),
]
LATE = date(2026, 12, 1)
"""On this day, own payday 3 of December cannot be reached any more."""


def test_the_plan_of_a_small_run() -> None:
    plan = plan_of(SMALL, LATE)
    assert [(lot.lot_id, lot.pieces, str(lot.delivery_date)) for lot in plan.lots] == [
        ("monthly-2026-12-fi-kirje-20261207", 4, "2026-12-14"),
        ("monthly-2026-12-fi-kirje-20261222", 1, "2026-12-31"),
        ("monthly-2026-12-se-brev-20261217", 5, "2026-12-23"),
    ]
    assert [(d.country, d.own_payday) for d in plan.days] == [
        ("FI", 15),
        ("FI", 31),
        ("SE", None),
        ("SE", 24),
    ]
    assert [(w.country, w.own_payday, str(w.until)) for w in plan.waiting] == [("SE", 3, "2026-12-22")]
    assert plan.pieces == (4, 1, 3, 2, 5)


def test_a_plan_of_nothing_is_a_plan() -> None:
    plan = plan_of([])
    assert plan.lots == plan.days == plan.waiting == ()
    assert Plan.from_json(plan.to_json()) == plan


@settings(deadline=None)
@given(rows=cohorts, per_file=st.integers(1, 80), per_tray=st.integers(1, 80))
def test_every_piece_is_in_one_file_or_waits(rows: list[Count], per_file: int, per_tray: int) -> None:
    plan = plan_of(rows, LATE, per_file, per_tray)
    assert sum(lot.pieces for lot in plan.lots) + sum(plan.pieces[len(plan.days) :]) == sum(
        r[3] for r in rows
    )
    lot_of = {
        (d.country, d.own_payday): lot.lot_id
        for d in plan.days
        for lot in plan.lots
        if (d.product, d.hand_in_date, d.delivery_date) == (lot.product, lot.hand_in_date, lot.delivery_date)
    }
    waits = {(w.country, w.own_payday) for w in plan.waiting}
    assert waits | set(lot_of) == {row[:2] for row in rows}
    assert not waits & set(lot_of)
    expected = Counter[tuple[str, str]]()
    for country, own, code, pieces in rows:
        if (country, own) in lot_of:
            expected[lot_of[country, own], code] += pieces
    for lot in plan.lots:
        placed = [code for file in lot.files for code in file.postal_codes]
        assert placed == sorted(code for lot_id, code in expected if lot_id == lot.lot_id)
        for file in lot.files:
            assert file.pieces == sum(expected[lot.lot_id, code] for code in file.postal_codes)
            assert file.pieces <= per_file or len(file.postal_codes) == 1
        assert lot.files[-1].containers[-1].last_sequence == lot.pieces == sum(f.pieces for f in lot.files)


@settings(deadline=None)
@given(rows=cohorts, data=st.data())
def test_the_order_of_the_counts_changes_nothing(rows: list[Count], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert plan_of(list(shuffled), LATE).to_json() == plan_of(rows, LATE).to_json()


def test_a_count_split_over_rows_and_a_count_of_nothing_change_nothing() -> None:
    split = [*SMALL[1:], ("SE", None, "41102", 1), ("SE", None, "41102", 2), ("SE", 9, "41103", 0)]
    assert plan_of(split) == plan_of(SMALL)


@settings(deadline=None)
@given(rows=cohorts)
def test_the_plan_reads_back_as_it_was_written_and_keeps_its_schema(rows: list[Count]) -> None:
    plan = plan_of(rows, LATE, per_file=40, per_tray=15)
    text = plan.to_json()
    assert Plan.from_json(text) == plan
    assert Plan.from_json(text).to_json() == text
    schema = json.loads((assets.folder("schemas") / "plan.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(text))


def test_the_plan_is_written_one_record_a_line() -> None:
    lines = plan_of(SMALL, LATE).to_json().splitlines()
    waiting = [line for line in lines if "payday_too_near" in line]
    assert waiting == [
        '  {"country": "SE", "own_payday": 3, "reason": "payday_too_near", '
        '"until": "2026-12-22", "pieces": 5}'
    ]


def test_a_pickle_holds_what_the_plan_says_and_nothing_else() -> None:
    plan = plan_of(SMALL)
    before = pickle.dumps(plan)
    plan.head(plan.lots[0].lot_id)
    plan.days_of(counts(*SMALL))
    assert pickle.dumps(plan) == before
    assert pickle.loads(before) == plan


def test_a_plan_stays_small_when_the_run_is_large() -> None:
    random = np.random.default_rng(1)
    rows = 60_000
    table = counts(*SMALL).slice(0, 0)
    table = pa.table(
        {
            "country": ["SE"] * rows,
            "payday": pa.array(random.integers(1, 32, rows), pa.int32()),
            "postal_code": random.integers(10000, 27000, rows).astype(str),
            "pieces": [1] * rows,
        },
        schema=table.schema,
    )
    plan = plan_of(table)
    places = sum(len(file.postal_codes) for lot in plan.lots for file in lot.files)
    assert places > 40_000
    assert len(pickle.dumps(plan)) < 12 * places


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
    plan = plan_of(SMALL, per_file=3)
    lot = plan.lot("monthly-2026-12-se-brev-20261217")
    assert plan.file(lot.lot_id, "print-0002.pdf") is lot.files[1]


def test_the_tables_are_named_with_the_library_of_holidays() -> None:
    plan = plan_of(SMALL)
    assert [table.name for table in plan.tables] == ["calendars", "holidays", "paydays", "products"]
    assert all(len(table.sha256) == 64 for table in plan.tables)


def test_the_resolved_calendars_are_part_of_the_plan() -> None:
    plan = plan_of(SMALL)
    (bank,) = (c for c in plan.closed if (c.country, c.kind) == ("SE", "bank"))
    assert bank.first == TODAY
    assert bank.last == max(d.due_date for d in plan.days if d.country == "SE")
    assert date(2026, 12, 24) in bank.days
    assert date(2026, 12, 25) in bank.days


def test_lots_below_the_products_minimum_and_unverified_products_are_remarked() -> None:
    plan = plan_of([("FI", None, "00100", 99), ("SE", None, "41101", 1)])
    assert plan.remarks == (
        "lot monthly-2026-12-fi-kirje-20261207 has 99 pieces, fi-kirje asks for 100",
        "product fi-kirje is not verified: check its entry with the post (docs/tables.md)",
        "product se-brev is not verified: check its entry with the post (docs/tables.md)",
    )


def test_a_wrong_period_and_an_unconfigured_country_are_refused() -> None:
    with pytest.raises(UsageError, match="is no month"):
        make_plan(counts(), RUN, "2026-12-01", TODAY, conf(), minimum_days)
    with pytest.raises(ConfigError, match=r"countries\.NO"):
        plan_of([("NO", None, "0150", 1)])
