"""Letters on the desk: samples of the layouts, laid out by WeasyPrint, read back from the PDF."""

import ctypes
import gc
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

import pypdfium2
import pypdfium2.raw
from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import Box, TableCellBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipelines import assets, config
from pipelines.letters.letter import write_letter
from pipelines.letters.proof import from_record
from pipelines.model import Days, Letter
from pipelines.press import environment, typefaces

TODAY = date(2027, 2, 22)
PAYDAY, DUE = date(2027, 2, 25), date(2027, 3, 8)
LATER = tuple(date(2027 + n // 12, n % 12 + 1, 25) for n in range(2, 28))
"""The wages after PAYDAY."""
MM = 72 / 25.4
PT_PER_PX, MM_PER_PX = 0.75, 25.4 / 96
ROOT = assets.folder("layouts")
FACES = typefaces.load()
CONFIG = config.load()

LAYOUTS = environment.layouts()
SPOKEN = [(layout, language) for layout in LAYOUTS for language in environment.languages(layout)]


Records = list[dict[str, str]]

LONG_WORDS = {
    "subject": "Elnätsabonnemangsöverlåtelseavgiftsfakturering",
    "creditor_name": "VÄSTRADALÄLVSBYGDENSFIBERANSLUTNINGSFÖRENING AB",
    "creditor_reference": "550E8400E29B41D4A716446655440000550E8400",
    "creditor_address": "Kraftvägen2-79631Älvdalen-ÄlvdalensKommun-DalarnasLän-Sverige",
    "creditor_offer": "Återkoppla-på-www.vastradalalvsbygdensfiberanslutningsforening.example/valkommen",
}
PERIOD = {"interest_rate": "10.125", "interest_from": "2026-07-02", "interest_to": "2026-12-18"}


MOST = {"SE": "33333333.33", "FI": "333333333.33"}
"""A third of what the Bankgiro code line, or the EPC code, can ask for."""


def _hostile(record: dict[str, str], third: str) -> dict[str, str]:
    return record | LONG_WORDS | PERIOD | dict.fromkeys(("principal", "interest", "fees"), third)


SUMS = {
    "usual": ("8888.88", "88888.88", "888.88", {}),
    "until": ("8888.88", "88888.88", "888.88", PERIOD),
    "tens": ("88888.88", "888888.88", "8888.88", PERIOD),
    "hundreds": ("288888.88", "288888.88", "288888.88", PERIOD),
    "millions": ("8888888.88", "288888.88", "288888.88", PERIOD),
}
"""Principal, interest and fees of one claim that fill each set of the claims table's widths."""


def _filling(width: str, records: Records) -> Records:
    principal, interest, fees, period = SUMS[width]
    sums = {"principal": principal, "interest": interest, "fees": fees}
    return [record | LONG_WORDS | sums | period for record in records]


FULL_PAGE = {
    "Bergtuva Träning": "Gruppträning, juli 2026",
    "Björknäset Tele": "Mobilabonnemang, maj 2026",
    "Ekfors & Lo Skor": "Gardiner, 2 st",
    "Isåker Trädgård": "Lampa och glödljus",
    "Kråkmos Veckoblad": "Julnummer och almanacka",
    "Kvittra Film": "Filmer, maj 2026",
    "Lönnhed Parkering": "Parkering",
    "P-Kvittra": "Parkering enligt app",
    "Älvtorpa Hem": "Böcker och spel",
}
"""Creditors and what they sold: as many rows as a first page shows, and one takes a second line by a word."""


def _full_page(records: Records) -> Records:
    one = [
        record | {"creditor_id": f"K-{n:02}", "creditor_name": name, "subject": subject, "creditor_offer": ""}
        for n, (record, (name, subject)) in enumerate(zip(records, FULL_PAGE.items(), strict=False))
    ]
    return [*one, one[5] | {"claim_id": "C-twice"}]


HOSTILE: dict[str, tuple[str, Callable[[Records], Records]]] = {
    **{f"{width}-sums": ("one-claim", partial(_filling, width)) for width in SUMS},
    "huge-claim": (
        "one-claim",
        lambda records: [_hostile(record, MOST[record["country"]]) for record in records],
    ),
    "full-page": ("45-claims", _full_page),
    "long-words": ("six-claims", lambda records: [record | LONG_WORDS | PERIOD for record in records]),
    "45-hostile-claims": ("45-claims", lambda records: [_hostile(record, "740740.74") for record in records]),
}
"""Records that no sample has, as a sample and what becomes of its claims."""


def samples(layout: str, language: str) -> list[str]:
    """The names of the sample records that a layout is tested with in a language: all, but the
    longest table only in the first one, since it brings no other words."""
    names = sorted(path.stem for path in (ROOT / layout / "samples").glob("*.json"))
    first = environment.languages(layout)[0]
    return [name for name in names if name != "45-claims" or language == first]


@cache
def letter(layout: str, language: str, sample: str) -> Letter:
    """The letter that a run would write of the sample, in that language."""
    file, change = HOSTILE.get(sample, (sample, lambda records: records))
    records = change(json.loads((ROOT / layout / "samples" / f"{file}.json").read_text(encoding="utf-8")))
    spoken = [record | {"language": language} for record in records]
    country = environment.layout(layout).country
    days = Days(country, None, PAYDAY, PAYDAY, TODAY, DUE, "p", "strand", "", LATER)
    written = write_letter(from_record(spoken, CONFIG, TODAY), days, CONFIG)
    assert isinstance(written, Letter), written
    return written


@dataclass(frozen=True)
class LaidOut:
    """A document with what WeasyPrint complained of."""

    document: Document
    warnings: tuple[str, ...]


@cache
def laid_out(layout: str, language: str, sample: str) -> LaidOut:
    """The letter's own pages."""
    one = letter(layout, language, sample)
    html = environment.render_html(layout, language, one.context["country"], one.context)
    return _render(html, environment.stylesheets(layout))


@cache
def terms(layout: str, language: str) -> LaidOut:
    """The fixed last page."""
    country = environment.layout(layout).country
    sender = CONFIG.countries[country].sender.model_dump()
    html = environment.terms_html(layout, language, country, {"sender": sender})
    return _render(html, environment.terms_stylesheets(layout))


def runs(document: Document, page: int) -> Iterator[TextBox]:
    """The runs of text on a page (from 0), with their places in CSS pixels."""
    tree = document.pages[page]._page_box.descendants(placeholders=True)
    return (box for box in tree if isinstance(box, TextBox))


def places(document: Document, page: int) -> Iterator[tuple[Box, TextBox]]:
    """The runs of text on a page (from 0), each with the table cell or placed box that it stands in."""
    body = document.pages[page]._page_box
    return _places(body, body)


def _places(box: Box | AbsolutePlaceholder, around: Box) -> Iterator[tuple[Box, TextBox]]:
    box = box._box if isinstance(box, AbsolutePlaceholder) else box
    if isinstance(box, TextBox):
        yield around, box
        return
    if isinstance(box, TableCellBox) or box.is_absolutely_positioned():
        around = box
    for child in getattr(box, "children", ()):
        yield from _places(child, around)


@dataclass(frozen=True)
class Char:
    """A printed character: its ink box in mm from the top left, where its origin lies."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    origin: tuple[float, float]

    @property
    def height(self) -> float:
        """In mm."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Printed:
    """A PDF read back: per page its text and its characters in reading order."""

    texts: tuple[str, ...]
    chars: tuple[tuple[Char, ...], ...]
    data: bytes


@cache
def printed(layout: str, language: str, sample: str) -> Printed:
    """The letter as PDF/X-4, read back."""
    data = laid_out(layout, language, sample).document.write_pdf(pdf_variant="pdf/x-4")
    pdf = pypdfium2.PdfDocument(data)
    texts, chars = [], []
    for page in pdf:
        text = page.get_textpage()
        texts.append(text.get_text_bounded().replace("\u00a0", " "))
        chars.append(tuple(_chars(text, page.get_height())))
    pdf.close()
    return Printed(tuple(texts), tuple(chars), data)


def inside(chars: tuple[Char, ...], x: float, y: float, w: float, h: float, grown: float = 0.0) -> list[Char]:
    """The characters that touch a box in mm."""
    return [
        c
        for c in chars
        if c.right > x - grown and c.left < x + w + grown and c.bottom > y - grown and c.top < y + h + grown
    ]


def lines(chars: list[Char]) -> list[str]:
    """The text of characters, a string a baseline, from the top, without blanks."""
    rows: dict[float, list[Char]] = {}
    for c in chars:
        rows.setdefault(round(c.origin[1], 1), []).append(c)
    return ["".join(c.text for c in sorted(row, key=lambda c: c.left)) for _, row in sorted(rows.items())]


def _chars(text: pypdfium2.PdfTextPage, height: float) -> Iterator[Char]:
    x, y = ctypes.c_double(), ctypes.c_double()
    for i in range(text.count_chars()):
        char = chr(pypdfium2.raw.FPDFText_GetUnicode(text, i))
        if char.isspace() or not char.isprintable():
            continue
        left, bottom, right, top = text.get_charbox(i)
        pypdfium2.raw.FPDFText_GetCharOrigin(text, i, ctypes.byref(x), ctypes.byref(y))
        yield Char(
            char,
            left / MM,
            (height - top) / MM,
            right / MM,
            (height - bottom) / MM,
            (x.value / MM, (height - y.value) / MM),
        )


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


@cache
def _configuration() -> typefaces.FontConfiguration:
    return FACES.configuration()


@cache
def _sheets(paths: tuple[Path, ...]) -> tuple[tuple[CSS, ...], CounterStyle, dict[str, object]]:
    fonts, counters, profiles = _configuration(), CounterStyle(), {}
    own = [
        CSS(filename=str(path), font_config=fonts, counter_style=counters, color_profiles=profiles)
        for path in paths
    ]
    return (CSS(string=FACES.stylesheet(), font_config=fonts), *own), counters, profiles


def _render(html: str, paths: tuple[Path, ...]) -> LaidOut:
    logger, listener = logging.getLogger("weasyprint"), _Listener()
    logger.addHandler(listener)
    try:
        sheets, counters, profiles = _sheets(paths)
        document = HTML(string=html, base_url=ROOT.as_uri()).render(
            stylesheets=sheets,
            font_config=_configuration(),
            counter_style=counters,
            color_profiles=profiles,
        )
    finally:
        logger.removeHandler(listener)
    # It is kept for the session; the garbage collector need not look through it again and again.
    gc.freeze()
    return LaidOut(document, tuple(listener.seen))
