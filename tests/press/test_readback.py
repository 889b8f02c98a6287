"""What a scanner and a recipient get from a rendered page."""

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array

from pipelines.config import Mark
from pipelines.press import codes, marks, readback
from pipelines.press.expected import Expected
from pipelines.press.geometry import points
from tests.press.print_files import good

SWISH = "C1237856901;100,00;12229445%20A1;0"
PORTAL = "https://betala.lindvall.example/ABCDEFGHIJKLMNOPQRSTUVWXYZ?k=A3"
BARCODE = "479440520200360820048831500000000868516259619897100612"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Expected]:
    """The good file with codes on its first page, in the sizes of a letter."""
    path = tmp_path_factory.mktemp("readback") / "print-0001.pdf"
    expect = good(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        sheet = pdf.pages[0].obj
        qr = codes.qr(SWISH).operators(points(154), points(297 - 146), points(34), points(34))
        small = codes.qr(PORTAL).operators(points(130), points(60), points(24), points(24))
        bars = codes.code128(BARCODE).operators(points(20), points(16), points(105), points(10))
        sheet.Contents = Array([*sheet.Contents, pdf.make_stream(qr + small + bars)])
        pdf.save(path)
    return path, expect


def test_all_kinds_of_codes_on_one_page_are_read_with_their_places(printed: tuple[Path, Expected]) -> None:
    path, expect = printed
    first = next(readback.read_pages(path))
    assert [(code.format, code.text) for code in first.codes] == [
        ("qr", SWISH),
        ("datamatrix", expect.pieces[0].mark),
        ("qr", PORTAL),
        ("code128", BARCODE),
    ]
    mark = first.codes[1]
    assert (mark.x_mm, mark.y_mm) == pytest.approx((5, 120), abs=0.3)
    assert (mark.width_mm, mark.height_mm) == pytest.approx((18 * 0.423,) * 2, abs=0.4)
    bars = first.codes[3]
    assert (bars.x_mm, bars.width_mm) == pytest.approx((20 + 105 * 10 / 352, 105 * 332 / 352), abs=0.5)


def test_every_mark_of_the_file_is_read_and_parses(printed: tuple[Path, Expected]) -> None:
    path, expect = printed
    fronts = dict.fromkeys((1, 3, 5, 7), 1)
    read = {page.number: page for page in readback.read_pages(path, fronts)}
    assert [read[number].codes for number in (2, 4, 6, 8)] == [()] * 4
    found = [code.text for number in fronts for code in read[number].codes if code.format == "datamatrix"]
    fields = [marks.parse_mark(Mark(), text) for text in found]
    assert [(f["piece"], f["sheet"], f["end"]) for f in fields if f] == [
        (1, 1, 1),
        (2, 1, 1),
        (3, 1, 0),
        (3, 2, 1),
    ]
    assert found[0] == expect.pieces[0].mark


def test_a_code_that_is_missed_is_searched_for_more_thoroughly(tmp_path: Path) -> None:
    path = tmp_path / "tiny.pdf"
    with pikepdf.new() as pdf:
        sheet = pdf.add_blank_page(page_size=(points(210), points(297)))
        # Turned by a quarter and with modules of 0.2 mm: beyond the quick search.
        turned = b"0 1 -1 0 %.3f %.3f cm\n" % (points(100), points(100))
        sheet.Contents = pdf.make_stream(
            turned + codes.code128(BARCODE).operators(0, 0, points(70), points(8))
        )
        pdf.save(path)
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    quick, thorough = readback.read_page_codes(page), readback.read_page_codes(page, at_least=1)
    page.close()
    document.close()
    assert [len(quick), [code.text for code in thorough]] == [0, [BARCODE]]


def test_the_text_of_a_page_in_reading_order(printed: tuple[Path, Expected]) -> None:
    path, _ = printed
    text = next(readback.read_pages(path, {})).text
    assert "Siri Ålund Åvägen 3 413 01 GÖTEBORG" in text
    assert "Ärende 1" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\N{NO-BREAK SPACE}234,50\N{NARROW NO-BREAK SPACE}kr", "1 234,50 kr"),
        ("  Två\r\nrader\t", "Två rader"),
        ("A\N{COMBINING RING ABOVE}sa", "Åsa"),
        ("Anna\x02 Karin", "Anna- Karin"),
    ],
)
def test_blanks_of_all_kinds_are_one_space(text: str, expected: str) -> None:
    assert readback.normalised(text) == expected


def test_what_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.pdf"
    path.write_bytes(b"no")
    with pytest.raises(pypdfium2.PdfiumError):
        next(readback.read_pages(path))
