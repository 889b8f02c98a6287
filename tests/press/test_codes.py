"""Symbols: what they say is read back from the printed page, and segno agrees about the modules."""

import re
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
import segno
import weasyprint
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press import codes

EPC = "\n".join(
    (
        *("BCD", "001", "1", "SCT", "HELSFIHH", "Lindvall Perintä Oy Asiakasvarat", "FI7944052020036082"),
        *("EUR4883.15", "", "RF09868516259619897", "", "ReqdExctnDt/2027-06-12"),
    )
)
SWISH = "C1237856901;100,00;12229445%20A1;0"
PORTAL = "https://betala.lindvall.example/ABCDEFGHIJKLMNOPQRSTUVWXYZ?k=A3"
BARCODE = "479440520200360820048831500000000868516259619897100612"
NORDIC = st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc"])


def scanned(matrix: codes.Matrix) -> zxingcpp.Barcode:
    """What a reader gives for the modules with a quiet zone, ten pixels each."""
    tall = np.repeat(matrix, 40, axis=0) if len(matrix) == 1 else matrix
    grey = np.where(np.pad(tall, 12), 0, 255).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(grey.repeat(6, 0).repeat(6, 1), text_mode=zxingcpp.TextMode.Plain)
    return found


class TestQr:
    @pytest.mark.parametrize("payload", [EPC, SWISH, PORTAL, "Åä €"])
    def test_a_reader_gives_the_payload_back_at_level_m(self, payload: str) -> None:
        found = scanned(codes.qr_matrix(payload))
        assert (found.text, found.ec_level) == (payload, "M")

    def test_text_beyond_ascii_is_utf_8_and_says_so(self) -> None:
        assert scanned(codes.qr_matrix("Perintä")).bytes == "Perintä".encode()

    @given(
        st.text(
            st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc"]),
            min_size=1,
            max_size=60,
        )
    )
    @settings(max_examples=40, deadline=None)
    def test_any_text_is_read_back(self, payload: str) -> None:
        assert scanned(codes.qr_matrix(payload)).text == payload

    @pytest.mark.parametrize("payload", ["ABC123 $", "0123456789", "bankgironummer"])
    def test_segno_makes_the_same_modules_with_one_of_its_masks(self, payload: str) -> None:
        ours = codes.qr_matrix(payload)
        made = [
            segno.make(payload, error="M", boost_error=False, micro=False, mask=mask) for mask in range(8)
        ]
        theirs = [np.array([list(row) for row in symbol.matrix]) for symbol in made]
        assert any(matrix.shape == ours.shape and (matrix == ours).all() for matrix in theirs)

    @pytest.mark.parametrize("payload", [EPC, SWISH, PORTAL])
    def test_segno_needs_no_smaller_symbol(self, payload: str) -> None:
        made = segno.make(payload, error="M", boost_error=False, encoding="utf-8")
        assert len(codes.qr_matrix(payload)) <= made.symbol_size(border=0)[0]

    def test_four_light_modules_lie_around_it_within_its_size(self) -> None:
        symbol = codes.qr(SWISH)
        assert symbol.width == symbol.height == len(codes.qr_matrix(SWISH)) + 8
        assert min(x for x, _, _, _ in symbol.shapes) == 4
        assert max(x + w for x, _, w, _ in symbol.shapes) == symbol.width - 4
        assert min(y for _, y, _, _ in symbol.shapes) == 4
        assert max(y + h for _, y, _, h in symbol.shapes) == symbol.height - 4

    @pytest.mark.parametrize("payload", ["", "x" * 3000])
    def test_a_payload_that_cannot_be_a_qr_code(self, payload: str) -> None:
        with pytest.raises(ValueError):
            codes.qr_matrix(payload)


class TestCode128:
    def test_fifty_four_digits_are_set_in_pairs(self) -> None:
        # start + 27 pairs + check at 11 modules, stop at 13
        assert codes.code128_matrix(BARCODE).shape == (1, 29 * 11 + 13) == (1, 332)
        assert codes.code128(BARCODE).width == 352

    @given(st.from_regex(r"[0-9]{2,54}", fullmatch=True))
    @settings(max_examples=30, deadline=None)
    def test_digits_are_read_back(self, payload: str) -> None:
        assert scanned(codes.code128_matrix(payload)).text == payload

    @pytest.mark.parametrize("payload", ["", "Perintä"])
    def test_a_payload_that_cannot_be_code_128(self, payload: str) -> None:
        with pytest.raises(ValueError):
            codes.code128_matrix(payload)


class TestRectangles:
    @given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**31))
    @settings(deadline=None)
    def test_they_cover_the_dark_modules_once_and_nothing_else(
        self, rows: int, columns: int, seed: int
    ) -> None:
        matrix = np.random.default_rng(seed).random((rows, columns)) < 0.5
        covered = np.zeros(matrix.shape, dtype=int)
        for x, y, width, height in codes.rectangles(matrix):
            covered[y : y + height, x : x + width] += 1
        assert (covered == matrix).all()

    def test_equal_runs_below_each_other_are_one(self) -> None:
        assert codes.rectangles(np.ones((5, 3), dtype=bool)) == [(0, 0, 3, 5)]

    def test_a_light_field_has_none(self) -> None:
        assert codes.rectangles(np.zeros((5, 3), dtype=bool)) == []


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both symbols on a page, set by WeasyPrint behind text in another ink."""
    body = codes.qr_svg(EPC, 30) + codes.code128_svg(BARCODE, 105, 10)
    path = tmp_path_factory.mktemp("codes") / "codes.pdf"
    html = f"<style>@page {{ size: A4 }} html {{ color: device-cmyk(1 0 0 0) }}</style><p>x</p>{body}"
    weasyprint.HTML(string=html).write_pdf(path, uncompressed_pdf=True)
    return path


class TestOnPaper:
    def test_both_are_read_from_the_page_at_300_dpi(self, printed: Path) -> None:
        document = pypdfium2.PdfDocument(printed)
        picture = document[0].render(scale=300 / 72, grayscale=True).to_numpy().copy()
        document.close()
        found = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
        assert {symbol.text for symbol in found} == {EPC, BARCODE}

    def test_they_are_filled_in_black_ink_only(self, printed: Path) -> None:
        with pikepdf.open(printed) as pdf:
            content = pdf.pages[0].Contents.read_bytes()
        inks = re.findall(rb"([\d. ]+) (?:scn|k)\n", content)
        assert set(inks) == {b"1 0 0 0", b"0 0 0 1"}
        assert not re.search(rb"\b(rg|RG|DeviceRGB)\b", content)

    def test_they_have_the_size_asked_for(self) -> None:
        assert 'width="30mm" height="30mm"' in codes.qr_svg(SWISH, 30)
        assert 'width="105mm" height="10.5mm" viewBox="0 0 352 1"' in codes.code128_svg(BARCODE, 105, 10.5)

    def test_operators_draw_it_from_the_lower_left_corner_up(self) -> None:
        symbol = codes.Symbol(10, 10, ((0, 0, 1, 1),))
        assert symbol.ops(100, 200, 50, 50) == b"q\n5 0 0 -5 100 250 cm\n0 0 0 1 k\n0 0 1 1 re\nf\nQ\n"
