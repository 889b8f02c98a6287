"""How a layout becomes HTML: templates, texts in the letter's language, filters and symbols.

A layout is a folder `layouts/{country}/{kind}`: `layout.toml` says what it is, `letter.html` how
the letter is built (extending `layouts/shared/letter.html`), `texts.{lang}.toml` what it says.

The HTML names no style sheet and no font: `stylesheets` lists the sheets, so that a worker reads
them once and not once a letter, and the fonts are `press.typefaces`'.
"""

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from pipelines import assets
from pipelines.errors import AssetError
from pipelines.press import codes, formats, row_filters, texts

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
    data = texts.read_toml(assets.folder("layouts") / name / "layout.toml")
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
    return render(environment(language, country), f"{name}/letter.html", language, context)


def terms_html(name: str, language: str, country: str, facts: Mapping[str, Any]) -> str:
    """The fixed last page as one HTML document, without style sheets.

    `facts` has `sender`, the fields of config.Sender, and nothing of any letter: a template that
    asks for more raises jinja2.UndefinedError.
    """
    made = environment(language, country)
    return render(made, f"{name}/terms.html", language, {"sender": facts["sender"]})


def render(made: Environment, page: str, language: str, context: Mapping[str, Any]) -> str:
    """The template `{layout}/{page}` as that environment prints it, the layout's texts at hand.

    Both lanes come through here, so a template sees the same whichever of them asks.
    """
    name = page.rpartition("/")[0]
    facts = layout(name)
    if language not in facts.languages:
        raise AssetError(f"layout {name} has no texts in {language!r}", "add texts.{language}.toml")
    seen = {**context, "language": language, "geometry": _geometry(facts.geometry)}
    say = texts.Sayer(made, texts.of_layout(made, name, facts.country, language), seen)
    return made.get_template(page).render({**seen, "say": say, "sections": say.sections()})


class LetterEnvironment(Environment):
    """Jinja for letters: nearly all that a letter shows lies in plain dicts, so these come first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[tuple[object, object], Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # Jinja's name
    ) -> Template:
        """As Jinja has it; finds at once what it found before, since templates stay as they are."""
        key = (self.loader, name)
        found = self._found.get(key) if globals is None else None
        if found is None:
            found = super().get_template(name, parent, globals)
            if globals is None and type(name) is str:
                # A chain of dicts takes long to copy, and each letter's context is a copy.
                found.globals = dict(found.globals)
                self._found[key] = found
        return found

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute` as Jinja reads it: a dict's own methods, then its keys."""
        if type(obj) is dict and attribute not in OF_EVERY_DICT:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def symbol(self, kind: str) -> Callable[..., Markup]:
        """What a template calls to draw a symbol of that kind."""
        return SYMBOLS[kind]


OF_EVERY_DICT = frozenset(dir(dict))
"""What a template finds on a dict before it looks at the keys."""


def qr(payload: str, size_mm: float) -> Markup:
    """A QR code as inline SVG in pure black, quiet zone included."""
    return Markup(codes.qr_svg(payload, size_mm))


def code128(payload: str, width_mm: float, height_mm: float) -> Markup:
    """A Code 128 symbol as inline SVG in pure black, quiet zones included in the width."""
    return Markup(codes.code128_svg(payload, width_mm, height_mm))


SYMBOLS: Mapping[str, Callable[..., Markup]] = {"qr": qr, "code128": code128}
"""By the name that templates call: payload first, then sizes in mm."""


@cache
def environment(
    language: str, country: str, kind: type[LetterEnvironment] = LetterEnvironment
) -> LetterEnvironment:
    """Jinja over `layouts/` with the filters and functions of docs/layouts.md, in that locale.

    Everything is escaped, and an unknown name is an error, never an empty place in a letter.
    """
    made = kind(
        loader=FileSystemLoader(assets.folder("layouts")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {**row_filters.FILTERS, **formats.filters(language, country)}
    made.globals |= {name: made.symbol(name) for name in SYMBOLS}
    return made


@cache
def _geometry(country: str) -> Mapping[str, Any]:
    """The country's places on the sheet, as templates see them."""
    places = texts.read_toml(assets.folder("layouts") / "shared" / "geometry.toml")
    try:
        return {
            "window": places["windows"][country],
            "reading_zone": places["reading_zone"].get(country),
            "barcode": places["barcode"].get(country),
        }
    except KeyError as error:
        raise AssetError(f"layouts/shared/geometry.toml: no {error}", _REMEDY) from error
