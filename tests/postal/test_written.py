import json
from dataclasses import dataclass
from datetime import date

from pipelines.postal.written import record, restored, text


@dataclass(frozen=True)
class Sample:
    day: date
    days: tuple[date, ...]
    number: int | None
    later: date | None
    name: str


VALUE = Sample(date(2026, 12, 1), (date(2026, 12, 2), date(2026, 12, 3)), None, date(2026, 12, 4), "å")


def test_a_value_comes_back_from_its_record() -> None:
    assert restored(Sample, json.loads(json.dumps(record(VALUE)))) == VALUE


def test_what_is_left_out_of_a_record_is_given_when_it_is_read() -> None:
    found = record(VALUE, ["name"], pieces=3)
    assert "name" not in found
    assert found["pieces"] == 3
    assert restored(Sample, found, name="å") == VALUE


def test_the_text_is_json_with_one_record_a_line() -> None:
    written = text({"day": date(2026, 12, 1)}, {"some": [{"a": 1}, {"a": "å"}], "none": []})
    assert written == '{\n "day": "2026-12-01",\n "some": [\n  {"a": 1},\n  {"a": "å"}\n ],\n "none": []\n}\n'
    assert json.loads(written) == {"day": "2026-12-01", "some": [{"a": 1}, {"a": "å"}], "none": []}
