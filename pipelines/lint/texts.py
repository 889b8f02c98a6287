"""The texts of a layout in all its languages, each with its file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pipelines.lint.expressions import WILD
from pipelines.lint.findings import Findings
from pipelines.lint.rules import Rule
from pipelines.lint.sources import Files, Source, toml, toml_lines
from pipelines.press.environment import Layout


@dataclass(frozen=True)
class Text:
    """One text: its key, and where it stands."""

    key: str
    source: Source
    """The text itself, with the line on which it begins."""


class Texts:
    """The texts of one layout, stacked as the press stacks them."""

    def __init__(self, files: Files, layout: Layout, findings: Findings) -> None:
        self._files = files
        self._layout = layout
        self._findings = findings
        self._by_language = {language: self._stack(language) for language in layout.languages}
        self._wanted: set[str] = set()

    def said(self, pattern: str, source: Source, line: int) -> Iterator[Text]:
        """The texts, in all languages, that `say(pattern)` on that line may mean.

        A text that a language lacks is a finding: in the file of that language where another one
        has it, or on the line itself when none has it.
        """
        if pattern == WILD:
            return
        keys = {key for texts in self._by_language.values() for key in texts if _fits(key, pattern)}
        if not keys:
            self._findings.add(Rule.TEXT_MISSING, source, line, 0, f"no language has {pattern!r}")
        for key in sorted(keys):
            for language, texts in self._by_language.items():
                if key in texts:
                    yield texts[key]
                else:
                    self._lacks(language, key, source, line)

    def sections(self, source: Source, line: int) -> Iterator[Text]:
        """The texts of the fixed page's sections; findings as in `said`."""
        yield from self.said("terms.sections.*", source, line)

    def all(self) -> Iterator[Text]:
        """Every text of every language, those too that nothing says."""
        for texts in self._by_language.values():
            yield from texts.values()

    def _lacks(self, language: str, key: str, source: Source, line: int) -> None:
        model = next(texts[key] for texts in self._by_language.values() if key in texts)
        of = next(lang for lang, texts in self._by_language.items() if key in texts)
        path = model.source.shown.removeprefix("layouts/").replace(f"texts.{of}.", f"texts.{language}.")
        place = self._files.get(path)
        fact = f"{language} has no {key!r}, which {source.shown}:{line} says and {of} has"
        if place is None:  # the whole file is missing, which was said already
            return
        lines = dict(toml_lines(place))
        table = key.rpartition(".")[0]
        while table and table not in lines:
            table = table.rpartition(".")[0]
        self._findings.add(Rule.TEXT_MISSING, place, lines.get(table, 1), 0, fact)

    def _stack(self, language: str) -> Mapping[str, Text]:
        country = self._layout.country.lower()
        found: dict[str, Text] = {}
        for folder in ("shared", f"shared/{country}", self._layout.name):
            path = f"{folder}/texts.{language}.toml"
            if source := self._files.get(path):
                found |= self._read(source)
                continue
            about = self._files.get(f"{self._layout.name}/layout.toml")
            if about:
                line = about.line_of("languages")
                self._findings.add(Rule.LANGUAGE_MISSING, about, line, 0, f"{language}: no layouts/{path}")
        return found

    def _read(self, source: Source) -> Mapping[str, Text]:
        table, wrong = toml(source)
        if wrong:
            self._findings.add(Rule.SYNTAX, source, *wrong)
        lines = dict(toml_lines(source))
        rows = source.text.split("\n")
        found = {}
        for key, value in _flat(table):
            if not isinstance(value, str):
                self._findings.add(Rule.SYNTAX, source, lines.get(key, 1), 0, f"{key} is no text in quotes")
                continue
            line = lines.get(key, 1)
            if rows[line - 1].rstrip().endswith(('= """', "= '''", '="""', "='''")):
                line += 1 + len(value) - len(value.lstrip("\n"))
            found[key] = Text(key, Source(source.shown, value.strip(), line))
        return found


def _fits(key: str, pattern: str) -> bool:
    return fnmatchcase(key, pattern) if WILD in pattern else key == pattern


def _flat(table: Any, head: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(table, Mapping):
        for key, value in table.items():
            yield from _flat(value, f"{head}.{key}" if head else key)
    elif isinstance(table, list):
        for number, value in enumerate(table, start=1):
            yield from _flat(value, f"{head}.{number}")
    else:
        yield head, table
