"""Writes a sample: Parquet or CSV files of claims, and what should become of every row."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from pipelines import tables
from pipelines.errors import UsageError
from pipelines.sample import claims, cohort, defects, files, recipients
from pipelines.sample.cohort import Cohort
from pipelines.sample.summary import Part, SampleSummary

FORMATS = ("parquet", "csv")

ROW_GROUP = 25_000
"""Rows of a Parquet row group, and of what is in memory at a time."""
COHORT_LETTERS = 50_000
"""Letters of a cohort: about 250,000 rows, over which a recipient's claims are scattered."""
FILES_OF_A_COHORT = 2


def write_sample(
    out: Path,
    letters: int,
    seed: int = 1,
    countries: tuple[str, ...] = ("SE", "FI"),
    format: str = "parquet",
    today: date = date(2026, 11, 1),
) -> SampleSummary:
    """The counts and the truth of a sample, once its files lie in the folder `out`.

    Its good rows make `letters` mail pieces; about four per cent of all rows have a defect on
    purpose, and `SampleSummary.truth` says which. The same arguments give the same bytes, with
    the same numpy and pyarrow. Memory is that of one cohort, however many letters. `format` is
    one of FORMATS; the dates stand to `today` as those of a fresh export. Raises UsageError for
    arguments that cannot be, and for a folder that holds other exports.
    """
    _check(letters, seed, countries, format)
    plan = list(_cohort_letters(letters, countries))
    paths = [
        out / f"claims-{number * FILES_OF_A_COHORT + half + 1:03}-{country.lower()}.{format}"
        for number, (country, _, _) in enumerate(plan)
        for half in range(FILES_OF_A_COHORT)
    ]
    _make_room(out, paths)
    parts: list[Part] = []
    pieces = rows = debtors = 0
    for number, (country, start, stop) in enumerate(plan):
        hits = defects.portion(letters, start, stop, text=format == "csv")
        group = cohort.gather(seed, country, number, stop - start, hits, debtors, rows)
        two = paths[number * FILES_OF_A_COHORT :][:FILES_OF_A_COHORT]
        parts += _write_cohort(two, seed, group, today, rows)
        pieces, rows, debtors = pieces + group.pieces(), rows + group.rows, debtors + group.debtors
    return SampleSummary(rows=rows, pieces_expected=pieces, parts=tuple(parts))


def _check(letters: int, seed: int, countries: tuple[str, ...], format: str) -> None:
    known = tables.load("sample/places").data
    wrong = [c for c in countries if c not in known or not c.isupper()]
    if letters < 1:
        raise UsageError(f"letters: {letters} is no number of letters", "ask for one or more")
    if seed < 0:
        raise UsageError(f"seed: {seed} is below zero", "take 0 or more")
    if wrong or not countries or len(set(countries)) < len(countries):
        raise UsageError(f"countries: {','.join(wrong or countries) or 'none'}", "name SE, FI or both, once")
    if format not in FORMATS:
        raise UsageError(f"format: {format!r}", "take parquet or csv")


def _cohort_letters(letters: int, countries: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(country, first, last + 1) of each cohort; countries share the letters by their weight."""
    shares = [tables.load("sample/creditors").data[country]["share"] for country in countries]
    bounds = [letters * sum(shares[:place]) // sum(shares) for place in range(len(shares) + 1)]
    for country, (begin, end) in zip(countries, pairwise(bounds), strict=True):
        for start in range(begin, end, COHORT_LETTERS):
            yield country, start, min(start + COHORT_LETTERS, end)


def _make_room(out: Path, paths: list[Path]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    others = {p.name for p in out.iterdir() if p.suffix in (".parquet", ".csv")} - {p.name for p in paths}
    if others:
        raise UsageError(f"{out}: holds other exports ({sorted(others)[0]})", "name an empty folder")


def _write_cohort(paths: list[Path], seed: int, group: Cohort, today: date, first_row: int) -> Iterator[Part]:
    people = recipients.recipients(seed, group, today)
    lost, spoiled = group.defect_of_rows(), group.spoiled_rows()
    bounds = [group.rows * place // len(paths) for place in range(len(paths) + 1)]
    for path, (begin, end) in zip(paths, pairwise(bounds), strict=True):
        with files.writer(path) as write:
            for start in range(begin, end, ROW_GROUP):
                stop = min(start + ROW_GROUP, end)
                good = claims.claims(seed, group, people, start, stop, today)
                write(good, spoiled[start:stop], today)
        yield Part.of(
            path.name, group.country, lost[begin:end], group.claim_number[begin:end], first_row + begin
        )
