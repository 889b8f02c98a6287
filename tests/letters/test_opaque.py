import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.letters.opaque import NUMBER_DIGITS, Ids

IDS = Ids("a secret")
WHO = ("monthly-2026-12", "D1", "demand", "SE", "SEK")


def test_a_piece_id_is_p_and_twenty_letters_and_digits() -> None:
    assert re.fullmatch(r"P[A-Z2-7]{20}", IDS.piece_id(*WHO))


def test_ids_are_the_same_for_the_same_key_and_others_for_another_key() -> None:
    assert Ids("a secret").piece_id(*WHO) == IDS.piece_id(*WHO)
    assert Ids("another").piece_id(*WHO) != IDS.piece_id(*WHO)
    assert Ids("x" * 200).piece_id(*WHO) != Ids("x" * 201).piece_id(*WHO)


def test_every_part_of_who_it_is_for_counts() -> None:
    changed = {
        IDS.piece_id(*(part + "x" if i == place else part for i, part in enumerate(WHO)))
        for place in range(5)
    }
    assert len(changed | {IDS.piece_id(*WHO)}) == 6


def test_a_token_is_26_letters_and_digits_and_not_the_piece_id() -> None:
    piece_id = IDS.piece_id(*WHO)
    assert re.fullmatch(r"[A-Z2-7]{26}", IDS.token(piece_id))
    assert not IDS.token(piece_id).startswith(piece_id[1:])


@given(st.text(max_size=30))
def test_a_piece_number_has_its_digits(piece_id: str) -> None:
    assert len(str(IDS.piece_number(piece_id))) == NUMBER_DIGITS


def test_piece_numbers_of_a_large_run_are_spread_over_all_first_digits() -> None:
    first = {str(IDS.piece_number(f"P{n}"))[0] for n in range(1000)}
    assert first == set("123456789")


def test_variants_are_kept_by_the_recipient_and_shared_out_evenly() -> None:
    letters = [IDS.variant(f"D{n}", ("A", "B")) for n in range(2000)]
    assert letters == [IDS.variant(f"D{n}", ("A", "B")) for n in range(2000)]
    assert 900 < letters.count("A") < 1100
