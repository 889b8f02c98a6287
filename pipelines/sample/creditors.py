"""Invented creditors: about 150 a country, their trades, prices, habits and offers."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pipelines import tables
from pipelines.sample.dice import Bools, Floats, Ints

LANGUAGES = ("sv", "fi", "en")
"""The languages that the sample's texts are written in, in the order of text columns."""


@dataclass(frozen=True, slots=True)
class Creditors:
    """The creditors of one country as columns, the biggest first."""

    ids: list[str]
    names: list[str]
    weights: Floats
    """Zipf: the creditor of rank r has 1 / r^z of the biggest one's claims."""
    trades: list[str]
    trade: Ints
    """Index into `trades`."""
    low: Ints
    high: Ints
    grain: Ints
    """Smallest and largest principal and what it is rounded to, in cents."""
    interest_rate: Ints
    """Thousandths of a per cent a year; 0 for creditors that ask for no interest."""
    reminded: Bools
    """Whether the creditor sent a reminder that costs."""
    reference_heads: list[str]
    """What the creditor's own invoice numbers begin with."""
    offers: list[str | None]
    """Creditor by creditor, a text in each of LANGUAGES or nothing."""
    currency: str


@cache
def creditors(country: str) -> Creditors:
    """The creditors of `country`; the same for every seed, as real ones are."""
    data = tables.load("sample/creditors").data
    here, count = data[country], int(data["each_country"])
    trades = sorted(data["ranks"])
    trade_of_rank = _interleaved(data["ranks"], trades, count)
    ids, names, offers = [], [], []
    seen = [0] * len(trades)
    for rank, trade in enumerate(trade_of_rank):
        patterns, turn = here[trades[trade]]["patterns"], seen[trade]
        seen[trade] += 1
        # Both go round; the pattern shifts when the stems are through, so no name comes twice.
        stem = here["stems"][(turn + trade * 5) % len(here["stems"])]
        names.append(patterns[(turn + turn // len(here["stems"])) % len(patterns)].format(stem=stem))
        ids.append(f"{country}K{1000 + rank * 7}")
        offers += _offers(data["offers"], rank, trades[trade])
    ranks = np.arange(1, count + 1)
    money = {key: [round(here[t][key] * 100) for t in trades] for key in ("low", "high", "grain")}
    trade_column = np.array(trade_of_rank, dtype=np.int64)
    statutory = round((here["reference_rate"] + here["margin"]) * 1000)
    return Creditors(
        ids=ids,
        names=names,
        weights=np.power(ranks.astype(np.float64), -float(data["zipf"])),
        trades=trades,
        trade=trade_column,
        low=np.array(money["low"], dtype=np.int64)[trade_column],
        high=np.array(money["high"], dtype=np.int64)[trade_column],
        grain=np.array(money["grain"], dtype=np.int64)[trade_column],
        interest_rate=np.where(ranks % 11 == 0, 0, statutory + np.where(ranks % 6 == 0, 1500, 0)),
        reminded=ranks % 4 != 0,
        reference_heads=[("", "F-", "INV", "2026/")[rank % 4] for rank in range(count)],
        offers=offers,
        currency=here["currency"],
    )


def _interleaved(ranks: dict[str, int], trades: list[str], count: int) -> list[int]:
    """Trades by rank, mixed so that each has big and small creditors."""
    total = sum(ranks.values())
    turns = sorted(((place + 0.5) / ranks[t], t) for t in trades for place in range(ranks[t]))
    return [trades.index(turns[rank % total][1]) for rank in range(count)]


def _offers(texts: dict[str, list[str]], rank: int, trade: str) -> list[str | None]:
    if trade == "parking" or rank % 8 not in (1, 4, 6):
        return [None] * len(LANGUAGES)
    percent = (5, 10, 10, 15)[rank % 4]
    return [texts[tongue][rank % len(texts[tongue])].format(percent=percent) for tongue in LANGUAGES]
