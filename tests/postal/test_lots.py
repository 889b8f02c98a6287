import zlib
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from pipelines.model import PlannedLot
from pipelines.postal.cells import SUMS
from pipelines.postal.lots import LotKey, StackKey, job_numbers, lot_id, make_lots, scheme_of
from pipelines.postal.sorting import Schemes
from tests.postal.desk import conf, rules

DAY, LATER = date(2026, 12, 22), date(2026, 12, 23)
HAND_IN = date(2026, 12, 17)
SE = LotKey("run-se-brev-20261217", "strand", "SE", "se-brev", HAND_IN)
SCHEMES = Schemes.load({})
PRODUCT = rules().products.of("se-brev", "SE", HAND_IN)


def made(*stacks: tuple[StackKey, dict[str, int]], per_file: int = 500, per_tray: int = 250) -> PlannedLot:
    vendors = conf(pieces_per_file=per_file, pieces_per_container=per_tray).vendors
    keys = [key for key, _ in stacks]
    rows = [
        {"stack": n, "postal_code": code, "sheets": 1, "pieces": pieces}
        for n, (_, cells) in enumerate(stacks)
        for code, pieces in sorted(cells.items())
    ]
    schemes = {key: scheme_of(key, vendors["strand"], SCHEMES) for key in keys}
    [lot] = make_lots(keys, pa.Table.from_pylist(rows, schema=SUMS), {SE: PRODUCT}, schemes, vendors)
    return lot


def test_the_id_of_a_lot_says_run_product_and_hand_in_date() -> None:
    assert lot_id("monthly-2026-12", "se-brev", HAND_IN) == "monthly-2026-12-se-brev-20261217"


def test_job_numbers_are_stable_short_and_never_the_same() -> None:
    names = [f"monthly-2026-12-se-brev-202612{day:02}" for day in range(1, 31)]
    jobs = job_numbers(names)
    assert jobs == job_numbers(names[::-1])
    assert len(set(jobs.values())) == len(names)
    assert all(1 <= job <= 99_999_999 for job in jobs.values())
    assert jobs[names[0]] == zlib.crc32(names[0].encode()) % 99_999_999 + 1


def test_groups_and_weight_steps_of_a_lot_share_neither_file_nor_tray() -> None:
    lot = made(
        (StackKey(SE, DAY, "B", 20), {"42101": 5}),
        (StackKey(SE, DAY, "B", 50), {"42101": 5}),
        (StackKey(SE, LATER, "A", 20), {"41101": 5}),
    )
    assert [(f.delivery_group, f.weight_step, f.pieces, f.first_sequence) for f in lot.files] == [
        ("B", 20, 5, 1),
        ("B", 50, 5, 6),
        ("A", 20, 5, 11),
    ]
    assert all(len(f.containers) == 1 for f in lot.files)
    assert (lot.pieces, lot.delivery_date) == (15, LATER)


def test_a_tray_that_is_more_than_a_file_has_a_part_in_each() -> None:
    lot = made((StackKey(SE, DAY, "B", 20), {"42101": 7}), per_file=3)
    parts = [tray for file in lot.files for tray in file.containers]
    assert [(p.first_sequence, p.last_sequence) for p in parts] == [(1, 3), (4, 6), (7, 7)]
    assert {p.id for p in parts} == {f"{SE.lot_id}-0001"}
    assert [f.first_ranks for f in lot.files] == [(0,), (3,), (6,)]
    [whole] = made((StackKey(SE, DAY, "B", 20), {"42101": 7})).files[0].containers
    assert sum(p.grams for p in parts) == pytest.approx(whole.grams)


def test_a_tray_holds_no_more_than_the_vendors_trays_do() -> None:
    lot = made((StackKey(SE, DAY, "B", 20), {f"421{n:02}": 10 for n in range(10)}), per_tray=30)
    sizes = [t.last_sequence - t.first_sequence + 1 for f in lot.files for t in f.containers]
    assert sum(sizes) == 100
    assert max(sizes) <= 30


def test_one_id_for_two_lots_is_refused() -> None:
    key = StackKey(SE, DAY, "B", 20)
    other = replace(key, lot=replace(SE, country="FI"))
    vendors = conf().vendors
    schemes = {k: scheme_of(key, vendors["strand"], SCHEMES) for k in (key, other)}
    rows = [{"stack": n, "postal_code": "42101", "sheets": 1, "pieces": 1} for n in range(2)]
    with pytest.raises(ValueError, match="two vendors or countries"):
        make_lots(
            [key, other],
            pa.Table.from_pylist(rows, schema=SUMS),
            {SE: PRODUCT, other.lot: PRODUCT},
            schemes,
            vendors,
        )
