"""A small print file of stamped pages, written by hand as stamping writes them."""

from pathlib import Path

from pipelines import config, model
from pipelines.press import assemble
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.geometry import points
from pipelines.press.glyph_codes import written
from pipelines.press.painting import Form, StampedPage
from tests.press.print_files import ADDRESS_X, ADDRESS_Y, JOB, PIECES, face, page, text_ops
from tests.press.scratch import HEAD

FONT = "F1"
_EVERYWHERE = (-1000.0, -1000.0, 2000.0, 2000.0)
CODE = b"q\n0 0 0 1 k\n80 0 0 80 400 100 cm\nBI /W 4 /H 2 /BPC 1 /IM true /F /AHx ID a05f>\nEI\nQ\n"


def codes(text: str) -> bytes:
    """The glyphs of `text`, to stand in parentheses."""
    return "".join([written(face().cmap[ord(character)]) for character in text]).encode("latin-1")


def shown(text: str) -> bytes:
    """`text` as stamping shows it, with an adjustment in the middle."""
    middle = len(text) // 2
    first = b"(%b)" % codes(text[:middle]) if middle else b""
    return b"[%b-12(%b)]TJ\n" % (first, codes(text[middle:]))


def leaf(x_mm: float, y_mm: float, *lines: str, size: float = 10.5, lead: float = 13.0) -> bytes:
    """Lines that start at a place, measured in millimetres from the upper left corner."""
    said = [b"1 0 0 1 %.3f %.3f Tm\n/F1 %g Tf 0 0 0 1 k " % (points(x_mm), points(297 - y_mm), size)]
    for row, line in enumerate(lines):
        said.append(b"0 %g Td" % (-lead if row else 0) + shown(line))
    return b"".join(said)


LABEL = Form("Xaaaaaaaaaa", b"BT\n" + leaf(0, 297, "Ärende", size=9) + b"ET", _EVERYWHERE, frozenset({FONT}))
"""A word, its baseline starting at its own origin."""
FRAME = Form(
    "Xbbbbbbbbbb",
    b".75 0 0 -.75 0 0 cm\n/DeviceCMYK cs\n.1 0 0 0 scn\n0 0 m\n200 0 l\n200 40 l\n0 40 l\nh\nf\n",
    _EVERYWHERE,
)
"""A tinted box below its own origin."""
BACKGROUND = Form(
    "Xcccccccccc",
    b"q 1 0 0 1 60 500 cm /Xbbbbbbbbbb Do Q\nq 1 0 0 1 70 480 cm /Xaaaaaaaaaa Do Q\n",
    _EVERYWHERE,
    forms=(FRAME, LABEL),
)


def front(address: tuple[str, ...], more: bytes = b"") -> bytes:
    """The content of a first page."""
    texts = (
        b"BT\n" + leaf(20, 100, "Inkassokrav", "Betala nu") + leaf(ADDRESS_X, ADDRESS_Y, *address) + b"ET\n"
    )
    return b"/Xcccccccccc Do\n" + texts + CODE + more


def stamped(content: bytes) -> StampedPage:
    return StampedPage(content, frozenset({FONT}), (BACKGROUND, LABEL))


def good(path: Path) -> Expected:
    """Write three pieces to `path`; the second has a rendered page as well. What to expect of it."""
    vendor = config.Vendor()
    pieces = []
    with assemble.Assembly(HEAD, path.name, vendor, {FONT: face()}, path) as file:
        for sequence, (_, address) in enumerate(PIECES, start=1):
            back = stamped(b"BT\n" + leaf(20, 60, f"Sida två av brev {sequence}") + b"ET\n")
            terms = page(b"0 0 0 1 k\n" + text_ops(face(), "Villkor", 20, 40))
            pages = [stamped(front(address)), back, *([terms] if sequence == 2 else [])]
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
