"""Jinja's filters over rows of a letter: at once where the rows are plain dicts, else as Jinja has them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import compress
from operator import itemgetter
from typing import Any

from jinja2 import Environment, pass_context, pass_environment
from jinja2.filters import sync_do_join, sync_do_selectattr, sync_do_sum
from jinja2.runtime import Context


@pass_environment
def total(made: Environment, rows: Iterable[Any], attribute: str | int | None = None, start: Any = 0) -> Any:
    """Jinja's `sum`."""
    values = _column(rows, attribute)
    return sync_do_sum(made, rows, attribute, start) if values is None else sum(values, start)


@pass_context
def having(context: Context, rows: Iterable[Any], *arguments: Any, **named: Any) -> Iterator[Any]:
    """Jinja's `selectattr`."""
    values = _column(rows, arguments[0]) if len(arguments) == 1 and not named else None
    if values is None:
        return sync_do_selectattr(context, rows, *arguments, **named)
    return compress(rows, values)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "sum": total,
    "selectattr": having,
    # As Jinja has them, without the question whether a program waits for them.
    "join": sync_do_join,
    "list": list,
}

_DICTS = frozenset((dict,))


def _column(rows: Iterable[Any], attribute: object) -> list[Any] | None:
    """What each row has under a key; None when the rows are not plain dicts that all have it."""
    if type(rows) not in (tuple, list) or type(attribute) is not str or not attribute.isidentifier():
        return None
    if not set(map(type, rows)) <= _DICTS:
        return None
    try:
        return list(map(itemgetter(attribute), rows))
    except KeyError:
        return None
