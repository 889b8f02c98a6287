"""Codes on paper: made in batches, painted as image masks, read back by three renderers' pictures."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
import pytest
import weasyprint
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipelines.press import codes
from pipelines.press.codes import Symbol
from pipelines.press.geometry import points
from pipelines.press.symbols.modules import Modules

EPC = "\n".join(
    (
        *("BCD", "001", "1", "SCT", "HELSFIHH", "Lindvall Perintä Oy Asiakasvarat", "FI7944052020036082"),
        *("EUR4883.15", "", "RF09868516259619897", "", "ReqdExctnDt/2027-06-12"),
    )
)
SWISH = "C1237856901;100,00;12229445%20A1;0"
PORTAL = "https://betala.lindvall.example/ABCDEFGHIJKLMNOPQRSTUVWXYZ?k=A3"
BARCODE = "479440520200360820048831500000000868516259619897100612"
SAID = {EPC, SWISH, PORTAL, BARCODE}
Picture = npt.NDArray[np.uint8]
Renderer = Callable[[Path, int], Picture]


class TestSymbols:
    def test_four_light_modules_lie_around_a_qr_within_its_size(self) -> None:
        symbol = codes.qr(SWISH)
        assert (symbol.quiet_x, symbol.quiet_y) == (4, 4)
        assert symbol.width == symbol.height == symbol.modules.width + 8

    def test_fifty_four_digits_are_set_in_pairs_between_ten_light_modules(self) -> None:
        # start + 27 pairs + check at 11 modules, stop at 13
        symbol = codes.code128(BARCODE)
        assert (symbol.modules.width, symbol.modules.height) == (29 * 11 + 13, 1) == (332, 1)
        assert (symbol.width, symbol.height) == (352, 1)

    @pytest.mark.parametrize("payload", ["", "x" * 3000])
    def test_a_payload_that_cannot_be_a_qr_code(self, payload: str) -> None:
        with pytest.raises(ValueError, match="QR payload"):
            codes.qr(payload)

    @pytest.mark.parametrize("payload", ["", "Perintä"])
    def test_a_payload_that_cannot_be_code_128(self, payload: str) -> None:
        with pytest.raises(ValueError, match="Code 128 payload"):
            codes.code128(payload)


class TestPrepare:
    def test_a_batch_has_the_symbols_that_are_made_one_by_one(self) -> None:
        payloads = [f"C1237856901;{amount},50;{amount}%20A1;0" for amount in range(300, 340)] + [EPC, PORTAL]
        made = codes.prepare("qr", payloads)
        assert list(made) == payloads
        assert [made[payload] for payload in payloads] == [codes.qr(payload) for payload in payloads]

    def test_what_was_prepared_is_found_again(self) -> None:
        made = codes.prepare("code128", ["471100", "471101"])
        assert codes.symbol("code128", "471101") is made["471101"]
        assert codes.prepare("code128", ["471101"])["471101"] is made["471101"]

    def test_a_payload_that_cannot_be_made_is_left_out_of_its_batch(self) -> None:
        made = codes.prepare("qr", ["one", "", "two", "x" * 3000])
        assert list(made) == ["one", "two"]

    def test_the_kinds_do_not_mix(self) -> None:
        codes.prepare("qr", ["1234"])
        assert codes.code128("1234").height == 1

    def test_a_batch_larger_than_what_is_kept_is_whole(self) -> None:
        payloads = [f"{number:04}" for number in range(6000)]
        made = codes.prepare("code128", payloads)
        assert list(made) == payloads
        assert codes.code128("0000") == made["0000"]


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


class TestSvg:
    def test_it_has_the_size_asked_for(self) -> None:
        assert 'width="30mm" height="30mm"' in codes.qr_svg(SWISH, 30)
        assert 'width="105mm" height="10.5mm" viewBox="0 0 352 1"' in codes.code128_svg(BARCODE, 105, 10.5)

    @pytest.mark.parametrize("symbol", [codes.qr(EPC), codes.qr("A1"), codes.code128(BARCODE)])
    def test_the_symbol_is_read_from_it_again(self, symbol: Symbol) -> None:
        assert Symbol.of_svg(ElementTree.fromstring(symbol.svg(20, 20))) == symbol

    @pytest.mark.parametrize(
        ("part", "instead"),
        [
            ('viewBox="0 0 ', 'viewBox="1 0 '),
            ('preserveAspectRatio="none"', ""),
            ('fill="device-cmyk(0 0 0 1)"', 'fill="device-cmyk(1 0 0 0)"'),
            ("<path ", '<path transform="scale(2)" '),
            ("<path ", "<rect "),
            ("h1v1h-1z", "h1v1h-2z"),
            ('d="', 'd="M0 0h1v1h-1z'),
            ('d="', 'd="M90 0h1v1h-1z'),
            ('d="', 'd="M0 0L5 5z'),
            ("<path ", "<path/><path "),
        ],
    )
    def test_any_other_drawing_is_none(self, part: str, instead: str) -> None:
        drawn = codes.qr_svg("A1", 20)
        assert part in drawn
        assert Symbol.of_svg(ElementTree.fromstring(drawn.replace(part, instead, 1))) is None

    def test_an_empty_path_is_no_symbol(self) -> None:
        light = re.sub(r'd="[^"]*"', 'd=""', codes.qr_svg("A1", 20))
        assert Symbol.of_svg(ElementTree.fromstring(light)) is None


class TestOperators:
    def test_it_is_one_image_mask_in_black_ink_between_save_and_restore(self) -> None:
        symbol = Symbol(Modules.of(np.array([[1, 0, 1], [0, 1, 1]], bool)), 1, 1)
        # Five modules of 10 points by four of 20; dark is 0, which an image mask paints.
        assert symbol.operators(100, 200, 50, 80) == (
            b"q\n0 0 0 1 k\n30 0 0 40 110 220 cm\nBI /W 3 /H 2 /BPC 1 /IM true /F /AHx ID 5f9f>\nEI\nQ\n"
        )

    def test_where_the_y_axis_points_down_the_height_is_negative(self) -> None:
        symbol = Symbol(Modules.of(np.array([[True]])), 1, 1)
        assert b"\n10 0 0 -10 10 20 cm\n" in symbol.operators(0, 30, 30, -30)

    def test_a_qr_of_45_modules_takes_less_than_seven_hundred_bytes(self) -> None:
        assert len(codes.qr(EPC).operators(20, 20, points(34), points(34))) < 700


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three QR codes and a Code 128 on a page, drawn by operators over a coloured state."""
    path = tmp_path_factory.mktemp("codes") / "stamped.pdf"
    drawn = b"1 0 0 0 k\n" + b"".join(
        [
            codes.qr(EPC).operators(points(20), points(200), points(34), points(34)),
            codes.qr(SWISH).operators(points(90), points(200), points(34), points(34)),
            codes.qr(PORTAL).operators(points(150), points(200), points(23), points(23)),
            codes.code128(BARCODE).operators(points(20), points(50), points(105), points(10)),
        ]
    )
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(points(210), points(297)))
        page.Contents = pdf.make_stream(drawn)
        pdf.save(path)
    return path


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same page, set by WeasyPrint from inline SVGs."""
    places = (
        (codes.qr_svg(EPC, 34), 20, 297 - 234),
        (codes.qr_svg(SWISH, 34), 90, 297 - 234),
        (codes.qr_svg(PORTAL, 23), 150, 297 - 223),
        (codes.code128_svg(BARCODE, 105, 10), 20, 297 - 60),
    )
    body = "".join(
        f'<div style="position: absolute; left: {x}mm; top: {y}mm">{svg}</div>' for svg, x, y in places
    )
    path = tmp_path_factory.mktemp("codes") / "printed.pdf"
    style = "@page { size: A4; margin: 0 } html { color: device-cmyk(1 0 0 0) } svg { display: block }"
    weasyprint.HTML(string=f"<style>{style}</style>{body}").write_pdf(path, uncompressed_pdf=True)
    return path


def pdfium(path: Path, dpi: int) -> Picture:
    document = pypdfium2.PdfDocument(path)
    picture = document[0].render(scale=dpi / 72, grayscale=True).to_numpy().copy()
    document.close()
    return picture


def poppler(path: Path, dpi: int) -> Picture:
    out = path.with_suffix("")
    run("pdftoppm", "-r", str(dpi), "-gray", "-singlefile", str(path), str(out))
    return np.asarray(Image.open(out.with_suffix(".pgm")))


def ghostscript(path: Path, dpi: int) -> Picture:
    out = path.with_suffix(".png")
    run("gs", "-q", "-sDEVICE=pnggray", f"-r{dpi}", "-o", str(out), str(path))
    return np.asarray(Image.open(out))


def run(name: str, *arguments: str) -> bytes:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not there")
    return subprocess.run([found, *arguments], check=True, capture_output=True).stdout


def places(path: Path) -> npt.NDArray[np.float64]:
    """Left, bottom, right and top of what is dark in each symbol, in points."""
    document = pypdfium2.PdfDocument(path)
    boxes = [thing.get_bounds() for thing in document[0].get_objects()]
    document.close()
    return np.array(boxes)


def read(picture: Picture) -> set[str]:
    return {symbol.text for symbol in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)}


class TestOnPaper:
    @pytest.mark.parametrize("render", [pdfium, poppler, ghostscript])
    @pytest.mark.parametrize("dpi", [200, 300, 600])
    def test_every_renderers_picture_is_read(self, stamped: Path, render: Renderer, dpi: int) -> None:
        assert read(render(stamped, dpi)) == SAID

    def test_the_svg_is_read_too(self, printed: Path) -> None:
        assert read(pdfium(printed, 300)) == SAID

    def test_both_stand_at_the_same_places(self, stamped: Path, printed: Path) -> None:
        assert np.abs(places(stamped) - places(printed)).max() < 0.01

    def test_they_are_in_black_ink_only(self, stamped: Path) -> None:
        cyan, magenta, yellow, black = (
            float(part) for part in run("gs", "-q", "-sDEVICE=inkcov", "-o", "-", str(stamped)).split()[:4]
        )
        assert (cyan, magenta, yellow) == (0, 0, 0)
        assert 0.01 < black < 0.1

    def test_other_tools_find_the_page_whole(self, stamped: Path) -> None:
        run("qpdf", "--check", str(stamped))
        with pikepdf.open(stamped) as pdf:
            operators = [str(step.operator) for step in pikepdf.parse_content_stream(pdf.pages[0])]
        assert operators == ["k", *["q", "k", "cm", "INLINE IMAGE", "Q"] * 4]
