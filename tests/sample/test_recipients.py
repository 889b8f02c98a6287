import re
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines import tables
from pipelines.sample import dice, names, places
from pipelines.sample.cohort import gather
from pipelines.sample.creditors import creditors
from pipelines.sample.recipients import recipients

TODAY = date(2026, 11, 1)
NOBODY = np.array([], dtype=np.int64)


@pytest.fixture(scope="module", params=["SE", "FI"])
def people(request: pytest.FixtureRequest) -> tuple[str, pa.Table]:
    cohort = gather(2, request.param, 0, 6000, NOBODY, 0, 0)
    return request.param, recipients(2, cohort, TODAY)


def test_every_recipient_has_an_id_of_its_own(people):
    _, table = people
    assert pc.count_distinct(table["debtor_id"]).as_py() == table.num_rows


def test_names_have_the_letters_of_six_alphabets(people):
    _, table = people
    letters = set("".join(table["name"].to_pylist()))
    assert set("åäöÅÄÖ") <= letters
    assert set("čšžŋđá") <= letters
    assert set("łąęśżó") <= letters
    assert set("ğışçİ") <= letters


def test_names_are_double_now_and_then_and_never_longer_than_a_window(people):
    country, table = people
    persons = table.filter(pc.equal(table["debtor_kind"], "person"))["name"].to_pylist()
    assert max(len(name) for name in table["name"].to_pylist()) <= names.LONGEST_NAME
    assert 0.05 < sum("-" in name for name in persons) / len(persons) < 0.4
    assert max(map(len, names.companies(dice.stream(1), country, 500).to_pylist())) <= names.LONGEST_NAME


def test_persons_are_grown_up_and_companies_were_never_born(people):
    _, table = people
    born = [day for day in table["birth_date"].to_pylist() if day]
    ages = [(TODAY - day).days / 365.25 for day in born]
    assert 18.9 < min(ages) < max(ages) < 96
    companies = table.filter(pc.equal(table["debtor_kind"], "company"))
    assert companies["birth_date"].null_count == companies.num_rows


def test_a_postcode_belongs_to_its_city_and_may_be_written_with_a_blank(people):
    country, table = people
    land = places.land(country)
    numbers: dict[str, set[int]] = {}
    for city, swedish_city, first, step, codes in zip(
        land.cities, land.swedish_cities, land.first, land.step, land.codes, strict=True
    ):
        for name in (city, swedish_city):
            numbers.setdefault(name, set()).update(int(first + step * n) for n in range(codes))
    for row in table.select(["city", "postal_code", "postal_code_spaced"]).to_pylist():
        assert re.fullmatch(r"\d{5}", row["postal_code"])
        assert int(row["postal_code"]) in numbers[row["city"]]
        head, tail = row["postal_code"][:3], row["postal_code"][3:]
        assert row["postal_code_spaced"] == (f"{head} {tail}" if country == "SE" else head + tail)


def test_no_two_towns_share_a_postcode():
    for country in ("SE", "FI"):
        land = places.land(country)
        codes = [
            first + step * n
            for first, step, count in zip(land.first, land.step, land.codes, strict=True)
            for n in range(count)
        ]
        assert len(codes) == len(set(codes)), country
        assert max(codes) < 100_000


def test_big_towns_have_more_people(people):
    country, table = people
    counts = {v["values"]: v["counts"] for v in table["city"].value_counts().to_pylist()}
    big, small = {"SE": ("Stockholm", "Jokkmokk"), "FI": ("Helsinki", "Utsjoki")}[country]
    assert counts[big] > 20 * counts.get(small, 0)


def test_swedish_speakers_in_finland_live_in_towns_with_swedish_names(people):
    country, table = people
    if country == "FI":
        swedish = table.filter(pc.equal(table["language"], "sv"))
        cities = set(swedish["city"].to_pylist())
        assert {"Helsingfors", "Vasa"} <= cities
        assert "Helsinki" not in cities
        assert swedish.num_rows / table.num_rows == pytest.approx(0.08, abs=0.02)


def test_paydays_and_capacities_are_possible(people):
    _, table = people
    assert set(table["payday"].drop_null().to_pylist()) <= set(range(1, 32))
    assert pc.min(table["monthly_capacity"]).as_py() > 0


@pytest.mark.parametrize("country", ["SE", "FI"])
def test_creditors_are_150_with_different_names_and_ids_and_all_trades(country):
    book = creditors(country)
    assert len(book.ids) == len(set(book.ids)) == len(set(book.names)) == 150
    assert {book.trades[t] for t in book.trade} == set(tables.load("sample/creditors").data["ranks"])
    with_offer = sum(offer is not None for offer in book.offers[::3])
    assert with_offer == pytest.approx(50, abs=8)
    assert (np.diff(book.weights) < 0).all()
