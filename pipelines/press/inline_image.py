"""Inline images in a content stream, as the press draws its codes: entries and samples.

The samples of an inline image may hold any byte, so their end is counted and not searched
wherever the entries allow it. Source: ISO 32000-2, 8.9.7.
"""

import base64
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_ENTRY = re.compile(rb"/([A-Za-z]+)\s*(/[^\s/\[\]<>()]+|\[[^\]]*\]|<<.*?>>|[^\s/\[\]<>()]+)", re.DOTALL)
_START = re.compile(rb"(?<=[\s\]>/A-Za-z0-9])ID[\x00\t\n\x0c\r ]", re.DOTALL)
_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?![^\x00\t\n\x0c\r ])")
_FULL_KEYS = {
    b"W": b"Width", b"H": b"Height", b"BPC": b"BitsPerComponent", b"CS": b"ColorSpace", b"D": b"Decode",
    b"DP": b"DecodeParms", b"F": b"Filter", b"I": b"Interpolate", b"IM": b"ImageMask", b"L": b"Length",
}  # fmt: skip
_FULL_FILTERS = {
    b"AHx": b"ASCIIHexDecode", b"A85": b"ASCII85Decode", b"Fl": b"FlateDecode", b"RL": b"RunLengthDecode",
    b"CCF": b"CCITTFaxDecode", b"DCT": b"DCTDecode", b"LZW": b"LZWDecode",
}  # fmt: skip
_COMPONENTS = {b"/G": 1, b"/DeviceGray": 1, b"/CMYK": 4, b"/DeviceCMYK": 4}


class ImageError(ValueError):
    """An inline image that cannot be read; the message says why, not what it shows."""


@dataclass(frozen=True, slots=True)
class InlineImage:
    """One inline image: what stands between BI and EI."""

    entries: Mapping[bytes, bytes]
    """Value by key, both without the slash of the key and with the long names."""
    data: bytes
    """The samples as they are stored."""

    @property
    def mask(self) -> bool:
        """Whether its set bits are painted in the fill colour and the others not at all."""
        return self.entries.get(b"ImageMask") == b"true"

    @property
    def filters(self) -> tuple[bytes, ...]:
        """The long names of the filters, the outermost first."""
        names = self.entries.get(b"Filter", b"").strip(b"[]").replace(b"/", b" ").split()
        return tuple(_FULL_FILTERS.get(name, name) for name in names)

    @property
    def width(self) -> int:
        """Samples in a row."""
        return int(self.entries[b"Width"])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.entries[b"Height"])

    @property
    def row_bytes(self) -> int:
        """Bytes of a row of samples. Raises ImageError when the colour space is not a plain one."""
        return _row_bytes(self.entries)

    def samples(self) -> bytes:
        """The samples without their filters, `row_bytes` a row.

        Raises ImageError for filters other than hex, base 85 and deflate, and for broken data.
        """
        data = self.data
        for name in self.filters:
            if (unpack := _UNPACK.get(name)) is None:
                raise ImageError(f"filter {name.decode('latin-1')}")
            try:
                data = unpack(data)
            except (ValueError, zlib.error) as error:
                raise ImageError(f"{name.decode()}: {type(error).__name__}") from error
        if len(data) < self.row_bytes * self.height:
            raise ImageError("too few samples")
        return data[: self.row_bytes * self.height]


def read(written: bytes) -> InlineImage:
    """The image of the bytes between BI and EI. Raises ImageError when width or height are missing."""
    start = _START.search(written)
    if start is None:
        raise ImageError("no ID")
    entries = _entries(written[: start.start()])
    if not {b"Width", b"Height"} <= entries.keys():
        raise ImageError("no width or height")
    return InlineImage(entries, written[start.end() :])


def end(entries: bytes, content: bytes, start: int) -> tuple[int, int] | None:
    """Where samples that start at `start` end, and where the EI behind them does; None without an end.

    `entries` is what stands between BI and ID.
    """
    named = _entries(entries)
    length = None
    try:
        if b"Length" in named:
            length = int(named[b"Length"])
        elif b"Filter" not in named:
            length = _row_bytes(named) * int(named[b"Height"])
    except (LookupError, ValueError):
        pass  # Without a length that makes sense the end is searched.
    if length is None:
        found = _END.search(content, start)
    else:
        found = re.compile(rb"[\x00\t\n\x0c\r ]*EI(?![^\x00\t\n\x0c\r ])").match(content, start + length)
    return None if found is None else (found.start(), found.end())


def _entries(written: bytes) -> dict[bytes, bytes]:
    return {_FULL_KEYS.get(key, key): b" ".join(value.split()) for key, value in _ENTRY.findall(written)}


def _row_bytes(entries: Mapping[bytes, bytes]) -> int:
    bits = 1
    if entries.get(b"ImageMask") != b"true":
        try:
            parts = _COMPONENTS[entries[b"ColorSpace"]]
            bits = parts * int(entries[b"BitsPerComponent"])
        except (LookupError, ValueError) as error:
            raise ImageError("a colour space or depth that is not plain") from error
    return (int(entries[b"Width"]) * bits + 7) // 8


def _hex(data: bytes) -> bytes:
    digits = b"".join(data.partition(b">")[0].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _base_85(data: bytes) -> bytes:
    return base64.a85decode(data.partition(b"~")[0])


_UNPACK: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"ASCIIHexDecode": _hex,
    b"ASCII85Decode": _base_85,
    b"FlateDecode": zlib.decompress,
}
