"""A paper's pages as a PDF: the press's own fonts, a title and a date, and nothing that prepress asks for."""

import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.press.page_tree import PageTree
from pipelines.press.painting import Resources
from pipelines.press.shared_resources import SharedResources
from pipelines.press.typefaces import Typeface
from pipelines.press.writer import PdfWriter, deflated, text
from pipelines.press.xmp import PRODUCER

_PAGE = b"<</Type/Page/Parent %d 0 R/MediaBox%b/Resources %d 0 R/Contents %d 0 R>>"
_INFO = b"<</Title%b/Producer%b/CreationDate%b/ModDate%b>>"


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page of a paper: operators in points from the lower left, and what they name."""

    content: str
    fonts: frozenset[str]
    """As in `Painter.typefaces`."""
    resources: Resources


def written(
    pages: Iterable[PaperPage],
    size: tuple[float, float],
    title: str,
    day: date,
    typefaces: Mapping[str, Typeface],
) -> bytes:
    """The PDF of the pages, which may be made while they are asked for; the same pages make the same bytes.

    Args:
        pages: at least one.
        size: width and height of each page, in points.
        title: of the document.
        day: stands for all dates of the file.
        typefaces: press fonts by their names in the pages that have been made.
    """
    with tempfile.TemporaryDirectory(prefix="brevpress-") as folder, ExitStack() as ending:
        path = Path(folder) / "paper.pdf"
        file = PdfWriter(path)
        ending.callback(file.discard)
        resources, tree = SharedResources(file, typefaces), PageTree(file)
        box = f"[0 0 {size[0]:.6f} {size[1]:.6f}]".encode()
        for page in pages:
            named = resources.painted(page.fonts, page.resources)
            content = file.add_stream(deflated(page.content.encode("latin-1")))
            number = file.reserve()
            file.add(_PAGE % (tree.hang(number), box, named, content), number)
        root = tree.close()
        resources.close()
        catalog = file.add(b"<</Type/Catalog/Lang(en)/Pages %d 0 R>>" % root)
        moment = text(f"D:{day:%Y%m%d}")
        info = file.add(_INFO % (text(title), text(PRODUCER), moment, moment))
        identifier = bytes.fromhex(file.fingerprint())[:16]
        file.close(catalog, info, (identifier, identifier))
        return path.read_bytes()
