import time
from collections import Counter
from datetime import date
from math import ceil

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BrevpressError, TableError
from pipelines.postal.levels import CELLS
from pipelines.postal.presort import Container, Presorted, Stack, presort
from pipelines.postal.sorting import Level, Limits, Scheme, SortFile, TableVersion
from pipelines.postal.weights import Measure
from tests.postal.tray_room import (
    MIX,
    OFF,
    SIZES,
    TRM,
    codes,
    limits,
    lots,
    scheme,
    sorted_out,
    stack,
    stacks,
)


def shown(found: Presorted) -> list[tuple[str, str, int, str]]:
    return [
        (c.level, c.key, c.pieces, f"{c.first_postal_code}-{c.last_postal_code}") for c in found.containers
    ]


def letters(found: Presorted) -> list[tuple[int, int, str, int, int]]:
    """(stack, container, postcode, sheets, rank) of every letter in order."""
    return [
        (row["stack"], row["container"], row["postal_code"], row["sheets"], row["first_rank"] + n)
        for row in found.ranges.to_pylist()
        for n in range(row["pieces"])
    ]


def test_a_key_with_enough_letters_fills_containers_of_its_own() -> None:
    found = sorted_out({"41101": 100, "41118": 80, "41318": 60, "41422": 100}, OFF, TRM, MIX)
    assert shown(found) == [("OFF", "411", 180, "41101-41118"), ("TRM", "41", 160, "41318-41422")]


def test_what_is_too_little_for_any_level_is_mixed_and_comes_last() -> None:
    found = sorted_out({"11122": 10, "21120": 10, "41101": 200}, OFF, TRM, MIX)
    assert shown(found) == [("OFF", "411", 200, "41101-41101"), ("MIX", "", 20, "11122-21120")]


def test_containers_are_filled_with_whole_postcodes() -> None:
    found = sorted_out({"41101": 150, "41102": 150, "41103": 150, "41104": 150}, OFF, MIX)
    assert [c.pieces for c in found.containers] == [300, 300]


def test_a_rest_that_is_too_little_is_balanced_away() -> None:
    even = sorted_out({f"4110{n}": 50 for n in range(9)}, OFF, MIX)
    assert [(c.level, c.pieces) for c in even.containers] == [("OFF", 200), ("OFF", 250)]


def test_where_balance_would_break_a_limit_containers_end_elsewhere() -> None:
    # Full ones would be 350, 380, 100; balanced ones 350, 100, 380 with ends inside postcodes.
    cells = {"41101": 350, "41102": 200, "41103": 180, "41104": 100}
    assert shown(sorted_out(cells, OFF, MIX)) == [
        ("OFF", "411", 350, "41101-41101"),
        ("OFF", "411", 200, "41102-41102"),
        ("OFF", "411", 280, "41103-41104"),
    ]


def test_a_rest_that_cannot_be_mended_goes_up_with_its_highest_postcodes() -> None:
    found = sorted_out({"41101": 400, "41102": 30, "41201": 130}, OFF, TRM, MIX)
    assert shown(found) == [("OFF", "411", 400, "41101-41101"), ("TRM", "41", 160, "41102-41201")]


def test_a_rest_stays_as_overflow_where_the_minimum_is_that_of_the_key() -> None:
    region = Level(code="REG", key="prefix:2", min=250, overflow=True)
    found = sorted_out({"10115": 400, "10117": 30, "20095": 249}, region, MIX)
    assert [(c.level, c.pieces, c.overflow) for c in found.containers] == [
        ("REG", 400, False),
        ("REG", 30, True),
        ("MIX", 249, False),
    ]


def test_a_minimum_of_the_key_may_be_more_than_a_container_holds() -> None:
    nation = Level(code="NAT", key="", min=500, overflow=True)
    assert {c.level for c in sorted_out({"10115": 499}, nation, MIX).containers} == {"MIX"}
    assert {c.level for c in sorted_out({"10115": 500}, nation, MIX).containers} == {"NAT"}


def test_thick_letters_do_not_stand_in_for_the_minimum_of_a_key() -> None:
    region = Level(code="REG", key="prefix:2", min=100, overflow=True)
    by = scheme(region, MIX, limits=Limits(max_pieces=400, max_mm=580, max_g=100_000))
    for pieces, level in [(99, "MIX"), (100, "REG")]:
        found = presort("lot", [stack({("10115", 1): pieces}, by)], {1: Measure(60, 5, "C4")})
        assert {c.level for c in found.containers} == {level}


def test_only_a_postcode_that_alone_is_more_than_a_container_is_cut() -> None:
    found = sorted_out({"41101": 100, "41102": 900, "41103": 50})
    assert [(c.pieces, c.first_postal_code, c.last_postal_code) for c in found.containers] == [
        (100, "41101", "41101"),
        (400, "41102", "41102"),
        (400, "41102", "41102"),
        (150, "41102", "41103"),
    ]
    assert found.ranges.select(["first_rank", "pieces", "first_sequence"]).to_pylist() == [
        {"first_rank": 0, "pieces": 100, "first_sequence": 1},
        {"first_rank": 0, "pieces": 400, "first_sequence": 101},
        {"first_rank": 400, "pieces": 400, "first_sequence": 501},
        {"first_rank": 800, "pieces": 100, "first_sequence": 901},
        {"first_rank": 0, "pieces": 50, "first_sequence": 1001},
    ]


@pytest.mark.parametrize(
    ("most", "pieces"),
    [
        (limits(pieces=40), 40),
        # 12 g and 0.74 mm each.
        (limits(g=1200), 100),
        (limits(mm=100), 135),
    ],
)
def test_the_limit_that_comes_first_counts(most: Limits, pieces: int) -> None:
    found = sorted_out({"41101": 1000}, limits=most)
    assert found.containers[0].pieces == pieces


def test_thick_letters_fill_a_container_before_its_minimum_is_reached() -> None:
    thick = {1: Measure(60, 5, "C4")}
    most = Limits(max_pieces=400, max_mm=580, max_g=100_000, min_fill=0.75)
    enough = stack({("41101", 1): 87}, scheme(OFF, MIX, limits=most))
    short = stack({("41101", 1): 86}, scheme(OFF, MIX, limits=most))
    assert [c.level for c in presort("lot", [enough], thick).containers] == ["OFF"]
    assert [c.level for c in presort("lot", [short], thick).containers] == ["MIX"]


def test_within_a_postcode_letters_stand_by_sheets() -> None:
    found = presort("lot", [stack({("41101", 2): 5, ("41101", 1): 7}, scheme())], SIZES)
    assert found.ranges.select(["sheets", "first_sequence"]).to_pylist() == [
        {"sheets": 1, "first_sequence": 1},
        {"sheets": 2, "first_sequence": 8},
    ]
    (container,) = found.containers
    assert (container.grams, container.millimetres) == (169, 11.08)


SAVES = {"OFF": 0.06, "TRM": 0.03}


@pytest.mark.parametrize(
    ("saves", "found"),
    [
        # 140 pieces gain 3 %, 20 pieces lose 3 %.
        (SAVES, [("OFF", "411", 180, "41101-41102"), ("TRM", "41", 160, "41103-41201")]),
        ({}, [("OFF", "411", 200, "41101-41103"), ("MIX", "", 140, "41201-41201")]),
        # 140 x 0.001 is less than 20 x 0.059.
        ({"OFF": 0.06, "TRM": 0.001}, [("OFF", "411", 200, "41101-41103"), ("MIX", "", 140, "41201-41201")]),
    ],
)
def test_a_full_container_gives_postcodes_up_where_that_pays(
    saves: dict[str, float], found: list[tuple[str, str, int, str]]
) -> None:
    cells = {"41101": 100, "41102": 80, "41103": 20, "41201": 140}
    assert shown(sorted_out(cells, OFF, TRM, MIX, saves=saves)) == found


def test_a_container_never_gives_up_what_it_needs_itself() -> None:
    found = sorted_out({"41101": 155, "41102": 6, "41201": 145}, OFF, TRM, MIX, saves=SAVES)
    assert [(c.level, c.pieces) for c in found.containers] == [("OFF", 155), ("TRM", 151)]
    found = sorted_out({"41101": 149, "41102": 6, "41201": 145}, OFF, TRM, MIX, saves=SAVES)
    assert [(c.level, c.pieces) for c in found.containers] == [("OFF", 155), ("MIX", 145)]


def paid(found: Presorted, saves: dict[str, float]) -> float:
    return sum(c.pieces * (1 - saves.get(c.level, 0)) for c in found.containers)


def test_the_order_is_region_then_key_then_mixed() -> None:
    cells = {"41101": 200, "41201": 100, "41301": 60, "11101": 90, "11201": 90, "11301": 160, "90000": 3}
    assert [(c.region, c.level, c.key) for c in sorted_out(cells, OFF, TRM, MIX).containers] == [
        ("11", "OFF", "113"),
        ("11", "TRM", "11"),
        ("41", "OFF", "411"),
        ("41", "TRM", "41"),
        ("", "MIX", ""),
    ]


def test_offices_of_a_sort_file_are_kept_together_though_their_postcodes_are_not() -> None:
    rows = pa.table(
        {
            "postal_code": ["10000", "20000", "30000", "40000"],
            "office": ["Ost", "Nord", "Ost", None],
            "terminal": ["T2", "T1", "T2", "T1"],
        }
    )
    office = Level(code="OFF", key="lookup:office", min=50, label="{office} via {terminal} {from}-{to}")
    terminal = Level(code="TRM", key="lookup:terminal", min=10, label="{terminal} {office}")
    by_file = Scheme(
        "SE", "se-brev", (office, terminal, MIX), limits(), "residual", (), True,
        SortFile(TableVersion("offices", "1", "0" * 64), rows),
    )  # fmt: skip
    cells = {("10000", 1): 30, ("20000", 1): 40, ("30000", 1): 30, ("40000", 1): 5, ("50000", 1): 2}
    found = presort("lot", [stack(cells, by_file)], SIZES)
    assert [(c.label, c.pieces, c.region) for c in found.containers] == [
        ("T1", 45, "T1"),
        ("Ost via T2 10000-30000", 60, "T2"),
        ("MIX 50000-50000", 2, ""),
    ]


def test_stacks_are_never_mixed_and_stand_by_delivery_group_and_weight() -> None:
    later = date(2026, 11, 26)
    found = presort(
        "lot",
        [
            stack({("41101", 1): 5}, scheme(), step=50, group="A"),
            stack({("41101", 1): 5}, scheme(), step=20, group="B", day=later),
            stack({("41101", 1): 5}, scheme(), step=20, group="A"),
            stack({}, scheme(), step=100, group="A"),
        ],
        SIZES,
    )
    assert [(c.id, c.weight_step, c.delivery_group, c.delivery_date.day) for c in found.containers] == [
        ("lot-0001", 20, "A", 25),
        ("lot-0002", 50, "A", 25),
        ("lot-0003", 20, "B", 26),
    ]
    assert [c.first_sequence for c in found.containers] == [1, 6, 11]


def test_an_empty_lot_has_no_containers() -> None:
    assert presort("lot", [], SIZES).containers == ()
    assert sorted_out({}).ranges.num_rows == 0


def test_a_letter_that_no_container_takes_is_refused() -> None:
    with pytest.raises(TableError, match=r"a letter of 1 sheets \(12 g, 0.74 mm\) is more than a container"):
        sorted_out({"41101": 1}, limits=limits(g=11))


def test_stacks_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(BrevpressError, match="two stacks"):
        presort("lot", [stack({}, scheme()), stack({}, scheme())], SIZES)


def test_letters_of_unknown_size_are_refused() -> None:
    with pytest.raises(BrevpressError, match="of 9 sheets"):
        presort("lot", [stack({("41101", 9): 1}, scheme())], SIZES)


@settings(deadline=None, max_examples=40)
@given(found=lots)
def test_every_letter_is_in_exactly_one_container_and_the_sequence_has_no_gap(found: Presorted) -> None:
    counted = Counter(
        (n, row["postal_code"], row["sheets"], rank)
        for n, part in enumerate(found.stacks)
        for row in part.cells.to_pylist()
        for rank in range(row["pieces"])
    )
    placed = letters(found)
    assert Counter((n, code, sheets, rank) for n, _, code, sheets, rank in placed) == counted
    expected = 1
    for row in found.ranges.to_pylist():
        assert row["first_sequence"] == expected
        expected += row["pieces"]
    expected = 1
    for number, container in enumerate(found.containers):
        assert container.id == f"lot-{number + 1:04}"
        assert container.first_sequence == expected
        expected = container.last_sequence + 1
        assert [n for n, letter in enumerate(placed, 1) if letter[1] == number] == list(
            range(container.first_sequence, expected)
        )
    assert expected == len(placed) + 1


@settings(deadline=None, max_examples=40)
@given(found=lots)
def test_no_container_breaks_a_limit_or_a_minimum_or_mixes(found: Presorted) -> None:
    placed = letters(found)
    for number, container in enumerate(found.containers):
        inside = [letter for letter in placed if letter[1] == number]
        (of,) = {n for n, *_ in inside}
        part = found.stacks[of]
        most, level = part.scheme.limits, level_of(part.scheme, container)
        grams = sum(SIZES[sheets].grams for *_, sheets, _ in inside)
        thick = sum(SIZES[sheets].millimetres for *_, sheets, _ in inside)
        assert (container.weight_step, container.delivery_group) == (part.weight_step, part.delivery_group)
        assert container.pieces == len(inside) <= most.max_pieces
        assert container.grams == pytest.approx(grams)
        assert container.millimetres == pytest.approx(thick)
        assert container.grams <= most.max_g
        assert container.millimetres <= most.max_mm
        codes = [code for _, _, code, _, _ in inside]
        assert (container.first_postal_code, container.last_postal_code) == (codes[0], codes[-1])
        assert codes == sorted(codes)
        assert set(part.scheme.keys(codes)[part.scheme.levels.index(level)].to_pylist()) == {container.key}
        full = (
            container.grams >= ceil(most.min_fill * most.max_g * 1000) / 1000
            or container.millimetres >= ceil(most.min_fill * most.max_mm * 1000) / 1000
        )
        if container.overflow:
            assert level.overflow
        else:
            assert container.pieces >= level.min or full


def level_of(by: Scheme, container: Container) -> Level:
    return next(level for level in by.levels if level.code == container.level)


@settings(deadline=None, max_examples=40)
@given(found=lots)
def test_a_postcode_that_fits_into_a_container_is_never_cut(found: Presorted) -> None:
    inside: dict[tuple[int, str], set[int]] = {}
    sums: Counter[tuple[int, str]] = Counter()
    for row in found.ranges.to_pylist():
        key = (row["stack"], row["postal_code"])
        inside.setdefault(key, set()).add(row["container"])
        sums[key] += row["pieces"]
    for (number, code), containers in inside.items():
        part = found.stacks[number]
        held = [r for r in part.cells.to_pylist() if r["postal_code"] == code]
        most = part.scheme.limits
        if (
            sums[number, code] <= most.max_pieces
            and sum(SIZES[r["sheets"]].grams * r["pieces"] for r in held) <= most.max_g
            and sum(SIZES[r["sheets"]].millimetres * r["pieces"] for r in held) <= most.max_mm
        ):
            assert len(containers) == 1


@settings(deadline=None, max_examples=25)
@given(parts=stacks, data=st.data())
def test_counts_in_any_order_and_in_parts_give_the_same(parts: list[Stack], data: st.DataObject) -> None:
    shuffled = []
    for part in data.draw(st.permutations(parts)):
        rows = part.cells.to_pylist()
        pieces = [row | {"pieces": n} for row in rows for n in (row["pieces"] - 1, 1, 0) if n >= 0]
        again = pa.Table.from_pylist(data.draw(st.permutations(pieces)), schema=CELLS)
        shuffled.append(Stack(part.weight_step, part.delivery_group, part.delivery_date, part.scheme, again))
    first, second = presort("lot", parts, SIZES), presort("lot", shuffled, SIZES)
    assert first.containers == second.containers
    assert first.ranges.equals(second.ranges)


@settings(deadline=None, max_examples=40)
@given(
    counted=st.dictionaries(codes, st.integers(1, 60), max_size=30),
    fine=st.integers(5, 80),
    coarse=st.integers(5, 80),
    saves=st.tuples(st.integers(0, 20), st.integers(0, 20)),
)
def test_giving_up_never_costs(
    counted: dict[str, int], fine: int, coarse: int, saves: tuple[int, int]
) -> None:
    by = (Level(code="FINE", key="prefix:3", min=fine), Level(code="REG", key="prefix:1", min=coarse), MIX)
    shares = {"FINE": sum(saves) / 100, "REG": saves[1] / 100}
    most = limits(pieces=120)
    with_repair = sorted_out(counted, *by, limits=most, saves=shares)
    assert paid(with_repair, shares) <= paid(sorted_out(counted, *by, limits=most), shares) + 1e-9


def month(pieces: int, codes: int = 17_000) -> pa.Table:
    """Postcodes of very different size with four numbers of sheets."""
    rng = np.random.default_rng(4)
    names = [f"{n:05}" for n in sorted(rng.choice(90_000, codes, replace=False) + 10_000)]
    share = rng.dirichlet(np.full(codes * 4, 0.3))
    return pa.table(
        [
            pa.array(np.repeat(names, 4), pa.string()),
            pa.array(np.tile([1, 2, 3, 4], codes), pa.int32()),
            pa.array(rng.multinomial(pieces, share), pa.int64()),
        ],
        schema=CELLS,
    )


@pytest.mark.parametrize("pieces", [300_000, 3_000_000])
def test_a_month_of_letters_is_sorted_in_a_second(pieces: int) -> None:
    by = scheme(OFF, TRM, MIX, limits=Limits(max_pieces=400, max_mm=580, max_g=8000))
    part = stack({}, by)
    counted = Stack(part.weight_step, part.delivery_group, part.delivery_date, by, month(pieces))
    started = time.process_time()
    found = presort("lot", [counted], SIZES)
    # 1 s and 3 s are asked for; a tenth of it is usual, the rest is for a busy machine.
    assert time.process_time() - started < 3
    assert found.containers[-1].last_sequence == pieces
