"""One layout's files, read and judged as they are written: texts, templates, style sheets, drawings."""

import re
from pathlib import Path

from pipelines import dates
from pipelines.lint import lanes, shapes, stylesheet
from pipelines.lint.expressions import Scope, Value
from pipelines.lint.findings import Findings
from pipelines.lint.markup import Markup, read
from pipelines.lint.markup_rules import Elements, of_declaration
from pipelines.lint.paper import sheet_complaints
from pipelines.lint.reading import Reader
from pipelines.lint.rules import Rule
from pipelines.lint.sources import Files, Source
from pipelines.lint.stylesheet import Block
from pipelines.lint.texts import Texts
from pipelines.press import environment, typefaces
from pipelines.press.environment import Layout

_AT = re.compile(r" at (\d+):(\d+)")
_FOLDER = re.compile(r"file://\S*/")


class LayoutFiles:
    """What a layout is made of; `check` takes down what its files say that is wrong."""

    def __init__(self, layout: Layout, about: Source, files: Files, findings: Findings) -> None:
        self.layout = layout
        self.about = about
        self.blocks: dict[Path, tuple[Block, ...]] = {}
        """The blocks of each style sheet, those of its imports before its own."""
        self.markups: list[Markup] = []
        """Templates and texts."""
        self._files = files
        self._findings = findings
        self._folder = files.root / layout.name
        self._families = frozenset(face.family.lower() for face in typefaces.load().faces)

    def check(self) -> None:
        """Reads everything."""
        self._read_templates()
        for path in dict.fromkeys((*self.sheets(), *self.terms_sheets())):
            if source := self._files.get(path):
                self.blocks[path] = self._sheet(source)
            else:
                line = self.about.line_of("styles")
                self._findings.add(
                    Rule.FILE_MISSING, self.about, line, 0, f"no style sheet {self._files.shown(path)}"
                )
        sources = [source for path in self.sheets() if (source := self._files.get(path))]
        blocks = [block for path in self.sheets() for block in self.blocks.get(path, ())]
        for rule, source, line, fact in lanes.joined_reasons(sources, blocks):
            self._findings.add(rule, source, line, 0, fact)

    def sheets(self) -> tuple[Path, ...]:
        """The style sheets of the letters."""
        return environment.stylesheets(self.layout.name)

    def terms_sheets(self) -> tuple[Path, ...]:
        """The style sheets of the fixed pages; none without such pages."""
        return environment.terms_stylesheets(self.layout.name) if self.layout.terms_pages else ()

    def _read_templates(self) -> None:
        layout = self.layout
        texts = Texts(self._files, layout, self._findings)
        line = self.about.line_of("languages")
        spoken = []
        for language in layout.languages:
            try:
                dates.locale(language, layout.country)
                spoken.append(language)
            except ValueError as error:
                self._findings.add(Rule.LANGUAGE_MISSING, self.about, line, 0, str(error))
        if not spoken:
            self._findings.add(Rule.LANGUAGE_MISSING, self.about, line, 0, "the layout speaks no language")
            return
        jinja = environment.environment(spoken[0], layout.country)
        reader = Reader(self._files, jinja, texts, self._findings)
        context = shapes.context(layout.country, layout.kind).parts
        everywhere = {
            "language": Value(shapes.Leaf(str)),
            "geometry": Value(shapes.places(self._files.root / "shared" / "geometry.toml", layout.geometry)),
        }
        letter: Scope = {name: Value(shape, name not in shapes.FIXED) for name, shape in context.items()}
        pages = {"letter.html": letter | everywhere}
        if layout.terms_pages:
            pages["terms.html"] = {"sender": letter.get("sender", Value()), **everywhere}
        for page, scope in pages.items():
            if self._files.get(f"{layout.name}/{page}"):
                reader.page(f"{layout.name}/{page}", scope)
            else:
                self._findings.add(
                    Rule.FILE_MISSING, self.about, 1, 0, f"no template layouts/{layout.name}/{page}"
                )
        said = {(text.source.shown, text.source.first_line): text.source for text in texts.all()}
        sources = {key: template.source for key, template in reader.read.items()} | said
        for key, source in sources.items():
            markup = read(source)
            template = reader.read.get(key)
            # Where the two disagree on what an output is, nothing can be said of it.
            known = template is not None and len(template.numbers) == markup.outputs
            self._elements(markup, template.varying if template and known else frozenset())
            self.markups.append(markup)

    def _elements(self, markup: Markup, varying: frozenset[int] | set[int]) -> None:
        elements = Elements(markup, self._families, self._folder, varying)
        for rule, line, column, fact in elements.faults():
            self._findings.add(rule, markup.source, line, column, fact)
        for source in elements.sheets():
            self._blocks(source, self._folder)
        for drawing in elements.drawings():
            if picture := self._files.get(drawing):
                self._elements(read(picture), frozenset())

    def _sheet(self, source: Source) -> tuple[Block, ...]:
        """The blocks of a sheet and of those that it imports."""
        path = self._files.path(source)
        blocks = self._blocks(source, path.parent)
        for message in sheet_complaints(path):
            at = _AT.search(message)
            line, column = (int(at[1]), int(at[2])) if at else (1, 0)
            if not self._findings.at(source, line, Rule.SYNTAX):
                words = _FOLDER.sub("", _AT.sub("", message)).rstrip(".")
                self._findings.add(Rule.CSS_IGNORED, source, line, column, words)
        return blocks

    def _blocks(self, source: Source, folder: Path) -> tuple[Block, ...]:
        sheet = stylesheet.parse(source)
        for line, column, words in sheet.errors:
            self._findings.add(Rule.SYNTAX, source, line, column, words)
        for rule, line, fact in lanes.sheet_reasons(source):
            self._findings.add(rule, source, line, 0, fact)
        imported: list[Block] = []
        for target, line, column in sheet.imports:
            if other := self._files.get(folder / target):
                imported += self._sheet(other)
            else:
                self._findings.add(Rule.FILE_MISSING, source, line, column, f"no style sheet {target}")
        for block in sheet.blocks:
            if block.kind == "font-face":
                self._findings.add(Rule.FONT_OWN, source, block.line, block.column, block.selector)
            for rule, fact in lanes.selector_reasons(block):
                self._findings.add(rule, source, block.line, block.column, fact)
            for declaration in block.declarations:
                for rule, fact in of_declaration(declaration, block, self._families, folder):
                    self._findings.add(rule, source, declaration.line, declaration.column, fact)
        return (*imported, *sheet.blocks)
