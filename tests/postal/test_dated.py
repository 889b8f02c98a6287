from datetime import date
from pathlib import Path

import pytest

from pipelines import tables
from pipelines.errors import TableError
from pipelines.postal.dated import Entry, entries, only_one, table

HEAD = 'name = "things"\nversion = "1"\nvalid_from = 2026-01-01\nvalid_to = 2026-12-31\n'
ENTRY = '[[thing]]\ncountry = "SE"\nverified = true\nsource = "made up"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "things.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_table_goes_before_the_shipped_one(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD.replace("things", "products"))
    assert table("products", {"products": path}).version.version == "1"
    assert table("products", {}).version == tables.load("products").version


def test_a_missing_file_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"gone\.toml: no such file: mend schedule\.tables\.products"):
        table("products", {"products": tmp_path / "gone.toml"})


def test_a_table_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="its name is 'things', wanted 'products'"):
        table("products", {"products": written(tmp_path, HEAD)})


def test_an_entry_without_dates_has_those_of_its_table(tmp_path: Path) -> None:
    text = HEAD + ENTRY + ENTRY + "valid_to = 2026-06-30\n"
    first, second = entries(tables.read(written(tmp_path, text)), "thing", Entry)
    assert (first.valid_from, first.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (second.valid_from, second.valid_to) == (date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ENTRY + "colour = 1\n", "things: thing 1: colour: Extra inputs"),
        (ENTRY.replace('"SE"', '"Sweden"'), "things: thing 1: country: String should match"),
        (ENTRY.replace('source = "made up"\n', ""), "things: thing 1: source: Field required"),
        ('thing = "one"\n', "things: 'thing' is no list of entries"),
    ],
)
def test_a_wrong_entry_is_one_line_with_table_entry_and_field(
    tmp_path: Path, entry: str, message: str
) -> None:
    with pytest.raises(TableError, match=message) as caught:
        entries(tables.read(written(tmp_path, HEAD + entry)), "thing", Entry)
    assert "\n" not in str(caught.value)


def entry(first: date, last: date) -> Entry:
    return Entry(country="SE", valid_from=first, valid_to=last, verified=True, source="made up")


def test_both_ends_of_an_entrys_dates_count() -> None:
    old = entry(date(2026, 1, 1), date(2026, 6, 30))
    new = entry(date(2026, 7, 1), date(2026, 12, 31))
    assert only_one([old, new], date(2026, 6, 30), "things") is old
    assert only_one([old, new], date(2026, 7, 1), "things") is new


def test_unknown_expired_and_doubtful_entries_are_refused() -> None:
    known = entry(date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(TableError, match="things: unknown"):
        only_one([], date(2026, 1, 1), "things")
    with pytest.raises(TableError, match=r"not valid on 2027-01-01 \(only 2026-01-01\.\.2026-12-31\)"):
        only_one([known], date(2027, 1, 1), "things")
    with pytest.raises(TableError, match="2 entries are valid on 2026-05-05"):
        only_one([known, known], date(2026, 5, 5), "things")
