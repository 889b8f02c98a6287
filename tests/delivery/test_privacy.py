import pyarrow as pa
import pytest

from pipelines.delivery.privacy import Secrets, of_json, of_xml, squeezed, unusual

ROWS = pa.table(
    {
        "name": ["Maj-Britt Öberg", "Bo Ek", None],
        "payment_reference": ["7702000001", None, "12"],
        "claim_ids": [["CLAIM-000001", "CLAIM-000002"], ["7"], []],
    },
    schema=pa.schema(
        {"name": pa.string(), "payment_reference": pa.string(), "claim_ids": pa.list_(pa.string())}
    ),
)
SECRETS = Secrets.of(ROWS)


@pytest.mark.parametrize(
    "text", ["Maj-Britt Öberg", "maj_britt-ÖBERG.pdf", "to: Maj-Britt  Öberg!", "x/MajBrittÖberg/y"]
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert SECRETS.names_in(["harmless", text]) == 1


@pytest.mark.parametrize("text", ["Britt Öberg", "print-0001.pdf", "box-ekologi", "7"])
def test_what_is_no_name_of_a_recipient_is_not_found(text: str) -> None:
    assert SECRETS.names_in([text]) == 0


def test_claim_numbers_and_references_are_found_as_whole_values() -> None:
    assert SECRETS.numbers_in(["CLAIM-000002", "7702000001", "1", "7"]) == 2


def test_short_names_and_numbers_are_not_searched_because_any_id_has_them() -> None:
    assert squeezed("Bo Ek") == "boek"
    assert "boek" not in SECRETS.names
    assert SECRETS.numbers == {"CLAIM-000001", "CLAIM-000002", "7702000001"}


def test_every_text_of_a_json_document_is_searched_but_for_hashes() -> None:
    data = b'{"a": ["b", {"c": "d", "e": 1}], "sha256": "%s"}' % (b"0" * 64)
    assert sorted(of_json(data)) == ["a", "b", "c", "d", "e", "sha256"]
    assert list(of_json(b"no json")) == []


def test_every_text_and_attribute_of_a_ticket_is_searched() -> None:
    assert sorted(of_xml(b'<a b="c">d<e/>f</a>')) == ["c", "d", "f"]
    assert list(of_xml(b"no xml")) == []


def test_a_number_cannot_be_a_name() -> None:
    assert unusual(["1", "0023", "print-0001.pdf"]) == {"print-0001.pdf"}
