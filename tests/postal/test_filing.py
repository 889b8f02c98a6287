from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.postal.filing import Filed, file_out
from pipelines.postal.presort import Presorted, presort
from tests.postal.tray_room import MIX, OFF, SIZES, limits, lots, scheme, sorted_out, stack


def shown(found: Filed) -> list[tuple[str, int, int, int, int]]:
    return [(f.name, f.first_sequence, f.pieces, f.first_container, f.containers) for f in found.files]


def test_a_file_holds_as_many_whole_containers_as_it_may() -> None:
    lot = sorted_out({"41101": 200, "41102": 150, "41103": 300, "41104": 100}, limits=limits(pieces=300))
    assert [c.pieces for c in lot.containers] == [200, 150, 300, 100]
    assert shown(file_out(lot, 500)) == [
        ("print-0001.pdf", 1, 350, 0, 2),
        ("print-0002.pdf", 351, 400, 2, 2),
    ]


def test_a_container_that_is_more_than_a_file_is_cut() -> None:
    lot = sorted_out({"41101": 100, "41102": 390, "41103": 50}, limits=limits(pieces=390))
    assert shown(file_out(lot, 150)) == [
        ("print-0001.pdf", 1, 100, 0, 1),
        ("print-0002.pdf", 101, 150, 1, 1),
        ("print-0003.pdf", 251, 150, 1, 1),
        ("print-0004.pdf", 401, 90, 1, 1),
        ("print-0005.pdf", 491, 50, 2, 1),
    ]


def test_letters_are_found_by_postcode_sheets_and_rank() -> None:
    lot = sorted_out({"41101": 100, "41102": 390}, limits=limits(pieces=390))
    filed = file_out(lot, 150)
    third = filed.of(filed.files[2])
    assert third.to_pylist() == [
        {
            "stack": 0,
            "container": 1,
            "postal_code": "41102",
            "sheets": 1,
            "first_rank": 150,
            "pieces": 150,
            "first_sequence": 251,
            "file": 2,
        }
    ]


def test_nothing_is_mixed_in_a_file() -> None:
    later = date(2026, 11, 26)
    lot = presort(
        "lot",
        [
            stack({("41101", 1): 5}, scheme(), step=20),
            stack({("41101", 2): 5}, scheme(), step=50),
            stack({("41101", 1): 5}, scheme(), step=20, day=later),
            stack({("41101", 1): 5}, scheme(), step=20, group="B", day=later),
        ],
        SIZES,
    )
    files = file_out(lot, 500).files
    assert [(f.pieces, f.weight_step, f.delivery_group, f.delivery_date.day) for f in files] == [
        (5, 20, "A", 25),
        (5, 50, "A", 25),
        (5, 20, "A", 26),
        (5, 20, "B", 26),
    ]


def test_a_lot_of_one_container_is_one_file() -> None:
    assert shown(file_out(sorted_out({"41101": 200}, OFF, MIX), 500)) == [("print-0001.pdf", 1, 200, 0, 1)]


def test_an_empty_lot_has_no_files() -> None:
    filed = file_out(sorted_out({}), 500)
    assert filed.files == ()
    assert filed.places.num_rows == 0


@settings(deadline=None, max_examples=40)
@given(lot=lots, per_file=st.integers(1, 300))
def test_every_letter_is_in_exactly_one_file_and_in_its_container(lot: Presorted, per_file: int) -> None:
    filed = file_out(lot, per_file)
    expected = 1
    for number, file in enumerate(filed.files):
        assert file.name == f"print-{number + 1:04}.pdf"
        assert file.first_sequence == expected
        assert 1 <= file.pieces <= per_file
        expected = file.last_sequence + 1
        mine = lot.containers[file.first_container : file.first_container + file.containers]
        stack_of = {(c.weight_step, c.delivery_group, c.delivery_date) for c in mine}
        assert stack_of == {(file.weight_step, file.delivery_group, file.delivery_date)}
        assert mine[0].first_sequence <= file.first_sequence <= mine[0].last_sequence
        assert mine[-1].first_sequence <= file.last_sequence <= mine[-1].last_sequence
        for container in mine:
            inside = file.first_sequence <= container.first_sequence
            inside = inside and container.last_sequence <= file.last_sequence
            assert inside or (container.pieces > per_file and len(mine) == 1)
        rows = filed.of(file).to_pylist()
        assert sum(row["pieces"] for row in rows) == file.pieces
        assert rows[0]["first_sequence"] == file.first_sequence
        assert {row["file"] for row in rows} == {number}
    assert expected == 1 + sum(c.pieces for c in lot.containers)


@settings(deadline=None, max_examples=40)
@given(lot=lots, per_file=st.integers(1, 300))
def test_cutting_into_files_moves_no_letter(lot: Presorted, per_file: int) -> None:
    def spread(rows: list[dict[str, int]]) -> list[tuple[object, ...]]:
        return [
            (
                row["stack"],
                row["container"],
                row["postal_code"],
                row["sheets"],
                row["first_rank"] + n,
                row["first_sequence"] + n,
            )
            for row in rows
            for n in range(row["pieces"])
        ]

    assert spread(file_out(lot, per_file).places.to_pylist()) == spread(lot.ranges.to_pylist())
