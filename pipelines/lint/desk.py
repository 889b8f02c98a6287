"""A layout's letters on the desk: its samples and our own record, set in its languages and looked at."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from traceback import extract_tb

from pipelines import config
from pipelines.errors import BrevpressError
from pipelines.lint import specimen
from pipelines.lint.cascade import Cascade
from pipelines.lint.findings import Findings
from pipelines.lint.layout_files import LayoutFiles
from pipelines.lint.paper import Setter
from pipelines.lint.rules import Rule
from pipelines.lint.sheet_rules import Sheets, Zones, zones
from pipelines.lint.sources import Files, Source
from pipelines.press import environment
from pipelines.press.environment import Layout

MOST_CLAIMS = 12
"""Samples with more claims are set in the layout's first language only: they bring no other words."""

_QUOTABLE = (
    (re.compile(r"(?:Ignored|Invalid) [^`]*`([\w-]+)"), "WeasyPrint ignores"),
    (re.compile(r"Failed to load \w+ at '(?:[^']*/)?([^'/]+)'"), "cannot load"),
)
"""Complaints of WeasyPrint about a word of a layout, and how we say them."""


class Desk:
    """Sets the letters of one layout and checks the sheets."""

    def __init__(
        self, layout: Layout, parts: LayoutFiles, files: Files, findings: Findings, explained: bool
    ) -> None:
        """With `explained`, something was found that may be why a letter cannot be set."""
        self._layout = layout
        self._parts = parts
        self._files = files
        self._findings = findings
        self._explained = explained
        self._set = 0
        self._whole = True

    def check(self) -> tuple[int, bool]:
        """How many documents were set, and whether these were all."""
        guarded = self._zones()
        letters = self._setter(self._parts.sheets())
        if letters:
            for place, records, language in self._records():
                self._letter(letters, place, records, language, guarded)
        terms = self._setter(self._parts.terms_sheets()) if self._layout.terms_pages else None
        if terms:
            for language in self._layout.languages:
                self._terms(terms, language, guarded)
        return self._set, self._whole

    def _zones(self) -> Zones:
        path = self._files.root / "shared" / "geometry.toml"
        try:
            return zones(path, self._layout.geometry)
        except (BrevpressError, OSError, ValueError, KeyError, TypeError) as error:
            source = self._files.get(path) or self._parts.about
            self._findings.add(Rule.SYNTAX, source, 1, 0, f"geometry: {error!r}")
            return Zones(None, None, None)

    def _setter(self, sheets: Sequence[Path]) -> Setter | None:
        if not all(sheet.is_file() for sheet in sheets):
            self._whole = False
            return None
        return Setter(sheets, self._files.root / self._layout.name)

    def _records(self) -> Iterator[tuple[Source, Sequence[specimen.Record], str]]:
        """What to set: where it comes from, the claims and the language."""
        layout = self._layout
        for language in layout.languages:
            if layout.country in config.load().countries:
                yield self._parts.about, specimen.invented(layout.country, layout.kind), language
            for path in sorted((self._files.root / layout.name / "samples").glob("*.json")):
                source = self._files.get(path) or self._parts.about
                try:
                    records = specimen.records(path)
                except BrevpressError as error:
                    self._fail(source, 1, error.message)
                    continue
                if len(records) <= MOST_CLAIMS or language == layout.languages[0]:
                    yield source, records, language

    def _letter(
        self, setter: Setter, place: Source, records: Sequence[specimen.Record], language: str, guarded: Zones
    ) -> None:
        try:
            letter = specimen.letter(records, language)
        except BrevpressError as error:
            self._fail(place, 1, error.message)
            return
        except ValueError as error:
            self._fail(place, 1, type(error).__name__)
            return
        if letter is None:
            return
        country = str(letter.context["country"])
        self._sheets(
            setter,
            lambda: environment.render_html(self._layout.name, language, country, letter.context),
            guarded,
            self._parts.sheets(),
            letter.address_lines,
        )

    def _terms(self, setter: Setter, language: str, guarded: Zones) -> None:
        country = self._layout.country
        own = config.load().countries.get(country) or next(iter(config.load().countries.values()))
        facts = {"sender": own.sender.model_dump()}
        self._sheets(
            setter,
            lambda: environment.terms_html(self._layout.name, language, country, facts),
            guarded,
            self._parts.terms_sheets(),
            None,
        )

    def _sheets(
        self,
        setter: Setter,
        html: Callable[[], str],
        guarded: Zones,
        sheets: Sequence[Path],
        address: Sequence[str] | None,
    ) -> None:
        try:
            laid, complaints = setter.set(html())
        except MemoryError:
            raise
        except Exception as error:
            source, line = self._place_of(error)
            # Jinja's and WeasyPrint's own words may quote the letter.
            said = error.message if isinstance(error, BrevpressError) else type(error).__name__
            self._fail(source, line, said)
            return
        self._set += 1
        for complaint in complaints:
            self._complain(complaint)

        def cascade() -> Cascade:
            blocks = [block for sheet in sheets for block in self._parts.blocks.get(sheet, ())]
            return Cascade(laid.root, blocks, self._parts.markups)

        Sheets(laid, cascade, guarded, self._findings).check(address)

    def _complain(self, complaint: str) -> None:
        """Takes down what WeasyPrint complained of, where the templates say the same word."""
        source, line, fact = self._parts.about, 1, "a warning of the layout engine"
        for pattern, start in _QUOTABLE:
            quoted = pattern.match(complaint)
            # Only what stands in a template is quoted: other words may be a letter's.
            for markup in self._parts.markups if quoted else ():
                if quoted and quoted[1] in markup.flat:
                    source, fact = markup.source, f"{start} {quoted[1]}"
                    line = source.place(markup.flat.index(quoted[1]))[0]
                    break
        if not self._findings.at(source, line, Rule.PICTURE, Rule.FILE_MISSING):
            self._findings.add(Rule.SAMPLE_FAILS, source, line, 0, fact)

    def _fail(self, source: Source, line: int, fact: str) -> None:
        self._whole = False
        if not self._explained:
            self._findings.add(Rule.SAMPLE_FAILS, source, line, 0, fact)

    def _place_of(self, error: Exception) -> tuple[Source, int]:
        """The line of the innermost template that an error came through."""
        for frame in reversed(extract_tb(error.__traceback__)):
            path = Path(frame.filename)
            ours = path.is_absolute() and path.resolve().is_relative_to(self._files.root)
            if ours and frame.lineno and (source := self._files.get(path)):
                return source, frame.lineno
        return self._parts.about, 1
