"""A font as it stands in a PDF: what its codes say, how wide they run, whether it is embedded.

Read once for every font object of a file, then asked for every text that is shown with it.
Sources: ISO 32000-2, 9.6–9.10 (fonts, ToUnicode), ISO 15930-7, 6.5 (embedding).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from pipelines.press.content import unescaped

_SHOWN = re.compile(rb"<([^>]*)>|(\((?:[^()\\]|\\.)*\))|([+\-.\d]+)", re.DOTALL)
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([^>]*)>\s*<([^>]*)>\s*(?:<([^>]*)>|\[(.*?)\])", re.DOTALL)
_MOST_RANGE_CODES = 65536
_MOST_KEPT_RUNS = 5000


@dataclass(frozen=True, slots=True)
class Run:
    """A text as one operator shows it."""

    text: str
    width: float
    """How far it moves, in thousandths of the font size, kerning inside counted."""
    characters: int
    blanks: int
    """How many codes are the single byte 32, to which word spacing applies."""
    missing: bool
    """Whether a glyph 0 (.notdef) is shown, or a code that stands for no character."""


@dataclass(slots=True)
class PrintedFont:
    """One font object. `read` makes it; `run` decodes an operand of Tj or TJ."""

    name: str
    """The base font's name without its subset tag."""
    composite: bool
    ascent: float
    descent: float
    widths: dict[int, float]
    default_width: float
    characters: dict[int, str]
    programs: tuple[pikepdf.Object, ...]
    """The embedded font programs: one, or none."""
    faults: tuple[str, ...]
    """What ISO 15930-7, 6.5 asks for and is not there."""
    _runs: dict[bytes, Run] = field(default_factory=dict)
    _strings: dict[bytes, Run] = field(default_factory=dict)

    def run(self, operand: bytes) -> Run:
        """What a string or an array of strings and adjustments shows."""
        if (known := self._runs.get(operand)) is None:
            if len(self._runs) >= _MOST_KEPT_RUNS:
                self._runs.clear()
            known = self._runs[operand] = self._decode(operand)
        return known

    def _decode(self, operand: bytes) -> Run:
        texts: list[str] = []
        width = 0.0
        count = blanks = 0
        missing = False
        for digits, literal, number in _SHOWN.findall(operand):
            if number:
                width -= float(number)
                continue
            part = self._string(literal or b"<" + digits)
            texts.append(part.text)
            width += part.width
            count += part.characters
            blanks += part.blanks
            missing |= part.missing
        return Run("".join(texts), width, count, blanks, missing)

    def _string(self, written: bytes) -> Run:
        """One string: `(…)`, or `<` and hex digits. Layout engines write glyph by glyph."""
        if (known := self._strings.get(written)) is None:
            if len(self._strings) >= _MOST_KEPT_RUNS:
                self._strings.clear()
            raw = unescaped(written[1:-1]) if written[:1] == b"(" else _from_hex(written[1:])
            codes = list(raw)
            if self.composite:
                codes = [raw[i] << 8 | raw[i + 1] for i in range(0, len(raw) - 1, 2)]
            characters = [self.characters.get(code) for code in codes]
            known = self._strings[written] = Run(
                text="".join(character or "" for character in characters),
                width=sum(self.widths.get(code, self.default_width) for code in codes),
                characters=len(codes),
                blanks=0 if self.composite else raw.count(32),
                missing=None in characters or (self.composite and 0 in codes),
            )
        return known


def read(font: pikepdf.Object) -> PrintedFont:
    """The font of a font dictionary; what it lacks stands in `faults`."""
    subtype = str(font.get("/Subtype", ""))
    composite = subtype == "/Type0"
    faults: list[str] = []
    inner = font
    if composite:
        inner = font["/DescendantFonts"][0]
        if str(inner.get("/Subtype", "")) == "/CIDFontType2" and "/CIDToGIDMap" not in inner:
            faults.append("no CIDToGIDMap")
        if str(font.get("/Encoding", "")) not in ("/Identity-H", "/Identity-V"):
            faults.append("an encoding other than Identity")
    descriptor = inner.get("/FontDescriptor", pikepdf.Dictionary())
    programs = tuple(
        descriptor[key] for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor
    )
    if subtype == "/Type3":
        faults.append("a Type 3 font")
    elif not programs:
        faults.append("not embedded")
    if "/ToUnicode" not in font:
        faults.append("no ToUnicode")
        characters = {} if composite else {code: chr(code) for code in range(32, 256)}
    else:
        characters = dict(_to_unicode(font["/ToUnicode"].read_bytes()))
    default = float(inner.get("/DW", 1000)) if composite else float(descriptor.get("/MissingWidth", 0))
    # In some fonts they are swapped, or Descent is positive: a text reaches from the one to the other.
    heights = float(descriptor.get("/Ascent", 1000)), float(descriptor.get("/Descent", -300))
    return PrintedFont(
        name=re.sub(r"^/?([A-Z]{6}\+)?", "", str(inner.get("/BaseFont", ""))),
        composite=composite,
        ascent=max(heights) / 1000,
        descent=min(heights) / 1000,
        widths=dict(_cid_widths(inner) if composite else _simple_widths(font)),
        default_width=default,
        characters=characters,
        programs=programs,
        faults=tuple(faults),
    )


def _cid_widths(font: pikepdf.Object) -> Iterator[tuple[int, float]]:
    """The pairs of a /W array: `c [w …]` and `first last w`."""
    entries = list(font.get("/W", pikepdf.Array()))
    at = 0
    while at + 1 < len(entries):
        first = int(entries[at])
        if isinstance(entries[at + 1], pikepdf.Array):
            yield from ((first + i, float(width)) for i, width in enumerate(entries[at + 1]))
            at += 2
        else:
            last, width = int(entries[at + 1]), float(entries[at + 2])
            yield from ((code, width) for code in range(first, min(last, first + _MOST_RANGE_CODES) + 1))
            at += 3


def _simple_widths(font: pikepdf.Object) -> Iterator[tuple[int, float]]:
    first = int(font.get("/FirstChar", 0))
    for i, width in enumerate(font.get("/Widths", pikepdf.Array())):
        yield first + i, float(width)


def _to_unicode(cmap: bytes) -> Iterator[tuple[int, str]]:
    """Code and text of every entry of a ToUnicode CMap."""
    for kind, block in _BLOCK.findall(cmap):
        if kind == b"bfchar":
            values = [_from_hex(value) for value in _HEX.findall(block)]
            for code, text in zip(values[::2], values[1::2], strict=False):
                yield int.from_bytes(code), _utf16(text)
            continue
        for low, high, start, listed in _RANGE.findall(block):
            first, last = int.from_bytes(_from_hex(low)), int.from_bytes(_from_hex(high))
            last = min(last, first + _MOST_RANGE_CODES)
            if listed:
                texts = [_utf16(_from_hex(value)) for value in _HEX.findall(listed)]
                yield from zip(range(first, last + 1), texts, strict=False)
            elif head := _utf16(_from_hex(start)):
                for at in range(first, last + 1):
                    yield at, head[:-1] + chr(ord(head[-1]) + at - first)


def _utf16(raw: bytes) -> str:
    return raw.decode("utf-16-be", "replace")


def _from_hex(digits: bytes) -> bytes:
    """The bytes of a hex string; an odd last digit counts as if a 0 followed."""
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode("ascii"))
