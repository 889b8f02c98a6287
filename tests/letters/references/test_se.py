import re
from decimal import Decimal
from urllib.parse import unquote

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import Accounts
from pipelines.errors import ConfigError
from pipelines.letters.references import of
from pipelines.letters.references.country import Bill, Reading
from pipelines.letters.references.se import code_line, read_code_line, swish_payload
from tests.letters.desk import CONFIG, DAYS

SWEDEN = of("SE")
ACCOUNTS = CONFIG.countries["SE"].accounts
NUMBERS = st.integers(1, 10**23 - 1)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)


def bill(reference: str = "12345678903", amount: str = "1234.50") -> Bill:
    return Bill(reference, Decimal(amount), DAYS["SE"].due_date, "A", "TOKEN")


@pytest.mark.parametrize(("number", "reference"), [(123, "12351"), (1234567890, "123456789023")])
def test_a_made_reference_has_length_digit_and_check_digit(number: int, reference: str) -> None:
    assert SWEDEN.make(number) == reference


@pytest.mark.parametrize("reference", ["1230", "12351", "123456789023", "12345678903", "1234567897"])
def test_references_of_the_bankgirot_examples_hold(reference: str) -> None:
    assert SWEDEN.is_valid(reference)


@pytest.mark.parametrize(
    "reference",
    ["1234567890", "12229445", "", "0", "00", "7", "12345678903x", "1" * 26, "１２３０", "RF9811112"],
)
def test_other_texts_are_no_references(reference: str) -> None:
    assert not SWEDEN.is_valid(reference)


@given(NUMBERS)
def test_every_made_reference_validates_and_tells_its_length(number: int) -> None:
    reference = SWEDEN.make(number)
    assert SWEDEN.is_valid(reference)
    assert reference[-2] == str(len(reference))[-1]
    assert len(reference) <= 25


@given(NUMBERS, st.data())
def test_one_changed_digit_fails(number: int, data: st.DataObject) -> None:
    reference = SWEDEN.make(number)
    place = data.draw(st.integers(0, len(reference) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[place]]))
    assert not SWEDEN.is_valid(reference[:place] + other + reference[place + 1 :])


@pytest.mark.parametrize("number", [0, -1, 10**23])
def test_a_number_without_a_reference_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="positive number"):
        SWEDEN.make(number)


@given(st.lists(st.none() | NUMBERS.map(str) | NUMBERS.map(SWEDEN.make) | st.text("0123 R", max_size=30)))
def test_a_column_is_judged_as_its_values_are(references: list[str | None]) -> None:
    column = pa.array(references, pa.string())
    expected = [not (r or "").strip() or SWEDEN.is_valid(r or "") for r in references]
    assert SWEDEN.valid_mask(column).tolist() == expected
    assert SWEDEN.valid_mask(pa.chunked_array([column.slice(1), column.slice(0, 1)])).tolist() == [
        *expected[1:],
        *expected[:1],
    ]


def test_a_reference_is_shown_in_fours() -> None:
    assert SWEDEN.shown("123456789023") == "1234 5678 9023"


def test_the_code_line_is_the_worked_one() -> None:
    line = code_line("12345678903", Decimal("1234.50"), "5050-1055")
    assert line == "H  #               12345678903 #    1234 50   9 >                 50501055#41#    "


def test_the_check_digit_of_14471_kronor_is_7() -> None:
    assert code_line("12345678903", Decimal("14471.00"), "5050-1055")[46] == "7"


@given(NUMBERS, AMOUNTS, st.sampled_from(["5050-1055", "237-4825", "817-6372", "902-0033"]))
def test_readers_of_slips_read_the_code_line_back(number: int, amount: Decimal, bankgiro: str) -> None:
    reference = SWEDEN.make(number)
    line = code_line(reference, amount, bankgiro)
    assert len(line) == 82
    seen = line.replace(" ", "")
    found = re.search(r"^(H#|#?)(\d{1,24}(\d))#(?!\d{2}#)", seen)
    assert found is not None
    assert found[2] == reference
    found = re.search(r"(^|#)(\d{1,8})(\d{2})(\d)>", seen)
    assert found is not None
    assert Decimal(f"{found[2]}.{found[3]}") == amount
    found = re.search(r"(^|>)(\d{7,8})#(\d{2})#$", seen)
    assert found is not None
    assert (found[2], found[3]) == (bankgiro.replace("-", ""), "41")
    assert read_code_line(line) == Reading(amount, reference)


@pytest.mark.parametrize("amount", ["100000000.00", "0.00", "-1.00"])
def test_an_amount_that_the_code_line_cannot_hold_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="eight places"):
        code_line("12345678903", Decimal(amount), "5050-1055")


def test_the_often_quoted_line_with_two_wrong_digits_is_not_read() -> None:
    wrong = code_line("12345678903", Decimal("1234.50"), "5050-1055").replace("50   9 >", "50   6 >")
    with pytest.raises(ValueError, match="check digit"):
        read_code_line(wrong)


def test_the_swish_payload_is_the_documented_one() -> None:
    assert swish_payload("1237856901", Decimal("100.00"), "12229445") == "C1237856901;100,00;12229445;0"


def test_the_swish_message_is_reference_and_channel() -> None:
    swish = SWEDEN.ways(bill(), ACCOUNTS)[0]
    assert unquote(swish.payload.split(";")[2]) == "12345678903 A1"
    assert SWEDEN.read(swish) == Reading(Decimal("1234.50"), "12345678903")


def test_a_swish_message_beyond_fifty_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="50"):
        swish_payload("1237856901", Decimal("1.00"), "1" * 51)


def test_there_are_three_numbered_ways() -> None:
    ways = SWEDEN.ways(bill(), ACCOUNTS)
    assert [(way.number, way.method, way.channel, way.symbol) for way in ways] == [
        (1, "swish", "A1", "qr"),
        (2, "bankgiro", "A2", "ocr-b"),
        (3, "portal", "A3", "qr"),
    ]
    assert [way.account for way in ways] == ["123 785 69 01", "5050-1055", ""]
    assert ways[2].payload == "https://betala.lindvall.example/TOKEN?k=A3"
    assert ways[2].reference == "betala.lindvall.example"
    assert SWEDEN.read(ways[2]) == Reading(None, None)


def test_without_a_swish_number_the_other_ways_keep_their_numbers() -> None:
    ways = SWEDEN.ways(bill(), ACCOUNTS.model_copy(update={"swish": None}))
    assert [(way.number, way.method) for way in ways] == [(2, "bankgiro"), (3, "portal")]


@pytest.mark.parametrize("bankgiro", ["5050-1055", "237-4825", "817-6372", "902-0033"])
def test_known_bankgiro_numbers_pass(bankgiro: str) -> None:
    SWEDEN.check_accounts(ACCOUNTS.model_copy(update={"bankgiro": bankgiro}))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"bankgiro": None}, "bankgiro"),
        ({"bankgiro": "5050-1056"}, "bankgiro"),
        ({"bankgiro": "50501"}, "bankgiro"),
        ({"swish": "0701234567"}, "swish"),
    ],
)
def test_a_wrong_account_is_one_line_that_names_the_key(change: dict[str, str | None], key: str) -> None:
    accounts: Accounts = ACCOUNTS.model_copy(update=change)
    with pytest.raises(ConfigError, match=f"countries.SE.accounts.{key}"):
        SWEDEN.check_accounts(accounts)
