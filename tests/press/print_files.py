"""A small print file that is right in every respect, and ways to spoil it.

Three pieces: one page with a blank back, two pages, three pages on two sheets. Their pages are
written by hand in the press's own face and bound by `assemble`, so nothing is laid out here.
"""

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
from pikepdf import Array, Name

from pipelines import config, model
from pipelines.press import assemble, typefaces
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.geometry import points
from pipelines.press.painting import PaintedPage, Resources
from pipelines.press.typefaces import Typeface

JOB = 20270222
ADDRESS_X, ADDRESS_Y = 116.0, 50.0  # mm, within the Swedish window
BLACK = b"0 0 0 1 k\n"
Change = Callable[[pikepdf.Pdf], None]
Broken = Callable[..., set[tuple[str, int]]]
"""See the fixture `broken`."""

PIECES = (
    (1, ("Siri Ålund", "Åvägen 3", "413 01  GÖTEBORG")),
    (2, ("Bo Ek", "c/o Lind", "Torget 1 lgh 1102", "111 22  STOCKHOLM")),
    (3, ("Mårten Öst", "Box 7", "903 27  UMEÅ")),
)
"""Pages and address of each piece."""


def text_ops(face: Typeface, text: str, x_mm: float, y_mm: float, size: float = 10.5) -> bytes:
    """Operators that set `text` in font F1 with its baseline at `y_mm` from the top."""
    glyphs = "".join(f"{face.cmap[ord(character)]:04x}" for character in text)
    place = f"1 0 0 1 {points(x_mm):.3f} {points(297 - y_mm):.3f} Tm"
    return f"BT\n/F1 {size} Tf\n{place}\n<{glyphs}> Tj\nET\n".encode()


def face() -> Typeface:
    return typefaces.load().faces[0]


def page(ops: bytes) -> PaintedPage:
    return PaintedPage(zlib.compress(b"q\n" + ops + b"Q"), Resources(), frozenset({"F1"}))


def good(path: Path, vendor: config.Vendor | None = None, times: int = 1) -> Expected:
    """Write the good file to `path`, with its pieces so many times; what preflight should expect of it."""
    vendor = vendor or config.Vendor()
    head = model.LotHead(
        "monthly-2027-02", "lot-1", "strand", "SE", "se-brev", date(2027, 2, 22), date(2027, 2, 24), JOB
    )
    file = assemble.Assembly(head, path.name, vendor, {"F1": face()}, path)
    pieces = []
    for sequence, (count, address) in enumerate(PIECES * times, start=1):
        lines = [text_ops(face(), line, ADDRESS_X, ADDRESS_Y + 4.7 * row) for row, line in enumerate(address)]
        body = BLACK + text_ops(face(), f"Ärende {sequence}", 20, 100)
        pages = [page(b"".join([body, *lines])), *[page(body)] * (count - 1)]
        place = file.add(f"piece-{sequence}", sequence, pages)
        pieces.append(
            ExpectedPiece(
                f"piece-{sequence}",
                sequence,
                place.first_page,
                place.pages,
                place.sheets,
                place.mark,
                address,
            )
        )
    file.save((model.PlannedContainer("tray-1", "tray", "4", 1, len(pieces)),))
    return Expected("SE", vendor, JOB, tuple(pieces))


def spoiled(source: Path, target: Path, change: Change, version: str = "1.6") -> Path:
    """A copy of the file with a change, written in the same way otherwise."""
    with pikepdf.open(source) as pdf:
        change(pdf)
        pdf.save(
            target,
            force_version=version,
            deterministic_id=True,
            fix_metadata_version=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return target


def painting(number: int, ops: bytes) -> Change:
    """Paints `ops` on a page, on top of what is there."""

    def change(pdf: pikepdf.Pdf) -> None:
        sheet = pdf.pages[number - 1].obj
        sheet.Contents = Array([*sheet.Contents, pdf.make_stream(b"q\n" + ops + b"Q\n")])

    return change


def writing(
    number: int, text: str, x_mm: float, y_mm: float, size: float = 10.5, ink: bytes = BLACK
) -> Change:
    """Sets a text on a page."""
    return painting(number, ink + text_ops(face(), text, x_mm, y_mm, size))


def with_resource(
    number: int, kind: str, name: str, make: Callable[[pikepdf.Pdf], object], ops: bytes
) -> Change:
    """Gives a page a resource of its own, and paints with it."""

    def change(pdf: pikepdf.Pdf) -> None:
        sheet = pdf.pages[number - 1].obj
        resources = pikepdf.Dictionary(dict(sheet.Resources.items()))
        own = pikepdf.Dictionary(dict(resources.get(kind, pikepdf.Dictionary()).items()))
        own[Name(f"/{name}")] = make(pdf)
        resources[kind] = own
        sheet.Resources = resources
        painting(number, ops)(pdf)

    return change


def form(ops: bytes, **entries: object) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    """Makes a form XObject over the whole page."""
    return lambda pdf: pdf.make_stream(
        ops,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 600, 850]),
        Resources=pikepdf.Dictionary(),
        **entries,
    )


def image(data: bytes, space: object, **entries: object) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    """Makes a picture of one pixel."""
    return lambda pdf: pdf.make_stream(
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=space,
        **entries,
    )


def other_address(expect: Expected, *lines: str) -> Expected:
    """The same, with another address on the first piece."""
    first = replace(expect.pieces[0], address_lines=lines)
    return replace(expect, pieces=(first, *expect.pieces[1:]))


def nothing(pdf: pikepdf.Pdf) -> None:
    """Leaves the file as it is."""


def catalog(key: str, value: object) -> Change:
    """Sets an entry of the catalog."""
    return lambda pdf: pdf.Root.__setitem__(key, value)


def sheet(number: int, key: str, value: object) -> Change:
    """Sets an entry of a page."""
    return lambda pdf: pdf.pages[number - 1].obj.__setitem__(key, value)
