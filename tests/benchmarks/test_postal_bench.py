"""The benchmark of the postal plan counts every piece, and the plan it measures beats the greedy one."""

import pytest

from benchmarks import postal


@pytest.mark.parametrize("case", ["tight", "tight, with minima", "two sites, two countries"])
def test_a_case_is_whole_and_the_plan_is_the_cheaper_one(case: str) -> None:
    found = postal.one(postal.CASES[case], 30_000)
    plan, usual = found["plan"], found["greedy"]
    assert plan["cost"] < usual["cost"]
    assert plan["waiting"] <= usual["waiting"]
    assert 0 < found["containers"] < 30_000
    assert postal.markdown({"pieces": {"30000": {case: found}}}).count("\n") == 3


def test_the_pieces_are_the_same_every_time() -> None:
    first, second = (postal.counts("SE", 500, 1) for _ in range(2))
    assert list(first) == list(second)
    assert sum(int(number.sum()) for _, number in first.values()) == 500
