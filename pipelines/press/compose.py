"""A letter as painted pages: layout, style sheets and fonts put together by WeasyPrint.

A `Composer` is made once per worker process and keeps what is dear: the press's fonts, the
parsed style sheets of each layout, and the fixed pages of each layout, language and sender,
which all letters share as the same content. It is not safe for threads.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from jinja2 import TemplateNotFound, TemplateSyntaxError
from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.urls import URLFetcher, URLFetcherResponse

from pipelines import assets
from pipelines.errors import AssetError
from pipelines.model import Letter
from pipelines.press import environment, foundry, typefaces
from pipelines.press.laying import lay_out
from pipelines.press.painting import PaintedPage, Painter, PaintError
from pipelines.press.sweeping import swept
from pipelines.reasons import Reason


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter's pages, the fixed ones counted."""

    piece_id: str
    pages: tuple[PaintedPage, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A letter that must not be printed, and why; `detail` holds no personal data."""

    piece_id: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Parsed style sheets with the counter styles that they define."""

    css: tuple[CSS, ...]
    counters: CounterStyle


class Composer:
    """Composes letters, one at a time.

    With `quoting`, errors tell WeasyPrint's own words, which may quote the letter: for proofs of
    invented data, never for a run.
    """

    def __init__(self, faces: typefaces.Typefaces | None = None, quoting: bool = False) -> None:
        faces = faces or typefaces.load()
        self.faces = faces
        self.painter = Painter(faces)
        self._quoting = quoting
        self._configuration = faces.configuration()
        self._fetcher = _LayoutFiles(assets.folder("layouts"), foundry.cache_folder())
        self._faces = CSS(
            string=faces.stylesheet(), font_config=self._configuration, url_fetcher=self._fetcher
        )
        self._letter_sheets: dict[str, _Sheets] = {}
        self._terms: dict[tuple[Any, ...], tuple[PaintedPage, ...]] = {}

    def compose(self, letter: Letter) -> Composed | Failed:
        """The letter's pages; or, when its layout cannot set it, which step failed.

        Raises AssetError when the layout or its fixed pages are wrong, since then no letter of
        the layout can be right.
        """
        environment.layout(letter.layout)
        terms = self.terms(letter)
        try:
            pages = self.lay_out(letter)
        except MemoryError:
            raise
        except (TemplateSyntaxError, TemplateNotFound) as error:
            # Of the template, not of the letter: no other letter could be set either.
            raise AssetError(f"layouts/{letter.layout}: {error}", "see docs/layouts.md") from error
        except PaintError as error:
            return Failed(letter.piece_id, Reason.COMPOSITION_FAILED, error.message)
        except Exception as error:
            # The text of a strange error may quote the letter; its name cannot.
            return Failed(letter.piece_id, Reason.COMPOSITION_FAILED, type(error).__name__)
        return Composed(letter.piece_id, pages + terms)

    def lay_out(self, letter: Letter) -> tuple[PaintedPage, ...]:
        """The letter's own pages, without the fixed ones.

        Raises PaintError with a text that is free of the letter's data, or whatever the layout
        raises: for `brevpress proof`, where the designer has to see it.
        """
        return self._pages(lambda: self.document(letter), self._quoting)

    def document(self, letter: Letter) -> Document:
        """WeasyPrint's own layout of the letter, without the fixed pages: the truth about its look."""
        html = environment.render_html(
            letter.layout, letter.language, str(letter.context["country"]), letter.context
        )
        return self._render(letter.layout, html, self._sheets(letter.layout))

    def laid_out(self, letter: Letter, html: str) -> tuple[Document, Any]:
        """The letter's document laid out, and WeasyPrint's layout context, which knows all styles."""
        sheets = self._sheets(letter.layout)
        return lay_out(
            self._html(letter.layout, html), self._configuration, sheets.counters, [self._faces, *sheets.css]
        )

    def terms(self, letter: Letter) -> tuple[PaintedPage, ...]:
        """The fixed pages behind letters of this layout, language and sender, set once.

        Raises AssetError when they cannot be set or are not as many as the layout says.
        """
        layout = environment.layout(letter.layout)
        if not layout.terms_pages:
            return ()
        sender: Mapping[str, Any] = letter.context["sender"]
        country = str(letter.context["country"])
        key = (letter.layout, letter.language, country, *sorted(sender.items()))
        if key not in self._terms:
            place = f"layouts/{layout.name}/terms.html in {letter.language}"
            try:
                html = environment.terms_html(layout.name, letter.language, country, {"sender": sender})
                sheets = self._read(environment.terms_stylesheets(layout.name))
                pages = self._pages(partial(self._render, layout.name, html, sheets), quoting=True)
            except AssetError:
                raise
            except Exception as error:
                raise AssetError(f"{place}: {error}", "see docs/layouts.md") from error
            if len(pages) != layout.terms_pages:
                raise AssetError(f"{place}: {len(pages)} pages, not {layout.terms_pages}", "shorten the text")
            self._terms[key] = pages
        return self._terms[key]

    def _pages(self, document: Callable[[], Document], quoting: bool) -> tuple[PaintedPage, ...]:
        with swept(), watched(quoting):
            return self.painter.paint(document())

    def _sheets(self, layout: str) -> _Sheets:
        sheets = self._letter_sheets.get(layout)
        if sheets is None:
            sheets = self._letter_sheets[layout] = self._read(environment.stylesheets(layout))
        return sheets

    def _render(self, layout: str, html: str, sheets: _Sheets) -> Document:
        return self._html(layout, html).render(
            font_config=self._configuration,
            counter_style=sheets.counters,
            stylesheets=[self._faces, *sheets.css],
        )

    def _html(self, layout: str, html: str) -> HTML:
        base = (assets.folder("layouts") / layout).as_uri() + "/"
        return HTML(string=html, base_url=base, url_fetcher=self._fetcher)

    def _read(self, paths: tuple[Path, ...]) -> _Sheets:
        counters = CounterStyle()
        with _warnings(quoting=True) as seen:
            css = tuple(
                CSS(
                    filename=str(path),
                    font_config=self._configuration,
                    counter_style=counters,
                    url_fetcher=self._fetcher,
                )
                for path in paths
            )
        if seen:
            names = ", ".join(path.name for path in paths)
            raise AssetError(f"style sheets {names}: {seen[0]}", "see docs/layouts.md")
        return _Sheets(css, counters)


class _LayoutFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Fetches files below the given folders and `data:` URLs; a letter can reach nothing else."""

    def __init__(self, *folders: Path) -> None:
        super().__init__(allowed_protocols={"file", "data"})
        self._folders = tuple(folder.resolve() for folder in folders)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The file; raises ValueError, which WeasyPrint reports, when it lies elsewhere."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            path = Path(url2pathname(parts.path)).resolve()
            if not any(path.is_relative_to(folder) for folder in self._folders):
                raise ValueError("a file outside the layouts")
        return super().fetch(url, headers)


class _Listener(logging.Handler):
    """Notes the warnings that WeasyPrint gives."""

    _KINDS = (
        (".notdef glyph", "a character that the fonts lack"),
        ("Failed to load", "a file that cannot be loaded"),
        ("Failed to render SVG", "a drawing that cannot be drawn"),
        ("Ignored", "a style rule that is not understood"),
    )

    def __init__(self, seen: list[str], quoting: bool) -> None:
        super().__init__(logging.WARNING)
        self._seen = seen
        self._quoting = quoting

    def emit(self, record: logging.LogRecord) -> None:
        kinds = (kind for start, kind in self._KINDS if str(record.msg).startswith(start))
        kind = next(kinds, "a warning of the layout engine")
        self._seen.append(record.getMessage() if self._quoting else kind)


@contextmanager
def watched(quoting: bool = False) -> Iterator[None]:
    """Raises PaintError at the end when WeasyPrint has warned inside; its words are told when `quoting`.

    A style is worked out when it is first asked for, so some faults show only where pages are painted.
    """
    with _warnings(quoting) as seen:
        yield
    if seen:
        raise PaintError(seen[0])


@contextmanager
def _warnings(quoting: bool) -> Iterator[list[str]]:
    """The warnings that WeasyPrint gives inside: in its words, or only of which kind they are.

    Its words may quote the letter, so they reach no log.
    """
    logger = logging.getLogger("weasyprint")
    seen: list[str] = []
    before = logger.handlers, logger.level, logger.propagate
    logger.handlers, logger.propagate = [_Listener(seen, quoting)], False
    logger.setLevel(logging.WARNING)
    try:
        yield seen
    finally:
        logger.handlers, logger.propagate = before[0], before[2]
        logger.setLevel(before[1])
