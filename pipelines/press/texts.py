"""What a layout says: the texts of a language, and `say`, which puts the letter's data into them.

Texts stack: those of the language, then of the country, then of the layout, the last one wins.
A text is itself a small template, so it can say `{{ due_date | weekday_day }}`. Most texts are
plain words: they are told apart once, since setting up Jinja for each of a letter's ninety
texts took a third of its time.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.runtime import Context
from markupsafe import Markup

from pipelines import assets
from pipelines.errors import AssetError

Texts = Mapping[str, Markup | Template]
"""By key: the words themselves, or the template when data stand in them."""


class Sayer:
    """`say(key, name=value, …)` for one letter: the text under that key, the letter's context in sight.

    `seen` is the context; the names given with the key come before it. Raises AssetError when
    there is no such text, and jinja2.UndefinedError when it asks for what nobody gives.
    """

    __slots__ = ("_alone", "_seen", "_texts")

    def __init__(self, made: Environment, texts: Texts, seen: Mapping[str, Any]) -> None:
        self._texts = texts
        self._seen = {**made.globals, **seen}
        self._alone: Context = made.context_class(made, self._seen, None, {})

    def __call__(self, key: str, /, **more: Any) -> Markup:
        """The text as markup: its words with the data in them, escaped."""
        text = self._texts.get(key)
        if isinstance(text, Markup):
            return text
        if text is None:
            raise AssetError(f"no text {key!r}", "add it to texts.{language}.toml")
        if more:
            return Markup("".join(text.root_render_func(self._beside(more))))
        said = Markup("".join(text.root_render_func(self._alone)))
        if self._alone.vars:
            # What one text sets, another must not see.
            self._alone = self._beside({})
        return said

    def _beside(self, more: Mapping[str, Any]) -> Context:
        # A copy by hand: Jinja's own way to a context takes longer than most texts.
        sight = object.__new__(type(self._alone))
        sight.__dict__.update(self._alone.__dict__)
        sight.parent, sight.vars, sight.exported_vars = {**self._seen, **more}, {}, set()
        return sight

    def sections(self) -> Iterator[tuple[Markup, Markup]]:
        """Heading and body of the fixed page's sections `terms.sections.1`, `.2`, …"""
        for number in range(1, 1 + len(self._texts)):
            if (at := f"terms.sections.{number}") + ".heading" not in self._texts:
                return
            yield self(f"{at}.heading"), self(f"{at}.body")


@cache
def of_layout(made: Environment, name: str, country: str, language: str) -> Texts:
    """All texts of the layout `name` in a language, compiled by the environment that prints them."""
    return {key: compiled(made, text) for key, text in strings(name, country, language).items()}


def compiled(made: Environment, text: str) -> Markup | Template:
    """The words of a text as markup, or its template when it has more than words."""
    parts = made.parse(text).body
    printed = [child for part in parts if isinstance(part, nodes.Output) for child in part.nodes]
    words = [child.data for child in printed if isinstance(child, nodes.TemplateData)]
    if all(isinstance(part, nodes.Output) for part in parts) and len(words) == len(printed):
        return Markup("".join(words))
    return made.from_string(text)


def strings(name: str, country: str, language: str) -> Mapping[str, str]:
    """The sources of all texts of a layout by dotted key: `summary.how`, `terms.sections.1.body`.

    Raises AssetError when a file is missing or holds something else than texts.
    """
    root = assets.folder("layouts")
    file = f"texts.{language}.toml"
    stack = (root / "shared" / file, root / "shared" / country.lower() / file, root / name / file)
    return {key: text for path in stack for key, text in _flat(read_toml(path))}


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


def read_toml(path: Path) -> Mapping[str, Any]:
    """A file of the layouts. Raises AssetError when it is missing or is not TOML."""
    shown = "/".join(path.parts[-3:])
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AssetError(f"{shown}: {error}", "see docs/layouts.md") from error
