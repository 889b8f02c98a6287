"""Objects that are written alike are of one kind, and differ in their values."""

import pytest

from pipelines.press.written_kinds import Kinds, reference, string

PAGE = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595.276 841.89]/Contents[%d 0 R %d 0 R]/DPart %d 0 R>>"


def test_pages_are_of_one_kind_and_name_other_objects() -> None:
    kinds = Kinds()
    first, second = kinds.of(PAGE % (2, 10, 11, 20)), kinds.of(PAGE % (3, 12, 13, 21))
    assert first.kind is second.kind
    assert (second.reference("Parent"), second.reference("DPart")) == (3, 21)
    assert second.references("Contents") == [12, 13]
    assert second.value("Type") == b"/Page"
    assert second.value("MediaBox", 2) == b"595.276"


@pytest.mark.parametrize(
    "other",
    [
        PAGE.replace(b"/Page", b"/Pages"),
        PAGE.replace(b"595.276", b"595"),
        PAGE.replace(b"/DPart", b"/AA"),
        PAGE.replace(b"[%d 0 R %d 0 R]", b"[%d 0 R]%%%d 0 R\n"),
        PAGE.replace(b"/DPart %d 0 R", b"/DPart[%d 0 R]"),
    ],
)
def test_another_key_name_or_box_is_another_kind(other: bytes) -> None:
    kinds = Kinds()
    values = (1, 2, 3, 4)
    assert kinds.of(PAGE % values).kind is not kinds.of(other % values).kind


def test_strings_and_counts_are_values() -> None:
    entries = Kinds().of(b"<< /ID (abc) /Name <feff00c5> /Sequence 12 /Own /F1 /More [ 1 2 ] >>")
    assert [string(value) for value in entries.values[:2]] == ["abc", "Å"]
    assert entries.value("Sequence") == b"12"
    assert entries.value("Own") == b"/F1"
    assert entries.value("More", 1) == b"2"
    assert len(entries.values) == 3


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (b"<</Kids[1 0 R 2 0 R]>>", [1, 2]),
        (b"<</Kids 7 0 R>>", [7]),
        (b"<</Kids[]>>", None),
        (b"<</Kids[1 0 R null]>>", None),
        (b"<</Kids[[1 0 R]]>>", None),
        (b"<</Kids[1 2 R]>>", None),
        (b"<</Other[1 0 R]>>", None),
    ],
)
def test_arrays_of_references(text: bytes, numbers: list[int] | None) -> None:
    assert Kinds().of(text).references("Kids") == numbers


@pytest.mark.parametrize(
    "text",
    [
        b"<</A 1",
        b"<</A[1>>",
        b"<</A 1 0 R>>>>",
        b"<</A 1 0 R/A 2 0 R>>",
        b"<</A " + b"[" * 5000,
        b"",
    ],
)
def test_what_is_no_object_has_no_values_by_name(text: bytes) -> None:
    entries = Kinds().of(text)
    assert not entries.kind.places
    assert entries.reference("A") is None


@pytest.mark.parametrize(
    ("text", "deflated"),
    [
        (b"<</Filter/FlateDecode/Length 9>>", True),
        (b"<< /Filter [ /FlateDecode ] /Length 9 >>", True),
        (b"<</Length 9>>", False),
        (b"<</Filter[/ASCIIHexDecode/FlateDecode]/Length 9>>", False),
        (b"<</Filter/FlateDecode/DecodeParms<</Predictor 12>>/Length 9>>", False),
        (b"<</Filter 5 0 R/Length 9>>", False),
        (b"<</Filter/FlateDecode/F(other)/Length 9>>", False),
    ],
)
def test_streams_with_deflate_alone(text: bytes, deflated: bool) -> None:
    assert Kinds().of(text).kind.deflated is deflated


def test_values_that_are_something_else() -> None:
    assert reference(b"(1 0 R)") is None
    assert reference(b"12") is None
    assert string(b"12") is None
