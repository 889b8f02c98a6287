import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.model import PlannedFile
from pipelines.postal.presort import files

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=60)
limits = st.integers(1, 50)


def codes(count: int) -> list[str]:
    return [f"{41101 + n}" for n in range(count)]


def sorted_out(pieces: list[int], per_file: int = 500, per_tray: int = 250) -> tuple[PlannedFile, ...]:
    return files("lot", codes(len(pieces)), np.array(pieces, np.int64), per_file, per_tray)


def test_a_file_ends_before_the_postcode_that_would_be_too_many() -> None:
    first, second = sorted_out([200, 200, 200, 300])
    assert (first.name, first.first_sequence, first.pieces) == ("print-0001.pdf", 1, 400)
    assert (second.name, second.first_sequence, second.pieces) == ("print-0002.pdf", 401, 500)
    assert second.postal_codes == ("41103", "41104")


def test_a_postcode_larger_than_a_file_is_a_file_of_its_own() -> None:
    assert [f.pieces for f in sorted_out([10, 700, 10])] == [10, 700, 10]


def test_trays_hold_whole_postcodes_and_say_which() -> None:
    (file,) = sorted_out([100, 100, 100, 50])
    assert [(t.id, t.level, t.key, t.first_sequence, t.last_sequence) for t in file.containers] == [
        ("lot-0001", "postcode", "41101-41102", 1, 200),
        ("lot-0002", "postcode", "41103-41104", 201, 350),
    ]


def test_only_a_postcode_larger_than_a_tray_is_cut() -> None:
    (file,) = sorted_out([100, 320, 50])
    assert [(t.key, t.first_sequence, t.last_sequence) for t in file.containers] == [
        ("41101-41101", 1, 100),
        ("41102-41102", 101, 350),
        ("41102-41103", 351, 470),
    ]


def test_tray_numbers_run_through_the_lot() -> None:
    found = sorted_out([300, 300], per_file=300)
    assert [t.id for f in found for t in f.containers] == ["lot-0001", "lot-0002", "lot-0003", "lot-0004"]


def test_an_empty_lot_has_no_files() -> None:
    assert sorted_out([]) == ()


@settings(deadline=None)
@given(pieces=sizes, per_file=limits)
def test_files_hold_every_postcode_once_and_in_order(pieces: list[int], per_file: int) -> None:
    found = sorted_out(pieces, per_file)
    assert [code for f in found for code in f.postal_codes] == codes(len(pieces))
    starts = np.cumsum([1, *(f.pieces for f in found)])
    assert [f.first_sequence for f in found] == starts[:-1].tolist()
    assert starts[-1] - 1 == sum(pieces)
    assert all(f.pieces <= per_file or len(f.postal_codes) == 1 for f in found)


@settings(deadline=None)
@given(pieces=sizes, per_file=limits, per_tray=limits)
@example(pieces=[3, 9, 1], per_file=50, per_tray=4)
def test_trays_partition_the_sequence_and_cut_only_large_postcodes(
    pieces: list[int], per_file: int, per_tray: int
) -> None:
    size = dict(zip(codes(len(pieces)), pieces, strict=True))
    last_of = dict(zip(size, np.cumsum(pieces).tolist(), strict=True))
    expected = 1
    for file in sorted_out(pieces, per_file, per_tray):
        assert file.containers[0].first_sequence == file.first_sequence
        for tray in file.containers:
            assert tray.first_sequence == expected
            assert 1 <= tray.last_sequence - tray.first_sequence + 1 <= per_tray
            first, last = tray.key.split("-")
            assert last_of[first] - size[first] < tray.first_sequence <= last_of[first]
            assert last_of[last] - size[last] < tray.last_sequence <= last_of[last]
            assert tray.last_sequence == last_of[last] or size[last] > per_tray
            expected = tray.last_sequence + 1
        assert expected == file.first_sequence + file.pieces
