"""Papers that go with a lot and reach no recipient: set by WeasyPrint, as plain PDF; labels are stamped.

Their templates and style sheets lie in `layouts/shared/postal/`. Fonts are the press's own, ink is
pure black. The same values make the same bytes: date and file identifier come from what is printed.
"""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from pipelines import assets
from pipelines.press import typefaces

_FOLDER = "shared/postal"
_FILES_ONLY = frozenset({"file"})
"""What a paper may fetch: the fonts. No value of a template becomes an address."""
_UNKNOWN = "?"
"""Stands for a character that the fonts lack."""
_CUT = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Line:
    """A text that fits its place, and the size at which it does, in the unit of that place."""

    text: str
    size: float


def pdf(template: str, title: str, day: date, values: Mapping[str, Any]) -> bytes:
    """The template with `values` as a PDF: pages, fonts and nothing that depends on when or where.

    Args:
        template: the name of a template and of its style sheet.
        title: of the document.
        day: stands for all dates of the file.
        values: what the template asks for besides; all texts are escaped.
    """
    html = _html(template, {**values, "title": settable(title), "day": day.isoformat()})
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    made = HTML(string=html, url_fetcher=_desk().fetcher).write_pdf(
        font_config=_desk().fonts, stylesheets=_sheets(template), pdf_identifier=identifier
    )
    return bytes(made)


def laid_out(template: str, values: Mapping[str, Any]) -> Document:
    """The template with `values` as WeasyPrint lays it out; all texts are escaped."""
    html = HTML(string=_html(template, values), url_fetcher=_desk().fetcher)
    return html.render(font_config=_desk().fonts, stylesheets=_sheets(template))


def _html(template: str, values: Mapping[str, Any]) -> str:
    return _templates().get_template(f"{template}.html").render(values)


def _sheets(template: str) -> list[CSS]:
    return [_desk().faces, _sheet("postal"), _sheet(template)]


def fitted(text: str, width: float, sizes: Sequence[float], weight: int = 400) -> Line:
    """The text at the largest of the falling `sizes` at which it fits in one line of `width`.

    Width and sizes are in the same unit. What does not fit at the smallest size is cut at its end,
    with an ellipsis. Characters that the fonts lack are question marks.
    """
    shown = settable(" ".join(text.split()))
    for size in sizes:
        if _width(shown, weight) * size <= width:
            return Line(shown, size)
    while shown and _width(f"{shown}{_CUT}", weight) * sizes[-1] > width:
        shown = shown[:-1]
    return Line(f"{shown.rstrip()}{_CUT}", sizes[-1])


def settable(text: str) -> str:
    """The text with a question mark for each character that a weight of the text face lacks."""
    known = _characters()
    return "".join(character if ord(character) in known else _UNKNOWN for character in text)


def _width(text: str, weight: int) -> float:
    """How wide one line is, in units of the font size."""
    return typefaces.load().advance_mm(text, 1 / typefaces.MM_PER_POINT, weight=weight)


@functools.cache
def _characters() -> frozenset[int]:
    faces = typefaces.load()
    return frozenset.intersection(
        *(frozenset(face.cmap) for face in faces.faces if face.family == faces.text_family)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """What all papers of a process are set with."""

    fonts: FontConfiguration
    fetcher: URLFetcher
    faces: CSS


@functools.cache
def _desk() -> _Desk:
    faces = typefaces.load()
    fonts, fetcher = faces.configuration(), URLFetcher(allowed_protocols=_FILES_ONLY)
    return _Desk(fonts, fetcher, CSS(string=faces.stylesheet(), font_config=fonts, url_fetcher=fetcher))


@functools.cache
def _sheet(name: str) -> CSS:
    desk = _desk()
    path = assets.folder("layouts") / _FOLDER / f"{name}.css"
    return CSS(filename=str(path), font_config=desk.fonts, url_fetcher=desk.fetcher)


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(assets.folder("layouts") / _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
