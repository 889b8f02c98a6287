"""What the tests of delivery patterns share: a table, its calendars, its files."""

from datetime import date
from pathlib import Path

from pipelines.model import TableVersion
from pipelines.postal.calendars import Calendars, Closures
from pipelines.postal.patterns import Patterns

PRODUCT = "letter"
HEAD = 'name = "patterns"\nversion = "1"\nvalid_from = 2026-01-01\nvalid_to = 2027-12-31\n'
SAID = 'verified = true\nsource = "made up"\n'

HOLIDAYS = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 6)}


def calendars(
    *countries: str, closed: frozenset[date] | set[date] = HOLIDAYS, weekend: tuple[str, ...] = ("sat", "sun")
) -> Calendars:
    """Delivery calendars of the countries, or of all that the tests speak of."""
    entries = (
        Closures.model_validate(
            {
                "country": country,
                "kind": "post_delivery",
                "closed_weekdays": set(weekend),
                "categories": (),
                "closed": closed,
                "verified": True,
                "source": "made up",
            }
        )
        for country in countries or ("SE", "FI", "NO", "DK", "CZ", "NL")
    )
    return Calendars(TableVersion("calendars", "1", "0" * 64), tuple(entries))


def pattern(country: str, group: str, *lines: str) -> str:
    return "\n".join(["[[pattern]]", f'country = "{country}"', f'group = "{group}"', *lines, SAID])


def area(country: str, *lines: str) -> str:
    return "\n".join(["[[area]]", f'country = "{country}"', *lines, SAID])


def loaded(folder: Path, *entries: str, head: str = HEAD, **files: str) -> Patterns:
    """The table with these entries; `files` are CSVs beside it: `dates="date,pattern\\n…"` is dates.csv."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    path = folder / "patterns.toml"
    path.write_text(head + "\n".join(entries), encoding="utf-8")
    return Patterns.load({"patterns": path})
