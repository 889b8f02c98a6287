"""The difference of two plans."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import Capacity
from pipelines.model import TableVersion
from pipelines.postal.comparing import Changed, Difference, difference
from pipelines.postal.moves import ABSENT, Fate
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
from tests.postal.desk import GROUPED, Count, conf, counts, minimum_days

TODAY, SALARY = date(2026, 12, 1), [("SE", None, "41101", 80), ("SE", None, "42101", 20)]

exports = st.lists(
    st.tuples(
        st.sampled_from(["SE", "SE", "FI"]),
        st.sampled_from([None, 3, 24, 31]),
        st.sampled_from(["41101", "42101", "43101"]),
        st.integers(1, 60),
        st.integers(1, 3),
    ),
    max_size=8,
)
sites = st.builds(Capacity, pieces=st.none() | st.integers(0, 90), sheets=st.none() | st.integers(0, 150))


def plan_of(rows: list[Count], capacity: Capacity | None = None, today: date = TODAY) -> Plan:
    config = conf(GROUPED, capacity=capacity or Capacity())
    made = make_plan(counts(*rows), "monthly-2026-12", "2026-12", today, config, minimum_days)
    # As the command reads the other one.
    return Plan.from_json(made.to_json())


def moves(found: Difference) -> list[tuple[str, str, int]]:
    return [(_said(m.before), _said(m.after), m.pieces) for m in found.moved]


def _said(fate: Fate) -> str:
    return "absent" if fate == ABSENT else f"{fate.reason or fate.product} {fate.day}"


def test_a_plan_does_not_differ_from_itself() -> None:
    found = difference(plan_of(SALARY), plan_of(SALARY))
    assert found.is_empty
    assert (found.days, found.waiting, found.moved, found.tables, found.capacity) == ((), (), (), (), ())
    assert found.cost.more == found.pieces.more == 0


def test_a_smaller_print_site_moves_pieces_to_other_days_and_costs() -> None:
    found = difference(plan_of(SALARY), plan_of(SALARY, Capacity(pieces=60)))
    assert moves(found) == [("se-brev 2026-12-17", "se-brev 2026-12-16", 20)]
    [move] = found.moved
    assert (move.country, move.own_payday, move.rule) == ("SE", None, "salary")
    assert {d.name: d.more for d in found.days} == {
        ("SE", "se-brev", "2026-12-16"): 20,
        ("SE", "se-brev", "2026-12-17"): -20,
    }
    assert found.cost.more > 0
    assert found.pieces.more == 0
    assert found.capacity[0].before == "no limit"
    assert {c.after for c in found.capacity} == {"60 pieces"}


def test_what_a_print_site_cannot_take_waits_and_is_told_by_reason() -> None:
    found = difference(plan_of(SALARY), plan_of(SALARY, Capacity(pieces=10)))
    [waiting] = found.waiting
    assert waiting.name == ("SE", "capacity")
    assert waiting.more == -found.pieces.more > 0


def test_another_delivery_day_of_the_same_hand_in_day_is_a_move() -> None:
    plan = plan_of(SALARY)
    [day] = [d for d in plan.days if d.delivery_group == "A"]
    sooner = replace(day, delivery_date=date(2026, 12, 22))
    other = replace(plan, days=tuple(sooner if d is day else d for d in plan.days))
    [move] = difference(plan, other).moved
    assert (move.before.delivery, move.after.delivery) == (date(2026, 12, 23), date(2026, 12, 22))
    assert difference(plan, other).days == ()


def test_another_due_date_of_the_same_days_is_a_move() -> None:
    def law(country: str, day: date) -> int:
        return minimum_days(country, day) + 7

    plan = plan_of(SALARY)
    other = make_plan(counts(*SALARY), "monthly-2026-12", "2026-12", TODAY, conf(GROUPED), law)
    found = difference(plan, other)
    assert found.days == found.waiting == ()
    assert sum(m.pieces for m in found.moved) == 100
    assert {m.before.due for m in found.moved} == {d.due_date for d in plan.days}
    assert all(m.before.due < m.after.due for m in found.moved if m.before.due and m.after.due)
    assert all(replace(m.before, due=None) == replace(m.after, due=None) for m in found.moved)


def test_cohorts_with_other_groups_and_the_same_days_have_not_moved() -> None:
    plan = plan_of(SALARY)
    days = tuple(replace(d, groups=tuple(f"{g}>2027-07-01:wed" for g in d.groups)) for d in plan.days)
    found = difference(plan, replace(plan, days=days))
    assert found.moved == found.days == ()
    assert found.parts == ("days",)


def test_pieces_of_one_export_only_come_from_nowhere() -> None:
    found = difference(plan_of(SALARY), plan_of([*SALARY, ("SE", 15, "41101", 7)]))
    assert [m for m in moves(found) if "absent" in m] == [("absent", "se-brev 2026-12-09", 7)]
    assert found.pieces.more == 7


def test_tables_and_remarks_that_differ_are_named() -> None:
    plan = plan_of(SALARY)
    newer = tuple(
        TableVersion(t.name, "2027-01-01", "f" * 64) if t.name == "products" else t for t in plan.tables
    )
    found = difference(plan, replace(plan, tables=newer, remarks=(*plan.remarks, "small lot")))
    [table] = found.tables
    assert (table.name, table.after) == ("products", "2027-01-01 (ffffffff)")
    assert found.remarks == (Changed("small lot", "", "small lot"),)
    assert found.parts == ("tables", "remarks")
    assert not found.is_empty


def test_a_plan_made_on_another_day_is_not_the_same_plan() -> None:
    assert "today" in difference(plan_of(SALARY), plan_of(SALARY, today=date(2026, 12, 2))).parts


@settings(deadline=None, max_examples=40)
@given(rows=exports, other=exports, before=sites, after=sites)
def test_the_way_back_is_the_way_there_reversed_and_counts_agree(
    rows: list[Count], other: list[Count], before: Capacity, after: Capacity
) -> None:
    one, two = plan_of(rows, before), plan_of(other, after)
    there, back = difference(one, two), difference(two, one)
    assert back == there.reversed()
    assert back.reversed() == there
    assert difference(one, one).is_empty
    assert there.is_empty == (one == two)
    assert [d.more for d in there.days] == [-d.more for d in back.days]
    # Every piece that left a day or a reason is one of those that moved.
    net: Counter[tuple[str, ...]] = Counter()
    for move in there.moved:
        for fate, sign in ((move.before, -1), (move.after, 1)):
            if fate != ABSENT:
                name = (fate.reason,) if fate.reason else (fate.product, str(fate.day))
                net[move.country, *name] += sign * move.pieces
    told = {c.name: c.more for c in (*there.days, *there.waiting)}
    assert {name: n for name, n in net.items() if n} == told
    assert all(m.pieces > 0 and m.before != m.after for m in there.moved)
