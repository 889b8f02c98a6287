"""What a print file is made for: the printing condition and its profile, once in each file."""

import zlib

from pikepdf import Dictionary, Name, Object, Pdf, String

from pipelines import assets, config
from pipelines.errors import AssetError

_COMPONENTS = 4
# ISO 15076-1, 7.2: device class and colour space in the profile's header.
_CLASS, _SPACE = slice(12, 16), slice(16, 20)


def output_intent(pdf: Pdf, vendor: config.Vendor) -> Object:
    """The /OutputIntent of the vendor's printing condition, with the ICC profile inside.

    Raises AssetError when the profile is missing or not one of a CMYK printer (ISO 15930-7, 6.2).
    """
    path = assets.folder("layouts") / "shared" / vendor.output_profile
    try:
        profile = path.read_bytes()
    except OSError as error:
        raise AssetError(f"{path.name}: no such profile", "name one in layouts/shared") from error
    if profile[_CLASS] != b"prtr" or profile[_SPACE] != b"CMYK":
        raise AssetError(f"{path.name}: not the profile of a CMYK printer", "ask the vendor for one")
    stream = pdf.make_stream(b"", N=_COMPONENTS)
    stream.write(zlib.compress(profile, 9), filter=Name.FlateDecode)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(vendor.output_condition),
        Info=String(vendor.output_info),
        DestOutputProfile=stream,
    )
    if vendor.output_registry:
        intent.RegistryName = String(vendor.output_registry)
    return pdf.make_indirect(intent)
