"""Invented addresses, spread over towns as people are: street, postcode, city."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import tables
from pipelines.sample import dice
from pipelines.sample.dice import Bools, Floats, Ints

BOX_SHARE = 0.012
FLAT_SHARE = 0.35
STAIR_SHARE = 0.3
SAMI_STREET_SHARE = 0.5
"""Of the addresses in Sami places."""


@dataclass(frozen=True, slots=True)
class Land:
    """One country's towns as columns, and the words that its streets are made of."""

    cities: list[str]
    swedish_cities: list[str]
    swedish: Floats
    """Share of Swedish speakers by town; all in Sweden."""
    weights: Floats
    first: Ints
    step: Ints
    codes: Ints
    sami: Bools
    streets: list[str]
    swedish_streets: list[str]
    sami_streets: list[str]
    box: str
    swedish_box: str
    flat: str


@cache
def land(country: str) -> Land:
    """The places of `country` from the table `sample/places`."""
    data = tables.load("sample/places").data[country]
    places = data["places"]
    streets = [root + end for root in data["street_roots"] for end in data["street_ends"]]
    swedish = [r + e for r in data.get("swedish_roots", []) for e in data.get("swedish_ends", [])]
    return Land(
        cities=[p["city"] for p in places],
        swedish_cities=[p.get("swedish_city", p["city"]) for p in places],
        swedish=np.array([p.get("swedish", 1.0) for p in places]),
        weights=np.array([p["weight"] for p in places], dtype=np.float64),
        first=np.array([p["first"] for p in places], dtype=np.int64),
        step=np.array([p.get("step", 1) for p in places], dtype=np.int64),
        codes=np.array([p["codes"] for p in places], dtype=np.int64),
        sami=np.array([p["city"] in data["sami_places"] for p in places]),
        streets=streets,
        swedish_streets=swedish or streets,
        sami_streets=data["sami_streets"],
        box=data["box"],
        swedish_box=data.get("swedish_box", data["box"]),
        flat=data["flat"],
    )


def settle(rng: np.random.Generator, country: str, count: int) -> Ints:
    """Where `count` recipients live: indices into the towns, by their weights."""
    return dice.weighted(rng, land(country).weights, count)


def postcodes(rng: np.random.Generator, country: str, towns: Ints) -> Any:
    """A five-digit postcode in each town, without blanks."""
    here = land(country)
    offset = (rng.random(len(towns)) * here.codes[towns]).astype(np.int64)
    return dice.digits(here.first[towns] + here.step[towns] * offset, 5)


def spaced(postcodes: Any) -> Any:
    """Five-digit postcodes as Swedes write them: "411 01"."""
    return pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(postcodes, 0, 3), pc.utf8_slice_codeunits(postcodes, 3), " "
    )


def cities(country: str, towns: Ints, swedish: Bools) -> Any:
    """The towns' names, in Swedish where the recipient reads Swedish."""
    here = land(country)
    return dice.take(here.cities + here.swedish_cities, towns + swedish * len(here.cities))


def streets(rng: np.random.Generator, country: str, towns: Ints, swedish: Bools) -> Any:
    """Street, number and now and then a stair and a flat; a few have a post office box.

    "Björkgatan 12 B lgh 1203" in Sweden, "Koivukuja 4 B 23" in Finland.
    """
    here, count = land(country), len(towns)
    names = here.streets + here.swedish_streets + here.sami_streets
    start = np.where(swedish, len(here.streets), 0)
    size = np.where(swedish, len(here.swedish_streets), len(here.streets))
    sami = here.sami[towns] & dice.happens(rng, SAMI_STREET_SHARE, count)
    start = np.where(sami, len(here.streets) + len(here.swedish_streets), start)
    size = np.where(sami, len(here.sami_streets), size)
    name = dice.take(names, start + (rng.random(count) * size).astype(np.int64))

    number = dice.digits(1 + (rng.random(count) ** 2 * 118).astype(np.int64), 1)
    has_stair = dice.happens(rng, STAIR_SHARE, count)
    has_flat = dice.happens(rng, FLAT_SHARE, count) & (has_stair if not here.flat else True)
    stair = _some(dice.take([*"ABCDEF"], rng.integers(0, 6, count)), has_stair)
    if here.flat:
        number_of_flat = dice.digits(rng.integers(10, 16, count) * 100 + rng.integers(1, 7, count), 1)
        flat = pc.binary_join_element_wise(here.flat, number_of_flat, " ")
    else:
        flat = dice.digits(rng.integers(1, 99, count), 1)
    door = pc.binary_join_element_wise(name, number, stair, _some(flat, has_flat), " ", null_handling="skip")
    box = pc.binary_join_element_wise(
        dice.take([here.box, here.swedish_box], swedish.astype(np.int64)),
        dice.digits(rng.integers(1, 1999, count), 1),
        " ",
    )
    return pc.if_else(pa.array(dice.happens(rng, BOX_SHARE, count)), box, door)


def _some(column: Any, there: Bools) -> Any:
    return pc.if_else(pa.array(there), column, pa.scalar(None, pa.string()))
