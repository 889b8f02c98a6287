"""What the comparison of both lanes lets pass, and what it catches."""

import re
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from weasyprint import CSS, HTML

from pipelines.press import codes, truth, typefaces
from pipelines.press.painting import PaintedPage, Painter, Resources, StampedPage
from pipelines.press.traces import TraceError
from pipelines.press.truth import Difference
from tests.press.rewriting import operators, painted, rewritten, stamped

STYLE = """
@page { size: A4; margin: 20mm; font: 8pt Letter; color: device-cmyk(0 0 0 1);
        @bottom-right { content: counter(page) "/" counter(pages) } }
html { font: 10.5pt/14pt Letter; color: device-cmyk(0 0 0 1) }
table { border-collapse: separate; border-spacing: 0; width: 100% }
td { border-bottom: .5pt solid device-cmyk(1 .4 .45 .3); padding: 1mm }
.box { background: device-cmyk(.08 .02 .03 0); border: 1pt solid device-cmyk(1 .4 .45 .3); padding: 3mm }
.sides { border-top: 2pt solid device-cmyk(1 .4 .45 .3); border-left: 4pt solid device-cmyk(0 0 0 .5) }
.n { background: device-cmyk(1 .4 .45 .3); color: device-cmyk(0 0 0 0); border-radius: 7pt; width: 14pt;
     display: inline-block; text-align: center }
.cut { width: 40mm; overflow: hidden; white-space: nowrap }
.faint { opacity: .5 }
"""
TEXT = "Vi skriver till dig för att AVTALET om förskott, flytt och affärer inte är betalt än. "
LETTER = f"""
<div class="box"><span class="n">1</span> <u>Åsa Öhman</u>, 1 234,50 kr</div>
<p>{TEXT * 4}</p><p style="text-align: justify; letter-spacing: .2pt">{TEXT * 3}</p>
<div class="sides">Till Malmö</div><p class="cut">{TEXT}</p><p class="faint">Svagt</p>
<table><tr><td>Norrsken Mobil AB</td><td>1 199,00</td></tr><tr><td>Kraft</td><td>35,50</td></tr></table>
<svg viewBox="0 0 30 30" width="30" height="30"><path fill="device-cmyk(1 0 0 0)" d="M5 5C10 0 20 0 25 5z"/>
<path fill="none" stroke="device-cmyk(0 0 0 1)" stroke-width="2" stroke-dasharray="3 1" d="M5 9L25 20"/></svg>
{codes.qr_svg("https://betala.example/abc?k=A3", 20)}
<p style="break-before: page">{TEXT}</p>
"""


def glyph(character: str) -> bytes:
    """A glyph of the regular text face as WeasyPrint writes it."""
    return b"<%04x>" % typefaces.load().faces[0].cmap[ord(character)]


AV = glyph("A") + b"68" + glyph("V")
Pages = tuple[PaintedPage, ...]
Compare = Callable[..., tuple[Difference, ...]]
Change = bytes | Callable[[re.Match[bytes]], bytes]
Broken = Callable[[bytes, Change], list[Difference]]
# Where a line of the first paragraph begins, behind its place and before its glyphs.
LINE = rb"( Tm\n)(?=\[%b0%b0%b0|\[%b29%b0)" % tuple(map(glyph, "om fö"))


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter(typefaces.load())


@pytest.fixture(scope="module")
def rendered(painter: Painter) -> Pages:
    """A letter of two pages as WeasyPrint paints it."""
    faces = typefaces.load()
    fonts = faces.configuration()
    sheets = [CSS(string=text, font_config=fonts) for text in (faces.stylesheet(), STYLE)]
    return painter.paint(HTML(string=LETTER).render(font_config=fonts, stylesheets=sheets))


@pytest.fixture
def compare(painter: Painter, rendered: Pages) -> Compare:
    """Compares other pages with the letter."""
    return lambda *pages: truth.differences(pages, rendered, painter.typefaces)


@pytest.fixture
def broken(painter: Painter, rendered: Pages) -> Broken:
    """Compares the letter with itself after a change of its first page's operators."""

    def spoil(pattern: bytes, by: Change) -> list[Difference]:
        data, count = re.subn(pattern, by, operators(rendered[0]), count=1, flags=re.DOTALL)
        assert count == 1, "the page has what should be spoiled"
        assert data != operators(rendered[0])
        return list(truth.differences((painted(data, rendered[0]), rendered[1]), rendered, painter.typefaces))

    return spoil


def kinds(found: list[Difference] | tuple[Difference, ...]) -> set[str]:
    return {difference.kind for difference in found}


class TestTheSame:
    def test_a_letter_is_like_itself(self, compare: Compare, rendered: Pages) -> None:
        assert compare(*rendered) == ()

    def test_it_is_like_itself_read_anew(self, compare: Compare, rendered: Pages) -> None:
        assert compare(*(painted(operators(page) + b"\n", page) for page in rendered)) == ()

    def test_other_operators_for_the_same_page_are_the_same(self, compare: Compare, rendered: Pages) -> None:
        assert rewritten(rendered[0]) != operators(rendered[0])
        assert compare(*(painted(rewritten(page), page) for page in rendered)) == ()

    def test_forms_within_forms_are_the_same(self, compare: Compare, rendered: Pages) -> None:
        assert compare(*map(stamped, rendered)) == ()

    def test_text_before_or_behind_what_it_does_not_meet_is_the_same(
        self, compare: Compare, rendered: Pages
    ) -> None:
        text = re.compile(rb"BT.*?ET", re.DOTALL)
        ops = operators(rendered[1])
        later = text.sub(b"", ops) + b" q 1 0 0 -1 0 841.889764 cm .75 0 0 .75 0 0 cm 0 g "
        assert compare(rendered[0], painted(later + b"\n".join(text.findall(ops)) + b" Q", rendered[1])) == ()

    def test_a_hair_beside_its_place_is_the_same(self, broken: Broken) -> None:
        # 0.06 pixels are 0.045 points
        assert broken(rb"( Tm\n)", rb" Tm\n1 0 0 1 0.06 -0.06 cm\n") == []

    def test_one_box_a_row_or_a_box_a_cell(self, painter: Painter) -> None:
        whole = b".1 0 0 0 k 50 50 100 20 re f"
        cells = b".1 0 0 0 k 50 50 30 20 re f 80.01 50 69.99 20 re f"
        assert alike(painter, whole, cells) == []

    def test_a_rule_is_a_ring_in_a_clip_or_a_line_or_a_bar(self, painter: Painter) -> None:
        ring = b"q 50 50 m 90 50 l 90 51 l 50 51 l W* n 50 50 40 20 re 50 51 40 19 re f* Q"
        line = b"1 w 50 50.5 m 90 50.5 l S"
        bar = b"50 50 40 1 re f"
        assert alike(painter, ring, line) == alike(painter, line, bar) == []

    def test_a_round_box_is_its_shape_or_a_box_in_a_clip_of_that_shape(self, painter: Painter) -> None:
        shape = b"50 60 m 50 70 60 70 60 60 c 60 50 50 50 50 60 c h"
        assert alike(painter, shape + b" f", b"q " + shape + b" W n 40 40 50 50 re f Q") == []

    def test_what_is_covered_does_not_matter(self, painter: Painter) -> None:
        below = b".5 g 60 60 10 10 re f "
        assert alike(painter, below + b"0 g 50 50 40 40 re f", b"0 g 50 50 40 40 re f") == []


class TestGlyphs:
    @pytest.mark.parametrize("shift", [b"0.4 0", b"-0.4 0", b"0 0.4", b"0 -0.4"])
    def test_a_line_that_is_shifted_by_a_third_of_a_point(self, broken: Broken, shift: bytes) -> None:
        found = broken(LINE, b"\\g<1>" + shift + b" Td\n")
        assert kinds(found) == {"moved"}
        assert len(found) > 20
        assert {round(difference.by, 3) for difference in found} == {0.3}

    def test_a_shift_just_beyond_the_tolerance(self, broken: Broken) -> None:
        found = broken(LINE, b"\\g<1>0.08 0 Td\n")
        assert {round(difference.by, 3) for difference in found} == {0.06}

    def test_a_line_without_kerning(self, broken: Broken) -> None:
        found = broken(rb"(?<= Tm\n)\[[^]]*%b[^]]*\]" % AV, without_kerning)
        assert kinds(found) == {"moved"}
        assert len({difference.y for difference in found}) == 1

    def test_the_kerning_of_one_pair(self, broken: Broken) -> None:
        found = broken(AV, AV.replace(b"68", b""))
        assert kinds(found) == {"moved"}
        assert {round(difference.by, 3) for difference in found} == {0.714}

    def test_another_glyph_of_the_same_width(self, broken: Broken, painter: Painter) -> None:
        found = broken(glyph("1"), glyph("0"))
        assert kinds(found) == {"glyph"}
        assert len(found) == 1

    def test_a_glyph_too_few_and_too_many(self, broken: Broken) -> None:
        # the last glyph of a line, so that nothing else moves
        assert [d.kind for d in broken(rb"<[0-9a-f]{4}>0?\] TJ", b"] TJ")] == ["glyph missing"]
        assert [d.kind for d in broken(rb"(<[0-9a-f]{4}>0?)\] TJ", rb"\1%b] TJ" % glyph("Å"))] == [
            "glyph extra"
        ]

    def test_another_size(self, broken: Broken) -> None:
        found = broken(rb"( Tm\n/\w+ )14( Tf)", rb"\g<1>14.1\2")
        assert "size" in kinds(found)
        assert {round(d.by, 3) for d in found if d.kind == "size"} == {0.075}

    def test_another_weight(self, broken: Broken, rendered: Pages, painter: Painter) -> None:
        (used,) = rendered[0].fonts
        face = painter.typefaces[used]
        fonts = {**painter.typefaces, "OTHER": next(f for f in typefaces.load().faces if f is not face)}
        data = operators(rendered[0]).replace(b"/" + used.encode(), b"/OTHER", 1)
        found = truth.differences((painted(data, rendered[0]), rendered[1]), rendered, fonts)
        assert "font" in kinds(found)

    def test_another_name_of_the_same_typeface_is_the_same(self, rendered: Pages, painter: Painter) -> None:
        (used,) = rendered[0].fonts
        fonts = {**painter.typefaces, "OTHER": painter.typefaces[used]}
        data = operators(rendered[0]).replace(b"/" + used.encode(), b"/OTHER", 1)
        assert truth.differences((painted(data, rendered[0]), rendered[1]), rendered, fonts) == ()

    def test_another_colour(self, broken: Broken) -> None:
        found = broken(rb"0 0 0 1( scn\nBT\n1 0 0 -1)", rb"0 0 0 .95\1")
        assert kinds(found) == {"colour"}

    def test_text_that_is_fainter(self, compare: Compare, rendered: Pages) -> None:
        states = tuple((key, value.replace(b"0.5", b"0.9")) for key, value in rendered[0].resources.states)
        changed = PaintedPage(
            rendered[0].content, replace(rendered[0].resources, states=states), rendered[0].fonts
        )
        assert changed != rendered[0]
        assert kinds(compare(changed, rendered[1])) == {"colour"}

    def test_text_that_is_not_shown(self, broken: Broken) -> None:
        assert kinds(broken(rb"( Tm\n)", rb"\g<1>3 Tr\n")) == {"colour"}

    def test_text_that_a_clip_cuts(self, broken: Broken) -> None:
        assert kinds(broken(rb"BT(?=\n1 0 0 -1 118)", b"0 0 200 1200 re W n BT")) == {"cut"}

    def test_text_that_no_clip_cuts_where_one_should(self, broken: Broken) -> None:
        found = broken(rb"[\d.]+ [\d.]+ 151\.\d+ [\d.]+ re\nW\nn", b"")
        assert kinds(found) == {"cut"}

    def test_text_below_what_should_be_behind_it(self, broken: Broken) -> None:
        found = broken(rb"\nQ\Z", b"\n.75 0 0 .75 0 0 cm 1 g 70 150 500 20 re f Q")
        assert kinds(found) == {"covered"}


class TestAreas:
    def test_a_missing_rule(self, broken: Broken) -> None:
        # the last border on the page, that of a cell
        found = broken(rb"(?s)f\*(?!.*f\*)", b"n")
        assert kinds(found) == {"shape"}
        assert {round(difference.by, 2) for difference in found} == {0.5}

    def test_a_box_that_is_too_tall(self, painter: Painter) -> None:
        found = alike(painter, b"50 50 100 20 re f", b"50 50 100 20.3 re f")
        assert kinds(found) == {"shape"}
        assert {round(difference.by, 2) for difference in found} == {0.3}

    def test_a_background_that_is_too_tall(self, broken: Broken) -> None:
        box = rb"(0\.08 0\.02 0\.03 0 scn\n)[^f]*f"
        found = broken(box, rb"\g<1>83.590551 83.590551 626.519685 44.410499 re f")
        assert kinds(found) == set(), "the clip that WeasyPrint sets before cuts it"
        clipped = rb"[^\n]* re\nW\nn\nq\n/a1.0 gs\n/DeviceCMYK cs\n" + box
        found = broken(clipped, b"q 0.08 0.02 0.03 0 k 83.590551 83.590551 626.519685 45.344 re f")
        assert kinds(found) == {"shape"}

    def test_another_ink(self, broken: Broken) -> None:
        assert kinds(broken(rb"0\.08 0\.02 0\.03 0 scn", b"0.08 0.02 0.05 0 scn")) == {"shape"}

    def test_a_box_over_another_instead_of_below(self, painter: Painter) -> None:
        one, other = b"0 g 50 50 40 40 re f ", b".5 g 60 60 40 40 re f "
        assert kinds(alike(painter, one + other, other + one)) == {"shape"}

    def test_a_disc_over_a_box_instead_of_below(self, painter: Painter) -> None:
        disc = b".5 g 50 60 m 50 70 60 70 60 60 c 60 50 50 50 50 60 c f "
        box = b"0 g 40 40 40 40 re f "
        assert kinds(alike(painter, disc + box, box + disc)) == {"shape"}

    def test_a_curve_that_bends_otherwise(self, broken: Broken) -> None:
        found = broken(rb"10 0 20 0 25 5 c", b"10 0 20 0.6 25 5 c")
        assert kinds(found) == {"drawing"}
        assert round(found[0].by, 2) == 0.45

    def test_a_missing_curve(self, broken: Broken) -> None:
        assert kinds(broken(rb"(10 0 20 0 25 5 c\nh\n)f", rb"\1n")) == {"drawing"}

    @pytest.mark.parametrize(("was", "now"), [(rb"\[3 1\]", b"[3 2]"), (rb"\b2 w", b"2.1 w")])
    def test_another_line(self, broken: Broken, was: bytes, now: bytes) -> None:
        assert kinds(broken(was, now)) == {"drawing"}

    def test_a_slanted_corner_of_a_border(self, broken: Broken) -> None:
        found = broken(rb"(?s)([\d.]+)( [\d.]+ l\n)(?=W\*)", rb"0\2")
        assert kinds(found) <= {"shape", "drawing"}
        assert found

    def test_one_module_of_a_code(self, broken: Broken) -> None:
        found = broken(rb"(/AHx ID [0-9a-f]{20}[0-9a-f]*?)0", rb"\g<1>8")
        assert kinds(found) == {"picture"}

    def test_a_code_beside_its_place(self, broken: Broken) -> None:
        found = broken(rb"cm\nBI", rb"cm 1 0 0 1 .01 0 cm\nBI")
        assert kinds(found) == {"picture"}

    def test_one_module_of_a_code_made_of_rectangles(self, painter: Painter) -> None:
        modules = [b"%d %d 1 1 re" % (x, y) for x in range(20) for y in range(20) if x * y % 3]
        scaled = b"q 2 0 0 2 50 50 cm "
        whole = scaled + b" ".join(modules) + b" f Q"
        spoiled = scaled + b" ".join(modules[:77] + modules[78:]) + b" f Q"
        found = alike(painter, spoiled, whole)
        assert [(d.kind, round(d.by, 2)) for d in found] == [("shape", 2.0)]


class TestPages:
    def test_a_missing_page(self, compare: Compare, rendered: Pages) -> None:
        assert compare(rendered[0]) == (Difference(2, "pages", 0, 0, -1),)

    def test_a_page_too_many(self, compare: Compare, rendered: Pages) -> None:
        assert compare(*rendered, rendered[1]) == (Difference(3, "pages", 0, 0, 1),)

    def test_pages_in_another_order(self, compare: Compare, rendered: Pages) -> None:
        assert {difference.page for difference in compare(rendered[1], rendered[0])} == {1, 2}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"/Nothing Do", "after operator Do"),
            (b"q", "q and Q are not in balance"),
            (b"Q", "after operator Q"),
            (b"1 0 0 rg", "operator rg"),
            (b"BT /NOFONT 9 Tf <0041> Tj ET", "a font that the press does not have"),
            (b"BT <0041> Tj ET", "text without a font"),
            (b"/a5 gs", "after operator gs"),
            (b"(( ", "after operator "),
            (b".1 .2 sc", "a colour that is not CMYK or grey"),
        ],
    )
    def test_a_page_that_cannot_be_followed(
        self, compare: Compare, rendered: Pages, data: bytes, why: str
    ) -> None:
        page = StampedPage(data, frozenset(), ())
        assert compare(page, rendered[1]) == (Difference(1, "unreadable", 0, 0, 0, why),)

    def test_a_rendered_page_that_cannot_be_followed(self, painter: Painter, rendered: Pages) -> None:
        with pytest.raises(TraceError):
            truth.differences(rendered[:1], (painted(b"q", rendered[0]),), painter.typefaces)

    def test_a_form_that_is_not_in_its_page(self, compare: Compare, rendered: Pages) -> None:
        page = stamped(rendered[0])
        lost = replace(page, forms=(replace(page.forms[0], forms=()),))
        assert kinds(compare(lost, rendered[1])) == {"unreadable"}

    def test_it_says_where_and_nothing_of_what_the_letter_says(self, broken: Broken) -> None:
        (found,) = broken(glyph("1"), glyph("0"))
        assert found.page == 1
        assert re.fullmatch(r"page 1: glyph by 0\.00 at \d+\.\d, \d+\.\d", str(found))

    def test_a_page_gives_fifty_differences_at_most(self, compare: Compare, rendered: Pages) -> None:
        assert len(compare(StampedPage(b"", frozenset(), ()), rendered[1])) == 50


def without_kerning(array: re.Match[bytes]) -> bytes:
    return re.sub(rb">-?\d+<", b"><", array[0])


def alike(painter: Painter, one: bytes, other: bytes) -> list[Difference]:
    """The differences between two pages of these operators."""
    pages = [
        (PaintedPage(zlib.compress(b"0 0 0 1 k " + data), Resources(), frozenset()),) for data in (one, other)
    ]
    return list(truth.differences(pages[0], pages[1], painter.typefaces))
