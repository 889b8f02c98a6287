import base64
import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image
from weasyprint import CSS, HTML
from weasyprint.document import Document

from pipelines import config
from pipelines.model import PlannedContainer
from pipelines.press import codes, typefaces
from pipelines.press.assemble import Assembly
from pipelines.press.painting import PaintedPage, Painter, PaintError
from tests.press.scratch import HEAD

STYLE = """
@page { size: A4; margin: 20mm }
html { font: 10.5pt/14pt Letter; color: device-cmyk(0 0 0 1) }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
td { border-bottom: .5pt solid device-cmyk(1 .4 .45 .3) }
"""
TEXT = "Vi skriver till dig för att AVTALET om förskott, flytt och affärer inte är betalt än. " * 5
Setter = Callable[[str], Document]


@pytest.fixture(scope="module")
def lay_out() -> Setter:
    """Lays a piece of HTML out with the press's fonts."""
    faces = typefaces.load()
    fonts = faces.configuration()
    sheets = [CSS(string=text, font_config=fonts) for text in (faces.stylesheet(), STYLE)]
    return lambda html: HTML(string=html).render(font_config=fonts, stylesheets=sheets)


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter(typefaces.load())


def operators(page: PaintedPage) -> bytes:
    return zlib.decompress(page.content)


def as_pdf(painter: Painter, pages: tuple[PaintedPage, ...], path: Path) -> bytes:
    assembly = Assembly(HEAD, "x.pdf", config.Vendor(), painter.typefaces, path)
    assembly.add("piece", 1, pages)
    assembly.save([PlannedContainer("tray", "postcode", "1", 1, 1)])
    return path.read_bytes()


def glyphs(contents: bytes) -> bytes:
    return b"".join(re.findall(rb"<([0-9a-f]+)>", contents))


def characters(pdf: bytes) -> list[tuple[str, tuple[float, float, float, float]]]:
    text = pdfium.PdfDocument(pdf)[0].get_textpage()
    return [(text.get_text_range(i, 1), text.get_charbox(i)) for i in range(text.count_chars())]


LETTER = f"""
<h1>Åsa Öhman, 1 234,50 kr att betala</h1><p>{TEXT}</p><p style="text-align: justify">{TEXT}</p>
<table><tr><td>Norrsken Mobil AB</td><td>1 199,00</td></tr><tr><td>Kraft</td><td>35,50</td></tr></table>
<p style="font: 9.9585pt Letter Code; white-space: pre">H #   4821093755610461 # 9412 75</p>
"""


def test_a_painted_page_has_the_glyphs_of_weasyprints_own_pdf_in_the_same_places(
    lay_out: Setter, painter: Painter, tmp_path: Path
) -> None:
    document = lay_out(LETTER)
    own = document.write_pdf(pdf_variant="pdf/x-4")
    pages = painter.paint(document)
    ours = as_pdf(painter, pages, tmp_path / "ours.pdf")
    with pikepdf.open(io.BytesIO(own)) as pdf:
        assert glyphs(operators(pages[0])) == glyphs(pdf.pages[0].Contents.read_bytes())
    expected, got = characters(own), characters(ours)
    assert [c for c, _ in got] == [c for c, _ in expected]
    assert len(got) > 800
    off = max(
        abs(a - b) for (_, p), (_, q) in zip(got, expected, strict=True) for a, b in zip(p, q, strict=True)
    )
    assert off < 0.05


def bounds(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """The boxes of the drawings on the first page, in points, those of the mark left out."""
    document = pdfium.PdfDocument(pdf)
    boxes = [thing.get_bounds() for thing in document[0].get_objects()]
    document.close()
    return [box for box in boxes if box[0] > 50]


def test_codes_are_painted_as_image_masks_where_weasyprint_draws_them(
    lay_out: Setter, painter: Painter, tmp_path: Path
) -> None:
    document = lay_out(
        codes.qr_svg("https://betala.example/abc?k=A3", 40) + codes.code128_svg("12" * 27, 105, 10)
    )
    own = document.write_pdf(pdf_variant="pdf/x-4")
    pages = painter.paint(document)
    ours = as_pdf(painter, pages, tmp_path / "ours.pdf")
    assert operators(pages[0]).count(b"/IM true") == 2
    expected, got = bounds(own), bounds(ours)
    assert len(got) == len(expected) == 2
    assert np.abs(np.array(got) - np.array(expected)).max() < 0.01


def test_a_code_that_is_taken_out_of_the_flow_is_an_image_mask_too(lay_out: Setter, painter: Painter) -> None:
    placed = f'<div style="position: absolute">{codes.qr_svg("A1", 20)}</div>'
    (page,) = painter.paint(lay_out(f"<style>svg {{ display: block }}</style>{placed}"))
    assert operators(page).count(b"/IM true") == 1
    assert b" l\n" not in operators(page)


def test_other_drawings_are_painted_by_weasyprint(lay_out: Setter, painter: Painter) -> None:
    curve = '<path fill="device-cmyk(1 0 0 0)" d="M5 5C10 0 20 0 25 5z"/>'
    (page,) = painter.paint(lay_out(f'<svg viewBox="0 0 30 30" width="30" height="30">{curve}</svg>'))
    assert re.search(rb"\d c\n", operators(page))


def test_a_page_does_not_depend_on_what_was_painted_before(lay_out: Setter, painter: Painter) -> None:
    fresh = Painter(typefaces.load()).paint(lay_out(LETTER))
    painter.paint(lay_out(f'<p style="font-size: 37.3pt">{LETTER}</p>'))
    assert painter.paint(lay_out(LETTER)) == fresh


def test_a_page_leaves_the_graphics_state_as_it_found_it(lay_out: Setter, painter: Painter) -> None:
    (page,) = painter.paint(lay_out(LETTER))
    words = operators(page).split()
    assert words[0] == b"q"
    assert words[-1] == b"Q"
    assert words.count(b"q") == words.count(b"Q")


def test_a_group_is_in_the_presss_colour_space(lay_out: Setter, painter: Painter) -> None:
    (page,) = painter.paint(lay_out('<p style="opacity: .5">svagt</p>'))
    ((_, group),) = page.resources.objects
    assert b"/CS /DeviceCMYK" in group.entries
    assert b"ICCBased" not in group.entries


def test_a_cmyk_picture_is_kept_as_it_is(lay_out: Setter, painter: Painter, tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("CMYK", (8, 8), (0, 0, 0, 200)).save(data, "JPEG")
    url = "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()
    pages = painter.paint(lay_out(f'<img src="{url}">'))
    ((_, picture),) = pages[0].resources.objects
    assert picture.data == data.getvalue()
    with pikepdf.open(io.BytesIO(as_pdf(painter, pages, tmp_path / "x.pdf"))) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.ColorSpace == pikepdf.Name.DeviceCMYK
        assert image.Filter == pikepdf.Name.DCTDecode


def png() -> str:
    data = io.BytesIO()
    Image.new("RGB", (2, 2), (200, 0, 0)).save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ('<p style="color: red">x</p>', "not device-cmyk"),
        ('<p style="color: oklch(0.5 0.2 20)">x</p>', "not device-cmyk"),
        ('<p style="border: 1pt solid black">x</p>', "not device-cmyk"),
        (f'<img src="{png()}">', "not CMYK or grey"),
        (f'<p style="background: url({png()})">x</p>', "not device-cmyk"),
        ('<style>@page { size: A5 }</style>x', "not A4"),
        ("<style>@page { bleed: 3mm }</style>x", "not A4"),
        ('<p style="background: linear-gradient(red, blue)">x</p>', "not device-cmyk"),
    ],
)  # fmt: skip
def test_what_a_press_must_not_get_is_refused(
    lay_out: Setter, painter: Painter, html: str, reason: str
) -> None:
    with pytest.raises(PaintError, match=reason):
        painter.paint(lay_out(html))


def test_a_font_that_is_not_the_presss_is_refused() -> None:
    from weasyprint.text.fonts import FontConfiguration

    source = typefaces.load().faces[-1].file
    fonts = FontConfiguration()
    face = f"@font-face {{ font-family: Own; src: url({source.as_uri()}) }} html {{ font: 10pt Letter Code }}"
    strange = CSS(string=face, font_config=fonts)
    document = HTML(string="<p>x</p>").render(font_config=fonts, stylesheets=[strange, CSS(string=STYLE)])
    with pytest.raises(PaintError, match="not the press's"):
        Painter(typefaces.load()).paint(document)
