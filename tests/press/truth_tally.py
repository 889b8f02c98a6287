"""Letters through both lanes: how many are stamped, why others are not, and where the lanes differ."""

import gc
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import pytest

from pipelines.model import Letter
from pipelines.press.compose import Composer
from pipelines.press.painting import PaintedPage
from pipelines.press.stamper import Stamped, Stamper, Unstamped
from pipelines.press.truth import differences

_TOLD = pytest.StashKey[dict[str, dict[str, "Tally"]]]()
BATCH = 25
"""Letters of a task: stamped one after the other as in one print file."""


@dataclass
class Tally:
    """What became of letters."""

    letters: int = 0
    stamped: int = 0
    learnt: int = 0
    """Letters that WeasyPrint laid out so that the press could learn."""
    refused: Counter[str] = field(default_factory=Counter)
    """How many were not stamped, by the reason."""
    wrong: list[str] = field(default_factory=list)
    """Stamped letters that are not what WeasyPrint gives, with their first difference."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.letters + other.letters,
            self.stamped + other.stamped,
            self.learnt + other.learnt,
            self.refused + other.refused,
            self.wrong + other.wrong,
        )

    def __str__(self) -> str:
        why = "".join(f", {count} {reason}" for reason, count in sorted(self.refused.items()))
        return (
            f"{self.letters} letters, {self.stamped} stamped, {self.refused.total()} refused{why}; "
            f"{self.learnt} learnt from; {len(self.wrong)} with differences"
        )


def held(letters: Sequence[Letter], composer: Composer, stamper: Stamper | None = None) -> Tally:
    """The letters of one print file, each stamped and then held against WeasyPrint's own pages.

    Those that the press learnt from are stamped once more at the end, from what it knows by then.
    """
    stamper = stamper or Stamper(composer)
    learnt = stamper.learnt
    tally = Tally(len(letters))
    taught: list[tuple[Letter, tuple[PaintedPage, ...]]] = []
    stamper.begin_file()
    stamper.prepare(letters)
    for letter in letters:
        made = stamper.stamp(letter)
        if not isinstance(made, Stamped):
            tally.refused[made.reason] += 1
            continue
        tally.stamped += 1
        rendered = made.learnt_from or composer.lay_out(letter)
        tally.wrong += _differing(letter, made, rendered, composer)
        if made.learnt_from:
            taught.append((letter, rendered))
    tally.learnt = stamper.learnt - learnt
    for letter, rendered in taught:
        tally.wrong += _differing(letter, stamper.stamp(letter), rendered, composer)
    gc.collect()  # WeasyPrint's boxes are full of cycles, some MB a letter.
    return tally


def _differing(
    letter: Letter, made: Stamped | Unstamped, rendered: tuple[PaintedPage, ...], composer: Composer
) -> list[str]:
    """The letter with its first difference; nothing when there is none."""
    name = f"{letter.layout} {letter.language} {letter.piece_id}"
    if isinstance(made, Unstamped):
        return [f"{name}: refused the second time, {made.reason}"]
    found = differences(made.pages, rendered, composer.painter.typefaces)
    return [f"{name}: {found[0]}"] if found else []


def held_by_layout(letters: Iterable[Letter], processes: int) -> dict[str, Tally]:
    """The same in so many fresh processes, which share what they learn; by layout."""
    tasks = list(_batches(letters))
    spawn = multiprocessing.get_context("spawn")
    tallies: dict[str, Tally] = {}
    with ProcessPoolExecutor(processes, spawn) as pool:
        for task, tally in zip(tasks, pool.map(_held, tasks), strict=True):
            tallies[task[0].layout] = tallies.get(task[0].layout, Tally()) + tally
    return tallies


def tell(config: pytest.Config, group: str, name: str, tally: Tally) -> None:
    """Has pytest say what became of letters, after all else that it says: a line each, then one a group."""
    told = config.stash.setdefault(_TOLD, {})
    if not told:
        config.add_cleanup(lambda: config.get_terminal_writer().line("\n".join(_lines(told))))
    told.setdefault(group, {})[name] = tally


def _lines(told: dict[str, dict[str, Tally]]) -> Iterable[str]:
    for group in told.values():
        yield from (f"{name}: {tally}" for name, tally in group.items())
    for name, group in told.items():
        yield f"{len(group)} {name}: {sum(group.values(), Tally())}"


def _batches(letters: Iterable[Letter]) -> Iterable[list[Letter]]:
    layouts: dict[str, list[Letter]] = {}
    for letter in letters:
        layouts.setdefault(letter.layout, []).append(letter)
    for ours in layouts.values():
        for start in range(0, len(ours), BATCH):
            yield ours[start : start + BATCH]


@cache
def _own() -> tuple[Composer, Stamper]:
    composer = Composer()
    return composer, Stamper(composer)


def _held(letters: Sequence[Letter]) -> Tally:
    return held(letters, *_own())
