"""The inserter mark: its text, its check digits, its place, and what a camera reads."""

import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import Mark
from pipelines.errors import ConfigError
from pipelines.press import marks
from pipelines.press.geometry import points

MARK = Mark()
SMALL = st.integers(0, 99)


class TestPayload:
    def test_the_default_template_field_by_field(self) -> None:
        text = marks.payload(MARK, job=12345678, sequence=1234567, sheet=1, sheets=2)
        assert text[:-2] == "1" + "12345678" + "1234567" + "01" + "02" + "0" + "00" + "67"
        # ISO/IEC 7064 MOD 97-10: with its check digits the number leaves 1 when divided by 97.
        assert int(text) % 97 == 1
        assert len(text) == 27

    def test_the_last_sheet_says_that_it_is_the_end(self) -> None:
        ends = [marks.parse_mark(MARK, marks.payload(MARK, 1, 5, sheet, 3)) for sheet in (1, 2, 3)]
        assert [fields["end"] for fields in ends if fields] == [0, 0, 1]

    def test_the_caller_can_say_which_sheet_is_the_last(self) -> None:
        assert marks.payload(MARK, 1, 5, 1, 3, last=True)[20] == "1"

    def test_feeders_come_from_the_vendor(self) -> None:
        assert marks.payload(Mark(feeders=13), 1, 5, 1, 1)[21:23] == "13"

    @given(
        st.integers(0, 10**8 - 1),
        st.integers(1, 10**7 - 1),
        st.integers(1, 99),
        st.integers(1, 99),
        st.integers(0, 99),
    )
    @settings(deadline=None)
    def test_fields_come_back(self, job: int, sequence: int, sheet: int, sheets: int, feeders: int) -> None:
        mark, sheet = Mark(feeders=feeders), min(sheet, sheets)
        fields = marks.parse_mark(mark, marks.payload(mark, job, sequence, sheet, sheets))
        assert fields is not None
        assert {name: fields[name] for name in fields if name != "check"} == {
            "version": 1,
            "job": job,
            "piece": sequence,
            "sheet": sheet,
            "sheets": sheets,
            "end": int(sheet == sheets),
            "feeders": feeders,
            "wrap": sequence % 100,
        }

    @given(st.integers(1, 10**7 - 1), st.integers(0, 26), st.integers(1, 9))
    @settings(deadline=None)
    def test_any_single_wrong_digit_is_noticed(self, sequence: int, place: int, by: int) -> None:
        text = marks.payload(MARK, 20270222, sequence, 1, 2)
        wrong = text[:place] + str((int(text[place]) + by) % 10) + text[place + 1 :]
        assert marks.parse_mark(MARK, wrong) is None

    @given(st.integers(1, 10**7 - 1), st.integers(0, 25))
    @settings(deadline=None)
    def test_two_digits_changed_over_are_noticed(self, sequence: int, place: int) -> None:
        text = marks.payload(MARK, 20270222, sequence, 1, 2)
        wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        assert (marks.parse_mark(MARK, wrong) is None) == (wrong != text)

    @pytest.mark.parametrize("text", ["", "1", "x" * 27, "1" * 26, "1" * 28, "٣" * 27])
    def test_what_is_no_mark_of_the_template(self, text: str) -> None:
        assert marks.parse_mark(MARK, text) is None

    def test_a_sheet_beyond_its_piece_is_no_mark(self) -> None:
        plain = Mark(payload="{piece:04}{sheet:02}{sheets:02}")
        assert marks.parse_mark(plain, "00010202") is not None
        assert marks.parse_mark(plain, "00010302") is None
        assert marks.parse_mark(plain, "00010002") is None


class TestTemplate:
    def test_literals_and_another_order_with_the_check_in_the_middle(self) -> None:
        mark = Mark(payload="D{check:02}X{sheet:1}{piece:05}Z")
        text = marks.payload(mark, 1, 77, 1, 1)
        assert (text[0], text[3:]) == ("D", "X100077Z")
        assert marks.parse_mark(mark, text) == {"check": int(text[1:3]), "sheet": 1, "piece": 77}
        assert marks.parse_mark(mark, text[:-1] + "Y") is None

    @pytest.mark.parametrize(
        ("template", "what"),
        [
            ("{piece:07}{sheet:02}{colour:02}", "no field 'colour'"),
            ("{piece}{sheet:02}", "piece has no fixed width"),
            ("{piece:x}{sheet:02}", "piece has no fixed width"),
            ("{piece!r:07}{sheet:02}", "piece has no fixed width"),
            ("{piece:07}{sheet:02", "unmatched"),
            ("{piece:07}{piece:07}{sheet:02}", "piece stands in it twice"),
            ("{piece:07}", "piece or sheet is missing"),
            ("{piece:07}{sheet:02}{check:03}", "check has 2 digits"),
            ("{piece:07} {sheet:02}", "is not made of digits and capitals"),
            ("{piece:07}{sheet:02}" + "9" * 300, "309 characters need more than 40 × 40 modules"),
        ],
    )
    def test_a_wrong_template_names_the_key(self, template: str, what: str) -> None:
        with pytest.raises(ConfigError, match=r"^mark\.payload: ") as raised:
            marks.mark_ops(Mark(payload=template), 1, 1, 1, 1)
        assert what in str(raised.value)

    @pytest.mark.parametrize(
        ("job", "sequence", "sheets"), [(10**8, 1, 1), (1, 10**7, 1), (1, 1, 100), (1, -1, 1)]
    )
    def test_a_value_beyond_its_field(self, job: int, sequence: int, sheets: int) -> None:
        with pytest.raises(ConfigError, match=r"^mark\.payload: .* does not fit"):
            marks.mark_ops(MARK, job, sequence, 1, sheets)


class TestDrawing:
    def test_it_stands_where_the_vendor_wants_it(self) -> None:
        box = marks.mark_box(MARK)
        assert box.left == pytest.approx(points(5))
        assert box.top == pytest.approx(points(297 - 120))
        assert (box.width, box.height) == pytest.approx((points(18 * 0.423),) * 2)
        assert marks.quiet_box(MARK).left == pytest.approx(points(2.5))

    def test_a_longer_template_takes_a_larger_square(self) -> None:
        longer = Mark(payload="{piece:07}{sheet:02}" + "0" * 31)
        assert marks.mark_box(longer).width == pytest.approx(points(20 * 0.423))

    def test_it_is_one_image_in_black_ink_in_a_state_of_its_own(self) -> None:
        _, ops = marks.mark_ops(MARK, 1, 1, 1, 1)
        lines = ops.decode().splitlines()
        assert (lines[0], lines[1], lines[-2:]) == ("q", "0 0 0 1 k", ["EI", "Q"])
        assert lines[3].startswith("BI /W 18 /H 18 /BPC 1 /IM true /F /AHx ID ")

    @pytest.mark.parametrize("mark", [MARK, Mark(x_mm=100, y_mm=20, module_mm=0.5)])
    def test_a_camera_reads_it_at_its_place(self, mark: Mark, tmp_path: object) -> None:
        text, ops = marks.mark_ops(mark, 20270222, 4711, 2, 3)
        with pikepdf.new() as pdf:
            page = pdf.add_blank_page(page_size=(points(210), points(297)))
            page.Contents = pdf.make_stream(ops)
            path = f"{tmp_path}/mark.pdf"
            pdf.save(path)
        document = pypdfium2.PdfDocument(path)
        grey = document[0].render(scale=300 / 72, grayscale=True).to_numpy().copy()
        document.close()
        (found,) = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.DataMatrix)
        assert found.text == text
        dark = np.argwhere(grey < 128) / 300 * 25.4
        assert dark.min(axis=0) == pytest.approx([mark.y_mm, mark.x_mm], abs=0.1)
        assert dark.max(axis=0) == pytest.approx(dark.min(axis=0) + 18 * mark.module_mm, abs=0.2)
