from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from pipelines.errors import ConfigError
from pipelines.letters.references import of
from pipelines.letters.references.country import Bill, Reading
from pipelines.letters.references.fi import as_rf, epc_payload, virtual_barcode
from tests.letters.desk import CONFIG

FINLAND = of("FI")
ACCOUNTS = CONFIG.countries["FI"].accounts
GUIDE, KITSAS = "FI79 4405 2020 0360 82", "FI37 1590 3000 0007 76"
NUMBERS = st.integers(1, 10**19 - 1)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("999999999.99"), places=2)
DAYS = st.dates(date(2026, 1, 1), date(2099, 12, 31))


def bill(reference: str, amount: str | Decimal, due: date = date(2010, 6, 12)) -> Bill:
    return Bill(reference, Decimal(amount), due, "B", "TOKEN")


@pytest.mark.parametrize(("number", "reference"), [(1234567, "12345672"), (23409678, "234096783")])
def test_a_made_reference_has_the_7_3_1_check_digit(number: int, reference: str) -> None:
    assert FINLAND.make(number) == reference


@pytest.mark.parametrize(
    "reference",
    [
        "12345672",
        "234096783",
        "868516259619897",
        "11112",
        "RF9811112",
        "rf98 1111 2",
        "RF18539007547034",
        "RF09868516259619897",
    ],
)
def test_known_references_hold(reference: str) -> None:
    assert FINLAND.is_valid(reference)


@pytest.mark.parametrize(
    "reference",
    ["11113", "RF9911112", "RF", "RF98", "", "000", "0000", "112", "1" * 21, "1234567A", "１２３４５６７２"],
)
def test_other_texts_are_no_references(reference: str) -> None:
    assert not FINLAND.is_valid(reference)


@given(NUMBERS)
def test_every_made_reference_validates_in_both_forms(number: int) -> None:
    reference = FINLAND.make(number)
    assert 4 <= len(reference) <= 20
    assert FINLAND.is_valid(reference)
    assert iso11649.is_valid(as_rf(reference))
    assert FINLAND.is_valid(as_rf(reference))


@given(NUMBERS, st.data())
def test_one_changed_digit_fails(number: int, data: st.DataObject) -> None:
    reference = FINLAND.make(number)
    place = data.draw(st.integers(0, len(reference) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[place]]))
    assert not FINLAND.is_valid(reference[:place] + other + reference[place + 1 :])


@pytest.mark.parametrize("number", [0, 10**19])
def test_a_number_without_a_reference_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="positive number"):
        FINLAND.make(number)


@given(
    st.lists(
        st.none()
        | NUMBERS.map(str)
        | NUMBERS.map(FINLAND.make)
        | NUMBERS.map(FINLAND.make).map(as_rf)
        | st.text("012 RF", max_size=22)
    )
)
def test_a_column_is_judged_as_its_values_are(references: list[str | None]) -> None:
    expected = [not (r or "").strip() or FINLAND.is_valid(r or "") for r in references]
    assert FINLAND.valid_mask(pa.array(references, pa.string())).tolist() == expected


def test_a_national_reference_becomes_the_known_rf_reference() -> None:
    assert as_rf("11112") == "RF9811112"
    assert as_rf("868516259619897") == "RF09868516259619897"


def test_references_are_shown_in_fives_from_the_right_and_rf_in_fours() -> None:
    assert FINLAND.shown("868516259619897") == "86851 62596 19897"
    assert FINLAND.shown("12345672") == "123 45672"
    assert FINLAND.shown("RF09868516259619897") == "RF09 8685 1625 9619 897"


@pytest.mark.parametrize(
    ("iban", "reference", "amount", "due", "digits"),
    [
        (GUIDE, "868516259619897", "4883.15", date(2010, 6, 12),
         "479440520200360820048831500000000868516259619897100612"),
        (GUIDE, "RF09868516259619897", "4883.15", date(2010, 6, 12),
         "579440520200360820048831509000000868516259619897100612"),
        (KITSAS, "11112", "12.25", date(2016, 12, 21),
         "437159030000007760000122500000000000000000011112161221"),
        (KITSAS, "RF9811112", "1.10", date(2017, 1, 1),
         "537159030000007760000011098000000000000000011112170101"),
    ],
)  # fmt: skip
def test_the_barcode_is_the_worked_one(
    iban: str, reference: str, amount: str, due: date, digits: str
) -> None:
    assert virtual_barcode(bill(reference, amount, due), iban) == digits


@given(NUMBERS, AMOUNTS, DAYS, st.booleans())
def test_every_barcode_has_54_digits_and_reads_back(
    number: int, amount: Decimal, due: date, rf: bool
) -> None:
    national = FINLAND.make(number)
    asked = bill(as_rf(national) if rf else national, amount, due)
    epc, barcode, _ = FINLAND.ways(asked, ACCOUNTS)
    assert len(barcode.payload) == 54
    assert barcode.payload.isdecimal()
    core = FINLAND.core(national)
    carried = amount if amount <= Decimal("999999.99") else None
    assert FINLAND.read(barcode) == Reading(carried, core)
    assert FINLAND.read(epc) == Reading(amount, core)


@pytest.mark.parametrize(("amount", "digits"), [("999999.99", "99999999"), ("1000000.00", "00000000")])
def test_an_amount_beyond_six_places_is_zeros_in_the_barcode(amount: str, digits: str) -> None:
    assert virtual_barcode(bill("11112", amount), "FI3715903000000776")[17:25] == digits


def test_the_epc_payload_has_the_due_date_in_its_twelfth_line() -> None:
    payload = epc_payload(bill("11112", "100.00", date(2026, 12, 31)), ACCOUNTS, "RF9811112")
    assert payload.split("\n") == [
        "BCD", "001", "1", "SCT", "HELSFIHH", "Lindvall Perintä Oy Asiakasvarat", "FI7944052020036082",
        "EUR100.00", "", "RF9811112", "", "ReqdExctnDt/2026-12-31",
    ]  # fmt: skip


def test_without_a_bic_the_epc_payload_is_version_2() -> None:
    payload = epc_payload(bill("11112", "1.00"), ACCOUNTS.model_copy(update={"bic": None}), "RF9811112")
    assert payload.split("\n")[1] == "002"
    assert payload.split("\n")[4] == ""


def test_an_epc_payload_beyond_331_bytes_is_refused() -> None:
    accounts = ACCOUNTS.model_copy(update={"payee": "Ä" * 140})
    with pytest.raises(ValueError, match="331"):
        epc_payload(bill("11112", "1.00"), accounts, "RF9811112")


def test_there_are_three_numbered_ways_with_one_reference() -> None:
    ways = FINLAND.ways(bill("868516259619897", "4883.15"), ACCOUNTS)
    assert [(way.number, way.method, way.channel, way.symbol, way.reference) for way in ways] == [
        (1, "epc", "B1", "qr", "RF09 8685 1625 9619 897"),
        (2, "barcode", "B2", "code128", "86851 62596 19897"),
        (3, "portal", "B3", "qr", "maksa.lindvall.example"),
    ]
    assert ways[0].account == "FI79 4405 2020 0360 82"


@pytest.mark.parametrize(
    ("iban", "reference"), [("SE4550000000058398257466", "11112"), ("FI7944052020036082", "RF8412348231A")]
)
def test_a_foreign_account_or_a_reference_with_letters_has_no_barcode(iban: str, reference: str) -> None:
    assert FINLAND.is_valid(reference)
    ways = FINLAND.ways(bill(reference, "1.00"), ACCOUNTS.model_copy(update={"iban": iban}))
    assert [way.number for way in ways] == [1, 3]
    assert FINLAND.read(ways[0]) == Reading(Decimal("1.00"), FINLAND.core(reference))


@pytest.mark.parametrize(
    ("change", "key"),
    [({"iban": None}, "iban"), ({"iban": "FI0044052020036082"}, "iban"), ({"payee": "x" * 71}, "payee")],
)
def test_a_wrong_account_is_one_line_that_names_the_key(change: dict[str, str | None], key: str) -> None:
    with pytest.raises(ConfigError, match=f"countries.FI.accounts.{key}"):
        FINLAND.check_accounts(ACCOUNTS.model_copy(update=change))
