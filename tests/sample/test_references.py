import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649, luhn

from pipelines.sample import references


def test_published_references_come_out():
    # Bankgirot's length digit; the Finnish and RF examples of the banks' guides.
    assert references.ocr(np.array([123, 1_234_567_890])).to_pylist() == ["12351", "123456789023"]
    assert references.viite(np.array([1_234_567, 23_409_678, 86_851_625_961_989])).to_pylist() == [
        "12345672",
        "234096783",
        "868516259619897",
    ]
    assert references.rf_viite(np.array([1111])).to_pylist() == ["RF9811112"]


@given(st.integers(1, 10**16 - 1))
def test_an_ocr_number_has_a_luhn_digit_and_the_last_digit_of_its_length(body):
    (reference,) = references.ocr(np.array([body])).to_pylist()
    assert reference.startswith(str(body))
    assert luhn.is_valid(reference)
    assert len(reference) == len(str(body)) + 2
    assert int(reference[-2]) == len(reference) % 10


@given(st.integers(1000, 10**11 - 1))
def test_an_rf_reference_holds_and_has_the_national_one_inside(body):
    numbers = np.array([body])
    (international,) = references.rf_viite(numbers).to_pylist()
    (national,) = references.viite(numbers).to_pylist()
    assert iso11649.is_valid(international)
    assert international[4:] == national


@given(st.integers(1000, 10**11 - 1))
def test_a_broken_reference_holds_no_more(body):
    numbers = np.array([body])
    assert not luhn.is_valid(references.broken(references.ocr(numbers)[0].as_py(), "SE"))
    assert not iso11649.is_valid(references.broken(references.rf_viite(numbers)[0].as_py(), "FI"))
    assert not luhn.is_valid(references.broken(None, "SE"))
    assert references.broken(None, "FI") not in references.viite(np.array([1_234_567])).to_pylist()
