"""What stands between BI and EI."""

import base64
import zlib

import pytest

from pipelines.press import inline_image
from pipelines.press.inline_image import ImageError

SAMPLES = b"\x80\x00\xff\x80"


@pytest.mark.parametrize(
    "written",
    [
        b"/W 9 /H 2 /IM true ID " + SAMPLES,
        b"/Width 9/Height 2/ImageMask true/BitsPerComponent 1 ID\n" + SAMPLES,
        b"/W 9 /H 2 /IM true /F /AHx ID 8000 FF8>",
        b"/W 9 /H 2 /IM true /F /A85 ID " + base64.a85encode(SAMPLES) + b"~>",
        b"/W 9 /H 2 /IM true /F /Fl ID " + zlib.compress(SAMPLES),
        b"/W 9 /H 2 /IM true /F [/A85 /Fl] ID " + base64.a85encode(zlib.compress(SAMPLES)) + b"~>",
    ],
)
def test_the_same_samples_however_they_are_packed(written: bytes) -> None:
    image = inline_image.read(written)
    assert (image.mask, image.width, image.height, image.row_bytes) == (True, 9, 2, 2)
    assert image.samples() == SAMPLES


def test_the_bytes_of_a_row_go_by_components_and_depth() -> None:
    assert inline_image.read(b"/W 3 /H 1 /CS /CMYK /BPC 8 ID x").row_bytes == 12
    assert inline_image.read(b"/W 3 /H 1 /CS /DeviceGray /BPC 4 ID x").row_bytes == 2


@pytest.mark.parametrize(
    "written",
    [
        b"/W 9 /H 2 /IM true ID abc",
        b"/W 9 /H 2 /IM true /F /Fl ID abc",
        b"/W 9 /H 2 /IM true /F /AHx ID xyz>",
        b"/W 9 /H 2 /IM true /F /CCF ID abcd",
        b"/W 9 /H 2 /CS /RGB /BPC 8 ID abcd",
    ],
)
def test_samples_that_cannot_be_had(written: bytes) -> None:
    with pytest.raises(ImageError):
        inline_image.read(written).samples()


@pytest.mark.parametrize("written", [b"/W 9 /IM true ID abc", b"/W 9 /H 2 /IM true"])
def test_what_is_no_image(written: bytes) -> None:
    with pytest.raises(ImageError):
        inline_image.read(written)
