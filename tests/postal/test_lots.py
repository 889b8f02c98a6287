import zlib
from dataclasses import replace

import pytest

from pipelines.model import Days
from pipelines.postal.lots import job_numbers, lot_id, make_lots
from pipelines.postal.paydays import Month
from pipelines.postal.schedule import days
from tests.postal.desk import TODAY, conf, counts, rules


def planned(country: str, own: int | None) -> Days:
    found = days(country, own, Month(2026, 12), TODAY, conf(), rules())
    assert isinstance(found, Days)
    return found


def test_a_lot_is_named_by_run_product_and_hand_in_date() -> None:
    assert lot_id("monthly-2026-12", planned("SE", None)) == "monthly-2026-12-se-brev-20261217"


def test_paydays_that_are_the_same_day_travel_in_one_lot() -> None:
    cohorts = [planned("SE", None), planned("SE", 24), planned("SE", 26)]
    found = make_lots(
        counts(("SE", None, "41101", 1), ("SE", 24, "41101", 2), ("SE", 26, "41102", 3)),
        "monthly-2026-12",
        cohorts,
        (),
        conf(),
    )
    (lot,) = found
    assert lot.pieces == 6
    assert lot.files[0].postal_codes == ("41101", "41102")


def test_a_lot_with_two_delivery_dates_is_refused() -> None:
    one = planned("SE", None)
    other = replace(one, own_payday=24, delivery_date=one.hand_in_date)
    with pytest.raises(ValueError, match="would have two vendors, countries or delivery dates"):
        make_lots(counts(("SE", None, "41101", 1), ("SE", 24, "41101", 1)), "run", [one, other], (), conf())


def test_job_numbers_have_eight_digits_and_do_not_depend_on_the_order() -> None:
    names = [f"monthly-2026-12-se-brev-202612{n:02}" for n in range(1, 31)]
    jobs = job_numbers(names)
    assert jobs == job_numbers(names[::-1])
    assert all(1 <= job <= 99_999_999 for job in jobs.values())
    assert jobs[names[0]] == zlib.crc32(names[0].encode()) % 99_999_999 + 1


def test_two_lots_never_share_a_job_number() -> None:
    seen: dict[int, str] = {}
    for n in range(1_000_000):
        name = f"lot-{n}"
        job = zlib.crc32(name.encode()) % 99_999_999
        if job in seen:
            pair = [seen[job], name]
            break
        seen[job] = name
    jobs = job_numbers(pair)
    assert abs(jobs[pair[0]] - jobs[pair[1]]) == 1
