"""Objects that are written alike are of one kind, and differ in their values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.written_kinds import Kinds, reference

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
    assert list(entries.values[:2]) == [b"(abc)", b"<feff00c5>"]
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
    "text",
    [
        b"<</A 1 0 R/#41 2 0 R>>",
        b"<</A 1 0 R/S/Launc#68>>",
        b"<</A 1 0 R/H%xx\n/JS 5 0 R%y\n>>",
        b"<</A 1 0 R/B<00 11>/JS(a)/L<00 11>>>",
        b"<</A 1 0 R/B(a\\)/JS(b)>>",
        b"<</A 1 0 R/B(x(y)z)>>",
        b"<</A 1 0 R/B>>",
        b"<</A 1 0 R/B]>>",
        b"<</A 1 0 R/B>/JS(a)>>",
        b"<</A 1 0 R/B {}>>",
        b"<</A 1 0 R B/C>>",
        b"<</A 1 0 R(a)/C>>",
        b"<</A 1 0 R/B\v/C>>",
        b"<</A 1 0 R/B[/C\x00/D]>>",
        b"<</A\x00 1 0 R>>",
    ],
)
def test_an_object_that_may_be_another_than_it_seems_has_no_values_by_name(text: bytes) -> None:
    kinds = Kinds()
    entries = [kinds.of(text), kinds.of(text)]
    assert entries[0].kind is entries[1].kind
    assert not entries[0].kind.places
    assert not entries[0].kind.names
    assert entries[0].reference("A") is None
    assert entries[0].kind in list(kinds)


def test_digits_right_behind_a_name_are_part_of_it() -> None:
    kind = Kinds().of(b"<</Type/Page/Parent5 0 R>>").kind
    assert ("Parent",) not in kind.places
    assert Kinds().of(b"<</Type/Page/Parent5 0 R>>").reference("Parent") is None


def test_a_zero_byte_in_a_string_is_part_of_its_value() -> None:
    kinds = Kinds()
    assert kinds.of(b"<</ID(a\x00b)>>").kind is kinds.of(b"<</ID(c)>>").kind


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


_SIGNS = "019 R()<>[]/Aa-."
OBJECTS = [
    PAGE % (2, 10, 11, 20),
    b"<</Type/DPart/Parent 9 0 R/Start 5 0 R/DPM<</Brvp_Piece<</ID(abc)/Sequence 1/Pages 2>>>>>>",
    b"<</Kids[1 0 R 2 0 R 3 0 R]/Count 3/Name<feff00c5>/More[1 2(x)(y)]>>",
    b"<</Filter/FlateDecode/Length 9>>",
]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(OBJECTS),
            st.lists(
                st.tuples(
                    st.floats(0, 1, exclude_max=True),
                    st.integers(0, 4),
                    st.text(_SIGNS, max_size=4),
                ),
                max_size=2,
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=400, deadline=None)
def test_an_object_is_what_it_is_whatever_came_before(
    changed: list[tuple[bytes, list[tuple[float, int, str]]]],
) -> None:
    kinds = Kinds()
    for text in OBJECTS:
        kinds.of(text)
    for text, changes in changed:
        data = bytearray(text)
        for share, length, put in changes:
            place = int(share * len(data))
            data[place : place + length] = put.encode()
        one, alone = kinds.of(bytes(data)), Kinds().of(bytes(data))
        assert one.kind.text == alone.kind.text
        assert list(one.values) == list(alone.values)


def test_widths_are_no_part_of_a_kind_that_is_asked_for() -> None:
    widths = b" ".join([b"500"] * 60)
    kind = Kinds().of(b"<</Type/Font/W[1[" + widths + b"]]/Own 5 0 R/More[1 2]>>").kind
    assert {path[0] for path in (*kind.names, *kind.places)} == {"Type", "W", "Own", "More"}
    assert len(kind.names) == 5
