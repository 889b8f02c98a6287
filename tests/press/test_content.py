"""The syntax of page content."""

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press import content
from pipelines.press.content import IDENTITY, UnreadableError
from pipelines.press.geometry import Box

NUMBERS = st.integers(-9999, 9999).map(lambda thousandths: thousandths / 100)
NAMES = st.sampled_from(["w", "cm", "Tj", "scn", "Tm", "gs"])
SHAPES = st.tuples(st.sampled_from(["re", "ml", "mc"]), *[NUMBERS] * 8)


def operators(data: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (operator, operands.strip()) for path, operands, operator in content.statements(data) if path is None
    ]


class TestStatements:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"q 1 0 0 1 5 6 cm Q", [(b"q", b""), (b"cm", b"1 0 0 1 5 6"), (b"Q", b"")]),
            (b"/F1 9 Tf[<0041>-3.5(a\\)b)]TJ", [(b"Tf", b"/F1 9"), (b"TJ", b"[<0041>-3.5(a\\)b)]")]),
            (b"(one (nested) pair) Tj T*", [(b"Tj", b"(one (nested) pair)"), (b"T*", b"")]),
            (
                b"/Span<</ActualText(x)/N <41>>>BDC EMC",
                [(b"BDC", b"/Span<</ActualText(x)/N <41>>>"), (b"EMC", b"")],
            ),
            (b"f* W* n", [(b"f*", b""), (b"W*", b""), (b"n", b"")]),
            (b"1 2 (a) \" (b) '", [(b'"', b"1 2 (a)"), (b"'", b"(b)")]),
            (b"true /A gs", [(b"gs", b"true /A")]),
            (b"", []),
            (b" \n", []),
        ],
    )
    def test_operands_and_operator(self, data: bytes, expected: list[tuple[bytes, bytes]]) -> None:
        assert operators(data) == expected

    def test_a_path_is_one_statement(self) -> None:
        found = list(content.statements(b"0 0 m 1 1 l h 2 2 3 3 re f"))
        assert found == [(b"0 0 m 1 1 l h 2 2 3 3 re ", None, None), (None, b"", b"f")]

    @pytest.mark.parametrize(
        "image",
        [
            b"/W 9 /H 2 /IM true ID \x01 EI",  # four bytes, the last ones read like the end
            b"/W 9 /H 2 /IM true /F/AHx ID 00ff 00ff>",
            b"/W 8 /H 2 /BPC 8 /CS /G ID 0123456789abcdef",
            b"/W 9 /H 2 /IM true /F /Fl /L 6 ID a EI b",
        ],
    )
    def test_an_inline_image_is_one_statement(self, image: bytes) -> None:
        data = b"q BI " + image + b"\nEI Q"
        assert operators(data) == [(b"q", b""), (b"BI", b""), (b"EI", image), (b"Q", b"")]

    @pytest.mark.parametrize("data", [b"BI /W 9 /H 9 /IM true ID abc EI Q", b"BI /W 9 ID abc"])
    def test_an_inline_image_without_its_end(self, data: bytes) -> None:
        with pytest.raises(UnreadableError, match="no statement at byte"):
            list(content.statements(data))

    @pytest.mark.parametrize("data", [b"q } Q", b"(open Tj", b"1 0 0", b"q % comment\nQ", b"<4g> Tj"])
    def test_what_fits_no_statement(self, data: bytes) -> None:
        with pytest.raises(UnreadableError, match="no statement at byte"):
            list(content.statements(data))

    @given(
        st.lists(
            st.tuples(st.lists(NUMBERS, max_size=6), st.sampled_from(["w", "cm", "Tj", "scn", "Tm", "gs"]))
        )
    )
    @settings(deadline=None)
    def test_it_reads_as_qpdf_does(self, wanted: list[tuple[list[float], str]]) -> None:
        data = "\n".join(" ".join([*(f"{n:g}" for n in numbers), name]) for numbers, name in wanted).encode()
        with pikepdf.new() as pdf:
            theirs = pikepdf.parse_content_stream(pdf.make_stream(data))
        ours = operators(data)
        assert [operator.decode() for operator, _ in ours] == [str(one.operator) for one in theirs]
        assert [content.numbers(operands) for _, operands in ours] == [
            [float(n) for n in one.operands] for one in theirs
        ]


class TestPaths:
    @given(st.lists(st.tuples(st.sampled_from(["re", "ml", "mc"]), *[NUMBERS] * 8), min_size=1, max_size=6))
    @settings(deadline=None)
    def test_the_hull_is_the_box_around_the_pieces(
        self, shapes: list[tuple[str, *tuple[float, ...]]]
    ) -> None:
        words = []
        for kind, a, b, c, d, e, f, g, h in shapes:
            match kind:
                case "re":
                    words.append(f"{a} {b} {c} {d} re\n")
                case "ml":
                    words.append(f"{a} {b} m\n{c} {d} l\nh\n")
                case _:
                    words.append(f"{a} {b} m\n{c} {d} {e} {f} {g} {h} c\n")
        path = "".join(words).encode()
        matrix = (2.0, 0.0, 0.0, -0.5, 7.0, 9.0)
        pieces = content.path_parts(path, matrix)
        assert len(pieces) == len(shapes)
        hull, around = content.path_hull(path, matrix), content.around(pieces)
        assert (hull.left, hull.bottom, hull.right, hull.top) == pytest.approx(
            (around.left, around.bottom, around.right, around.top)
        )

    def test_an_idle_move_at_the_start_marks_nothing(self) -> None:
        path = b"0 0 m\n50 60 m\n70 60 l\n70 80 l\nh\n"
        assert content.path_hull(path, IDENTITY) == Box(50, 60, 70, 80)
        assert content.path_parts(path, IDENTITY) == [Box(50, 60, 70, 80)]

    def test_a_turned_space_turns_the_box(self) -> None:
        assert content.placed((0, 1, -1, 0, 0, 0), 0, 0, 10, 2) == Box(-2, 0, 0, 10)

    def test_matrices_apply_the_first_one_first(self) -> None:
        scaled_then_moved = content.multiply((2, 0, 0, 2, 0, 0), (1, 0, 0, 1, 10, 0))
        assert content.placed(scaled_then_moved, 0, 0, 1, 1) == Box(10, 0, 12, 2)


@pytest.mark.parametrize(
    ("literal", "raw"),
    [
        (b"plain", b"plain"),
        (rb"\(a\)\\", rb"(a)" + b"\\"),
        (rb"\n\r\t\b\f", b"\n\r\t\b\f"),
        (rb"\101\7\0053", b"A\x07\x053"),
        (rb"\501", b"A"),
        (b"one\\\nline\\\r\n\\\r", b"oneline"),
        (rb"\q\8", b"q8"),
    ],
)
def test_a_literal_string_is_read_as_the_standard_has_it(literal: bytes, raw: bytes) -> None:
    assert content.unescaped(literal) == raw
