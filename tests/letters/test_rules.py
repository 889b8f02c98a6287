from datetime import date
from pathlib import Path

import pytest

from pipelines import assets, tables
from pipelines.errors import TableError
from pipelines.letters import rules
from pipelines.letters.rules import ClaimField
from tests.letters.desk import TODAY


@pytest.mark.parametrize(("country", "days"), [("SE", 10), ("FI", 14)])
def test_the_planner_gets_the_days_that_serve_every_letter(country: str, days: int) -> None:
    assert rules.minimum_days(country, TODAY) == days


@pytest.mark.parametrize("country", ["se", "fi"])
def test_every_entry_names_source_and_date_and_waits_for_counsel(country: str) -> None:
    data = tables.load(f"rules/{country}").data
    entries = [entry for section in data.values() if isinstance(section, list) for entry in section]
    assert len(entries) > 10
    for entry in entries:
        assert entry["source"]
        assert isinstance(entry["valid_from"], date)
        assert entry["status"] == "verify_with_counsel"


@pytest.mark.parametrize("country", ["SE", "FI"])
def test_interest_asks_for_its_rate_and_its_first_day(country: str) -> None:
    fields = rules.rule_set(country, "demand", "person", TODAY).claim_fields
    assert ClaimField("interest_rate", "interest") in fields
    assert ClaimField("interest_from", "interest") in fields


def test_a_demand_offers_instalments_and_an_invoice_does_not() -> None:
    assert rules.rule_set("SE", "demand", "person", TODAY).terms is not None
    assert rules.rule_set("SE", "invoice", "person", TODAY).terms is None


def test_facts_come_in_the_language_of_the_letter_or_the_first_one() -> None:
    rule_set = rules.rule_set("FI", "demand", "person", TODAY)
    assert rule_set.words("sv-FI")["law"] == "lagen om indrivning av fordringar (513/1999)"
    assert rule_set.words("de")["law"] == "laki saatavien perinnästä (513/1999)"


def test_a_day_before_the_rules_is_refused() -> None:
    with pytest.raises(TableError, match="no minimum_days for demand on 1999-01-01"):
        rules.minimum_days("SE", date(1999, 1, 1))


def test_a_country_without_rules_is_refused() -> None:
    with pytest.raises(TableError, match="no table of rules"):
        rules.minimum_days("XX", TODAY)


def _own(path: Path, old: str, new: str) -> dict[str, Path]:
    text = assets.table("rules/se.toml").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return {"rules/se": path}


def test_own_rules_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    own = _own(tmp_path / "se.toml", "days = 10", "days = 21")
    assert rules.minimum_days("SE", TODAY, own) == 21
    assert rules.minimum_days("SE", TODAY) == 10
    assert rules.version("SE", own).sha256 != rules.version("SE").sha256


def test_rules_that_end_make_room_for_those_that_follow(tmp_path: Path) -> None:
    path = tmp_path / "dated.toml"
    entry = (
        '[[minimum_days]]\ndays = {}\nsource = "s"\nstatus = "verify_with_counsel"\n'
        "valid_from = {}\nvalid_to = {}\n"
    )
    path.write_text(
        'name = "rules/se"\nversion = "1"\nvalid_from = 2024-01-01\n'
        + entry.format(10, "2024-01-01", "2026-12-31")
        + entry.format(12, "2027-01-01", "2099-12-31")
        + entry.format(10, "2024-01-01", "2099-12-31").replace("minimum", "objection")
    )
    own = {"rules/se": path}
    assert rules.minimum_days("SE", date(2026, 12, 31), own) == 10
    assert rules.minimum_days("SE", date(2027, 1, 1), own) == 12


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('status = "verify_with_counsel"', "", "minimum_days 1: no status"),
        ('"interest_rate"', '"interest_rat"', "no column 'interest_rat'"),
    ],
)
def test_a_table_with_a_gap_is_one_line_that_names_it(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(TableError, match=complaint):
        rules.minimum_days("SE", TODAY, _own(tmp_path / "se.toml", old, new))
