"""Whether a lane's files hold every letter in full: all words of the page, in both their places and counts.

The words are those of the Brevpress layout's own HTML for the row, so a lane that leaves out a
value, or says another sentence, is found. Symbols are read from a picture of the page.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import lxml.html
import pypdfium2
import zxingcpp

from benchmarks.reference import letters as data
from benchmarks.reference.brevpress import LAYOUT, letter
from benchmarks.reference.letters import Row
from pipelines.press import environment

PAGES = ("front", "terms")
DOTS_PER_POINT = 3
_BLOCKS = ("h1", "h2", "p", "td", "th", "div")
_SPACE = re.compile(r"\s+")


def faults(rows: Iterable[Row], folder: Path) -> Iterator[str]:
    """What is missing in the lane's PDFs in `folder`, a line each; nothing when all is there."""
    documents = [pypdfium2.PdfDocument(path) for path in sorted(folder.glob("*.pdf"))]
    pages = (page for document in documents for page in document)
    for row in rows:
        for name, wanted in zip(PAGES, words(row), strict=True):
            page = next(pages, None)
            where = f"letter {row['sequence']}, {name}"
            if page is None:
                yield f"{where}: no page"
                return
            found = _squeezed(page.get_textpage().get_text_range())
            for text, count in wanted.items():
                if found.count(text) < count:
                    yield f"{where}: {text!r} stands {found.count(text)} times, not {count}"
            if name == "front":
                picture = page.render(scale=DOTS_PER_POINT, grayscale=True).to_numpy()
                read = {symbol.text for symbol in zxingcpp.read_barcodes(picture)}
                yield from (f"{where}: no symbol {it!r}" for it in (row["qr"], row["mark"]) if it not in read)
    if next(pages, None) is not None:
        yield "more pages than letters"


def words(row: Row) -> tuple[Counter[str], ...]:
    """What each page of the letter says, block by block, without blanks, and how often."""
    html = environment.render_html(LAYOUT, data.LANGUAGE, data.COUNTRY, letter(row).context)
    tree = lxml.html.fromstring(html)
    return tuple(Counter(_texts(tree.find_class(name)[0])) for name in PAGES)


def _texts(page: lxml.html.HtmlElement) -> Iterator[str]:
    for block in page.iter(*_BLOCKS):
        if any(inner is not block for inner in block.iter(*_BLOCKS)):
            continue
        for line_end in block.iter("br"):
            line_end.tail = f"\n{line_end.tail or ''}"
        for line in block.text_content().splitlines():
            if text := _squeezed(line):
                yield text


def _squeezed(text: str) -> str:
    return _SPACE.sub("", text)
