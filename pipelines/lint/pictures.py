"""Which pictures are bitmaps that a press should not get."""

from pathlib import Path

from PIL import Image

_BITMAPS = (".png", ".gif", ".webp", ".bmp", ".avif", ".apng", ".ico", ".heic")
_PHOTOGRAPHS = (".jpg", ".jpeg", ".jfif", ".tif", ".tiff")
_PRINTABLE_MODES = frozenset(("1", "L", "CMYK"))


def is_raster(address: str, folder: Path) -> bool:
    """Whether an address, read from `folder`, leads to a bitmap that will print badly.

    A photograph is printable when it can be opened and is grey or CMYK; other bitmaps never are.
    """
    bare = address.strip().split("#")[0].split("?")[0].lower()
    if bare.startswith("data:"):
        kind = bare[5:].split(",")[0].split(";")[0]
        return kind.startswith("image/") and kind != "image/svg+xml"
    if bare.endswith(_BITMAPS):
        return True
    if not bare.endswith(_PHOTOGRAPHS):
        return False
    return _mode(folder / address) not in _PRINTABLE_MODES


def _mode(path: Path) -> str:
    try:
        with Image.open(path) as picture:
            return str(picture.mode)
    except OSError:
        return ""
