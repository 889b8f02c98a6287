"""What preflight says of fonts, colours, pictures, forms and page content."""

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, String
from PIL import Image

from pipelines.press.rules import Rule
from tests.press.print_files import (
    BLACK,
    Broken,
    face,
    form,
    image,
    painting,
    text_ops,
    with_resource,
    writing,
)

RGB_PIXEL = image(b"\xff\x00\x00", Name.DeviceRGB)
DRAW_PIXEL = b"5 0 0 5 100 300 cm /X Do\n"


def font(pdf: pikepdf.Pdf) -> Object:
    return pdf.pages[0].obj.Resources.Font.F1


def state(key: str, value: object) -> Callable[[pikepdf.Pdf], Object]:
    """Makes a graphics state of one entry."""

    def make(_: pikepdf.Pdf) -> Object:
        made = Dictionary()
        made[key] = value
        return made

    return make


class TestFonts:
    def test_a_font_that_is_not_embedded(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            del font(pdf).DescendantFonts[0].FontDescriptor.FontFile2

        assert broken(change) == {(Rule.FONT_UNFIT, 1)}

    @pytest.mark.parametrize("key", ["/CIDToGIDMap", "/ToUnicode"])
    def test_a_font_without_its_maps(self, broken: Broken, key: str) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            owner = font(pdf) if key == "/ToUnicode" else font(pdf).DescendantFonts[0]
            del owner[key]

        assert (Rule.FONT_UNFIT, 1) in broken(change)

    def test_the_same_font_program_twice(self, broken: Broken) -> None:
        def twin(pdf: pikepdf.Pdf) -> Object:
            copied = Dictionary(dict(font(pdf).items()))
            descendant = Dictionary(dict(copied.DescendantFonts[0].items()))
            descriptor = Dictionary(dict(descendant.FontDescriptor.items()))
            descriptor.FontFile2 = pdf.make_stream(descriptor.FontFile2.read_bytes())
            descendant.FontDescriptor = descriptor
            copied.DescendantFonts = Array([pdf.make_indirect(descendant)])
            return pdf.make_indirect(copied)

        text = text_ops(face(), "Hej", 20, 150).replace(b"/F1", b"/F2")
        assert broken(with_resource(1, "/Font", "F2", twin, BLACK + text)) == {(Rule.FONT_TWICE, 0)}

    @pytest.mark.parametrize(
        "damage",
        [
            lambda data: b"OTTO" + data[4:],
            lambda data: data[:400],
            lambda _: b"",
            lambda data: data.replace(b"hmtx", b"xmth", 1),
        ],
    )
    def test_a_font_program_that_is_not_what_it_should_be(
        self, broken: Broken, damage: Callable[[bytes], bytes]
    ) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            program = font(pdf).DescendantFonts[0].FontDescriptor.FontFile2
            program.write(damage(program.read_bytes()))

        assert broken(change) == {(Rule.FONT_PROGRAM, 1)}

    def test_widths_other_than_the_programs(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            widths = max(list(font(pdf).DescendantFonts[0].W)[1::2], key=len)
            widths[10] = widths[10] + 3

        assert broken(change) == {(Rule.FONT_PROGRAM, 1)}

    def test_widths_for_more_glyphs_than_there_are(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            widths = font(pdf).DescendantFonts[0].W
            widths[len(widths) - 1].append(500)

        assert broken(change) == {(Rule.FONT_PROGRAM, 1)}

    def test_a_type_3_font(self, broken: Broken) -> None:
        def make(pdf: pikepdf.Pdf) -> Object:
            return pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3))

        assert (Rule.FONT_UNFIT, 1) in broken(with_resource(1, "/Font", "F3", make, b""))

    def test_a_missing_glyph(self, broken: Broken) -> None:
        ops = BLACK + b"BT /F1 10 Tf 1 0 0 1 60 300 Tm [<00000000>] TJ ET\n"
        assert broken(painting(1, ops)) == {(Rule.FONT_GLYPH, 1)}


class TestColour:
    @pytest.mark.parametrize(
        "ops",
        [
            b"1 0 0 rg 60 60 9 9 re f\n",
            b"0 0 0 RG 60 60 m 90 90 l S\n",
            b"/DeviceRGB cs 1 0 0 sc 60 60 9 9 re f\n",
        ],
    )
    def test_rgb_operators(self, broken: Broken, ops: bytes) -> None:
        assert broken(painting(3, ops)) == {(Rule.COLOUR_RGB, 3)}

    def test_rgb_in_a_picture(self, broken: Broken) -> None:
        assert broken(with_resource(3, "/XObject", "X", RGB_PIXEL, DRAW_PIXEL)) == {(Rule.COLOUR_RGB, 3)}

    @pytest.mark.parametrize("drawn", [b"/X Do\n", b""])
    def test_rgb_in_a_form_drawn_or_not(self, broken: Broken, drawn: bytes) -> None:
        make = form(b"1 0 0 rg 60 60 9 9 re f\n")
        assert broken(with_resource(3, "/XObject", "X", make, drawn)) == {(Rule.COLOUR_RGB, 3)}

    def test_rgb_in_a_pattern_and_a_shading(self, broken: Broken) -> None:
        def tiles(pdf: pikepdf.Pdf) -> Object:
            return pdf.make_stream(b"1 0 0 rg 0 0 2 2 re f\n", PatternType=1, Resources=Dictionary())

        def shades(_: pikepdf.Pdf) -> Object:
            return Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB)

        paint = b"/Pattern cs /P scn 60 60 9 9 re f\n"
        assert broken(with_resource(3, "/Pattern", "P", tiles, paint)) == {(Rule.COLOUR_RGB, 3)}
        clipped = b"q 60 60 9 9 re W n /S sh Q\n"
        assert broken(with_resource(3, "/Shading", "S", shades, clipped)) == {(Rule.COLOUR_RGB, 3)}

    @pytest.mark.parametrize(
        "space",
        [
            lambda pdf: Array([Name.ICCBased, pdf.make_stream(b"", N=4)]),
            lambda _: Array([Name.Lab, Dictionary(WhitePoint=Array([1, 1, 1]))]),
            lambda _: Array([Name.Separation, Name.Gold, Name.DeviceCMYK, Dictionary()]),
            lambda _: Array([Name.Indexed, Array([Name.CalGray, Dictionary()]), 1, String("ab")]),
        ],
    )
    def test_other_spaces_than_the_press_inks_even_unused(
        self, broken: Broken, space: Callable[[pikepdf.Pdf], Object]
    ) -> None:
        assert broken(with_resource(3, "/ColorSpace", "C", space, b"")) == {(Rule.COLOUR_SPACE, 3)}

    @pytest.mark.parametrize("ops", [b"1.5 0 0 0 k 60 60 9 9 re f\n", b"-1 0 0 0 K 60 60 m 90 90 l S\n"])
    def test_colours_out_of_range(self, broken: Broken, ops: bytes) -> None:
        assert broken(painting(3, ops)) == {(Rule.COLOUR_RANGE, 3)}

    def test_too_much_ink_in_a_tint_and_in_a_picture(self, broken: Broken) -> None:
        assert broken(painting(3, b".8 .7 .7 .61 k 60 60 9 9 re f\n")) == {(Rule.INK_TOTAL, 3)}
        assert broken(painting(3, b".8 .7 .7 .6 k 60 60 9 9 re f\n")) == set()
        make = image(bytes([255, 255, 255, 20]), Name.DeviceCMYK)
        assert broken(with_resource(3, "/XObject", "X", make, DRAW_PIXEL)) == {(Rule.INK_TOTAL, 3)}

    def test_too_much_ink_in_a_cmyk_jpeg(self, broken: Broken) -> None:
        data = io.BytesIO()
        Image.fromarray(np.full((16, 16, 4), (255, 255, 255, 60), dtype=np.uint8), "CMYK").save(data, "JPEG")
        make = image(data.getvalue(), Name.DeviceCMYK, Filter=Name.DCTDecode)

        def sized(pdf: pikepdf.Pdf) -> Object:
            made = make(pdf)
            made.Width = made.Height = 16
            return made

        assert broken(with_resource(3, "/XObject", "X", sized, DRAW_PIXEL)) == {(Rule.INK_TOTAL, 3)}

    @pytest.mark.parametrize("ink", [b".5 .4 .4 1 k\n", b"0 0 0 .5 k\n", b"1 0 0 0 k\n", b"0.5 g\n"])
    def test_text_in_other_than_pure_black(self, broken: Broken, ink: bytes) -> None:
        assert broken(writing(3, "Betala", 20, 150, ink=ink)) == {(Rule.INK_TEXT, 3)}

    def test_grey_zero_is_pure_black(self, broken: Broken) -> None:
        assert broken(writing(3, "Betala", 20, 150, ink=b"0 g\n")) == set()

    def test_hidden_small_and_thin(self, broken: Broken) -> None:
        assert broken(writing(3, "Betala", 20, 150, ink=BLACK + b"3 Tr\n")) == {(Rule.TEXT_HIDDEN, 3)}
        assert broken(writing(3, "Betala", 20, 150, size=5.5)) == {(Rule.TEXT_SMALL, 3)}
        assert broken(painting(3, b"0 0 0 1 K .1 w 60 60 m 90 60 l S\n")) == {(Rule.LINE_THIN, 3)}
        assert broken(painting(3, b".5 0 0 .5 0 0 cm 0 0 0 1 K .4 w 60 60 m 90 60 l S\n")) == {
            (Rule.LINE_THIN, 3)
        }

    def test_a_jpeg_2000_and_a_broken_picture(self, broken: Broken) -> None:
        jpx = image(b"", Name.DeviceCMYK, Filter=Name.JPXDecode)
        assert broken(with_resource(3, "/XObject", "X", jpx, DRAW_PIXEL)) == {(Rule.IMAGE_UNFIT, 3)}
        short = image(b"\xff", Name.DeviceCMYK, Filter=Name.DCTDecode)
        assert broken(with_resource(3, "/XObject", "X", short, DRAW_PIXEL)) == {(Rule.IMAGE_UNFIT, 3)}

    @pytest.mark.parametrize(
        ("key", "value"),
        [("/TR", Name.Identity), ("/TR2", Name.Identity), ("/SMask", Dictionary()), ("/HTP", Array())],
    )
    def test_graphics_states_that_change_tones(self, broken: Broken, key: str, value: object) -> None:
        assert broken(with_resource(3, "/ExtGState", "G", state(key, value), b"/G gs\n")) == {
            (Rule.OBJECT_FORBIDDEN, 3)
        }

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("/OP", True),
            ("/op", True),
            ("/ca", 0.5),
            ("/CA", 0.99),
            ("/BM", Name.Multiply),
            ("/LW", 0.1),
            ("/D", Array()),
            ("/Own", 1),
        ],
    )
    def test_graphics_states_that_pages_cannot_be_judged_with(
        self, broken: Broken, key: str, value: object
    ) -> None:
        assert broken(with_resource(3, "/ExtGState", "G", state(key, value), b"/G gs\n")) == {
            (Rule.STATE_UNFIT, 3)
        }

    @pytest.mark.parametrize(
        ("key", "value"), [("/ca", 1), ("/BM", Name.Normal), ("/op", False), ("/OPM", 1)]
    )
    def test_graphics_states_that_change_nothing(self, broken: Broken, key: str, value: object) -> None:
        assert broken(with_resource(3, "/ExtGState", "G", state(key, value), b"/G gs\n")) == set()


class TestContent:
    @pytest.mark.parametrize(
        "ops",
        [
            b"} nonsense\n",
            b"q\n",
            b"1 0 0 cm\n",
            b"(open Tj\n",
            b"7 zz\n",
            b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI\n",
        ],
    )
    def test_what_cannot_be_read(self, broken: Broken, ops: bytes) -> None:
        assert (Rule.CONTENT_SYNTAX, 3) in broken(painting(3, ops))

    @pytest.mark.parametrize(
        "ops", [b"/None Do\n", b"/None gs\n", b"BT /None 9 Tf (a) Tj ET\n", b"/None sh\n"]
    )
    def test_names_that_stand_for_nothing(self, broken: Broken, ops: bytes) -> None:
        assert (Rule.CONTENT_RESOURCE, 3) in broken(painting(3, ops))
