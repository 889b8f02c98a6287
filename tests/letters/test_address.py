import pytest

from pipelines.letters import address


def test_a_swedish_address_has_two_blanks_after_the_postcode_and_no_country() -> None:
    assert address.lines("SE", "Maja Öberg", "Sandström", "Långgatan 14", "41303", "Göteborg") == (
        "Maja Öberg",
        "c/o Sandström",
        "Långgatan 14",
        "413 03  GÖTEBORG",
    )


@pytest.mark.parametrize("care_of", [None, "", "  "])
def test_a_finnish_address_without_care_of_has_three_lines(care_of: str | None) -> None:
    lines = address.lines("FI", "Aino Mäkelä", care_of, "Hämeentie 12 A 7", "00530", "Helsinki")
    assert lines == ("Aino Mäkelä", "Hämeentie 12 A 7", "00530 HELSINKI")


@pytest.mark.parametrize("care_of", ["c/o Sandström", "C/O Sandström"])
def test_care_of_is_not_marked_twice(care_of: str) -> None:
    assert address.care_of_line(care_of) == care_of
