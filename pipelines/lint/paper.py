"""What only shows on the sheet: a layout's letters set by WeasyPrint, and their boxes looked at."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.urls import URLFetcher

from pipelines.press import typefaces


class Laid:
    """A document with the elements that its boxes come from."""

    def __init__(self, document: Document, html: Any) -> None:
        self.document = document
        self.root = html.wrapper_element

    def pages(self) -> Sequence[Any]:
        """The boxes of the pages."""
        return [page._page_box for page in self.document.pages]


class Setter:
    """Sets documents with the press's fonts and one set of style sheets."""

    def __init__(self, sheets: Sequence[Path], folder: Path) -> None:
        """Reads the sheets; `warnings` are WeasyPrint's words on each of them."""
        self._folder = folder
        self._faces, self._fonts = _faces()
        self._counters = CounterStyle()
        self._profiles: dict[str, Any] = {}
        self._css = [
            CSS(
                filename=str(sheet),
                font_config=self._fonts,
                counter_style=self._counters,
                color_profiles=self._profiles,
                url_fetcher=_fetcher(),
            )
            for sheet in sheets
        ]

    def set(self, html: str) -> tuple[Laid, tuple[str, ...]]:
        """The document, and what WeasyPrint complained of; raises whatever it raises."""
        with complaints() as heard:
            read = HTML(string=html, base_url=self._folder.as_uri() + "/", url_fetcher=_fetcher())
            document = read.render(
                stylesheets=[self._faces, *self._css],
                font_config=self._fonts,
                counter_style=self._counters,
                color_profiles=self._profiles,
            )
        return Laid(document, read), tuple(dict.fromkeys(heard))


def sheet_complaints(sheet: Path) -> tuple[str, ...]:
    """What WeasyPrint says of a style sheet when it reads it."""
    with complaints() as heard:
        CSS(filename=str(sheet), font_config=_faces()[1], url_fetcher=_fetcher())
    return tuple(dict.fromkeys(heard))


def walk(box: Any, placed: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """All boxes below a page's, each with the boxes out of the flow that place it, outermost first."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox) or (box.style["position"] == "absolute" and box.element is not None):
        placed = (*placed, box)
    yield box, placed
    for child in getattr(box, "children", ()):
        yield from walk(child, placed)


@contextmanager
def complaints() -> Iterator[list[str]]:
    """WeasyPrint's warnings inside, kept from any log: they may quote a letter."""
    logger = logging.getLogger("weasyprint")
    heard: list[str] = []
    before: Mapping[str, Any] = {"handlers": logger.handlers, "propagate": logger.propagate}
    level = logger.level
    logger.handlers, logger.propagate = [_Ear(heard)], False
    logger.setLevel(logging.WARNING)
    try:
        yield heard
    finally:
        logger.handlers, logger.propagate = before["handlers"], before["propagate"]
        logger.setLevel(level)


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())


@cache
def _faces() -> tuple[CSS, Any]:
    faces = typefaces.load()
    fonts = faces.configuration()
    return CSS(string=faces.stylesheet(), font_config=fonts, url_fetcher=_fetcher()), fonts


@cache
def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols={"file", "data"})
