"""Filters over rows give what Jinja's own give, whatever the rows are."""

from decimal import Decimal
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError

from pipelines.press import environment
from pipelines.press.environment import LetterEnvironment
from pipelines.press.marked_environment import MarkedEnvironment

OURS = [environment.environment("sv", "SE", kind) for kind in (LetterEnvironment, MarkedEnvironment)]
JINJAS = Environment(autoescape=True, undefined=StrictUndefined)
ROWS: list[Any] = [
    (),
    [{"a": 1, "b": {"c": 5}}],
    ({"a": 0, "b": {"c": 2}}, {"a": Decimal("1.50"), "b": {"c": 3}}),
    [(1, 2), (0, 4)],
]
EXPRESSIONS = [
    "rows | sum(attribute='a')",
    "rows | sum(attribute='a', start=2)",
    "rows | sum(attribute='b.c')",
    "rows | sum(attribute=0)",
    "rows | sum('a')",
    "[1, 2] | sum",
    "rows | selectattr('a') | list",
    "rows | selectattr('a', 'eq', 0) | list",
    "rows | selectattr('b.c') | list",
    "rows | selectattr(0) | list",
    "rows | selectattr('missing') | list",
]


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("made", OURS)
def test_sums_and_selections_are_jinjas(made: Environment, expression: str, rows: Any) -> None:
    given = {}
    for one in (made, JINJAS):
        try:
            given[one] = one.compile_expression(expression, undefined_to_none=False)(rows=rows)
        except (UndefinedError, TypeError) as error:
            given[one] = str(error)
    assert given[made] == given[JINJAS]


def test_what_is_selected_is_gone_through_once_as_in_jinja() -> None:
    template = "{% set some = rows | selectattr('a') %}{{ some | list | length }}{{ some | list | length }}"
    assert OURS[0].from_string(template).render(rows=[{"a": 1}, {"a": 2}]) == "20"
