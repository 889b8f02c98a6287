"""How a layout becomes HTML: templates, texts in the letter's language, filters and symbols.

A layout is a folder `layouts/{country}/{kind}`: `layout.toml` says what it is, `letter.html` how
the letter is built (extending `layouts/shared/letter.html`), `texts.{lang}.toml` what it says.
Texts stack: those of the language, then of the country, then of the layout, the last one wins.
A text is itself a small template, so it can say `{{ due_date | weekday_day }}`.

The HTML names no style sheet and no font: `stylesheets` lists the sheets, so that a worker reads
them once and not once a letter, and the fonts are `press.typefaces`'.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from pipelines import assets, dates
from pipelines.errors import AssetError
from pipelines.money import money
from pipelines.press import codes, formats

VERSION_DIGITS = 12
_REMEDY = "see docs/layouts.md"


@dataclass(frozen=True, slots=True)
class Layout:
    """What `layout.toml` says of a layout."""

    name: str
    country: str
    kind: str
    languages: tuple[str, ...]
    """The country's first language first."""
    geometry: str
    """Whose window and slip in `layouts/shared/geometry.toml`."""
    styles: tuple[str, ...]
    """Style sheets below `layouts/`, in the order in which they count."""
    terms_pages: int
    """How many fixed pages the press puts behind the letter."""


def layouts() -> tuple[str, ...]:
    """All layouts by name, in alphabetical order: `("fi/demand", …, "se/invoice")`."""
    root = assets.folder("layouts")
    return tuple(sorted(p.parent.relative_to(root).as_posix() for p in root.glob("*/*/layout.toml")))


@cache
def layout(name: str) -> Layout:
    """The layout `{country}/{kind}`. Raises AssetError when there is none or its file is wrong."""
    data = _toml(assets.folder("layouts") / name / "layout.toml")
    try:
        return Layout(
            name=name,
            country=data["country"],
            kind=data["kind"],
            languages=tuple(data["languages"]),
            geometry=data["geometry"],
            styles=tuple(data["styles"]),
            terms_pages=int(data["terms_pages"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AssetError(f"layouts/{name}/layout.toml: {error}", _REMEDY) from error


def languages(name: str) -> tuple[str, ...]:
    """The languages that a layout has texts in, the country's first language first."""
    return layout(name).languages


def stylesheets(name: str) -> tuple[Path, ...]:
    """The style sheets of a layout's letters; fonts are not among them."""
    root = assets.folder("layouts")
    return tuple(root / sheet for sheet in layout(name).styles)


def terms_stylesheets(name: str) -> tuple[Path, ...]:
    """The style sheets of a layout's fixed last page."""
    root = assets.folder("layouts")
    return root / "shared" / "base.css", root / "shared" / "terms.css"


@cache
def layout_version(name: str) -> str:
    """Twelve hex digits over everything that a layout is made of: its folder and `layouts/shared`."""
    root = assets.folder("layouts")
    layout(name)
    both = assets.tree_hash(root / name) + assets.tree_hash(root / "shared")
    return hashlib.sha256(both.encode()).hexdigest()[:VERSION_DIGITS]


def render_html(name: str, language: str, country: str, context: Mapping[str, Any]) -> str:
    """The letter as one HTML document, without style sheets.

    `context` is `Letter.context`. Raises AssetError when layout or language are missing, and
    jinja2.UndefinedError when a text or template asks for what the context lacks.
    """
    return _render(name, "letter.html", language, country, context)


def terms_html(name: str, language: str, country: str, facts: Mapping[str, Any]) -> str:
    """The fixed last page as one HTML document, without style sheets.

    `facts` has `sender`, the fields of config.Sender, and nothing of any letter: a template that
    asks for more raises jinja2.UndefinedError.
    """
    return _render(name, "terms.html", language, country, {"sender": facts["sender"]})


@cache
def environment(language: str, country: str) -> Environment:
    """Jinja over `layouts/` with the filters and functions of docs/layouts.md, in that locale.

    Everything is escaped, and an unknown name is an error, never an empty place in a letter.
    """
    made = Environment(
        loader=FileSystemLoader(assets.folder("layouts")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    where = dates.locale(language, country)
    made.filters |= {
        "money": lambda amount, currency: money(amount, currency, language, country),
        "number": partial(formats.number, locale=where),
        "percent": partial(formats.percent, locale=where),
        "day": lambda d: formats.held(dates.day(d, language, country)),
        "weekday_day": lambda d: formats.held(dates.weekday_day(d, language, country)),
        "month": lambda d: dates.month(d, language, country),
        "weekday": partial(formats.weekday, locale=where),
        "day_month": partial(formats.day_month, locale=where),
        "short": partial(formats.short, locale=where),
        "group": formats.group,
        "held": formats.held,
    }
    made.globals |= {"qr": qr, "code128": code128}
    return made


def qr(payload: str, size_mm: float) -> Markup:
    """A QR code as inline SVG in pure black, quiet zone included."""
    return Markup(codes.qr_svg(payload, size_mm))


def code128(payload: str, width_mm: float, height_mm: float) -> Markup:
    """A Code 128 symbol as inline SVG in pure black, quiet zones included in the width."""
    return Markup(codes.code128_svg(payload, width_mm, height_mm))


@cache
def text_keys(name: str, language: str) -> tuple[str, ...]:
    """The names of all texts that a layout can say in a language, sorted."""
    return tuple(sorted(_strings(name, language)))


def _render(name: str, page: str, language: str, country: str, context: Mapping[str, Any]) -> str:
    texts = _texts(name, language, country)
    template = environment(language, country).get_template(f"{name}/{page}")
    seen = {**context, "language": language, "geometry": _geometry(layout(name).geometry)}
    own = {"say": _sayer(texts, seen), "sections": _sections(texts, seen)}
    return template.render({**seen, **own})


def _sayer(texts: Mapping[str, Template], seen: Mapping[str, Any]) -> Callable[..., Markup]:
    """`say(key, name=value, …)`: the text under that key, with the letter's context in sight."""

    def say(key: str, **more: Any) -> Markup:
        try:
            text = texts[key]
        except KeyError:
            raise AssetError(f"no text {key!r}", "add it to texts.{language}.toml") from None
        return Markup(text.render({**seen, **more}))

    return say


def _sections(texts: Mapping[str, Template], seen: Mapping[str, Any]) -> Iterator[tuple[Markup, Markup]]:
    """Heading and body of the fixed page's sections `terms.sections.1`, `.2`, …"""
    for number in range(1, 1 + len(texts)):
        if (at := f"terms.sections.{number}") + ".heading" not in texts:
            return
        heading, body = texts[f"{at}.heading"].render(seen), texts[f"{at}.body"].render(seen)
        yield Markup(heading), Markup(body)


@cache
def _texts(name: str, language: str, country: str) -> Mapping[str, Template]:
    make = environment(language, country).from_string
    return {key: make(text) for key, text in _strings(name, language).items()}


@cache
def _strings(name: str, language: str) -> Mapping[str, str]:
    if language not in layout(name).languages:
        raise AssetError(f"layout {name} has no texts in {language!r}", "add texts.{language}.toml")
    root = assets.folder("layouts")
    file = f"texts.{language}.toml"
    country = layout(name).country.lower()
    stack = (root / "shared" / file, root / "shared" / country / file, root / name / file)
    return {key: text for path in stack for key, text in _flat(_toml(path))}


def _flat(table: Mapping[str, Any], head: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        match value:
            case str():
                yield head + key, value.strip()
            case dict():
                yield from _flat(value, f"{head}{key}.")
            case list():
                for i, one in enumerate(value, start=1):
                    yield from _flat(one, f"{head}{key}.{i}.")
            case _:
                raise AssetError(f"text {head + key!r} is not a string", "put it in quotes")


@cache
def _geometry(country: str) -> Mapping[str, Any]:
    """The country's places on the sheet, as templates see them."""
    places = _toml(assets.folder("layouts") / "shared" / "geometry.toml")
    try:
        return {
            "window": places["windows"][country],
            "reading_zone": places["reading_zone"].get(country),
            "barcode": places["barcode"].get(country),
        }
    except KeyError as error:
        raise AssetError(f"layouts/shared/geometry.toml: no {error}", _REMEDY) from error


def _toml(path: Path) -> Mapping[str, Any]:
    shown = "/".join(path.parts[-3:])
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AssetError(f"{shown}: {error}", _REMEDY) from error
