"""Invented people and firms: word lists put together by chance, in six alphabets' letters."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import tables
from pipelines.sample import dice
from pipelines.sample.dice import Floats, Ints

LONGEST_NAME = 36
"""Characters; a name line of this length fits every window that the layouts know."""

DOUBLE_GIVEN = 0.12
DOUBLE_SURNAME = 0.08


@dataclass(frozen=True, slots=True)
class _Words:
    """One flat list; the part of group g starts at `starts[g]` and has `sizes[g]` words."""

    words: Any
    lengths: Ints
    starts: Ints
    sizes: Ints

    def draw(self, rng: np.random.Generator, groups: Ints) -> Ints:
        """An index for every group asked for."""
        return self.starts[groups] + dice.early(rng, self.sizes[groups])


def _flat(lists: list[list[str]]) -> _Words:
    words = [w for part in lists for w in part]
    sizes = np.array([len(part) for part in lists], dtype=np.int64)
    lengths = np.array([len(w) for w in words], dtype=np.int64)
    return _Words(pa.array(words), lengths, np.cumsum(sizes) - sizes, sizes)


@cache
def _people(country: str) -> tuple[Floats, _Words, _Words]:
    data = tables.load("sample/names").data
    origins = data["weights"][country]
    given = _flat([data[o][sex] for o in origins for sex in ("women", "men")])
    surnames = _flat([data[o]["surnames"] for o in origins])
    return np.array(list(origins.values()), dtype=np.float64), given, surnames


def people(rng: np.random.Generator, country: str, count: int) -> Any:
    """`count` full names, none longer than LONGEST_NAME: "Anna-Karin Öberg-Łuczak"."""
    weights, given, surnames = _people(country)
    origin = dice.weighted(rng, weights, count)
    sex = rng.integers(0, 2, count)
    first, second = (given.draw(rng, origin * 2 + sex) for _ in range(2))
    family = surnames.draw(rng, origin)
    married = surnames.draw(rng, dice.weighted(rng, weights, count))

    length = given.lengths[first] + 1 + surnames.lengths[family]
    twice = dice.happens(rng, DOUBLE_GIVEN, count) & (first != second)
    twice &= length + 1 + given.lengths[second] <= LONGEST_NAME
    length += twice * (1 + given.lengths[second])
    joined = dice.happens(rng, DOUBLE_SURNAME, count) & (family != married)
    joined &= length + 1 + surnames.lengths[married] <= LONGEST_NAME

    called = _joined(given.words, first, second, twice)
    return pc.binary_join_element_wise(called, _joined(surnames.words, family, married, joined), " ")


def _joined(words: Any, one: Ints, other: Ints, double: Any) -> Any:
    single = words.take(pa.array(one))
    both = pc.binary_join_element_wise(single, words.take(pa.array(other)), "-")
    return pc.if_else(pa.array(double), both, single)


def surnames(rng: np.random.Generator, country: str, count: int) -> Any:
    """`count` surnames, for doors where another's name stands."""
    weights, _, family = _people(country)
    return family.words.take(pa.array(family.draw(rng, dice.weighted(rng, weights, count))))


@cache
def _firms(country: str) -> Any:
    """Firms' names of the country, each pattern with each line of business, short ones only."""
    data = tables.load("sample/names").data
    main = max(data["weights"][country], key=data["weights"][country].__getitem__)
    people, trade = data[main], data["companies"][country]
    firms = (
        pattern.format(line=line, surname=surname, given=given)
        for surname, given in zip(people["surnames"], people["men"] + people["women"], strict=False)
        for pattern in trade["patterns"]
        for line in trade["lines"]
    )
    return pa.array(dict.fromkeys(f for f in firms if len(f) <= LONGEST_NAME))


def companies(rng: np.random.Generator, country: str, count: int) -> Any:
    """`count` names of small firms, none longer than LONGEST_NAME: "Åkeri Öberg HB"."""
    firms = _firms(country)
    return firms.take(pa.array(rng.integers(0, len(firms), count)))
