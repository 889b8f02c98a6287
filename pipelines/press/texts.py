"""What a layout says: the texts of a language, and `say`, which puts the letter's data into them.

Texts stack: those of the language, then of the country, then of the layout, the last one wins.
A text is itself a small template, so it can say `{{ due_date | weekday_day }}`. Most texts are
plain words: they are told apart once. And most of the others only look at data: they are compiled to
functions of these, since setting up Jinja for each of a letter's texts takes longer than the text.
"""

import tomllib
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.utils import _PassArg
from markupsafe import Markup

from pipelines import assets
from pipelines.errors import AssetError

markup: Callable[[str], Markup] = partial(str.__new__, Markup)
"""A plain text as markup, without the question whether it knows better how it looks as such."""
_LOOKING = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Const),
    *(nodes.BinExpr, nodes.UnaryExpr, nodes.Compare, nodes.Operand, nodes.Concat),
    *(nodes.Getattr, nodes.Getitem, nodes.Keyword, nodes.Tuple, nodes.List),
)
"""What looks at data and does nothing else."""
_OF_MACROS = frozenset(("caller", "kwargs", "varargs"))


class Text:
    """A text in which data stand."""

    __slots__ = ("function", "names", "template")

    def __init__(self, made: Environment, source: str) -> None:
        self.template = made.from_string(source)
        self.names, self.function = _function(made, source)
        """What it asks for, and what makes its words of that; no function when only `template` can tell."""


class Texts(dict[str, Markup | Text]):
    """Texts by key: the words themselves as markup, or a `Text` when data stand in them."""

    def __init__(self, texts: Mapping[str, Markup | Text]) -> None:
        super().__init__(texts)
        self.words = {key: text for key, text in texts.items() if isinstance(text, Markup)}
        """Those without data."""
        self.sections = tuple(_sections(texts))
        """Heading and body of each section of the fixed page, by their keys."""


class Sayer:
    """`say(key, name=value, …)` for one letter: the text under that key, the letter's context in sight.

    `seen` is the context; the names given with the key come before it. Raises AssetError when
    there is no such text, and jinja2.UndefinedError when it asks for what nobody gives.
    """

    __slots__ = ("_made", "_seen", "_texts", "words")

    def __init__(self, made: Environment, texts: Texts, seen: Mapping[str, Any]) -> None:
        self._made = made
        self._texts = texts
        self._seen = {**made.globals, **seen}
        self.words = texts.words
        """The texts without data, by key."""

    def __call__(self, key: str, /, **more: Any) -> Markup:
        """The text as markup: its words with the data in them, escaped."""
        text = self._texts.get(key)
        if type(text) is Text:
            seen = self._seen
            if text.function is not None:
                try:
                    if more:
                        data = [more[name] if name in more else seen[name] for name in text.names]
                    else:
                        data = list(map(seen.__getitem__, text.names))
                except KeyError:
                    pass  # The template knows what to say of a name that is not there.
                else:
                    return markup(text.function(*data))
            sight = self._made.context_class(self._made, {**seen, **more}, None, {})
            return markup("".join(text.template.root_render_func(sight)))
        if text is None:
            raise AssetError(f"no text {key!r}", "add it to texts.{language}.toml")
        assert isinstance(text, Markup)
        return text

    def sections(self) -> Iterator[tuple[Markup, Markup]]:
        """Heading and body of the fixed page's sections `terms.sections.1`, `.2`, …"""
        for heading, body in self._texts.sections:
            yield self(heading), self(body)


def _sections(texts: Container[str]) -> Iterator[tuple[str, str]]:
    for number in count(1):
        at = f"terms.sections.{number}"
        if f"{at}.heading" not in texts:
            return
        yield f"{at}.heading", f"{at}.body"


@cache
def of_layout(made: Environment, name: str, country: str, language: str) -> Texts:
    """All texts of the layout `name` in a language, compiled by the environment that prints them."""
    return Texts({key: compiled(made, text) for key, text in strings(name, country, language).items()})


def compiled(made: Environment, text: str) -> Markup | Text:
    """The words of a text as markup, or the `Text` when it has more than words."""
    parts = made.parse(text).body
    printed = [child for part in parts if isinstance(part, nodes.Output) for child in part.nodes]
    words = [child.data for child in printed if isinstance(child, nodes.TemplateData)]
    if all(isinstance(part, nodes.Output) for part in parts) and len(words) == len(printed):
        return Markup("".join(words))
    return Text(made, text)


def _function(made: Environment, source: str) -> tuple[tuple[str, ...], Callable[..., str] | None]:
    """The names that a text asks for, and what makes its words of their values: a macro with these arguments.

    No function for a text that does more than to look at its data.
    """
    tree = made.parse(source)
    if not all(_looks(node, made) for node in tree.find_all(nodes.Node)):
        return (), None
    names = tuple(sorted({node.name for node in tree.find_all(nodes.Name)}))
    arguments = [nodes.Name(name, "param", lineno=1) for name in names]
    macro = nodes.Macro("said", arguments, [], tree.body, lineno=1)
    page = nodes.Template([macro], lineno=1)
    page.set_environment(made)
    code = made.compile(page)
    module: Any = Template.from_code(made, code, {}).module
    return names, module.said._func


def _looks(node: nodes.Node, made: Environment) -> bool:
    """Whether a part of a text gives the same wherever it stands: no calls, and no names of its own."""
    if isinstance(node, nodes.Name):
        return node.ctx == "load" and node.name not in _OF_MACROS
    if isinstance(node, nodes.Filter | nodes.Test):
        known = made.filters if isinstance(node, nodes.Filter) else made.tests
        return (
            node.name in known and getattr(known[node.name], "jinja_pass_arg", None) is not _PassArg.context
        )
    return isinstance(node, _LOOKING)


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
