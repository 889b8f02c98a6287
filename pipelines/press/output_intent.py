"""What a print file is made for: the printing condition and its profile, once in each file."""

import functools
import zlib

from pipelines import assets, config
from pipelines.errors import AssetError
from pipelines.press.writer import SHARED_LEVEL, PdfWriter, text

_COMPONENTS = 4
# ISO 15076-1, 7.2: device class and colour space in the profile's header.
_CLASS, _SPACE = slice(12, 16), slice(16, 20)


def profile(vendor: config.Vendor) -> bytes:
    """The ICC profile of the vendor's printing condition.

    Raises AssetError when it is missing or not one of a CMYK printer (ISO 15930-7, 6.2).
    """
    path = assets.folder("layouts") / "shared" / vendor.output_profile
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AssetError(f"{path.name}: no such profile", "name one in layouts/shared") from error
    if data[_CLASS] != b"prtr" or data[_SPACE] != b"CMYK":
        raise AssetError(f"{path.name}: not the profile of a CMYK printer", "ask the vendor for one")
    return data


def output_intent(file: PdfWriter, vendor: config.Vendor, profile: bytes) -> int:
    """The number of the vendor's /OutputIntent in `file`, with the profile inside."""
    stream = file.add_stream(_deflated(profile), b"/N %d/Filter/FlateDecode" % _COMPONENTS)
    registry = b"/RegistryName%b" % text(vendor.output_registry) if vendor.output_registry else b""
    return file.add(
        b"<</Type/OutputIntent/S/GTS_PDFX/OutputConditionIdentifier%b%b/Info%b/DestOutputProfile %d 0 R>>"
        % (text(vendor.output_condition), registry, text(vendor.output_info), stream)
    )


@functools.lru_cache(maxsize=4)
def _deflated(profile: bytes) -> bytes:
    return zlib.compress(profile, SHARED_LEVEL)
